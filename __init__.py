from . import models
from . import report
from . import wizard


def post_init_hook(env):
    """Link what was bought on account before to its order, where that is certain."""
    env['pos_receivable.order.pairing']._link_old_items()


def uninstall_hook(env):
    """Make the demo payments deletable: posted, they would stay, and keep their customers and
    journals."""
    # From now on, links between payments and invoices may be mixed up again.
    noted = ('pos_receivable.late_workers', 'pos_receivable.mixed_links')
    env['ir.config_parameter'].search([('key', 'in', noted)]).unlink()
    records = env['ir.model.data'].search(
        [
            ('module', '=', 'pos_receivable'),
            ('model', '=', 'account.payment'),
        ]
    )
    env['account.payment'].browse(records.mapped('res_id')).exists().action_draft()
