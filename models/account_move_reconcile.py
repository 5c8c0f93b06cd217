from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context

from ..tools.payload import read_id
from .account_move import COLLECTABLE_TYPES, OPEN_STATES


class AccountMove(models.Model):
    """Invoices whose payments were never reconciled with them."""

    _inherit = 'account.move'  # pylint: disable=consider-merging-classes-inherited

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
        self._check_may_reconcile_payments()
        if not self:
            schedule = self._without_cron_context().env['pos_receivable.reconcile.schedule']
            return schedule._start_schedule()
        if not all(read_id(id_) for id_ in self._ids) or not (invoices := self.exists()):
            raise UserError(self.env._("These invoices no longer exist."))
        invoices.check_access('write')
        self.env['pos_receivable.reconcile.links']._end_keeping_apart(invoices)
        return invoices._reconcile_linked_payments()

    def _check_may_reconcile_payments(self):
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            raise AccessError(
                self.env._("Only invoicing users may reconcile payments. Ask an accountant.")
            )

    def _reconcile_linked_payments(self):
        """Reconcile these at once; the notification says how it went."""
        self._check_may_reconcile_payments()
        self.check_access('write')
        engine = self._without_cron_context().env['pos_receivable.reconcile.engine']
        return engine._run_selected(self)._notify_result()

    def _without_cron_context(self):
        """Where progress is written is up to the scheduler, not to who calls over RPC."""
        if self.env.su or self.env.user.has_group('base.group_system') or self._is_own_cron():
            return self
        context = clean_context(self.env.context)
        for key in ('cron_id', 'cron_end_time', 'ir_cron_progress_id'):
            context.pop(key, None)
        return self.with_context(context)  # pylint: disable=context-overridden

    def _is_own_cron(self):
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

    # -------------------------------------------------------------------------
    # Reasons
    # -------------------------------------------------------------------------

    def _explain_nothing_to_reconcile(self):
        """Why this invoice could not be reconciled with anything: one of the keys of ``REASONS``."""
        self.ensure_one()
        if self.move_type not in COLLECTABLE_TYPES:
            return 'no_invoice'
        if self.state != 'posted':
            return 'not_posted'
        if self.payment_state == 'blocked':
            return 'blocked'
        if self.payment_state not in OPEN_STATES:
            return 'paid'
        # Elevated: invoicing users may not read transactions, nor payments made at a parent
        # company; only why they do not serve is told.
        invoice_sudo = self.sudo()
        payments = invoice_sudo.matched_payment_ids | invoice_sudo.transaction_ids.payment_id
        if not payments:
            return 'no_payment'
        payments = payments.filtered(lambda payment: payment.state in ('in_process', 'paid'))
        if not payments:
            return 'not_made'
        items = payments.move_id.line_ids.filtered(
            lambda item: (
                item.account_type == 'asset_receivable'
                and item.amount_residual < 0
                and item.parent_state == 'posted'
            )
        )
        if not items:
            return 'used_up'
        return self._explain_unsuitable(payments, items)

    def _explain_unsuitable(self, payments, items):
        """Why open ``items`` of the ``payments`` linked to this invoice cannot settle it."""
        root = self.company_id.root_id
        if self.commercial_partner_id not in items.partner_id.commercial_partner_id:
            return 'other_customer'
        if root not in items.company_id.root_id:
            return 'other_company'
        if not items.company_id <= self.env['pos_receivable.reconcile.engine']._get_tree(root):
            return 'hidden_company'
        if not items.account_id & self.line_ids.account_id:
            return 'other_account'
        links = self.env['pos_receivable.reconcile.links']
        usable = items.payment_id & links._find_certain_payments(self)
        if not usable:
            return 'mixed_up'
        usable -= self.env['pos_receivable.reconcile.evidence']._find_given_back(usable)
        if not usable:
            return 'given_back'
        if usable <= self.sudo().pos_receivable_kept_apart_ids:
            return 'taken_off'
        meant = payments._get_invoice_of_items()
        if all(meant.get(item.id, self.id) != self.id for item in items):
            return 'for_others'
        return 'unchanged'
