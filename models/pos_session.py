import re
from types import SimpleNamespace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.float_utils import float_is_zero

from ..tools.payload import read_count, read_id, read_number, read_text

MAX_PAGE = 500
MAX_ALLOCATIONS = 500


class PosSession(models.Model):
    _inherit = 'pos.session'

    invoice_payment_ids = fields.One2many(
        'account.payment',
        'pos_session_id',
        string="Invoice Payments",
        domain=[('pos_invoice_payment_uuid', '!=', False)],
        readonly=True,
    )
    invoice_payment_count = fields.Integer(compute='_compute_invoice_payments')
    invoice_payment_total = fields.Monetary(compute='_compute_invoice_payments')

    @api.depends('invoice_payment_ids.amount', 'invoice_payment_ids.state')
    @api.depends_context('uid')
    def _compute_invoice_payments(self):
        # Elevated: whoever may see the session may see what it collected; a cashier or a manager
        # without accounting rights reads no payment.
        totals = {
            session.id: (count, total)
            for session, count, total in self.env['account.payment'].sudo()._read_group(
                Domain('pos_session_id', 'in', self.ids) & self._get_invoice_payment_domain(),
                ['pos_session_id'],
                ['__count', 'amount:sum'],
            )
        }
        for session in self:
            session.invoice_payment_count, session.invoice_payment_total = totals.get(
                session.id, (0, 0.0)
            )

    @api.model
    def _get_invoice_payment_domain(self):
        """Collections that still stand: voided and cancelled ones count nowhere."""
        return (
            Domain('pos_invoice_payment_uuid', '!=', False)
            & Domain('state', 'in', ('in_process', 'paid'))
            & Domain('payment_type', '=', 'inbound')
        )

    # -------------------------------------------------------------------------
    # RPC: the till's contract
    # -------------------------------------------------------------------------

    def get_open_invoices(self, partner_id, search="", offset=0, limit=40):
        """The open customer invoices of a customer's commercial entity, earliest due first.

        Totals and amounts due are in the session's currency, positive, as of today; credits are
        not deducted from them. ``invoice_count`` and the totals cover everything payable whatever
        the search and the page; ``match_count`` is what the search found.

        :param str search: part of a number or reference, or an amount
        :raise UserError: feature off, session closed, unusable parameter
        :raise AccessError: not a cashier of this company
        """
        self._check_invoice_payment_access()
        self._check_invoice_payment_enabled()
        if self.state == 'closed':
            raise UserError(self.env._("This session was closed on another screen."))
        partner = self._read_invoice_payment_partner(partner_id)
        search = read_text(search, 100)
        offset, limit = read_count(offset), read_count(limit)
        if search is None or offset is None or not limit:
            raise UserError(self.env._("This search cannot be understood. Please type it again."))

        # Elevated after the checks above: cashiers may not read invoices (rule_invoice_pos_user),
        # and what is read is limited to this customer's open items in this session's company.
        session_sudo = self._get_invoice_payment_sudo()
        return session_sudo._get_open_invoices(partner.sudo(), search, offset, min(limit, MAX_PAGE))

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
        meanwhile. The same ``uuid`` again returns the first answer and books nothing.

        :param list allocations: ``[{'invoice_id': int, 'amount': float}]``, one per invoice
        :param str payment_date: ISO date, today when empty
        :param float tendered: cash handed over; the change is what exceeds the amount
        :return: ``{'payment': {…}, 'invoices': […]}``, all that a receipt needs
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
        journal = session_sudo._read_invoice_payment_journal(journal_id)
        date = session_sudo._read_invoice_payment_date(payment_date, journal)
        reference = read_text(reference, 100)
        if reference is None:
            raise UserError(self.env._("The reference is too long or has unusable characters."))
        amounts = session_sudo._read_invoice_payment_allocations(allocations, partner.sudo())
        due = session_sudo._check_invoice_payment_amounts(amounts, date)
        total = self.currency_id.round(sum(amounts.values()))
        tendered, change = session_sudo._read_invoice_payment_tendered(tendered, total, journal)

        payment = session_sudo.env['account.payment']._create_counter_payment(amounts, {
            'journal_id': journal.id,
            'currency_id': self.currency_id.id,
            'payment_date': date,
            'pos_session_id': self.id,
            'pos_invoice_payment_uuid': uuid,
            'pos_payment_reference': reference,
        })
        answer = {
            'payment': {
                **session_sudo._prepare_invoice_payment_summary(payment, partner),
                'tendered': tendered,
                'change': change,
            },
            'invoices': session_sudo._prepare_paid_invoice_rows(amounts, due),
        }
        payment.pos_invoice_payment_data = answer
        return answer

    # -------------------------------------------------------------------------
    # Who may, and on what
    # -------------------------------------------------------------------------

    def _check_invoice_payment_access(self):
        """Only a cashier, on one session of a company they work in."""
        if len(self) != 1 or not read_id(self.id):
            raise UserError(self.env._("Open a session first to collect invoice payments."))
        user = self.env.user
        if not user._is_internal() or not user.has_group('point_of_sale.group_pos_user'):
            raise AccessError(self.env._("Only cashiers can collect invoice payments."))
        if not self.exists():
            raise UserError(self.env._("This session no longer exists."))
        self.check_access('read')

    def _check_invoice_payment_enabled(self):
        if not self.config_id.use_invoice_payment:
            raise UserError(self.env._(
                "Invoice payments are switched off at %(shop)s.", shop=self.config_id.name
            ))

    def _get_invoice_payment_sudo(self):
        return self.with_company(self.company_id).sudo()

    def _lock_for_invoice_payment(self):
        """Keep the session from being closed until the payment is committed.

        A shared lock: several devices may collect in one session at the same time, while closing
        it waits. If it was closed since this transaction began, PostgreSQL reports a serialization
        failure, the request is retried and then sees it closed.
        """
        self.flush_recordset()
        self.env.cr.execute(SQL("SELECT id FROM pos_session WHERE id = %s FOR SHARE", self.id))
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
        for records in (self.env['account.move.line'].union(*lines), invoices):
            records.flush_recordset()
            self.env.cr.execute(SQL(
                "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(records._table),
                tuple(records.ids) or (0,),
            ))

    # -------------------------------------------------------------------------
    # Reading the request
    # -------------------------------------------------------------------------

    def _read_invoice_payment_partner(self, partner_id):
        partner = self.env['res.partner'].browse(read_id(partner_id)).exists()
        if not partner:
            raise UserError(self.env._("This customer no longer exists. Choose one again."))
        partner.check_access('read')
        return partner

    def _read_invoice_payment_journal(self, journal_id):
        journals = self.config_id._get_invoice_payment_journals()
        journal = journals.filtered(lambda journal: journal.id == read_id(journal_id))
        if not journal:
            raise UserError(self.env._(
                "Choose one of the payment methods offered at %(shop)s.", shop=self.config_id.name
            ))
        return journal

    def _read_invoice_payment_date(self, payment_date, journal):
        today = fields.Date.context_today(self)
        if not payment_date:
            date = today
        else:
            try:
                date = fields.Date.to_date(payment_date)
            except (TypeError, ValueError) as error:
                raise UserError(self.env._("This is not a date: choose it again.")) from error
        if not isinstance(payment_date or '', str) or not date:
            raise UserError(self.env._("This is not a date: choose it again."))
        if date > today:
            raise UserError(self.env._("The payment date cannot be in the future."))
        if locks := self.company_id._get_violated_lock_dates(date, False, journal):
            raise UserError(self.env._(
                "The books are closed up to %(date)s. Choose a later payment date.",
                date=format_date(self.env, locks[-1][0]),
            ))
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
            raise UserError(self.env._(
                "At most %(count)s invoices can be paid at once.", count=MAX_ALLOCATIONS
            ))
        invoices = self.env['account.move'].browse(amounts).exists()
        self._check_collectable_invoices(invoices, partner, len(amounts))
        self._lock_invoices_for_payment(invoices)
        return {invoice: amounts[invoice.id] for invoice in invoices}

    def _check_collectable_invoices(self, invoices, partner, expected_count):
        # One answer for whatever is not this customer's: it must not tell what exists elsewhere.
        foreign = invoices.filtered(
            lambda invoice: invoice.company_id != self.company_id
            or invoice.move_type not in ('out_invoice', 'out_receipt')
            or invoice.commercial_partner_id != partner.commercial_partner_id
        )
        if foreign or len(invoices) != expected_count:
            raise UserError(self.env._(
                "This is not an open invoice of %(customer)s. Refresh the list.",
                customer=partner.display_name,
            ))
        for invoice in invoices:
            if invoice.state != 'posted':
                raise UserError(self.env._(
                    "%(invoice)s is not confirmed, so it cannot be paid yet.",
                    invoice=invoice.display_name,
                ))
            if invoice.payment_state == 'blocked':
                raise UserError(self.env._(
                    "%(invoice)s is blocked: ask the accounting department before taking money"
                    " for it.",
                    invoice=invoice.name,
                ))

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
                raise UserError(self.env._(
                    "The amount for %(invoice)s is not a number.", invoice=invoice.name
                ))
            if currency.compare_amounts(amount, 0) <= 0:
                raise UserError(self.env._(
                    "The amount for %(invoice)s must be more than zero.", invoice=invoice.name
                ))
            if currency.compare_amounts(amount, due[invoice]) > 0:
                raise UserError(self._explain_too_much(invoice, due[invoice]))
            if not float_is_zero(
                amount - currency.round(amount), precision_rounding=currency.rounding / 1000
            ):
                raise UserError(self.env._(
                    "The amount for %(invoice)s has too many decimals: the smallest step is"
                    " %(step)s.",
                    invoice=invoice.name,
                    step=currency.format(currency.rounding),
                ))
            amounts[invoice] = currency.round(amount)
        return due

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
            raise UserError(self.env._(
                "The cash received does not cover the payment of %(amount)s.",
                amount=currency.format(total),
            ))
        return currency.round(tendered), currency.round(tendered - total)

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
        return payment.pos_invoice_payment_data

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
            'user_name': self.env.user.name,
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

    def _get_open_invoices(self, partner, search, offset, limit):
        currency, today = self.currency_id, fields.Date.context_today(self)
        lines = self.env['account.move.line']
        open_domain = self.env['account.move']._get_collectable_line_domain(
            partner, self.company_id
        )
        payable_domain = open_domain & Domain('move_id.payment_state', '!=', 'blocked')
        due_by_invoice = self._sum_open_lines(payable_domain, today)
        overdue_domain = payable_domain & Domain('date_maturity', '<', today)
        match_domain = open_domain & self._get_invoice_search_domain(search)
        page = lines._read_group(
            match_domain,
            ['move_id'],
            order='date_maturity:min, id:min',
            offset=offset,
            limit=limit,
        )
        invoices = self.env['account.move'].union(*(move for [move] in page))
        match_count = (
            lines._read_group(match_domain, aggregates=['move_id:count_distinct'])[0][0]
        )
        commercial_partner = partner.commercial_partner_id
        return {
            'partner': {
                'id': partner.id,
                'name': partner.display_name,
                'commercial_partner_id': commercial_partner.id,
                'commercial_partner_name': commercial_partner.display_name,
            },
            'currency_id': currency.id,
            'invoice_count': len(due_by_invoice),
            'total_due': currency.round(sum(due_by_invoice.values())),
            'total_overdue': currency.round(
                sum(self._sum_open_lines(overdue_domain, today).values())
            ),
            'match_count': match_count,
            'credit_total': self._get_open_credit(partner, today),
            'invoices': invoices._get_counter_rows(currency, today),
        }

    def _sum_open_lines(self, domain, date):
        """What is open on the journal items of ``domain``, by invoice id, in this currency.

        Converted invoice by invoice, as the rows of the list are, so that they add up to the
        total to the cent.
        """
        wizard = self.env['account.payment.register'].new({
            'company_id': self.company_id.id,
            'currency_id': self.currency_id.id,
            'payment_date': date,
        })
        sums = {}
        for invoice, currency, residual, residual_currency in self.env[
            'account.move.line'
        ]._read_group(
            domain,
            ['move_id', 'currency_id'],
            ['amount_residual:sum', 'amount_residual_currency:sum'],
        ):
            # The wizard looks at nothing but the currency of the line it converts.
            installment = {
                'line': SimpleNamespace(currency_id=currency),
                'amount_residual': residual,
                'amount_residual_currency': residual_currency,
            }
            sums[invoice.id] = sums.get(invoice.id, 0.0) + self.currency_id.round(
                wizard._convert_to_wizard_currency([installment])
            )
        return sums

    def _get_open_credit(self, partner, date):
        """Open credit notes and payments not yet used, positive, in this currency."""
        domain = (
            # Unlike an invoice's, a payment's journal item may carry the contact who paid.
            Domain('partner_id.commercial_partner_id', '=', partner.commercial_partner_id.id)
            & Domain('company_id', '=', self.company_id.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
            & Domain('amount_residual', '<', 0)
            & Domain('account_id.account_type', '=', 'asset_receivable')
        )
        return self.currency_id.round(abs(sum(self._sum_open_lines(domain, date).values())))

    def _get_invoice_search_domain(self, search):
        if not search:
            return Domain.TRUE
        domain = Domain.OR(
            Domain(field, 'ilike', search) for field in ('name', 'payment_reference', 'ref')
        )
        if (amount := _parse_amount(search)) is not None:
            domain |= Domain('amount_total', '=', amount) | Domain('amount_residual', '=', amount)
        return Domain('move_id', 'any', domain)

    # -------------------------------------------------------------------------
    # Back office
    # -------------------------------------------------------------------------

    def action_show_invoice_payments(self):
        self.ensure_one()
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
        }


def _parse_amount(text):
    """A typed amount, with a comma or a point before its last one or two digits.

    >>> _parse_amount('640'), _parse_amount('1,234.50'), _parse_amount('1.234,5')
    (640.0, 1234.5, 1234.5)
    >>> _parse_amount('INV/2026/00012') is None
    True
    """
    match = re.fullmatch(r"(\d[\d.,' ]*?)(?:[.,](\d{1,3}))?", text)
    if not match:
        return None
    whole, decimals = match.groups()
    return float(f"{re.sub(r'[^0-9]', '', whole)}.{decimals or 0}")
