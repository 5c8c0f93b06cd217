from odoo import models


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    # The reconciliation looks up the transactions of a payment.
    _pos_receivable_payment_idx = models.Index('(payment_id) WHERE payment_id IS NOT NULL')
