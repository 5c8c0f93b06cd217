from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.payload import read_id
from .pos_receivable_match_allocation import FITS
from .pos_receivable_match_mode import CAPABILITIES
from .pos_receivable_match_wording import make_speaker


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
    rule = fields.Char(string="Hard Signal", readonly=True)
    capability = fields.Selection(CAPABILITIES, string="Rule", readonly=True)
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

    def _describe_inputs(self):
        """What came in, for the decision log."""
        self.ensure_one()
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
        self._check_may_decide()
        # Elevated: what is read and written is the night's, whoever asks for it.
        self.env['pos_receivable.match.schedule'].sudo()._run_now(self.env.companies)
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

    def action_accept(self):
        """Book these as proposed; each is checked again first.

        :raise UserError: one alone cannot be booked as proposed any more: why, and nothing is
            written. Of several, those are left, and listed
        """
        proposals = self._check_may_decide()
        if len(proposals) == 1:
            proposals._accept(proposals.candidate_id)
            return True
        return proposals._accept_together()

    def action_reject(self):
        """Say that the money is not for these invoices; the second time it is not proposed
        again."""
        self._check_may_decide()._reject()
        return True

    def action_undo(self):
        """Take back what these booked: all that is open afterwards is as it was before."""
        for proposal in self._check_may_decide():
            proposal._undo()
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
            'pos_receivable.match_decision_action'
        )
        return {**action, 'domain': [('proposal', '=', self.id)]}


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
