from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    receivable_followup_grace_days = fields.Integer(
        string="Days of grace",
        default=3,
        groups='base.group_user',
        help="Working days after the day of a promise until which its money is in time.",
    )
    receivable_followup_write_off_limit = fields.Monetary(
        string="Write off disputes of at most",
        default=0.0,
        groups='base.group_user',
        help="In the company's currency, for each dispute. 0: disputes are not written off.",
    )
    receivable_followup_write_off_account_id = fields.Many2one(
        'account.account',
        string="Write-off account for disputes",
        groups='base.group_user',
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other', 'income_other', 'expense_direct_cost'))]",
    )
    # Where tonight's look is: the day, and the last customer it has come to.
    receivable_followup_progress = fields.Json(readonly=True, copy=False, groups='base.group_user')

    _receivable_followup_grace = models.Constraint(
        'CHECK (receivable_followup_grace_days BETWEEN 0 AND 60)',
        "The days of grace are from 0 to 60.",
    )
    _receivable_followup_limit = models.Constraint(
        'CHECK (receivable_followup_write_off_limit >= 0)',
        "The limit for writing off disputes is not below zero.",
    )
