from odoo import fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..tools.payload import read_count, read_email, read_id, read_text

MAX_HISTORY = 200
MAX_RECEIPT_MAILS = 5
MAX_GIVEN_UP = 200


class PosSession(models.Model):
    """What was collected in this session: see it again, print it, send it, void it."""

    _inherit = 'pos.session'  # pylint: disable=consider-merging-classes-inherited

    # Identifiers of attempts that may still arrive but must not be booked, or not again: given up at
    # the till, or deleted in the back office. A closed session books nothing and has none.
    invoice_payments_given_up = fields.Json(readonly=True, copy=False)

    def get_invoice_payments(self, offset=0, limit=MAX_HISTORY):
        """This session's collections, newest first.

        :return: the ``payment`` of ``collect_invoice_payment``'s answers, each with its
            ``invoices`` as they were answered then, and its ``state``: ``posted``, ``voided`` (at
            the counter, with ``void``: who, when, why) or ``cancelled`` (in the back office)
        """
        self._check_invoice_payment_access()
        offset, limit = read_count(offset), read_count(limit)
        if offset is None or not limit:
            raise UserError(self.env._("This page cannot be shown. Please try again."))
        # Elevated after the check: the collections of the one session the cashier stands in.
        payments = (
            self._get_invoice_payment_sudo()
            .env['account.payment']
            .search(
                Domain('pos_session_id', '=', self.id)
                & Domain('pos_invoice_payment_uuid', '!=', False),
                order='id desc',
                offset=offset,
                limit=min(limit, MAX_HISTORY),
            )
        )
        return [payment._prepare_invoice_payment_entry() for payment in payments]

    def close_invoice_payment_attempt(self, uuid):
        """Whether an attempt whose answer was lost has been booked; if not, it never will be, so
        that the cashier can start anew even if the first request is still on its way.

        Locks the session against collections, the first time that nothing was booked.

        :return: the payment as in ``get_invoice_payments``, ``False`` when nothing was booked
        :raise UserError: too many were given up in this session, so that nothing can be promised
        """
        self._check_invoice_payment_access()
        uuid = read_text(uuid, 64)
        if not uuid:
            return False
        # Elevated after the check: a payment of the one session the cashier stands in.
        session_sudo = self._get_invoice_payment_sudo()
        domain = [('pos_invoice_payment_uuid', '=', uuid), ('pos_session_id', '=', self.id)]
        payment = session_sudo.env['account.payment'].search(domain)
        if payment:
            return payment._prepare_invoice_payment_entry()
        if session_sudo.state != 'closed':
            session_sudo._give_up_invoice_payment(uuid)
        return False

    def _give_up_invoice_payment(self, uuid):
        """
        :raise ConcurrencyError: it was booked while this request ran; retried, it is found
        :raise UserError: more are remembered than a session can have of its own accord
        """
        given_up = self.invoice_payments_given_up or []
        if uuid in given_up:
            return
        if len(given_up) >= MAX_GIVEN_UP:
            raise UserError(
                self.env._(
                    "Too many payments were given up in this session. Try this payment again, or"
                    " close the session first."
                )
            )
        self._lock_rows(self)
        with self.env.registry.cursor() as cursor:
            cursor.execute(
                SQL("SELECT 1 FROM account_payment WHERE pos_invoice_payment_uuid = %s", uuid)
            )
            if cursor.rowcount:
                raise ConcurrencyError("This invoice payment was booked meanwhile")
        self._remember_unbookable(uuid)

    def _remember_unbookable(self, uuid):
        self.invoice_payments_given_up = [*(self.invoice_payments_given_up or []), uuid]

    def void_invoice_payment(self, payment_id, reason):
        """Take back a payment collected in this open session: its invoices are due again and the
        drawer expects less. The original entry and its number stay in the books.

        Locks the session (shared), the payment and its invoices.

        :return: the payment as in ``get_invoice_payments``, with its ``invoices`` as they are now
        :raise AccessError: neither a manager nor a cashier who may
        :raise UserError: in a cashier's words; nothing has been written
        """
        self._check_invoice_payment_access()
        self._check_invoice_payment_void_right()
        reason = read_text(reason, 200)
        if not reason:
            raise UserError(self.env._("Say why this payment is voided."))
        session_sudo = self._get_invoice_payment_sudo()
        session_sudo._lock_for_invoice_payment()
        payment = session_sudo._read_invoice_payment(payment_id)
        session_sudo._check_voidable(payment)
        payment._void_invoice_payment(reason, self._get_invoice_payment_cashier_name())
        today = fields.Date.context_today(self)
        return {
            **payment._prepare_invoice_payment_entry(),
            'invoices': payment.invoice_ids._get_counter_rows(self.currency_id, today),
        }

    def email_invoice_payment(self, payment_id, email):
        """Send the customer the payment receipt as PDF.

        Writes on the payment how often, which two screens cannot do at once.

        :raise UserError: no usable address, not a payment of this session, one taken back, or sent
            often enough
        """
        self._check_invoice_payment_access()
        # The core alone takes markup for an address, and "anna berg@acme.co" for that of a Berg.
        address = email_normalize(read_email(email) or '')
        if not address:
            raise UserError(self.env._("This e-mail address cannot be used. Please check it."))
        # Elevated after the check: the receipt of a payment of this very session.
        payment = self._get_invoice_payment_sudo()._read_invoice_payment(payment_id)
        if not payment._is_standing_collection():
            raise UserError(
                self.env._(
                    "%(payment)s was taken back: no receipt is sent for it.", payment=payment.name
                )
            )
        if payment._count_invoice_payment_mails() >= MAX_RECEIPT_MAILS:
            raise UserError(
                self.env._(
                    "The receipt of %(payment)s was sent %(count)s times already. Print it instead.",
                    payment=payment.name,
                    count=MAX_RECEIPT_MAILS,
                )
            )
        payment._send_invoice_payment_receipt(address)
        return True

    def _check_invoice_payment_void_right(self):
        if not self._is_invoice_payment_manager() and not (
            self.config_id.invoice_payment_cashier_void
        ):
            raise AccessError(self.env._("Ask a manager to void this payment."))

    def _read_invoice_payment(self, payment_id):
        payment = self.env['account.payment'].search(
            [
                ('id', '=', read_id(payment_id)),
                ('pos_session_id', '=', self.id),
                ('pos_invoice_payment_uuid', '!=', False),
            ]
        )
        if not payment:
            raise UserError(self.env._("This is not an invoice payment of this session."))
        return payment

    def _check_voidable(self, payment):
        """:raise UserError: already void, or the bank has confirmed it"""
        self._lock_invoices_for_payment(payment.invoice_ids)
        self._lock_rows(payment)
        entry = payment._prepare_invoice_payment_entry()
        if entry['state'] != 'posted':
            raise UserError(
                self.env._("%(payment)s was already taken back.", payment=entry['name'])
            )
        if payment.reconciled_statement_line_ids:
            raise UserError(
                self.env._(
                    "%(payment)s is already matched with a bank statement. Ask an accountant.",
                    payment=payment.name,
                )
            )
