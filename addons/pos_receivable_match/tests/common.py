from odoo.fields import Command

from odoo.addons.pos_receivable.tests.common_reconcile import ReconcileCommon


class MatchCommon(ReconcileCommon):
    """Money that is linked to nothing, and the queue of an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.match_cron = cls.env.ref('pos_receivable_match.ir_cron_match')
        cls.other = cls.env['res.partner'].create({'name': 'Bright Builders'})
        cls.receivable = cls.company_data['default_account_receivable']

    @classmethod
    def _receive(cls, amount, text='', payer='', **values):
        """A line of a bank statement."""
        return cls.env['account.bank.statement.line'].create(
            {
                'journal_id': cls.transfer_journal.id,
                'date': cls.today,
                'amount': amount,
                'payment_ref': text,
                'partner_name': payer,
                **values,
            }
        )

    def _match(self, company=None):
        """Run the night's matching; the undecided proposals."""
        self.env['pos_receivable.match.schedule']._run_now(company or self.company)
        proposals = self.env['pos_receivable.match.proposal'].search([('state', '=', 'open')])
        return proposals.with_user(self.accountant).with_context(
            allowed_company_ids=self.company.ids
        )

    def _match_one(self, receipt):
        """The proposal for ``receipt``, a payment or a statement line, as the accountant sees
        it."""
        return self._match().filtered(
            lambda proposal: receipt in (proposal.sudo().payment_id, proposal.statement_line_id)
        )

    def _choose(self, proposal, amounts):
        """Choose others, as the accountant does in the dialog."""
        wizard = (
            self.env['pos_receivable.match.choose']
            .with_user(self.accountant)
            .create(
                {
                    'proposal_id': proposal.id,
                    'line_ids': [
                        Command.create({'line_id': self._get_item(invoice).id, 'amount': amount})
                        for invoice, amount in amounts.items()
                    ],
                }
            )
        )
        wizard.action_confirm()

    def _set_mode(self, capability, mode, proven=True):
        """Set a mode; for automatic with as many right reviews as it takes."""
        modes = self.env['pos_receivable.mode'].sudo()
        modes._ensure(self.company)
        if mode == 'auto' and proven:
            self._review(capability, 300)
        record = modes.search(
            [('company_id', '=', self.company.id), ('capability', '=', capability)]
        )
        record.mode = mode
        return record

    def _review(self, capability, count, action='accept'):
        """As if people had decided so often on certain proposals."""
        self._reviews = getattr(self, '_reviews', 0)
        self.env['pos_receivable.decision'].sudo().create(
            [
                {
                    'user_id': self.accountant.id,
                    'company_id': self.company.id,
                    'subject_id': -1 - self._reviews - number,
                    'action': action,
                    'capability': capability,
                    'is_certain': True,
                }
                for number in range(count)
            ]
        )
        self._reviews += count

    def _get_decisions(self, proposal):
        return (
            self.env['pos_receivable.decision']
            .search([('subject_id', '=', proposal.id)])
            .sorted('id')
        )

    def _read_ledger(self, *accounts):
        """All there is to compare in the books: residuals and balances, by journal item."""
        self.env.invalidate_all()
        lines = self.env['account.move.line'].search([('parent_state', '=', 'posted')])
        return sorted(
            (line.move_id.id, line.account_id.id, line.balance, line.amount_residual)
            for line in lines
        )

    def assertLeftAlone(self, statement_line):
        """The money still stands on the suspense account."""
        self.assertFalse(statement_line.is_reconciled)
        self.assertEqual(
            statement_line.line_ids.account_id,
            statement_line.journal_id.default_account_id
            | statement_line.journal_id.suspense_account_id,
        )

    @classmethod
    def _add_account(cls, partner, number):
        partner.bank_ids = [Command.create({'acc_number': number})]
