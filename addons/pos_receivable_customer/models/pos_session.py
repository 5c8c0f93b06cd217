from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.pos_receivable.tools.payload import read_count, read_email

MAX_PAGE = 500


class PosSession(models.Model):
    """The customers' statements of account, at the till: ``pos_receivable.customer.statement``; and,
    where the shop says so, how they pay."""

    _inherit = 'pos.session'

    def get_account_statement(
        self, partner_id, kind='open', date_from=None, date_to=None, offset=0, limit=100
    ):
        """The statement of account of a customer's commercial entity, in this session's company.

        Receivables are positive. All figures are of the whole statement, whatever the page.

        :param str kind: ``open``, what is open as of ``date_to``; ``activity``, what was booked from
            ``date_from`` to ``date_to``
        :param str date_from, date_to: ISO dates; two months ago, and today
        :return: ``{'partner', 'company_name', 'kind', 'date_from', 'date_to', 'checksum',
            'line_count', 'portal_url',
            'sections': [{'currency_id', 'currency_name', 'line_count', 'open_count', 'opening',
            'listed', 'exchange', 'closing', 'open', 'elsewhere', 'converted', 'not_due',
            'late_30', 'late_60', 'late_90', 'late_more', 'credits'}],
            'lines': [{'id', 'currency_id', 'date', 'due_date', 'days_overdue', 'kind', 'move_id',
            'name', 'ref', 'buyer_name', 'amount', 'residual', 'balance'}],
            'unclosed': [{'name', 'date', 'currency_id', 'currency_name', 'amount'}]}``: a section
            for each currency, ``lines`` of all of them in that order; ``kind`` of a line is
            ``invoice``, ``credit_note``, ``payment`` or ``entry``; ``unclosed`` was bought on
            account and is in no figure yet
        :raise UserError: feature off, session closed, unusable parameter
        :raise AccessError: not a cashier of this company, or a customer they may not see
        """
        offset, limit = read_count(offset), read_count(limit)
        if offset is None or not limit:
            raise UserError(self.env._("This page cannot be shown. Please try again."))
        request = self._read_invoice_payment_statement(partner_id, kind, date_from, date_to)
        statements = request.company.env['pos_receivable.customer.statement']
        return statements._make(request, offset, min(limit, MAX_PAGE))

    def email_account_statement(
        self, partner_id, kind='open', date_from=None, date_to=None, email=''
    ):
        """Send the statement as PDF, in the customer's language; it is noted.

        :param str email: the address; the other parameters are those of ``get_account_statement``
        :raise UserError: no usable address, or sent often enough today
        """
        request = self._read_invoice_payment_statement(partner_id, kind, date_from, date_to)
        # The core alone takes markup for an address, and "anna berg@acme.co" for that of a Berg.
        address = email_normalize(read_email(email) or '')
        if not address:
            raise UserError(self.env._("This e-mail address cannot be used. Please check it."))
        mailings = request.company.env['pos_receivable.customer.mailing']
        mailings._send_from_till(request, address, self._get_invoice_payment_cashier_name())
        return True

    def _get_invoice_payment_notes(self, partner):
        # EXTENDS 'pos_receivable'
        notes = super()._get_invoice_payment_notes(partner)
        if not self.config_id.invoice_payment_show_profile:
            return notes
        profiles = self.env['pos_receivable.payment.profile']
        profile = profiles._find_profile(partner, self.company_id)
        return [*notes, {'kind': 'profile', 'text': profile._get_summary()}]

    def _read_invoice_payment_statement(self, partner_id, kind, date_from, date_to):
        """Check whoever asks, and on whom; what is answered is elevated: cashiers may not read
        invoices, and what is told is limited to this customer's items in this session's company."""
        self._check_invoice_payment_use()
        if self.state == 'closed':
            raise UserError(self.env._("This session was closed on another screen."))
        partner = self._read_invoice_payment_partner(partner_id)
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.customer.statement']._read_request(
            partner.sudo(), session_sudo.company_id, kind, date_from, date_to
        )
