from . import models
from . import report
from . import wizard


def uninstall_hook(env):
    """Make the demo payments deletable: posted, they would stay, and keep their customers and
    journals. Take back the jobs, which could no longer be done."""
    records = env['ir.model.data'].search(
        [
            ('module', '=', 'pos_receivable'),
            ('model', '=', 'account.payment'),
        ]
    )
    env['account.payment'].browse(records.mapped('res_id')).exists().action_draft()
    env['pos_receivable.reconcile.schedule']._forget_queue()
