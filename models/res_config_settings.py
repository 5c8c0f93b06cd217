from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    pos_use_invoice_payment = fields.Boolean(
        related='pos_config_id.use_invoice_payment', readonly=False
    )
    pos_invoice_payment_cash_journal_id = fields.Many2one(
        related='pos_config_id.invoice_payment_cash_journal_id', readonly=False
    )
    pos_invoice_payment_bank_journal_ids = fields.Many2many(
        related='pos_config_id.invoice_payment_bank_journal_ids', readonly=False
    )
    pos_invoice_payment_access = fields.Selection(
        related='pos_config_id.invoice_payment_access', readonly=False
    )
    pos_invoice_payment_cashier_void = fields.Boolean(
        related='pos_config_id.invoice_payment_cashier_void', readonly=False
    )
