import traceback

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import get_lang

from ..tools.backoff import get_delay
from ..tools.isolate import describe_error, make_storable
from ..tools.payload import read_id
from .account_move import OPEN_STATES

MAX_TRACEBACK = 20_000
MAX_ACTIVITIES = 10  # for one person at a time


class PosReceivableReconcileIssue(models.Model):
    """An invoice whose payments could not be reconciled: tried again later and later, so that it
    is neither forgotten nor in the way of the others. Other addons add kinds of their own."""

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
        [('reconcile', "Reconciliation"), ('order', "Bought on Account")],
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
    def _record_failure(self, invoice, error, kind='reconcile'):
        """Note that reconciling ``invoice``, or what else the ``kind`` is about, failed with ``error``,
        an exception."""
        now = self.env.cr.now()
        issue = self.search([('move_id', '=', invoice.id), ('kind', '=', kind)])
        attempts = (issue.attempts if issue.state == 'open' else 0) + 1
        vals = {
            'state': 'open',
            'attempts': attempts,
            'error': describe_error(error),
            'traceback': make_storable(''.join(traceback.format_exception(error))[-MAX_TRACEBACK:]),
            'date_last_failed': now,
            'next_retry': kind == 'reconcile' and now + get_delay(attempts),
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
            summary=theirs._get_summary(),
            note=self.error,
            user_id=person.id,
        )

    def _get_summary(self):
        """What is wrong, in a few words; for other addons to extend."""
        return self.env._("%(invoice)s cannot be reconciled", invoice=self.move_id.name)

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
                ('kind', '!=', 'order'),
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
                issue.kind != 'order'
                and (
                    issue.move_id.state != 'posted'
                    or issue.move_id.payment_state not in OPEN_STATES
                )
            )
        )._resolve(self.env._("The invoice is no longer open."))

    def action_retry(self):
        """Try these again now; the notification says how it went."""
        if not all(read_id(id_) for id_ in self._ids) or not (issues := self.exists()):
            raise UserError(self.env._("Choose the issues to try again."))
        return issues._retry()

    def _retry(self):
        """For other addons to extend: each tries those of its own kind, the others are left to
        ``super()``.

        :return: what to show the user
        :raise AccessError: not an invoicing user
        """
        of_orders = self.filtered(lambda issue: issue.kind == 'order')
        others = self - of_orders
        result = others.move_id._reconcile_receivable_payments() if others else None
        return of_orders._retry_orders() or result

    def _retry_orders(self):
        """Bring together what belongs to orders on account; what is settled is resolved.

        :return: what to show the user, ``None`` for no issues
        """
        if not self:
            return None
        self.move_id._check_may_reconcile_receivables()
        self.move_id.check_access('write')
        # Elevated after the check: items of orders, which an accountant need not be able to read.
        pairing = self.sudo().env['pos_receivable.order.pairing']
        failed = self.filtered(lambda issue: not pairing._pair_move(issue.sudo().move_id))
        (self - failed).sudo()._resolve(self.env._("What belongs together is reconciled."))
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'danger' if failed else 'success',
                'message': self.env._("Some could not be reconciled: see what they say now.")
                if failed
                else self.env._("What belongs together is reconciled."),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
