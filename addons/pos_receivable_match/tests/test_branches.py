from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchBranches(MatchCommon):
    """What is booked for an invoice of a branch is booked in the branch, wherever the money came."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': cls.company.id,
                'country_id': cls.company.country_id.id,
            }
        )
        cls.cr.precommit.run()  # gives the branch its accounts
        cls.env.user.company_ids |= cls.branch
        cls.customer.with_company(cls.branch).property_account_receivable_id = cls.receivable
        cls.expense = cls.company_data['default_account_expense'].copy({'name': 'Bank Charges'})
        cls.company.receivable_writeoff_account_id = cls.expense

    def _create_branch_invoice(self, amount, **values):
        return self._create_invoice(
            amount,
            company_id=self.branch.id,
            journal_id=self.company_data['default_journal_sale'].id,
            **values,
        )

    def _assert_booked_in_branch(self, account, balance):
        items = self.env['account.move.line'].search(
            [('account_id', '=', account.id), ('parent_state', '=', 'posted')]
        )
        self.assertEqual(items.company_id, self.branch)
        self.assertEqual(items.move_id.company_id, self.branch)
        self.assertAlmostEqual(sum(items.mapped('balance')), balance)

    def _accept(self, receipt, invoice, account, rest):
        proposal = self._match_one(receipt)
        proposal.action_accept()
        self.assertPaid(invoice)
        self._assert_booked_in_branch(account, rest)
        proposal.action_undo()
        self.assertOpen(invoice, invoice.amount_total)
        self._assert_booked_in_branch(account, 0)

    def test_a_payment_in_the_parent_is_written_off_in_the_branch(self):
        invoice = self._create_branch_invoice(400)
        payment = self._pay(397.5, memo=invoice.name)
        self.assertEqual(payment.company_id, self.company)
        self._accept(payment, invoice, self.expense, 2.5)

    def test_money_on_the_bank_of_the_parent_is_written_off_in_the_branch(self):
        invoice = self._create_branch_invoice(400)
        line = self._receive(397.5, invoice.name, 'Acme Corporation')
        self._accept(line, invoice, self.expense, 2.5)
        self.assertLeftAlone(line)

    def test_a_bank_line_is_not_decided_anew_while_the_write_off_in_the_branch_stands(self):
        invoice = self._create_branch_invoice(400)
        line = self._receive(397.5, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        proposal.action_accept()
        line.action_undo_reconciliation()
        self._match()
        self.assertEqual(proposal.state, 'changed')
        entry = self.env['account.move.line'].search([('account_id', '=', self.expense.id)]).move_id
        entry._reverse_moves(cancel=True)
        self._match()
        self.assertEqual(proposal.state, 'open')
        self.assertOpen(invoice, 400)

    def test_the_money_of_two_companies_is_written_off_in_each(self):
        ours, theirs = self._create_invoice(400), self._create_branch_invoice(300)
        text = f'{ours.name} {theirs.name}'
        line = self._receive(695.5, text, 'Acme Corporation')
        proposal = self._match_one(line)
        candidate = proposal.sudo().candidate_id
        candidate.allocation_ids.filtered(lambda a: a.move_id == theirs).write(
            {'amount': 298, 'paid': 298, 'left': 2, 'left_as': 'fee'}
        )
        candidate.allocation_ids.filtered(lambda a: a.move_id == ours).write(
            {'amount': 397.5, 'paid': 397.5, 'left': 2.5, 'left_as': 'fee'}
        )
        proposal.action_accept()
        self.assertPaid(ours, theirs)
        items = self.env['account.move.line'].search([('account_id', '=', self.expense.id)])
        self.assertEqual(
            {item.company_id: item.balance for item in items}, {self.company: 2.5, self.branch: 2}
        )
        proposal.action_undo()
        self.assertLeftAlone(line)
        self.assertOpen(theirs, 300)

    def test_the_journal_of_the_branch_is_used_where_it_has_one(self):
        journal = self._create_journal(
            'general', 'Branch Entries', 'BRE', company_id=self.branch.id
        )
        invoice = self._create_branch_invoice(400)
        proposal = self._match_one(self._pay(397.5, memo=invoice.name))
        proposal.action_accept()
        items = self.env['account.move.line'].search([('account_id', '=', self.expense.id)])
        self.assertEqual(items.journal_id, journal)

    def test_a_branch_with_a_policy_of_its_own_writes_off_by_that(self):
        charges = self.expense.copy({'name': "Charges of the Branch"})
        self.branch.write(
            {'receivable_writeoff_account_id': charges.id, 'receivable_writeoff_limit': 2}
        )
        dear, cheap = self._create_branch_invoice(400), self._create_branch_invoice(400)
        self._match_one(self._pay(397.5, memo=dear.name)).action_accept()
        self.assertOpen(dear, 2.5)
        self._match_one(self._pay(398.5, memo=cheap.name)).action_accept()
        self.assertPaid(cheap)
        self._assert_booked_in_branch(charges, 1.5)
        self.assertEqual(self._get_balance(self.expense), 0)

    def test_a_discount_on_an_invoice_of_a_branch_is_granted_in_the_branch(self):
        discounts = self.expense.copy({'name': 'Discounts'})
        for company in (self.company, self.branch):
            company.account_journal_early_pay_discount_loss_account_id = discounts
        term = self.env['account.payment.term'].create(
            {
                'name': 'Discount',
                'early_discount': True,
                'discount_percentage': 2,
                'discount_days': 10,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )
        invoices = [
            self._create_branch_invoice(
                100,
                invoice_payment_term_id=term.id,
                invoice_date=fields.Date.to_string(self.today),
                invoice_date_due=False,
            )
            for _number in range(2)
        ]
        self._accept(
            self._receive(98, invoices[0].name, 'Acme Corporation'), invoices[0], discounts, 2
        )
        self._accept(self._pay(98, memo=invoices[1].name), invoices[1], discounts, 2)
