from odoo import fields, models
from odoo.tools import SQL

GRACE = 30  # days after the due date


class PosReceivableCreditVerdict(models.Model):
    """What should have been held: it was refused, or sold nevertheless, because the shop only observed
    or warned, somebody let it pass, or nobody was asked. Was it paid then?"""

    _name = 'pos_receivable.credit.verdict'
    _description = "Would Holding Have Been Right?"
    _auto = False
    _order = 'date desc, id desc'
    _rec_name = 'order_id'

    date = fields.Date(string="Asked On", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one('res.partner', string="Customer", readonly=True)
    order_id = fields.Many2one('pos.order', readonly=True)
    amount = fields.Monetary(readonly=True)
    reasons = fields.Text(string="What Spoke Against It", readonly=True)
    cashier_name = fields.Char(string="Asked By", readonly=True)
    override_name = fields.Char(string="Let Pass By", readonly=True)
    due_date = fields.Date(readonly=True)
    settled_date = fields.Date(string="Paid On", readonly=True)
    verdict = fields.Selection(
        [
            ('right', "Holding would have been right"),
            ('wrong', "It was paid"),
            ('early', "Too early to say"),
            ('refused', "It was refused"),
        ],
        readonly=True,
        help="Right is what was not paid in full 30 days after it was due.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT granted.id, granted.create_date::date AS date, granted.company_id,
                   granted.partner_id, granted.order_id, granted.amount_company AS amount,
                   granted.reasons, granted.cashier_name, granted.override_name, item.due_date,
                   CASE WHEN item.is_settled THEN item.settled_date END AS settled_date,
                   CASE WHEN sold.id IS NULL THEN 'refused'
                        WHEN item.due_date IS NULL THEN 'early'
                        WHEN item.is_settled AND item.settled_date <= item.due_date + %(grace)s
                        THEN 'wrong'
                        WHEN CURRENT_DATE > item.due_date + %(grace)s THEN 'right'
                        ELSE 'early'
                    END AS verdict
              FROM pos_receivable_credit_authorization granted
         LEFT JOIN pos_order sold ON sold.id = granted.order_id
         LEFT JOIN LATERAL (
                       SELECT MAX(COALESCE(line.date_maturity, line.date)) AS due_date,
                              BOOL_AND(line.reconciled) AS is_settled,
                              MAX(partial.max_date) AS settled_date
                         FROM account_move_line line
                         JOIN account_account account ON account.id = line.account_id
                                                     AND account.account_type = 'asset_receivable'
                    LEFT JOIN account_partial_reconcile partial ON partial.debit_move_id = line.id
                        WHERE line.parent_state = 'posted'
                          AND (
                               line.move_id = sold.account_move
                            OR sold.account_move IS NULL
                               AND line.pos_receivable_payment_id = ANY(ARRAY(
                                       SELECT id FROM pos_payment WHERE pos_order_id = sold.id
                                   ))
                          )
                   ) item ON TRUE
             WHERE granted.is_held
               AND (
                    sold.id IS NOT NULL AND granted.state IN ('consumed', 'unauthorized')
                 OR sold.id IS NULL AND granted.refused_at IS NOT NULL
                    AND granted.override_kind IS NULL
                    AND granted.state IN ('refused', 'requested', 'released', 'expired')
               )
            """,
            grace=GRACE,
        )
