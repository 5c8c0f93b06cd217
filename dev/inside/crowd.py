"""crowd.py CONFIG DATABASE DEBTS LEFTOVERS PROPOSALS: open the demo shop and give a customer that
many debts over 100.00: invoices, and what was bought on account in sessions closed and open; another
customer that many invoices with a payment of each that nobody reconciled, and a third that many, each
quoted by money in the bank; prints what tills and desks have to know, as JSON."""

import itertools
import json
import sys

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from benchmarks.shop import sell_on_account

ADMIN_ID = 2
ORDERS = 6  # of a customer whose shop is closed, and who asks for invoices, meanwhile


def main(config_file, database, *counts):
    config.parse_config(["--config", config_file, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, ADMIN_ID, {})
        print(json.dumps(prepare(env, *map(int, counts))))


def prepare(env, count, leftovers, proposals):
    shop = env.ref("pos_receivable.pos_config_corner_shop")
    shop.open_ui()
    session = shop.current_session_id
    session.set_opening_control(0, None)
    partner, late = env["res.partner"].create([{"name": "Crowd"}, {"name": "Late"}])
    left_over = create_invoices(env, late, leftovers)
    env["account.payment"].create(
        [
            {
                "partner_id": late.id,
                "amount": 100.0,
                "journal_id": env.ref("pos_receivable.journal_corner_shop_transfer").id,
                "invoice_ids": [Command.set(invoice.ids)],
            }
            for invoice in left_over
        ]
    ).action_post()
    return {
        "session": session.id,
        "partner": partner.id,
        "debts": create_debts(env, partner, count),
        "late_partner": late.id,
        "leftovers": left_over.ids,
        "journals": shop._get_invoice_payment_journals().ids,
        "credit_partner": prepare_credit(env, shop),
        **prepare_orders(env),
        **prepare_desk(env, proposals),
    }


def create_debts(env, partner, count):
    """``[[key of an allocation, its value]]``: every other one an invoice, of the rest every other one
    in the books already."""
    invoices = create_invoices(env, partner, (count + 1) // 2)
    number = count - len(invoices)
    closed, opened = (
        sell_on_account(env, partner, [100.0] * part)
        for part in (number - number // 2, number // 2)
    )
    closed.session_id.action_pos_session_closing_control()
    items = (
        env["account.move.line"]
        .sudo()
        .search([("pos_receivable_payment_id", "in", closed.payment_ids.ids)])
    )
    receipts = [["item_id", id_] for id_ in items.ids]
    for place, uuid in enumerate(opened.payment_ids.mapped("uuid")):
        receipts.insert(2 * place, ["pos_payment_uuid", uuid])
    mixed = itertools.zip_longest([["invoice_id", id_] for id_ in invoices.ids], receipts)
    return [debt for pair in mixed for debt in pair if debt]


def prepare_credit(env, shop):
    """A customer who may owe 100.00, where what is beyond is refused."""
    shop.customer_account_check = "block"
    env.company.account_use_credit_limit = True
    partner = env["res.partner"].create({"name": "Limited", "credit_limit": 100.0})
    env["pos_receivable.credit.account"]._get(partner, env.company)
    return partner.id


def prepare_orders(env):
    partner = env["res.partner"].create({"name": "Account"})
    orders = sell_on_account(env, partner, [100.0] * ORDERS)
    return {
        "orders_partner": partner.id,
        "orders_session": orders.session_id.id,
        "orders": [[order.id, order.payment_ids.uuid] for order in orders],
    }


def prepare_desk(env, count):
    """Invoices, each quoted by one transfer, of which two each are from one payer; and as many
    transfers that may be meant for any."""
    partner = env["res.partner"].create({"name": "Desk"})
    invoices = create_invoices(env, partner, count)
    quoting = [(invoice.name, f"Payer {place // 2}") for place, invoice in enumerate(invoices)]
    lines = env["account.bank.statement.line"].create(
        [
            {
                "journal_id": env.ref("pos_receivable.journal_corner_shop_transfer").id,
                "amount": amount,
                "payment_ref": text,
                "partner_name": name,
            }
            for amount, texts in ((100.0, quoting), (150.0, [("hello", "Nobody")] * count))
            for text, name in texts
        ]
    )
    env["pos_receivable.match.schedule"]._run_now(env.company)
    proposals = env["pos_receivable.match.proposal"].search(
        [("statement_line_id", "in", lines.ids)]
    )
    proposal_of = {proposal.statement_line_id: proposal.id for proposal in proposals}
    items = invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    return {
        "desk_partner": partner.id,
        "desk_items": items.ids,
        "desk_invoices": items.move_id.ids,
        "desk_proposals": [proposal_of[line] for line in lines[:count]],
        "desk_strays": [proposal_of[line] for line in lines[count:]],
        "desk_lines": lines.ids,
    }


def create_invoices(env, partner, count):
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_line_ids": [
                    Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})
                ],
            }
            for _number in range(count)
        ]
    )
    invoices.action_post()
    return invoices


main(*sys.argv[1:])
