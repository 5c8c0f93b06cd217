from odoo import models

from odoo.addons.pos_receivable.tools.payload import read_id

from ..models.order_check import LIVE


class PosMakePayment(models.TransientModel):
    """Whoever pays an order in the back office waits for the answer, as a cashier does."""

    _inherit = 'pos.make.payment'

    def check(self):
        # EXTENDS 'point_of_sale'
        order = self.env['pos.order'].browse(read_id(self.env.context.get('active_id')))
        live = order.uuid if order and order.has_access('read') else False
        return super(PosMakePayment, self.with_context(**{LIVE: live})).check()
