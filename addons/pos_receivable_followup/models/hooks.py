from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# What was said at a till counts as long as its payment stands.
STANDING = Domain('shortfall_id', '=', False) | Domain('shortfall_id.state', '=', 'noted')


class PosReceivableCustomerHooks(models.AbstractModel):
    _inherit = 'pos_receivable.customer.hooks'

    @api.model
    def _get_disputed(self, items):
        # EXTENDS 'pos_receivable_customer'
        known = dict(super()._get_disputed(items))
        for id_, amount in self._spread_receivable_disputes(items).items():
            known[id_] = known.get(id_, 0.0) + amount
        return known

    @api.model
    def _spread_receivable_disputes(self, items):
        """What is disputed of an invoice is the last of what is open on it: its latest instalments
        first, so that what is late stays chased as long as the rest covers the dispute. The others
        of an invoice take their part whether or not they are asked for.

        :return: ``{item id: amount}``, of the items asked for, in company currency
        """
        disputes = self.env['pos_receivable.dispute'].sudo()
        disputes.flush_model()
        self.env['account.move.line'].flush_model()
        open_ = disputes._search(Domain('state', '=', 'open') & STANDING)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_id, line.amount_residual, line.amount_residual_currency,
                       line.company_currency_id, dispute.amount
                  FROM pos_receivable_dispute dispute
                  JOIN account_move_line line ON line.move_id = dispute.move_id
                 WHERE dispute.id IN %s
                   AND dispute.move_id IN (
                           SELECT move_id FROM account_move_line WHERE id = ANY(%s)
                       )
                   AND line.reconciled IS NOT TRUE
                   AND line.parent_state = 'posted'
                   AND line.amount_residual_currency > 0
                   AND line.account_id = ANY(ARRAY(
                           SELECT id FROM account_account WHERE account_type = 'asset_receivable'
                       ))
              ORDER BY COALESCE(line.date_maturity, line.date) DESC, line.id DESC
                """,
                open_.subselect(),
                items.ids,
            )
        )
        left, known, asked = {}, {}, set(items._ids)
        for id_, move_id, residual, residual_currency, currency_id, amount in rows:
            part = min(left.setdefault(move_id, amount), residual_currency)
            left[move_id] -= part
            if part > 0 and id_ in asked:
                currency = self.env['res.currency'].browse(currency_id)
                known[id_] = currency.round(float(residual) * float(part / residual_currency))
        return known

    @api.model
    def _get_promised(self, partners, company):
        # EXTENDS 'pos_receivable_customer'
        known = dict(super()._get_promised(partners, company))
        promises = self.env['pos_receivable.promise'].sudo()
        groups = promises._read_group(
            Domain('partner_id', 'in', partners.ids)
            & Domain('company_id', '=', company.root_id.id)
            & Domain('state', '=', 'open')
            & STANDING,
            ['partner_id'],
            ['amount:sum', 'received:sum'],
        )
        for partner, promised, received in groups:
            known[partner.id] = known.get(partner.id, 0.0) + max(promised - received, 0.0)
        return known
