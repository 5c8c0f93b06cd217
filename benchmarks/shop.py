"""The demo data's shop, seen by the people who work with it."""

from odoo.fields import Command


def open_till(env, commit=True):
    """The shop's session, opened, through the cashier's eyes."""
    config = env.ref("pos_receivable.pos_config_corner_shop")
    if not config.current_session_id:
        config.open_ui()
    session = config.current_session_id
    if session.state == "opening_control":
        session.set_opening_control(0, None)
    if commit:
        new_request(env)
    return as_user(session, "cashier")


def as_user(records, login):
    user = records.env["res.users"].sudo().search([("login", "=", login)])
    return records.with_user(user).with_context(
        allowed_company_ids=user.company_id.ids, lang=user.lang, tz=user.tz or "UTC"
    )


def cash_journal(env):
    return env.ref("pos_receivable.journal_corner_shop_cash")


def new_request(env):
    """What separates one request from the next: written, committed, nothing remembered of it."""
    env.flush_all()
    env.cr.commit()
    env.transaction.reset()


def sell_on_account(env, customer, amounts):
    """Orders over these amounts on a customer's account, in a shop of their own whose session is open."""
    method = env["pos.payment.method"].create({"name": "Account", "split_transactions": True})
    config = env["pos.config"].create(
        {"name": "On account", "payment_method_ids": [Command.set(method.ids)]}
    )
    config.open_ui()
    session = config.current_session_id
    session.set_opening_control(0, None)
    product = env["product.product"].create({"name": "Goods", "taxes_id": []})
    orders = env["pos.order"].create(
        [_prepare_order(session, customer, product, amount) for amount in amounts]
    )
    for order, amount in zip(orders, amounts, strict=True):
        order.add_payment(
            {"pos_order_id": order.id, "payment_method_id": method.id, "amount": amount}
        )
        order.action_pos_order_paid()
    return orders


def _prepare_order(session, customer, product, amount):
    line = {
        "name": "Goods",
        "product_id": product.id,
        "qty": 1,
        "price_unit": amount,
        "price_subtotal": amount,
        "price_subtotal_incl": amount,
    }
    return {
        "session_id": session.id,
        "partner_id": customer.id,
        "amount_tax": 0,
        "amount_total": amount,
        "amount_paid": 0,
        "amount_return": 0,
        "lines": [Command.create(line)],
    }
