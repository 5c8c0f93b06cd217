from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        # EXTENDS 'base'
        # Under a unique constraint the core keeps one account and deletes the rest, a hold as well.
        if model == 'res.partner':
            # Elevated: who merges contacts need not be allowed to hold accounts.
            accounts = self.env['pos_receivable.credit.account'].sudo()
            accounts._merge(src_records | dst_record)
            self.env.flush_all()
        return super()._update_foreign_keys_generic(model, src_records, dst_record)
