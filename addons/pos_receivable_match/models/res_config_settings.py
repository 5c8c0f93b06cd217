from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    receivable_writeoff_account_id = fields.Many2one(
        related='company_id.receivable_writeoff_account_id', readonly=False
    )
    receivable_writeoff_limit = fields.Monetary(
        related='company_id.receivable_writeoff_limit', readonly=False
    )
    receivable_on_account_days = fields.Integer(
        string="Days that money on account is left alone",
        config_parameter='pos_receivable.on_account_days',
        default=0,
    )
    receivable_writeoff_percentage = fields.Float(
        related='company_id.receivable_writeoff_percentage', readonly=False
    )
