from . import models
from . import report
from . import wizard
from .models.pos_receivable_reconcile_links import MIXED_LINKS


def pre_init_hook(env):
    """Note up to which payment the core's own wizard made the links, see the model
    ``pos_receivable.reconcile.links``. While the addon was away links were mixed up again: what was noted
    before counts no more."""
    env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM account_payment")
    [last] = env.cr.fetchone()
    env['ir.config_parameter'].set_param(MIXED_LINKS, last)


def post_init_hook(env):
    """Link what was bought on account before to its order, where that is certain."""
    env['pos_receivable.order.pairing']._link_old_items()


def uninstall_hook(env):
    """Make the demo payments deletable: posted, they would stay, and keep their customers and
    journals."""
    # From now on, links between payments and invoices may be mixed up again.
    noted = ('pos_receivable.late_workers', MIXED_LINKS)
    env['ir.config_parameter'].search([('key', 'in', noted)]).unlink()
    records = env['ir.model.data'].search(
        [
            ('module', '=', 'pos_receivable'),
            ('model', '=', 'account.payment'),
        ]
    )
    env['account.payment'].browse(records.mapped('res_id')).exists().action_draft()
