from odoo import api, fields, models

FEW = 3  # with fewer invoices nothing is said
NOTICEABLE = 3  # days by which somebody has become slower or faster, for it to be said


class PosReceivablePaymentProfile(models.Model):
    """How a customer has paid in a company. Written by the night alone, see the builder; who has
    never paid has none."""

    _name = 'pos_receivable.payment.profile'
    _description = "How a Customer Pays"
    _log_access = False
    _rec_name = 'partner_id'
    _order = 'partner_id, company_id'

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
        help="The commercial entity: what its contacts pay is told here.",
    )
    settled_count = fields.Integer(
        string="Invoices Settled",
        readonly=True,
        help="Paid by money within the last three years, half or more of each. What was paid with"
        " the very order it was made for is not counted.",
    )
    # Relative to the customer's last payment, so that a day that passes changes nothing here.
    effective_weight = fields.Float(
        digits=(16, 4),
        readonly=True,
        help="What the settled instalments are worth together on the day of the last of them, when"
        " each counts half for every year that it is older.",
    )
    median_days_issue = fields.Integer(string="Days from Issue (median)", readonly=True)
    p10_days_issue = fields.Integer(string="Days from Issue (fastest tenth)", readonly=True)
    p90_days_issue = fields.Integer(string="Days from Issue (slowest tenth)", readonly=True)
    median_days_due = fields.Integer(
        string="Days Late (median)", readonly=True, help="Below zero: before the due date."
    )
    p10_days_due = fields.Integer(string="Days Late (fastest tenth)", readonly=True)
    p90_days_due = fields.Integer(string="Days Late (slowest tenth)", readonly=True)
    late_share = fields.Float(
        string="Paid Late", digits=(16, 4), readonly=True, help="The share paid after the due date."
    )
    has_trend = fields.Boolean(readonly=True)
    trend = fields.Float(
        string="Trend (days)",
        digits=(16, 1),
        readonly=True,
        help="By how many days the last six were paid later than the twelve before them, each in the"
        " median.",
    )
    last_settled = fields.Date(readonly=True)
    last_payment = fields.Date(readonly=True)
    summary = fields.Char(compute='_compute_summary')

    _partner_company_unique = models.Constraint(
        'UNIQUE (company_id, partner_id)', "A customer has one payment profile in a company."
    )

    @api.depends('settled_count', 'median_days_due', 'has_trend', 'trend')
    @api.depends_context('lang')
    def _compute_summary(self):
        for profile in self:
            profile.summary = profile._get_summary()

    def _get_summary(self):
        """How the customer pays, in a sentence for whoever stands at the counter."""
        count = self.settled_count
        if count < FEW:
            return self.env._("Too few paid invoices to say.")
        usual = self._describe_usual(self.median_days_due)
        if not self.has_trend or abs(self.trend) < NOTICEABLE:
            return self.env._("%(usual)s (%(count)s invoices)", usual=usual, count=count)
        if self.trend > 0:
            return self.env._(
                "%(usual)s, getting worse (%(count)s invoices)", usual=usual, count=count
            )
        return self.env._(
            "%(usual)s, getting better (%(count)s invoices)", usual=usual, count=count
        )

    def _describe_usual(self, days):
        if days == 1:
            return self.env._("usually one day late")
        if days == -1:
            return self.env._("usually one day early")
        if days > 0:
            return self.env._("usually %s days late", days)
        if days < 0:
            return self.env._("usually %s days early", -days)
        return self.env._("usually on the due date")

    @api.model
    def _find_profile(self, partner, company):
        """The profile of a contact's commercial entity; empty when there is none."""
        return self.search(
            [
                ('partner_id', '=', partner.commercial_partner_id.id),
                ('company_id', '=', company.id),
            ],
            limit=1,
        )
