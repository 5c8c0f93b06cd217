from collections import defaultdict
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL


@dataclass(frozen=True)
class Exposure:
    """What a commercial entity owes and is about to owe, in company currency: ``(code, amount)``
    for each part."""

    parts: tuple
    total: float


@dataclass(frozen=True)
class Overdue:
    """What is left overdue once open credits have settled the oldest, and for how many days."""

    amount: float = 0.0
    days: int = 0


class PosReceivableCreditExposure(models.AbstractModel):
    """What customers owe and are about to owe, in the whole tree of a root company, whose branches
    share its currency. Whoever asks has been checked by the caller, and is elevated."""

    _name = 'pos_receivable.credit.exposure'
    _description = "What Customers Owe and Are About to Owe"

    @api.model
    def _get_parts(self):
        """For other addons to add to, as they do to ``_read_parts``.

        :return: ``[(code, name), …]`` in the order in which they are shown
        """
        return [
            ('ledger', self.env._("Invoices and entries")),
            ('open_orders', self.env._("Bought on account")),
            ('reserved', self.env._("Reserved at tills")),
            ('draft_invoices', self.env._("Draft invoices")),
        ]

    @api.model
    def _compute(self, partners, company, *, excluding=None, excluding_orders=None):
        """
        :param partners: commercial entities
        :param excluding: authorizations that do not count
        :param excluding_orders: orders that do not count
        :return: ``{partner id: Exposure}``, of each of ``partners``
        """
        # Elevated like whoever asks: the currency is no secret.
        currency = company.sudo().currency_id
        parts = self._read_parts(partners, company, excluding, excluding_orders)
        exposures = {}
        for id_ in partners.ids:
            amounts = tuple(
                (code, currency.round(parts.get(code, {}).get(id_) or 0.0))
                for code, _name in self._get_parts()
            )
            total = currency.round(sum(amount for _code, amount in amounts))
            exposures[id_] = Exposure(amounts, total)
        return exposures

    @api.model
    def _read_parts(self, partners, company, excluding=None, excluding_orders=None):
        """
        :return: ``{code: {partner id: amount}}``, in company currency
        """
        values = {
            'partners': tuple(partners.ids) or (0,),
            'companies': self._get_tree(company),
            'excluding': tuple(excluding.ids if excluding else ()) or (0,),
            'excluding_orders': tuple(excluding_orders.ids if excluding_orders else ()) or (0,),
        }
        self.env.flush_all()
        return {
            'ledger': self._read_sums(
                """
                SELECT contact.commercial_partner_id, SUM(line.amount_residual)
                  FROM res_partner contact
                  JOIN account_move_line line ON line.partner_id = contact.id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE contact.commercial_partner_id IN %(partners)s
                   AND account.account_type = 'asset_receivable'
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.company_id IN (%(companies)s)
              GROUP BY contact.commercial_partner_id
                """,
                values,
            ),
            # At the rate of the order, at which closing books it.
            'open_orders': self._read_sums(
                """
                SELECT buyer.commercial_partner_id,
                       SUM(payment.amount / COALESCE(NULLIF(bought.currency_rate, 0), 1))
                  FROM res_partner buyer
                  JOIN pos_order bought ON bought.partner_id = buyer.id
                  JOIN pos_payment payment ON payment.pos_order_id = bought.id
                  JOIN pos_payment_method method ON method.id = payment.payment_method_id
                  JOIN pos_session session ON session.id = bought.session_id
                 WHERE buyer.commercial_partner_id IN %(partners)s
                   AND bought.state IN ('paid', 'done')
                   AND bought.account_move IS NULL
                   AND bought.company_id IN (%(companies)s)
                   AND bought.id NOT IN %(excluding_orders)s
                   AND session.state != 'closed'
                   AND method.journal_id IS NULL
                   AND method.split_transactions
              GROUP BY buyer.commercial_partner_id
                """,
                values,
            ),
            'reserved': self._read_sums(
                """
                SELECT partner_id, SUM(amount_company)
                  FROM pos_receivable_credit_authorization
                 WHERE partner_id IN %(partners)s
                   AND company_id IN (%(companies)s)
                   AND id NOT IN %(excluding)s
                   AND state = 'authorized'
                   AND expires_at > (NOW() AT TIME ZONE 'UTC')
              GROUP BY partner_id
                """,
                values,
            ),
            # With credit notes, which are negative. What belongs to sale orders is taken off by
            # whoever counts those.
            'draft_invoices': self._read_sums(
                """
                SELECT commercial_partner_id, SUM(amount_total_signed)
                  FROM account_move
                 WHERE commercial_partner_id IN %(partners)s
                   AND company_id IN (%(companies)s)
                   AND state = 'draft'
                   AND move_type IN ('out_invoice', 'out_receipt', 'out_refund')
              GROUP BY commercial_partner_id
                """,
                values,
            ),
        }

    @api.model
    def _get_tree(self, company):
        """The companies in which what is owed counts, as SQL."""
        return SQL(
            """
            SELECT branch.id
              FROM res_company branch
              JOIN res_company own
                ON SPLIT_PART(own.parent_path, '/', 1) = SPLIT_PART(branch.parent_path, '/', 1)
             WHERE own.id = %s
            """,
            company.id,
        )

    @api.model
    def _read_sums(self, query, values):
        return dict(self.env.execute_query(SQL(query, **values)))

    @api.model
    def _compute_overdue(self, partners, company):
        """By instalment, without invoices that are disputed. Open credits settle what is due first,
        also before anybody has matched them.

        :return: ``{partner id: Overdue}``, of each of ``partners``
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT contact.commercial_partner_id,
                       COALESCE(line.date_maturity, line.date) AS due_date,
                       COALESCE(SUM(line.amount_residual)
                                FILTER (WHERE line.amount_residual > 0), 0),
                       COALESCE(SUM(line.amount_residual)
                                FILTER (WHERE line.amount_residual < 0), 0)
                  FROM res_partner contact
                  JOIN account_move_line line ON line.partner_id = contact.id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE contact.commercial_partner_id IN %(partners)s
                   AND account.account_type = 'asset_receivable'
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.company_id IN (%(companies)s)
                   AND move.payment_state IS DISTINCT FROM 'blocked'
              GROUP BY contact.commercial_partner_id, due_date
              ORDER BY due_date
                """,
                partners=tuple(partners.ids) or (0,),
                companies=self._get_tree(company),
            )
        )
        today = fields.Date.context_today(self)
        debts, credits_ = defaultdict(list), defaultdict(float)
        for id_, due_date, debit, credit in rows:
            debts[id_].append((due_date, debit))
            credits_[id_] -= credit
        return {
            id_: self._age(debts[id_], credits_[id_], today, company.currency_id)
            for id_ in partners.ids
        }

    @api.model
    def _age(self, debts, credit, today, currency):
        amount, days = 0.0, 0
        for due_date, debit in debts:
            used = min(credit, debit)
            credit, left = credit - used, debit - used
            if due_date < today and not currency.is_zero(left):
                amount += left
                days = days or (today - due_date).days
        return Overdue(currency.round(amount), days)
