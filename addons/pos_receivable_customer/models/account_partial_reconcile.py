from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    # The night asks what was matched since the last one.
    _receivable_write_date_idx = models.Index("(write_date)")

    def unlink(self):
        # EXTENDS 'account'
        # However people unreconcile or cancel, it comes through here. Elevated: no one's to write.
        touched = self.env['pos_receivable.payment.profile.touched'].sudo()
        touched._add(self.sudo().debit_move_id.partner_id.ids)
        return super().unlink()
