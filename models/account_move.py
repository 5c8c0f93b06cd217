import datetime
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import clean_context

from ..tools.locks import lock_rows
from ..tools.new_payment import are_unmatched
from ..tools.payload import read_id

OPEN_STATES = ('not_paid', 'partial')  # of the payment, when something is owed
COLLECTABLE_TYPES = ('out_invoice', 'out_receipt')
COLLECTABLE_STATES = (*OPEN_STATES, 'blocked')  # the last is shown only


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'pos_receivable.bulk.messages']

    has_payment_to_reconcile = fields.Boolean(
        compute='_compute_has_payment_to_reconcile',
        groups='account.group_account_invoice,account.group_account_readonly',
        help="A payment linked to this invoice is open, and so is the invoice.",
    )
    pos_receivable_kept_apart_ids = fields.Many2many(
        'account.payment',
        'pos_receivable_kept_apart',
        'invoice_id',
        'payment_id',
        string="Payments Taken Off by Hand",
        readonly=True,
        copy=False,
        groups='account.group_account_invoice,account.group_account_readonly',
        help="Linked to this invoice, and left alone at night because somebody has taken them off it.",
    )
    pos_receivable_shortfall_count = fields.Integer(
        string="Short Payments",
        compute='_compute_pos_receivable_shortfall_count',
        groups='account.group_account_invoice,account.group_account_readonly',
    )

    # -------------------------------------------------------------------------
    # At the counter
    # -------------------------------------------------------------------------

    @api.model
    def _get_receivable_line_domain(self, partners, company):
        """Open receivable lines of the customer invoices a counter of ``company`` may show.

        Starts from the lines, whose partner is always the commercial one, because their index
        leads straight to the few open rows; an index on the invoices would not.
        """
        return (
            Domain('partner_id', 'in', partners.commercial_partner_id.ids)
            & Domain('company_id', '=', company.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
            & Domain('display_type', '=', 'payment_term')
            & Domain('account_id.account_type', '=', 'asset_receivable')
            & Domain('move_id.move_type', 'in', COLLECTABLE_TYPES)
            & Domain('move_id.payment_state', 'in', COLLECTABLE_STATES)
        )

    def _is_receivable_collectable(self):
        """Whether a payment on this customer invoice may be taken at a counter."""
        self.ensure_one()
        return (
            self.state == 'posted'
            and self.move_type in COLLECTABLE_TYPES
            and self.payment_state in OPEN_STATES
        )

    def _get_open_receivable_lines(self):
        """The receivable lines of these invoices with something left to pay, by invoice."""
        # From the cache: a collection asks again and again, and only once has to read them.
        lines = self.line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable' and not line.reconciled
        ).sorted(lambda line: (line.date_maturity or datetime.date.max, line.id))
        return defaultdict(lines.browse, lines.grouped('move_id'))

    def _get_receivable_amounts(self, currency, date):
        """What settles each invoice on ``date``, in ``currency``.

        The arithmetic (instalments, early-payment discount, conversion) is that of the core's
        Register Payment wizard, asked without creating one.

        :return: ``{invoice: amounts}``: ``due`` leaves nothing open, ``due_now`` is what the wizard
            would propose: the discounted amount, else the overdue instalments, else the next one;
            both positive, or 0 when nothing is open; ``next_due_date`` of what is open;
            ``discount_date`` until which ``due_now`` is discounted, else ``False``
        """
        amounts = {}
        open_lines = self._get_open_receivable_lines()
        for company, invoices in self.grouped('company_id').items():
            wizard = self.env['account.payment.register'].new(
                {
                    'company_id': company.id,
                    'currency_id': currency.id,
                    'payment_date': date,
                }
            )
            for invoice in invoices:
                lines = open_lines[invoice]
                totals = wizard._get_total_amounts_to_pay([{'lines': lines}])
                amounts[invoice] = {
                    'due': currency.round(totals['full_amount_for_difference']),
                    'due_now': currency.round(totals['amount_by_default']),
                    'next_due_date': lines[:1].date_maturity,
                    'discount_date': totals['epd_applied'] and lines[:1].discount_date,
                }
        return amounts

    def _get_receivable_rows(self, currency, date, amounts=None):
        """These invoices as the till shows them: see ``pos.session.get_open_invoices``.

        :param dict amounts: what is known already, as of ``_get_receivable_amounts``
        """
        amounts = amounts or {}
        unknown = self.filtered(lambda invoice: invoice not in amounts)
        amounts = {**amounts, **unknown._get_receivable_amounts(currency, date)}
        online = self._get_receivable_online_payments()
        return [
            {
                **invoice._prepare_receivable_row(amounts[invoice], date),
                'online_payment': online.get(invoice, False),
            }
            for invoice in self
        ]

    def _get_receivable_online_payments(self):
        """What is being paid online and not booked yet.

        :return: ``{invoice: 'received' | 'pending'}``: the money is there and will be booked, or
            the customer's bank has not answered; a transfer that was merely announced is neither
        """
        groups = self.env['payment.transaction']._read_group(
            Domain('invoice_ids', 'in', self.ids)
            & (
                Domain('state', '=', 'done') & Domain('is_post_processed', '=', False)
                | Domain('state', 'in', ('authorized', 'pending'))
                & Domain('provider_id.code', '!=', 'custom')
            ),
            ['invoice_ids', 'state'],
        )
        online = {}
        for invoice, state in groups:
            if state == 'done' or invoice not in online:
                online[invoice] = 'received' if state == 'done' else 'pending'
        return online

    def _book_receivable_online_payments(self):
        """Book what the customer has paid online and nobody has booked yet: it is not taken a
        second time. Locks the transactions.

        :raise UserError: it cannot be booked
        """
        transactions = self.env['payment.transaction'].search(
            Domain('invoice_ids', 'in', self.ids)
            & Domain('state', '=', 'done')
            & Domain('is_post_processed', '=', False),
            order='id',
        )
        if not transactions:
            return
        lock_rows(transactions)
        for transaction in transactions:
            try:
                transaction._post_process()
            except (UserError, RedirectWarning) as error:
                raise UserError(
                    self.env._(
                        "An online payment of %(amount)s for %(invoices)s was received and could not"
                        " be booked. Ask an accountant before taking money: %(reason)s",
                        amount=transaction.currency_id.format(transaction.amount),
                        invoices=', '.join(transaction.invoice_ids.mapped('name')),
                        reason=error.args[0],
                    )
                ) from error

    def _prepare_receivable_row(self, amounts, date):
        self.ensure_one()
        next_due_date = amounts['next_due_date'] or self.invoice_date_due
        is_overdue = bool(amounts['due'] and next_due_date and next_due_date < date)
        discount_date = amounts['discount_date']
        return {
            'id': self.id,
            'kind': 'invoice',
            'name': self.name,
            'ref': self.ref or '',
            'payment_reference': self.payment_reference or '',
            'partner_id': self.partner_id.id,
            'partner_name': self.partner_id.display_name,
            'invoice_date': _to_iso(self.invoice_date),
            'invoice_date_due': _to_iso(self.invoice_date_due),
            'next_due_date': _to_iso(next_due_date),
            'currency_id': self.currency_id.id,
            'currency_name': self.currency_id.name,
            'amount_total': self.amount_total,
            'amount_residual': self.amount_residual,
            'amount_due': amounts['due'],
            'amount_due_now': amounts['due_now'],
            'discount_date': _to_iso(discount_date),
            'discount_percentage': (
                self.invoice_payment_term_id.discount_percentage if discount_date else 0.0
            ),
            'payment_state': self.payment_state,
            'is_blocked': self.payment_state == 'blocked',
            'is_overdue': is_overdue,
            'overdue_days': (date - next_due_date).days if is_overdue else 0,
            'payable': self._is_receivable_collectable() and amounts['due'] > 0,
        }

    def _compute_pos_receivable_shortfall_count(self):
        groups = self.env['pos_receivable.shortfall']._read_group(
            [('move_id', 'in', self._origin.ids)], ['move_id'], ['__count']
        )
        counts = {invoice.id: count for invoice, count in groups}
        for move in self:
            move.pos_receivable_shortfall_count = counts.get(move._origin.id, 0)

    def _search_reconciled_payment_ids(self, operator, value):
        # EXTENDS 'account'
        if operator == 'in' and are_unmatched(self.env['account.payment'].browse(value)):
            return Domain.FALSE
        return super()._search_reconciled_payment_ids(operator, value)

    # -------------------------------------------------------------------------
    # Traces of what happens to a collection
    # -------------------------------------------------------------------------

    def button_draft(self):
        # EXTENDS 'account'
        # From the payment itself this comes second: its state has changed and told already.
        collected = self.origin_payment_id.filtered(
            lambda payment: (
                payment.pos_invoice_payment_uuid and payment._is_standing_invoice_payment()
            )
        )
        result = super().button_draft()
        for payment in collected:
            payment._trace_invoice_payment(self.env._("was reset to draft"))
        return result

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS 'account'
        # Where entries are hashed, a reversal is the only way to cancel a collection.
        collected = self.origin_payment_id.filtered(
            lambda payment: (
                payment.pos_invoice_payment_uuid and payment._is_standing_invoice_payment()
            )
        )
        result = super()._reverse_moves(default_values_list, cancel)
        if cancel:
            collected.state = 'canceled'
        return result

    def _describe_last_receivable_payment(self):
        """Who last paid this invoice and when, in the user's words; '' when nobody did."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        )._describe_last_receivable_payment()

    # -------------------------------------------------------------------------
    # Reconciling linked payments
    # -------------------------------------------------------------------------

    def _compute_has_payment_to_reconcile(self):
        engine = self.env['pos_receivable.reconcile.engine']
        found = set()
        stored = self._origin.filtered(lambda move: move.payment_state in OPEN_STATES)
        for company, invoices in stored.grouped(lambda move: move.company_id.root_id).items():
            evidence = engine._with_tree(company).env['pos_receivable.reconcile.evidence']
            pairs, _shared = evidence._read_pairs(invoices, kept_apart=True)
            found.update(pair.invoice for pair in pairs)
        for move in self:
            move.has_payment_to_reconcile = move._origin.id in found

    def action_force_payment_reconciliation(self):
        """Reconcile these customer invoices with the payments linked to them; on no record, what
        the scheduled action does: all leftovers, batch by batch, committing after each.

        These records take payments again that somebody had taken off them by hand.

        :return: for records, a notification that links to what happened
        :raise AccessError: not an invoicing user
        :raise UserError: these are no invoices
        """
        self._check_may_reconcile_receivables()
        if not self:
            schedule = self._without_receivable_cron_context().env[
                'pos_receivable.reconcile.schedule'
            ]
            return schedule._start_schedule()
        if not all(read_id(id_) for id_ in self._ids) or not (invoices := self.exists()):
            raise UserError(self.env._("These invoices no longer exist."))
        invoices.check_access('write')
        self.env['pos_receivable.reconcile.links']._end_keeping_apart(invoices)
        return invoices._reconcile_receivable_payments()

    def _check_may_reconcile_receivables(self):
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(
                self.env._("Only invoicing users may reconcile payments. Ask an accountant.")
            )

    def _reconcile_receivable_payments(self):
        """Reconcile these at once; the notification says how it went."""
        self._check_may_reconcile_receivables()
        self.check_access('write')
        engine = self._without_receivable_cron_context().env['pos_receivable.reconcile.engine']
        return engine._run_selected(self)._notify_result()

    def _without_receivable_cron_context(self):
        """Where progress is written is up to the scheduler, not to who calls over RPC."""
        if (
            self.env.su
            or self.env.user.has_group('base.group_system')
            or self._is_own_receivable_cron()
        ):
            return self
        context = clean_context(self.env.context)
        for key in ('cron_id', 'cron_end_time', 'ir_cron_progress_id'):
            context.pop(key, None)
        return self.with_context(context)  # pylint: disable=context-overridden

    def _is_own_receivable_cron(self):
        """Whether the context is that of a scheduled action which runs as this very user: all they
        could pretend is the progress of their own."""
        cron_id, progress_id = map(self.env.context.get, ('cron_id', 'ir_cron_progress_id'))
        if not read_id(cron_id) or not read_id(progress_id):
            return False
        # Elevated: only administrators may read scheduled actions.
        progress = self.env['ir.cron.progress'].sudo().browse(progress_id).exists()
        return progress.cron_id.id == cron_id and progress.cron_id.user_id == self.env.user

    # -------------------------------------------------------------------------
    # Taken off by hand
    # -------------------------------------------------------------------------

    def js_remove_outstanding_partial(self, partial_id):
        # EXTENDS 'account'
        links = self.env['pos_receivable.reconcile.links']
        partials = self.env['account.partial.reconcile'].browse(partial_id)
        taken_off = links._find_linked(partials)
        result = super().js_remove_outstanding_partial(partial_id)
        links._keep_apart(taken_off)
        return result

    def _get_alerts(self):
        # EXTENDS 'account'
        alerts = super()._get_alerts()
        if payments := self.env['pos_receivable.reconcile.links']._find_kept_apart(self._origin):
            alerts['pos_receivable_kept_apart'] = {
                'level': 'info',
                'message': self.env._(
                    "Taken off this invoice by hand and left alone at night: %(payments)s."
                    " Reconcile Payments uses them again.",
                    payments=', '.join(payments.mapped('name')),
                ),
            }
        return alerts

    @api.ondelete(at_uninstall=False)
    def _unlink_receivable_issues(self):
        # The database would delete them too, but not what was said of them. Elevated: nobody but
        # the nightly jobs may.
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        issues.search([('move_id', 'in', self.ids)]).unlink()


def _to_iso(date):
    return date.isoformat() if date else False
