"""An open session with 100 sales and any number of invoice payments, half of them cash."""

from odoo import fields
from odoo.fields import Command

from .. import shop
from .clone import Cloner, customers, finish

ORDERS = 100


def seed(env, size):
    session = shop.open_till(env, commit=False)
    _sell(env, session)
    if size:
        cash = shop.cash_journal(env)
        card = env.ref("pos_receivable.journal_corner_shop_card")
        for journal in cash, card:
            _collect(env, session, journal, size // 2)
    finish(env)


def _sell(env, session):
    session = session.with_user(env.user)
    product = env["product.product"].search([("available_in_pos", "=", True)], limit=1)
    method = session.payment_method_ids.filtered(lambda method: method.type == "cash")[:1]
    order = env["pos.order"].create(
        {
            "session_id": session.id,
            "company_id": session.company_id.id,
            "amount_tax": 0,
            "amount_total": 10,
            "amount_paid": 10,
            "amount_return": 0,
            "lines": [
                Command.create(
                    {
                        "name": "Sale",
                        "product_id": product.id,
                        "qty": 1,
                        "price_unit": 10,
                        "price_subtotal": 10,
                        "price_subtotal_incl": 10,
                        "tax_ids": [],
                    }
                )
            ],
        }
    )
    order.add_payment({"pos_order_id": order.id, "payment_method_id": method.id, "amount": 10})
    order.action_pos_order_paid()
    cloner = Cloner(env, ORDERS - 1)
    cloner.clone(order, name="t.name || '-' || n", uuid="NULL", access_token="NULL")
    cloner.clone(order.lines, {"order_id": "pos_order"}, uuid="NULL")
    cloner.clone(order.payment_ids, {"pos_order_id": "pos_order"}, uuid="NULL")


def _collect(env, session, journal, count):
    """One payment as the till takes it, and copies of it by as many customers."""
    customer = env["res.partner"].create({"name": "Prototype"})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": fields.Date.context_today(session),
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    session.collect_invoice_payment(
        f"seed-{journal.id}",
        customer.id,
        journal.id,
        [{"invoice_id": invoice.id, "amount": 100.0}],
    )
    payment = invoice.matched_payment_ids
    partner = f"{customers(env, count)} + n"
    cloner = Cloner(env, count - 1)
    number = "t.sequence_prefix || (1000000 + {id})"
    cloner.clone(
        payment.move_id,
        partner_id=partner,
        commercial_partner_id=partner,
        name=number,
        sequence_number="1000000 + {id}",
    )
    cloner.clone(
        payment,
        {"move_id": "account_move"},
        partner_id=partner,
        name="t.name || '-' || n",
        pos_invoice_payment_uuid="t.pos_invoice_payment_uuid || '-' || n",
    )
    cloner.clone(
        payment.move_id.line_ids,
        {"move_id": "account_move", "payment_id": "account_payment"},
        partner_id=partner,
    )
