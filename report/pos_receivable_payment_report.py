from odoo import fields, models
from odoo.tools import SQL


class PosReceivablePaymentReport(models.Model):
    """Collected invoice payments for pivot and graph: one row for each, from a view of the
    database, so that nothing has to be kept in step."""

    _name = 'pos_receivable.payment.report'
    _description = "Invoice Payments Analysis"
    _auto = False
    _order = 'date desc, id desc'
    _rec_name = 'name'
    _depends = {
        'account.journal': ['type'],
        'account.move': ['state'],
        'account.payment': [
            'amount',
            'amount_company_currency_signed',
            'company_id',
            'currency_id',
            'date',
            'journal_id',
            'move_id',
            'name',
            'partner_id',
            'payment_type',
            'pos_cashier_name',
            'pos_invoice_payment_uuid',
            'pos_session_id',
            'state',
        ],
        'pos.session': ['config_id'],
        'res.company': ['currency_id'],
    }

    name = fields.Char(string="Payment", readonly=True)
    date = fields.Date(readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    config_id = fields.Many2one('pos.config', string="Point of Sale", readonly=True)
    session_id = fields.Many2one('pos.session', readonly=True)
    cashier = fields.Char(readonly=True)
    partner_id = fields.Many2one('res.partner', string="Customer", readonly=True)
    journal_id = fields.Many2one('account.journal', readonly=True)
    journal_type = fields.Selection(
        [('cash', "Cash"), ('bank', "Bank"), ('credit', "Credit Card")], readonly=True
    )
    currency_id = fields.Many2one('res.currency', readonly=True)
    # Never added up: shops may work in several currencies.
    amount = fields.Monetary(readonly=True, aggregator=None, help="In the currency it was paid in.")
    company_currency_id = fields.Many2one('res.currency', readonly=True)
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        currency_field='company_currency_id',
        readonly=True,
        aggregator='sum',
        help="In the currency of the company, as it was booked.",
    )
    state = fields.Selection(
        [('posted', "Posted"), ('cancelled', "Voided or Cancelled")], readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT payment.id,
                   payment.name,
                   payment.date,
                   payment.company_id,
                   session.config_id,
                   payment.pos_session_id AS session_id,
                   payment.pos_cashier_name AS cashier,
                   payment.partner_id,
                   payment.journal_id,
                   journal.type AS journal_type,
                   payment.currency_id,
                   payment.amount * CASE payment.payment_type WHEN 'outbound' THEN -1 ELSE 1 END
                       AS amount,
                   company.currency_id AS company_currency_id,
                   payment.amount_company_currency_signed AS amount_company,
                   CASE WHEN payment.state IN ('in_process', 'paid') AND move.state = 'posted'
                        THEN 'posted' ELSE 'cancelled' END AS state
              FROM account_payment payment
              JOIN pos_session session ON session.id = payment.pos_session_id
              JOIN res_company company ON company.id = payment.company_id
              JOIN account_journal journal ON journal.id = payment.journal_id
         LEFT JOIN account_move move ON move.id = payment.move_id
             WHERE payment.pos_invoice_payment_uuid IS NOT NULL
            """
        )
