import datetime
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import clean_context, format_datetime, format_time

from ..tools.payload import read_id
from .pos_receivable_reconcile_evidence import OPEN_STATES

COLLECTABLE_TYPES = ('out_invoice', 'out_receipt')
COLLECTABLE_STATES = (*OPEN_STATES, 'blocked')  # the last is shown only


class AccountMove(models.Model):
    _inherit = 'account.move'

    has_payment_to_reconcile = fields.Boolean(
        compute='_compute_has_payment_to_reconcile',
        groups='account.group_account_invoice,account.group_account_readonly',
        help="A payment linked to this invoice is open, and so is the invoice.",
    )

    def _compute_has_payment_to_reconcile(self):
        engine = self.env['pos_receivable.reconcile.engine']
        found = set()
        stored = self._origin.filtered(lambda move: move.payment_state in OPEN_STATES)
        for company, invoices in stored.grouped(lambda move: move.company_id.root_id).items():
            evidence = engine._with_tree(company).env['pos_receivable.reconcile.evidence']
            found.update(pair.invoice for pair in evidence._read_pairs(invoices)[0])
        for move in self:
            move.has_payment_to_reconcile = move._origin.id in found

    @api.model
    def _get_collectable_line_domain(self, partners, company):
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

    def _is_collectable(self):
        """Whether a payment on this customer invoice may be taken at a counter."""
        self.ensure_one()
        return (
            self.state == 'posted'
            and self.move_type in ('out_invoice', 'out_receipt')
            and self.payment_state in OPEN_STATES
        )

    def _get_open_receivable_lines(self):
        """The receivable lines of these invoices with something left to pay, by invoice."""
        # From the cache: a collection asks again and again, and only once has to read them.
        lines = self.line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable' and not line.reconciled
        ).sorted(lambda line: (line.date_maturity or datetime.date.max, line.id))
        return defaultdict(lines.browse, lines.grouped('move_id'))

    def _get_counter_amounts(self, currency, date):
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

    def _get_counter_rows(self, currency, date, amounts=None):
        """These invoices as the till shows them: see ``pos.session.get_open_invoices``.

        :param dict amounts: what is known already, as of ``_get_counter_amounts``
        """
        amounts = amounts or {}
        unknown = self.filtered(lambda invoice: invoice not in amounts)
        amounts = {**amounts, **unknown._get_counter_amounts(currency, date)}
        return [invoice._prepare_counter_row(amounts[invoice], date) for invoice in self]

    def _prepare_counter_row(self, amounts, date):
        self.ensure_one()
        next_due_date = amounts['next_due_date'] or self.invoice_date_due
        is_overdue = bool(amounts['due'] and next_due_date and next_due_date < date)
        discount_date = amounts['discount_date']
        return {
            'id': self.id,
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
            'payable': self._is_collectable() and amounts['due'] > 0,
        }

    # -------------------------------------------------------------------------
    # Reconciliation of leftovers
    # -------------------------------------------------------------------------

    def action_force_payment_reconciliation(self):
        """Reconcile these customer invoices with the payments linked to them; on no record, what
        the scheduled action does: all leftovers, batch by batch, committing after each.

        :return: for records, a notification that links to what happened
        :raise AccessError: not an invoicing user
        :raise UserError: these are no invoices
        """
        schedule = self._without_cron_context().env['pos_receivable.reconcile.schedule']
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(
                self.env._("Only invoicing users may reconcile payments. Ask an accountant.")
            )
        if not self:
            return schedule._start_schedule()
        if not all(read_id(id_) for id_ in self._ids) or not (invoices := self.exists()):
            raise UserError(self.env._("These invoices no longer exist."))
        invoices.check_access('write')
        return schedule._run_selected(invoices)._notify_result()

    def _without_cron_context(self):
        """Where progress is written is up to the scheduler, not to who calls over RPC."""
        if self.env.su or self.env.user.has_group('base.group_system'):
            return self
        context = clean_context(self.env.context)
        for key in ('cron_id', 'cron_end_time', 'ir_cron_progress_id'):
            context.pop(key, None)
        return self.with_context(context)

    def _explain_nothing_to_reconcile(self):
        """Why this invoice could not be reconciled with anything, in an accountant's words."""
        self.ensure_one()
        _ = self.env._
        if self.move_type not in ('out_invoice', 'out_receipt'):
            return _("This is not a customer invoice.")
        if self.state != 'posted':
            return _("The invoice is not posted.")
        if self.payment_state == 'blocked':
            return _("The invoice is blocked for payment.")
        if self.payment_state not in OPEN_STATES:
            return _("Nothing is left to pay.")
        # Elevated: invoicing users may not read transactions, nor payments made at a parent
        # company; only why they do not serve is told.
        invoice_sudo = self.sudo()
        payments = invoice_sudo.matched_payment_ids | invoice_sudo.transaction_ids.payment_id
        if not payments:
            return _("No payment is linked to the invoice.")
        standing = payments.filtered(lambda payment: payment.state in ('in_process', 'paid'))
        if not standing:
            return _("The payments linked to the invoice are drafts or cancelled.")
        items = standing.move_id.line_ids.filtered(
            lambda item: (
                item.account_type == 'asset_receivable'
                and item.amount_residual < 0
                and item.parent_state == 'posted'
            )
        )
        if not items:
            return _("The payments linked to the invoice are used up.")
        if self.commercial_partner_id not in items.partner_id.commercial_partner_id:
            return _("The payments linked to the invoice were made by another customer.")
        if self.company_id.root_id not in items.company_id.root_id:
            return _("The payments linked to the invoice belong to another company.")
        if not items.company_id <= self.env['pos_receivable.reconcile.engine']._get_tree(
            self.company_id.root_id
        ):
            return _("The payments linked to the invoice belong to a company you do not work in.")
        if not items.account_id & self.line_ids.account_id:
            return _("The payments linked to the invoice are booked on another receivable account.")
        meant = standing._get_invoice_of_items()
        if all(meant.get(item.id, self.id) != self.id for item in items):
            return _("The payments linked to the invoice were taken for other invoices.")
        return _("Reconciling changed nothing.")

    # -------------------------------------------------------------------------
    # Traces of what happens to a collection
    # -------------------------------------------------------------------------

    def button_draft(self):
        # EXTENDS 'account'
        # From the payment itself this comes second: its state has changed and told already.
        collected = self.origin_payment_id.filtered(
            lambda payment: payment.pos_invoice_payment_uuid and payment._is_standing_collection()
        )
        result = super().button_draft()
        for payment in collected:
            payment._trace_on_session(self.env._("was reset to draft"))
        return result

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS 'account'
        # Where entries are hashed, a reversal is the only way to cancel a collection.
        collected = self.origin_payment_id.filtered(
            lambda payment: payment.pos_invoice_payment_uuid and payment._is_standing_collection()
        )
        result = super()._reverse_moves(default_values_list, cancel)
        if cancel:
            collected.state = 'canceled'
        return result

    def _describe_last_payment(self):
        """Who last paid this invoice and when, in the user's words; '' when nobody did."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        partial = (lines.matched_credit_ids | lines.matched_debit_ids).sorted('id')[-1:]
        if not partial:
            return ''
        paid_at, payer = partial.create_date, partial.create_uid.name
        shop = partial.credit_move_id.payment_id.pos_session_id.config_id.name
        moment = (
            format_time(self.env, paid_at, time_format='short')
            if fields.Datetime.context_timestamp(self, paid_at).date()
            == fields.Date.context_today(self)
            else format_datetime(self.env, paid_at, dt_format='short')
        )
        who = self.env._("%(user)s (%(shop)s)", user=payer, shop=shop) if shop else payer
        return self.env._("at %(moment)s by %(who)s", moment=moment, who=who)


def _to_iso(date):
    return date.isoformat() if date else False
