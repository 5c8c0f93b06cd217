from odoo import models


class AccountAnalyticDistributionModel(models.Model):
    _inherit = 'account.analytic.distribution.model'

    def _get_applicable_models(self, vals):
        # EXTENDS 'analytic'
        # The core adds to this list, which is part of what it remembers answers by: every item of
        # an entry would search again. A payment over ten invoices has ten alike.
        if 'partner_category_id' in vals:
            vals = {**vals, 'partner_category_id': list(vals['partner_category_id'])}
        return super()._get_applicable_models(vals)
