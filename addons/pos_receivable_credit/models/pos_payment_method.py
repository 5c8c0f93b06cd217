from odoo import api, models


class PosPaymentMethod(models.Model):
    _inherit = 'pos.payment.method'

    @api.constrains('split_transactions', 'journal_id')
    def _check_pos_receivable_credit_customer(self):
        """Without a customer, what is sold on account is nobody's once the session is closed."""
        self.config_ids._check_pos_receivable_credit_methods()
