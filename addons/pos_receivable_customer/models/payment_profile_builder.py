from odoo import api, fields, models
from odoo.tools import SQL

from ..statistics.quantiles import SLACK
from .payment_history import HALF_LIFE

LAST = 6  # whose median is held against that
BEFORE = 12  # of so many before them
LEAST_BEFORE = 6  # of which so many are needed
QUANTILES = {'p10': 0.1, 'median': 0.5, 'p90': 0.9}
FIGURES = (
    'settled_count',
    'effective_weight',
    *(f'{name}_days_{since}' for since in ('issue', 'due') for name in QUANTILES),
    'late_share',
    'has_trend',
    'trend',
    'last_settled',
    'last_payment',
)


class PosReceivablePaymentProfileBuilder(models.AbstractModel):
    """Makes payment profiles of what the books say. Runs with all rights; takes no locks but on the
    profiles that change."""

    _name = 'pos_receivable.payment.profile.builder'
    _description = "Payment Profile: Builder"

    @api.model
    def _build(self, partner_ids):
        """Make anew the profiles of the commercial entities of contacts, in all companies, in one
        statement. What is as it was is not written, what has no reason any more is deleted.
        """
        self.env['pos_receivable.payment.history']._flush_history()
        profiles = self.env['pos_receivable.payment.profile']
        self.env.cr.execute(
            SQL(
                """
                WITH made AS MATERIALIZED (%(made)s),
                     gone AS (
                         DELETE FROM %(table)s profile
                          WHERE profile.partner_id IN (
                                    SELECT id FROM res_partner WHERE id = ANY(%(ids)s)
                                     UNION
                                    SELECT commercial_partner_id
                                      FROM res_partner
                                     WHERE id = ANY(%(ids)s)
                                )
                            AND NOT EXISTS (
                                    SELECT
                                      FROM made
                                     WHERE made.company_id = profile.company_id
                                       AND made.partner_id = profile.partner_id
                                )
                     )
                INSERT INTO %(table)s AS profile (company_id, partner_id, %(names)s)
                     SELECT company_id, partner_id, %(names)s FROM made
                ON CONFLICT (company_id, partner_id)
                  DO UPDATE SET (%(names)s) = ROW (%(new)s)
                      WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                made=self._get_profiles_query(partner_ids),
                table=SQL.identifier(profiles._table),
                ids=list(partner_ids),
                names=_list_columns(),
                new=_list_columns('excluded'),
                old=_list_columns('profile'),
            )
        )
        profiles.invalidate_model()

    @api.model
    def _get_profiles_query(self, partner_ids):
        """The figures of the profiles, a row for each company and commercial entity that has paid."""
        today = fields.Date.context_today(self)
        history = self.env['pos_receivable.payment.history']
        return SQL(
            """
              SELECT company_id, partner_id,
                     COUNT(DISTINCT move_id) FILTER (WHERE settled) AS settled_count,
                     ROUND(COALESCE(SUM(weight) FILTER (WHERE settled), 0)::numeric, 4)
                         AS effective_weight,
                     %(quantiles)s,
                     ROUND(COALESCE(
                         (SUM(weight) FILTER (WHERE settled AND days_due > 0)
                          / SUM(weight) FILTER (WHERE settled))::numeric, 0
                     ), 4) AS late_share,
                     COUNT(*) FILTER (WHERE settled) >= %(least)s AS has_trend,
                     CASE WHEN COUNT(*) FILTER (WHERE settled) >= %(least)s THEN
                         PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days_due)
                             FILTER (WHERE settled AND place <= %(last)s)::numeric
                         - PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY days_due)
                             FILTER (WHERE settled AND place > %(last)s AND place <= %(all)s)::numeric
                     ELSE 0 END AS trend,
                     MAX(paid) FILTER (WHERE settled) AS last_settled,
                     MAX(last_date) AS last_payment
                FROM (
                      SELECT weighed.*,
                             SUM(weight) OVER parts AS total,
                             SUM(weight) OVER (parts ORDER BY days_issue, id) AS reached_issue,
                             SUM(weight) OVER (parts ORDER BY days_due, id) AS reached_due,
                             ROW_NUMBER() OVER (parts ORDER BY paid DESC, id DESC) AS place
                        FROM (
                              SELECT paid.*,
                                     POWER(
                                         0.5::float8,
                                         (MAX(paid) OVER same - paid) / %(half_life)s::float8
                                     ) AS weight
                                FROM (%(paid)s) paid
                              WINDOW same AS (PARTITION BY company_id, partner_id, settled)
                             ) weighed
                      WINDOW parts AS (PARTITION BY company_id, partner_id, settled)
                     ) item
            GROUP BY company_id, partner_id
            """,
            quantiles=SQL(", ").join(
                SQL(
                    "COALESCE(MIN(%(days)s)"
                    " FILTER (WHERE settled AND %(reached)s >= %(share)s::float8 * total), 0)"
                    " AS %(name)s",
                    days=SQL.identifier(f'days_{since}'),
                    reached=SQL.identifier(f'reached_{since}'),
                    share=share * (1 - SLACK),
                    name=SQL.identifier(f'{name}_days_{since}'),
                )
                for since in ('issue', 'due')
                for name, share in QUANTILES.items()
            ),
            least=LAST + LEAST_BEFORE,
            last=LAST,
            all=LAST + BEFORE,
            half_life=HALF_LIFE,
            paid=history._get_paid_query(partner_ids, today),
        )


def _list_columns(table=None):
    return SQL(", ").join(
        SQL.identifier(table, name) if table else SQL.identifier(name) for name in FIGURES
    )
