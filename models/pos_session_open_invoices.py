import datetime
import re

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql
from odoo.tools.float_utils import float_round

from ..tools.payload import read_count, read_text
from .account_move import COLLECTABLE_STATES, COLLECTABLE_TYPES

MAX_PAGE = 500

# What separates thousands and never decimals: spaces, ordinary and not, and apostrophes.
GROUPING = " \u00a0\u202f'\u2019"


class _OpenInvoice:
    """What is open on one invoice, gathered from its receivable items."""

    def __init__(self, invoice, currency, blocked, has_discount):
        self.invoice = invoice
        self.currency = currency
        self.blocked = blocked
        self.has_discount = has_discount
        self.first_due = datetime.date.max
        self.first_line_id = None
        self.count = self.overdue_count = 0
        # What the core's wizard proposes, all overdue items or else the next one, and what else
        # is due: it converts these two apart, so that hundredths depend on it.
        self.proposed = self.others = (0.0, 0.0)

    def add(self, due_date, line_id, count, residuals, today):
        """Add items due on one day, day by day; ``residuals`` in the company's and in their own
        currency."""
        due_date = due_date or datetime.date.max
        self.first_due = min(self.first_due, due_date)
        self.first_line_id = min(self.first_line_id or line_id, line_id)
        if due_date < today or not self.count:
            self.proposed = _add(self.proposed, residuals)
        else:
            self.others = _add(self.others, residuals)
        self.count += count
        if due_date < today:
            self.overdue_count += count

    def convert(self, convert):
        """Set ``due`` and ``overdue``, in the currency that ``convert`` gives."""
        proposed = convert(self.currency, *self.proposed)
        self.overdue = proposed if self.overdue_count else 0.0
        self.due = proposed + (convert(self.currency, *self.others) if any(self.others) else 0.0)

    def key(self):
        """Earliest due first."""
        return self.first_due, self.first_line_id

    @property
    def is_plain(self):
        """Whether all of it is due at once: no instalments and no discount to decide upon."""
        return not self.has_discount and self.count == 1

    def prepare_amounts(self):
        """As ``account.move._get_counter_amounts`` would, when there is nothing to decide."""
        return {
            'due': abs(self.due),
            'due_now': abs(self.due),
            'next_due_date': self.first_due != datetime.date.max and self.first_due,
            'discount_date': False,
        }


def _add(one, other):
    return one[0] + other[0], one[1] + other[1]


