from odoo import api, models
from odoo.fields import Command

from odoo.addons.pos_receivable.models.pos_receivable_shortfall_reason import PAYS_LATER

# What customers say without finding anything wrong with the invoice: they pay later, say they have paid,
# do not say why, or have no invoice. All else, and what a shop adds, is a dispute.
NO_DISPUTE = {PAYS_LATER, '30', '43', '36'}


class PosReceivableShortfall(models.Model):
    _inherit = 'pos_receivable.shortfall'

    @api.model
    def _note(self, session, payment, shortfalls):
        # EXTENDS 'pos_receivable'
        rows = super()._note(session, payment, shortfalls)
        if rows:
            self.search([('payment_id', '=', payment.id)])._follow_up()
        return rows

    def write(self, vals):
        # EXTENDS 'pos_receivable'
        result = super().write(vals)
        if {'reason_id', 'promise_date'} & vals.keys():
            # Elevated: who may correct what a till has noted need not be an accountant.
            shortfalls = self.sudo()
            shortfalls._take_back_follow_up()
            shortfalls._follow_up()
        return result

    def _follow_up(self):
        """Of a day that was named for the rest make a promise, of what is wrong a dispute. Elevated."""
        promises, disputes = self.env['pos_receivable.promise'], self.env['pos_receivable.dispute']
        for shortfall in self.filtered(lambda shortfall: shortfall.state == 'noted'):
            move, told_by = shortfall.move_id, shortfall.cashier_name
            items = move._get_open_receivable_lines()[move]
            if not items:
                continue
            case = self.env['pos_receivable.case']._get(shortfall.partner_id, shortfall.company_id)
            today = case._get_today(case.company_id)
            values = {'shortfall_id': shortfall.id, 'note': shortfall.note}
            if shortfall.promise_date:
                promise = promises._note(
                    case,
                    sum(items.mapped('amount_residual')),
                    shortfall.promise_date,
                    given_on=today,
                    item_ids=[Command.set(items.ids)],
                    taken_by=told_by,
                    **values,
                )
                said = self.env._("Promised at the till: %(promise)s.", promise=promise._describe())
                case._note_deed('promise', said)
            elif shortfall.reason_code not in NO_DISPUTE and not disputes.search_count(
                [('move_id', '=', move.id), ('state', '=', 'open')], limit=1
            ):
                open_ = sum(items.mapped('amount_residual_currency'))
                disputes._note(case, move, open_, shortfall.reason_id, user_id=False, **values)

    def _take_back_follow_up(self):
        """Cancel what was made of what was said. Elevated."""
        for model in ('promise', 'dispute'):
            made = self.env[f'pos_receivable.{model}'].search(
                [('shortfall_id', 'in', self.ids), ('state', '=', 'open')]
            )
            for record in made:
                case = record.case_id
                record.write({'state': 'cancelled', 'closed_on': case._get_today(case.company_id)})
