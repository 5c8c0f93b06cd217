import logging
from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class PosReceivableMatchUndo(models.AbstractModel):
    """Takes back what was booked, in the queue, and settles what others have taken back in the
    books."""

    _name = 'pos_receivable.match.undo'
    _description = "Matching: Undo"

    @api.model
    def _undo(self, proposal):
        """Take back what was booked, or what is left of it after others have begun to, and leave the
        decision to people from now on.

        :raise UserError: nothing was booked, or the books were changed since
        """
        proposal.ensure_one()
        candidate = proposal.candidate_id
        if obstacle := self.env['pos_receivable.match.booker']._try_lock(proposal, candidate):
            raise UserError(obstacle)
        outcome = proposal._get_outcome()
        partials = self._find_standing(outcome)
        if proposal.state not in ('accepted', 'changed') or not (
            partials or self._find_leftovers(proposal)
        ):
            raise UserError(
                self.env._(
                    "%(receipt)s cannot be undone: the booking was changed or taken back otherwise.",
                    receipt=proposal.display_name,
                )
            )
        # What others took back has been told and learned then.
        items = candidate.allocation_ids.line_id & (
            partials.debit_move_id | partials.credit_move_id
        )
        wanted = {
            item: item.amount_residual_currency + partials._sum_receivable_matched(item)
            for item in items
        }
        outcome = self._release_partner(proposal, outcome)
        proposal.outcome = False  # that it is undone here is told below
        partials.unlink()
        medium, money = proposal._get_medium()
        medium._revert(money, outcome)
        for item, residual in wanted.items():
            if item.currency_id.compare_amounts(item.amount_residual_currency, residual):
                raise UserError(self.env._("The books were changed since. Undo it by hand."))
        if proposal.state == 'accepted':
            self._unlearn(proposal, outcome)
        self.env['pos_receivable.match.rejection']._reject(proposal, items)
        taken_back = [line for line in outcome.booked if line['item'] in items._ids]
        self.env['pos_receivable.decision']._log(
            proposal, 'undo', outcomes={proposal: {'taken_back': taken_back}}
        )
        proposal._reopen()
        proposal._check_precision()

    @api.model
    def _take_back_in_books(self, proposal, items):
        """Note that somebody takes back in the books what was booked on ``items``."""
        proposal.ensure_one()
        self.env['pos_receivable.match.rejection']._reject(proposal, items)
        if proposal.state == 'changed':
            return  # a further part of it
        outcome = proposal._get_outcome()
        self._unlearn(proposal, outcome)
        proposal.write(
            {
                'state': 'changed',
                'note': self.env._(
                    "Somebody took this back in the books, or a part of it. Undo takes back the rest:"
                    " the money can then be booked anew."
                ),
            }
        )
        self.env['pos_receivable.decision']._log(
            proposal,
            'undo',
            outcomes={proposal: {'taken_back': list(outcome.booked)}},
            reason=self.env._("Taken back in the books"),
        )

    @api.model
    def _release_partner(self, proposal, outcome):
        """See to it that nobody is recorded as the payer of a statement line because of a booking that
        is undone: what was booked on the line later is as if it had followed on what was before.

        :return: ``outcome`` with the partner the line is to have from now on
        """
        line = proposal.statement_line_id
        if not line:
            return outcome
        before = self.env['res.partner'].browse(outcome.partner_before).exists().id or None
        later = self._find_later_booking(proposal, outcome)
        if later:
            later.outcome = replace(later._get_outcome(), partner_before=before).pack()
        payers = proposal.candidate_id.allocation_ids.line_id.partner_id.commercial_partner_id
        # Somebody else may have recorded it for another one since.
        if later or (len(payers) == 1 and line.partner_id != payers):
            before = line.partner_id.id or None
        return replace(outcome, partner_before=before)

    @api.model
    def _find_later_booking(self, proposal, outcome):
        """The next one of the same statement line."""
        others = proposal.search(
            [
                ('id', '!=', proposal.id),
                ('statement_line_id', '=', proposal.statement_line_id.id),
                ('state', 'in', ('accepted', 'changed')),
            ]
        )
        later = others.filtered(lambda other: min(other._get_outcome().lines) > min(outcome.lines))
        return later.sorted(lambda other: min(other._get_outcome().lines))[:1]

    @api.model
    def _settle_returned(self, proposal):
        """Let be decided anew what others took back, once there is nothing more of it to be taken back.
        What stands stays accepted."""
        if self._find_leftovers(proposal):
            return
        if partials := self._find_standing(proposal._get_outcome()):
            self._reduce(proposal, partials)
            return
        if proposal.statement_line_id:
            outcome = self._release_partner(proposal, proposal._get_outcome())
            try:
                with self.env.cr.savepoint():
                    medium, money = proposal._get_medium()
                    medium._record_for(money, outcome.partner_before)
            except UserError as error:  # the books were closed since
                _logger.info("%s keeps its partner: %s", proposal.display_name, error)
        proposal._reopen()

    @api.model
    def _reduce(self, proposal, partials):
        """Keep as accepted, of what was booked, what ``partials`` have reconciled."""
        candidate = proposal.candidate_id
        items = partials.debit_move_id | partials.credit_move_id
        candidate.allocation_ids.filtered(lambda a: a.line_id not in items).unlink()
        candidate.amount = sum(candidate.allocation_ids.mapped('paid'))
        outcome = proposal._get_outcome()
        booked = tuple(line for line in outcome.booked if line['item'] in items._ids)
        outcome = replace(outcome, partials=partials._ids, booked=booked)
        if not proposal.is_automatic:
            booker = self.env['pos_receivable.match.booker']
            taught = booker._learn_payer(proposal, candidate)
            outcome = replace(outcome, accounts=taught._ids)
        proposal.write({'state': 'accepted', 'outcome': outcome.pack(), 'note': False})

    @api.model
    def _find_standing(self, outcome):
        """What was reconciled by the booking and still is."""
        partials = self.env['account.partial.reconcile'].browse(outcome.partials)
        return partials.exists()

    @api.model
    def _find_leftovers(self, proposal):
        """What is still in the books of a booking that was taken back there."""
        medium, money = proposal._get_medium()
        return medium._find_leftovers(money, proposal._get_outcome())

    @api.model
    def _unlearn(self, proposal, outcome):
        """Forget what accepting has taught."""
        if not proposal.is_automatic:
            self.env['pos_receivable.match.booker']._learn(proposal, proposal.candidate_id, -1)
            banks = self.env['res.partner.bank'].browse(outcome.accounts).exists()
            self.env['pos_receivable.match.account']._forget(proposal, banks)
