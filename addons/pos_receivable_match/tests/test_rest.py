from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..matching.policy import FeeProfile, Policy
from ..models.knowledge import PosReceivableMatchKnowledge
from .common import MatchCommon


@tagged('post_install', '-at_install')
class TestMatchRest(MatchCommon):
    """What the money leaves of an invoice: open, written off, or granted as a discount. The screen
    says before what happens, and afterwards what has happened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company_data['default_account_expense'].copy({'name': 'Bank Charges'})
        cls.discount = cls.company_data['default_account_expense'].copy({'name': 'Discounts'})
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.discount

    def _allow_write_offs(self):
        self.company.receivable_writeoff_account_id = self.expense

    def _create_discounted(self, amount, tax=False, computation='included', **values):
        term = self.env['account.payment.term'].create(
            {
                'name': 'Discount',
                'early_discount': True,
                'discount_percentage': 2,
                'discount_days': 10,
                'early_pay_discount_computation': computation,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100})],
            }
        )
        taxes = self.company_data['default_tax_sale'] if tax else self.env['account.tax']
        line = {'name': 'Goods', 'price_unit': amount, 'tax_ids': [Command.set(taxes.ids)]}
        return self._create_invoice(
            invoice_payment_term_id=term.id,
            invoice_date=fields.Date.to_string(self.today),
            invoice_date_due=False,
            invoice_line_ids=[Command.create(line)],
            **values,
        )

    def _register(self, invoice, amount, journal=None):
        """What the core's wizard books for the same money, by account."""
        wizard = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        )
        journal = journal or self.transfer_journal
        payment = wizard.create({'journal_id': journal.id, 'amount': amount})._create_payments()
        return self._sum(payment.move_id, leave_out=payment._seek_for_lines()[0].account_id)

    def _sum(self, moves, leave_out):
        sums = {}
        for line in moves.line_ids.filtered(lambda line: line.account_id not in leave_out):
            key = line.account_id, line.tax_line_id, line.tax_ids, line.tax_tag_ids
            sums[key] = sums.get(key, 0) + line.balance
        return {
            key: self.company.currency_id.round(balance)
            for key, balance in sums.items()
            if not self.company.currency_id.is_zero(balance)
        }

    # -------------------------------------------------------------------------
    # Fees
    # -------------------------------------------------------------------------

    def test_before_accepting_the_screen_says_that_a_fee_is_written_off(self):
        invoice = self._create_invoice(400)
        proposal = self._match_one(self._receive(397.5, invoice.name, 'Acme Corporation'))
        self.assertEqual(proposal.allocation_ids.closing, 'open')
        self._allow_write_offs()
        self.env.invalidate_all()
        self.assertEqual(proposal.allocation_ids.closing, 'write_off')

    def test_afterwards_the_screen_says_what_happened_whatever_the_policy_is_now(self):
        self._allow_write_offs()
        first, second = self._create_invoice(400), self._create_invoice(400)
        line, other_line = (
            self._receive(397.5, invoice.name, 'Acme Corporation') for invoice in (first, second)
        )
        written_off = self._match_one(line)
        written_off.action_accept()
        self.company.receivable_writeoff_account_id = False
        left_open = self._match_one(other_line)
        left_open.action_accept()
        self._allow_write_offs()
        self.env.invalidate_all()
        self.assertEqual(written_off.allocation_ids.closing, 'write_off')
        self.assertEqual(left_open.allocation_ids.closing, 'open')
        written_off.action_undo()
        left_open.action_undo()
        self.assertOpen(first, 400)
        self.assertOpen(second, 400)

    def test_nothing_is_written_off_on_an_archived_account(self):
        self._allow_write_offs()
        self.expense.active = False
        invoice = self._create_invoice(400)
        self._match_one(self._receive(397.5, invoice.name, 'Acme Corporation')).action_accept()
        self.assertOpen(invoice, 2.5)

    def test_a_fee_of_exactly_the_share_allowed_is_written_off(self):
        self._allow_write_offs()
        self.company.receivable_writeoff_percentage = 3
        policy = Policy(fees=(FeeProfile('Card', permyriad=300),))
        invoice = self._create_invoice(9)
        line = self._receive(8.73, invoice.name, 'Acme Corporation')
        with patch.object(
            PosReceivableMatchKnowledge, '_get_policy', lambda _source, _company: policy
        ):
            proposal = self._match_one(line)
        self.assertEqual(proposal.allocation_ids.left_as, 'fee')
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertAlmostEqual(self._get_balance(self.expense), 0.27)

    def test_the_default_taxes_of_the_write_off_account_are_not_added(self):
        self._allow_write_offs()
        self.expense.tax_ids = self.company_data['default_tax_purchase']
        invoices = [self._create_invoice(400), self._create_invoice(400)]
        self._match_one(self._receive(397.5, invoices[0].name, 'Acme')).action_accept()
        self._match_one(self._pay(397.5, memo=invoices[1].name)).action_accept()
        self.assertPaid(*invoices)
        self.assertEqual(self._get_balance(self.expense), 5)

    def test_choosing_the_same_amounts_by_hand_leaves_the_rest_open_as_the_dialog_shows(self):
        self._allow_write_offs()
        invoice = self._create_invoice(400)
        proposal = self._match_one(self._receive(397.5, invoice.name, 'Acme Corporation'))
        self._choose(proposal, {invoice: 397.5})
        self.assertOpen(invoice, 2.5)
        self.assertEqual(self._get_decisions(proposal).action, 'accept')
        self.assertEqual(proposal.allocation_ids.closing, 'open')

    # -------------------------------------------------------------------------
    # Early-payment discounts
    # -------------------------------------------------------------------------

    def test_accepting_a_discounted_transfer_grants_the_discount_as_the_core_does(self):
        for tax in (False, True):
            for computation in ('included', 'excluded', 'mixed'):
                with self.subTest(tax=tax, computation=computation):
                    twin = self._create_discounted(123.45, tax, computation, partner=self.other)
                    invoice = self._create_discounted(123.45, tax, computation)
                    self._check_discounted_like(twin, invoice)

    def _check_discounted_like(self, twin, invoice):
        due = self._get_item(invoice).discount_amount_currency
        self.assertLess(due, invoice.amount_total)
        expected = self._register(twin, due)
        line = self._receive(due, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        self.assertEqual(proposal.allocation_ids.closing, 'discount')
        before = self._read_ledger()
        proposal.action_accept()
        self.assertPaid(invoice)
        self.assertTrue(line.is_reconciled)
        booked = self._sum(line.move_id, leave_out=line._seek_for_lines()[0].account_id)
        self.assertEqual(booked, expected)
        self.assertEqual(proposal.allocation_ids.closing, 'discount')
        [outcome] = self._get_decisions(proposal).outcome['booked']
        granted = invoice.currency_id.round(invoice.amount_total - due)
        self.assertEqual((outcome['discount'], outcome['written_off']), (granted, 0))
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)
        self.assertOpen(invoice, invoice.amount_total)
        # Undone once, it is proposed once more, and can be accepted again.
        proposal.action_accept()
        self.assertPaid(invoice)

    def test_accepting_a_discounted_payment_grants_the_discount_in_an_entry_of_its_own(self):
        for tax in (False, True):
            with self.subTest(tax=tax):
                before = self._get_balance(self.discount)
                twin, invoice = self._create_discounted(100, tax), self._create_discounted(100, tax)
                due = self._get_item(invoice).discount_amount_currency
                expected = self._register(twin, due)
                payment = self._pay(due, memo=invoice.name)
                proposal = self._match_one(payment)
                proposal.action_accept()
                self.assertPaid(invoice)
                entries = self.env['account.move'].browse(proposal.outcome['entries'])
                self.assertEqual(
                    self._sum(
                        entries | payment.move_id,
                        leave_out=payment._seek_for_lines()[0].account_id,
                    ),
                    expected,
                )
                granted = self._get_balance(self.discount) - before
                proposal.action_undo()
                self.assertOpen(invoice, invoice.amount_total)
                self.assertEqual(self._get_balance(self.discount) - before, granted / 2)

    def test_two_discounted_invoices_are_paid_by_one_transfer(self):
        first, second = self._create_discounted(100), self._create_discounted(50)
        line = self._receive(147, f'{first.name} {second.name}', 'Acme Corporation')
        before = self._read_ledger()
        proposal = self._match_one(line)
        proposal.action_accept()
        self.assertPaid(first, second)
        self.assertEqual(self._get_balance(self.discount), 3)
        proposal.action_undo()
        self.assertEqual(self._read_ledger(), before)

    def test_a_discount_in_euros_is_granted_with_the_difference_of_the_rates(self):
        euro = self.setup_other_currency('EUR', rates=[('2020-01-01', 0.7)])
        journal = self._create_journal('bank', 'Euros', 'EUR1', currency_id=euro.id)
        twin, invoice = (
            self._create_discounted(100, currency_id=euro.id, partner=partner)
            for partner in (self.other, self.customer)
        )
        euro.rate_ids.create(
            {
                'name': self.today,
                'rate': 0.8,
                'currency_id': euro.id,
                'company_id': self.company.id,
            }
        )
        expected = self._register(twin, 98, journal)
        line = self._receive(98, invoice.name, 'Acme Corporation', journal_id=journal.id)
        proposal = self._match_one(line)
        proposal.action_accept()
        self.assertPaid(invoice)
        booked = self._sum(line.move_id, leave_out=line._seek_for_lines()[0].account_id)
        self.assertEqual(booked, expected)
        proposal.action_undo()
        self.assertOpen(invoice, 100)
        self.assertLeftAlone(line)

    def test_money_after_the_discounts_date_gets_none(self):
        invoice = self._create_discounted(100)
        invoice.line_ids.discount_date = self.today
        line = self._receive(98, invoice.name, 'Acme Corporation')
        proposal = self._match_one(line)
        self.assertEqual(proposal.allocation_ids.closing, 'discount')
        self._get_item(invoice).discount_date = fields.Date.subtract(self.today, days=1)
        self.env.invalidate_all()
        self.assertEqual(proposal.allocation_ids.closing, 'open')
        proposal.action_accept()
        self.assertOpen(invoice, 2)

    def test_without_an_account_for_discounts_the_rest_stays_open(self):
        self.company.account_journal_early_pay_discount_loss_account_id = False
        invoice = self._create_discounted(100)
        proposal = self._match_one(self._receive(98, invoice.name, 'Acme Corporation'))
        self.assertEqual(proposal.allocation_ids.closing, 'open')
        proposal.action_accept()
        self.assertOpen(invoice, 2)

    def test_money_in_the_banks_currency_settles_an_invoice_of_the_company(self):
        pound = self.setup_other_currency('GBP', rates=[('2020-01-01', 0.7317)])
        journal = self._create_journal('bank', 'Pounds', 'GBP1', currency_id=pound.id)
        invoice = self._create_invoice(297.64)
        due = pound.round(297.64 * 0.7317)
        line = self._receive(due, invoice.name, 'Acme Corporation', journal_id=journal.id)
        proposal = self._match_one(line)
        self.assertEqual(proposal.candidate_ids[:1].fit, 'converted')
        proposal.action_accept()
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0.0))
        self.assertTrue(line.is_reconciled)
        proposal.action_undo()
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('not_paid', 297.64))
