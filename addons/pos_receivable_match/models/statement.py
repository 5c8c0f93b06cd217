from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..matching import Fit
from ..tools.outcome import Outcome


class PosReceivableMatchStatement(models.AbstractModel):
    """Books money of a bank statement: puts receivables of the customers in place of what stands on the
    suspense account, and takes that back."""

    _name = 'pos_receivable.match.statement'
    _description = "Matching: Bank Statement"

    @api.model
    def _apply(self, line, allocations):
        """Replace the suspense line by receivables of the customers of ``allocations``, reconciled
        with their items; what is left over stays on the suspense account.

        :return: :class:`Outcome`: what has to be taken back to undo it, apart from the reconciliation
        """
        line.ensure_one()
        # What is settled in another company's books than the bank's is no item of this entry.
        entries = self.env['account.move'].union(
            *(a._close_rest() for a in allocations if a._closes_rest() and not self._holds(line, a))
        )
        known, partner = line.line_ids, line.partner_id
        liquidity, suspense, _others = line._seek_for_lines()
        counterparts = [
            self._prepare_counterpart_vals(line, allocation) for allocation in allocations
        ]
        additional = counterparts + [
            vals
            for allocation in allocations.filtered(
                lambda a: a._closes_rest() and self._holds(line, a)
            )
            for vals in self._prepare_closing_vals(line, allocation)
        ]
        suspense_command = self._prepare_suspense_command(line, suspense, additional)
        payers = allocations.line_id.partner_id.commercial_partner_id
        payer = payers if len(payers) == 1 else partner
        # In one go, as the core does: each step alone would leave the entry unbalanced.
        self._get_move(line).write(
            {
                'line_ids': [
                    Command.update(liquidity.id, {'partner_id': payer.id}),
                    suspense_command,
                    *map(Command.create, additional),
                ]
            }
        )
        added = (line.line_ids - known).sorted('id')
        for allocation, counterpart in zip(allocations, added, strict=False):
            pair = counterpart | allocation.line_id
            if counterpart.currency_id == allocation.currency_id:
                pair.reconcile()
            else:
                pair._reconcile_receivable_at_settling_rate()
        return Outcome(lines=added._ids, entries=entries._ids, partner_before=partner.id or None)

    @api.model
    def _holds(self, line, allocation):
        """Whether the invoice is in the books of the company whose bank this is."""
        return allocation.line_id.company_id == line.company_id

    @api.model
    def _get_move(self, line):
        """The entry, to be written in one go; the core then brings the statement line in line.
        The taxes of a discount are among what is written, and not computed once more."""
        return line.move_id.with_context(
            force_delete=True, skip_readonly_check=True, skip_invoice_sync=True
        )

    @api.model
    def _prepare_counterpart_vals(self, line, allocation):
        """A receivable over what ``allocation`` settles, a rest that is closed in this entry included.

        :raise UserError: several invoices in another currency than the money's
        """
        item = allocation.line_id
        currency = line._seek_for_lines()[1].currency_id
        amount = allocation.paid
        if allocation.currency_id == currency:
            amount = (
                allocation._get_settled() if self._holds(line, allocation) else allocation.amount
            )
        elif (
            allocation.candidate_id.fit != Fit.CONVERTED.value
            or len(allocation.candidate_id.allocation_ids) > 1
        ):
            raise UserError(
                self.env._("The currencies differ. Please reconcile this payment by hand.")
            )
        return {
            'name': line.payment_ref,
            'partner_id': item.partner_id.id,
            'account_id': item.account_id.id,
            **self._prepare_amounts(line, currency, -amount),
        }

    @api.model
    def _prepare_closing_vals(self, line, allocation):
        """The lines against what the money does not pay but is settled nevertheless."""
        worth = self._prepare_amounts(line, allocation.currency_id, allocation.left)
        return allocation._prepare_closing_vals(worth['balance'])

    @api.model
    def _prepare_amounts(self, line, currency, amount):
        amounts = line._prepare_counterpart_amounts_using_st_line_rate(currency, None, amount)
        return {
            'currency_id': currency.id,
            'amount_currency': amount,
            'balance': amounts['balance'],
        }

    @api.model
    def _prepare_suspense_command(self, line, suspense, additional):
        """Lower the suspense line by the ``additional`` lines, or remove it; a difference by
        rounding goes to the last of those."""
        rest = suspense.amount_currency - sum(vals['amount_currency'] for vals in additional)
        balance = suspense.balance - sum(vals['balance'] for vals in additional)
        if suspense.currency_id.is_zero(rest):
            last = additional[-1]
            last['balance'] = line.company_id.currency_id.round(last['balance'] + balance)
            return Command.delete(suspense.id)
        return Command.update(
            suspense.id,
            {
                'amount_currency': suspense.currency_id.round(rest),
                'balance': line.company_id.currency_id.round(balance),
            },
        )

    @api.model
    def _went_elsewhere(self, line, items, outcomes):
        """Whether people have used the money otherwise than for ``items``; what waits on an account
        of their customers may still come to them.

        :param outcomes: of what was booked on the same money besides
        """
        booked = {item for outcome in outcomes for item in outcome.lines}
        others = line._seek_for_lines()[2].filtered(lambda item: item.id not in booked)
        if line.state != 'posted' or not others:
            return False
        if settled := self.env['pos_receivable.match.payment']._get_counterparts(others):
            return bool(settled - items)
        return not all(
            other.account_type == 'asset_receivable' and other.partner_id in items.partner_id
            for other in others
        )

    @api.model
    def _find_leftovers(self, line, outcome):
        """The lines that ``outcome`` added and that stand unreconciled on a customer's account; else
        the entries made beside this one, in the books of other companies, that still stand."""
        added = self.env['account.move.line'].browse(outcome.lines).exists()
        lines = (added & line.line_ids).filtered(
            lambda item: item.account_id.reconcile and not item.matching_number
        )
        return lines or self.env['pos_receivable.match.payment']._find_leftovers(added, outcome)

    @api.model
    def _revert(self, line, outcome):
        """Put the money of the lines that ``outcome`` added back on the suspense account; their
        reconciliation is undone already."""
        line.ensure_one()
        added = self.env['account.move.line'].browse(outcome.lines)
        liquidity, suspense, _others = line._seek_for_lines()
        # The core would break the reconciliations of lines whose amount changes.
        used = (added.exists() | suspense).filtered('matching_number')
        if added.exists() != added or added - line.line_ids or used:
            raise UserError(self.env._("The bank transaction was changed since. Undo it by hand."))
        amounts = {
            'amount_currency': sum((added | suspense).mapped('amount_currency')),
            'balance': sum((added | suspense).mapped('balance')),
        }
        if suspense:
            command = Command.update(suspense.id, amounts)
        else:
            vals = line._prepare_move_line_default_vals()[1]
            command = Command.create({**_without_sides(vals), **amounts})
        commands = [
            Command.update(liquidity.id, {'partner_id': outcome.partner_before or False}),
            command,
            *(Command.delete(item.id) for item in added),
        ]
        self._get_move(line).write({'line_ids': commands})
        line._seek_for_lines()[1].partner_id = outcome.partner_before or False
        # Made beside this entry, in the books of other companies.
        self.env['pos_receivable.match.payment']._revert(added.browse(), outcome)

    @api.model
    def _record_for(self, line, partner):
        """Record the money, all of which is on the suspense account, for ``partner``, an id."""
        liquidity, suspense, others = line._seek_for_lines()
        if not others and line.partner_id.id != (partner or False):
            values = {'partner_id': partner or False}
            commands = [Command.update(l.id, values) for l in liquidity | suspense]
            self._get_move(line).write({'line_ids': commands})


def _without_sides(vals):
    return {name: value for name, value in vals.items() if name not in ('debit', 'credit')}
