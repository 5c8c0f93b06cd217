"""crowd.py CONFIG DATABASE INVOICES LEFTOVERS: open the demo shop and give a customer that many
invoices over 100.00, and another that many with a payment of each that nobody reconciled; prints
what a till has to know, as JSON."""

import json
import sys

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

ADMIN_ID = 2


def main(config_file, database, count, leftovers):
    config.parse_config(["--config", config_file, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, ADMIN_ID, {})
        print(json.dumps(prepare(env, int(count), int(leftovers))))


def prepare(env, count, leftovers):
    shop = env.ref("pos_receivable.pos_config_corner_shop")
    shop.open_ui()
    session = shop.current_session_id
    session.set_opening_control(0, None)
    partner, late = env["res.partner"].create([{"name": "Crowd"}, {"name": "Late"}])
    invoices = create_invoices(env, partner, count)
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
        "invoices": invoices.ids,
        "late_partner": late.id,
        "leftovers": left_over.ids,
        "journals": shop._get_invoice_payment_journals().ids,
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
