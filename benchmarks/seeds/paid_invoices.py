"""Paid invoices of many customers, ten of each on average, over three years and the late ones later."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .clone import Cloner, customers, finish

INVOICES_PER_CUSTOMER = 10
DAYS = 1000  # over which they are spread


def seed(env, size):
    partner = env["res.partner"].create({"name": "Prototype", "is_company": True})
    invoice, money = _create(env, partner)
    count = max(size // INVOICES_PER_CUSTOMER, 1)
    who = f"{customers(env, count)} + n % {count}"
    issued = f"(n * 7919) % {DAYS}"
    cloner = Cloner(env, size)
    _clone(cloner, invoice, who, f"- ({issued})::int")
    moves = cloner.blocks["account_move"]
    lines = cloner.blocks["account_move_line"]
    invoice_line = cloner.mapped("account_move_line", "t.debit_move_id")
    # Between ten days early and forty days late.
    _clone(cloner, money, who, f"- ({issued})::int + (20 + (n * 31) % 50)::int")
    partial = env["account.partial.reconcile"].search(
        [("debit_move_id", "in", invoice.line_ids.ids)]
    )
    cloner.clone(
        partial,
        {"credit_move_id": "account_move_line"},
        debit_move_id=invoice_line,
        full_reconcile_id="NULL",
        write_date="t.write_date - interval '30 days'",
    )
    assert moves and lines
    env.cr.execute(
        "UPDATE res_partner SET customer_rank = 1 WHERE id IN (SELECT partner_id FROM account_move)"
    )
    finish(env)


def _create(env, partner):
    day = fields.Date.context_today(env.user) - relativedelta(days=60)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_date_due": day + relativedelta(days=30),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    payment = wizard.create({"payment_date": day})._create_payments()
    return invoice, payment.move_id


def _clone(cloner, move, partner, shift):
    number = "t.sequence_prefix || (1000000 + {id})"
    dates = {"date": f"t.date {shift}"}
    cloner.clone(
        move,
        partner_id=partner,
        commercial_partner_id=partner,
        name=number,
        sequence_number="1000000 + {id}",
        invoice_date=f"t.invoice_date {shift}",
        invoice_date_due=f"t.invoice_date_due {shift}",
        origin_payment_id="NULL",
        **dates,
    )
    cloner.clone(
        move.line_ids,
        {"move_id": "account_move"},
        partner_id=partner,
        date_maturity=f"t.date_maturity {shift}",
        payment_id="NULL",
        full_reconcile_id="NULL",
        **dates,
    )
