from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    receivable_reviews = fields.Integer(
        string="Reviews before automatic", config_parameter='pos_receivable.reviews', default=100
    )
    receivable_precision = fields.Integer(
        string="Precision before automatic (%)",
        config_parameter='pos_receivable.precision',
        default=97,
    )

    def action_open_receivable_modes(self):
        """How far each capability may go in the companies the user has chosen."""
        return self.env['pos_receivable.mode'].action_open_modes()
