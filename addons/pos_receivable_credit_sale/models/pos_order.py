from odoo import api, models

from .sale_order import SOLD_AT_TILL, TILL


class PosOrder(models.Model):
    _inherit = 'pos.order'

    @api.model
    def sync_from_ui(self, orders):
        # EXTENDS 'point_of_sale'
        # Confirms quotations that were settled at the till: refused there, the sale would be stranded.
        marked = self.with_context(**{SOLD_AT_TILL: TILL})
        return super(PosOrder, marked).sync_from_ui(orders)
