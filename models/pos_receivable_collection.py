from contextlib import contextmanager, nullcontext

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.bulk_messages import bulk_messages
from ..tools.locks import lock_request, lock_rows, read_committed_beside_locks, share_row
from ..tools.payload import read_id

MAX_RECEIPT_MAILS = 5
MAX_GIVEN_UP = 200


class PosReceivableCollection(models.AbstractModel):
    """Take one payment at a till, give it back, tell what was taken. Called elevated, with a session
    whose cashier the caller has checked."""

    _name = 'pos_receivable.collection'
    _description = "Collecting at a Till"

    # -------------------------------------------------------------------------
    # Take
    # -------------------------------------------------------------------------

    @api.model
    def _collect(self, session, partner, uuid, given):
        """Lock, decide, book.

        :param dict given: see :meth:`pos_receivable.collection.request._read`
        :return: as ``pos.session.collect_invoice_payment``
        :raise UserError: in a cashier's words; nothing has been written
        """
        self._begin(session, uuid)
        # Elevated as this is: cashiers may not read ordinary invoices (rule_invoice_pos_user).
        requests = self.env['pos_receivable.collection.request']
        collection = requests._read(session, partner.sudo(), uuid, given)
        payment = self._book(session, partner, collection)
        shortfalls = self.env['pos_receivable.shortfall']._note(
            session, payment, collection.shortfalls
        )
        payment.pos_invoice_payment_data = {
            'payment': {
                **self._prepare_summary(payment, partner),
                'tendered': collection.tendered,
                'change': collection.change,
                'rounding': collection.rounding,
                'settled': collection.total,
                'on_account': collection.on_account,
                'shortfalls': shortfalls,
            },
            'invoices': self._prepare_paid_rows(session, collection),
        }
        return payment._prepare_invoice_payment_answer()

    @api.model
    def _begin(self, session, uuid):
        """Let nobody else do the same, nor close the session, until this is committed.

        :raise UserError: the session is not open, or the attempt was given up
        """
        lock_request(self.env, uuid)
        self._lock_session(session)
        self._check_not_given_up(session, uuid)

    @api.model
    def _lock_session(self, session):
        """Keep the session from being closed until the payment is committed.

        A shared lock: several devices may collect in one session at the same time, while closing
        it waits. If it was closed since this transaction began, PostgreSQL reports a serialization
        failure, the request is retried and then sees it closed.
        """
        share_row(session)
        if session.state != 'opened':
            raise UserError(
                self.env._("This session was closed on another screen.")
                if session.state == 'closed'
                else self.env._("This session is not open: no payment can be taken now.")
            )

    @api.model
    def _check_not_given_up(self, session, uuid):
        if uuid in (session.invoice_payments_given_up or []):
            raise UserError(
                self.env._(
                    "This payment was given up at the till, or deleted in the back office since: it"
                    " is not booked."
                )
            )

    @api.model
    @contextmanager
    def _book_once(self):
        """
        :raise ConcurrencyError: the same ``uuid`` was booked while this request ran; retried, it
            finds that payment and answers as the first request was
        """
        try:
            yield
        except UniqueViolation as error:
            if error.diag.constraint_name != 'account_payment_pos_invoice_payment_uuid_unique':
                raise
            raise ConcurrencyError("This invoice payment was booked meanwhile") from error

    @api.model
    def _book(self, session, partner, collection):
        values = {
            'journal_id': collection.journal.id,
            'currency_id': session.currency_id.id,
            'payment_date': collection.date,
            'pos_session_id': session.id,
            'pos_invoice_payment_uuid': collection.uuid,
            'pos_payment_reference': collection.reference,
            'pos_cashier_name': session._get_invoice_payment_cashier_name(),
            'pos_rounding_difference': collection.rounding,
            'pos_rounding_account_id': collection.rounding_account.id,
            'pos_on_account': collection.on_account,
            'partner_id': partner.commercial_partner_id.id,
        }
        amounts = dict(collection.amounts)
        # Each invoice tells in its chatter that it was paid: those of several are written together.
        together = bulk_messages(self.env) if len(amounts) > 1 else nullcontext()
        with self._book_once(), together:
            return self.env['pos_receivable.booking']._create_payment(
                amounts, values, dict(collection.due)
            )

    @api.model
    def _prepare_summary(self, payment, partner):
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

    @api.model
    def _prepare_paid_rows(self, session, collection):
        rows = self.env['pos_receivable.debt']._prepare_rows(
            list(collection.amounts), session._get_invoice_payment_scope()
        )
        return [
            {
                **row,
                'paid': amount,
                'balance_before': collection.due[debt],
                'balance_after': row['amount_due'],
            }
            for (debt, amount), row in zip(collection.amounts.items(), rows, strict=True)
        ]

    # -------------------------------------------------------------------------
    # The attempt whose answer was lost
    # -------------------------------------------------------------------------

    @api.model
    def _get_booked(self, uuid):
        """
        :return: the answer to the request ``uuid``, ``None`` when it has booked nothing
        :raise UserError: it was booked in a session the user does not see
        """
        payment = self.env['account.payment'].search([('pos_invoice_payment_uuid', '=', uuid)])
        if not payment:
            return None
        session = payment.pos_session_id.with_user(self.env.user)
        if not session.has_access('read'):
            raise UserError(self.env._("This payment belongs to another shop."))
        return payment._prepare_invoice_payment_answer()

    @api.model
    def _close_attempt(self, session, uuid):
        """
        :return: as ``pos.session.close_invoice_payment_attempt``
        """
        domain = [('pos_invoice_payment_uuid', '=', uuid), ('pos_session_id', '=', session.id)]
        if payment := self.env['account.payment'].search(domain):
            return payment._prepare_invoice_payment_entry()
        if session.state != 'closed':
            self._give_up(session, uuid)
        return False

    @api.model
    def _give_up(self, session, uuid):
        """
        :raise ConcurrencyError: it was booked while this request ran; retried, it is found
        :raise UserError: more are remembered than a session can have of its own accord
        """
        given_up = session.invoice_payments_given_up or []
        if uuid in given_up:
            return
        if len(given_up) >= MAX_GIVEN_UP:
            raise UserError(
                self.env._(
                    "Too many payments were given up in this session. Try this payment again, or"
                    " close the session first."
                )
            )
        lock_rows(session)
        booked = SQL("SELECT 1 FROM account_payment WHERE pos_invoice_payment_uuid = %s", uuid)
        if read_committed_beside_locks(self.env, booked):
            raise ConcurrencyError("This invoice payment was booked meanwhile")
        self._remember_unbookable(session, uuid)

    @api.model
    def _remember_unbookable(self, session, uuid):
        session.invoice_payments_given_up = [*(session.invoice_payments_given_up or []), uuid]

    # -------------------------------------------------------------------------
    # See and give back
    # -------------------------------------------------------------------------

    @api.model
    def _list(self, session, offset, limit):
        """
        :return: as ``pos.session.get_invoice_payments``
        """
        payments = self.env['account.payment'].search(
            Domain('pos_session_id', '=', session.id)
            & Domain('pos_invoice_payment_uuid', '!=', False),
            order='id desc',
            offset=offset,
            limit=limit,
        )
        return [payment._prepare_invoice_payment_entry() for payment in payments]

    @api.model
    def _void(self, session, payment_id, reason):
        """
        :return: as ``pos.session.void_invoice_payment``
        """
        self._lock_session(session)
        payment = self._read_payment(session, payment_id)
        self._check_voidable(payment)
        debts = payment._get_invoice_payment_debts()
        payment._void_invoice_payment(reason, session._get_invoice_payment_cashier_name())
        return {
            **payment._prepare_invoice_payment_entry(),
            'invoices': self.env['pos_receivable.debt']._prepare_rows(
                debts, session._get_invoice_payment_scope()
            ),
        }

    @api.model
    def _read_payment(self, session, payment_id):
        payment = self.env['account.payment'].search(
            [
                ('id', '=', read_id(payment_id)),
                ('pos_session_id', '=', session.id),
                ('pos_invoice_payment_uuid', '!=', False),
            ]
        )
        if not payment:
            raise UserError(self.env._("This is not an invoice payment of this session."))
        return payment

    @api.model
    def _check_voidable(self, payment):
        """
        :raise UserError: already void, the bank has confirmed it, or what was kept on account has
            been used
        """
        deposits = self.env['pos_receivable.deposit']
        debts = payment._get_invoice_payment_debts()
        self.env['pos_receivable.collection.request']._lock_invoices(
            payment.invoice_ids,
            [
                *(debt for debt in debts if debt._name == 'account.move.line'),
                *payment._seek_for_lines()[1],
            ],
        )
        lock_rows(payment)
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
        deposits._check_unused(payment)
        paid_out = payment._seek_for_lines()[1].matched_debit_ids.debit_move_id.payment_id
        if paid_out:
            raise UserError(
                self.env._(
                    "%(payment)s was paid out again since, by %(payouts)s: void that first.",
                    payment=payment.name,
                    payouts=', '.join(paid_out.mapped('name')),
                )
            )

    @api.model
    def _email(self, session, payment_id, address):
        """Send the receipt of a payment that stands, a few times at most.

        Writes on the payment how often, which two screens cannot do at once.
        """
        payment = self._read_payment(session, payment_id)
        if not payment._is_standing_invoice_payment():
            raise UserError(
                self.env._(
                    "%(payment)s was taken back: no receipt is sent for it.", payment=payment.name
                )
            )
        if payment.payment_type != 'inbound':
            raise UserError(
                self.env._("No receipt is sent for what was paid out: print it instead.")
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
