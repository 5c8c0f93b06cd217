"""queue_jobs.py CONFIG DATABASE ADDON: leave work for the job runner; report as JSON.

A shop with leftovers in two companies and three scheduled actions as parallel workers installs
queue_job; then the scheduled action is called, from all sides. ``chains`` are the jobs alive after
each call, ``crons`` the scheduled actions before and after, ``first conflict`` and ``sixth
conflict`` how a job stands after it.
"""

import contextlib
import json
import sys

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.sql_db import db_connect
from odoo.tools import config, mute_logger

CUSTOMERS = 6
INVOICES_EACH = 2
CRON = "pos_receivable.ir_cron_reconcile"
WORKERS = 3
BATCH = 2


def main(config_file, database, addon):
    config.parse_config(["--config", config_file, "--no-http"], setup_logging=True)
    server.load_server_wide_modules()
    with db_connect(database).cursor() as cursor:
        cursor.execute("UPDATE ir_module_module SET demo = false")
    Registry.new(database, update_module=True, install_modules=[addon])
    with transaction(database) as env:
        seed(env)
    with transaction(database) as env:
        save_settings(env)
        crons = [count_crons(env)]
    Registry.new(database, update_module=True, install_modules=["queue_job"])
    report = {"chains": enqueue(database)}
    meet_conflict(database, report)
    with transaction(database) as env:
        crons.append(count_crons(env))
        save_settings(env)
        crons.append(count_crons(env))
    print(json.dumps(report | {"crons": crons}))


@contextlib.contextmanager
def transaction(database):
    with Registry(database).cursor() as cursor:
        yield api.Environment(cursor, SUPERUSER_ID, {})


def save_settings(env):
    values = {"receivable_workers": WORKERS, "receivable_batch_size": BATCH}
    env["res.config.settings"].create(values).execute()


def count_crons(env):
    code = "model.action_force_payment_reconciliation()"
    return env["ir.cron"].search_count([("code", "=", code)])


def seed(env):
    companies = env["res.company"].search([("chart_template", "!=", False)])
    for company in companies:
        shop = env(context={"allowed_company_ids": company.ids})
        # Ids in a row: each of the workers has the same number of them.
        customers = shop["res.partner"].create([{"name": "Queued"}] * CUSTOMERS)
        create_leftovers(shop, customers.ids * INVOICES_EACH)
    first = env(context={"allowed_company_ids": companies[0].ids})
    account = create_account(first)
    vals = {"name": "Poison", "property_account_receivable_id": account.id}
    create_leftovers(first, first["res.partner"].create(vals).ids)
    env.flush_all()
    # An account in use keeps this box; somebody found a way.
    env.cr.execute("UPDATE account_account SET reconcile = FALSE WHERE id = %s", [account.id])


def create_account(env):
    values = {"name": "Poisoned", "code": "101999", "account_type": "asset_receivable"}
    return env["account.account"].create({**values, "reconcile": True})


def create_leftovers(env, customer_ids):
    """Invoices, each with a payment linked to it that nobody reconciled."""
    line = {"name": "Goods", "price_unit": 100.0, "tax_ids": []}
    vals = {"move_type": "out_invoice", "invoice_line_ids": [Command.create(line)]}
    invoices = env["account.move"].create([{**vals, "partner_id": id_} for id_ in customer_ids])
    invoices.action_post()
    of_company = [("type", "=", "bank"), ("company_id", "=", env.company.id)]
    vals = {
        "payment_type": "inbound",
        "partner_type": "customer",
        "journal_id": env["account.journal"].search(of_company, limit=1).id,
        "amount": 100.0,
    }
    payments = env["account.payment"].create(
        [
            {
                **vals,
                "partner_id": invoice.partner_id.id,
                "invoice_ids": [Command.set(invoice.ids)],
            }
            for invoice in invoices
        ]
    )
    payments.action_post()


def enqueue(database):
    """Call the scheduled action twice at the same time, then once more."""
    counts = []
    with transaction(database) as late:
        late["queue.job"].search([])  # what it knows is from before the other's call
        with transaction(database) as env:
            env.ref(CRON).method_direct_trigger()
        counts.append(count_chains(database))
        late["account.move"].action_force_payment_reconciliation()
    counts.append(count_chains(database))
    with transaction(database) as env:
        env.ref(CRON).method_direct_trigger()
    counts.append(count_chains(database))
    return counts


def count_chains(database):
    with transaction(database) as env:
        return env["queue.job"].search_count([("state", "in", ["pending", "enqueued", "started"])])


def meet_conflict(database, report):
    """Do a job as the queue's controller does, while somebody else changes the same invoices."""
    from odoo.addons.queue_job.controllers.main import RunJobController

    for name, company, tries in (
        ("first conflict", "My Company (San Francisco)", 0),
        ("sixth conflict", "My US Company", 5),
    ):
        with transaction(database) as env:
            job = env["queue.job"].search([("company_id.name", "=", company)], limit=1)
            job.write({"state": "enqueued", "retry": tries})
            uuid = job.uuid
        with transaction(database) as env:
            job = RunJobController._acquire_job(env, uuid)
            with transaction(database) as other:
                other["account.move"].action_force_payment_reconciliation()
            report["chains"].append(count_chains(database))
            with transaction(database) as other:
                other.cr.execute("UPDATE account_move SET ref = ref WHERE move_type LIKE 'out%'")
            with mute_logger("odoo.sql_db"):
                RunJobController._runjob(env, job)
        with transaction(database) as env:
            job = env["queue.job"].search([("uuid", "=", uuid)])
            report[name] = [job.state, job.retry, uuid]


main(*sys.argv[1:])
