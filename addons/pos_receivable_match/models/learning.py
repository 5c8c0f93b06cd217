from odoo import api, fields, models

from ..matching.names import fits, normalise


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

    @api.model
    def _merge(self, sources, target):
        """Bring together what was learned of these contacts, which become one.

        :param sources: partners, to be ``target`` from now on
        """
        self.flush_model()
        aliases = self.search([('partner_id', 'in', (sources | target).ids)])
        for same in aliases.grouped(lambda alias: (alias.company_id, alias.name)).values():
            count = sum(same.mapped('count'))
            same[1:].unlink()
            same[0].write({'partner_id': target.id, 'count': count})
        self.flush_model()


class PosReceivableMatchAccount(models.Model):
    """A customer's bank account that nobody entered: accepting noted it. It counts where it was
    confirmed, unless people trust it, as they do those they enter themselves."""

    _name = 'pos_receivable.match.account'
    _description = "Learned Payer Account"
    _rec_name = 'bank_id'

    bank_id = fields.Many2one(
        'res.partner.bank',
        string="Account",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    count = fields.Integer(string="Confirmed", readonly=True)

    _bank_unique = models.UniqueIndex('(company_id, bank_id)')

    @api.model
    def _teach(self, proposal):
        """Note the account that the money of the accepted ``proposal`` came from, where the core
        would, or that it was confirmed.

        Only under the customer's own name: who pays for others has an account as well.

        :return: the account, unless nothing was learned
        """
        line, debtors = proposal.statement_line_id, proposal.allocation_ids.line_id.partner_id
        customer = debtors.commercial_partner_id
        known = (debtors | customer).filtered('name').mapped('name')
        nothing = self.env['res.partner.bank']
        if not line.account_number or len(customer) != 1 or line.partner_id != customer:
            return nothing
        if not fits(proposal.payer_name or '', known):
            return nothing
        entered = customer.with_context(active_test=False).bank_ids
        self._leave_to_people(entered)
        entered -= self.search([('bank_id', 'in', entered.ids)]).bank_id
        # Elevated again: the core hands it back with the rights of the user.
        bank = line._find_or_create_bank_account().sudo() - entered
        if bank:
            bank.filtered(lambda known: not known.active).action_unarchive()  # it was forgotten
            self._count(bank, proposal.company_id.root_id, +1)
        return bank

    @api.model
    def _merge(self, sources, target):
        """Bring together what was learned of these accounts, which become one. One that people
        entered stays theirs.

        :param sources: bank accounts, to be ``target`` from now on
        """
        self.flush_model()
        known = self.search([('bank_id', 'in', (sources | target).ids)])
        if known.bank_id != sources | target:
            known.unlink()
        for same in known.exists().grouped('company_id').values():
            count = sum(same.mapped('count'))
            same[1:].unlink()
            same[0].write({'bank_id': target.id, 'count': count})
        self.flush_model()

    @api.model
    def _forget(self, proposal, banks):
        """Count that ``banks``, which accepting ``proposal`` has noted or confirmed, are the
        customer's no more; archive those that nothing speaks for, neither what was confirmed nor
        what people did with them since."""
        self._leave_to_people(banks)
        self._count(banks, proposal.company_id.root_id, -1)
        confirmed = self.search([('bank_id', 'in', banks.ids), ('count', '>', 0)])
        self._find_unspoken_for(banks - confirmed.bank_id).action_archive()

    @api.model
    def _archive_learned(self):
        """Archive all accounts that nobody but this addon, which is about to go, speaks for."""
        self._find_unspoken_for(self.search([('bank_id', '!=', False)]).bank_id).action_archive()

    @api.model
    def _find_unspoken_for(self, banks):
        """Those of ``banks`` with which people have done nothing."""
        payments = self.env['account.payment'].search([('partner_bank_id', 'in', banks.ids)])
        used = banks.filtered(lambda b: b.allow_out_payment or b.related_moves or b.journal_id)
        return banks - payments.partner_bank_id - used

    @api.model
    def _leave_to_people(self, banks):
        """Have nothing to do with those of ``banks`` any more that people archived although they were
        confirmed."""
        archived = banks.filtered(lambda bank: not bank.active)
        learned = self.search([('bank_id', 'in', archived.ids)])
        confirmed = learned.filtered('count').bank_id
        learned.filtered(lambda account: account.bank_id in confirmed).unlink()

    @api.model
    def _count(self, banks, company, step):
        known = self.search([('bank_id', 'in', banks.ids), ('company_id', '=', company.id)])
        for account in known:
            account.count = max(account.count + step, 0)
        if step > 0:
            self.create(
                [
                    {'bank_id': bank.id, 'company_id': company.id, 'count': step}
                    for bank in banks - known.bank_id
                ]
            )


class PosReceivableMatchRejection(models.Model):
    """Money and an invoice that somebody said do not belong together: not at all, or not with the
    others it was proposed with."""

    _name = 'pos_receivable.match.rejection'
    _description = "Rejected Match"

    company_id = fields.Many2one(related='item_id.company_id', store=True)
    line_id = fields.Many2one('account.move.line', index='btree_not_null', ondelete='cascade')
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', index='btree_not_null', ondelete='cascade'
    )
    item_id = fields.Many2one('account.move.line', required=True, index=True, ondelete='cascade')
    # The ids of all items it was rejected with, this one among them; not of one that is deleted.
    together = fields.Char(readonly=True)
    count = fields.Integer()

    @api.model
    def _reject(self, proposal, items):
        receipt = {
            **proposal._get_money_id().columns(),
            'together': ','.join(map(str, sorted(items.ids))),
        }
        known = self.search([(name, '=', value) for name, value in receipt.items()])
        for rejection in known:
            rejection.count += 1
        self.create([{**receipt, 'item_id': item.id, 'count': 1} for item in items - known.item_id])
