from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..tools.payload import read_id

CRON = 'pos_receivable.ir_cron_reconcile'

OUTCOMES = [
    ('reconciled', "Reconciled"),
    ('partly', "Partly Reconciled"),
    ('nothing', "Nothing to Do"),
    ('skipped', "Skipped"),
    ('failed', "Failed"),
]
# Why nothing was done with an invoice, in an accountant's words, told in the reader's language.
REASONS = [
    ('no_invoice', "This is not a customer invoice."),
    ('not_posted', "The invoice is not posted."),
    ('blocked', "The invoice is blocked for payment."),
    ('paid', "Nothing is left to pay."),
    ('no_payment', "No payment is linked to the invoice."),
    ('not_made', "The payments linked to the invoice are drafts or cancelled."),
    ('used_up', "The payments linked to the invoice are used up."),
    ('other_customer', "The payments linked to the invoice were made by another customer."),
    ('other_company', "The payments linked to the invoice belong to another company."),
    (
        'hidden_company',
        "The payments linked to the invoice belong to a company you do not work in.",
    ),
    (
        'other_account',
        "The payments linked to the invoice are booked on another receivable account.",
    ),
    (
        'mixed_up',
        (
            "Several payments were linked to this invoice and others together. Nobody can tell which"
            " was made for which: please reconcile them by hand."
        ),
    ),
    (
        'given_back',
        (
            "What was paid for the invoice was given back to the customer. Please reconcile the"
            " refund with its payment."
        ),
    ),
    ('taken_off', "The payments linked to the invoice were taken off it by hand."),
    ('for_others', "The payments linked to the invoice were taken for other invoices."),
    ('unchanged', "Reconciling changed nothing."),
    ('in_use', "Somebody else was working on the invoice or its payment."),
]


