from odoo import api, models


class PosReceivableJobs(models.AbstractModel):
    _inherit = 'pos_receivable.jobs'

    @api.model
    def _get_setting_bounds(self):
        # EXTENDS 'pos_receivable'
        return {
            **super()._get_setting_bounds(),
            'on_account_days': (0, 0, 3650),
        }
