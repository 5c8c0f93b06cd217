"""Open invoices, each with the posted payment that was meant for it and never reconciled."""

from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .clone import Cloner, customers, finish, followers_and_messages

INVOICES_PER_CUSTOMER = 5
SPARE = 100  # to warm up with


@dataclass(frozen=True)
class Kind:
    """A way in which an invoice was left over; `share` of the invoices, in percent."""

    share: int
    invoices: tuple = (100.0,)
    payments: tuple = (100.0,)
    currency: str = "USD"
    by_transaction: bool = False


KINDS = (
    Kind(68),
    Kind(20, by_transaction=True),
    Kind(4, currency="EUR"),
    Kind(4, payments=(60.0,)),
    Kind(2, payments=(60.0, 40.0)),
    Kind(2, invoices=(100.0, 50.0), payments=(150.0,)),
)


def seed(env, size):
    """At least `size` leftover invoices and some to spare."""
    size += SPARE
    # The demo has one leftover that waits for its retry: here nothing is to be left.
    env["pos_receivable.reconcile.issue"].sudo().search([]).unlink()
    first_customer, customer_count = customers(env, size), max(size // INVOICES_PER_CUSTOMER, 1)
    partner = f"{first_customer} + (n + %s) %% {customer_count}"
    euro = env.ref("base.EUR")
    today = fields.Date.context_today(env.user)
    for days, rate in ((60, 0.9), (10, 0.92)):  # so that currency invoices need an exchange entry
        env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": today - relativedelta(days=days),
                "rate": rate,
                "company_id": env.company.id,
            }
        )
    # All prototypes before the first copy, whose number would be the next one's.
    groups = [_create(env, kind, today) for kind in KINDS]
    made = 0
    for kind, prototypes in zip(KINDS, groups, strict=True):
        copies = -(-size * kind.share // (100 * len(kind.invoices)))
        _clone(env, copies, partner % made, *prototypes)
        made += copies
    for prototypes in groups:
        _forget(env, *prototypes)
    finish(env)


def _create(env, kind, today):
    """One left-over group; its invoices, payments and transactions."""
    customer = env["res.partner"].create({"name": "Prototype"})
    currency = env["res.currency"].search([("name", "=", kind.currency)])
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "currency_id": currency.id,
                "invoice_date": today - relativedelta(days=40),
                "invoice_date_due": today - relativedelta(days=10),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})
                ],
            }
            for amount in kind.invoices
        ]
    )
    invoices.action_post()
    journal = env.ref("pos_receivable.journal_corner_shop_card")
    payments = env["account.payment"].create(
        [
            {
                "partner_id": customer.id,
                "amount": amount,
                "currency_id": currency.id,
                "journal_id": journal.id,
                "date": today - relativedelta(days=5),
                "memo": ", ".join(invoices.mapped("name")),
                "invoice_ids": [] if kind.by_transaction else [Command.set(invoices.ids)],
            }
            for amount in kind.payments
        ]
    )
    payments.action_post()
    transactions = env["payment.transaction"]
    if kind.by_transaction:
        transactions = _create_transactions(env, invoices, payments)
    assert not invoices.line_ids.matched_credit_ids
    assert set(payments.move_id.mapped("state")) == {"posted"}
    env.flush_all()
    return invoices, payments, transactions


def _create_transactions(env, invoices, payments):
    provider = env["payment.provider"].search([("company_id", "=", env.company.id)], limit=1)
    method = env["payment.method"].with_context(active_test=False).search([], limit=1)
    transactions = env["payment.transaction"].create(
        [
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"prototype-{payment.id}",
                "amount": payment.amount,
                "currency_id": payment.currency_id.id,
                "partner_id": payment.partner_id.id,
                "invoice_ids": [Command.set(invoices.ids)],
                "payment_id": payment.id,
                "state": "done",
                "is_post_processed": True,
            }
            for payment in payments
        ]
    )
    for payment, transaction in zip(payments, transactions, strict=True):
        payment.payment_transaction_id = transaction
    return transactions


def _clone(env, copies, partner, invoices, payments, transactions):
    """Copy the group; customers change from copy to copy, and so do the days it was due."""
    cloner = Cloner(env, copies)
    moves = invoices + payments.move_id
    number = "t.sequence_prefix || (1000000 + {id})"
    due = "t.{} - (n % 60)::int"
    cloner.clone(
        moves,
        partner_id=partner,
        commercial_partner_id=partner,
        partner_shipping_id=partner,
        name=number,
        sequence_number="1000000 + {id}",
        payment_reference=f"CASE WHEN t.payment_reference IS NULL THEN NULL ELSE {number} END",
        invoice_date_due=due.format("invoice_date_due"),
    )
    move = cloner.mapped("account_move", "t.move_id")
    name = "(SELECT m.sequence_prefix || (1000000 + %s) FROM account_move m WHERE m.id = %s)"
    memo = name % (cloner.mapped("account_move", str(invoices[0].id)), invoices[0].id)
    if transactions:
        cloner.clone(transactions, partner_id=partner, reference="'seed-' || {id}")
    cloner.clone(
        payments,
        {"move_id": "account_move"}
        | ({"payment_transaction_id": "payment_transaction"} if transactions else {}),
        partner_id=partner,
        name=name % (move, "t.move_id"),
        memo=memo,
    )
    if transactions:
        ids = cloner.blocks["payment_transaction"][1]
        payment = cloner.mapped("account_payment", "p.payment_id")
        env.cr.execute(
            f"UPDATE payment_transaction t SET payment_id = {payment}"
            f"  FROM payment_transaction p, generate_series(0, {copies - 1}) n"
            f" WHERE p.id = ANY(ARRAY{ids}) AND t.id = {cloner.mapped('payment_transaction', 'p.id')}"
        )
        cloner.clone_relation(
            "account_invoice_transaction_rel",
            invoice_id="account_move",
            transaction_id="payment_transaction",
        )
    cloner.clone_relation(
        "account_move__account_payment", invoice_id="account_move", payment_id="account_payment"
    )
    cloner.env.cr.execute(
        f"UPDATE account_move t SET origin_payment_id = {cloner.mapped('account_payment', 'p.id')}"
        f"  FROM account_payment p, generate_series(0, {copies - 1}) n"
        f" WHERE p.id = ANY(ARRAY{payments.ids})"
        f"   AND t.id = {cloner.mapped('account_move', 'p.move_id')}"
    )
    cloner.clone(
        moves.line_ids,
        {"move_id": "account_move", "payment_id": "account_payment"},
        partner_id=partner,
        move_name=name % (move, "t.move_id"),
        date_maturity=due.format("date_maturity"),
    )
    followers_and_messages(cloner, "account.move", "account_move")
    followers_and_messages(cloner, "account.payment", "account_payment")


def _forget(env, invoices, payments, transactions):
    """The prototypes are settled, so that only copies are left over."""
    lines = (invoices + payments.move_id).line_ids
    lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
    # The core remembers the last number it gave until then, and would give one of a copy.
    env.cr.commit()
