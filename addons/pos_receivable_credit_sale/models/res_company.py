from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    receivable_credit_sale_check = fields.Selection(
        [
            ('off', "Not looked at"),
            ('observe', "Observe: log it, show nothing"),
            ('warn', "Warn: show it, refuse nothing"),
            ('block', "Block: refuse what should be held"),
        ],
        string="Confirming Orders",
        default='off',
        required=True,
        groups='base.group_user',
    )
