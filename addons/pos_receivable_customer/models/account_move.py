from odoo import models


class AccountMove(models.Model):
    _inherit = 'account.move'

    def button_draft(self):
        # EXTENDS 'account'
        # What is matched stays so: no matching is deleted, by which it would be noticed.
        self._touch_receivable_profiles()
        return super().button_draft()

    def _post(self, soft=True):
        # EXTENDS 'account'
        again = self.filtered('posted_before')
        posted = super()._post(soft)
        again._touch_receivable_profiles()
        return posted

    def _touch_receivable_profiles(self):
        """Have the next night look again at how the customers of these entries pay."""
        if self:
            # Elevated: the list is nobody's to write.
            items = self.sudo().line_ids.filtered(
                lambda item: item.account_id.account_type == 'asset_receivable'
            )
            self.env['pos_receivable.payment.profile.touched'].sudo()._add(items.partner_id.ids)
