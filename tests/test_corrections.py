from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCorrections(PosReceivableCommon):
    """What an accountant corrects on a collection changes that and nothing else: the ledger and
    the drawer still agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drawer_account = cls.cash_journal.default_account_id
        cls.receivable = cls.company_data['default_account_receivable']

    def _correct(self, payment, **values):
        payment.action_draft()
        payment.write(values)
        payment.action_post()

    def _get_items(self, payment):
        self.env.invalidate_all()
        return [
            (line.account_id, line.amount_currency, line.balance)
            for line in payment.move_id.line_ids.sorted('id')
        ]

    def assertDrawerAgrees(self, expected):
        self.assertEqual(self._get_balance(self.drawer_account), expected)
        self.assertEqual(self.session.cash_register_balance_end, expected)


@tagged('post_install', '-at_install')
class TestMovedCollections(TestCorrections):
    """Card was pressed, but it was cash."""

    def test_what_was_cash_enters_the_drawers_account_and_the_drawer(self):
        for method_account in (self.env['account.account'], self.outstanding_account):
            with self.subTest(method_account=method_account.name):
                self.cash_journal.inbound_payment_method_line_ids.payment_account_id = (
                    method_account
                )
                before = self._get_balance(self.drawer_account)
                payment, _answer = self._collect(
                    {self._create_invoice(100.0): 70.0}, journal=self.card_journal
                )
                self.assertDrawerAgrees(before)
                self._correct(payment, journal_id=self.cash_journal.id)
                self.assertDrawerAgrees(before + 70.0)
                self.assertEqual(payment.move_id.journal_id, self.cash_journal)
                self.assertEqual(payment.payment_method_line_id.journal_id, self.cash_journal)
                self.assertEqual(payment.state, 'paid')

    def test_what_was_no_cash_waits_where_it_would_have_waited(self):
        expected, _answer = self._collect(
            {self._create_invoice(10.0): 10.0}, journal=self.transfer_journal
        )
        payment, _answer = self._collect({self._create_invoice(100.0): 70.0})
        self._correct(payment, journal_id=self.transfer_journal.id)
        self.assertEqual(
            payment._seek_for_lines()[0].account_id, expected._seek_for_lines()[0].account_id
        )
        self.assertDrawerAgrees(0.0)

    def test_a_payment_method_chosen_by_the_accountant_is_kept(self):
        account = self.outstanding_account.copy({'name': 'Outstanding Voucher'})
        method = self.card_journal.inbound_payment_method_line_ids[:1].copy(
            {'name': 'Voucher', 'payment_account_id': account.id}
        )
        payment, _answer = self._collect({self._create_invoice(100.0): 70.0})
        self._correct(payment, journal_id=self.card_journal.id, payment_method_line_id=method.id)
        self.assertEqual(payment.payment_method_line_id, method)
        self.assertEqual(payment._seek_for_lines()[0].account_id, account)

    def test_several_are_moved_at_once(self):
        payments = self.env['account.payment']
        for journal in (self.card_journal, self.transfer_journal, self.cash_journal):
            payments += self._collect({self._create_invoice(10.0): 10.0}, journal=journal)[0]
        self._correct(payments, journal_id=self.cash_journal.id)
        self.assertDrawerAgrees(30.0)

    def test_a_journal_without_account_is_explained(self):
        payment, _answer = self._collect(
            {self._create_invoice(100.0): 70.0}, journal=self.card_journal
        )
        payment.action_draft()
        self.cash_journal.default_account_id = False
        with self.assertRaisesRegex(UserError, "Drawer has no cash account"):
            payment.journal_id = self.cash_journal

    def test_the_receivable_account_of_the_invoice_is_kept(self):
        other = self.receivable.copy({'name': 'Other customers'})
        self.customer.property_account_receivable_id = other
        invoice = self._create_invoice(100.0)
        self.customer.property_account_receivable_id = self.receivable
        payment, _answer = self._collect({invoice: 70.0}, journal=self.card_journal)
        self._correct(payment, journal_id=self.cash_journal.id)
        self.assertEqual(
            self._get_items(payment), [(self.drawer_account, 70.0, 70.0), (other, -70.0, -70.0)]
        )

    def test_what_coins_could_not_pay_stays_in_the_entry(self):
        profit = self.company_data['default_account_revenue'].copy({'name': 'Rounding profit'})
        loss = self.company_data['default_account_expense'].copy({'name': 'Rounding loss'})
        rounding = self.env['account.cash.rounding'].create(
            {
                'name': '5 cents',
                'rounding': 0.05,
                'rounding_method': 'HALF-UP',
                'strategy': 'add_invoice_line',
                'profit_account_id': profit.id,
                'loss_account_id': loss.id,
            }
        )
        self.config.write({'cash_rounding': True, 'rounding_method': rounding.id})
        for amount, cash, account in ((64.97, 64.95, loss), (64.98, 65.0, profit)):
            with self.subTest(amount=amount):
                before = self._get_balance(self.drawer_account)
                payment, _answer = self._collect({self._create_invoice(amount): amount})
                for journal, liquidity, in_drawer in (
                    (self.card_journal, self.outstanding_account, 0.0),
                    (self.cash_journal, self.drawer_account, cash),
                ):
                    self._correct(payment, journal_id=journal.id)
                    self.assertCountEqual(
                        [
                            (account, balance)
                            for account, _amount, balance in self._get_items(payment)
                        ],
                        [
                            (liquidity, cash),
                            (self.receivable, -amount),
                            (account, round(amount - cash, 2)),
                        ],
                    )
                    self.assertDrawerAgrees(round(before + in_drawer, 2))
