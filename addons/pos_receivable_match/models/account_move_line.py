from odoo import api, models


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    @api.ondelete(at_uninstall=False)
    def _unlink_receivable_match(self):
        # Who resets a bank transaction, or deletes a payment, takes the money away.
        self.env['pos_receivable.match.standing']._take_back_beside(self)
