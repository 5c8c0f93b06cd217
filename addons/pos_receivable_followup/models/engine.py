import json
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from ..deciding import Facts, choose

FIGURES = ('overdue', 'credits', 'disputed', 'promised', 'silent', 'expected')


@dataclass(frozen=True)
class Look:
    """What was seen of some customers at once. ``items`` is ``{commercial entity id: [OpenItem]}``,
    ``chances`` ``{item id: chance that it is unpaid in 30 days}``."""

    day: object
    items: dict
    chances: dict


class PosReceivableFollowupEngine(models.AbstractModel):
    """Opens, renews and archives cases: a number of queries that does not depend on how many customers
    or items there are. Called elevated, for customers that the caller has checked.

    Two at once, for the same customers: the second waits for the first and is then retried as a whole.
    Killed before its transaction is committed, nothing has happened."""

    _name = 'pos_receivable.followup.engine'
    _description = "Follow-up: Looking Anew"

    @api.model
    def _refresh(self, company, customers=None):
        """
        :param company: any of the tree
        :param customers: commercial entities, ``None`` for all
        :return: :class:`Look`
        """
        root = company.root_id
        day = self.env['pos_receivable.case']._get_today(root)
        self.env['pos_receivable.promise']._settle(root, customers, day)
        self.env['pos_receivable.dispute']._settle(root, customers, day)
        items = self.env['pos_receivable.followup.items']._list(root, customers)
        look = Look(day, items, self._get_chances(root, items, day))
        self._write(root, self._get_rows(root, customers, look))
        return look

    @api.model
    def _get_chances(self, root, items, day):
        """The chance of each item that may be owed on, that it is unpaid in 30 days."""
        asked = [
            (item.id, customer, item.due_date)
            for customer, owed in items.items()
            for item in owed
            if item.amount > 0 and not item.silence
        ]
        return self._get_unpaid(root, asked, day) if asked else {}

    @api.model
    def _get_unpaid(self, root, items, day):
        """
        :param items: ``[(item id, commercial entity id, due date)]``
        :return: ``{item id: chance}``
        """
        return {
            id_: min(0.95, 0.15 + max((day - due).days, 0) / 120) for id_, _customer, due in items
        }

    # -------------------------------------------------------------------------
    # Figures
    # -------------------------------------------------------------------------

    @api.model
    def _get_rows(self, root, customers, look):
        """The columns of every case that is to be open, and of those that are open now."""
        figures = {
            customer: self._sum(root.currency_id, owed, look)
            for customer, owed in look.items.items()
        }
        late = [
            customer
            for customer, known in figures.items()
            if known['overdue'] > 0 or known['disputed'] > 0
        ]
        nothing = self._sum(root.currency_id, [], look)
        rules = self.env['pos_receivable.followup.rule']._get_rules()
        rows = []
        for known in self._read_known(root, customers, late):
            customer = known.pop('customer')
            row = {**figures.get(customer, nothing), 'promised': known.pop('promised')}
            choice = choose(self._get_facts(row, known, look.day), rules)
            rows.append(
                {
                    **row,
                    'partner_id': customer,
                    'active': bool(row['overdue'] or row['disputed'] or row['promised']),
                    'action': choice.code,
                    'action_reasons': [list(reason) for reason in choice.reasons],
                }
            )
        return rows

    @api.model
    def _sum(self, currency, owed, look):
        overdue = credits_ = disputed = silent = expected = 0.0
        oldest = None
        for item in owed:
            if item.amount < 0:
                credits_ -= item.amount
                continue
            disputed += item.disputed
            chased = item.chased(look.day)
            if chased:
                overdue += chased
                expected += chased * look.chances.get(item.id, 0.0)
                oldest = min(oldest or item.due_date, item.due_date)
            elif item.silence and item.due_date < look.day:
                silent += item.amount - item.disputed
        return {
            'overdue': currency.round(overdue),
            'credits': currency.round(credits_),
            'disputed': currency.round(disputed),
            'silent': currency.round(silent),
            'expected': currency.round(expected),
            'unpaid_chance': round(expected / overdue, 4) if overdue else 0.0,
            'oldest_due': oldest,
        }

    @api.model
    def _get_facts(self, row, known, day):
        return Facts(
            day=day,
            overdue=row['overdue'],
            oldest_due=row['oldest_due'],
            credits=row['credits'],
            disputed=row['disputed'],
            **known,
        )

    @api.model
    def _read_known(self, root, customers, late):
        """What is known, other than of the items, of the customers whose case is to be open or is open
        now: the values of :class:`Facts`, with ``customer`` and ``promised``."""
        for model in ('promise', 'dispute', 'case'):
            self.env[f'pos_receivable.{model}'].flush_model()
        self.env['res.partner'].flush_model(['email', 'phone', 'message_bounce'])
        self.env['mail.message'].flush_model(['model', 'res_id', 'message_type', 'date'])
        asked = SQL("TRUE")
        if customers is not None:
            asked = SQL("partner_id = ANY(%s)", customers.ids)
        self.env.cr.execute(
            SQL(
                """
                SELECT partner.id AS customer,
                       COALESCE(TRIM(partner.phone), '') != '' AS has_phone,
                       COALESCE(TRIM(partner.email), '') AS email,
                       COALESCE(partner.message_bounce, 0) > 0 AS bounces,
                       known.deed_at AS handled_at, known.snoozed_until,
                       COALESCE(known.is_insolvent, FALSE) AS is_insolvent,
                       COALESCE(promise.promised, 0)::float AS promised, promise.promised_until,
                       broken.closed_on AS broken_on, broken.date AS broken_for,
                       COALESCE(broken.amount, 0)::float AS broken_amount,
                       COALESCE(broken.received, 0)::float AS broken_received,
                       dispute.disputed_since, reply.replied_at
                  FROM (
                           SELECT UNNEST(%(late)s::int[])
                            UNION
                           SELECT partner_id
                             FROM pos_receivable_case
                            WHERE company_id = %(company)s AND active AND %(asked)s
                            UNION
                           SELECT partner_id
                             FROM pos_receivable_promise
                            WHERE company_id = %(company)s AND state = 'open' AND %(asked)s
                       ) wanted (id)
                  JOIN res_partner partner ON partner.id = wanted.id
             LEFT JOIN pos_receivable_case known
                    ON known.partner_id = partner.id AND known.company_id = %(company)s
             LEFT JOIN LATERAL (
                           SELECT SUM(amount - COALESCE(received, 0)) AS promised,
                                  MIN(until) AS promised_until
                             FROM pos_receivable_promise
                            WHERE case_id = known.id AND state = 'open'
                       ) promise ON TRUE
             LEFT JOIN LATERAL (
                           SELECT date, amount, received, closed_on
                             FROM pos_receivable_promise
                            WHERE case_id = known.id AND state = 'broken'
                         ORDER BY closed_on DESC, id DESC
                            LIMIT 1
                       ) broken ON TRUE
             LEFT JOIN LATERAL (
                           SELECT MIN(opened_on) AS disputed_since
                             FROM pos_receivable_dispute
                            WHERE case_id = known.id AND state = 'open'
                       ) dispute ON TRUE
             LEFT JOIN LATERAL (
                           SELECT MAX(date) AS replied_at
                             FROM mail_message
                            WHERE model = 'pos_receivable.case'
                              AND res_id = known.id
                              AND message_type = 'email'
                       ) reply ON TRUE
              ORDER BY partner.id
                """,
                company=root.id,
                late=late,
                asked=asked,
            )
        )
        return self.env.cr.dictfetchall()

    # -------------------------------------------------------------------------
    # Cases
    # -------------------------------------------------------------------------

    @api.model
    def _write(self, root, rows):
        """Write those that differ, in one statement and always in the same order: one that is open for
        somebody else is waited for."""
        if not rows:
            return
        cases = self.env['pos_receivable.case']
        columns = [*FIGURES, 'unpaid_chance', 'oldest_due', 'active', 'action', 'action_reasons']
        changed = self.env.execute_query(
            SQL(
                """
                INSERT INTO pos_receivable_case
                            (%(names)s, company_id, partner_id, looked_at,
                             create_uid, create_date, write_uid, write_date)
                     SELECT %(seen)s, %(company)s, seen.partner_id, %(now)s,
                            %(user)s, %(now)s, %(user)s, %(now)s
                       FROM jsonb_to_recordset(%(rows)s::jsonb) AS seen (
                                partner_id int, overdue numeric, credits numeric, disputed numeric,
                                promised numeric, silent numeric, expected numeric,
                                unpaid_chance float8, oldest_due date, active boolean,
                                action varchar, action_reasons jsonb
                            )
                  LEFT JOIN pos_receivable_case known
                         ON known.company_id = %(company)s AND known.partner_id = seen.partner_id
                      WHERE (seen.active OR known.active)
                        AND (%(known)s) IS DISTINCT FROM (%(seen)s)
                   ORDER BY seen.partner_id
                ON CONFLICT (company_id, partner_id)
                  DO UPDATE SET (%(names)s, looked_at) = (%(excluded)s, excluded.looked_at)
                  RETURNING id
                """,
                names=self._list_columns(columns),
                seen=self._list_columns(columns, 'seen'),
                known=self._list_columns(columns, 'known'),
                excluded=self._list_columns(columns, 'excluded'),
                company=root.id,
                now=self.env.cr.now(),
                user=self.env.uid,
                rows=json.dumps(rows, default=str),
            )
        )
        cases.browse(id_ for [id_] in changed).invalidate_recordset()

    @api.model
    def _list_columns(self, names, *table):
        return SQL(", ").join(SQL.identifier(*table, name) for name in names)
