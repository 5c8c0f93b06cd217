"""What tests need that stand where a remote caller stands: the dispatcher of the server, the list
of what it lets through to an addon, and what the ledger holds."""

from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw

FAMILY = 'odoo.addons.pos_receivable'  # and what its name begins with
LEDGER = {
    'entries': "SELECT state, COUNT(*) FROM account_move GROUP BY state",
    'items': """
        SELECT account_id, COUNT(*), SUM(balance), SUM(amount_currency), SUM(amount_residual),
               SUM(amount_residual_currency)
          FROM account_move_line GROUP BY account_id""",
    'partials': "SELECT COUNT(*), SUM(amount) FROM account_partial_reconcile",
    'payments': "SELECT state, COUNT(*), SUM(amount) FROM account_payment GROUP BY state",
    'sessions': """
        SELECT id, state, invoice_cash_at_closing, invoice_payments_told,
               invoice_payments_given_up::text, cash_register_balance_end_real FROM pos_session""",
    'shops': """
        SELECT id, use_invoice_payment, invoice_payment_access, invoice_payment_cashier_void,
               invoice_payment_ask_shortfall, invoice_payment_cash_journal_id FROM pos_config""",
    'shortfalls': "SELECT reason_id, note, promise_date, COUNT(*) FROM pos_receivable_shortfall"
    " GROUP BY reason_id, note, promise_date",
    'mails': "SELECT COUNT(*) FROM mail_mail",
    'messages': "SELECT COUNT(*) FROM mail_message",
}


def call(user, model, method, *args, **kwargs):
    """Call a method as ``user`` through the dispatcher that serves every remote call."""
    env = user.env(user=user.id, su=False, context={})
    context = {'allowed_company_ids': user.sudo().company_ids.ids, **kwargs.pop('context', {})}
    return call_kw(env[model], method, args, {**kwargs, 'context': context})


def find_public_methods(env, addon='pos_receivable'):
    """Whatever the addon's classes define and anybody may call: ``{'model.method'}``."""
    return {
        f'{name}.{attribute}'
        for name, model in env.registry.items()
        for base in model.__mro__
        if base.__module__.startswith(f'odoo.addons.{addon}.')
        for attribute, value in vars(base).items()
        if callable(value)
        and not attribute.startswith('_')
        and not any(
            getattr(vars(parent).get(attribute), '_api_private', False) for parent in model.__mro__
        )
    }


def find_own_methods(env, addon='pos_receivable'):
    """Those of them that the core does not know: the contract of the till."""
    return {
        method
        for method in find_public_methods(env, addon)
        if all(
            base.__module__.startswith(FAMILY)
            for base in env.registry[method.rpartition('.')[0]].__mro__
            if method.rpartition('.')[2] in vars(base)
        )
    }


def find_fields(env, addon='pos_receivable'):
    """The fields that exist because of the addon: ``{'model.field'}``; not those of its own
    wizards, which belong to whoever opened them, nor of what has no records."""
    return {
        f'{name}.{field.name}'
        for name, model in env.registry.items()
        if not (model._transient and name.startswith('pos_receivable.'))
        if not model._abstract
        for field in model._fields.values()
        if addon in field._modules and field.name not in (*MAGIC_COLUMNS, 'display_name')
    }


def read_ledger(env):
    """Everything a refused request must not change, as plain values to compare."""
    env.flush_all()
    return {kind: sorted(_rows(env, query), key=repr) for kind, query in LEDGER.items()}


def _rows(env, query):
    env.cr.execute(query)
    return env.cr.fetchall()
