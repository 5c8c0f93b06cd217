from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _get_receivable_exposure(self, company):
        """What these customers' commercial entities owe a company and its branches, or are about to
        owe, in company currency; elevated, the caller has checked who asks.

        :return: ``{id of the commercial entity: Exposure}``, see ``pos_receivable.credit.exposure``
        """
        # Elevated: sums, and of these customers alone.
        exposures = self.env['pos_receivable.credit.exposure'].sudo()
        return exposures._compute(self.sudo().commercial_partner_id, company.sudo())
