from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.outcome import Outcome


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    # -------------------------------------------------------------------------
    # Matching
    # -------------------------------------------------------------------------

    def action_undo_reconciliation(self):
        # EXTENDS 'account'
        result = super().action_undo_reconciliation()
        self.env['pos_receivable.match.standing']._settle_returned(
            [('statement_line_id', 'in', self.ids)]
        )
        return result

    def _apply_match(self, allocations):
        """Replace the suspense line by receivables of the customers of ``allocations``, reconciled
        with their items; what is left over stays on the suspense account.

        :return: :class:`Outcome`: what has to be taken back to undo it, apart from the reconciliation
        """
        self.ensure_one()
        # What is settled in another company's books than the bank's is no item of this entry.
        entries = self.env['account.move'].union(
            *(a._close_rest() for a in allocations if a._closes_rest() and not self._holds(a))
        )
        known, partner = self.line_ids, self.partner_id
        liquidity, suspense, _others = self._seek_for_lines()
        counterparts = [self._prepare_counterpart_vals(allocation) for allocation in allocations]
        additional = counterparts + [
            vals
            for allocation in allocations.filtered(lambda a: a._closes_rest() and self._holds(a))
            for vals in self._prepare_closing_vals(allocation)
        ]
        suspense_command = self._prepare_suspense_command(suspense, additional)
        payers = allocations.line_id.partner_id.commercial_partner_id
        payer = payers if len(payers) == 1 else partner
        # In one go, as the core does: each step alone would leave the entry unbalanced.
        self._get_match_move().write(
            {
                'line_ids': [
                    Command.update(liquidity.id, {'partner_id': payer.id}),
                    suspense_command,
                    *map(Command.create, additional),
                ]
            }
        )
        added = (self.line_ids - known).sorted('id')
        for allocation, line in zip(allocations, added, strict=False):
            pair = line | allocation.line_id
            if line.currency_id == allocation.currency_id:
                pair.reconcile()
            else:
                pair._reconcile_at_settling_rate()
        return Outcome(lines=added._ids, entries=entries._ids, partner_before=partner.id or None)

    def _holds(self, allocation):
        """Whether the invoice is in the books of the company whose bank this is."""
        return allocation.line_id.company_id == self.company_id

    def _get_match_move(self):
        """The entry, to be written in one go; the core then brings the statement line in line.
        The taxes of a discount are among what is written, and not computed once more."""
        return self.move_id.with_context(
            force_delete=True, skip_readonly_check=True, skip_invoice_sync=True
        )

    def _prepare_counterpart_vals(self, allocation):
        """A receivable over what ``allocation`` settles, a rest that is closed in this entry included.

        :raise UserError: several invoices in another currency than the money's
        """
        item = allocation.line_id
        currency = self._seek_for_lines()[1].currency_id
        amount = allocation.paid
        if allocation.currency_id == currency:
            amount = allocation._get_settled() if self._holds(allocation) else allocation.amount
        elif (
            allocation.candidate_id.fit != 'converted'
            or len(allocation.candidate_id.allocation_ids) > 1
        ):
            raise UserError(
                self.env._("The currencies differ. Please reconcile this payment by hand.")
            )
        return {
            'name': self.payment_ref,
            'partner_id': item.partner_id.id,
            'account_id': item.account_id.id,
            **self._prepare_match_amounts(currency, -amount),
        }

    def _prepare_closing_vals(self, allocation):
        """The lines against what the money does not pay but is settled nevertheless."""
        worth = self._prepare_match_amounts(allocation.currency_id, allocation.left)
        return allocation._prepare_closing_vals(worth['balance'])

    def _prepare_match_amounts(self, currency, amount):
        amounts = self._prepare_counterpart_amounts_using_st_line_rate(currency, None, amount)
        return {
            'currency_id': currency.id,
            'amount_currency': amount,
            'balance': amounts['balance'],
        }

    def _prepare_suspense_command(self, suspense, additional):
        """Lower the suspense line by the ``additional`` lines, or remove it; a difference by
        rounding goes to the last of those."""
        rest = suspense.amount_currency - sum(vals['amount_currency'] for vals in additional)
        balance = suspense.balance - sum(vals['balance'] for vals in additional)
        if suspense.currency_id.is_zero(rest):
            last = additional[-1]
            last['balance'] = self.company_id.currency_id.round(last['balance'] + balance)
            return Command.delete(suspense.id)
        return Command.update(
            suspense.id,
            {
                'amount_currency': suspense.currency_id.round(rest),
                'balance': self.company_id.currency_id.round(balance),
            },
        )

    def _went_elsewhere(self, items, outcomes):
        """Whether people have used the money otherwise than for ``items``; what waits on an account
        of their customers may still come to them.

        :param outcomes: of what was booked on the same money besides
        """
        booked = {line for outcome in outcomes for line in outcome.lines}
        others = self._seek_for_lines()[2].filtered(lambda line: line.id not in booked)
        if self.state != 'posted' or not others:
            return False
        if settled := others._get_match_counterparts():
            return bool(settled - items)
        return not all(
            line.account_type == 'asset_receivable' and line.partner_id in items.partner_id
            for line in others
        )

    def _find_match_leftovers(self, outcome):
        """The lines that ``outcome`` added and that stand unreconciled on a customer's account; else
        the entries made beside this one, in the books of other companies, that still stand."""
        added = self.env['account.move.line'].browse(outcome.lines).exists()
        lines = (added & self.line_ids).filtered(
            lambda line: line.account_id.reconcile and not line.matching_number
        )
        return lines or added._find_match_leftovers(outcome)

    def _revert_match(self, outcome):
        """Put the money of the lines that ``outcome`` added back on the suspense account; their
        reconciliation is undone already."""
        self.ensure_one()
        added = self.env['account.move.line'].browse(outcome.lines)
        liquidity, suspense, _others = self._seek_for_lines()
        # The core would break the reconciliations of lines whose amount changes.
        used = (added.exists() | suspense).filtered('matching_number')
        if added.exists() != added or added - self.line_ids or used:
            raise UserError(self.env._("The bank transaction was changed since. Undo it by hand."))
        amounts = {
            'amount_currency': sum((added | suspense).mapped('amount_currency')),
            'balance': sum((added | suspense).mapped('balance')),
        }
        if suspense:
            command = Command.update(suspense.id, amounts)
        else:
            vals = self._prepare_move_line_default_vals()[1]
            command = Command.create({**_without_sides(vals), **amounts})
        commands = [
            Command.update(liquidity.id, {'partner_id': outcome.partner_before}),
            command,
            *(Command.delete(line.id) for line in added),
        ]
        self._get_match_move().write({'line_ids': commands})
        self._seek_for_lines()[1].partner_id = outcome.partner_before
        # Made beside this entry, in the books of other companies.
        items = self.env['account.move.line']
        items._revert_match(outcome)

    def _record_match_for(self, partner):
        """Record the money, all of which is on the suspense account, for ``partner``, an id."""
        liquidity, suspense, others = self._seek_for_lines()
        if not others and self.partner_id.id != partner:
            commands = [Command.update(l.id, {'partner_id': partner}) for l in liquidity | suspense]
            self._get_match_move().write({'line_ids': commands})


def _without_sides(vals):
    return {name: value for name, value in vals.items() if name not in ('debit', 'credit')}
