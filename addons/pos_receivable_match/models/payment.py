from odoo import api, models
from odoo.exceptions import UserError

from ..matching import Fit
from ..tools.outcome import Outcome


class PosReceivableMatchPayment(models.AbstractModel):
    """Books money that stands on a customer's account already, as that of a payment does: reconciles its
    journal item with those of invoices, and takes back what was booked beside."""

    _name = 'pos_receivable.match.payment'
    _description = "Matching: Payment"

    @api.model
    def _apply(self, money, allocations):
        """Reconcile this open credit of a payment with the items of ``allocations``, each for
        exactly its amount.

        :return: :class:`Outcome`: what has to be taken back to undo it, apart from the reconciliation
        :raise UserError: the amounts cannot be reached
        """
        money.ensure_one()
        entries = self.env['account.move'].union(
            *(a._close_rest() for a in allocations.filtered(lambda a: a._closes_rest()))
        )
        # What is paid in full comes first: the core gives each as much as it can.
        for allocation in allocations.sorted(lambda a: (a.closing == 'open', a.sequence)):
            self._settle_allocation(money, allocation)
        return Outcome(entries=entries._ids)

    @api.model
    def _settle_allocation(self, money, allocation):
        item = allocation.line_id
        if allocation.currency_id == money.currency_id:
            takes = min(-money.amount_residual_currency, item.amount_residual_currency)
            if money.currency_id.compare_amounts(takes, allocation.amount):
                raise UserError(
                    self.env._(
                        "A payment pays each invoice as far as it goes: %(invoice)s would take"
                        " %(takes)s, not %(amount)s. Please reconcile it by hand to share it"
                        " otherwise.",
                        invoice=allocation.move_id.name,
                        takes=money.currency_id.format(takes),
                        amount=money.currency_id.format(allocation.amount),
                    )
                )
            (money | item).reconcile()
        elif (
            allocation.candidate_id.fit == Fit.CONVERTED.value
            and len(allocation.candidate_id.allocation_ids) == 1
        ):
            (money | item)._reconcile_receivable_at_settling_rate()
        else:
            raise UserError(
                self.env._("The currencies differ. Please reconcile this payment by hand.")
            )

    @api.model
    def _get_counterparts(self, money):
        """What these lines are reconciled with, differences of rates aside."""
        debits, credits = money.matched_debit_ids, money.matched_credit_ids
        found = debits.debit_move_id | credits.credit_move_id
        return found - (debits | credits).exchange_move_id.line_ids

    @api.model
    def _went_elsewhere(self, money, items, outcomes):
        """Whether people have used this payment otherwise than for ``items``.

        :param outcomes: of what was booked on the same payment besides
        """
        booked = {item for outcome in outcomes for item in outcome.items}
        settled = self._get_counterparts(money).filtered(lambda line: line.id not in booked)
        return money.parent_state == 'posted' and bool(settled - items)

    @api.model
    def _find_leftovers(self, money, outcome):
        """The entries made beside the reconciliation that still stand."""
        entries = self.env['account.move'].browse(outcome.entries).exists()
        return entries.filtered(
            lambda entry: entry.state == 'posted' and not entry.reversal_move_ids
        )

    @api.model
    def _revert(self, money, outcome):
        """Take back the entries made beside the reconciliation, which is undone already."""
        entries = self.env['account.move'].browse(outcome.entries).exists()
        entries._reverse_moves([{'date': entry.date} for entry in entries], cancel=True)
