from odoo import api, fields, models

from ..matching.names import normalise


class PosReceivableMatchAlias(models.Model):
    """A payer's name as banks write it, and for which customer it has paid."""

    _name = 'pos_receivable.match.alias'
    _description = "Learned Payer Name"
    _order = 'count desc, name'

    name = fields.Char(string="Payer", required=True, readonly=True)
    partner_id = fields.Many2one(
        'res.partner',
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    count = fields.Integer(string="Confirmed", readonly=True)

    _name_unique = models.UniqueIndex('(company_id, name, partner_id)')

    @api.model
    def _teach(self, proposal, partners, step):
        """Count that the payer of ``proposal`` has paid for ``partners``, or not (-1) after all.

        Nothing is learned from a payment for several customers: which of them the payer is
        remains open.
        """
        name = normalise(proposal.payer_name or '')
        if not name or len(partners) != 1:
            return
        company = proposal.company_id.root_id
        alias = self.search(
            [
                ('company_id', '=', company.id),
                ('name', '=', name),
                ('partner_id', '=', partners.id),
            ]
        )
        if alias:
            alias.count = max(alias.count + step, 0)
        elif step > 0:
            self.create(
                {
                    'name': name,
                    'partner_id': partners.id,
                    'company_id': company.id,
                    'count': step,
                }
            )


class PosReceivableMatchRejection(models.Model):
    """Money and an invoice that somebody said do not belong together."""

    _name = 'pos_receivable.match.rejection'
    _description = "Rejected Match"

    company_id = fields.Many2one(related='item_id.company_id', store=True)
    line_id = fields.Many2one('account.move.line', index='btree_not_null', ondelete='cascade')
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', index='btree_not_null', ondelete='cascade'
    )
    item_id = fields.Many2one('account.move.line', required=True, index=True, ondelete='cascade')
    count = fields.Integer()

    @api.model
    def _reject(self, proposal, items):
        receipt = {
            'line_id': proposal.line_id.id,
            'statement_line_id': proposal.statement_line_id.id,
        }
        known = self.search(
            [*((name, '=', value) for name, value in receipt.items()), ('item_id', 'in', items.ids)]
        )
        for rejection in known:
            rejection.count += 1
        self.create([{**receipt, 'item_id': item.id, 'count': 1} for item in items - known.item_id])
