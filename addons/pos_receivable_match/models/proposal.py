from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.pos_receivable.tools.payload import read_id
from odoo.addons.pos_receivable.tools.retries import busy_in_words

from ..matching import RULES_VERSION
from ..tools.outcome import Outcome
from ..tools.receipt_id import ReceiptId
from .allocation import CHOSEN, FITS
from .wording import make_speaker

UNDECIDED = ('open', 'observed')
MOST_NAMES = 5  # that a message lists for one reason


class PosReceivableMatchProposal(models.Model):
    """Money that came in, and what it may have been meant for."""

    _name = 'pos_receivable.match.proposal'
    _description = "Matching Proposal"
    _order = 'tier, score desc, date, id'
    _rec_name = 'display_name'

    line_id = fields.Many2one(
        'account.move.line', readonly=True, index='btree_not_null', ondelete='cascade'
    )
    payment_id = fields.Many2one(related='line_id.payment_id')
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', readonly=True, index='btree_not_null', ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    amount = fields.Monetary(string="Received", readonly=True)
    date = fields.Date(readonly=True)
    payer_name = fields.Char(string="Name of the Payer", readonly=True)
    payer = fields.Char(compute='_compute_payer')
    payer_account = fields.Char(string="Account", readonly=True)
    text = fields.Text(string="Remittance Information", readonly=True)
    reference = fields.Char(readonly=True)
    receipt_partner_id = fields.Many2one(
        'res.partner', string="Recorded For", readonly=True, ondelete='set null'
    )

    state = fields.Selection(
        [
            ('open', "To Review"),
            ('observed', "Observed"),
            ('accepted', "Accepted"),
            ('changed', "Taken Back in the Books"),
            ('rejected', "Rejected"),
            ('obsolete', "Obsolete"),
        ],
        default='open',
        required=True,
        readonly=True,
        index=True,
    )
    tier = fields.Selection(
        [('certain', "Certain"), ('check', "To Check"), ('nothing', "Nothing Found")],
        required=True,
        readonly=True,
    )
    capability = fields.Selection(
        selection=lambda self: self.env['pos_receivable.mode']._select_capabilities(),
        string="Rule",
        readonly=True,
    )
    score = fields.Integer(readonly=True)
    margin = fields.Integer(readonly=True, help="Lead over the next explanation, in decibans.")
    held_back = fields.Json(readonly=True)
    rules_version = fields.Integer(readonly=True)
    fingerprint = fields.Char(readonly=True)
    date_matched = fields.Datetime(string="Last Matched", readonly=True)
    is_automatic = fields.Boolean(string="Booked Automatically", readonly=True)
    user_id = fields.Many2one('res.users', string="Decided By", readonly=True)
    date_decided = fields.Datetime(string="Decided On", readonly=True)
    outcome = fields.Json(readonly=True)
    note = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True)
    error = fields.Text(readonly=True)
    next_retry = fields.Datetime(readonly=True)

    candidate_ids = fields.One2many(
        'pos_receivable.match.candidate', 'proposal_id', string="Candidates", readonly=True
    )
    candidate_id = fields.Many2one(
        'pos_receivable.match.candidate', string="Best", readonly=True, ondelete='set null'
    )
    allocation_ids = fields.One2many(related='candidate_id.allocation_ids', string="Allocations")
    proposed_partner_id = fields.Many2one(
        related='candidate_id.partner_id', store=True, string="Customer"
    )
    invoice_names = fields.Char(related='candidate_id.invoice_names', string="Invoices")
    fit = fields.Selection(related='candidate_id.fit')
    confidence = fields.Float(compute='_compute_confidence')
    evidence = fields.Json(related='candidate_id.evidence')
    held_back_text = fields.Text(string="Why It Waits", compute='_compute_held_back_text')

    _one_receipt = models.Constraint(
        'CHECK (num_nonnulls(line_id, statement_line_id) = 1)',
        "A proposal is about one payment or one statement line.",
    )
    _line_unique = models.UniqueIndex("(line_id) WHERE state IN ('open', 'observed')")
    _statement_line_unique = models.UniqueIndex(
        "(statement_line_id) WHERE state IN ('open', 'observed')"
    )
    _payer_account_idx = models.Index(
        "(UPPER(REGEXP_REPLACE(payer_account, '[^A-Za-z0-9]', '', 'g'))) WHERE state = 'accepted'"
    )
    _partials_idx = models.Index(
        "USING gin ((outcome -> 'partials') jsonb_path_ops) WHERE state IN ('accepted', 'changed')"
    )

    @api.depends('payment_id', 'statement_line_id', 'text')
    def _compute_display_name(self):
        for proposal in self:
            record = proposal.payment_id or proposal._get_entry()
            proposal.display_name = record.sudo().name or proposal.text

    @api.depends('payer_name', 'receipt_partner_id')
    def _compute_payer(self):
        for proposal in self:
            proposal.payer = proposal.payer_name or proposal.receipt_partner_id.display_name

    @api.depends('score')
    def _compute_confidence(self):
        for proposal in self:
            proposal.confidence = 100 / (1 + 10 ** (-proposal.score / 10)) if proposal.score else 0

    @api.depends('held_back')
    @api.depends_context('lang')
    def _compute_held_back_text(self):
        say = make_speaker(self.env)
        for proposal in self:
            proposal.held_back_text = '\n'.join(map(say, proposal.held_back or []))

    def _get_entry(self):
        """The journal entry by which the money came in."""
        return self.statement_line_id.move_id or self.line_id.move_id

    def _get_receipt_id(self):
        self.ensure_one()
        return ReceiptId.of(self.line_id.id, self.statement_line_id.id)

    def _get_money_id(self):
        """Which money it is, for as long as it is remembered: what the bank has reported may stand on
        the suspense account today, and on the customer's tomorrow."""
        self.ensure_one()
        reported = self.statement_line_id or self.line_id.statement_line_id
        return ReceiptId.of(not reported and self.line_id.id, reported.id)

    def _get_medium(self):
        """Who knows how such money is booked, and the money.

        :return: ``(service, record)``: the service's methods take the record first
        """
        self.ensure_one()
        if self.line_id:
            return self.env['pos_receivable.match.payment'], self.line_id
        return self.env['pos_receivable.match.statement'], self.statement_line_id

    def _get_outcome(self):
        """What booking it has written: :class:`Outcome`."""
        self.ensure_one()
        return Outcome.unpack(self.outcome)

    def _describe_decision(self):
        """The proposal as the decision log keeps it: see ``_log`` of decisions."""
        self.ensure_one()
        return {
            'case_key': str(self._get_money_id()),
            'is_certain': self.tier == 'certain',
            'rules_version': RULES_VERSION,
            'score': self.score,
            'margin': self.margin,
            'inputs': self._describe_inputs(),
            'parts': [candidate._describe() for candidate in self.candidate_ids],
        }

    def _describe_inputs(self):
        return {
            'amount': self.amount,
            'currency': self.currency_id.name,
            'date': self.date.isoformat(),
            'text': self.text,
            'reference': self.reference,
            'payer_name': self.payer_name,
            'payer_account': self.payer_account,
            'partner': self.receipt_partner_id.id,
            'held_back': self.held_back,
        }

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    def _check_may_decide(self):
        """
        :return: ``self``, elevated: who may work the queue may book what a proposal says, though
            not write on statement lines otherwise
        """
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(self.env._("Only invoicing users may decide on proposals."))
        if not all(read_id(id_) for id_ in self._ids):
            raise UserError(self.env._("These proposals no longer exist."))
        self.check_access('read')
        return self.sudo()

    def _check_is_one(self):
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Choose one of the proposals."))

    def action_match_now(self):
        """Do now what the night does, for the companies the user has chosen."""
        # Elevated: what is read and written is the night's, whoever asks for it.
        env = self._check_may_decide().env
        env['pos_receivable.match.schedule']._run_now(self.env.companies)
        waiting = self.search_count(
            [
                ('state', 'in', ('open', 'changed')),
                ('company_id', 'in', self.env.companies.ids),
            ]
        )
        return self._notify(
            'success',
            self.env._("Matched. In the queue now: %(count)s.", count=waiting),
        )

    def _notify(self, kind, *sentences):
        """Say something at the edge of the screen, and show the records as they are now."""
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': kind,
                'message': ' '.join(sentences),
                'sticky': kind != 'success',
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    @busy_in_words
    def action_accept(self):
        """Book these as proposed; each is checked again first.

        :raise UserError: one alone cannot be booked as proposed any more: why, and nothing is
            written. Of several, those are left, and listed
        """
        proposals = self._check_may_decide()
        booker = proposals.env['pos_receivable.match.booker']
        if len(proposals) == 1:
            booker._accept(proposals, proposals.candidate_id)
            return True
        return booker._accept_together(proposals)

    @busy_in_words
    def action_reject(self):
        """Say that the money is not for these invoices; the second time it is not proposed
        again."""
        self._check_may_decide()._reject()
        return True

    @busy_in_words
    def action_undo(self):
        """Take back what these booked: all that is open afterwards is as it was before."""
        for proposal in self._check_may_decide():
            proposal.env['pos_receivable.match.undo']._undo(proposal)
        return True

    def action_choose(self):
        """Let the user choose other invoices for this money."""
        self._check_is_one()
        self._check_may_decide()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Choose Invoices"),
            'res_model': 'pos_receivable.match.choose',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_proposal_id': self.id},
        }

    def action_open_receipt(self):
        """Show the payment or statement line this is about."""
        self._check_is_one()
        return (self.payment_id or self._get_entry()).get_formview_action()

    def action_open_decisions(self):
        """List what was decided on this."""
        self._check_is_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'pos_receivable_automation.decision_action'
        )
        return {
            **action,
            # Ids begin anew where the addon was removed and came back; the log is kept.
            'domain': [
                ('subject_model', '=', self._name),
                ('subject_id', '=', self.id),
                ('case_key', '=', str(self._get_money_id())),
            ],
        }

    # -------------------------------------------------------------------------
    # States
    # -------------------------------------------------------------------------

    def _join_names(self):
        names = self.mapped('display_name')
        if len(names) > MOST_NAMES:
            others = self.env._("%(count)s others", count=len(names) - MOST_NAMES + 1)
            names[MOST_NAMES - 1 :] = [others]
        return ', '.join(names)

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
                    receipts=empty._join_names(),
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
        self.env['pos_receivable.decision']._log(self, 'reject')
        self._check_precision()

    def _check_precision(self):
        modes = self.env['pos_receivable.mode']
        for company, capability in {(p.company_id, p.capability) for p in self}:
            modes._fall_back(company, capability)

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
        self.candidate_ids.filtered(lambda candidate: candidate.fit == CHOSEN).unlink()

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
            lambda candidate: candidate.fit != CHOSEN and not candidate.is_taken
        )[:1]


