from odoo import api, models

FIRST_PAYMENT = 'pos_receivable_first_payment'


class WebTourTour(models.Model):
    _inherit = 'web_tour.tour'

    @api.model
    def consume(self, tourName):
        # EXTENDS 'web_tour'
        # Kept with the user, whom every till reads when it starts: it need not ask for the tour.
        user = self.env.user
        if tourName == FIRST_PAYMENT and user._is_internal() and not user.invoice_payment_guided:
            # Elevated: users may not write on themselves, and this is what consuming is about.
            user.sudo().invoice_payment_guided = True
        return super().consume(tourName)
