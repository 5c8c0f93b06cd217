from odoo import api, models


class PosReceivableCustomerHooks(models.AbstractModel):
    _inherit = 'pos_receivable.customer.hooks'

    @api.model
    def _get_disputed(self, items):
        # EXTENDS 'pos_receivable_customer'
        known = dict(super()._get_disputed(items))
        disputes = self.env['pos_receivable.dispute'].sudo()
        disputes = disputes.search(
            [('move_id', 'in', items.move_id.ids), ('state', '=', 'open')]
        )
        left = {dispute.move_id: dispute.amount for dispute in disputes}
        # The latest instalments first: what is late stays chased as long as the rest covers it.
        for item in items.sorted(lambda item: (item.date_maturity or item.date, item.id))[::-1]:
            amount, open_ = left.get(item.move_id, 0.0), item.amount_residual_currency
            if amount <= 0 or open_ <= 0:
                continue
            part = min(amount, open_)
            left[item.move_id] = amount - part
            share = item.amount_residual * part / open_
            known[item.id] = known.get(item.id, 0.0) + item.company_currency_id.round(share)
        return known

    @api.model
    def _get_promised(self, partners, company):
        # EXTENDS 'pos_receivable_customer'
        known = dict(super()._get_promised(partners, company))
        promises = self.env['pos_receivable.promise'].sudo()
        for partner, promised, received in promises._read_group(
            [
                ('partner_id', 'in', partners.ids),
                ('company_id', '=', company.root_id.id),
                ('state', '=', 'open'),
            ],
            ['partner_id'],
            ['amount:sum', 'received:sum'],
        ):
            known[partner.id] = known.get(partner.id, 0.0) + max(promised - received, 0.0)
        return known
