import logging

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.tools import groupby, mute_logger

from .pos_receivable_jobs import isolate
from .pos_receivable_match_source import to_minor

_logger = logging.getLogger(__name__)

UNDECIDED = ('open', 'observed')
MOST_NAMES = 5  # that a notification lists for one reason


class PosReceivableMatchProposal(models.Model):
    """Deciding on proposals. Everything is locked, then read again, then written, then compared
    with what was meant."""

    _inherit = 'pos_receivable.match.proposal'

    # -------------------------------------------------------------------------
    # Accept
    # -------------------------------------------------------------------------

    def _accept(self, candidate, action='accept', automatic=False, together=False):
        """Book ``candidate``, and remember it.

        Locks the proposal, the money and the invoices. What is in the way of booking it
        automatically is waited for until the next night.

        :param together: with others, so that nobody need have looked at it
        :raise UserError: it cannot be booked any more, with the reason
        :raise psycopg2.errors.SerializationFailure: rows were changed meanwhile
        """
        self.ensure_one()
        if obstacle := self._try_lock(candidate) or self._find_obstacle(candidate):
            if automatic:
                return
            raise UserError(obstacle)
        outcome = self._book(candidate)
        if not automatic:
            outcome['accounts'] = self._learn_payer(candidate).ids
        self.write(
            {
                'state': 'accepted',
                'candidate_id': candidate.id,
                'is_automatic': automatic,
                'user_id': self.env.uid,
                'date_decided': self.env.cr.now(),
                'outcome': outcome,
                'error': False,
                'next_retry': False,
            }
        )
        self.env['pos_receivable.match.decision']._log(
            self, action, outcomes={self: outcome}, automatic=automatic, together=together
        )
        if action != 'accept':
            self._check_precision()

    def _accept_together(self):
        """Accept each of many, leaving those that cannot be.

        :return: a notification that says how many, and why not the others
        """
        undecided = self.filtered(lambda proposal: proposal.state in UNDECIDED)
        errors = isolate(
            self.env,
            [undecided],
            lambda group: [p._accept(p.candidate_id, together=True) for p in group],
        )
        reasons = {proposal: proposal._explain_error(error) for proposal, error in errors.items()}
        for proposal in self - undecided:
            reasons[proposal] = proposal._find_obstacle(proposal.candidate_id)
        message = self.env._(
            "%(accepted)s of %(total)s proposals were accepted.",
            accepted=len(self) - len(reasons),
            total=len(self),
        )
        return self._notify(
            'warning' if reasons else 'success', message, *self._list_reasons(reasons)
        )

    def _list_reasons(self, reasons):
        """
        :param reasons: ``{proposal: why it was left}``
        :return: a sentence for each reason, with the first of those it holds for
        """
        for reason, proposals in groupby(reasons, reasons.get):
            yield f"{self._join_names(proposals)}: {reason}"

    def _join_names(self, proposals):
        names = [proposal.display_name for proposal in proposals]
        if len(names) > MOST_NAMES:
            others = self.env._("%(count)s others", count=len(names) - MOST_NAMES + 1)
            names[MOST_NAMES - 1 :] = [others]
        return ', '.join(names)

    def _explain_error(self, error):
        """What to tell the user; what nobody foresaw is for the server's log."""
        if isinstance(error, UserError | RedirectWarning):
            return str(error.args[0])
        _logger.error(
            "Accepting proposal %s (%s) failed", self.id, self.display_name, exc_info=error
        )
        return self.env._("An unexpected error; ask the administrator to look at the server's log.")

    def _try_lock(self, candidate):
        """Keep everybody else away from the proposal, the money and the invoices.

        :return: why that is not possible, in an accountant's words; else False
        """
        items = candidate.allocation_ids.line_id
        money = self.line_id | self.statement_line_id.move_id.line_ids
        for records in (self, self.statement_line_id, (money | items).sorted('id'), items.move_id):
            if records.try_lock_for_update(allow_referencing=True) != records:
                return self.env._(
                    "Somebody else is working on %(receipt)s or its invoices right now."
                    " Please try again in a moment.",
                    receipt=self.display_name,
                )
        return False

    def _find_obstacle(self, candidate):
        """Why ``candidate`` cannot be booked as it stands, in an accountant's words; else False."""
        _ = self.env._
        if self.state not in UNDECIDED:
            states = dict(self._fields['state']._description_selection(self.env))
            return _("This has been decided already: %(state)s.", state=states[self.state])
        if not candidate.allocation_ids or not candidate.amount:
            return _("No invoice is proposed. Choose the invoices yourself.")
        line = self.statement_line_id
        count = len(line._seek_for_lines()[1])
        if line and not line.is_reconciled and count != 1:
            return self.env['pos_receivable.match.source']._explain_suspense_lines(line, count)
        if obstacle := self._find_obstacle_of_payment():
            return obstacle
        left = self._get_open_money()
        if self.currency_id.compare_amounts(left, self.amount):
            return _(
                "The money has been used otherwise meanwhile: %(left)s of %(amount)s are left.",
                left=self.currency_id.format(left),
                amount=self.currency_id.format(self.amount),
            )
        paid = sum(candidate.allocation_ids.mapped('paid'))
        if self.currency_id.compare_amounts(paid, candidate.amount) or (
            self.currency_id.compare_amounts(paid, self.amount) > 0
        ):
            return _("One of the proposed invoices does not exist any more.")
        for allocation in candidate.allocation_ids:
            if obstacle := allocation._find_obstacle():
                return obstacle
        # What people chose themselves is meant so: some do pay twice.
        if candidate.fit != 'chosen' and (payment := self._find_registered(candidate)):
            return _(
                "%(payment)s over %(amount)s is registered for %(customer)s and waits for its bank"
                " line: this may be that money. If it is not, choose the invoices yourself.",
                payment=payment.display_name,
                amount=self.currency_id.format(self.amount),
                customer=payment.partner_id.display_name,
            )
        return False

    def _find_obstacle_of_payment(self):
        """Why the payment pays nothing at the moment, whatever is left of it; else False."""
        _ = self.env._
        payment = self.line_id.payment_id
        if not payment:
            return False
        session = payment.pos_session_id
        if payment.pos_invoice_payment_uuid and session.state not in (False, 'closed'):
            return _(
                "%(payment)s was collected in %(session)s, which is not closed yet.",
                payment=payment.name,
                session=session.name,
            )
        if self.env['pos_receivable.reconcile.evidence']._find_given_back(payment):
            return _(
                "%(payment)s was given back to the customer, or a part of it. Please reconcile the"
                " refund with its payment first.",
                payment=payment.name,
            )
        return False

    def _find_registered(self, candidate):
        """The registered payment that the money on the bank statement seems to be, elevated."""
        payments = self.env['account.payment'].sudo()
        allocations = candidate.allocation_ids
        if not self.statement_line_id or any(a._is_registered() for a in allocations):
            return payments
        amount = self.currency_id.name, to_minor(self.amount, self.currency_id)
        registered = self.env['pos_receivable.match.source']._read_registered(
            self.company_id, {amount}
        )
        customers = allocations.line_id.partner_id.commercial_partner_id
        found = [registered.get((customer.id, *amount)) for customer in customers]
        return payments.browse(next(filter(None, found), False))

    def _get_open_money(self):
        """What is left of the money, in the proposal's currency."""
        if self.line_id:
            return -self.line_id.amount_residual_currency if self._is_line_usable() else 0.0
        line = self.statement_line_id
        if line.pos_session_id or line.state != 'posted' or line.is_reconciled:
            return 0.0
        suspense = line._seek_for_lines()[1]
        if suspense.filtered('matching_number'):
            return 0.0  # reconciled there, be it in part
        return -sum(suspense.mapped('amount_currency'))

    def _is_line_usable(self):
        """Whether the journal item is money of the customer's: of a payment, or of a bank entry."""
        payment, statement_line = self.line_id.payment_id, self.line_id.statement_line_id
        if self.line_id.parent_state != 'posted':
            return False
        if not payment:
            return bool(statement_line) and not statement_line.pos_session_id
        return payment.state in ('in_process', 'paid') and bool(
            payment.pos_invoice_payment_uuid or not payment.pos_session_id
        )

    def _book(self, candidate):
        """
        :return: what was written, for the log and for undoing it
        :raise UserError: an invoice would come out with another rest than proposed
        """
        allocations = candidate.allocation_ids
        wanted = {
            allocation: allocation.amount_residual - allocation._get_settled()
            for allocation in allocations
        }
        booked = [allocation._describe_booking() for allocation in allocations]
        known = self._get_partials(allocations.line_id)
        outcome = (self.line_id or self.statement_line_id)._apply_match(allocations)
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
        return {
            **outcome,
            'partials': (self._get_partials(allocations.line_id) - known).ids,
            'booked': booked,
        }

    @api.model
    def _get_partials(self, items):
        return items.matched_credit_ids | items.matched_debit_ids

    def _learn_payer(self, candidate):
        """Note whom the payer's name, and the payer's account, pay for.

        :return: the account, if that was learned or confirmed
        :raise ConcurrencyError: somebody teaches the same at this moment; the server then tries
            the whole request again
        """
        try:
            with mute_logger('odoo.sql_db'), self.env.cr.savepoint():
                self._learn(candidate, +1)
                return self.env['pos_receivable.match.account']._teach(self)
        except UniqueViolation as error:
            raise ConcurrencyError("The payer is being learned by somebody else") from error

    def _learn(self, candidate, step):
        partners = candidate.allocation_ids.line_id.partner_id.commercial_partner_id
        self.env['pos_receivable.match.alias']._teach(self, partners, step)

    # -------------------------------------------------------------------------
    # Reject
    # -------------------------------------------------------------------------

    def _reject(self):
        undecided = self.filtered(lambda proposal: proposal.state in UNDECIDED)
        if undecided.try_lock_for_update(allow_referencing=True) != undecided:
            raise UserError(self.env._("Somebody else is deciding on it. Please try again."))
        if undecided != self:
            raise UserError(self.env._("This has been decided already."))
        if empty := self.filtered(lambda proposal: not proposal.candidate_id):
            # It would only come back, empty, the next night.
            raise UserError(
                self.env._(
                    "Nothing is proposed for %(receipts)s, so there is nothing to reject.",
                    receipts=self._join_names(empty),
                )
            )
        rejections = self.env['pos_receivable.match.rejection']
        for proposal in self:
            rejections._reject(proposal, proposal.candidate_id.allocation_ids.line_id)
        self.write(
            {
                'state': 'rejected',
                'user_id': self.env.uid,
                'date_decided': self.env.cr.now(),
            }
        )
        self.env['pos_receivable.match.decision']._log(self, 'reject')
        self._check_precision()

    def _check_precision(self):
        modes = self.env['pos_receivable.match.mode']
        for company, capability in {(p.company_id, p.capability) for p in self}:
            modes._fall_back(company, capability)

    # -------------------------------------------------------------------------
    # Undo
    # -------------------------------------------------------------------------

    def _undo(self):
        """Take back what was booked, or what is left of it after others have begun to, and leave the
        decision to people from now on.

        :raise UserError: nothing was booked, or the books were changed since
        """
        self.ensure_one()
        candidate = self.candidate_id
        if obstacle := self._try_lock(candidate):
            raise UserError(obstacle)
        outcome = self.outcome or {}
        partials = self._find_standing(outcome)
        if self.state not in ('accepted', 'changed') or not (partials or self._find_leftovers()):
            raise UserError(
                self.env._(
                    "%(receipt)s cannot be undone: the booking was changed or taken back otherwise.",
                    receipt=self.display_name,
                )
            )
        # What others took back has been told and learned then.
        items = candidate.allocation_ids.line_id & (
            partials.debit_move_id | partials.credit_move_id
        )
        wanted = {
            item: item.amount_residual_currency + partials._sum_matched(item) for item in items
        }
        outcome = self._release_partner(outcome)
        self.outcome = False  # that it is undone here is told below
        partials.unlink()
        (self.line_id or self.statement_line_id)._revert_match(outcome)
        for item, residual in wanted.items():
            if item.currency_id.compare_amounts(item.amount_residual_currency, residual):
                raise UserError(self.env._("The books were changed since. Undo it by hand."))
        if self.state == 'accepted':
            self._unlearn(outcome)
        self.env['pos_receivable.match.rejection']._reject(self, items)
        taken_back = [line for line in outcome['booked'] if line['item'] in items._ids]
        self.env['pos_receivable.match.decision']._log(
            self, 'undo', outcomes={self: {'taken_back': taken_back}}
        )
        self._reopen()
        self._check_precision()

    def _take_back_in_books(self, items):
        """Note that somebody takes back in the books what was booked on ``items``."""
        self.ensure_one()
        self.env['pos_receivable.match.rejection']._reject(self, items)
        if self.state == 'changed':
            return  # a further part of it
        outcome = self.outcome
        self._unlearn(outcome)
        self.write(
            {
                'state': 'changed',
                'note': self.env._(
                    "Somebody took this back in the books, or a part of it. Undo takes back the rest:"
                    " the money can then be booked anew."
                ),
            }
        )
        self.env['pos_receivable.match.decision']._log(
            self,
            'undo',
            outcomes={self: {'taken_back': outcome['booked']}},
            reason=self.env._("Taken back in the books"),
        )

    def _release_partner(self, outcome):
        """See to it that nobody is recorded as the payer of a statement line because of a booking that
        is undone: what was booked on the line later is as if it had followed on what was before.

        :return: ``outcome`` with the partner the line is to have from now on
        """
        line = self.statement_line_id
        if not line:
            return outcome
        before = self.env['res.partner'].browse(outcome['partner_before']).exists().id
        later = self._find_later_booking(outcome)
        if later:
            later.outcome = {**later.outcome, 'partner_before': before}
        payers = self.candidate_id.allocation_ids.line_id.partner_id.commercial_partner_id
        # Somebody else may have recorded it for another one since.
        if later or (len(payers) == 1 and line.partner_id != payers):
            before = line.partner_id.id
        return {**outcome, 'partner_before': before}

    def _find_later_booking(self, outcome):
        """The next one of the same statement line."""
        others = self.search(
            [
                ('id', '!=', self.id),
                ('statement_line_id', '=', self.statement_line_id.id),
                ('state', 'in', ('accepted', 'changed')),
            ]
        )
        later = others.filtered(lambda other: min(other.outcome['lines']) > min(outcome['lines']))
        return later.sorted(lambda other: min(other.outcome['lines']))[:1]

    def _settle_returned(self):
        """Let be decided anew what others took back, once there is nothing more of it to be taken back.
        What stands stays accepted."""
        if self._find_leftovers():
            return
        if partials := self._find_standing(self.outcome):
            self._reduce(partials)
            return
        if self.statement_line_id:
            outcome = self._release_partner(self.outcome)
            try:
                with self.env.cr.savepoint():
                    self.statement_line_id._record_match_for(outcome['partner_before'])
            except UserError as error:  # the books were closed since
                _logger.info("%s keeps its partner: %s", self.display_name, error)
        self._reopen()

    def _reduce(self, partials):
        """Keep as accepted, of what was booked, what ``partials`` have reconciled."""
        candidate = self.candidate_id
        items = partials.debit_move_id | partials.credit_move_id
        candidate.allocation_ids.filtered(lambda a: a.line_id not in items).unlink()
        candidate.amount = sum(candidate.allocation_ids.mapped('paid'))
        outcome = {
            **self.outcome,
            'partials': partials.ids,
            'booked': [line for line in self.outcome['booked'] if line['item'] in items._ids],
        }
        if not self.is_automatic:
            outcome['accounts'] = self._learn_payer(candidate).ids
        self.write({'state': 'accepted', 'outcome': outcome, 'note': False})

    def _find_standing(self, outcome):
        """What was reconciled by the booking and still is."""
        partials = self.env['account.partial.reconcile'].browse(outcome.get('partials', ()))
        return partials.exists()

    def _find_leftovers(self):
        """What is still in the books of a booking that was taken back there."""
        return (self.line_id or self.statement_line_id)._find_match_leftovers(self.outcome)

    def _unlearn(self, outcome):
        """Forget what accepting has taught."""
        if not self.is_automatic:
            self._learn(self.candidate_id, -1)
            banks = self.env['res.partner.bank'].browse(outcome.get('accounts', ())).exists()
            self.env['pos_receivable.match.account']._forget(self, banks)

    def _reopen(self):
        """Let it be decided anew, in place of what was proposed for the same money since."""
        self._replace_others()
        self.write(
            {
                'state': 'open',
                'candidate_id': self._find_best_candidate().id,
                'outcome': False,
                'is_automatic': False,
                'user_id': False,
                'date_decided': False,
                'note': False,
            }
        )
        # What people chose is kept in the log; the queue shows what was found.
        self.candidate_ids.filtered(lambda candidate: candidate.fit == 'chosen').unlink()

    def _replace_others(self):
        """Of proposals for the same money, only one is undecided: what is open of it is now more
        than the others say."""
        others = self.search(
            [
                ('id', '!=', self.id),
                ('state', 'in', UNDECIDED),
                ('line_id', '=', self.line_id.id),
                ('statement_line_id', '=', self.statement_line_id.id),
            ]
        )
        others.write(
            {'state': 'obsolete', 'note': self.env._("Another use of the money was undone.")}
        )
        others.flush_recordset()  # before this one becomes undecided

    def _find_best_candidate(self):
        """What the matcher would have accepted, as opposed to what people chose."""
        return self.candidate_ids.filtered(
            lambda candidate: candidate.fit != 'chosen' and not candidate.is_taken
        )[:1]
