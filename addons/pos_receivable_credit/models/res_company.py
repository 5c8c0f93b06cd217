from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..deciding import Policy

PERCENT = Decimal(100)


class ResCompany(models.Model):
    _inherit = 'res.company'

    receivable_credit_overdue_days = fields.Integer(
        string="Days Overdue Before Holding", default=30, groups='base.group_user'
    )
    receivable_credit_overdue_tolerance = fields.Monetary(
        string="Overdue Amount Tolerated", groups='base.group_user'
    )
    receivable_credit_limit_tolerance = fields.Float(
        string="Above the Limit (%)",
        groups='base.group_user',
        help="Above the limit by no more than this, the customer pays a deposit; 0 for nothing above"
        " it.",
    )
    receivable_credit_deposit = fields.Float(
        string="Deposit (%)", default=20.0, groups='base.group_user'
    )
    receivable_credit_late_days = fields.Integer(
        string="Usually Late by Days",
        groups='base.group_user',
        help="Who usually pays later than this is asked for a deposit; 0 not to.",
    )
    receivable_credit_unproven_above = fields.Monetary(
        string="Much for a New Customer",
        groups='base.group_user',
        help="Who has paid fewer than three invoices is asked for a deposit above this; 0 not to.",
    )
    receivable_credit_without_limit = fields.Selection(
        [('unchecked', "May buy on account"), ('none', "Buys nothing on account")],
        string="Customers Without a Limit",
        default='unchecked',
        required=True,
        groups='base.group_user',
    )

    @api.constrains(
        'receivable_credit_overdue_days',
        'receivable_credit_overdue_tolerance',
        'receivable_credit_limit_tolerance',
        'receivable_credit_deposit',
        'receivable_credit_late_days',
        'receivable_credit_unproven_above',
    )
    def _check_receivable_credit(self):
        for company in self:
            if not 0 <= company.receivable_credit_deposit <= PERCENT:
                raise ValidationError(self.env._("A deposit is between 0 and 100 percent."))
            if (
                min(
                    company.receivable_credit_overdue_days,
                    company.receivable_credit_overdue_tolerance,
                    company.receivable_credit_limit_tolerance,
                    company.receivable_credit_late_days,
                    company.receivable_credit_unproven_above,
                )
                < 0
            ):
                raise ValidationError(
                    self.env._("Days and amounts of the credit settings are not below zero.")
                )

    def _get_receivable_credit_policy(self):
        """What the settings ask for, for ``deciding``; amounts in company currency."""
        unproven_above = self.receivable_credit_unproven_above
        return Policy(
            overdue_days=self.receivable_credit_overdue_days,
            overdue_tolerance=Decimal(str(self.receivable_credit_overdue_tolerance)),
            limit_tolerance=Decimal(str(self.receivable_credit_limit_tolerance)) / PERCENT,
            deposit_share=Decimal(str(self.receivable_credit_deposit)) / PERCENT,
            late_days=self.receivable_credit_late_days or None,
            unproven_above=Decimal(str(unproven_above)) if unproven_above else None,
            step=Decimal(str(self.currency_id.rounding)),
        )