class PosSession(models.Model):
    """What a customer owes, as the till lists it."""

    _inherit = 'pos.session'  # pylint: disable=consider-merging-classes-inherited

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

    def get_partner_dues(self, partner_ids):
        """What the given customers owe, for the lines of the customer list that are shown.

        :return: ``{str(partner id): {'due', 'overdue'}}`` in the session's currency; those who owe
            nothing are left out
        """
        self._check_invoice_payment_access()
        self._check_invoice_payment_enabled()
        ids = self._read_ids(partner_ids)
        partners = self.env['res.partner'].browse(ids).exists()._filtered_access('read')
        # Elevated after the checks: sums only, of customers the cashier sees.
        session_sudo = self._get_invoice_payment_sudo()
        dues = session_sudo._get_dues_by_commercial_partner(
            partners.sudo().commercial_partner_id, fields.Date.context_today(self)
        )
        return {
            str(partner.id): dues[partner.sudo().commercial_partner_id.id]
            for partner in partners
            if partner.sudo().commercial_partner_id.id in dues
        }

    def find_open_invoice(self, code):
        """The open invoice that a scanned code stands for.

        A code may be the invoice's number or payment reference, or a payment QR code that has it
        on one of its lines.

        :return: ``{'partner': {…}, 'invoice': row}`` as in ``get_open_invoices``; ``False`` when
            the code is nothing of ours
        :raise UserError: an invoice that cannot be paid, and why
        :raise AccessError: not a cashier of this company, or a customer they may not see
        """
        self._check_invoice_payment_access()
        self._check_invoice_payment_enabled()
        code = read_text(code, 1000)
        tokens = [token.strip() for token in (code or '').splitlines() if token.strip()][:30]
        if not tokens:
            return False
        # Elevated after the checks: one invoice of this company, named exactly by the code.
        session_sudo = self._get_invoice_payment_sudo()
        found = session_sudo.env['account.move'].search(
            Domain('company_id', '=', self.company_id.id)
            & Domain('move_type', 'in', ('out_invoice', 'out_receipt'))
            & Domain('state', '=', 'posted')
            & (Domain('name', 'in', tokens) | Domain('payment_reference', 'in', tokens)),
            order='invoice_date_due, id',
            limit=100,
        )
        if not found:
            return False
        visible = self.env['res.partner'].browse(found.partner_id.ids)._filtered_access('read')
        found = found.filtered(lambda invoice: invoice.partner_id.id in visible.ids) or found
        # A reference may be the customer's, and on all of their invoices.
        named = found.filtered(lambda invoice: invoice.name in tokens)
        invoice = (named or found.filtered(lambda invoice: invoice._is_collectable()) or found)[:1]
        # Of an invoice whose customer the cashier may not see, not even that it is paid is told.
        partner = self._read_invoice_payment_partner(invoice.partner_id.id).sudo()
        if invoice.payment_state == 'blocked':
            session_sudo._check_collectable_invoices(invoice, invoice.partner_id, 1)
        if not invoice._is_collectable():
            raise UserError(session_sudo._explain_paid_invoice(invoice))
        [row] = invoice._get_counter_rows(self.currency_id, fields.Date.context_today(self))
        return {'partner': _describe_partner(partner), 'invoice': row}

    def _get_dues_by_commercial_partner(self, partners, date):
        domain = self.env['account.move']._get_collectable_line_domain(
            partners, self.company_id
        ) & Domain('move_id.payment_state', '!=', 'blocked')
        sums = {}
        for key, line_domain in (
            ('due', domain),
            ('overdue', domain & Domain('date_maturity', '<', date)),
        ):
            for partner_id, amount in self._sum_open_lines(
                line_domain, date, group_by='partner_id'
            ).items():
                sums.setdefault(partner_id, {'due': 0.0, 'overdue': 0.0})[key] = amount
        return sums

    def _get_open_invoices(self, partner, search, offset, limit):
        currency, today = self.currency_id, fields.Date.context_today(self)
        items, credit = self._read_open_items(partner, today)
        payable = [item for item in items if not item.blocked]
        matching = items
        if search:
            found = self._search_open_invoices(partner, search)
            matching = [item for item in items if item.invoice in found]
        page = matching[offset : offset + limit]
        invoices = self.env['account.move'].browse(item.invoice.id for item in page)
        known = {item.invoice: item.prepare_amounts() for item in page if item.is_plain}
        return {
            'partner': _describe_partner(partner),
            'currency_id': currency.id,
            # Amounts due are rounded already: less than half a step is nothing.
            'invoice_count': sum(abs(item.due) > currency.rounding / 2 for item in payable),
            'total_due': currency.round(sum(item.due for item in payable)),
            'total_overdue': currency.round(sum(item.overdue for item in payable)),
            'match_count': len(matching),
            'credit_total': credit,
            'last_payment': False if payable else self._get_last_payment(partner),
            'invoices': invoices._get_counter_rows(currency, today, known),
        }

    def _read_open_items(self, partner, date):
        """What a customer's commercial entity owes and what it has to its credit, in one query.

        Converted invoice by invoice, as the rows of the list are, so that they add up to the
        total to the cent.

        :return: ``([_OpenInvoice, …], credit)``: earliest due first; ``credit`` is positive; both
            in this currency
        """
        items, credit = {}, 0.0
        # An invoice's item always carries the commercial entity it was made for, which may have
        # become a contact since: that one is not payable here.
        payable = (
            self._get_open_item_domain(partner)
            & Domain('display_type', '=', 'payment_term')
            & Domain('partner_id', '=', partner.commercial_partner_id.id)
            & Domain('move_id.move_type', 'in', COLLECTABLE_TYPES)
        )
        groups = self.env['account.move.line']._read_group(
            payable | self._get_open_credit_domain(partner),
            [
                'move_id',
                'currency_id',
                'date_maturity:day',
                'discount_date:day',
                'move_id.move_type',
                'move_id.payment_state',
            ],
            ['amount_residual:sum', 'amount_residual_currency:sum', 'id:min', '__count'],
        )
        # All currencies at once, before the first is converted.
        self.currency_id.union(*{group[1] for group in groups}).mapped('rounding')
        convert = self._get_open_amount_converter(date)
        for move, currency, due_date, discount_date, kind, state, *sums in groups:
            residual, residual_currency, line_id, count = sums
            if kind not in COLLECTABLE_TYPES:
                credit -= convert(currency, residual, residual_currency)
            elif state in COLLECTABLE_STATES:
                item = items.setdefault(
                    move.id, _OpenInvoice(move, currency, state == 'blocked', bool(discount_date))
                )
                item.add(due_date, line_id, count, (residual, residual_currency), date)
        for item in items.values():
            item.convert(convert)
        return sorted(items.values(), key=_OpenInvoice.key), self.currency_id.round(credit)

    def _search_open_invoices(self, partner, search):
        groups = self.env['account.move.line']._read_group(
            self.env['account.move']._get_collectable_line_domain(partner, self.company_id)
            & self._get_invoice_search_domain(search),
            ['move_id'],
        )
        return {invoice for [invoice] in groups}

    def _get_open_amount_converter(self, date):
        """:return: a function of a line's currency, residual in the company's and in that currency,
        which gives the amount in this currency as the core's wizard does"""
        own, company = self.currency_id, self.company_id
        rounding, in_company_currency = own.rounding, own == company.currency_id
        # Asked once per currency: hundreds of invoices need not go through the wizard for it.
        rates = {}

        def convert(currency, residual, residual_currency):
            if currency == own:
                return residual_currency
            # A till in the company's currency converts the invoice's; any other one the company's.
            source = currency if in_company_currency else company.currency_id
            if currency.id not in rates:
                rates[currency.id] = own._get_conversion_rate(source, own, company, date)
            amount = residual_currency if in_company_currency else residual
            return float_round(amount * rates[currency.id], precision_rounding=rounding)

        return convert

    def _sum_open_lines(self, domain, date, group_by='move_id'):
        """What is open on the journal items of ``domain``, in this currency.

        :return: ``{id of what they are grouped by: amount}``
        """
        convert = self._get_open_amount_converter(date)
        sums = {}
        for record, *line in self.env['account.move.line']._read_group(
            domain,
            [group_by, 'currency_id'],
            ['amount_residual:sum', 'amount_residual_currency:sum'],
        ):
            sums[record.id] = sums.get(record.id, 0.0) + convert(*line)
        return sums

    def _get_last_payment(self, partner):
        """What to tell a customer who owes nothing: when they last paid."""
        payment = self.env['account.payment'].search(
            [
                ('partner_id.commercial_partner_id', '=', partner.commercial_partner_id.id),
                ('company_id', '=', self.company_id.id),
                ('payment_type', '=', 'inbound'),
                ('state', 'in', ('in_process', 'paid')),
            ],
            order='date desc, id desc',
            limit=1,
        )
        if not payment:
            return False
        return {
            'name': payment.name,
            'date': payment.date.isoformat(),
            'amount': payment.amount,
            'currency_id': payment.currency_id.id,
        }

    def _get_invoice_search_domain(self, search):
        if not search:
            return Domain.TRUE
        text = escape_psql(search)
        domain = Domain.OR(
            Domain(field, 'ilike', text) for field in ('name', 'payment_reference', 'ref')
        )
        if amounts := _read_amounts(search):
            domain |= Domain('amount_total', 'in', amounts)
            domain |= Domain('amount_residual', 'in', amounts)
        return Domain('move_id', 'any', domain)


def _describe_partner(partner):
    commercial_partner = partner.commercial_partner_id
    return {
        'id': partner.id,
        'name': partner.display_name,
        'commercial_partner_id': commercial_partner.id,
        'commercial_partner_name': commercial_partner.display_name,
    }


def _read_amounts(text):
    """The amounts that typed text may mean: with three digits after it, a comma or a point may
    separate thousands or, in a few currencies, decimals.

    >>> _read_amounts('640'), _read_amounts('1,234.50'), _read_amounts('1.234,5')
    ([640.0], [1234.5], [1234.5])
    >>> _read_amounts('5,000'), _read_amounts('INV/2026/00012')
    ([5.0, 5000.0], [])
    """
    match = re.fullmatch(rf"([0-9](?:[0-9]|[.,{GROUPING}])*?)(?:[.,]([0-9]{{1,3}}))?", text)
    if not match:
        return []
    whole, decimals = re.sub(r'[^0-9]', '', match[1]), match[2] or ''
    readings = [float(f"{whole}.{decimals or 0}")]
    if len(decimals) == 3:
        readings.append(float(whole + decimals))
    return readings
