import logging

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.pos_receivable.tools.isolate import isolate

_logger = logging.getLogger(__name__)


class PosReceivableMatchStanding(models.AbstractModel):
    """Whether what was booked still stands. Who takes it back in the books rather than in the queue
    has decided all the same: those belong apart, and the rule was wrong.

    Runs elevated: who unreconciles an invoice need not have rights in the queue."""

    _name = 'pos_receivable.match.standing'
    _description = "Matching: What Stands"

    # -------------------------------------------------------------------------
    # Taken back
    # -------------------------------------------------------------------------

    @api.model
    def _note_taken_back(self, partials):
        """Note on the proposals that booked ``partials`` that these are about to be deleted, by
        others than the queue, which forgets them first."""
        noted = proposals = self.sudo()._find_bookings(partials)
        gone = set(partials.ids)
        for proposal in proposals:
            money = proposal.line_id | proposal.statement_line_id.move_id.line_ids
            its = partials.sudo().browse(
                id_ for id_ in proposal._get_outcome().partials if id_ in gone
            )
            its = its.filtered(
                lambda partial, money=money: (
                    (partial.debit_move_id | partial.credit_move_id) & money
                )
            )
            # Not the differences of rates, which go with them.
            items = proposal.candidate_id.allocation_ids.line_id & (
                its.debit_move_id | its.credit_move_id
            )
            if items:
                proposal.env['pos_receivable.match.undo']._take_back_in_books(proposal, items)
            else:
                noted -= proposal
        noted._check_precision()

    @api.model
    def _take_back_beside(self, items):
        """Take back the entries that were booked beside what ``items``, money about to be deleted,
        paid: rests that were written off, discounts. The proposals go with the money."""
        proposals = self.sudo().env['pos_receivable.match.proposal']
        booked = proposals.search(
            [('line_id', 'in', items.ids), ('state', 'in', ('accepted', 'changed'))]
        )
        for proposal in booked:
            medium, money = proposal._get_medium()
            outcome = proposal._get_outcome()
            if medium._find_leftovers(money, outcome):
                medium._revert(money, outcome)

    @api.model
    def _find_bookings(self, partials):
        proposals = self.env['pos_receivable.match.proposal']
        if not partials:
            return proposals
        proposals.flush_model(['outcome', 'state'])
        return proposals.browse(
            id_ for [id_] in self.env.execute_query(self._get_bookings_query(partials))
        )

    @api.model
    def _get_bookings_query(self, partials):
        """The proposals that booked ``partials``, through an index of their own, whose condition on
        the state has to be written just so."""
        return SQL(
            """
              SELECT id
                FROM pos_receivable_match_proposal
               WHERE state IN ('accepted', 'changed')
                 AND outcome -> 'partials' @> ANY(%s::jsonb[])
            ORDER BY id
            """,
            [str(id_) for id_ in partials.ids],
        )

    # -------------------------------------------------------------------------
    # Booked otherwise
    # -------------------------------------------------------------------------

    @api.model
    def _note_elsewhere(self, proposals):
        """Note, of the undecided ``proposals`` whose money was used by other means than the queue,
        those that were certain of it while people used it for something else."""
        diverted = proposals.filtered(
            lambda proposal: proposal.tier == 'certain' and self._went_elsewhere(proposal)
        )
        for proposal in diverted:
            items = proposal.candidate_id.allocation_ids.line_id
            proposal.env['pos_receivable.match.rejection']._reject(proposal, items)
        self.env['pos_receivable.decision']._log(diverted, 'elsewhere')
        diverted._check_precision()

    @api.model
    def _went_elsewhere(self, proposal):
        items = proposal.candidate_id.allocation_ids.line_id
        medium, money = proposal._get_medium()
        booked = proposal.search(
            [
                ('line_id', '=', proposal.line_id.id),
                ('statement_line_id', '=', proposal.statement_line_id.id),
                ('state', '=', 'accepted'),
            ]
        )
        return bool(items) and medium._went_elsewhere(
            money, items, [proposal._get_outcome() for proposal in booked]
        )

    # -------------------------------------------------------------------------
    # Returned
    # -------------------------------------------------------------------------

    @api.model
    def _settle_returned(self, domain):
        """Let be decided anew, of the proposals within ``domain`` whose booking was taken back in the
        books, those of which nothing is left there. Who works on one is not waited for."""
        proposals = self.sudo().env['pos_receivable.match.proposal']
        changed = proposals.search([('state', '=', 'changed'), *domain])
        changed = changed.try_lock_for_update(allow_referencing=True)
        undo = changed.env['pos_receivable.match.undo']
        errors = isolate(
            changed.env,
            [changed],
            lambda group: [undo._settle_returned(proposal) for proposal in group],
        )
        for proposal, error in errors.items():
            _logger.error(
                "Reopening %s (proposal %s) failed: %s",
                proposal.display_name,
                proposal.id,
                error,
                exc_info=error,
            )
