from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    receivable_followup_grace_days = fields.Integer(
        related='company_id.receivable_followup_grace_days', readonly=False
    )
    receivable_followup_write_off_limit = fields.Monetary(
        related='company_id.receivable_followup_write_off_limit', readonly=False
    )
    receivable_followup_write_off_account_id = fields.Many2one(
        related='company_id.receivable_followup_write_off_account_id', readonly=False
    )
