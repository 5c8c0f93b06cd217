from contextlib import nullcontext
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, MissingError, UserError
from odoo.tools import SQL, format_date
from odoo.tools.float_utils import float_is_zero

from ..tools.payload import read_date, read_id, read_number, read_text
from .pos_receivable_bulk_messages import bulk_messages

MAX_ALLOCATIONS = 500
MAX_AGE = timedelta(days=366)


class PosSession(models.Model):
    """Taking one payment: read the request, lock, decide, book."""

    _inherit = 'pos.session'  # pylint: disable=consider-merging-classes-inherited

    def collect_invoice_payment(
        self,
        uuid,
        partner_id,
        journal_id,
        allocations,
        payment_date=None,
        reference="",
        tendered=None,
    ):
        """Book one payment on one or several open invoices of a customer.

        Amounts are in the session's currency. Invoices are locked before anything is decided, so
        that two tills cannot both pay the last cent; the session is, so that it cannot be closed
        meanwhile. The same ``uuid`` again books nothing: it returns the first answer, with what has
        become of the payment since as its ``state``.

        :param list allocations: ``[{'invoice_id': int, 'amount': float}]``, one per invoice
        :param str payment_date: ISO date, today when empty
        :param float tendered: cash handed over; the change is what exceeds the amount, itself
            rounded where the shop rounds cash
        :return: ``{'payment': {…}, 'invoices': […]}``, all that a receipt needs; ``amount`` is the
            money received, ``settled`` what the invoices were paid for and ``rounding`` the
            difference; ``state`` and ``void`` are as in ``get_invoice_payments``
        :raise UserError: in a cashier's words; nothing has been written
        :raise AccessError: not a cashier of this company
        """
        self._check_invoice_payment_access()
        uuid = read_text(uuid, 64)
        if not uuid:
            raise UserError(self.env._("This payment has no identifier. Please start it again."))
        # Elevated after the access check: cashiers read neither payments nor ordinary invoices
        # (rule_invoice_pos_user) and create no journal entry. Every record used below is checked
        # against this session, its company and the given customer.
        session_sudo = self._get_invoice_payment_sudo()
        if booked := session_sudo._get_booked_invoice_payment(uuid):
            return booked
        self._check_invoice_payment_enabled()
        partner = self._read_invoice_payment_partner(partner_id)
        session_sudo._lock_for_invoice_payment()
        if uuid in (session_sudo.invoice_payments_given_up or []):
            raise UserError(
                self.env._(
                    "This payment was given up at the till, or deleted in the back office since: it"
                    " is not booked."
                )
            )
        journal = session_sudo._read_invoice_payment_journal(journal_id)
        date = session_sudo._read_invoice_payment_date(payment_date, journal)
        reference = read_text(reference, 100)
        if reference is None:
            raise UserError(self.env._("The reference is too long or has unusable characters."))
        amounts = session_sudo._read_invoice_payment_allocations(allocations, partner.sudo())
        due = session_sudo._check_invoice_payment_amounts(amounts, date)
        session_sudo._check_discounts_bookable(amounts, date, journal)
        total = self.currency_id.round(sum(amounts.values()))
        rounding, rounding_account = session_sudo._get_cash_rounding(total, journal)
        tendered, change = session_sudo._read_invoice_payment_tendered(
            tendered, self.currency_id.round(total - rounding), journal
        )

        payment = session_sudo._book_invoice_payment(
            amounts,
            {
                'journal_id': journal.id,
                'currency_id': self.currency_id.id,
                'payment_date': date,
                'pos_session_id': self.id,
                'pos_invoice_payment_uuid': uuid,
                'pos_payment_reference': reference,
                'pos_cashier_name': self._get_invoice_payment_cashier_name(),
                'pos_rounding_difference': rounding,
                'pos_rounding_account_id': rounding_account.id,
            },
            due,
        )
        payment.pos_invoice_payment_data = {
            'payment': {
                **session_sudo._prepare_invoice_payment_summary(payment, partner),
                'tendered': tendered,
                'change': change,
                'rounding': rounding,
                'settled': total,
            },
            'invoices': session_sudo._prepare_paid_invoice_rows(amounts, due),
        }
        return payment._prepare_invoice_payment_answer()

    def _book_invoice_payment(self, amounts, values, due):
        """
        :raise ConcurrencyError: the same ``uuid`` was booked while this request ran; retried, it
            finds that payment and answers as the first request was
        """
        # Each invoice tells in its chatter that it was paid: those of several are written together.
        try:
            with bulk_messages(self.env) if len(amounts) > 1 else nullcontext():
                return self.env['account.payment']._create_counter_payment(amounts, values, due)
        except UniqueViolation as error:
            if error.diag.constraint_name != 'account_payment_pos_invoice_payment_uuid_unique':
                raise
            raise ConcurrencyError("This invoice payment was booked meanwhile") from error

    # -------------------------------------------------------------------------
    # Locks
    # -------------------------------------------------------------------------

    def _lock_for_invoice_payment(self):
        """Keep the session from being closed until the payment is committed.

        A shared lock: several devices may collect in one session at the same time, while closing
        it waits. If it was closed since this transaction began, PostgreSQL reports a serialization
        failure, the request is retried and then sees it closed.
        """
        self.flush_recordset()
        self._execute_lock(SQL("SELECT id FROM pos_session WHERE id = %s FOR SHARE", self.id))
        if self.state != 'opened':
            raise UserError(
                self.env._("This session was closed on another screen.")
                if self.state == 'closed'
                else self.env._("This session is not open: no payment can be taken now.")
            )

    def _lock_invoices_for_payment(self, invoices):
        """Wait for whoever is paying these invoices, then keep others from doing so.

        Journal items first and then invoices, each by id: the order in which the core's
        reconciliation writes them, so that two of us cannot wait for each other. Rows that changed
        since this transaction began raise a serialization failure, which retries the request.
        """
        lines = invoices._get_open_receivable_lines().values()
        self._lock_rows(self.env['account.move.line'].union(*lines))
        self._lock_rows(invoices)

    def _lock_rows(self, records):
        if records:
            records.flush_recordset()
            self._execute_lock(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(records._table),
                    tuple(records.ids),
                )
            )

    def _execute_lock(self, query):
        # Somebody being faster is no error worth a line in the log: the request is retried.
        self.env.cr.execute(query, log_exceptions=False)

    # -------------------------------------------------------------------------
    # Reading the request
    # -------------------------------------------------------------------------

    def _read_invoice_payment_journal(self, journal_id):
        journals = self.config_id._get_invoice_payment_journals()
        journal = journals.filtered(lambda journal: journal.id == read_id(journal_id))
        if not journal:
            raise UserError(
                self.env._(
                    "Choose one of the payment methods offered at %(shop)s.",
                    shop=self.config_id.name,
                )
            )
        return journal

    def _read_invoice_payment_date(self, payment_date, journal):
        today = fields.Date.context_today(self)
        date = today if payment_date in (None, False, '') else read_date(payment_date)
        if not date:
            raise UserError(self.env._("This is not a date: choose it again."))
        if date > today:
            raise UserError(self.env._("The payment date cannot be in the future."))
        if date < today - MAX_AGE:
            # Numbers of a journal follow its dates: a mistyped year would spoil them for good.
            raise UserError(
                self.env._("The payment date is more than a year ago: check what was typed.")
            )
        if locks := self.company_id._get_violated_lock_dates(date, False, journal):
            raise UserError(
                self.env._(
                    "The books are closed up to %(date)s. Choose a later payment date.",
                    date=format_date(self.env, locks[-1][0]),
                )
            )
        return date

    def _read_invoice_payment_allocations(self, allocations, partner):
        """The requested amounts by invoice, locked; their size is not checked yet.

        :return: ``{invoice: amount}`` in the order given
        """
        if not isinstance(allocations, list | tuple) or not allocations:
            raise UserError(self.env._("Choose at least one invoice to pay."))
        amounts = {}
        for allocation in allocations[: MAX_ALLOCATIONS + 1]:
            if not isinstance(allocation, dict):
                raise UserError(self.env._("Choose at least one invoice to pay."))
            invoice_id = read_id(allocation.get('invoice_id'))
            if not invoice_id:
                raise UserError(self.env._("This invoice no longer exists. Refresh the list."))
            if invoice_id in amounts:
                raise UserError(self.env._("An invoice is listed twice in this payment."))
            amounts[invoice_id] = read_number(allocation.get('amount'))
        if len(amounts) > MAX_ALLOCATIONS:
            raise UserError(
                self.env._("At most %(count)s invoices can be paid at once.", count=MAX_ALLOCATIONS)
            )
        invoices = self.env['account.move'].browse(amounts)
        self._check_collectable_invoices(invoices, partner, len(amounts))
        self._lock_invoices_for_payment(invoices)
        invoices._book_online_payments()
        return {invoice: amounts[invoice.id] for invoice in invoices}

    def _check_collectable_invoices(self, invoices, partner, expected_count):
        # One answer for whatever is not this customer's: it must not tell what exists elsewhere.
        try:
            foreign = invoices.filtered(
                lambda invoice: (
                    invoice.company_id != self.company_id
                    or invoice.move_type not in ('out_invoice', 'out_receipt')
                    or invoice.commercial_partner_id != partner.commercial_partner_id
                )
            )
        except MissingError:
            foreign = invoices
        if foreign or len(invoices) != expected_count:
            raise UserError(
                self.env._(
                    "This is not an open invoice of %(customer)s. Refresh the list.",
                    customer=partner.display_name,
                )
            )
        for invoice in invoices:
            if invoice.state != 'posted':
                raise UserError(
                    self.env._(
                        "%(invoice)s is not confirmed, so it cannot be paid yet.",
                        invoice=invoice.display_name,
                    )
                )
            if invoice.payment_state == 'blocked':
                raise UserError(
                    self.env._(
                        "%(invoice)s is blocked: ask the accounting department before taking money"
                        " for it.",
                        invoice=invoice.name,
                    )
                )

    def _check_invoice_payment_amounts(self, amounts, date):
        """Refuse what is not exactly payable now.

        :return: ``{invoice: amount due before this payment}``
        """
        currency = self.currency_id
        invoices = self.env['account.move'].union(*amounts)
        due = {
            invoice: values['due'] if invoice._is_collectable() else 0.0
            for invoice, values in invoices._get_counter_amounts(currency, date).items()
        }
        for invoice, amount in amounts.items():
            if currency.is_zero(due[invoice]):
                raise UserError(self._explain_paid_invoice(invoice))
            if amount is None:
                raise UserError(
                    self.env._("The amount for %(invoice)s is not a number.", invoice=invoice.name)
                )
            if currency.compare_amounts(amount, 0) <= 0:
                raise UserError(
                    self.env._(
                        "The amount for %(invoice)s must be more than zero.", invoice=invoice.name
                    )
                )
            if currency.compare_amounts(amount, due[invoice]) > 0:
                raise UserError(self._explain_too_much(invoice, due[invoice]))
            if not float_is_zero(
                amount - currency.round(amount), precision_rounding=currency.rounding / 1000
            ):
                raise UserError(
                    self.env._(
                        "The amount for %(invoice)s has too many decimals: the smallest step is"
                        " %(step)s.",
                        invoice=invoice.name,
                        step=currency.format(currency.rounding),
                    )
                )
            amounts[invoice] = currency.round(amount)
        return due

    def _check_discounts_bookable(self, amounts, date, journal):
        """A discount takes back a part of the taxes, which a closed tax period does not allow: the
        core would date the whole payment later.

        :raise UserError: an invoice would be paid with such a discount
        """
        locks = self.company_id._get_violated_lock_dates(date, True, journal)
        if not locks:
            return
        invoices = self.env['account.move'].union(*amounts)
        for invoice, values in invoices._get_counter_amounts(self.currency_id, date).items():
            if (
                values['discount_date']
                and not self.currency_id.compare_amounts(amounts[invoice], values['due_now'])
                and invoice._affect_tax_report()
            ):
                raise UserError(
                    self.env._(
                        "Taxes are closed up to %(date)s, so the discount on %(invoice)s cannot be"
                        " booked on that day. Choose a later payment date.",
                        date=format_date(self.env, locks[-1][0]),
                        invoice=invoice.name,
                    )
                )

    def _explain_paid_invoice(self, invoice):
        if story := invoice._describe_last_payment():
            return self.env._(
                "%(invoice)s was already paid %(story)s.", invoice=invoice.name, story=story
            )
        return self.env._("Nothing is left to pay on %(invoice)s.", invoice=invoice.name)

    def _explain_too_much(self, invoice, due):
        if story := invoice._describe_last_payment():
            return self.env._(
                "%(amount)s is the most that can be paid on %(invoice)s: a payment was received"
                " %(story)s.",
                amount=self.currency_id.format(due),
                invoice=invoice.name,
                story=story,
            )
        return self.env._(
            "%(amount)s is the most that can be paid on %(invoice)s.",
            amount=self.currency_id.format(due),
            invoice=invoice.name,
        )

    def _read_invoice_payment_tendered(self, tendered, total, journal):
        """:return: ``(tendered, change)``; ``(False, 0.0)`` when no cash was counted"""
        if tendered is None or tendered is False:
            return False, 0.0
        currency = self.currency_id
        if journal.type != 'cash':
            raise UserError(self.env._("Change can only be given for cash."))
        tendered = read_number(tendered)
        if tendered is None:
            raise UserError(self.env._("The cash received is not a number."))
        if currency.compare_amounts(tendered, total) < 0:
            raise UserError(
                self.env._(
                    "The cash received does not cover the payment of %(amount)s.",
                    amount=currency.format(total),
                )
            )
        return currency.round(tendered), currency.round(tendered - total)

    def _get_cash_rounding(self, total, journal):
        """What the shop's coins cannot pay of ``total``.

        :return: ``(difference, account)``: positive when less cash is received than is settled,
            booked as a loss, negative when more is, booked as a profit; ``(0.0, no account)``
            where nothing is rounded
        :raise UserError: nothing would be left to pay, or no account to book the difference on
        """
        config, currency = self.config_id, self.currency_id
        accounts = self.env['account.account']
        # Without a method there is nothing to round by, however rounding is switched.
        method = config.cash_rounding and config.rounding_method
        if journal.type != 'cash' or not method:
            return 0.0, accounts
        cash = currency.round(method.round(total))
        difference = currency.round(total - cash)
        if currency.is_zero(difference):
            return 0.0, accounts
        if currency.compare_amounts(cash, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s is too little to be paid in cash.", amount=currency.format(total)
                )
            )
        account = (
            method.loss_account_id or journal.loss_account_id
            if difference > 0
            else method.profit_account_id or journal.profit_account_id
        )
        if not account:
            raise UserError(
                self.env._(
                    "Ask a manager: the cash rounding %(rounding)s has no profit and loss accounts"
                    " (Invoicing → Configuration → Cash Roundings).",
                    rounding=method.name,
                )
            )
        return difference, account

    # -------------------------------------------------------------------------
    # Answers
    # -------------------------------------------------------------------------

    def _get_booked_invoice_payment(self, uuid):
        payment = self.env['account.payment'].search([('pos_invoice_payment_uuid', '=', uuid)])
        if not payment:
            return None
        session = payment.pos_session_id.with_user(self.env.user)
        if not session.has_access('read'):
            raise UserError(self.env._("This payment belongs to another shop."))
        return payment._prepare_invoice_payment_answer()

    def _prepare_invoice_payment_summary(self, payment, partner):
        return {
            'id': payment.id,
            'name': payment.name,
            'amount': payment.amount,
            'date': payment.date.isoformat(),
            'datetime': fields.Datetime.to_string(payment.create_date),
            'journal_id': payment.journal_id.id,
            'journal_name': payment.journal_id.name,
            'journal_type': payment.journal_id.type,
            'reference': payment.payment_reference or '',
            'partner_id': partner.id,
            'partner_name': partner.display_name,
            'user_name': payment.pos_cashier_name,
        }

    def _prepare_paid_invoice_rows(self, amounts, due):
        invoices = self.env['account.move'].union(*amounts)
        today = fields.Date.context_today(self)
        return [
            {
                **row,
                'paid': amounts[invoice],
                'balance_before': due[invoice],
                'balance_after': row['amount_due'],
            }
            for invoice, row in zip(
                invoices, invoices._get_counter_rows(self.currency_id, today), strict=True
            )
        ]
