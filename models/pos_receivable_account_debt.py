import datetime
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.payload import read_amounts

INVOICE, ORDER, OPEN_ORDER, ENTRY = 'invoice', 'order', 'order_open', 'entry'
KINDS = (INVOICE, ORDER, OPEN_ORDER, ENTRY)


@dataclass(frozen=True)
class Debt:
    """What is owed without an invoice: ``record`` is the journal item or, while its session is open,
    the payment of the order that was put on the customer's account.

    Amounts are not negative; ``due`` and ``overdue`` are in the currency of whoever asks, the others
    in ``currency``."""

    kind: str
    record: models.BaseModel
    key_name: str  # by which an allocation of a payment names it, and the value
    key_value: int | str
    holder_id: int  # the commercial entity
    name: str
    label: str
    order_id: int | None
    order_name: str
    buyer_id: int
    buyer_name: str
    currency: models.BaseModel
    total: float
    residual: float
    due: float
    overdue: float
    date: datetime.date
    due_date: datetime.date
    payable: bool

    @property
    def blocked(self):
        """Shown only, and not counted."""
        return not self.payable

    def key(self):
        """Earliest due first."""
        return self.due_date, self.record.id


class _Against:
    """What is open against orders on account, as positive amounts: first for the very purchase it is
    linked to, then for all of its order."""

    def __init__(self, rows):
        self.amounts, self.orders = {}, {}
        for row in rows:
            key = ('purchase', row['purchase_id'])
            self.orders[key] = ('order', row['refunded_id'] or row['order_id'])
            self.amounts[key] = self.amounts.get(key, 0.0) - row['residual']

    def take(self, key, most):
        """
        :return: what there is for ``key``, ``most`` at most; it is there no longer
        """
        taken = max(min(self.amounts.get(key, 0.0), most), 0.0)
        if taken:
            self.amounts[key] -= taken
        return taken

    def share(self):
        """Let what its purchase has no use for be taken by its order."""
        for key, order in self.orders.items():
            self.amounts[order] = self.amounts.get(order, 0.0) + self.amounts.pop(key)


