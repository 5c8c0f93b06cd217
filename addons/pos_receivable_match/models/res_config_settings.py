from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    receivable_writeoff_account_id = fields.Many2one(
        related='company_id.receivable_writeoff_account_id', readonly=False
    )
    receivable_writeoff_limit = fields.Monetary(
        related='company_id.receivable_writeoff_limit', readonly=False
    )
    receivable_writeoff_percentage = fields.Float(
        related='company_id.receivable_writeoff_percentage', readonly=False
    )
