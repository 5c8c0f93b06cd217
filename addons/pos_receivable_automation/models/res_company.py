from odoo import api, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'base'
        companies = super().create(vals_list)
        # Elevated: the records only spell out defaults. There from the beginning, they are found by
        # whoever opens them, from the menu or by a bookmark.
        self.env['pos_receivable.mode'].sudo()._ensure(companies)
        return companies
