from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS 'account'
        partials = super().create(vals_list)
        # Whoever brings a payment and an invoice together says that they belong together.
        self.env['pos_receivable.reconcile.links']._forget_kept_apart(partials)
        return partials
