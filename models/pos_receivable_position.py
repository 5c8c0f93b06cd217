import datetime
from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import escape_psql
from odoo.tools.float_utils import float_round

from ..tools.payload import read_amounts
from .account_move import COLLECTABLE_STATES, COLLECTABLE_TYPES
from .pos_receivable_account_debt import INVOICE


@dataclass(frozen=True)
class Scope:
    """Where and when somebody asks what is owed: in the books of ``company``, told in ``currency``
    at the rates of ``date``."""

    company: models.BaseModel
    currency: models.BaseModel
    date: datetime.date


class PosReceivablePosition(models.AbstractModel):
    """What a customer owes and has to their credit. Needs no session.

    A customer is a commercial entity, asked for by any of its contacts, in one company. Whoever asks
    has been checked by the caller; what is read is limited to that customer's open items.
    """

    _name = 'pos_receivable.position'
    _description = "What a Customer Owes"

    # -------------------------------------------------------------------------
    # Open invoices
    # -------------------------------------------------------------------------

    @api.model
    def _list_open_invoices(self, partner, scope, search, offset, limit, kinds=(INVOICE,)):
        """
        :return: as ``pos.session.get_open_invoices``
        """
        currency = scope.currency
        items, credit = self._read_open_items(partner, scope)
        debts_service = self.env['pos_receivable.account.debt']
        if INVOICE not in kinds:
            items = []
        others = debts_service._list_debts(partner.commercial_partner_id, scope, kinds)
        payable = [item for item in (*items, *others) if not item.blocked]
        if search:
            found = self._search_open_invoices(partner, scope, search) if items else ()
            items = [item for item in items if item.invoice in found]
            others = debts_service._find_by_text(others, search)
        matching = sorted((*items, *others), key=lambda item: item.key())
        page = matching[offset : offset + limit]
        return {
            'partner': self._describe_partner(partner),
            'currency_id': currency.id,
            # Amounts due are rounded already: less than half a step is nothing.
            'invoice_count': sum(abs(item.due) > currency.rounding / 2 for item in payable),
            'total_due': currency.round(sum(item.due for item in payable)),
            'total_overdue': currency.round(sum(item.overdue for item in payable)),
            'match_count': len(matching),
            'credit_total': credit,
            'last_payment': False if payable else self._get_last_payment(partner, scope),
            'invoices': self._prepare_rows(page, scope),
        }

    @api.model
    def _prepare_rows(self, page, scope):
        """The rows of open invoices and other debts, in their order."""
        invoices = [item for item in page if isinstance(item, _OpenInvoice)]
        known = {item.invoice: item.prepare_amounts() for item in invoices if item.is_plain}
        records = self.env['account.move'].browse(item.invoice.id for item in invoices)
        rows = iter(records._get_receivable_rows(scope.currency, scope.date, known))
        return [
            next(rows)
            if isinstance(item, _OpenInvoice)
            else self.env['pos_receivable.account.debt']._prepare_row(item, scope)
            for item in page
        ]

    @api.model
    def _describe_partner(self, partner):
        commercial_partner = partner.commercial_partner_id
        return {
            'id': partner.id,
            'name': partner.display_name,
            'commercial_partner_id': commercial_partner.id,
            'commercial_partner_name': commercial_partner.display_name,
        }

    @api.model
    def _read_open_items(self, partner, scope):
        """What a customer owes and has to their credit, in one query.

        Converted invoice by invoice, as the rows of the list are, so that they add up to the
        total to the cent.

        :return: ``([_OpenInvoice, …], credit)``: earliest due first; ``credit`` is positive; both
            in the currency of ``scope``
        """
        items, credit = {}, 0.0
        # An invoice's item always carries the commercial entity it was made for, which may have
        # become a contact since: that one is not payable here.
        payable = (
            self._get_open_item_domain(partner, scope)
            & Domain('display_type', '=', 'payment_term')
            & Domain('partner_id', '=', partner.commercial_partner_id.id)
            & Domain('move_id.move_type', 'in', COLLECTABLE_TYPES)
        )
        # Whether what belongs to an order is free to be used is asked only where there is such a thing.
        linked = self._get_linked_credit_domain(partner, scope)
        groups = self.env['account.move.line']._read_group(
            payable | self._get_plain_credit_domain(partner, scope) | linked,
            [
                'move_id',
                'currency_id',
                'date_maturity:day',
                'discount_date:day',
                'move_id.move_type',
                'move_id.payment_state',
                'pos_receivable_payment_id',
            ],
            ['amount_residual:sum', 'amount_residual_currency:sum', 'id:min', '__count'],
        )
        # All currencies at once, before the first is converted.
        scope.currency.union(*{group[1] for group in groups}).mapped('rounding')
        convert = self._make_converter(scope)
        has_linked = False
        for move, currency, due_date, discount_date, kind, state, purchase, *sums in groups:
            residual, residual_currency, line_id, count = sums
            if purchase:
                has_linked = True
            elif kind not in COLLECTABLE_TYPES:
                credit -= convert(currency, residual, residual_currency)
            elif state in COLLECTABLE_STATES:
                item = items.setdefault(
                    move.id, _OpenInvoice(move, currency, state == 'blocked', bool(discount_date))
                )
                item.add(due_date, line_id, count, (residual, residual_currency), scope.date)
        if has_linked:
            free = self._get_free_credit_domain(partner, scope)
            credit -= sum(self._sum_open_lines(free, scope).values())
        for item in items.values():
            item.convert(convert)
        return sorted(items.values(), key=_OpenInvoice.key), scope.currency.round(credit)

    @api.model
    def _search_open_invoices(self, partner, scope, search):
        groups = self.env['account.move.line']._read_group(
            self.env['account.move']._get_receivable_line_domain(partner, scope.company)
            & self._get_search_domain(search),
            ['move_id'],
        )
        return {invoice for [invoice] in groups}

    @api.model
    def _get_search_domain(self, search):
        text = escape_psql(search)
        domain = Domain.OR(
            Domain(field, 'ilike', text) for field in ('name', 'payment_reference', 'ref')
        )
        if amounts := read_amounts(search):
            domain |= Domain('amount_total', 'in', amounts)
            domain |= Domain('amount_residual', 'in', amounts)
        return Domain('move_id', 'any', domain)

    @api.model
    def _find_invoices_by_code(self, tokens, scope):
        """
        :param list tokens: what a scanned code says, line by line
        :return: the invoices that are named by one of them, payable or not
        """
        return self.env['account.move'].search(
            Domain('company_id', '=', scope.company.id)
            & Domain('move_type', 'in', COLLECTABLE_TYPES)
            & Domain('state', '=', 'posted')
            & (Domain('name', 'in', tokens) | Domain('payment_reference', 'in', tokens)),
            order='invoice_date_due, id',
            limit=100,
        )

    @api.model
    def _choose_invoice_of_code(self, found, tokens):
        """
        :return: the one of ``found`` that is meant
        """
        # A reference may be the customer's, and on all of their invoices.
        named = found.filtered(lambda invoice: invoice.name in tokens)
        return (
            named or found.filtered(lambda invoice: invoice._is_receivable_collectable()) or found
        )[:1]

    # -------------------------------------------------------------------------
    # Sums
    # -------------------------------------------------------------------------

    @api.model
    def _get_dues(self, partners, scope, kinds=(INVOICE,)):
        """What commercial entities have to pay, on invoices and otherwise.

        :param kinds: what counts beside invoices, see ``pos_receivable.debt``
        :return: ``{partner id: {'due', 'overdue'}}``, without those who owe nothing
        """
        domain = self.env['account.move']._get_receivable_line_domain(
            partners, scope.company
        ) & Domain('move_id.payment_state', '!=', 'blocked')
        sums = {}
        for key, line_domain in (
            ('due', domain),
            ('overdue', domain & Domain('date_maturity', '<', scope.date)),
        ):
            for partner_id, amount in self._sum_open_lines(
                line_domain, scope, group_by='partner_id'
            ).items():
                sums.setdefault(partner_id, {'due': 0.0, 'overdue': 0.0})[key] = amount
        for debt in self.env['pos_receivable.account.debt']._list_debts(
            partners.commercial_partner_id, scope, kinds
        ):
            sum_ = sums.setdefault(debt.holder_id, {'due': 0.0, 'overdue': 0.0})
            for key in sum_:
                sum_[key] = scope.currency.round(sum_[key] + getattr(debt, key))
        return sums

    @api.model
    def _sum_open_lines(self, domain, scope, group_by='move_id'):
        """What is open on the journal items of ``domain``.

        :return: ``{id of what they are grouped by: amount}``
        """
        convert = self._make_converter(scope)
        sums = {}
        for record, *line in self.env['account.move.line']._read_group(
            domain,
            [group_by, 'currency_id'],
            ['amount_residual:sum', 'amount_residual_currency:sum'],
        ):
            sums[record.id] = sums.get(record.id, 0.0) + convert(*line)
        return sums

    @api.model
    def _make_converter(self, scope):
        """
        :return: a function of a line's currency, residual in the company's and in that currency,
            which gives the amount in the currency of ``scope`` as the core's wizard does
        """
        own, company = scope.currency, scope.company
        rounding, in_company_currency = own.rounding, own == company.currency_id
        # Asked once per currency: hundreds of invoices need not go through the wizard for it.
        rates = {}

        def convert(currency, residual, residual_currency):
            if currency == own:
                return residual_currency
            # A till in the company's currency converts the invoice's; any other one the company's.
            source = currency if in_company_currency else company.currency_id
            if currency.id not in rates:
                rates[currency.id] = own._get_conversion_rate(source, own, company, scope.date)
            amount = residual_currency if in_company_currency else residual
            return float_round(amount * rates[currency.id], precision_rounding=rounding)

        return convert

    @api.model
    def _get_last_payment(self, partner, scope):
        """What to tell a customer who owes nothing: when they last paid."""
        payment = self.env['account.payment'].search(
            [
                ('partner_id.commercial_partner_id', '=', partner.commercial_partner_id.id),
                ('company_id', '=', scope.company.id),
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

    # -------------------------------------------------------------------------
    # Open items
    # -------------------------------------------------------------------------

    @api.model
    def _get_open_item_domain(self, partner, scope):
        """Open receivables and credits of a customer."""
        holder = partner.commercial_partner_id
        return (
            # Unlike an invoice's, a payment's journal item may carry the contact who paid.
            Domain('partner_id', 'any', Domain('commercial_partner_id', '=', holder.id))
            & Domain('company_id', '=', scope.company.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
            & Domain('account_id.account_type', '=', 'asset_receivable')
        )

    @api.model
    def _get_open_credit_domain(self, partner, scope):
        """Credit notes, unallocated payments and what was returned of purchases on account, nothing
        else; no payment that was refunded, wholly or in part, until the refund itself is reconciled,
        and no money taken for an order before that is in the books.

        The core leaves the entries of its sessions, their reversals and the money of orders open
        against each other on the customer's account: none of them is money that we owe.
        """
        return self._get_plain_credit_domain(partner, scope) | self._get_free_credit_domain(
            partner, scope
        )

    @api.model
    def _get_plain_credit_domain(self, partner, scope):
        """Those that belong to no order on account."""
        # A session's own card payments by name; what is collected on invoices is marked as such.
        payment = Domain('pos_session_id', '=', False) | Domain(
            'pos_invoice_payment_uuid', '!=', False
        )
        payment &= Domain('id', 'not in', self._get_refunded_payments_query())
        return (
            self._get_open_item_domain(partner, scope)
            & Domain('amount_residual', '<', 0)
            & (
                Domain('move_id.move_type', '=', 'out_refund')
                | Domain('payment_id', 'any', payment)
                & Domain('pos_receivable_payment_id', '=', False)
                | Domain('statement_line_id', 'any', Domain('pos_session_id', '=', False))
            )
        )

    @api.model
    def _get_linked_credit_domain(self, partner, scope):
        """What belongs to orders on account, whether it is free to be used or not."""
        return (
            self._get_open_item_domain(partner, scope)
            & Domain('amount_residual', '<', 0)
            & Domain('pos_receivable_payment_id', '!=', False)
        )

    @api.model
    def _get_free_credit_domain(self, partner, scope):
        """Those of them that are the customer's to use."""
        service = self.env['pos_receivable.account.debt']
        free = service._find_free_credits(partner.commercial_partner_id)
        return self._get_linked_credit_domain(partner, scope) & Domain('id', 'in', free.ids)

    @api.model
    def _get_refunded_payments_query(self):
        """The payments of which something was given back that is reconciled with nothing yet."""
        standing = Domain('move_id', '=', False) | Domain(
            'move_id.line_ids',
            'any',
            Domain('account_type', '=', 'asset_receivable') & Domain('reconciled', '=', False),
        )
        refunds = self.env['account.payment']._search(
            Domain('source_payment_id', '!=', False)
            & Domain('payment_type', '=', 'outbound')
            & Domain('state', 'in', ('in_process', 'paid'))
            & standing
        )
        return refunds.subselect('source_payment_id')


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
        """As ``account.move._get_receivable_amounts`` would, when there is nothing to decide."""
        return {
            'due': abs(self.due),
            'due_now': abs(self.due),
            'next_due_date': self.first_due != datetime.date.max and self.first_due,
            'discount_date': False,
        }


def _add(one, other):
    return one[0] + other[0], one[1] + other[1]
