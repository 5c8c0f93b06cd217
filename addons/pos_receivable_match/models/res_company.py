from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    receivable_writeoff_account_id = fields.Many2one(
        'account.account',
        string="Write-off account for short payments",
        groups='base.group_user',
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other', 'income_other', 'expense_direct_cost'))]",
        help="Where fees and small differences of matched payments go. Without one they stay open"
        " on the invoice.",
    )
    receivable_writeoff_limit = fields.Monetary(
        string="Write off at most",
        default=3.0,
        groups='base.group_user',
        help="Per invoice, in the company's currency.",
    )
    receivable_writeoff_percentage = fields.Float(
        string="Write off at most (%)",
        default=1.0,
        groups='base.group_user',
        help="Of what is open on the invoice.",
    )
