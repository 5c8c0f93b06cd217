from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.fields import Command
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


@tagged('post_install', '-at_install')
class TestCorrectedGroups(TestCorrections):
    """One tender paid several invoices: what is their share is not the core's to rewrite."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yesterday = cls.today - relativedelta(days=1)
        if cls.yesterday.year != cls.today.year:
            # Where the year begins, the core asks for the number of the old one to be cleared.
            cls.yesterday = cls.today + relativedelta(days=1)
        cls.other_receivable = cls.receivable.copy({'name': 'Other customers'})
        cls.first = cls._create_invoice(100.0)
        cls.customer.property_account_receivable_id = cls.other_receivable
        cls.second = cls._create_invoice(80.0)
        cls.customer.property_account_receivable_id = cls.receivable

    def _collect_group(self, **values):
        return self._collect({self.first: 60.0, self.second: 80.0}, **values)[0]

    def _describe(self, payment):
        """The entry without what the tests change: the items, in order and with their identity."""
        self.env.invalidate_all()
        return [
            (
                line.id,
                line.account_id,
                line.partner_id,
                line.name,
                line.amount_currency,
                line.balance,
            )
            for line in payment.move_id.line_ids.sorted('id')
        ]

    def test_the_date_is_corrected(self):
        payment = self._collect_group()
        entry, pairs = self._describe(payment), payment._map_invoice_payment_items()
        self._correct(payment, date=self.yesterday)
        self.assertEqual(self._describe(payment), entry)
        self.assertEqual(payment._map_invoice_payment_items(), pairs)
        self.assertEqual(payment.move_id.date, self.yesterday)
        self.assertEqual(set(payment.move_id.line_ids.mapped('date_maturity')), {self.yesterday})
        self.assertEqual(payment.invoice_ids, self.first | self.second)

    def test_the_reference_is_corrected(self):
        payment = self._collect_group(journal=self.card_journal, reference='slip 1')
        entry = self._describe(payment)
        self._correct(payment, payment_reference='slip 2')
        self.assertEqual(self._describe(payment), entry)
        self.assertEqual(payment.payment_reference, 'slip 2')

        self._correct(payment, memo='Two invoices')
        [money, *shares] = self._describe(payment)
        self.assertEqual(money[3], 'Two invoices')
        self.assertEqual(shares, entry[1:])
        self.assertEqual(payment.move_id.ref, 'Two invoices')
        self.assertEqual(payment.invoice_ids, self.first | self.second)

    def test_the_journal_is_corrected(self):
        payment = self._collect_group(journal=self.card_journal)
        [money, *shares] = self._describe(payment)
        self.assertDrawerAgrees(0.0)
        self._correct(payment, journal_id=self.cash_journal.id)
        self.assertEqual(
            self._describe(payment), [(money[0], self.drawer_account, *money[2:]), *shares]
        )
        self.assertEqual(payment.move_id.journal_id, self.cash_journal)
        self.assertIn(self.cash_journal.code, payment.name)
        self.assertIn("was moved from Card to Drawer", self.session.message_ids[0].body)
        self.assertDrawerAgrees(140.0)
        self.assertEqual(payment.invoice_ids, self.first | self.second)

    def test_what_was_corrected_still_pays_its_invoices(self):
        payment = self._collect_group(journal=self.card_journal)
        invoices = self.first | self.second
        payment.action_draft()
        payment.write({'journal_id': self.cash_journal.id, 'date': self.yesterday})
        payment.action_post()
        self.assertEqual(invoices.mapped('amount_residual'), [40.0, 0.0])
        self.assertEqual(payment.reconciled_invoice_ids, invoices)

    def test_amount_customer_and_currency_are_refused_and_nothing_is_written(self):
        payment = self._collect_group()
        payment.action_draft()
        entry = self._describe(payment)
        currency = self.setup_other_currency('EUR', rates=[('1900-01-01', 3.0)])
        partner = self.env['res.partner'].create({'name': 'Somebody else'})
        for values in (
            {'amount': 139.99},
            {'partner_id': partner.id},
            {'currency_id': currency.id},
            {'amount': 139.99, 'date': self.yesterday},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "pays several invoices"):
                payment.write(values)
            self.assertEqual(self._describe(payment), entry)
            self.assertEqual(
                (payment.amount, payment.partner_id, payment.date),
                (140.0, self.customer, self.today),
            )

    def test_a_form_that_sends_what_did_not_change_is_saved(self):
        payment = self._collect_group()
        self._correct(
            payment,
            date=self.yesterday,
            amount=140.0,
            partner_id=self.customer.id,
            currency_id=self.company.currency_id.id,
        )
        self.assertEqual(payment.move_id.date, self.yesterday)

    def test_a_payment_of_one_invoice_may_change_its_amount(self):
        payment, _answer = self._collect({self.first: 60.0})
        self._correct(payment, amount=50.0)
        self.assertEqual(
            [balance for _account, _amount, balance in self._get_items(payment)], [50.0, -50.0]
        )

    def test_discount_and_its_taxes_stay_in_the_entry(self):
        tax = self.company_data['default_tax_sale']
        term = self.env['account.payment.term'].create(
            {
                'name': '2% 10 days',
                'early_discount': True,
                'discount_days': 10,
                'discount_percentage': 2,
                'early_pay_discount_computation': 'included',
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 30})
                ],
            }
        )

        def create_invoice():
            return self._create_invoice(
                invoice_date=self.today - relativedelta(days=2),
                invoice_payment_term_id=term.id,
                invoice_date_due=False,
                invoice_line_ids=[
                    Command.create(
                        {'name': 'Goods', 'price_unit': 100.0, 'tax_ids': [Command.set(tax.ids)]}
                    )
                ],
            )

        for count in (1, 2):
            with self.subTest(invoices=count):
                invoices = [create_invoice() for _number in range(count)]
                shares = dict.fromkeys(invoices, 112.7)
                payment, _answer = self._collect(shares, journal=self.card_journal)
                self.assertEqual({invoice.payment_state for invoice in invoices}, {'paid'})

                def describe(payment=payment):
                    return [
                        (line.tax_ids, line.tax_line_id, line.tax_tag_ids, line.balance)
                        for line in payment.move_id.line_ids.sorted('id')
                    ]

                entry = describe()
                self.assertEqual(len(entry), 1 + 3 * count)
                self._correct(payment, journal_id=self.cash_journal.id, date=self.yesterday)
                self.assertEqual(describe(), entry)

    def test_foreign_money_is_worth_what_it_was_on_its_day(self):
        euro = self.setup_other_currency(
            'EUR',
            rates=[
                ('1900-01-01', 3.0),
                (min(self.today, self.yesterday), 4.2537),
                (max(self.today, self.yesterday), 151.37),
            ],
        )
        drawer = self._create_journal('cash', 'Euro drawer', 'EUD', currency_id=euro.id)
        sales = self._create_journal('sale', 'Euro sales', 'EUS', currency_id=euro.id)
        method = self.env['pos.payment.method'].create(
            {'name': 'Euro cash', 'journal_id': drawer.id}
        )
        shop = self.env['pos.config'].create(
            {
                'name': 'Euro shop',
                'company_id': self.company.id,
                'journal_id': sales.id,
                'invoice_journal_id': sales.id,
                'payment_method_ids': [Command.set(method.ids)],
                'use_pricelist': False,
                'use_invoice_payment': True,
                'invoice_payment_cash_journal_id': drawer.id,
            }
        )
        invoices = [self._create_invoice(100.0, currency_id=euro.id) for _number in range(3)]
        shares = dict(zip(invoices, (33.33, 99.99, 12.28), strict=True))
        payment, _answer = self._collect(shares, journal=drawer, session=self._open_session(shop))
        self._correct(payment, date=self.yesterday)
        money, *rest = self._get_items(payment)
        self.assertEqual([amount for _account, amount, _balance in rest], [-33.33, -99.99, -12.28])
        expected = euro._convert(145.60, self.company.currency_id, self.company, self.yesterday)
        self.assertEqual(money, (drawer.default_account_id, 145.60, expected))
        for _account, amount, balance in rest:
            self.assertAlmostEqual(
                balance,
                euro._convert(amount, self.company.currency_id, self.company, self.yesterday),
                delta=0.011,
            )
        # And back: no cent is lost on the way.
        self._correct(payment, date=self.today)
        self.assertEqual(
            sum(balance for _account, _amount, balance in self._get_items(payment)[1:]),
            -euro._convert(145.60, self.company.currency_id, self.company, self.today),
        )
        # What is worth something else has to be reconciled anew: each share with its invoice.
        self.assertEqual({invoice.amount_residual for invoice in invoices}, {100.0})
        self.env['account.move'].union(*invoices).action_force_payment_reconciliation()
        self.assertEqual([invoice.amount_residual for invoice in invoices], [66.67, 0.01, 87.72])
