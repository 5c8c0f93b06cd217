from collections import defaultdict

from odoo import api, models


class PosReceivableCreditExposure(models.AbstractModel):
    _inherit = 'pos_receivable.credit.exposure'

    @api.model
    def _get_parts(self):
        # EXTENDS 'pos_receivable_credit'
        return {**super()._get_parts(), 'sale_orders': self.env._("Orders not invoiced yet")}

    @api.model
    def _read_sale_orders(self, request):
        """What is left to be invoiced of confirmed orders, less what was invoiced of it as a down
        payment. It is the core's amount, of which the till has taken off what was settled there."""
        orders = self.env['sale.order'].search(
            [
                ('state', '=', 'sale'),
                ('company_id', 'child_of', request['company'].root_id.id),
                ('partner_invoice_id.commercial_partner_id', 'in', request['partner_ids']),
                ('order_line', 'any', [('untaxed_amount_to_invoice', '>', 0)]),
            ]
        )
        if (subject := request['subject']) and subject._name == orders._name:
            orders -= subject
        amounts = defaultdict(float)
        for order in orders:
            down_payments = order.order_line.filtered('is_downpayment')
            left = order.amount_to_invoice - sum(down_payments.mapped('amount_invoiced'))
            customer = order.partner_invoice_id.commercial_partner_id
            amounts[customer.id] += max(left, 0.0) / (order.currency_rate or 1.0)
        return amounts

    @api.model
    def _read_draft_invoices(self, request):
        # EXTENDS 'pos_receivable_credit'
        # What a draft invoices of a confirmed order is left to be invoiced of it until it is posted.
        amounts = defaultdict(float, super()._read_draft_invoices(request))
        ordered = self._execute(
            """
            SELECT move.commercial_partner_id,
                   SUM(line.price_total / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)
                       * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END)
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
             WHERE move.commercial_partner_id IN %(partner_ids)s
               AND move.company_id = ANY(ARRAY%(company_ids)s)
               AND move.state = 'draft'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND EXISTS (
                       SELECT
                         FROM sale_order_line_invoice_rel link
                         JOIN sale_order_line ordered ON ordered.id = link.order_line_id
                        WHERE link.invoice_line_id = line.id
                          AND ordered.state = 'sale'
                   )
          GROUP BY move.commercial_partner_id
            """,
            request,
        )
        for partner_id, amount in ordered:
            amounts[partner_id] -= amount
        return amounts
