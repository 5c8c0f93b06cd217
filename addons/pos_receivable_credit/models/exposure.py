from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL


@dataclass(frozen=True)
class Exposure:
    """What a commercial entity owes or is about to, in company currency; credits are taken off.

    ``parts`` is ``((code, name, amount), …)`` and adds up to ``total``. ``overdue`` is what is past its
    due date, at most what the customer owes in all; ``overdue_days`` since when.
    """

    parts: tuple
    total: float
    overdue: float
    overdue_days: int


class PosReceivableCreditExposure(models.AbstractModel):
    """What customers owe a company and its branches, or are about to owe. Called elevated, for customers
    that the caller has checked; the number of queries does not depend on how many these are.

    Other addons add a part: a code and a name in ``_get_parts``, and a method ``_read_<code>``.
    """

    _name = 'pos_receivable.credit.exposure'
    _description = "What Customers Owe"

    @api.model
    def _compute(self, partners, company, *, excluding=None, excluding_orders=None):
        """
        :param partners: commercial entities
        :param excluding: authorizations that do not count
        :param excluding_orders: orders of a till that do not count
        :return: ``{partner id: Exposure}``, of each of them
        """
        if not partners:
            return {}
        currency = company.currency_id
        partner_ids, company_ids = tuple(partners.ids), self._get_company_ids(company)
        request = {
            'partner_ids': partner_ids,
            'company_ids': company_ids,
            'authorization_ids': tuple(excluding.ids) if excluding else (0,),
            'order_ids': tuple(excluding_orders.ids) if excluding_orders else (0,),
            'open_item': self._get_open_item(partner_ids, company_ids),
            'today': fields.Date.context_today(self),
            'now': self.env.cr.now(),
        }
        self.env.flush_all()
        names = self._get_parts()
        read = {code: getattr(self, f'_read_{code}')(request) for code in names}
        overdue = self._read_overdue(request)
        return {
            partner.id: self._make(partner, names, read, overdue.get(partner.id), currency)
            for partner in partners
        }

    @api.model
    def _make(self, partner, names, read, overdue, currency):
        parts = tuple(
            (code, name, currency.round(read[code].get(partner.id, 0.0)))
            for code, name in names.items()
        )
        ledger = next(amount for code, _name, amount in parts if code == 'ledger')
        late, since = overdue or (0.0, None)
        # Money that waits to be allocated pays what is overdue first.
        late = currency.round(max(min(late, ledger), 0.0))
        today = fields.Date.context_today(self)
        return Exposure(
            parts=parts,
            total=currency.round(sum(amount for _code, _name, amount in parts)),
            overdue=late,
            overdue_days=(today - since).days if since and not currency.is_zero(late) else 0,
        )

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
        return dict(
            self._execute(
                """
                SELECT partner.commercial_partner_id, SUM(line.amount_residual)
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE %(open_item)s
              GROUP BY partner.commercial_partner_id
                """,
                request,
            )
        )

    @api.model
    def _read_overdue(self, request):
        """
        :return: ``{partner id: (amount, since when)}``: instalments past their due date, but for
            invoices that the core calls blocked
        """
        rows = self._execute(
            """
            SELECT partner.commercial_partner_id, SUM(line.amount_residual),
                   MIN(COALESCE(line.date_maturity, line.date))
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN account_move move ON move.id = line.move_id
             WHERE %(open_item)s
               AND line.amount_residual > 0
               AND COALESCE(line.date_maturity, line.date) < %(today)s
               AND move.payment_state IS DISTINCT FROM 'blocked'
          GROUP BY partner.commercial_partner_id
            """,
            request,
        )
        return {partner_id: (amount, since) for partner_id, amount, since in rows}

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
                  JOIN pos_payment_method method ON method.id = payment.payment_method_id
                                                AND method.journal_id IS NULL
                  JOIN pos_order sold ON sold.id = payment.pos_order_id
                  JOIN pos_session session ON session.id = sold.session_id
                  JOIN res_partner partner ON partner.id = sold.partner_id
                 WHERE partner.commercial_partner_id IN %(partner_ids)s
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
