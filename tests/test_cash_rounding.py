from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCashRounding(PosReceivableCommon):
    """Where the smallest coin is 5 cents, the drawer holds what coins can pay and the invoice is
    settled all the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profit = cls.company_data['default_account_revenue'].copy({'name': 'Rounding profit'})
        cls.loss = cls.company_data['default_account_expense'].copy({'name': 'Rounding loss'})
        cls.rounding = cls.env['account.cash.rounding'].create(
            {
                'name': '5 cents',
                'rounding': 0.05,
                'rounding_method': 'HALF-UP',
                'strategy': 'add_invoice_line',
                'profit_account_id': cls.profit.id,
                'loss_account_id': cls.loss.id,
            }
        )
        cls.config.write({'cash_rounding': True, 'rounding_method': cls.rounding.id})

    def _get_items(self, payment):
        return sorted((line.account_id.name, line.balance) for line in payment.move_id.line_ids)

    def test_less_cash_is_a_loss_and_more_a_profit(self):
        drawer = self.cash_journal.default_account_id.name
        receivable = self.company_data['default_account_receivable'].name
        for amount, cash, account, difference in (
            (64.97, 64.95, 'Rounding loss', 0.02),
            (64.98, 65.0, 'Rounding profit', -0.02),
        ):
            with self.subTest(amount=amount):
                invoice = self._create_invoice(amount)
                payment, answer = self._collect({invoice: amount}, tendered=70.0)
                self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0.0))
                self.assertEqual(
                    self._get_items(payment),
                    sorted([(drawer, cash), (receivable, -amount), (account, difference)]),
                )
                self.assertEqual(
                    (answer['payment']['amount'], answer['payment']['change']),
                    (cash, round(70.0 - cash, 2)),
                )
        self.assertEqual(self.session.cash_register_balance_end, 129.95)

    def test_several_invoices_are_rounded_once(self):
        first, second = self._create_invoice(10.01), self._create_invoice(20.01)
        payment, _answer = self._collect({first: 10.01, second: 20.01})
        self.assertEqual(payment.amount, 30.0)
        self.assertEqual((first | second).mapped('payment_state'), ['paid', 'paid'])
        self.assertIn(('Rounding loss', 0.02), self._get_items(payment))

    def test_switched_on_without_a_method_nothing_is_rounded(self):
        shop = self._create_shop('Shop 2', self._create_journal('cash', 'Drawer 2', 'DR2'))
        session = self._open_session(shop)
        shop.cash_rounding = True  # the core would refuse it when the session is opened
        self.assertFalse(shop.rounding_method)
        invoice = self._create_invoice(64.97)
        payment, answer = self._collect(
            {invoice: 64.97},
            journal=shop.invoice_payment_cash_journal_id,
            session=session,
            tendered=70.0,
        )
        self.assertEqual((payment.amount, invoice.amount_residual), (64.97, 0.0))
        self.assertEqual(answer['payment']['change'], 5.03)

    def test_cards_pay_the_cent(self):
        invoice = self._create_invoice(64.97)
        payment, _answer = self._collect({invoice: 64.97}, journal=self.card_journal)
        self.assertEqual((payment.amount, len(payment.move_id.line_ids)), (64.97, 2))

    def test_an_amount_below_the_smallest_coin_is_refused(self):
        self.assertRefused("too little", {self._create_invoice(64.97): 0.02})

    def test_missing_accounts_are_explained(self):
        # The core keeps the rounding from being changed while a session uses it.
        self.session.sudo().state = 'closed'
        self.rounding.write({'strategy': 'biggest_tax', 'loss_account_id': False})
        self.cash_journal.loss_account_id = False
        self.session.sudo().state = 'opened'
        self.assertRefused("no profit and loss accounts", {self._create_invoice(64.97): 64.97})

    def test_cash_must_cover_the_rounded_amount(self):
        invoice = self._create_invoice(64.98)
        with self.assertRaisesRegex(UserError, "does not cover the payment"):
            self._collect({invoice: 64.98}, tendered=64.98)
        self._collect({invoice: 64.98}, tendered=65.0)
