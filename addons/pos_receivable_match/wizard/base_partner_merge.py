from odoo import models

# What is learned of each, once for each company.
LEARNED = {
    'res.partner': 'pos_receivable.match.alias',
    'res.partner.bank': 'pos_receivable.match.account',
}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        # EXTENDS 'base'
        # The core sees constraints, and no unique indexes; and what collides it would delete.
        if learned := LEARNED.get(model):
            # Elevated: who merges contacts need not be an accountant.
            self.env[learned].sudo()._merge(src_records, dst_record)
        return super()._update_foreign_keys_generic(model, src_records, dst_record)
