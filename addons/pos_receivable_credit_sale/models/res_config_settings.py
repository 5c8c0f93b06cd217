from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    receivable_credit_sale_check = fields.Selection(
        related='company_id.receivable_credit_sale_check', readonly=False
    )
