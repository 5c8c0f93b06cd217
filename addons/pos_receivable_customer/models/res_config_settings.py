from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    pos_invoice_payment_show_profile = fields.Boolean(
        related='pos_config_id.invoice_payment_show_profile', readonly=False
    )
    receivable_statement_schedule = fields.Selection(
        related='company_id.receivable_statement_schedule', readonly=False
    )
    receivable_statement_kind = fields.Selection(
        related='company_id.receivable_statement_kind', readonly=False
    )
