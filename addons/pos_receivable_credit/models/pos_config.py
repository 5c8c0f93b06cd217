from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PosConfig(models.Model):
    _inherit = 'pos.config'

    customer_account_check = fields.Selection(
        [
            ('off', "Not looked at"),
            ('observe', "Observe: log it, show nothing"),
            ('warn', "Warn: show it, refuse nothing"),
            ('block', "Block: refuse what should be held"),
        ],
        string="Selling on Account",
        default='off',
        required=True,
        help="What the till does before it sells on a customer's account. What was sold already is"
        " never refused.",
    )
    customer_account_override = fields.Selection(
        [('manager', "Managers"), ('any', "Any cashier, with a reason")],
        string="Who Lets It Pass Nevertheless",
        default='manager',
        required=True,
    )
    customer_account_offline = fields.Selection(
        [
            ('allow', "Allow, and report it"),
            ('ceiling', "Allow up to an amount"),
            ('refuse', "Refuse"),
        ],
        string="On Account While Offline",
        default='allow',
        required=True,
    )
    customer_account_offline_ceiling = fields.Monetary(
        string="Up to", help="For one order, while the till is offline."
    )

    @api.constrains('customer_account_check', 'payment_method_ids')
    def _check_pos_receivable_credit_methods(self):
        for config in self:
            nameless = config.payment_method_ids.filtered(
                lambda method: method.type == 'pay_later' and not method.split_transactions
            )
            if config.customer_account_check != 'off' and nameless:
                raise ValidationError(
                    self.env._(
                        "%(methods)s sells on account without asking who the customer is: switch on"
                        " Identify Customer there first.",
                        methods=', '.join(nameless.mapped('name')),
                    )
                )

    @api.model
    def _get_invoice_payment_guarded_fields(self):
        # EXTENDS 'pos_receivable'
        return super()._get_invoice_payment_guarded_fields() | {
            'customer_account_check',
            'customer_account_offline',
            'customer_account_offline_ceiling',
            'customer_account_override',
        }
