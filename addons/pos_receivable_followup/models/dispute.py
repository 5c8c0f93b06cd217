from odoo import fields, models

STATES = [('open', "Open"), ('resolved', "Resolved"), ('rejected', "Rejected")]
RESOLUTIONS = [
    ('credit_note', "Credit note"),
    ('write_off', "Written off"),
    ('rebill', "Billed again"),
    ('paid', "Paid"),
    ('rejected', "Rejected"),
]


class PosReceivableDispute(models.Model):
    """What a customer says is wrong with an invoice. The amount in dispute is not chased; the rest is.
    The core's own *blocked* is never set by it."""

    _name = 'pos_receivable.dispute'
    _description = "Dispute"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'id desc'
    _rec_name = 'move_id'

    case_id = fields.Many2one(
        'pos_receivable.case', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    partner_id = fields.Many2one(related='case_id.partner_id', store=True, index=True)
    move_id = fields.Many2one(
        'account.move',
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete='restrict',
    )
    currency_id = fields.Many2one(related='move_id.currency_id')
    amount = fields.Monetary(required=True, tracking=True, help="In the invoice's currency.")
    reason_id = fields.Many2one(
        'pos_receivable.shortfall.reason', required=True, ondelete='restrict', tracking=True
    )
    note = fields.Char()
    user_id = fields.Many2one(
        'res.users', string="Owner", tracking=True, default=lambda self: self.env.user
    )
    opened_on = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    closed_on = fields.Date(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default='open', tracking=True)
    resolution = fields.Selection(RESOLUTIONS, readonly=True, tracking=True)
    credit_note_id = fields.Many2one('account.move', readonly=True, index='btree_not_null')
    shortfall_id = fields.Many2one(
        'pos_receivable.shortfall', readonly=True, index='btree_not_null', ondelete='set null'
    )

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A dispute is about an amount.")
    _open_unique = models.UniqueIndex(
        "(move_id) WHERE state = 'open'", "There is an open dispute of this invoice already."
    )
