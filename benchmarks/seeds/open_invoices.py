"""Open invoices of many customers, 500 of them of a single one, a tenth in another currency."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .clone import Cloner, customers, finish, followers_and_messages

INVOICES_PER_CUSTOMER = 10
BIG_CUSTOMER = "Big Customer"
BIG = 500


def seed(env, size):
    big = env["res.partner"].create({"name": BIG_CUSTOMER, "is_company": True})
    count = max((size - BIG) // INVOICES_PER_CUSTOMER, 1)
    others = f"{customers(env, count)} + n % {count}"
    usd, eur = (_create(env, big, currency) for currency in ("USD", "EUR"))
    for invoice, tenths in ((usd, 9), (eur, 1)):
        _clone(env, invoice, BIG * tenths // 10, str(big.id))
        _clone(env, invoice, (size - BIG) * tenths // 10, others)
    (usd | eur).button_draft()
    (usd | eur).button_cancel()
    finish(env)


def _create(env, customer, currency):
    today = fields.Date.context_today(env.user)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "currency_id": env["res.currency"].search([("name", "=", currency)]).id,
            "invoice_date": today - relativedelta(days=40),
            "invoice_date_due": today + relativedelta(days=20),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    return invoice


def _clone(env, invoice, copies, partner):
    """Copies that fall due over 60 days, two thirds of which have gone by."""
    cloner = Cloner(env, copies)
    number = "t.sequence_prefix || (1000000 + {id})"
    due = "t.{} - (n % 60)::int"
    cloner.clone(
        invoice,
        partner_id=partner,
        commercial_partner_id=partner,
        partner_shipping_id=partner,
        name=number,
        sequence_number="1000000 + {id}",
        payment_reference=number,
        invoice_date_due=due.format("invoice_date_due"),
    )
    move = cloner.mapped("account_move", "t.move_id")
    cloner.clone(
        invoice.line_ids,
        {"move_id": "account_move"},
        partner_id=partner,
        move_name=f"(SELECT name FROM account_move m WHERE m.id = {move})",
        date_maturity=due.format("date_maturity"),
    )
    followers_and_messages(cloner, "account.move", "account_move")
