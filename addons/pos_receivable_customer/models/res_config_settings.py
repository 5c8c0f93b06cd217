from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    receivable_statement_schedule = fields.Selection(
        related='company_id.receivable_statement_schedule', readonly=False
    )
    receivable_statement_kind = fields.Selection(
        related='company_id.receivable_statement_kind', readonly=False
    )
