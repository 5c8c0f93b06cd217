import datetime
from dataclasses import dataclass, fields

from odoo import api, models
from odoo.tools import SQL

# What callers may group by, and the column of the query that says it.
GROUPS = ('account_id', 'company_id', 'currency_id', 'customer_id', 'due_date', 'id', 'move_id')


@dataclass(frozen=True)
class AsOf:
    """Whose items are asked for, and as of which day.

    ``companies``: branches of one root company, or that root itself; ``customers``: commercial
    entities, ``None`` for all and for items of nobody; ``accounts``: ``None`` for all receivable
    accounts, archived ones too.
    """

    day: datetime.date
    companies: models.BaseModel
    customers: models.BaseModel | None = None
    accounts: models.BaseModel | None = None


@dataclass(frozen=True)
class Item:
    """One journal item and what was open of it; records by their id, ``customer_id`` is the commercial
    entity, None for nobody's. Amounts as in ``Sums``."""

    id: int
    move_id: int
    company_id: int
    account_id: int
    currency_id: int
    date: datetime.date
    due_date: datetime.date
    partner_id: int | None
    customer_id: int | None
    balance: float
    amount_currency: float
    residual: float
    residual_currency: float
    outside: float
    outside_currency: float


@dataclass(frozen=True)
class Sums:
    """Of a group of items: what the ledger says, what was open of it, and what was settled by items
    of others, see ``pos_receivable.customer.position``. The fields ``…_currency`` are in the items' own
    currency and make sense where these have one in common."""

    count: int
    balance: float
    balance_currency: float
    residual: float
    residual_currency: float
    outside: float
    outside_currency: float
    inside_currency: float


