import datetime
import hashlib
import json
import logging
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.pos_receivable.tools.payload import read_date

from .position import AsOf

_logger = logging.getLogger(__name__)

KINDS = ('open', 'activity')
# How long open items are overdue, in days: the key of the bucket, and the last day in it.
BUCKETS = (('late_30', 30), ('late_60', 60), ('late_90', 90), ('late_more', None))
# What of an item stands in its line's last column but one: it adds up to the statement.
AMOUNTS = {'open': 'residual_currency', 'activity': 'amount_currency'}
AGES = ('not_due', *(name for name, _last in BUCKETS), 'credits')
MONTHS_BACK = 2
EARLIEST = datetime.date(1900, 1, 1)


@dataclass(frozen=True)
class StatementRequest:
    """Which statement of whom: ``customer`` is a commercial entity, the items those of ``company``.

    ``kind``: ``open``, what is open as of ``date_to``; ``activity``, what was booked from
    ``date_from`` to ``date_to``, both included.
    """

    customer: models.BaseModel
    company: models.BaseModel
    kind: str
    date_from: datetime.date | None
    date_to: datetime.date


class PosReceivableCustomerStatement(models.AbstractModel):
    """The statement of account of a customer: what they were invoiced and paid, and what is open.

    One section for each currency of their items, and in it, to the cent and checked every time::

        opening + lines + exchange = closing = balance of the ledger
        open + elsewhere + converted = closing
        not due + late + credits = open

    ``exchange`` are differences of rates, which are no movement a customer would know; ``elsewhere``
    what was settled with items of another customer, account or company, ``converted`` with items in
    another currency. Its shape is written where ``pos.session`` answers it, its figures are the same
    on the screen, the receipt and the report.

    Whoever asks has been checked by the caller, and is elevated.
    """

    _name = 'pos_receivable.customer.statement'
    _description = "Statement of Account"

    # -------------------------------------------------------------------------
    # What is asked for
    # -------------------------------------------------------------------------

    @api.model
    def _read_request(self, partner, company, kind, date_from, date_to):
        """
        :param date_from, date_to: ISO dates, or nothing: what opens an activity two months before
            this one, and today
        :raise UserError: no such kind, no dates, or dates that make no period
        """
        today = fields.Date.context_today(self)
        if kind not in KINDS:
            raise UserError(self.env._("Choose what to show: what is open, or the activity."))
        last = read_date(date_to) if date_to else today
        first = read_date(date_from) if date_from else None
        if not last or (date_from and not first) or not EARLIEST <= last <= today:
            raise UserError(self.env._("Choose a period that ends today or before."))
        if kind == 'open':
            first = None
        elif first is None:
            first = fields.Date.subtract(last.replace(day=1), months=MONTHS_BACK)
        elif not EARLIEST <= first <= last:
            raise UserError(self.env._("The period begins after its end. Please change the dates."))
        return StatementRequest(partner.commercial_partner_id, company, kind, first, last)

    @api.model
    def _get_as_of(self, request):
        return AsOf(request.date_to, request.company, request.customer, self._get_accounts(request))

    @api.model
    def _get_accounts(self, request):
        """The customer's receivable accounts: all but those on which tills keep what they were paid
        until they are closed, which nobody owes."""
        accounts = self.env['account.account'].with_context(active_test=False)
        accounts = accounts.search([('account_type', '=', 'asset_receivable')])
        tills = request.company.account_default_pos_receivable_account_id
        methods = self.env['pos.payment.method'].with_context(active_test=False)
        methods = methods.search([('company_id', '=', request.company.id)])
        own = request.customer.with_company(request.company).property_account_receivable_id
        return accounts - (tills | methods.receivable_account_id) | own

    # -------------------------------------------------------------------------
    # The statement
    # -------------------------------------------------------------------------

    @api.model
    def _make(self, request, offset=0, limit=None):
        """
        :return: as ``pos.session.get_account_statement``
        :raise UserError: the figures do not tie, which would be a fault
        """
        as_of = self._get_as_of(request)
        sections = self._read_sections(request, as_of)
        self._check(request, as_of, sections)
        lines = self._read_lines(request, as_of, offset, limit)
        is_today = request.date_to == fields.Date.context_today(self)
        return {
            'partner': self.env['pos_receivable.position']._describe_partner(request.customer),
            'company_name': request.company.name,
            'kind': request.kind,
            'date_from': request.date_from.isoformat() if request.date_from else False,
            'date_to': request.date_to.isoformat(),
            'checksum': self._compute_checksum(request, sections),
            'line_count': sum(section['line_count'] for section in sections),
            'sections': [
                {name: value for name, value in section.items() if not name.startswith('_')}
                for section in sections
                if _tells_something(section)
            ],
            'lines': lines,
            'unclosed': self._read_unclosed(request) if is_today else [],
            'portal_url': self._get_portal_url(request, sections),
        }

    @api.model
    def _read_sections(self, request, as_of):
        """The figures of each currency that has any, the company's own first."""
        ages = SQL(", ").join(self._get_age_sums(request))
        rows = self.env['pos_receivable.customer.position']._execute(
            as_of,
            SQL(
                """
                SELECT item.currency_id,
                       SUM(item.residual) + SUM(item.outside),
                       MD5(STRING_AGG(
                           CONCAT_WS(':', item.id, item.amount_currency, item.residual_currency),
                           ',' ORDER BY item.id
                       )),
                       SUM(item.amount_currency),
                       COALESCE(SUM(item.amount_currency) FILTER (WHERE item.date < %(first)s), 0),
                       COALESCE(SUM(item.amount_currency)
                                FILTER (WHERE %(exchange)s AND item.date >= %(first)s), 0),
                       COALESCE(SUM(%(amount)s) FILTER (WHERE %(listed)s), 0),
                       SUM(item.residual_currency),
                       SUM(item.outside_currency), SUM(item.inside_currency),
                       COUNT(*) FILTER (WHERE %(listed)s),
                       COUNT(*) FILTER (WHERE item.residual_currency != 0),
                       MIN(item.move_id) FILTER (WHERE item.residual_currency > 0),
                       MAX(item.move_id) FILTER (WHERE item.residual_currency > 0),
                       %(ages)s
                  FROM item
              GROUP BY item.currency_id
                """,
                first=request.date_from or EARLIEST,
                exchange=self._get_exchange(),
                listed=self._get_listed(request),
                amount=SQL("item.%s", SQL.identifier(AMOUNTS[request.kind])),
                ages=ages,
            ),
        )
        own = request.company.currency_id
        return sorted(
            (self._describe_section(*row) for row in rows),
            key=lambda section: (section['currency_id'] != own.id, section['currency_name']),
        )

    @api.model
    def _describe_section(self, currency_id, settled, digest, *figures):
        currency = self.env['res.currency'].browse(currency_id)
        closing, opening, exchange, listed, open_, elsewhere, converted, *rest = figures
        line_count, open_count, first_debt, last_debt, *ages = rest
        amounts = {
            'opening': opening,
            'listed': listed,
            'exchange': exchange,
            'closing': closing,
            'open': open_,
            'elsewhere': elsewhere,
            'converted': converted,
            **dict(zip(AGES, ages, strict=True)),
        }
        return {
            'currency_id': currency.id,
            'currency_name': currency.name,
            **{name: currency.round(amount) for name, amount in amounts.items()},
            'line_count': line_count,
            'open_count': open_count,
            '_debts': {first_debt, last_debt} - {None},
            '_digest': digest,
            '_settled': settled,
        }

    @api.model
    def _get_age_sums(self, request):
        """What is open, by how long it is overdue; credits are not aged."""
        day, first = request.date_to, 1
        conditions = [SQL("item.residual_currency > 0 AND item.due_date >= %s", day)]
        for _name, last in BUCKETS:
            condition = SQL(
                "item.residual_currency > 0 AND item.due_date <= %s",
                day - datetime.timedelta(days=first),
            )
            if last:
                condition = SQL(
                    "%s AND item.due_date >= %s", condition, day - datetime.timedelta(days=last)
                )
                first = last + 1
            conditions.append(condition)
        conditions.append(SQL("item.residual_currency < 0"))
        return [
            SQL("COALESCE(SUM(item.residual_currency) FILTER (WHERE %s), 0)", condition)
            for condition in conditions
        ]

    @api.model
    def _get_exchange(self):
        """The condition that an item is the difference of two rates."""
        return SQL(
            "EXISTS (SELECT 1 FROM account_partial_reconcile made WHERE made.exchange_move_id = item.move_id)"
        )

    @api.model
    def _get_listed(self, request):
        if request.kind == 'open':
            return SQL("item.residual_currency != 0")
        return SQL("item.date >= %s AND NOT %s", request.date_from, self._get_exchange())

    @api.model
    def _check(self, request, as_of, sections):
        """Compare with the ledger, which is added up apart, and the sums among each other.

        :raise UserError: something is not what it has to be, which would be a fault of ours
        """
        ledger = self.env['pos_receivable.customer.position']._sum_ledger(as_of)
        settled = sum(section['_settled'] for section in sections)
        booked = sum(balance for balance, _in_currency in ledger.values())
        faults = []
        if request.company.currency_id.compare_amounts(settled, booked):
            faults.append(f"{settled} open or settled elsewhere, {booked} booked")
        for section in sections:
            currency = self.env['res.currency'].browse(section['currency_id'])
            _balance, closing = ledger[currency.id]
            for one, other in self._get_ties(request, section, closing):
                if currency.compare_amounts(one, other):
                    faults.append(f"{currency.name}: {one}, {other}")
        if faults:
            _logger.error(
                "The statement of %s as of %s does not add up: %s",
                request.customer.display_name,
                request.date_to,
                "; ".join(faults),
            )
            raise UserError(
                self.env._(
                    "This statement does not add up with the ledger, so it is not shown. Please tell"
                    " your administrator."
                )
            )

    @api.model
    def _get_ties(self, request, section, closing):
        """Pairs of amounts that have to be the same."""
        elsewhere = section['elsewhere'] + section['converted']
        yield section['closing'], closing
        yield section['open'] + elsewhere, closing
        yield sum(section[name] for name in AGES), section['open']
        if request.kind == 'open':
            yield section['listed'], section['open']
        else:
            yield section['opening'] + section['listed'] + section['exchange'], closing

    @api.model
    def _compute_checksum(self, request, sections):
        """Letters that are the same whenever the same statement says the same."""
        said = [
            request.customer.id,
            request.company.id,
            request.kind,
            str(request.date_from),
            str(request.date_to),
            *([section['_digest'], section['currency_name']] for section in sections),
        ]
        digest = hashlib.sha256(json.dumps(said).encode()).hexdigest().upper()
        return ' '.join((digest[:4], digest[4:8], digest[8:12]))

    # -------------------------------------------------------------------------
    # Its lines
    # -------------------------------------------------------------------------

    @api.model
    def _read_lines(self, request, as_of, offset, limit):
        """The lines of all sections, one after the other: open items earliest due first, activity
        in the order of the books, with the balance after each."""
        day = SQL("due_date" if request.kind == 'open' else "date")
        own = request.company.currency_id.id
        rows = self.env['pos_receivable.customer.position']._execute(
            as_of,
            SQL(
                """
                , listed AS (
                    SELECT item.*,
                           SUM(%(amount)s) OVER (
                               PARTITION BY item.currency_id ORDER BY item.%(day)s, item.id
                           ) AS so_far
                      FROM item
                     WHERE %(listed)s
                ), opening AS (
                    SELECT item.currency_id, SUM(item.amount_currency) AS balance
                      FROM item
                     WHERE item.date < %(first)s
                  GROUP BY item.currency_id
                )
                SELECT listed.id, listed.currency_id, listed.date, listed.due_date,
                       listed.amount_currency, listed.residual_currency,
                       listed.so_far + COALESCE(opening.balance, 0),
                       listed.move_id, move.name, move.ref, move.move_type, line.name,
                       line.payment_id IS NOT NULL OR line.statement_line_id IS NOT NULL,
                       CASE WHEN listed.partner_id != listed.customer_id THEN listed.partner_id END
                  FROM listed
                  JOIN account_move_line line ON line.id = listed.id
                  JOIN account_move move ON move.id = listed.move_id
                  JOIN res_currency currency ON currency.id = listed.currency_id
             LEFT JOIN opening ON opening.currency_id = listed.currency_id
              ORDER BY listed.currency_id != %(own)s, currency.name, listed.%(day)s, listed.id
                 LIMIT %(limit)s
                OFFSET %(offset)s
                """,
                amount=SQL("item.%s", SQL.identifier(AMOUNTS[request.kind])),
                day=day,
                listed=self._get_listed(request),
                first=request.date_from or EARLIEST,
                own=own,
                limit=limit,
                offset=offset,
            ),
        )
        currencies = self.env['res.currency'].browse({row[1] for row in rows})
        rounding = {currency.id: currency for currency in currencies}
        buyers = self.env['res.partner'].browse({row[-1] for row in rows if row[-1]})
        names = {partner.id: partner.name or partner.display_name for partner in buyers}
        return [self._describe_line(request, rounding[row[1]], names, *row) for row in rows]

    @api.model
    def _describe_line(
        self,
        request,
        currency,
        names,
        id_,
        _currency_id,
        date,
        due_date,
        amount,
        residual,
        balance,
        move_id,
        name,
        ref,
        move_type,
        label,
        is_payment,
        buyer_id,
    ):
        overdue = (request.date_to - due_date).days if residual > 0 else 0
        return {
            'id': id_,
            'currency_id': currency.id,
            'date': date.isoformat(),
            'due_date': due_date.isoformat(),
            'days_overdue': max(overdue, 0),
            'kind': _get_line_kind(move_type, is_payment),
            'move_id': move_id,
            'name': name,
            'ref': ref or (label if move_type == 'entry' and not is_payment else '') or '',
            'buyer_name': names.get(buyer_id, ''),
            'amount': currency.round(amount),
            'residual': currency.round(residual),
            'balance': currency.round(balance),
        }

    # -------------------------------------------------------------------------
    # What stands below
    # -------------------------------------------------------------------------

    @api.model
    def _read_unclosed(self, request):
        """What was bought on account in sessions that are still open: no entry of the books yet, and
        in no total."""
        service = self.env['pos_receivable.account.debt']
        payments = self.env['pos.payment'].search(
            service._get_open_order_domain(request.customer, request.company),
            order='payment_date, id',
        )
        return [
            {
                'name': payment.pos_order_id.pos_reference or payment.pos_order_id.name,
                'date': fields.Date.context_today(self, payment.payment_date).isoformat(),
                'currency_id': payment.currency_id.id,
                'currency_name': payment.currency_id.name,
                'amount': payment.amount,
            }
            for payment in payments
        ]

    @api.model
    def _get_portal_url(self, request, sections):
        """Where the customer pays: the one invoice that is open, or their list of invoices."""
        debts = set().union(*(section['_debts'] for section in sections))
        if not debts:
            return ''
        base = request.company.get_base_url()
        move = self.env['account.move'].browse(debts)
        if len(debts) == 1 and move.is_sale_document():
            return base + move.get_portal_url(anchor='portal_pay', query_string='&payment=True')
        return f'{base}/my/invoices'


def _get_line_kind(move_type, is_payment):
    if move_type in ('out_invoice', 'out_receipt'):
        return 'invoice'
    if move_type == 'out_refund':
        return 'credit_note'
    return 'payment' if is_payment else 'entry'


def _tells_something(section):
    return section['line_count'] or section['open_count'] or section['closing']
