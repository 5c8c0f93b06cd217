from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    pos_customer_account_check = fields.Selection(
        related='pos_config_id.customer_account_check', readonly=False
    )
    pos_customer_account_override = fields.Selection(
        related='pos_config_id.customer_account_override', readonly=False
    )
    pos_customer_account_offline = fields.Selection(
        related='pos_config_id.customer_account_offline', readonly=False
    )
    pos_customer_account_offline_ceiling = fields.Monetary(
        related='pos_config_id.customer_account_offline_ceiling',
        currency_field='pos_invoice_payment_currency_id',
        readonly=False,
    )
    receivable_credit_overdue_days = fields.Integer(
        related='company_id.receivable_credit_overdue_days', readonly=False
    )
    receivable_credit_overdue_tolerance = fields.Monetary(
        related='company_id.receivable_credit_overdue_tolerance',
        currency_field='currency_id',
        readonly=False,
    )
    receivable_credit_limit_tolerance = fields.Float(
        related='company_id.receivable_credit_limit_tolerance', readonly=False
    )
    receivable_credit_deposit = fields.Float(
        related='company_id.receivable_credit_deposit', readonly=False
    )
    receivable_credit_late_days = fields.Integer(
        related='company_id.receivable_credit_late_days', readonly=False
    )
    receivable_credit_unproven_above = fields.Monetary(
        related='company_id.receivable_credit_unproven_above',
        currency_field='currency_id',
        readonly=False,
    )
    receivable_credit_without_limit = fields.Selection(
        related='company_id.receivable_credit_without_limit', readonly=False
    )