class PosReceivableCustomerPosition(models.AbstractModel):
    """What customers owed as of a day, whatever happened since: one query, of which others are built.

    An item is a posted journal item on a receivable account, dated on that day or before. What is
    open of it is its balance less what was reconciled with it by then. A reconciliation counts with
    both of its items or with neither: when both are posted and neither is dated after the day. So
    for any company, account and customer, and for every day::

        sum of residual + sum of outside = balance of the ledger

    *Outside* is what was settled with an item of another customer, another account or another
    company than those asked for: over all customers of a root company it adds up to nothing, and
    what is open is the ledger's balance. In the items' own currency there is also *inside*, the sum
    of what was settled within: nothing but for items settled in another currency.

    Whoever asks has been checked by the caller, and is elevated.
    """

    _name = 'pos_receivable.customer.position'
    _description = "Position as of a Day"

    @api.model
    def _list(self, as_of, *, only_open=True):
        """
        :param bool only_open: leave out what was settled, in both currencies
        :return: ``[Item, …]``, earliest due first
        """
        rows = self._execute(
            as_of,
            SQL(
                "SELECT %s FROM item WHERE %s ORDER BY item.due_date, item.id",
                SQL(", ").join(
                    SQL("item.%s", SQL.identifier(field.name)) for field in fields(Item)
                ),
                SQL("(item.residual != 0 OR item.residual_currency != 0)")
                if only_open
                else SQL("TRUE"),
            ),
        )
        return [Item(*row) for row in rows]

    @api.model
    def _sum(self, as_of, *group_by):
        """
        :param str group_by: columns of the query, see ``GROUPS``
        :return: ``{value, or tuple of values where grouped by several: Sums}``; records by their id
        """
        columns = [SQL("item.%s", SQL.identifier(name)) for name in self._check_groups(group_by)]
        rows = self._execute(
            as_of,
            SQL(
                """
                SELECT %(columns)s, COUNT(*),
                       SUM(item.balance), SUM(item.amount_currency),
                       SUM(item.residual), SUM(item.residual_currency),
                       SUM(item.outside), SUM(item.outside_currency), SUM(item.inside_currency)
                  FROM item
              GROUP BY %(columns)s
                """,
                columns=SQL(", ").join(columns),
            ),
        )
        many = len(columns)
        return {(row[:many] if many > 1 else row[0]): Sums(*row[many:]) for row in rows}

    @api.model
    def _check_groups(self, group_by):
        if not group_by or not set(group_by) <= set(GROUPS):
            raise ValueError(f"Positions are grouped by some of {', '.join(GROUPS)}")
        return group_by

    @api.model
    def _execute(self, as_of, select):
        """The rows of ``select``, which reads from ``item``: see ``_get_query`` for its columns."""
        self._flush_position()
        return self.env.execute_query(SQL("WITH %s %s", self._get_query(as_of), select))

    @api.model
    def _get_query(self, as_of):
        """Common table expressions, to be put behind ``WITH``; the last one is ``item``, one row for
        each item, open or not:

        ``id`` ``move_id`` ``company_id`` ``account_id`` ``currency_id`` ``date``;
        ``partner_id`` who is named, ``customer_id`` their commercial entity, null for nobody's;
        ``due_date`` of the instalment, else the date; ``balance`` ``residual`` ``outside`` in the
        company's currency and ``amount_currency`` ``residual_currency`` ``outside_currency``
        ``inside_currency`` in the item's, receivables positive. What is less than half a unit of
        the item's currency is nothing.

        Needs ``_flush_position`` first.
        """
        return SQL(
            """
            base AS (
                SELECT line.id, line.move_id, line.company_id, line.account_id, line.currency_id,
                       line.date, line.partner_id, partner.commercial_partner_id AS customer_id,
                       COALESCE(line.date_maturity, line.date) AS due_date,
                       line.balance, line.amount_currency
                  FROM account_move_line line
             LEFT JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE %(condition)s
            ),
            debited AS (%(debited)s),
            credited AS (%(credited)s),
            item AS (
                SELECT base.*,
                       base.balance - COALESCE(debited.amount, 0)
                                    + COALESCE(credited.amount, 0) AS residual,
                       %(residual_currency)s AS residual_currency,
                       COALESCE(debited.outside, 0) - COALESCE(credited.outside, 0) AS outside,
                       COALESCE(debited.outside_currency, 0)
                     - COALESCE(credited.outside_currency, 0) AS outside_currency,
                       COALESCE(debited.inside_currency, 0)
                     - COALESCE(credited.inside_currency, 0) AS inside_currency
                  FROM base
                  JOIN res_currency currency ON currency.id = base.currency_id
             LEFT JOIN debited ON debited.id = base.id
             LEFT JOIN credited ON credited.id = base.id
            )
            """,
            condition=self._get_line_condition(as_of),
            debited=self._get_settled(as_of, SQL('debit'), SQL('credit')),
            credited=self._get_settled(as_of, SQL('credit'), SQL('debit')),
            residual_currency=self._get_rounded(
                SQL(
                    "base.amount_currency - COALESCE(debited.amount_currency, 0)"
                    " + COALESCE(credited.amount_currency, 0)"
                )
            ),
        )

    @api.model
    def _get_settled(self, as_of, side, other_side):
        """What was settled of each base item on one side: each side is added up by itself, because
        joined to both, an item's rows of one side would be repeated for each of the other."""
        outside = SQL(
            """(
                other.account_id != base.account_id
             OR other.company_id NOT IN %s
             OR other_partner.commercial_partner_id IS DISTINCT FROM base.customer_id
            )""",
            tuple(as_of.companies.ids) or (0,),
        )
        return SQL(
            """
            SELECT base.id,
                   SUM(partial.amount) AS amount,
                   SUM(partial.%(side)s_amount_currency) AS amount_currency,
                   SUM(partial.amount) FILTER (WHERE %(outside)s) AS outside,
                   SUM(partial.%(side)s_amount_currency)
                       FILTER (WHERE %(outside)s) AS outside_currency,
                   SUM(partial.%(side)s_amount_currency)
                       FILTER (WHERE NOT %(outside)s) AS inside_currency
              FROM base
              JOIN account_partial_reconcile partial ON partial.%(side)s_move_id = base.id
              JOIN account_move_line other ON other.id = partial.%(other_side)s_move_id
                                          AND other.parent_state = 'posted'
                                          AND other.date <= %(day)s
         LEFT JOIN res_partner other_partner ON other_partner.id = other.partner_id
          GROUP BY base.id
            """,
            day=as_of.day,
            outside=outside,
            side=side,
            other_side=other_side,
        )

    @api.model
    def _get_rounded(self, amount):
        return SQL(
            "CASE WHEN ABS(%(amount)s) * 2 < currency.rounding THEN 0 ELSE %(amount)s END",
            amount=amount,
        )

    @api.model
    def _get_account_ids(self, as_of):
        if as_of.accounts is not None:
            return tuple(as_of.accounts.ids) or (0,)
        return self.env['pos_receivable.open.item']._get_account_ids()

    @api.model
    def _flush_position(self):
        """Flush what the query reads."""
        self.env['account.move.line'].flush_model()
        self.env['account.partial.reconcile'].flush_model()
        self.env['res.partner'].flush_model(['commercial_partner_id'])
        self.env['res.currency'].flush_model(['rounding'])

    @api.model
    def _sum_ledger(self, as_of):
        """The balance of the ledger, apart from what is reconciled with what: to compare with.

        :return: ``{currency id: (balance, balance in that currency)}``
        """
        self._flush_position()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.currency_id, SUM(line.balance), SUM(line.amount_currency)
                  FROM account_move_line line
                 WHERE %s
              GROUP BY line.currency_id
                """,
                self._get_line_condition(as_of),
            )
        )
        return {currency_id: tuple(sums) for currency_id, *sums in rows}

    @api.model
    def _get_line_condition(self, as_of):
        """Which journal items, ``line`` in the query, are items as of the day."""
        customers = SQL("TRUE")
        if as_of.customers is not None:
            customers = SQL(
                "line.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id IN %s)",
                tuple(as_of.customers.ids) or (0,),
            )
        return SQL(
            """
                line.parent_state = 'posted'
            AND line.date <= %s
            AND line.company_id IN %s
            AND line.account_id IN %s
            AND %s
            """,
            as_of.day,
            tuple(as_of.companies.ids) or (0,),
            self._get_account_ids(as_of),
            customers,
        )
