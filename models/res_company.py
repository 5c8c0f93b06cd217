from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    receivable_reconcile_overdue_only = fields.Boolean(
        string="Only overdue invoices",
        groups='base.group_user',
        help="Leave payments on invoices that are not due yet alone at night.",
    )
    receivable_reconcile_user_id = fields.Many2one(
        'res.users',
        string="Responsible for reconciliation issues",
        groups='base.group_user',
        domain="[('share', '=', False)]",
        help="Is given an activity when an invoice fails again and again. Otherwise its"
        " salesperson, when an invoicing user, else the administrator.",
    )
