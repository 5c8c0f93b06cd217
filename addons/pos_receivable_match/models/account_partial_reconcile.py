from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    def _sum_receivable_matched(self, item):
        """By how much these lower what is open of ``item``, in its currency."""
        return sum(
            self.filtered(lambda partial: partial.debit_move_id == item).mapped(
                'debit_amount_currency'
            )
        ) - sum(
            self.filtered(lambda partial: partial.credit_move_id == item).mapped(
                'credit_amount_currency'
            )
        )

    def unlink(self):
        # EXTENDS 'account'
        # However people unreconcile or cancel, it comes through here.
        self.env['pos_receivable.match.standing']._note_taken_back(self)
        return super().unlink()
