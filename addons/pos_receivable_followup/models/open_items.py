import datetime
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.pos_receivable.models.account_move import COLLECTABLE_TYPES


@dataclass(frozen=True)
class OpenItem:
    """An open receivable item. ``amount`` is what is open of it in company currency, negative for a
    credit, and ``disputed`` what of that its customer disputes; ``amount_currency`` is what is open in
    ``currency_id``. ``silence`` says why it is not chased: ``blocked`` by an accountant, ``excluded``
    from follow-up, or an empty string. Of an ``is_invoice`` something may be in dispute."""

    id: int
    move_id: int
    partner_id: int
    customer_id: int
    company_id: int
    currency_id: int
    name: str
    date: datetime.date
    due_date: datetime.date
    amount: float
    amount_currency: float
    silence: str
    is_invoice: bool
    disputed: float = 0.0

    def chased(self, day):
        """What of it is late on a day and may be asked for, in company currency."""
        if self.silence or self.amount <= 0 or self.due_date >= day:
            return 0.0
        return max(self.amount - self.disputed, 0.0)


class PosReceivableFollowupItems(models.AbstractModel):
    """What customers owe a root company and its branches just now, by instalment: a number of queries
    that does not depend on how many customers or items there are. Called elevated, for customers that
    the caller has checked."""

    _name = 'pos_receivable.followup.items'
    _description = "Open Items to Follow Up"

    @api.model
    def _list(self, company, customers=None):
        """
        :param company: any company of the tree; all of its root's branches are read
        :param customers: commercial entities, ``None`` for all
        :return: ``{commercial entity id: [OpenItem, …]}``, earliest due first
        """
        self._flush()
        rows = self.env.execute_query(self._get_query(company, customers))
        items = self.env['account.move.line'].browse(row[0] for row in rows)
        disputed = self.env['pos_receivable.customer.hooks']._get_disputed(items)
        listed = {}
        for row in rows:
            item = OpenItem(*row, disputed=disputed.get(row[0], 0.0))
            listed.setdefault(item.customer_id, []).append(item)
        return listed

    @api.model
    def _flush(self):
        self.env['account.move.line'].flush_model()
        self.env['account.move'].flush_model(['name', 'move_type', 'payment_state'])
        self.env['res.partner'].flush_model(['commercial_partner_id'])

    @api.model
    def _get_query(self, company, customers):
        # The core's partial index is found by `reconciled IS NOT TRUE`, written just so.
        whose = SQL("TRUE")
        if customers is not None:
            whose = SQL(
                "line.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id IN %s)",
                tuple(customers.ids) or (0,),
            )
        return SQL(
            """
            SELECT line.id, line.move_id, line.partner_id, partner.commercial_partner_id,
                   line.company_id, line.currency_id, COALESCE(move.name, ''), line.date,
                   COALESCE(line.date_maturity, line.date) AS due_date,
                   line.amount_residual, line.amount_residual_currency,
                   CASE WHEN move.payment_state = 'blocked' THEN 'blocked'
                        WHEN line.no_followup THEN 'excluded'
                        ELSE ''
                    END,
                   move.move_type = ANY(%(invoices)s)
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND (line.amount_residual != 0 OR line.amount_residual_currency != 0)
               AND line.account_id = ANY(ARRAY(
                       SELECT id FROM account_account WHERE account_type = 'asset_receivable'
                   ))
               AND line.company_id = ANY(ARRAY(
                       SELECT id FROM res_company WHERE parent_path LIKE %(tree)s
                   ))
               AND %(whose)s
          ORDER BY due_date, line.id
            """,
            tree=f'{company.root_id.id}/%',
            whose=whose,
            invoices=list(COLLECTABLE_TYPES),
        )
