from odoo import api, fields, models


class PosConfig(models.Model):
    _inherit = 'pos.config'

    customer_account_check = fields.Selection(
        [('off', "Off"), ('observe', "Observe"), ('warn', "Warn"), ('block', "Block")],
        default='off',
        required=True,
    )
    customer_account_override = fields.Selection(
        [('manager', "Managers"), ('any', "Any Cashier")], default='manager', required=True
    )

    @api.model
    def _get_invoice_payment_guarded_fields(self):
        # EXTENDS 'pos_receivable'
        return super()._get_invoice_payment_guarded_fields() | {
            'customer_account_check',
            'customer_account_override',
        }
