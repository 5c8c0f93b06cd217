from odoo import api, models


class SaleOrderLine(models.Model):
    """What is sold with a confirmed order may be more than what it was confirmed with."""

    _inherit = 'sale.order.line'

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'sale'
        default = self.default_get(['order_id']).get('order_id')
        order_ids = {vals.get('order_id') or default for vals in vals_list}
        orders = self.env['sale.order'].browse(filter(None, order_ids))
        with orders._watch_receivable_credit():
            return super().create(vals_list)

    def write(self, vals):
        # EXTENDS 'sale'
        orders = self.order_id | self.env['sale.order'].browse(vals.get('order_id') or ())
        with orders._watch_receivable_credit():
            return super().write(vals)