class PosReceivableMatchCandidate(models.Model):
    """One explanation of a receipt."""

    _name = 'pos_receivable.match.candidate'
    _description = "Matching Candidate"
    _order = 'sequence, id'

    proposal_id = fields.Many2one(
        'pos_receivable.match.proposal',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    sequence = fields.Integer(readonly=True)
    company_id = fields.Many2one(related='proposal_id.company_id', store=True)
    currency_id = fields.Many2one(related='proposal_id.currency_id')
    score = fields.Integer(readonly=True)
    fit = fields.Selection(FITS, string="Amount", readonly=True)
    parts = fields.Json(readonly=True)
    is_taken = fields.Boolean(
        readonly=True, help="Another payment of the same night uses up one of the invoices."
    )
    allocation_ids = fields.One2many(
        'pos_receivable.match.allocation', 'candidate_id', string="Invoices", readonly=True
    )
    amount = fields.Monetary(string="Used", readonly=True, help="How much of the money it takes.")
    partner_id = fields.Many2one(
        'res.partner', string="Customer", readonly=True, ondelete='set null'
    )
    invoice_names = fields.Char(compute='_compute_invoice_names')
    evidence = fields.Json(compute='_compute_evidence')
    explanation = fields.Text(compute='_compute_evidence')

    @api.depends('allocation_ids.move_id')
    def _compute_invoice_names(self):
        for candidate in self:
            moves = candidate.allocation_ids.sudo().move_id
            candidate.invoice_names = ', '.join(moves.mapped(lambda move: move.name or '/'))

    @api.depends('parts')
    @api.depends_context('lang')
    def _compute_evidence(self):
        say = make_speaker(self.env)
        for candidate in self:
            evidence = [
                {
                    'sentence': say(part),
                    'points': part['points'],
                    'quoted': part['args'].get('quoted'),
                    'number': part['args'].get('number'),
                }
                for part in candidate.parts or []  # of what was chosen by hand there are none
            ]
            candidate.evidence = evidence
            candidate.explanation = '\n'.join(
                f"{part['points']:+} {part['sentence']}" for part in evidence
            )

    def _describe(self):
        """The candidate as the decision log keeps it."""
        self.ensure_one()
        return {
            'score': self.score,
            'fit': self.fit,
            'taken': self.is_taken,
            'parts': self.parts,
            'allocations': [
                {
                    'invoice': allocation.move_id.name,
                    'item': allocation.line_id.id,
                    'amount': allocation.amount,
                    'paid': allocation.paid,
                    'left': allocation.left,
                    'left_as': allocation.left_as,
                    'closing': allocation.closing,
                }
                for allocation in self.allocation_ids
            ],
        }
