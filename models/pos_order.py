from odoo import models


class PosOrder(models.Model):
    _inherit = 'pos.order'

    def _reconcile_invoice_payments(self, invoice, payment_moves):
        # EXTENDS 'point_of_sale'
        result = super()._reconcile_invoice_payments(invoice, payment_moves)
        # Elevated: money was taken on the customer's account for the very orders being invoiced.
        self.env['pos_receivable.order.pairing'].sudo()._pair_invoiced(self.sudo(), invoice.sudo())
        return result

    def _create_misc_reversal_move(self, payment_moves):
        # EXTENDS 'point_of_sale'
        result = super()._create_misc_reversal_move(payment_moves)
        # Elevated: the items of the very order being invoiced, which a cashier may not read.
        self.env['pos_receivable.order.pairing'].sudo()._pair_reversal(
            self.sudo(), payment_moves.sudo()
        )
        return result
