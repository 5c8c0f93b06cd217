from odoo import fields, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    pos_receivable_no_statement = fields.Boolean(
        string="No Scheduled Statements",
        groups='account.group_account_readonly,account.group_account_invoice',
        help="Statements of account are not sent to this customer by schedule.",
    )