class PosReceivableReconcileRun(models.Model):
    """Log of one pass over the leftovers of a company."""

    _name = 'pos_receivable.reconcile.run'
    _description = "Reconciliation Run"
    _inherit = ['pos_receivable.run']

    currency_id = fields.Many2one(related='company_id.currency_id')
    worker = fields.Char(
        readonly=True, help="Which of the parallel workers, when there are several."
    )
    duration = fields.Float(
        string="Duration (h)", compute='_compute_duration', store=True, aggregator='sum'
    )
    # Where the next batch goes on.
    last_due = fields.Date(readonly=True)
    last_move_id = fields.Integer(readonly=True)
    # Invoices in use by somebody else, looked at again before the run ends; of a run by hand, those
    # that are left to the schedule.
    deferred_ids = fields.Json(readonly=True)

    reconciled_count = fields.Integer(string="Reconciled", readonly=True)
    partly_count = fields.Integer(string="Partly", readonly=True)
    nothing_count = fields.Integer(string="Nothing to Do", readonly=True)
    amount = fields.Monetary(
        string="Amount Reconciled", readonly=True, help="In the currency of the company."
    )
    line_ids = fields.One2many('pos_receivable.reconcile.run.line', 'run_id', readonly=True)

    @api.depends('date_start', 'date_end')
    def _compute_duration(self):
        for run in self:
            elapsed = (run.date_end or run.date_start) - run.date_start if run.date_start else None
            run.duration = elapsed.total_seconds() / 3600 if elapsed else 0.0

    def _get_title(self, moment):
        # EXTENDS 'pos_receivable'
        return self.env._("Reconciliation of %(moment)s", moment=moment)

    # -------------------------------------------------------------------------
    # Writing the log
    # -------------------------------------------------------------------------

    @api.model
    def _get_running(self, company, worker):
        """The run to go on with. What others have begun they may have begun for more companies than
        this user works in."""
        return self._find_stopped(company).filtered(
            lambda run: run.worker == worker and run.user_id.id == self.env.uid
        )[:1]

    def _record(self, outcomes, **values):
        """Add the outcomes of a batch.

        :param outcomes: list of dicts as the engine makes them
        """
        self.ensure_one()
        counts = Counter(outcome['outcome'] for outcome in outcomes)
        counts['examined'] = len(outcomes)
        amount = self.amount + sum(outcome['amount'] for outcome in outcomes)
        self._add(counts, amount=amount, **values)
        self.env['pos_receivable.reconcile.run.line'].create(
            [{**outcome, 'run_id': self.id} for outcome in outcomes]
        )

    @api.model
    def _find_handed_over(self, company):
        """The runs by hand that the schedule is to go on with, the first one first."""
        return self.search(
            [
                ('company_id', '=', company.id),
                ('trigger', '=', 'manual'),
                ('state', '=', 'running'),
            ],
            order='id',
        )

    def _hand_over(self, invoice_ids):
        """Leave these to the schedule; the run ends when there are none."""
        if invoice_ids:
            self.deferred_ids = invoice_ids
        else:
            self._finish()

    def _finish(self):
        # EXTENDS 'pos_receivable'
        self.deferred_ids = False
        return super()._finish()

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    def _notify_result(self):
        """Tell the user what these runs did, with a link to the details of each."""
        messages = []
        for run in self:
            counts = [
                f'{label}: {run[name + "_count"]}'
                for name, label in run._get_outcome_labels()
                if run[f'{name}_count']
            ]
            messages.append(' · '.join(counts) or self.env._("Nothing to reconcile."))
        count = sum(len(run.deferred_ids or ()) for run in self)
        failed = any(run.failed_count for run in self)
        useful = any(run.reconciled_count or run.partly_count for run in self)
        action = 'pos_receivable.reconcile_run_action'
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': (
                    'danger' if failed else 'warning' if count else 'success' if useful else 'info'
                ),
                'title': self.env._("Payment reconciliation"),
                'message': ' '.join(
                    (*(f'{message} %s' for message in messages), *self._tell_handed_over(count))
                ),
                'links': [
                    {'label': self.env._("Details"), 'url': f'/odoo/action-{action}/{run.id}'}
                    for run in self
                ],
                'sticky': failed or bool(count),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _tell_handed_over(self, count):
        """Tell when the ``count`` invoices follow that were too many for once, if there are any."""
        if not count:
            return
        # Elevated: accountants have no rights on scheduled actions.
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron and cron.sudo().active:
            yield self.env._(
                "That is as much as can be done at once: %(count)s invoices follow at the next"
                " scheduled run, on %(moment)s.",
                count=count,
                moment=format_datetime(self.env, cron.sudo().nextcall, dt_format='short'),
            )
        else:
            yield self.env._(
                "That is as much as can be done at once, and nothing is scheduled: %(count)s invoices"
                " are left, please choose them again.",
                count=count,
            )

    def _get_outcome_labels(self):
        return (
            self.env['pos_receivable.reconcile.run.line']
            ._fields['outcome']
            ._description_selection(self.env)
        )

    # -------------------------------------------------------------------------
    # Clean-up
    # -------------------------------------------------------------------------

    @api.autovacuum
    def _gc_runs(self):
        """Delete runs, and issues long resolved, older than the retention time."""
        return self._delete_expired(
            'pos_receivable.reconcile.issue', [('state', '=', 'resolved')], 'date_resolved'
        )


class PosReceivableReconcileRunLine(models.Model):
    """What a run did with one invoice."""

    _name = 'pos_receivable.reconcile.run.line'
    _description = "Reconciled Invoice"
    _order = 'id desc'
    _rec_name = 'move_id'

    run_id = fields.Many2one(
        'pos_receivable.reconcile.run',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    move_id = fields.Many2one(
        'account.move',
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(related='move_id.partner_id', string="Customer")
    invoice_date_due = fields.Date(related='move_id.invoice_date_due')
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    why = fields.Selection(REASONS, string="Why Not", readonly=True)
    error = fields.Char(readonly=True)
    reason = fields.Char(compute='_compute_reason')
    amount = fields.Monetary(
        readonly=True, help="By which the run lowered what is due, in the company's currency."
    )

    @api.depends('why', 'error')
    @api.depends_context('lang')
    def _compute_reason(self):
        reasons = dict(self._fields['why']._description_selection(self.env))
        for line in self:
            line.reason = line.error or reasons.get(line.why)

    def action_open_invoice(self):
        """Show the invoice of one of these lines."""
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Choose one of the reconciled invoices."))
        return self.exists().move_id.get_formview_action()
