from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools import email_normalize

from ..tools.payload import read_count, read_email, read_id, read_ids, read_text
from ..tools.retries import busy_in_words
from .pos_receivable_account_debt import ENTRY, INVOICE, KINDS
from .pos_receivable_position import Scope

GUARDED_FIELDS = {
    'invoice_cash_at_closing',
    'invoice_payments_given_up',
    'invoice_payments_told',
}
MAX_PAGE = 500
MAX_HISTORY = 200


class PosSession(models.Model):
    """Invoice payments of a session: who may take them, and what the browser may ask.

    A public method checks, elevates and hands on: to ``pos_receivable.position`` what a customer
    owes, to ``pos_receivable.collection`` one payment, to ``pos_receivable.credit.use`` credits, to
    ``pos_receivable.drawer`` what the closing has to know.
    """

    _inherit = 'pos.session'

    invoice_payment_ids = fields.One2many(
        'account.payment',
        'pos_session_id',
        string="Invoice Payments",
        domain=[('pos_invoice_payment_uuid', '!=', False)],
        readonly=True,
    )
    use_invoice_payment = fields.Boolean(related='config_id.use_invoice_payment')
    invoice_payment_count = fields.Integer(compute='_compute_invoice_payments')
    invoice_payment_total = fields.Monetary(compute='_compute_invoice_payments')
    invoice_cash_at_closing = fields.Monetary(
        readonly=True,
        copy=False,
        help="Invoice payments in the drawer when the session was closed. What is cancelled later"
        " does not change the count that was made.",
    )
    # What whoever is closing was told to expect, see check_invoice_payments_counted.
    invoice_payments_told = fields.Char(readonly=True, copy=False)
    # Identifiers of attempts that may still arrive but must not be booked, or not again: given up at
    # the till, or deleted in the back office. A closed session books nothing and has none.
    invoice_payments_given_up = fields.Json(readonly=True, copy=False)

    @api.depends(
        'invoice_payment_ids.amount',
        'invoice_payment_ids.payment_type',
        'invoice_payment_ids.state',
        'invoice_payment_ids.move_id.state',
    )
    def _compute_invoice_payments(self):
        totals = self.env['pos_receivable.drawer']._count(self)
        for session in self:
            session.invoice_payment_count, session.invoice_payment_total = totals.get(
                session.id, (0, 0.0)
            )

    # -------------------------------------------------------------------------
    # What a customer owes
    # -------------------------------------------------------------------------

    def get_open_invoices(self, partner_id, search="", offset=0, limit=40, kinds=(INVOICE,)):
        """The open customer invoices of a customer's commercial entity, earliest due first.

        Totals and amounts due are in the session's currency, positive, as of today; credits are
        not deducted from them. ``invoice_count`` and the totals cover everything payable whatever
        the search and the page; ``match_count`` is what the search found. ``notes`` are sentences
        about the customer, see ``_get_invoice_payment_notes``.

        Other kinds of debts are listed and counted when they are asked for: goods bought on
        account without an invoice (``order``), also today (``order_open``), and opening balances and
        other entries (``entry``) where the shop collects on them. Their rows have no ``id``: what
        is paid is told by their ``item_id`` or ``pos_payment_uuid``.

        :param str search: part of a number or reference, or an amount
        :param kinds: of ``invoice``, ``order``, ``order_open``, ``entry``
        :raise UserError: feature off, session closed, unusable parameter
        :raise AccessError: not a cashier of this company
        """
        self._check_invoice_payment_use()
        if self.state == 'closed':
            raise UserError(self.env._("This session was closed on another screen."))
        partner = self._read_invoice_payment_partner(partner_id)
        search = read_text(search, 100)
        offset, limit = read_count(offset), read_count(limit)
        kinds = self._read_invoice_payment_kinds(kinds)
        if search is None or offset is None or not limit or kinds is None:
            raise UserError(self.env._("This search cannot be understood. Please type it again."))
        # Elevated after the checks above: cashiers may not read invoices (rule_invoice_pos_user),
        # and what is read is limited to this customer's open items in this session's company.
        session_sudo = self._get_invoice_payment_sudo()
        answer = session_sudo.env['pos_receivable.position']._list_open_invoices(
            partner.sudo(),
            session_sudo._get_invoice_payment_scope(),
            search,
            offset,
            min(limit, MAX_PAGE),
            kinds,
        )
        return answer | {'notes': session_sudo._get_invoice_payment_notes(partner.sudo())}

    def _get_invoice_payment_notes(self, partner):
        """What the cashier, and nobody else, is told about a customer above their invoices; for other
        addons to add to. Called elevated, after all checks.

        :return: ``[{'kind', 'text'}]``: a name of the addon's choice, and the sentence
        """
        return []

    def get_partner_dues(self, partner_ids):
        """What the given customers owe, for the lines of the customer list that are shown.

        :return: ``{str(partner id): {'due', 'overdue'}}`` in the session's currency; those who owe
            nothing are left out
        """
        self._check_invoice_payment_use()
        partners = self.env['res.partner'].browse(read_ids(partner_ids)).exists()
        # Elevated after the checks: sums only, of customers the cashier sees.
        customers = {
            partner.id: partner.sudo().commercial_partner_id.id
            for partner in partners._filtered_access('read')
        }
        session_sudo = self._get_invoice_payment_sudo()
        dues = session_sudo.env['pos_receivable.position']._get_dues(
            session_sudo.env['res.partner'].browse(customers.values()),
            session_sudo._get_invoice_payment_scope(),
            self._read_invoice_payment_kinds(KINDS),
        )
        return {str(id_): dues[holder] for id_, holder in customers.items() if holder in dues}

    def find_open_invoice(self, code):
        """The open invoice that a scanned code stands for.

        A code may be the invoice's number or payment reference, or a payment QR code that has it
        on one of its lines.

        :return: ``{'partner': {…}, 'invoice': row}`` as in ``get_open_invoices``; ``False`` when
            the code is nothing of ours
        :raise UserError: an invoice that cannot be paid, and why
        :raise AccessError: not a cashier of this company, or a customer they may not see
        """
        self._check_invoice_payment_use()
        code = read_text(code, 1000)
        tokens = [token.strip() for token in (code or '').splitlines() if token.strip()][:30]
        if not tokens:
            return False
        # Elevated after the checks: one invoice of this company, named exactly by the code.
        session_sudo = self._get_invoice_payment_sudo()
        scope = session_sudo._get_invoice_payment_scope()
        position = session_sudo.env['pos_receivable.position']
        found = position._find_invoices_by_code(tokens, scope)
        if not found:
            return self._find_invoice_payment_receipt(session_sudo, tokens)
        visible = self.env['res.partner'].browse(found.partner_id.ids)._filtered_access('read')
        invoice = position._choose_invoice_of_code(
            found.filtered(lambda invoice: invoice.partner_id.id in visible.ids) or found, tokens
        )
        # Of an invoice whose customer the cashier may not see, not even that it is paid is told.
        partner = self._read_invoice_payment_partner(invoice.partner_id.id).sudo()
        requests = session_sudo.env['pos_receivable.collection.request']
        if invoice.payment_state == 'blocked':
            requests._check_collectable(session_sudo, invoice, invoice.partner_id, 1)
        if not invoice._is_receivable_collectable():
            raise UserError(requests._explain_paid(invoice))
        [row] = invoice._get_receivable_rows(scope.currency, scope.date)
        return {'partner': position._describe_partner(partner), 'invoice': row}

    def _find_invoice_payment_receipt(self, session_sudo, tokens):
        """What is owed for the order of a scanned receipt, as ``find_open_invoice`` answers."""
        scope = session_sudo._get_invoice_payment_scope()
        debts = session_sudo.env['pos_receivable.account.debt']
        debt = debts._find_by_receipt(tokens, scope)
        if not debt:
            return False
        partner = self._read_invoice_payment_partner(debt.buyer_id).sudo()
        return {
            'partner': session_sudo.env['pos_receivable.position']._describe_partner(partner),
            'invoice': debts._prepare_row(debt, scope),
        }

    # -------------------------------------------------------------------------
    # One payment
    # -------------------------------------------------------------------------

    @busy_in_words
    def collect_invoice_payment(
        self,
        uuid,
        partner_id,
        journal_id,
        allocations,
        payment_date=None,
        reference="",
        tendered=None,
        on_account=0.0,
        shortfalls=None,
    ):
        """Book one payment on one or several open invoices of a customer.

        Amounts are in the session's currency. Invoices are locked before anything is decided, so
        that two tills cannot both pay the last cent; the session is, so that it cannot be closed
        meanwhile. The same ``uuid`` again books nothing: it returns the first answer, with what has
        become of the payment since as its ``state``.

        :param list allocations: ``[{'invoice_id': int, 'amount': float}]``, one per invoice; for what
            is owed without one, ``item_id`` or ``pos_payment_uuid`` of ``get_open_invoices`` instead
        :param str payment_date: ISO date, today when empty
        :param float tendered: cash handed over; the change is what exceeds the amount, itself
            rounded where the shop rounds cash
        :param float on_account: kept for later purchases, where the shop does so: beyond the
            allocations, which may then be empty; where it is all there is, rounded as cash is
        :param list shortfalls: why invoices of this payment stay open, as the cashier was told:
            ``[{'invoice_id', 'code', 'note', 'promise_date'}]``, at most one for each; ``code`` of
            ``get_invoice_payment_shortfall_reasons``, the others may be empty
        :return: ``{'payment': {…}, 'invoices': […]}``, all that a receipt needs; ``amount`` is the
            money received, ``settled`` what the invoices were paid for, ``on_account`` what is
            kept and ``rounding`` the difference; ``shortfalls`` are those given, each with its
            ``reason`` in words and the ``amount_open`` in the invoice's currency; ``state`` and
            ``void`` are as in ``get_invoice_payments``
        :raise UserError: in a cashier's words; nothing has been written
        :raise AccessError: not a cashier of this company
        """
        self._check_invoice_payment_access()
        uuid = read_text(uuid, 64)
        if not uuid:
            raise UserError(self.env._("This payment has no identifier. Please start it again."))
        # Elevated after the access check: cashiers read neither payments nor ordinary invoices
        # (rule_invoice_pos_user) and create no journal entry. Every record used is checked against
        # this session, its company and the given customer.
        session_sudo = self._get_invoice_payment_sudo()
        collections = session_sudo.env['pos_receivable.collection']
        if booked := collections._get_booked(uuid):
            return booked
        self._check_invoice_payment_enabled()
        partner = self._read_invoice_payment_partner(partner_id)
        given = {
            'journal_id': journal_id,
            'allocations': allocations,
            'payment_date': payment_date,
            'reference': reference,
            'tendered': tendered,
            'on_account': on_account,
            'shortfalls': shortfalls,
        }
        return collections._collect(session_sudo, partner, uuid, given)

    def get_invoice_payment_shortfall_reasons(self):
        """Why a customer may pay less than what is due, as this shop's cashiers are asked.

        :return: ``[{'code', 'name'}]`` in the user's language and the order of the back office
        """
        self._check_invoice_payment_use()
        # Elevated after the check: a list of words, the same for everybody.
        return self.env['pos_receivable.shortfall.reason'].sudo()._list_for_till()

    @busy_in_words
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
        return session_sudo.env['pos_receivable.collection']._close_attempt(session_sudo, uuid)

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
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.collection']._list(
            session_sudo, offset, min(limit, MAX_HISTORY)
        )

    @busy_in_words
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
        # Elevated after the checks: a payment of the one session the cashier stands in.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.collection']._void(session_sudo, payment_id, reason)

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
        session_sudo = self._get_invoice_payment_sudo()
        session_sudo.env['pos_receivable.collection']._email(session_sudo, payment_id, address)
        return True

    # -------------------------------------------------------------------------
    # Credits
    # -------------------------------------------------------------------------

    def get_open_credits(self, partner_id):
        """The customer's open credit notes and unallocated payments, oldest first.

        :return: ``[{'id', 'name', 'date', 'kind', 'on_account', 'amount'}]``: ``id`` of the journal
            item, ``kind`` is ``credit_note``, ``payment`` or ``return``, ``on_account`` whether it
            was left here to be kept, ``amount`` positive in the session's currency as of today
        """
        self._check_invoice_payment_use()
        partner = self._read_invoice_payment_partner(partner_id)
        # Elevated after the checks: only this customer's open credits in this company.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.credit.use']._list(session_sudo, partner.sudo())

    @busy_in_words
    def apply_invoice_credits(self, partner_id, credit_ids, invoice_ids, item_ids=()):
        """Set open credits off against open invoices and items without one, both oldest first; no
        money moves.

        Harmless when repeated: what is used up is refused. Locks credits and invoices.

        :param list credit_ids: journal items of ``get_open_credits``
        :param list invoice_ids: invoices of the customer
        :param list item_ids: what is owed without an invoice, see ``get_open_invoices``
        :return: ``{'applied': amount in the session's currency, 'invoices': rows as they are now,
            'credits': what is still open}``
        :raise UserError: in a cashier's words; nothing has been written
        """
        self._check_invoice_payment_use()
        partner = self._read_invoice_payment_partner(partner_id)
        # Elevated after the checks: each credit and invoice is checked to be this customer's.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo.env['pos_receivable.credit.use']._use(
            session_sudo, partner.sudo(), credit_ids, invoice_ids, item_ids
        )

    @busy_in_words
    def refund_on_account(self, uuid, credit_id, amount, journal_id):
        """Pay out what a customer has to their credit: one outbound payment, reconciled with it.

        The drawer expects less. The same ``uuid`` again books nothing and returns the first answer.
        Locks the session (shared) and the credit.

        :param int credit_id: journal item of ``get_open_credits``, in the session's currency
        :param float amount: at most what is open of it, positive
        :param int journal_id: as of a collection
        :return: ``{'payment': {…}, 'invoices': []}`` as ``collect_invoice_payment``; the payment's
            ``kind`` is ``refund``, its ``credit`` what it was paid out of
        :raise AccessError: not a manager
        :raise UserError: in a cashier's words; nothing has been written
        """
        self._check_invoice_payment_access()
        if not self._is_invoice_payment_manager():
            raise AccessError(self.env._("Ask a manager to pay out a credit."))
        uuid = read_text(uuid, 64)
        if not uuid:
            raise UserError(self.env._("This payment has no identifier. Please start it again."))
        # Elevated after the checks: the credit is checked to be a visible customer's in this company.
        session_sudo = self._get_invoice_payment_sudo()
        if booked := session_sudo.env['pos_receivable.collection']._get_booked(uuid):
            return booked
        self._check_invoice_payment_enabled()
        return session_sudo.env['pos_receivable.payout']._pay_out(
            session_sudo, uuid, credit_id, amount, journal_id
        )

    # -------------------------------------------------------------------------
    # Closing
    # -------------------------------------------------------------------------

    @api.depends(
        'state',
        'cash_register_balance_end_real',
        'invoice_cash_at_closing',
        'statement_line_ids.amount',
        'invoice_payment_ids.amount',
        'invoice_payment_ids.state',
        'invoice_payment_ids.journal_id',
        'invoice_payment_ids.payment_type',
        'invoice_payment_ids.move_id.state',
    )
    def _compute_cash_balance(self):
        # EXTENDS 'point_of_sale'
        # Elevated: of the cash moves that the core adds up, a cashier sees none, because the rule on
        # their entries hides them.
        super(PosSession, self.sudo())._compute_cash_balance()
        for session in self.filtered('cash_journal_id'):
            cash = self.env['pos_receivable.drawer']._get_cash(session)
            # Rounded: the core books whatever differs from zero, be it a rest of floating point.
            session.cash_register_balance_end = session.currency_id.round(
                session.cash_register_balance_end + cash
            )
            session.cash_register_difference = session.currency_id.round(
                session.cash_register_balance_end_real - session.cash_register_balance_end
            )

    def get_closing_control_data(self):
        # EXTENDS 'point_of_sale'
        data = super().get_closing_control_data()
        return self.env['pos_receivable.drawer']._add_to_closing_data(self, data)

    def check_invoice_payments_counted(self, fingerprint):
        """Begin to close with what the closing popup showed: whatever is collected or voided from
        here on stops the closing.

        :param str fingerprint: ``invoice_payments_fingerprint`` of ``get_closing_control_data``
        :return: as ``post_closing_cash_details``
        """
        self._check_invoice_payment_cashier()
        # Elevated after the check: the field is guarded against being written by RPC.
        self.sudo().invoice_payments_told = read_text(fingerprint, 2000) or '-'
        return self.env['pos_receivable.drawer']._explain_changed(self) or {'successful': True}

    def _cannot_close_session(self, bank_payment_method_diffs=None):
        # EXTENDS 'point_of_sale'
        if result := super()._cannot_close_session(bank_payment_method_diffs):
            return result
        drawer = self.env['pos_receivable.drawer']
        if message := drawer._explain_drafts(self):
            return {'successful': False, 'message': message, 'redirect': False}
        return drawer._explain_changed(self)

    def _validate_session(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        # EXTENDS 'point_of_sale'
        drawer = self.env['pos_receivable.drawer']
        drawer._lock_for_closing(self)
        if message := drawer._explain_drafts(self):
            raise UserError(message)
        return super()._validate_session(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )

    def _get_split_receivable_vals(self, payment, amount, amount_converted):
        # EXTENDS 'point_of_sale'
        vals = super()._get_split_receivable_vals(payment, amount, amount_converted)
        if payment.payment_method_id.type == 'pay_later':
            vals['pos_receivable_payment_id'] = payment.id
            if amount > 0:
                vals['date_maturity'] = self.env['pos_receivable.account.debt']._get_due_date(
                    payment.partner_id.commercial_partner_id,
                    self.company_id,
                    fields.Date.context_today(self, payment.payment_date),
                )
        return vals

    def _reconcile_account_move_lines(self, data):
        # EXTENDS 'point_of_sale'
        result = super()._reconcile_account_move_lines(data)
        if data.get('pay_later_move_lines'):
            # Elevated as the core's closing is: the items it has just booked.
            self.env['pos_receivable.order.pairing'].sudo()._pair_session(self.sudo())
        return result

    def action_pos_session_validate(
        self, balancing_account=False, amount_to_balance=0, bank_payment_method_diffs=None
    ):
        # EXTENDS 'point_of_sale'
        # Nobody counts the drawer of a recovery session: all that is expected is there.
        for session in self.filtered(lambda s: s.rescue and s.config_id.cash_control):
            if self.env['pos_receivable.drawer']._get_cash(session):
                session.cash_register_balance_end_real = session.cash_register_balance_end
        return super().action_pos_session_validate(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'point_of_sale'
        self._check_invoice_payment_figures(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS 'point_of_sale'
        self._check_invoice_payment_figures(vals)
        if vals.get('state') == 'closed':
            drawer = self.env['pos_receivable.drawer']
            # Elevated: the figure is guarded, and whoever closes may not write it themselves.
            for session in self.filtered(lambda session: session.state != 'closed').sudo():
                session.invoice_cash_at_closing = drawer._get_cash(session)
                session.invoice_payments_given_up = False
        return super().write(vals)

    def _check_invoice_payment_figures(self, *vals_list):
        # The core lets cashiers write on sessions; these figures are not theirs to write.
        if not self.env.su and any(GUARDED_FIELDS & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("The figures of a closing cannot be changed by hand."))

    # -------------------------------------------------------------------------
    # Who may, and on what
    # -------------------------------------------------------------------------

    def _check_invoice_payment_use(self):
        """Only a cashier whom this shop lets collect, where it is switched on."""
        self._check_invoice_payment_access()
        self._check_invoice_payment_enabled()

    def _check_invoice_payment_cashier(self):
        """Only a cashier, on one session of a company they work in."""
        self._check_invoice_payment_session()
        user = self.env.user
        if not user._is_internal() or not user.has_group('point_of_sale.group_pos_user'):
            raise AccessError(self.env._("Only cashiers can collect invoice payments."))
        self._check_invoice_payment_session_access()

    def _check_invoice_payment_session(self):
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Open a session first to collect invoice payments."))

    def _check_invoice_payment_session_access(self):
        self._check_invoice_payment_readable(self, self.env._("This session no longer exists."))

    def _check_invoice_payment_readable(self, record, message):
        """
        :raise UserError: ``message``, when the record was deleted
        :raise AccessError: when the user may not see it
        """
        try:
            record.check_access('read')
            record.mapped('display_name')
        except MissingError as error:
            raise UserError(message) from error

    def _check_invoice_payment_access(self):
        """Only a cashier whom this shop lets collect."""
        self._check_invoice_payment_cashier()
        if self.config_id.invoice_payment_access == 'manager' and not (
            self._is_invoice_payment_manager()
        ):
            raise AccessError(self.env._("Only managers can collect invoice payments here."))

    def _is_invoice_payment_manager(self):
        """Whether a manager stands at the till; other addons may know better than the login."""
        return self.env.user.has_group('point_of_sale.group_pos_manager')

    def _get_invoice_payment_cashier_name(self):
        """Who stands at the till, for the books, receipts and the chatter."""
        return self.env.user.name

    def _find_invoice_payment_pin_holder(self, employee_id, pin):
        """The name of a manager of this till who is known by a PIN, False if it is not theirs; nobody
        is without the addons that know PINs."""
        return False

    def _check_invoice_payment_enabled(self):
        if not self.config_id.use_invoice_payment:
            raise UserError(
                self.env._(
                    "Invoice payments are switched off at %(shop)s.", shop=self.config_id.name
                )
            )

    @api.model
    def _get_invoice_payment_context_keys(self):
        """What of a till's context is kept when it is elevated."""
        return {'allowed_company_ids', 'lang', 'tz'}

    def _get_invoice_payment_sudo(self):
        """This session with all rights, in its company and with nothing of the caller's context
        that the core would obey: a forced rate, defaults, skipped checks."""
        keys = self._get_invoice_payment_context_keys()
        context = {key: value for key, value in self.env.context.items() if key in keys}
        # pylint: disable=context-overridden
        return self.with_context(context).with_company(self.company_id).sudo()

    def _get_invoice_payment_scope(self):
        """Where and when this till asks what is owed."""
        return Scope(self.company_id, self.currency_id, fields.Date.context_today(self))

    def _read_invoice_payment_kinds(self, kinds):
        """
        :return: those of ``kinds`` that this shop collects on, ``None`` when they are no kinds
        """
        if not isinstance(kinds, list | tuple) or not all(
            isinstance(kind, str) and kind in KINDS for kind in kinds
        ):
            return None
        if self.config_id.invoice_payment_entries:
            return tuple(kinds)
        return tuple(kind for kind in kinds if kind != ENTRY)

    def _read_invoice_payment_partner(self, partner_id):
        message = self.env._("This customer no longer exists. Choose one again.")
        partner = self.env['res.partner'].browse(read_id(partner_id))
        if not partner:
            raise UserError(message)
        self._check_invoice_payment_readable(partner, message)
        # pylint: disable=context-overridden
        return partner.with_context(self._get_invoice_payment_sudo().env.context)

    def _check_invoice_payment_void_right(self):
        if not self._is_invoice_payment_manager() and not (
            self.config_id.invoice_payment_cashier_void
        ):
            raise AccessError(self.env._("Ask a manager to void this payment."))

    # -------------------------------------------------------------------------
    # Back office
    # -------------------------------------------------------------------------

    def action_show_invoice_payments(self):
        self._check_invoice_payment_session()
        self._check_invoice_payment_session_access()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'pos_receivable.account_payment_action_invoice_payments'
        )
        return {
            **action,
            'display_name': self.env._("Invoice Payments of %(session)s", session=self.name),
            'domain': [
                ('pos_session_id', '=', self.id),
                ('pos_invoice_payment_uuid', '!=', False),
            ],
            'context': {'search_default_group_by_journal': 1},
        }
