from odoo import api, fields, models
from odoo.exceptions import AccessError

from .order_check import LIVE

SOLD = ('paid', 'done')


class PosOrder(models.Model):
    """Orders on a customer's account pass ``pos_receivable.credit.order.check``, however they come to
    be paid."""

    _inherit = 'pos.order'

    # What the till says until the order is paid, which proves nothing; then what was granted.
    customer_account_uuid = fields.Char(
        copy=False,
        groups='point_of_sale.group_pos_user',
        help="Identifies what was authorized on the customer's account for this order.",
    )

    def action_pos_order_paid(self):
        # EXTENDS 'point_of_sale'
        # Before the core looks at the sums: nothing of an order that is refused is to be done.
        self._check_receivable_credit()
        return super().action_pos_order_paid()

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'point_of_sale'
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in SOLD)._check_receivable_credit()
        return orders

    def write(self, vals):
        # EXTENDS 'point_of_sale'
        if 'customer_account_uuid' in vals and not self.env.su:
            self._check_receivable_credit_claim(vals['customer_account_uuid'])
        if not vals.keys() & {'state', 'partner_id', 'session_id'}:
            return super().write(vals)
        buyers = {
            order: order.partner_id.commercial_partner_id for order in self if order.state in SOLD
        }
        result = super().write(vals)
        for order in self.filtered(lambda order: order.state in SOLD):
            is_moved = buyers.get(order) != order.partner_id.commercial_partner_id
            if is_moved or 'session_id' in vals:
                order._check_receivable_credit()
        return result

    def _check_receivable_credit(self):
        """Whether what is sold on account here was granted.

        :raise UserError: not, it must not be sold, and the cashier waits for the answer
        """
        live = self.env.context.get(LIVE)
        for order in self:
            # Elevated: cashiers write no authorizations, and do not choose what of their context is
            # obeyed. In this order's session and company.
            session_sudo = order.session_id._get_invoice_payment_sudo()
            session_sudo.env['pos_receivable.credit.order.check']._check(
                order.with_env(session_sudo.env), live
            )

    def _check_receivable_credit_claim(self, uuid):
        for order in self:
            # Elevated: the field is not for everybody who may write on orders.
            if order.state in SOLD and (order.sudo().customer_account_uuid or False) != (
                uuid or False
            ):
                raise AccessError(
                    self.env._("What was authorized for a paid order cannot be changed by hand.")
                )
