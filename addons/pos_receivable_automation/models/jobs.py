from odoo import api, models


class PosReceivableJobs(models.AbstractModel):
    _inherit = 'pos_receivable.jobs'

    @api.model
    def _get_setting_bounds(self):
        # EXTENDS 'pos_receivable'
        return {
            **super()._get_setting_bounds(),
            'reviews': (100, 1, 1000),
            'precision': (97, 50, 99),
        }
