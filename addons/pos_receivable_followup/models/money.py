from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..deciding import Receipt, add_working_days

WORKDAYS = frozenset(range(5))  # of a company without a calendar
A_YEAR = timedelta(days=366)


class PosReceivableFollowupMoney(models.AbstractModel):
    """The money that customers have brought, and until when it is waited for. Called elevated."""

    _name = 'pos_receivable.followup.money'
    _description = "Money of Customers"

    @api.model
    def _get_end(self, root, day):
        """The last day on which money promised for a day is in time: the days of grace are days on
        which the company works."""
        return self._add_working_days(root, day, root.receivable_followup_grace_days)

    @api.model
    def _add_working_days(self, root, day, count):
        weekdays, holidays = self._read_calendar(root.resource_calendar_id, day)
        return add_working_days(day, count, weekdays or WORKDAYS, holidays)

    @api.model
    def _read_calendar(self, calendar, day):
        """
        :return: ``(numbers of the days of a week that are worked on, days from ``day`` on, for a year, on
            which nobody works)``
        """
        for model in (
            'resource.calendar',
            'resource.calendar.attendance',
            'resource.calendar.leaves',
        ):
            self.env[model].flush_model()
        [[weekdays, holidays]] = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY(
                           SELECT DISTINCT dayofweek::int
                             FROM resource_calendar_attendance
                            WHERE calendar_id = %(calendar)s AND display_type IS NULL
                       ),
                       ARRAY(
                           SELECT DISTINCT holiday::date
                             FROM resource_calendar_leaves leave
                             JOIN resource_calendar calendar ON calendar.id = leave.calendar_id
                       CROSS JOIN LATERAL (
                                      SELECT timezone(calendar.tz, timezone('UTC', leave.date_from)),
                                             timezone(calendar.tz, timezone('UTC', leave.date_to))
                                  ) AS local (first, last)
                       CROSS JOIN LATERAL generate_series(
                                      GREATEST(local.first::date, %(day)s::date),
                                      LEAST(local.last::date, %(end)s::date),
                                      '1 day'
                                  ) AS holiday
                            WHERE leave.calendar_id = %(calendar)s AND leave.resource_id IS NULL
                       )
                """,
                calendar=calendar.id or None,
                day=day,
                end=day + A_YEAR,
            )
        )
        return frozenset(weekdays), frozenset(holidays)

    @api.model
    def _read(self, root, partners, since):
        """What has come as money, value-dated from a day on.

        Money is what a payment of the customer or an entry of the bank or the drawer credits them
        with, as far as it did not end up as an expense, a discount for example. Payments of orders at
        a till are sales, and what has come back or was reversed has not come.

        :param partners: commercial entities
        :return: ``{partner id: [Receipt]}``, in the smallest unit of the root company's currency
        """
        for model in ('account.move', 'account.move.line', 'account.payment', 'res.partner'):
            self.env[model].flush_model()
        rows = self.env.execute_query(self._get_query(root, partners, since))
        receipts = defaultdict(list)
        for partner_id, date, booked_at, amount in rows:
            units = round(amount / root.currency_id.rounding)
            receipts[partner_id].append(Receipt(date, booked_at, units))
        return receipts

    @api.model
    def _get_query(self, root, partners, since):
        return SQL(
            """
            SELECT credit.customer_id, credit.date, credit.create_date,
                   LEAST(credit.amount, money.amount)::float
              FROM (
                       SELECT partner.commercial_partner_id AS customer_id, line.move_id, line.date,
                              move.create_date, -SUM(line.balance) AS amount
                         FROM account_move_line line
                         JOIN account_move move ON move.id = line.move_id
                         JOIN account_journal journal ON journal.id = line.journal_id
                         JOIN res_partner partner ON partner.id = line.partner_id
                    LEFT JOIN account_payment payment ON payment.id = line.payment_id
                        WHERE partner.commercial_partner_id = ANY(%(partners)s)
                          AND line.date >= %(since)s
                          AND line.parent_state = 'posted'
                          AND line.balance < 0
                          AND line.account_id = ANY(ARRAY(
                                  SELECT id
                                    FROM account_account
                                   WHERE account_type = 'asset_receivable'
                              ))
                          AND line.company_id = ANY(ARRAY(
                                  SELECT id FROM res_company WHERE parent_path LIKE %(tree)s
                              ))
                          AND CASE
                                  WHEN payment.id IS NULL
                                  THEN journal.type IN ('bank', 'cash', 'credit')
                                  ELSE payment.payment_type = 'inbound'
                                       AND payment.state IN ('in_process', 'paid')
                                       AND (
                                           payment.pos_session_id IS NULL
                                           OR payment.pos_invoice_payment_uuid IS NOT NULL
                                       )
                              END
                          AND NOT EXISTS (
                                  SELECT
                                    FROM account_move reversal
                                   WHERE reversal.reversed_entry_id = move.id
                                     AND reversal.state = 'posted'
                              )
                     GROUP BY partner.commercial_partner_id, line.move_id, line.date,
                              move.create_date
                   ) credit
              JOIN LATERAL (
                       SELECT SUM(line.balance) AS amount
                         FROM account_move_line line
                         JOIN account_account account ON account.id = line.account_id
                        WHERE line.move_id = credit.move_id
                          AND line.tax_line_id IS NULL
                          AND account.account_type != 'asset_receivable'
                          AND account.account_type NOT LIKE 'income%%'
                          AND account.account_type NOT LIKE 'expense%%'
                   ) money ON money.amount > 0
            """,
            partners=partners.ids,
            since=since,
            tree=f'{root.id}/%',
        )
