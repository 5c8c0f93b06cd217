import logging
from dataclasses import replace

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.tools import groupby, mute_logger

from odoo.addons.pos_receivable.tools.isolate import isolate

from .allocation import CHOSEN
from .proposal import UNDECIDED
from .source import to_minor

_logger = logging.getLogger(__name__)


class PosReceivableMatchBooker(models.AbstractModel):
    """Books what is proposed. Everything is locked, then read again, then written, then compared with
    what was meant."""

    _name = 'pos_receivable.match.booker'
    _description = "Matching: Booker"

    @api.model
    def _accept(self, proposal, candidate, action='accept', automatic=False, together=False):
        """Book ``candidate``, and remember it.

        Locks the proposal, the money and the invoices. What is in the way of booking it
        automatically is waited for until the next night.

        :param together: with others, so that nobody need have looked at it
        :raise UserError: it cannot be booked any more, with the reason
        :raise psycopg2.errors.SerializationFailure: rows were changed meanwhile
        """
        proposal.ensure_one()
        if obstacle := self._try_lock(proposal, candidate) or self._find_obstacle(
            proposal, candidate
        ):
            if automatic:
                return
            raise UserError(obstacle)
        outcome = self._book(proposal, candidate)
        if not automatic:
            outcome = replace(outcome, accounts=self._learn_payer(proposal, candidate)._ids)
        proposal.write(
            {
                'state': 'accepted',
                'candidate_id': candidate.id,
                'is_automatic': automatic,
                'user_id': self.env.uid,
                'date_decided': self.env.cr.now(),
                'outcome': outcome.pack(),
                'error': False,
                'next_retry': False,
            }
        )
        self.env['pos_receivable.decision']._log(
            proposal,
            action,
            outcomes={proposal: outcome.pack()},
            automatic=automatic,
            together=together,
        )
        if action != 'accept':
            proposal._check_precision()

    @api.model
    def _accept_together(self, proposals):
        """Accept each of many, leaving those that cannot be.

        :return: a notification that says how many, and why not the others
        """
        undecided = proposals.filtered(lambda proposal: proposal.state in UNDECIDED)
        errors = isolate(
            self.env,
            [undecided],
            lambda group: [self._accept(p, p.candidate_id, together=True) for p in group],
        )
        reasons = {
            proposal: self._explain_error(proposal, error) for proposal, error in errors.items()
        }
        for proposal in proposals - undecided:
            reasons[proposal] = self._find_obstacle(proposal, proposal.candidate_id)
        message = self.env._(
            "%(accepted)s of %(total)s proposals were accepted.",
            accepted=len(proposals) - len(reasons),
            total=len(proposals),
        )
        return proposals._notify(
            'warning' if reasons else 'success', message, *self._list_reasons(reasons)
        )

    @api.model
    def _list_reasons(self, reasons):
        """
        :param reasons: ``{proposal: why it was left}``
        :return: a sentence for each reason, with the first of those it holds for
        """
        proposals = self.env['pos_receivable.match.proposal']
        for reason, left in groupby(reasons, reasons.get):
            yield f"{proposals.union(*left)._join_names()}: {reason}"

    @api.model
    def _explain_error(self, proposal, error):
        """What to tell the user; what nobody foresaw is for the server's log."""
        if isinstance(error, UserError | RedirectWarning):
            return str(error.args[0])
        _logger.error(
            "Accepting proposal %s (%s) failed", proposal.id, proposal.display_name, exc_info=error
        )
        return self.env._("An unexpected error; ask the administrator to look at the server's log.")

    @api.model
    def _try_lock(self, proposal, candidate):
        """Keep everybody else away from the proposal, the money and the invoices.

        :return: why that is not possible, in an accountant's words; else False
        """
        items = candidate.allocation_ids.line_id
        money = proposal.line_id | proposal.statement_line_id.move_id.line_ids
        for records in (
            proposal,
            proposal.statement_line_id,
            (money | items).sorted('id'),
            items.move_id,
        ):
            if records.try_lock_for_update(allow_referencing=True) != records:
                return self.env._(
                    "Somebody else is working on %(receipt)s or its invoices right now."
                    " Please try again in a moment.",
                    receipt=proposal.display_name,
                )
        return False

    @api.model
    def _find_obstacle(self, proposal, candidate):
        """Why ``candidate`` cannot be booked as it stands, in an accountant's words; else False."""
        _ = self.env._
        if proposal.state not in UNDECIDED:
            states = dict(proposal._fields['state']._description_selection(self.env))
            return _("This has been decided already: %(state)s.", state=states[proposal.state])
        if not candidate.allocation_ids or not candidate.amount:
            return _("No invoice is proposed. Choose the invoices yourself.")
        line = proposal.statement_line_id
        count = len(line._seek_for_lines()[1])
        if line and not line.is_reconciled and count != 1:
            return self.env['pos_receivable.match.source']._explain_suspense_lines(line, count)
        if obstacle := self._find_obstacle_of_payment(proposal):
            return obstacle
        left = proposal._get_open_money()
        if proposal.currency_id.compare_amounts(left, proposal.amount):
            return _(
                "The money has been used otherwise meanwhile: %(left)s of %(amount)s are left.",
                left=proposal.currency_id.format(left),
                amount=proposal.currency_id.format(proposal.amount),
            )
        paid = sum(candidate.allocation_ids.mapped('paid'))
        if proposal.currency_id.compare_amounts(paid, candidate.amount) or (
            proposal.currency_id.compare_amounts(paid, proposal.amount) > 0
        ):
            return _("One of the proposed invoices does not exist any more.")
        for allocation in candidate.allocation_ids:
            if obstacle := allocation._find_obstacle():
                return obstacle
        # What people chose themselves is meant so: some do pay twice.
        if candidate.fit != CHOSEN and (payment := self._find_registered(proposal, candidate)):
            return _(
                "%(payment)s over %(amount)s is registered for %(customer)s and waits for its bank"
                " line: this may be that money. If it is not, choose the invoices yourself.",
                payment=payment.display_name,
                amount=proposal.currency_id.format(proposal.amount),
                customer=payment.partner_id.display_name,
            )
        return False

    @api.model
    def _find_obstacle_of_payment(self, proposal):
        """Why the payment pays nothing at the moment, whatever is left of it; else False."""
        _ = self.env._
        payment = proposal.line_id.payment_id
        if not payment:
            return False
        session = payment.pos_session_id
        if payment.pos_invoice_payment_uuid and session.state not in (False, 'closed'):
            return _(
                "%(payment)s was collected in %(session)s, which is not closed yet.",
                payment=payment.name,
                session=session.name,
            )
        if self.env['pos_receivable.open.item']._find_given_back(payment):
            return _(
                "%(payment)s was given back to the customer, or a part of it. Please reconcile the"
                " refund with its payment first.",
                payment=payment.name,
            )
        return False

    @api.model
    def _find_registered(self, proposal, candidate):
        """The registered payment that the money on the bank statement seems to be, elevated."""
        payments = self.env['account.payment'].sudo()
        allocations = candidate.allocation_ids
        is_reported = proposal.statement_line_id or proposal.line_id.statement_line_id
        if not is_reported or any(a._is_registered() for a in allocations):
            return payments
        amount = proposal.currency_id.name, to_minor(proposal.amount, proposal.currency_id)
        registered = self.env['pos_receivable.match.registered']._read_registered(
            proposal.company_id, {amount}
        )
        customers = allocations.line_id.partner_id.commercial_partner_id
        found = [registered.get((customer.id, *amount)) for customer in customers]
        return payments.browse(next(filter(None, found), False))

    @api.model
    def _book(self, proposal, candidate):
        """
        :return: :class:`Outcome`, for the log and for undoing it
        :raise UserError: an invoice would come out with another rest than proposed
        """
        allocations = candidate.allocation_ids
        wanted = {
            allocation: allocation.amount_residual - allocation._get_settled()
            for allocation in allocations
        }
        booked = [allocation._describe_booking() for allocation in allocations]
        known = self._get_partials(allocations.line_id)
        medium, money = proposal._get_medium()
        outcome = medium._apply(money, allocations)
        for allocation, rest in wanted.items():
            if allocation.currency_id.compare_amounts(allocation.amount_residual, rest):
                raise UserError(
                    self.env._(
                        "%(invoice)s would have %(after)s to pay instead of %(rest)s. Please book"
                        " it by hand.",
                        invoice=allocation.move_id.name,
                        after=allocation.currency_id.format(allocation.amount_residual),
                        rest=allocation.currency_id.format(rest),
                    )
                )
        return replace(
            outcome,
            partials=(self._get_partials(allocations.line_id) - known)._ids,
            booked=tuple(booked),
        )

    @api.model
    def _get_partials(self, items):
        return items.matched_credit_ids | items.matched_debit_ids

    @api.model
    def _learn_payer(self, proposal, candidate):
        """Note whom the payer's name, and the payer's account, pay for.

        :return: the account, if that was learned or confirmed
        :raise ConcurrencyError: somebody teaches the same at this moment; the server then tries
            the whole request again
        """
        try:
            with mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                self._learn(proposal, candidate, +1)
                return self.env['pos_receivable.match.account']._teach(proposal)
        except UniqueViolation as error:
            raise ConcurrencyError("The payer is being learned by somebody else") from error

    @api.model
    def _learn(self, proposal, candidate, step):
        partners = candidate.allocation_ids.line_id.partner_id.commercial_partner_id
        self.env['pos_receivable.match.alias']._teach(proposal, partners, step)
