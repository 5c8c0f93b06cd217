from odoo import api, models

from .account_move import COLLECTABLE_TYPES, OPEN_STATES


class PosReceivableReconcileReason(models.AbstractModel):
    """Why nothing could be reconciled with an invoice that somebody, or the night, has looked at."""

    _name = 'pos_receivable.reconcile.reason'
    _description = "Reconciliation: Reason"

    @api.model
    def _explain(self, invoice):
        """Why ``invoice`` could not be reconciled with anything: one of the keys of ``REASONS``."""
        if invoice.move_type not in COLLECTABLE_TYPES:
            return 'no_invoice'
        if invoice.state != 'posted':
            return 'not_posted'
        if invoice.payment_state == 'blocked':
            return 'blocked'
        if invoice.payment_state not in OPEN_STATES:
            return 'paid'
        # Elevated: invoicing users may not read transactions, nor payments made at a parent
        # company; only why they do not serve is told.
        invoice_sudo = invoice.sudo()
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
        return self._explain_unsuitable(invoice, payments, items)

    @api.model
    def _explain_unsuitable(self, invoice, payments, items):
        """Why open ``items`` of the ``payments`` linked to ``invoice`` cannot settle it."""
        root = invoice.company_id.root_id
        if invoice.commercial_partner_id not in items.partner_id.commercial_partner_id:
            return 'other_customer'
        if root not in items.company_id.root_id:
            return 'other_company'
        if not items.company_id <= self.env['pos_receivable.reconcile.engine']._get_tree(root):
            return 'hidden_company'
        if not items.account_id & invoice.line_ids.account_id:
            return 'other_account'
        links = self.env['pos_receivable.reconcile.links']
        usable = items.payment_id & links._find_certain_payments(invoice)
        if not usable:
            return 'mixed_up'
        usable -= self.env['pos_receivable.open.item']._find_given_back(usable)
        if not usable:
            return 'given_back'
        if usable <= invoice.sudo().pos_receivable_kept_apart_ids:
            return 'taken_off'
        meant = payments._map_invoice_payment_items()
        if all(meant.get(item.id, invoice.id) != invoice.id for item in items):
            return 'for_others'
        return 'unchanged'