class PosReceivableAccountDebt(models.AbstractModel):
    """What a customer owes beside invoices: goods bought on account, whose session is closed or not
    yet, and where wished opening balances and other entries. Read in one query.

    Called elevated, for customers whom the caller has checked. The core books a purchase on account
    when the session is closed; until then it is known by the payment of the order alone."""

    _name = 'pos_receivable.account.debt'
    _description = "Owed without an Invoice"

    # -------------------------------------------------------------------------
    # Which
    # -------------------------------------------------------------------------

    @api.model
    def _get_debit_domain(self, partners, company, kinds):
        """Receivable items of ``partners``, commercial entities, that nobody has invoiced, open or not.

        Money that was given back, and what the core leaves open against each other when an order is
        invoiced after its session was closed, is owed by nobody; what we have linked to the order is
        told less what is open against it.
        """
        domain = (
            Domain('partner_id', 'in', partners.ids)
            & Domain('company_id', '=', company.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('balance', '>', 0)
            & Domain('account_id.account_type', '=', 'asset_receivable')
            & Domain('payment_id', '=', False)
            & Domain('statement_line_id', '=', False)
            & Domain('move_id.move_type', '=', 'entry')
            & (
                Domain('move_id.reversed_pos_order_id', '=', False)
                | Domain('pos_receivable_payment_id', '!=', False)
            )
            & Domain('move_id', 'not any', Domain('pos_payment_ids', '!=', False))
        )
        # Those of sessions closed before this was installed, where nothing tells which order.
        of_order = Domain('pos_receivable_payment_id', '!=', False) | Domain(
            'move_id', 'any', Domain('pos_session_ids', '!=', False)
        )
        if ORDER in kinds and ENTRY in kinds:
            return domain
        if ORDER in kinds:
            return domain & of_order
        return domain & ~of_order if ENTRY in kinds else Domain.FALSE

    @api.model
    def _get_account_payment_domain(self, partners, company):
        """What was bought on account, or given back. Without *Identify Customer* it is nobody's debt;
        methods for paying online have no journal either, and never identify."""
        return (
            Domain('company_id', '=', company.id)
            & Domain('payment_method_id.journal_id', '=', False)
            & Domain('payment_method_id.split_transactions', '=', True)
            & Domain('pos_order_id.state', 'in', ('paid', 'done'))
            & Domain('pos_order_id.partner_id.commercial_partner_id', 'in', partners.ids)
        )

    @api.model
    def _get_open_order_domain(self, partners, company):
        """As far as nobody has invoiced it, in sessions that are not closed."""
        return (
            self._get_account_payment_domain(partners, company)
            & Domain('session_id.state', '!=', 'closed')
            & Domain('pos_order_id.account_move', '=', False)
        )

    @api.model
    def _find_free_credits(self, holder):
        """Credits linked to an order on account of which nothing is owed any more, in the books or not
        yet, by whomever: they are the customer's to use. What was returned, and money taken for what
        came back.

        :param holder: the commercial entity
        """
        credits_ = self.env['account.move.line'].search(
            self._get_linked_domain(holder) & Domain('balance', '<', 0)
        )
        if not credits_:
            return credits_
        # An order and what comes back of it are one account.
        orders = credits_.pos_receivable_payment_id.pos_order_id
        origins = orders | orders.lines.refunded_orderline_id.order_id
        family = origins | origins.lines.refund_orderline_ids.order_id
        owed = self.env['account.move.line'].search(
            Domain('pos_receivable_payment_id', 'in', family.payment_ids.ids)
            & Domain('reconciled', '=', False)
            & Domain('parent_state', '=', 'posted')
            & Domain('balance', '>', 0)
        )
        owing = owed.pos_receivable_payment_id.pos_order_id
        owing |= family.filtered(
            lambda order: (
                order.session_id.state != 'closed'
                and not order.account_move
                and any(
                    payment.amount > 0 and payment.payment_method_id.type == 'pay_later'
                    for payment in order.payment_ids
                )
            )
        )
        owing |= owing.lines.refunded_orderline_id.order_id
        return credits_.filtered(
            lambda item: self._is_free(item.pos_receivable_payment_id.pos_order_id, owing)
        )

    @api.model
    def _is_free(self, order, owing):
        origins = order.lines.refunded_orderline_id.order_id
        return order.session_id.state == 'closed' and not (order | origins) & owing

    @api.model
    def _get_linked_domain(self, partners):
        """Open items, debts and credits, that belong to orders on account."""
        return (
            Domain('partner_id', 'in', partners.ids)
            & Domain('reconciled', '=', False)
            & Domain('parent_state', '=', 'posted')
            & Domain('pos_receivable_payment_id', '!=', False)
        )

    # -------------------------------------------------------------------------
    # How much
    # -------------------------------------------------------------------------

    @api.model
    def _list_debts(self, partners, scope, kinds):
        """
        :param partners: commercial entities
        :param kinds: of ``KINDS``; invoices are not told here
        :return: a list of :class:`Debt` with something due, in no order
        """
        queries = []
        if ORDER in kinds or ENTRY in kinds:
            domain = self._get_debit_domain(partners, scope.company, kinds)
            domain &= Domain('reconciled', '=', False) & Domain('amount_residual', '>', 0)
            queries.append(self._get_items_query(domain))
        if ORDER in kinds or OPEN_ORDER in kinds:
            # For what comes back of orders in the books, too.
            domain = self._get_open_order_domain(partners, scope.company)
            queries.append(self._get_open_orders_query(domain))
        debts = self._read_debts(queries, partners, scope)
        return [
            debt
            for debt in debts
            if debt.kind in kinds and scope.currency.compare_amounts(debt.due, 0) > 0
        ]

    @api.model
    def _describe(self, record, scope):
        """One debt as it is now, also when nothing is due any more.

        :param record: a journal item, or the payment of an order whose session is not closed
        :return: ``None`` for what is no debt any more
        """
        # What is open against an order is taken off all of its debts in turn.
        is_item = record._name == 'account.move.line'
        holder = record.partner_id if is_item else record.partner_id.commercial_partner_id
        items = self._get_linked_domain(holder) & Domain('balance', '>', 0)
        orders = self._get_open_order_domain(holder, record.company_id)
        if is_item:
            items |= Domain('id', '=', record.id)
        else:
            orders |= self._get_account_payment_domain(holder, record.company_id) & Domain(
                'id', '=', record.id
            )
        queries = [self._get_items_query(items), self._get_open_orders_query(orders)]
        debts = self._read_debts(queries, holder, scope)
        return next((debt for debt in debts if debt.record == record), None)

    @api.model
    def _get_items_query(self, domain):
        items = self.env['account.move.line']._search(domain, active_test=False)
        self.env['account.move.line'].flush_model()
        return SQL(
            """
            SELECT CASE WHEN purchase.id IS NOT NULL
                          OR EXISTS (SELECT 1 FROM pos_session WHERE move_id = item.move_id)
                        THEN 'order' ELSE 'entry' END AS kind,
                   item.id,
                   purchase.uuid,
                   purchase.id AS purchase_id,
                   item.partner_id AS holder_id,
                   bought.id AS order_id,
                   bought.name AS order_name,
                   bought.pos_reference AS receipt,
                   %s AS refunded_id,
                   move.name AS entry_name,
                   move.ref AS entry_ref,
                   item.name AS label,
                   buyer.id AS buyer_id,
                   buyer.complete_name AS buyer_name,
                   item.currency_id,
                   item.amount_currency AS total,
                   item.amount_residual_currency AS residual,
                   item.amount_residual AS company_residual,
                   item.date::timestamp AS moment,
                   COALESCE(item.date_maturity, item.date) AS due_date
              FROM account_move_line item
              JOIN account_move move ON move.id = item.move_id
         LEFT JOIN pos_payment purchase ON purchase.id = item.pos_receivable_payment_id
         LEFT JOIN pos_order bought ON bought.id = purchase.pos_order_id
         LEFT JOIN res_partner orderer ON orderer.id = bought.partner_id
              JOIN res_partner buyer ON buyer.id = CASE
                        -- Since moved to another customer, an order tells who owes the item no more.
                        WHEN orderer.commercial_partner_id = item.partner_id THEN orderer.id
                        ELSE item.partner_id
                   END
             WHERE item.id IN %s
            """,
            self._get_refunded(SQL("bought.id")),
            items.subselect(),
        )

    @api.model
    def _get_open_orders_query(self, domain):
        """What is not in the books yet; refunds are negative."""
        payments = self.env['pos.payment']._search(domain)
        self.env['pos.order'].flush_model()
        self.env['pos.order.line'].flush_model()
        return SQL(
            """
            SELECT 'order_open' AS kind,
                   purchase.id,
                   purchase.uuid,
                   purchase.id AS purchase_id,
                   buyer.commercial_partner_id AS holder_id,
                   bought.id AS order_id,
                   bought.name AS order_name,
                   bought.pos_reference AS receipt,
                   %s AS refunded_id,
                   NULL AS entry_name,
                   NULL AS entry_ref,
                   NULL AS label,
                   buyer.id AS buyer_id,
                   buyer.complete_name AS buyer_name,
                   COALESCE(journal.currency_id, company.currency_id) AS currency_id,
                   purchase.amount AS total,
                   purchase.amount AS residual,
                   NULL AS company_residual,
                   purchase.payment_date AS moment,
                   NULL AS due_date
              FROM pos_payment purchase
              JOIN pos_order bought ON bought.id = purchase.pos_order_id
              JOIN pos_session session ON session.id = bought.session_id
              JOIN pos_config config ON config.id = session.config_id
              JOIN account_journal journal ON journal.id = config.journal_id
              JOIN res_company company ON company.id = bought.company_id
              JOIN res_partner buyer ON buyer.id = bought.partner_id
             WHERE purchase.id IN %s
            """,
            self._get_refunded(SQL("bought.id")),
            payments.subselect(),
        )

    @api.model
    def _get_refunded(self, order_id):
        """The order of which something is given back by the one of a surrounding query."""
        return SQL(
            """
            (
                SELECT returned.order_id
                  FROM pos_order_line line
                  JOIN pos_order_line returned ON returned.id = line.refunded_orderline_id
                 WHERE line.order_id = %s
              ORDER BY line.id
                 LIMIT 1
            )
            """,
            order_id,
        )

    @api.model
    def _read_debts(self, queries, partners, scope):
        if not queries:
            return []
        # What is open against orders: money taken for them before they were in the books, goods
        # that came back, the reversal of a sale that was invoiced.
        credits_domain = self._get_linked_domain(partners) & Domain('balance', '<', 0)
        queries = [*queries, self._get_items_query(credits_domain)]
        query = SQL("%s ORDER BY id", SQL(" UNION ALL ").join(queries))
        rows = self.env.execute_query_dict(query)
        against = _Against(row for row in rows if row['total'] < 0)
        debts = [row for row in rows if row['total'] > 0]
        for row in debts:
            row['left'] = row['residual'] - against.take(
                ('purchase', row['purchase_id']), row['residual']
            )
        against.share()
        convert = self.env['pos_receivable.position']._make_converter(scope)
        for row in debts:
            order_id = row['refunded_id'] or row['order_id']
            row['left'] -= against.take(('order', order_id), row['left'])
        return [self._describe_row(row, scope, convert) for row in debts]

    @api.model
    def _describe_row(self, row, scope, convert):
        currency = self.env['res.currency'].browse(row['currency_id'])
        is_open = row['kind'] == OPEN_ORDER
        residual = max(currency.round(row['left']), 0.0)
        date, due_date = row['moment'].date(), row['due_date']
        if is_open:
            company = scope.company
            company_residual = currency._convert(
                residual, company.currency_id, company, row['moment']
            )
            date = fields.Date.context_today(self, row['moment'])
            due_date = self._get_due_date(
                self.env['res.partner'].browse(row['holder_id']), company, date
            )
        else:
            share = residual / row['residual'] if row['residual'] else 0.0
            company_residual = row['company_residual'] * share
        due = convert(currency, company_residual, residual)
        return Debt(
            kind=row['kind'],
            record=self.env['pos.payment' if is_open else 'account.move.line'].browse(row['id']),
            key_name='pos_payment_uuid' if is_open else 'item_id',
            key_value=row['uuid'] if is_open else row['id'],
            holder_id=row['holder_id'],
            name=row['receipt'] or row['order_name'] or row['entry_name'],
            label=row['label'] or row['entry_ref'] or '',
            order_id=row['order_id'],
            order_name=row['order_name'] or '',
            buyer_id=row['buyer_id'],
            buyer_name=row['buyer_name'],
            currency=currency,
            total=row['total'],
            residual=residual,
            due=due,
            overdue=due if due_date < scope.date else 0.0,
            date=date,
            due_date=due_date,
            # What it is worth in another currency is known once it is booked.
            payable=not is_open or currency == scope.currency,
        )

    @api.model
    def _get_due_date(self, partner, company, day):
        """When what was bought on account on ``day`` is due: by the customer's payment term, else at
        once.

        One item cannot have several days: of instalments it is the last one, so that nobody is
        called late who is not.
        """
        term = partner.with_company(company).property_payment_term_id
        return max((line._get_due_date(day) for line in term.line_ids), default=day)

    # -------------------------------------------------------------------------
    # Search
    # -------------------------------------------------------------------------

    @api.model
    def _find_by_text(self, debts, search):
        """Those of ``debts`` whose receipt, entry or amount is searched for."""
        text = search.casefold()
        amounts = read_amounts(search)
        return [
            debt
            for debt in debts
            if any(text in name.casefold() for name in (debt.name, debt.order_name, debt.label))
            or any(
                not debt.currency.compare_amounts(amount, known)
                for amount in amounts
                for known in (debt.total, debt.residual)
            )
        ]

    @api.model
    def _find_by_receipt(self, tokens, scope):
        """
        :param list tokens: what a scanned code says, line by line
        :return: what is owed for the order whose receipt it is, ``None`` when that is nothing
        """
        orders = self.env['pos.order'].search(
            Domain('company_id', '=', scope.company.id) & Domain('pos_reference', 'in', tokens),
            order='id desc',
            limit=100,
        )
        partners = orders.partner_id.commercial_partner_id
        debts = self._list_debts(partners, scope, (ORDER, OPEN_ORDER)) if partners else ()
        return next((debt for debt in debts if debt.order_id in orders.ids and debt.payable), None)

    # -------------------------------------------------------------------------
    # As the till shows them
    # -------------------------------------------------------------------------

    @api.model
    def _prepare_row(self, debt, scope):
        """A debt as ``pos.session.get_open_invoices`` lists it. ``id`` is an invoice's alone; what is to
        be paid is told by ``item_id`` or ``pos_payment_uuid``."""
        is_overdue = bool(debt.overdue)
        is_partial = debt.currency.compare_amounts(debt.residual, debt.total) < 0
        return {
            'id': False,
            'kind': debt.kind,
            debt.key_name: debt.key_value,
            'name': debt.name,
            'order_name': debt.order_name,
            'buyer_name': debt.buyer_name if debt.order_id else '',
            'ref': '' if debt.order_id else debt.label,
            'payment_reference': '',
            'partner_id': debt.buyer_id,
            'partner_name': debt.buyer_name,
            'invoice_date': debt.date.isoformat(),
            'invoice_date_due': debt.due_date.isoformat(),
            'next_due_date': debt.due_date.isoformat(),
            'currency_id': debt.currency.id,
            'currency_name': debt.currency.name,
            'amount_total': debt.total,
            'amount_residual': debt.residual,
            'amount_due': debt.due,
            'amount_due_now': debt.due,
            'discount_date': False,
            'discount_percentage': 0.0,
            'payment_state': 'partial' if is_partial else 'not_paid',
            'is_blocked': False,
            'is_overdue': is_overdue,
            'overdue_days': (scope.date - debt.due_date).days if is_overdue else 0,
            'payable': debt.payable and scope.currency.compare_amounts(debt.due, 0) > 0,
            'online_payment': False,
        }
