from odoo import api, fields, models


class PosConfig(models.Model):
    _inherit = 'pos.config'

    invoice_payment_show_profile = fields.Boolean(
        string="Tell Cashiers How Customers Pay",
        help="Above a customer's unpaid invoices, on the cashier's screen alone.",
    )

    @api.model
    def _get_invoice_payment_guarded_fields(self):
        # EXTENDS 'pos_receivable'
        return super()._get_invoice_payment_guarded_fields() | {'invoice_payment_show_profile'}
