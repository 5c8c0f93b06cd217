import json
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL


@dataclass(frozen=True)
class Exposure:
    """What a commercial entity owes or is about to, in company currency; credits are taken off.

    ``parts`` is ``((code, name, amount), …)`` and adds up to ``total``. ``overdue`` is what is past its
    due date, ``long_overdue`` what of it is so for longer than the company's settings tolerate, and
    ``overdue_days`` since when: credits pay what is oldest, and disputed invoices are left out.
    """

    parts: tuple
    total: float
    overdue: float
    long_overdue: float
    overdue_days: int


@dataclass(frozen=True)
class Ledger:
    """What is open in the books of a customer: all of it, and what is past its due date."""

    total: float = 0.0
    overdue: float = 0.0
    long_overdue: float = 0.0
    since: object = None


class PosReceivableCreditExposure(models.AbstractModel):
    """What customers owe a company and its branches, or are about to owe. Called elevated, for customers
    that the caller has checked; the number of queries does not depend on how many these are.

    Other addons add a part: a code and a name in ``_get_parts``, and a method ``_read_<code>``.
    """

    _name = 'pos_receivable.credit.exposure'
    _description = "What Customers Owe"

    @api.model
    def _compute(
        self, partners, company, *, excluding=None, excluding_orders=None, excluding_subject=None
    ):
        """
        :param partners: commercial entities
        :param excluding: authorizations that do not count
        :param excluding_orders: orders of a till that do not count
        :param excluding_subject: what is decided on, of a model whose records count in a part of
            another addon: these do not
        :return: ``{partner id: Exposure}``, of each of them
        """
        if not partners:
            return {}
        currency = company.currency_id
        partner_ids, company_ids = tuple(partners.ids), self._get_company_ids(company)
        request = {
            'company': company,
            'partner_ids': partner_ids,
            'company_ids': company_ids,
            'authorization_ids': tuple(excluding.ids) if excluding else (0,),
            'order_ids': tuple(excluding_orders.ids) if excluding_orders else (0,),
            'subject': excluding_subject,
            'open_item': self._get_open_item(partner_ids, company_ids),
            'method_ids': self._get_method_ids(),
            'today': fields.Date.context_today(self),
            'now': self.env.cr.now(),
            'days': company.root_id.receivable_credit_overdue_days,
        }
        self.env.flush_all()
        request['ledgers'] = self._read_ledgers(request)
        names = self._get_parts()
        read = {code: getattr(self, f'_read_{code}')(request) for code in names}
        return {
            partner.id: self._make(partner, names, read, request['ledgers'], currency)
            for partner in partners
        }

    @api.model
    def _make(self, partner, names, read, ledgers, currency):
        parts = tuple(
            (code, name, currency.round(read[code].get(partner.id, 0.0)))
            for code, name in names.items()
        )
        ledger = ledgers.get(partner.id, Ledger())
        overdue = currency.round(max(ledger.overdue, 0.0))
        today = fields.Date.context_today(self)
        return Exposure(
            parts=parts,
            total=currency.round(sum(amount for _code, _name, amount in parts)),
            overdue=overdue,
            long_overdue=currency.round(max(ledger.long_overdue, 0.0)),
            overdue_days=(today - ledger.since).days
            if ledger.since and not currency.is_zero(overdue)
            else 0,
        )

    @api.model
    def _get_method_ids(self):
        """The ways of paying that put an order on its customer's account."""
        methods = self.env['pos.payment.method'].sudo().with_context(active_test=False)
        methods = methods.search([('journal_id', '=', False)])
        # Online payments have no journal either.
        return tuple(methods.filtered(lambda method: method.type == 'pay_later').ids) or (0,)

    @api.model
    def _get_parts(self):
        """
        :return: ``{code: name}``, in the order they are shown
        """
        return {
            'ledger': self.env._("Invoices and other entries"),
            'open_orders': self.env._("Bought on account, till not closed yet"),
            'reserved': self.env._("Reserved at tills"),
            'draft_invoices': self.env._("Invoices in draft"),
        }

    @api.model
    def _read_ledger(self, request):
        """What is open in the books, credits taken off."""
        return {partner_id: ledger.total for partner_id, ledger in request['ledgers'].items()}

    @api.model
    def _read_ledgers(self, request):
        """
        :return: ``{partner id: Ledger}``: by instalment, what the core calls blocked and what is
            disputed counts as owed and not as overdue
        """
        rows = self._query_ledgers(request, {})
        late = [item_id for *_figures, late_ids in rows for item_id in late_ids or ()]
        items = self.env['account.move.line'].browse(late)
        # Nothing is known of disputes without an addon that keeps them: then this is one query.
        if disputed := self.env['pos_receivable.customer.hooks']._get_disputed(items):
            rows = self._query_ledgers(request, disputed)
        return {partner_id: Ledger(*figures) for partner_id, *figures, _late_ids in rows}

    @api.model
    def _query_ledgers(self, request, disputed):
        chargeable = SQL("line.amount_residual")
        if disputed:
            chargeable = SQL(
                "line.amount_residual - COALESCE((%s::jsonb ->> line.id::text)::numeric, 0)",
                json.dumps(disputed),
            )
        return self._execute(
            """
            WITH item AS (
                SELECT line.id, partner.commercial_partner_id AS customer_id,
                       line.amount_residual AS residual, GREATEST(%(chargeable)s, 0) AS chargeable,
                       COALESCE(line.date_maturity, line.date) AS due_date,
                       line.amount_residual > 0
                       AND COALESCE(line.date_maturity, line.date) < %(today)s
                       AND move.payment_state IS DISTINCT FROM 'blocked' AS is_late
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE %(open_item)s
            ),
            owed AS (
                SELECT customer_id, SUM(residual) AS total,
                       COALESCE(SUM(residual) FILTER (WHERE residual < 0), 0) AS credits
                  FROM item
              GROUP BY customer_id
            ),
            late AS (
                SELECT item.id, item.customer_id, item.due_date,
                       owed.credits + SUM(item.chargeable) OVER (
                           PARTITION BY item.customer_id ORDER BY item.due_date
                       ) AS left_until
                  FROM item
                  JOIN owed ON owed.customer_id = item.customer_id
                 WHERE item.is_late AND item.chargeable > 0
            ),
            overdue AS (
                SELECT customer_id, MAX(left_until) AS overdue,
                       MAX(left_until)
                           FILTER (WHERE due_date < %(today)s::date - %(days)s) AS long_overdue,
                       MIN(due_date) FILTER (WHERE left_until > 0) AS since,
                       ARRAY_AGG(id) AS late_ids
                  FROM late
              GROUP BY customer_id
            )
            SELECT owed.customer_id, owed.total, COALESCE(overdue.overdue, 0),
                   COALESCE(overdue.long_overdue, 0), overdue.since, overdue.late_ids
              FROM owed
         LEFT JOIN overdue ON overdue.customer_id = owed.customer_id
            """,
            {**request, 'chargeable': chargeable},
        )

    @api.model
    def _read_open_orders(self, request):
        """Sold on account in sessions that are not closed yet: what is not in the books. An order that
        was invoiced is."""
        return dict(
            self._execute(
                """
                SELECT partner.commercial_partner_id,
                       SUM(payment.amount / COALESCE(NULLIF(sold.currency_rate, 0), 1))
                  FROM pos_payment payment
                  JOIN pos_order sold ON sold.id = payment.pos_order_id
                  JOIN pos_session session ON session.id = sold.session_id
                  JOIN res_partner partner ON partner.id = sold.partner_id
                 WHERE partner.commercial_partner_id IN %(partner_ids)s
                   AND payment.payment_method_id IN %(method_ids)s
                   AND sold.company_id = ANY(ARRAY%(company_ids)s)
                   AND sold.state IN ('paid', 'done')
                   AND sold.account_move IS NULL
                   AND session.state != 'closed'
                   AND sold.id NOT IN %(order_ids)s
              GROUP BY partner.commercial_partner_id
                """,
                request,
            )
        )

    @api.model
    def _read_reserved(self, request):
        """What tills were granted for orders that have not arrived."""
        return dict(
            self._execute(
                """
                SELECT granted.partner_id, SUM(granted.amount_company)
                  FROM pos_receivable_credit_authorization granted
                 WHERE granted.partner_id IN %(partner_ids)s
                   AND granted.company_id = ANY(ARRAY%(company_ids)s)
                   AND granted.state = 'authorized'
                   AND granted.expires_at > %(now)s
                   AND granted.id NOT IN %(authorization_ids)s
              GROUP BY granted.partner_id
                """,
                request,
            )
        )

    @api.model
    def _read_draft_invoices(self, request):
        """Invoices in draft, less credit notes in draft."""
        return dict(
            self._execute(
                """
                SELECT move.commercial_partner_id, SUM(move.amount_total_signed)
                  FROM account_move move
                 WHERE move.commercial_partner_id IN %(partner_ids)s
                   AND move.company_id = ANY(ARRAY%(company_ids)s)
                   AND move.state = 'draft'
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
              GROUP BY move.commercial_partner_id
                """,
                request,
            )
        )

    @api.model
    def _get_company_ids(self, company):
        """The root company and all of its branches, which share customers, currency and accounts; a
        subquery, for ``IN``."""
        root_id = int(company.parent_path.split('/')[0])
        return SQL("(SELECT id FROM res_company WHERE parent_path LIKE %s)", f'{root_id}/%')

    @api.model
    def _get_open_item(self, partner_ids, company_ids):
        """The condition that a ``line`` of a ``partner`` is open and of theirs."""
        return SQL(
            """
                partner.commercial_partner_id IN %s
            AND line.company_id = ANY(ARRAY%s)
            AND line.account_id = ANY(ARRAY(
                SELECT id FROM account_account WHERE account_type = 'asset_receivable'
            ))
            AND line.parent_state = 'posted'
            AND line.reconciled IS NOT TRUE
            """,
            partner_ids,
            company_ids,
        )

    @api.model
    def _execute(self, query, request):
        """The rows of a query, which may name what is in the request."""
        return self.env.execute_query(SQL(query, **request))
