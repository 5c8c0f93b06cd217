from odoo import fields, models

STATES = [
    ('open', "Waiting"),
    ('kept', "Kept"),
    ('broken', "Broken"),
    ('cancelled', "Cancelled"),
]


class PosReceivablePromise(models.Model):
    """A customer's word to pay an amount by a day. Kept is what came as *money*, value-dated from the day
    of the promise until its date and the days of grace: credit notes and write-offs are none."""

    _name = 'pos_receivable.promise'
    _description = "Promise to Pay"
    _order = 'date, id'
    _rec_name = 'date'

    case_id = fields.Many2one(
        'pos_receivable.case', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date = fields.Date(string="Promised For", required=True, readonly=True)
    given_on = fields.Date(
        string="Promised On", required=True, readonly=True, default=fields.Date.context_today
    )
    amount = fields.Monetary(required=True, readonly=True)
    received = fields.Monetary(
        readonly=True, help="Money value-dated from the promise until its date and the days of grace."
    )
    item_ids = fields.Many2many('account.move.line', readonly=True, string="For")
    user_id = fields.Many2one(
        'res.users', string="Taken By", readonly=True, default=lambda self: self.env.user
    )
    taken_by = fields.Char(readonly=True, help="The cashier, when taken at a till.")
    shortfall_id = fields.Many2one(
        'pos_receivable.shortfall', readonly=True, index='btree_not_null', ondelete='cascade'
    )
    note = fields.Char()
    state = fields.Selection(STATES, required=True, readonly=True, default='open', index=True)
    closed_on = fields.Date(readonly=True)

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A promise is of an amount.")
