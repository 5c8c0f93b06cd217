"""A shop of the core's demo data, with its register open: without this addon (0) or with it (1)."""

from odoo import api
from odoo.modules.registry import Registry

from .clone import finish

ADDON = "pos_receivable"
SHOP = "point_of_sale.pos_config_main"


def seed(env, size):
    if not size:
        open_register(env.ref(SHOP))
        finish(env)
        return
    # Without our own demo data, which would be loaded at the till too.
    env.cr.execute("UPDATE ir_module_module SET demo = false")
    env.cr.commit()
    registry = Registry.new(env.cr.dbname, update_module=True, install_modules=[ADDON])
    with registry.cursor() as cursor:
        env = api.Environment(cursor, env.uid, env.context)
        shop = env.ref(SHOP)
        journal = shop.payment_method_ids.journal_id.filtered(lambda j: j.type == "cash")[:1]
        shop.write({"use_invoice_payment": True, "invoice_payment_cash_journal_id": journal.id})
        open_register(shop)
        finish(env)


def open_register(shop):
    shop.open_ui()
    shop.current_session_id.set_opening_control(0, None)
