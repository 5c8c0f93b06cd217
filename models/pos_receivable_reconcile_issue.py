import traceback
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.tools import get_lang

from ..tools.payload import read_id
from .account_move import OPEN_STATES

FIRST_RETRY = timedelta(hours=12)  # by the next night
LONGEST_WAIT = timedelta(days=14)
MAX_TRACEBACK = 20_000
MAX_ACTIVITIES = 10  # for one person at a time


class PosReceivableReconcileIssue(models.Model):
    """An invoice whose payments could not be reconciled: tried again later and later, so that it
    is neither forgotten nor in the way of the others. Or one that incoming money cannot be matched
    with, because it cannot be read; that is looked at each night."""

    _name = 'pos_receivable.reconcile.issue'
    _description = "Reconciliation Issue"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'state, date_last_failed desc, id desc'
    _rec_name = 'move_id'
    _mail_post_access = 'read'  # who may see an issue may discuss it

    move_id = fields.Many2one(
        'account.move', string="Invoice", required=True, readonly=True, ondelete='cascade'
    )
    kind = fields.Selection(
        [('reconcile', "Reconciliation"), ('match', "Matching")],
        string="Failed In",
        default='reconcile',
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='move_id.partner_id', string="Customer")
    invoice_date_due = fields.Date(related='move_id.invoice_date_due')
    currency_id = fields.Many2one(related='move_id.currency_id')
    amount_residual = fields.Monetary(related='move_id.amount_residual')
    state = fields.Selection(
        [('open', "Open"), ('resolved', "Resolved")],
        default='open',
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    attempts = fields.Integer(readonly=True)
    error = fields.Text(string="Last Error", readonly=True)
    traceback = fields.Text(string="Technical Details", readonly=True)
    date_first_failed = fields.Datetime(string="First Failed", readonly=True)
    date_last_failed = fields.Datetime(string="Last Failed", readonly=True)
    next_retry = fields.Datetime(readonly=True)
    date_resolved = fields.Datetime(string="Resolved On", readonly=True)

    _move_unique = models.UniqueIndex(
        '(move_id, kind)', "There is already an issue for this invoice."
    )
    _waiting_idx = models.Index("(move_id, next_retry) WHERE state = 'open'")

    @api.model
    def _get_delay(self, attempts):
        """How long to wait after failing ``attempts`` times in a row: doubling, up to a fortnight.

        Half a day to begin with, so that the next night tries again.
        """
        return min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LONGEST_WAIT)

    @api.model
    def _record_failure(self, invoice, error, kind='reconcile'):
        """Note that reconciling ``invoice``, or matching it, failed with ``error``, an exception."""
        now = self.env.cr.now()
        issue = self.search([('move_id', '=', invoice.id), ('kind', '=', kind)])
        attempts = (issue.attempts if issue.state == 'open' else 0) + 1
        vals = {
            'state': 'open',
            'attempts': attempts,
            'error': describe_error(error),
            'traceback': _make_storable(
                ''.join(traceback.format_exception(error))[-MAX_TRACEBACK:]
            ),
            'date_last_failed': now,
            'next_retry': kind == 'reconcile' and now + self._get_delay(attempts),
            'date_resolved': False,
        }
        if attempts == 1:
            vals['date_first_failed'] = now
        if issue:
            issue.write(vals)
        else:
            try:
                issue = self.create(
                    {
                        **vals,
                        'move_id': invoice.id,
                        'kind': kind,
                        'company_id': invoice.company_id.id,
                    }
                )
            except UniqueViolation as conflict:
                # Noted by somebody else since this transaction began, unseen by it.
                raise ConcurrencyError("issue noted twice") from conflict
        if attempts >= self.env['pos_receivable.reconcile.engine']._get_setting('activity_after'):
            issue._ask_for_help()
        return issue

    @api.model
    def _find_failed(self, invoices):
        """The open issues of reconciling ``invoices``."""
        return self.search(
            [
                ('move_id', 'in', invoices.ids),
                ('kind', '=', 'reconcile'),
                ('state', '=', 'open'),
            ]
        )

    def _ask_for_help(self):
        """One activity for the person in charge, however often it fails."""
        self.ensure_one()
        person = self._get_person_in_charge()
        if self.activity_ids or not person or self._count_requests(person) >= MAX_ACTIVITIES:
            return
        theirs = self.with_context(lang=get_lang(self.env, person.lang).code)
        theirs.activity_schedule(
            'mail.mail_activity_data_todo',
            summary=(
                theirs.env._("%(invoice)s cannot be reconciled", invoice=self.move_id.name)
                if self.kind == 'reconcile'
                else theirs.env._("%(invoice)s cannot be matched", invoice=self.move_id.name)
            ),
            note=self.error,
            user_id=person.id,
        )

    def _count_requests(self, person):
        """Issues this person is already asked about: what fails for a thousand invoices alike is
        not asked a thousand times."""
        return self.search_count([('activity_ids.user_id', '=', person.id)], limit=MAX_ACTIVITIES)

    def _get_person_in_charge(self):
        """The first of those who might be that sees this issue; an activity for somebody else
        would be refused, and the run with it."""
        company = self.company_id
        candidates = (
            company.receivable_reconcile_user_id
            | company.root_id.receivable_reconcile_user_id
            | self.move_id.invoice_user_id
            | (
                self.env.ref('base.user_admin', raise_if_not_found=False)
                or company.env['res.users']
            )
        )
        return candidates.filtered(
            lambda user: (
                user.active
                and self.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .sudo(False)
                .has_access('read')
            )
        )[:1]

    def _resolve(self, message):
        """These are settled: ``message`` says how."""
        opened = self.filtered(lambda issue: issue.state == 'open')
        opened.write({'state': 'resolved', 'date_resolved': self.env.cr.now()})
        opened.activity_ids.action_feedback(feedback=message)
        for issue in opened:
            issue.message_post(body=message)

    @api.model
    def _find_settled(self, companies):
        """The open issues of invoices of ``companies`` that were meanwhile paid, cancelled or
        blocked."""
        return self.search(
            [
                ('state', '=', 'open'),
                ('company_id', 'in', companies.ids),
                '|',
                ('move_id.state', '!=', 'posted'),
                ('move_id.payment_state', 'not in', OPEN_STATES),
            ]
        )

    def _resolve_settled(self):
        """Resolve those of these whose invoices are not open any more."""
        self.filtered(
            lambda issue: (
                issue.move_id.state != 'posted' or issue.move_id.payment_state not in OPEN_STATES
            )
        )._resolve(self.env._("The invoice is no longer open."))

    def action_retry(self):
        """Try these again now; the notification says how it went."""
        if not all(read_id(id_) for id_ in self._ids) or not (issues := self.exists()):
            raise UserError(self.env._("Choose the issues to try again."))
        matching = issues.filtered(lambda issue: issue.kind == 'match')
        answer = matching and matching._match_again()
        others = (issues - matching).move_id
        return others._reconcile_linked_payments() if others else answer

    def _match_again(self):
        """Match once more, also where no money waits at the moment.

        :return: a notification that says how it went
        :raise AccessError: not an invoicing user
        """
        proposals = self.env['pos_receivable.match.proposal']
        proposals._check_may_decide()
        for company in self.company_id:
            # Elevated: what is read and written is the night's, whoever asks for it.
            engine = self.env['pos_receivable.match.engine'].sudo()._with_tree(company)
            engine._note_left_out(engine._read_index(company, [])[1])
        failed = self.filtered(lambda issue: issue.state == 'open')
        if failed:
            return proposals._notify('danger', *failed.mapped('error'))
        return proposals.action_match_now()


def describe_error(error):
    """What an exception says, as text that can be stored."""
    # The core's warnings with a button say in the same breath where it leads.
    said = error.args[0] if isinstance(error, RedirectWarning) else error
    return _make_storable(str(said).strip() or type(error).__name__)


def _make_storable(text):
    """``text`` without what PostgreSQL refuses: an error may quote anything, and noting it must
    not fail."""
    return text.replace('\x00', '\N{REPLACEMENT CHARACTER}').encode('utf-8', 'replace').decode()
