from odoo import models


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _get_settling_rate(self):
        """The rate, in units of the invoice's currency for one of the company's, at which the
        payment among these lines pays all that is open on the invoice among them."""
        credit = self.filtered(lambda line: line.balance < 0)
        debit = self - credit
        return abs(sum(debit.mapped('amount_residual_currency')) / sum(credit.mapped('balance')))

    def _reconcile_at_settling_rate(self):
        self.with_context(forced_rate_from_register_payment=self._get_settling_rate()).reconcile()
