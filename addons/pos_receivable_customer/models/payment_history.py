from odoo import api, models
from odoo.tools import SQL

WINDOW = '36 months'  # what was paid longer ago says nothing any more
HALF_LIFE = 365.0  # days after which a payment counts half


class PosReceivablePaymentHistory(models.AbstractModel):
    """When customers paid what they owed, as queries to build others of. Runs with all rights: who
    asks has been checked by the caller.

    What counts as an item: the receivable items of posted customer invoices and receipts, each
    instalment for itself, under the commercial entity of their contact as it is today.

    What counts as a payment: money, which is an item in a bank, cash or credit journal, or made by a
    payment of the till. Credit notes, write-offs booked apart and differences of rates are none,
    nor are payments of the very order that the invoice was made for: that was a sale. Of an entry in
    such a journal all counts, a discount booked in it too.
    """

    _name = 'pos_receivable.payment.history'
    _description = "When Customers Paid"

    @api.model
    def _flush_history(self):
        """Write what the queries read."""
        for model in (
            'account.move',
            'account.move.line',
            'account.partial.reconcile',
            'account.journal',
            'pos.order',
            'pos.payment',
            'res.partner',
        ):
            self.env[model].flush_model()

    @api.model
    def _get_paid_query(self, partner_ids, today):
        """The items on which money has come.

        ``partner_id`` is the commercial entity, ``paid`` the day on which the last of the money came,
        or that of the invoice when that is later; ``days_issue`` and ``days_due`` are counted from
        the invoice and from the due date. ``settled``: nothing is open, half or more was closed by
        money, and it was paid within the window.

        :param partner_ids: contacts or commercial entities, whose whole entity is read
        """
        return SQL(
            """
            SELECT item.company_id, item.partner_id, item.id, item.move_id, money.last_date,
                   item.balance, money.amount,
                   GREATEST(money.last_date, item.issued) AS paid,
                   GREATEST(money.last_date, item.issued) - item.issued AS days_issue,
                   GREATEST(money.last_date, item.issued) - item.due AS days_due,
                   item.reconciled
                   AND 2 * money.amount >= item.balance
                   AND GREATEST(money.last_date, item.issued)
                       >= (%(today)s::date - %(window)s::interval)::date AS settled
              FROM (%(items)s) item
              JOIN LATERAL (%(money)s) money ON money.amount > 0
            """,
            items=self._get_items_query(partner_ids),
            money=self._get_money_query(),
            today=today,
            window=WINDOW,
        )

    @api.model
    def _get_items_query(self, partner_ids):
        return SQL(
            """
            SELECT line.id, line.company_id, line.move_id, line.balance, line.reconciled,
                   contact.commercial_partner_id AS partner_id,
                   COALESCE(move.invoice_date, line.date) AS issued,
                   COALESCE(line.date_maturity, move.invoice_date, line.date) AS due
              FROM res_partner contact
              JOIN account_move_line line ON line.partner_id = contact.id
              JOIN account_move move ON move.id = line.move_id
             WHERE contact.commercial_partner_id IN (
                       SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s)
                   )
               AND line.display_type = 'payment_term'
               AND line.parent_state = 'posted'
               AND line.balance > 0
               AND move.move_type IN ('out_invoice', 'out_receipt')
            """,
            list(partner_ids),
        )

    @api.model
    def _get_money_query(self):
        """What of ``item`` was closed by money, in the company's currency, and when the last came."""
        return SQL(
            """
            SELECT SUM(partial.amount) AS amount, MAX(counterpart.date) AS last_date
              FROM account_partial_reconcile partial
              JOIN account_move_line counterpart ON counterpart.id = partial.credit_move_id
              JOIN account_journal journal ON journal.id = counterpart.journal_id
             WHERE partial.debit_move_id = item.id
               AND counterpart.parent_state = 'posted'
               AND (
                   journal.type IN ('bank', 'cash', 'credit')
                   OR EXISTS (
                       SELECT FROM pos_payment WHERE account_move_id = counterpart.move_id
                   )
               )
               AND NOT EXISTS (
                   SELECT
                     FROM pos_payment payment
                     JOIN pos_order ON pos_order.id = payment.pos_order_id
                    WHERE payment.account_move_id = counterpart.move_id
                      AND pos_order.account_move = item.move_id
               )
            """
        )
