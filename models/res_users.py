from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = 'res.users'

    invoice_payment_guided = fields.Boolean(
        string="Shown How to Take Payments",
        readonly=True,
        copy=False,
        help="The till offers it once: set by the answer, or by following the tour.",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        # EXTENDS 'point_of_sale'
        return [*super()._load_pos_data_fields(config), 'invoice_payment_guided']
