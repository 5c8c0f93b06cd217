from odoo import models
from odoo.exceptions import UserError

from ..tools.outcome import Outcome


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _apply_match(self, allocations):
        """Reconcile this open credit of a payment with the items of ``allocations``, each for
        exactly its amount.

        :return: :class:`Outcome`: what has to be taken back to undo it, apart from the reconciliation
        :raise UserError: the amounts cannot be reached
        """
        self.ensure_one()
        entries = self.env['account.move'].union(
            *(a._close_rest() for a in allocations.filtered(lambda a: a._closes_rest()))
        )
        # What is paid in full comes first: the core gives each as much as it can.
        for allocation in allocations.sorted(lambda a: (a.closing == 'open', a.sequence)):
            self._settle_allocation(allocation)
        return Outcome(entries=entries._ids)

    def _settle_allocation(self, allocation):
        item = allocation.line_id
        if allocation.currency_id == self.currency_id:
            takes = min(-self.amount_residual_currency, item.amount_residual_currency)
            if self.currency_id.compare_amounts(takes, allocation.amount):
                raise UserError(
                    self.env._(
                        "A payment pays each invoice as far as it goes: %(invoice)s would take"
                        " %(takes)s, not %(amount)s. Please reconcile it by hand to share it"
                        " otherwise.",
                        invoice=allocation.move_id.name,
                        takes=self.currency_id.format(takes),
                        amount=self.currency_id.format(allocation.amount),
                    )
                )
            (self | item).reconcile()
        elif (
            allocation.candidate_id.fit == 'converted'
            and len(allocation.candidate_id.allocation_ids) == 1
        ):
            (self | item)._reconcile_at_settling_rate()
        else:
            raise UserError(
                self.env._("The currencies differ. Please reconcile this payment by hand.")
            )

    def _get_match_counterparts(self):
        """What these lines are reconciled with, differences of rates aside."""
        debits, credits = self.matched_debit_ids, self.matched_credit_ids
        found = debits.debit_move_id | credits.credit_move_id
        return found - (debits | credits).exchange_move_id.line_ids

    def _went_elsewhere(self, items, outcomes):
        """Whether people have used this payment otherwise than for ``items``.

        :param outcomes: of what was booked on the same payment besides
        """
        booked = {item for outcome in outcomes for item in outcome.items}
        settled = self._get_match_counterparts().filtered(lambda line: line.id not in booked)
        return self.parent_state == 'posted' and bool(settled - items)

    def _find_match_leftovers(self, outcome):
        """The entries made beside the reconciliation that still stand."""
        entries = self.env['account.move'].browse(outcome.entries).exists()
        return entries.filtered(
            lambda entry: entry.state == 'posted' and not entry.reversal_move_ids
        )

    def _revert_match(self, outcome):
        """Take back the entries made beside the reconciliation, which is undone already."""
        entries = self.env['account.move'].browse(outcome.entries).exists()
        entries._reverse_moves([{'date': entry.date} for entry in entries], cancel=True)
