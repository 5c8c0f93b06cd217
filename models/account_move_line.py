from odoo import fields, models
from odoo.fields import NO_ACCESS


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # What a till kept for later purchases: it was received for no invoice. Always the last
    # receivable item of its payment. Set with all rights only, see pos_receivable.deposit.
    pos_receivable_on_account = fields.Boolean(
        string="Kept on Account", readonly=True, copy=False, groups=NO_ACCESS
    )

    def _get_receivable_settling_rate(self):
        """The rate at which the rest of the payment among these lines pays all that is open on the
        others: in units of the foreign currency for one of the company's, of the invoice's or, where
        the invoice is in the company's, of the payment's.

        :return: ``0.0`` when there is no such rate: nothing is left in one of the two
        """
        credit = self.filtered(lambda line: line.balance < 0)
        debit = self - credit
        if debit.currency_id == self.company_currency_id:
            foreign, own = credit.amount_residual_currency, sum(debit.mapped('amount_residual'))
        else:
            foreign, own = sum(debit.mapped('amount_residual_currency')), credit.amount_residual
        return abs(foreign / own) if own else 0.0

    def _reconcile_receivable_at_settling_rate(self):
        """Reconcile the payment among these lines so that nothing stays open on the others.

        One by one, the largest last: what each takes is rounded, and the last takes what is left.
        """
        credit = self.filtered(lambda line: line.balance < 0)
        debits = (self - credit).sorted('amount_residual')
        for position, debit in enumerate(debits):
            if credit.reconciled:
                break
            rate = (credit + debits[position:])._get_receivable_settling_rate()
            (credit + debit).with_context(forced_rate_from_register_payment=rate).reconcile()

    def action_unreconcile_match_entries(self):
        # EXTENDS 'account'
        links = self.env['pos_receivable.reconcile.links']
        # Elevated to see what is about to be taken apart; whether this user may is up to the core.
        items = self.sudo().browse(self.env.context.get('active_ids') or ())
        items = items._all_reconciled_lines()
        taken_off = links._find_linked(items.matched_debit_ids | items.matched_credit_ids)
        result = super().action_unreconcile_match_entries()
        links._keep_apart(taken_off)
        return result
