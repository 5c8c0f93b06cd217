"""install_cycle.py CONFIG DATABASE ADDON: install, use, remove, install again; report as JSON.

``brought`` are the kinds of things the addon came with,
``left_behind`` is what the database has more than before the addon came, ``lost`` what it has less.
"""

import json
import sys

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

ADMIN_ID = 2
# What an addon may add to a database, by kind; records it made in use are not among it.
KINDS = {
    "columns": """SELECT table_name || '.' || column_name FROM information_schema.columns
                   WHERE table_schema = 'public'""",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """SELECT conrelid::regclass || '.' || conname FROM pg_constraint
                       WHERE connamespace = 'public'::regnamespace""",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "access rights": "SELECT name FROM ir_model_access",
    "rules": "SELECT COALESCE(name, id::text) FROM ir_rule",
    "menus": "SELECT id || ' ' || (name->>'en_US') FROM ir_ui_menu",
    "actions": "SELECT type || ' ' || id FROM ir_actions",
    "views": "SELECT id || ' ' || name FROM ir_ui_view",
    "crons": "SELECT id::text FROM ir_cron",
    "parameters": "SELECT key FROM ir_config_parameter",
    "external ids": "SELECT module || '.' || name FROM ir_model_data WHERE module = %(addon)s",
}


def main(config_file, database, addon):
    config.parse_config(["--config", config_file, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    with_env(database, forget_demo)
    before = snapshot(database, addon)
    install(database, addon)
    installed = snapshot(database, addon)
    with_env(database, use)
    with_env(database, lambda env: uninstall(env, addon))
    after = snapshot(database, addon)
    with_env(database, close)
    install(database, addon)
    with_env(database, check_reinstalled)
    report = {
        "brought": sorted(differences(installed, before)),
        "left_behind": differences(after, before),
        "lost": differences(before, after),
    }
    print(json.dumps(report))


def with_env(database, function):
    with Registry(database).cursor() as cursor:
        return function(api.Environment(cursor, ADMIN_ID, {}))


def forget_demo(env):
    """Install without our demo data, as in a real shop."""
    env.cr.execute("UPDATE ir_module_module SET demo = false")


def install(database, addon):
    Registry.new(database, update_module=True, install_modules=[addon])


def uninstall(env, addon):
    env["ir.module.module"].search([("name", "=", addon)]).button_immediate_uninstall()


def snapshot(database, addon):
    def read(env):
        content = {}
        for kind, query in KINDS.items():
            env.cr.execute(query, {"addon": addon} if "%(addon)s" in query else None)
            content[kind] = {row[0] for row in env.cr.fetchall()}
        return content

    return with_env(database, read)


def differences(one, other):
    return {kind: sorted(one[kind] - other[kind]) for kind in KINDS if one[kind] - other[kind]}


def use(env):
    """Collect on an invoice in a shop and leave the session open."""
    shop = env["pos.config"].search([("session_ids", "=", False)], limit=1)
    journal = shop.payment_method_ids.journal_id.filtered(lambda j: j.type == "cash")[:1]
    shop.write({"use_invoice_payment": True, "invoice_payment_cash_journal_id": journal.id})
    shop.open_ui()
    shop.current_session_id.set_opening_control(0, None)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": env["res.partner"].create({"name": "Install Cycle"}).id,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    shop.current_session_id.collect_invoice_payment(
        "install-cycle",
        invoice.partner_id.id,
        journal.id,
        [{"invoice_id": invoice.id, "amount": 60}],
    )


def close(env):
    """The core goes on where the addon left: the books stand, the session closes."""
    invoice = find_invoice(env)
    assert invoice.amount_residual == 40, invoice.amount_residual
    [payment] = invoice.matched_payment_ids
    assert payment.move_id.state == "posted", payment.move_id.state
    session = payment.pos_session_id
    session.post_closing_cash_details(0)
    session.update_closing_control_state_session("")
    answer = session.close_session_from_ui()
    assert answer == {"successful": True}, answer


def check_reinstalled(env):
    rows = env["pos.session"]._fields
    assert "invoice_payment_count" in rows
    assert find_invoice(env).amount_residual == 40


def find_invoice(env):
    return env["account.move"].search(
        [("partner_id.name", "=", "Install Cycle"), ("move_type", "=", "out_invoice")]
    )


main(*sys.argv[1:])
