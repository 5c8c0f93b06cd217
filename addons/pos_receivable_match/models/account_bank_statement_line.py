from odoo import models


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def action_undo_reconciliation(self):
        # EXTENDS 'account'
        result = super().action_undo_reconciliation()
        self.env['pos_receivable.match.standing']._settle_returned(
            [('statement_line_id', 'in', self.ids)]
        )
        return result
