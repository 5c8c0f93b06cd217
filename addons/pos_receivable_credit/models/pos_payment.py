from odoo import api, models

from .pos_order import SOLD


class PosPayment(models.Model):
    """A payment that is edited to be on account passes what an order on account passes."""

    _inherit = 'pos.payment'

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'point_of_sale'
        payments = super().create(vals_list)
        payments._check_receivable_credit()
        return payments

    def write(self, vals):
        # EXTENDS 'point_of_sale'
        result = super().write(vals)
        if vals.keys() & {'amount', 'payment_method_id', 'pos_order_id'}:
            self._check_receivable_credit()
        return result

    def _check_receivable_credit(self):
        orders = self.pos_order_id.filtered(lambda order: order.state in SOLD)
        orders._check_receivable_credit()
