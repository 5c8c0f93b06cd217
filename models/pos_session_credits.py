from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.payload import read_id


class PosSession(models.Model):
    """Using what a customer already has with us: credit notes and payments not yet used."""

    _inherit = 'pos.session'  # pylint: disable=consider-merging-classes-inherited

    def get_open_credits(self, partner_id):
        """The customer's open credit notes and unallocated payments, oldest first.

        :return: ``[{'id', 'name', 'date', 'kind', 'amount'}]``: ``id`` of the journal item,
            ``kind`` is ``credit_note`` or ``payment``, ``amount`` positive in the session's
            currency as of today
        """
        self._check_invoice_payment_access()
        self._check_invoice_payment_enabled()
        partner = self._read_invoice_payment_partner(partner_id)
        # Elevated after the checks: only this customer's open credits in this company.
        session_sudo = self._get_invoice_payment_sudo()
        lines = session_sudo.env['account.move.line'].search(
            session_sudo._get_open_credit_domain(partner.sudo()), order='date, id'
        )
        today = fields.Date.context_today(self)
        return [session_sudo._prepare_credit_row(line, today) for line in lines]

    def apply_invoice_credits(self, partner_id, credit_ids, invoice_ids):
        """Set open credits off against open invoices, both oldest first; no money moves.

        Harmless when repeated: what is used up is refused. Locks credits and invoices.

        :param list credit_ids: journal items of ``get_open_credits``
        :param list invoice_ids: invoices of the customer
        :return: ``{'applied': amount in the session's currency, 'invoices': rows as they are now,
            'credits': what is still open}``
        :raise UserError: in a cashier's words; nothing has been written
        """
        self._check_invoice_payment_access()
        self._check_invoice_payment_enabled()
        partner = self._read_invoice_payment_partner(partner_id)
        # Elevated after the checks: each credit and invoice is checked to be this customer's.
        session_sudo = self._get_invoice_payment_sudo()
        session_sudo._lock_for_invoice_payment()
        invoices = session_sudo._read_invoices_for_credit(invoice_ids, partner.sudo())
        credit_lines = session_sudo._read_credits(credit_ids, partner.sudo())
        applied = session_sudo._apply_credits(credit_lines, invoices)
        today = fields.Date.context_today(self)
        return {
            'applied': applied,
            'invoices': invoices._get_counter_rows(self.currency_id, today),
            'credits': [
                session_sudo._prepare_credit_row(line, today)
                for line in credit_lines.filtered(lambda line: not line.reconciled)
            ],
        }

    def _get_open_credit_domain(self, partner):
        """Credit notes and unallocated payments, nothing else.

        The core leaves the entries of its sessions, their reversals and the money of orders open
        against each other on the customer's account: none of them is money that we owe.
        """
        # A session's own card payments by name; what is collected on invoices is marked as such.
        payment = Domain('pos_session_id', '=', False) | Domain(
            'pos_invoice_payment_uuid', '!=', False
        )
        return (
            self._get_open_item_domain(partner)
            & Domain('amount_residual', '<', 0)
            & (
                Domain('move_id.move_type', '=', 'out_refund')
                | Domain('payment_id', 'any', payment)
                | Domain('statement_line_id', 'any', Domain('pos_session_id', '=', False))
            )
        )

    def _get_open_item_domain(self, partner):
        """Open receivables and credits of a customer's commercial entity in this company."""
        holder = partner.commercial_partner_id
        return (
            # Unlike an invoice's, a payment's journal item may carry the contact who paid.
            Domain('partner_id', 'any', Domain('commercial_partner_id', '=', holder.id))
            & Domain('company_id', '=', self.company_id.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
            & Domain('account_id.account_type', '=', 'asset_receivable')
        )

    def _prepare_credit_row(self, line, date):
        residual = self._sum_open_lines(Domain('id', '=', line.id), date)
        return {
            'id': line.id,
            'name': line.move_id.name,
            'date': line.date.isoformat(),
            'kind': 'credit_note' if line.move_id.move_type == 'out_refund' else 'payment',
            'amount': abs(sum(residual.values())),
        }

    def _read_ids(self, values):
        """Record ids without repetition; ``[]`` when anything else is among them."""
        if not isinstance(values, list | tuple) or len(values) > 500:
            return []
        ids = list(dict.fromkeys(read_id(value) for value in values))
        return [] if None in ids else ids

    def _read_invoices_for_credit(self, invoice_ids, partner):
        ids = self._read_ids(invoice_ids)
        if not ids:
            raise UserError(self.env._("Choose at least one invoice to pay."))
        invoices = self.env['account.move'].browse(ids).exists()
        self._check_collectable_invoices(invoices, partner, len(ids))
        self._lock_invoices_for_payment(invoices)
        for invoice in invoices:
            if not invoice._is_collectable():
                raise UserError(self._explain_paid_invoice(invoice))
        return invoices

    def _read_credits(self, credit_ids, partner):
        ids = self._read_ids(credit_ids)
        lines = self.env['account.move.line'].search(
            Domain('id', 'in', ids) & self._get_open_credit_domain(partner), order='date, id'
        )
        if not ids or len(lines) != len(ids):
            raise UserError(
                self.env._(
                    "This credit is no longer available: it may have been used meanwhile. The list"
                    " has been refreshed."
                )
            )
        self._lock_rows(lines)
        return lines

    def _apply_credits(self, credit_lines, invoices):
        """:return: what was set off, positive, in this session's currency"""
        today = fields.Date.context_today(self)
        due = sum(
            amounts['due']
            for amounts in invoices._get_counter_amounts(self.currency_id, today).values()
        )
        invoice_lines = self.env['account.move.line'].union(
            *invoices._get_open_receivable_lines().values()
        )
        shared = invoice_lines.account_id & credit_lines.account_id
        if not shared:
            raise UserError(
                self.env._(
                    "This credit is booked on another account than the invoice. Ask an accountant to"
                    " set it off."
                )
            )
        lines = (invoice_lines | credit_lines).sorted(lambda line: line.date_maturity or line.date)
        self.env['account.move.line']._reconcile_plan(
            [
                lines.filtered(lambda line, account=account: line.account_id == account)
                for account in shared
            ]
        )
        left = sum(
            amounts['due']
            for amounts in invoices._get_counter_amounts(self.currency_id, today).values()
        )
        names = ', '.join(credit_lines.move_id.mapped('name'))
        for invoice in invoices:
            invoice.message_post(
                body=self.env._(
                    "Credit %(credits)s set off at %(shop)s by %(cashier)s.",
                    credits=names,
                    shop=self.config_id.name,
                    cashier=self._get_invoice_payment_cashier_name(),
                )
            )
        return self.currency_id.round(due - left)
