"""install_cycle.py CONFIG DATABASE ADDON: install on a database with sales, use, update twice, remove
while a session is open, install again; report as JSON.

``brought`` are the kinds of things the addon came with, ``changed`` is what updating it made of them,
``left_behind`` is what the database has more than before the addon came, ``lost`` what it has less.
"""

import json
import sys

from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

ADMIN_ID = 2
FIRST = "pos_receivable"
# What an addon may add to a database, by kind; records it made in use are not among it.
KINDS = {
    "tables": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "relations": "SELECT name FROM ir_model_relation",
    "selections": """SELECT field.model || '.' || field.name || '.' || selection.value
                       FROM ir_model_fields_selection selection
                       JOIN ir_model_fields field ON field.id = selection.field_id""",
    "settings of users": "SELECT id::text FROM ir_default",
    "columns": """SELECT table_name || '.' || column_name FROM information_schema.columns
                   WHERE table_schema = 'public'""",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """SELECT conrelid::regclass || '.' || conname FROM pg_constraint
                       WHERE connamespace = 'public'::regnamespace""",
    "functions": """SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "triggers": "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal",
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
    if needed := with_env(database, lambda env: find_needed(env, addon)):
        install(database, *needed)
    before = snapshot(database, addon)
    install(database, addon)
    installed = snapshot(database, addon)
    with_env(database, use)
    books = with_env(database, read_books)
    own = with_env(database, read_own)
    update(database, addon)
    update(database, addon)
    updated = snapshot(database, addon)
    assert with_env(database, read_books) == books
    assert with_env(database, read_own) == own
    with_env(database, lambda env: uninstall(env, addon))
    assert with_env(database, read_books) == books
    after = snapshot(database, addon)
    with_env(database, close if addon == FIRST else lambda env: None)
    install(database, addon)
    with_env(database, lambda env: check_reinstalled(env, addon))
    report = {
        "brought": sorted(differences(installed, before)),
        "changed": differences(updated, installed) | differences(installed, updated),
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


def install(database, *addons):
    Registry.new(database, update_module=True, install_modules=list(addons))


def find_needed(env, addon):
    """The addons of this family that ``addon`` depends on, which are installed before it comes."""
    env["ir.module.module"].update_list()
    found = env["ir.module.module"].search([("name", "=", addon)])
    return found.upstream_dependencies(exclude_states=("installed",)).mapped("name")


def update(database, addon):
    Registry.new(database, update_module=True, upgrade_modules=[addon])


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
    """Collect, in a shop with a past, in a session that is closed and in one that stays open: on one
    invoice, on several, by bank, and with payments taken back at the till and in the back office."""
    assert env["pos.order"].search_count([("state", "=", "done")]), "a shop without a past"
    shop = env["pos.config"].search([("session_ids", "=", False)], limit=1)
    journal = shop.payment_method_ids.journal_id.filtered(lambda j: j.type == "cash")[:1]
    shop.write({"use_invoice_payment": True, "invoice_payment_cash_journal_id": journal.id})
    bank_journal = shop.invoice_payment_bank_journal_ids[:1]
    invoices = [make_invoice(env, "Install Cycle"), *(make_invoice(env, "Others") for _ in "123")]

    open_session(shop, 0)
    collect(shop, "closed", journal, {invoices[1]: 30})
    close_session(shop.current_session_id, 30)

    open_session(shop, 30)
    collect(shop, "install-cycle", journal, {invoices[0]: 60})
    collect(shop, "several", journal, {invoices[2]: 20, invoices[3]: 15})
    collect(shop, "bank", bank_journal, {invoices[1]: 40})
    voided = collect(shop, "voided", journal, {invoices[2]: 5})
    shop.current_session_id.void_invoice_payment(voided, "wrong")
    cancelled = collect(shop, "cancelled", journal, {invoices[3]: 5})
    env["account.payment"].browse(cancelled).action_cancel()
    if "pos_receivable.mode" in env:
        env["pos_receivable.mode"].action_open_modes()
    if "pos_receivable.match.proposal" in env:
        match(env, invoices[3], 7)


def match(env, invoice, amount):
    """Accept a proposal, which leaves a decision nobody may delete, and leave another one waiting."""
    env["account.bank.statement.line"].create(
        [
            {"journal_id": find_bank(env).id, "amount": amount, "payment_ref": text}
            for text in (invoice.name, f"{invoice.name}1")
        ]
    )
    env["pos_receivable.match.schedule"]._run_now(env.company)
    [proposal] = env["pos_receivable.match.proposal"].search([("text", "=", invoice.name)])
    proposal.action_accept()


def make_invoice(env, name):
    partner = env["res.partner"].search([("name", "=", name)], limit=1)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": (partner or partner.create({"name": name})).id,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    return invoice


def open_session(shop, cash):
    shop.open_ui()
    shop.current_session_id.set_opening_control(cash, None)


def collect(shop, uuid, journal, parts):
    answer = shop.current_session_id.collect_invoice_payment(
        uuid,
        next(iter(parts)).partner_id.id,
        journal.id,
        [{"invoice_id": invoice.id, "amount": amount} for invoice, amount in parts.items()],
    )
    return answer["payment"]["id"]


def read_books(env):
    """What every account and every invoice says: nothing the addon's coming or going may change."""
    env.cr.execute(
        """
        SELECT account_id, parent_state, COUNT(*), SUM(balance)::text, SUM(amount_residual)::text
          FROM account_move_line GROUP BY account_id, parent_state ORDER BY 1, 2
        """
    )
    accounts = env.cr.fetchall()
    env.cr.execute("SELECT id, state, payment_state, amount_residual::text FROM account_move")
    return accounts, sorted(env.cr.fetchall())


def read_own(env):
    """What the addons keep themselves: nothing an update may lose, a session that is open included."""
    sessions = env["pos.session"].search([("state", "!=", "closed")])
    found = {
        "open sessions": len(sessions),
        "collected": sum(sessions.mapped("invoice_payment_count")),
    }
    for name, model in env.registry.items():
        if name.startswith("pos_receivable.") and not model._abstract and not model._transient:
            records = env[name].sudo().with_context(active_test=False).search([])
            states = records.mapped("state") if "state" in model._fields else []
            found[name] = len(records), sorted(states)
    assert found["open sessions"], found
    return found


def close(env):
    """The core goes on where the addon left: the books stand, the session closes."""
    invoice = find_invoice(env)
    assert invoice.amount_residual == 40, invoice.amount_residual
    [payment] = invoice.matched_payment_ids
    assert payment.move_id.state == "posted", payment.move_id.state
    session = payment.pos_session_id
    # The core knows nothing of the collections: what was in the drawer at first is expected.
    close_session(session, 30)


def close_session(session, counted):
    session.post_closing_cash_details(counted)
    session.update_closing_control_state_session("")
    answer = session.close_session_from_ui()
    assert answer == {"successful": True}, answer


def check_reinstalled(env, addon):
    assert env["ir.module.module"].search([("name", "=", addon)]).state == "installed"
    assert find_invoice(env).amount_residual == 40


def find_bank(env):
    return env["account.journal"].search([("type", "=", "bank")], limit=1)


def find_invoice(env):
    return env["account.move"].search(
        [("partner_id.name", "=", "Install Cycle"), ("move_type", "=", "out_invoice")]
    )


main(*sys.argv[1:])
