from odoo import api, fields, models


class PosReceivableCase(models.Model):
    """A customer who owes a company something that is late, promised or disputed. One for each; it is
    archived once nothing of that is left, and opened again with its history.

    The figures are those of the last look, for the list; whoever opens or acts looks again."""

    _name = 'pos_receivable.case'
    _description = "Follow-up Case"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'expected desc, overdue desc, id'
    _rec_name = 'partner_id'

    active = fields.Boolean(default=True, readonly=True)
    # The root company: branches share customers, accounts and credit notes.
    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, index=True, ondelete='cascade'
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    user_id = fields.Many2one('res.users', string="Collector", tracking=True, index='btree_not_null')
    overdue = fields.Monetary(
        readonly=True, help="What is late and neither disputed nor kept out of follow-up."
    )
    credits = fields.Monetary(
        readonly=True, help="Credit notes and payments not used yet. They are not taken off."
    )
    disputed = fields.Monetary(readonly=True)
    promised = fields.Monetary(readonly=True)
    silent = fields.Monetary(
        string="Not Followed Up",
        readonly=True,
        help="What is late, but blocked or excluded from follow-up.",
    )
    oldest_due = fields.Date(string="Late Since", readonly=True)
    expected = fields.Monetary(
        string="At Stake",
        readonly=True,
        help="What is expected to be still unpaid in 30 days: of each instalment its amount times the"
        " chance that it is.",
    )
    unpaid_chance = fields.Float(
        string="Unpaid in 30 Days",
        readonly=True,
        help="The share of the overdue amount that is expected to be still unpaid in 30 days.",
    )
    action = fields.Char(string="Next Action", readonly=True)
    action_reason = fields.Char(string="Because", readonly=True)
    snoozed_until = fields.Date(tracking=True)
    is_insolvent = fields.Boolean(string="Insolvent", tracking=True)
    looked_at = fields.Datetime(string="Figures of", readonly=True)

    _partner_company_unique = models.Constraint(
        'UNIQUE (company_id, partner_id)', "A customer has one case in a company."
    )

    @api.model
    def _get(self, partner, company):
        """The case of a contact's commercial entity in a company's tree, archived or not; made when
        there is none. Elevated by the caller.

        Two at once: the second waits for the first by the constraint, and reads what it made.
        """
        known = self.with_context(active_test=False)
        values = {'partner_id': partner.commercial_partner_id.id, 'company_id': company.root_id.id}
        domain = [(name, '=', value) for name, value in values.items()]
        return known.search(domain, limit=1) or self.create(values)
