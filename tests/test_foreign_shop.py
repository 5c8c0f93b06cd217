from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestForeignShop(PosReceivableCommon):
    """A shop that works in another currency than its company, with journals in that currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency('EUR', rates=[('1900-01-01', 0.5)])
        cls.euro_drawer = cls._create_journal('cash', 'Euro drawer', 'EUD', currency_id=cls.euro.id)
        cls.euro_bank = cls._create_journal('bank', 'Euro bank', 'EUB', currency_id=cls.euro.id)
        cls.euro_sales = cls._create_journal('sale', 'Euro sales', 'EUS', currency_id=cls.euro.id)
        method = cls.env['pos.payment.method'].create(
            {'name': 'Euro cash', 'journal_id': cls.euro_drawer.id}
        )
        cls.euro_shop = cls.env['pos.config'].create(
            {
                'name': 'Euro shop',
                'company_id': cls.company.id,
                'journal_id': cls.euro_sales.id,
                'invoice_journal_id': cls.euro_sales.id,
                'payment_method_ids': [Command.set(method.ids)],
                'use_pricelist': False,
                'use_invoice_payment': True,
                'invoice_payment_cash_journal_id': cls.euro_drawer.id,
                'invoice_payment_bank_journal_ids': [Command.set(cls.euro_bank.ids)],
            }
        )
        cls.euro_session = cls._open_session(cls.euro_shop)

    def test_amounts_are_in_the_currency_of_the_till(self):
        in_dollars = self._create_invoice(100.0)
        in_euros = self._create_invoice(30.0, due_in=31, currency_id=self.euro.id)
        answer = self._list(session=self.euro_session)
        self.assertEqual(answer['currency_id'], self.euro.id)
        self.assertEqual(
            [(row['id'], row['amount_residual'], row['amount_due']) for row in answer['invoices']],
            [(in_dollars.id, 100.0, 50.0), (in_euros.id, 30.0, 30.0)],
        )
        self.assertEqual(answer['total_due'], 80.0)

    def test_one_tender_pays_invoices_of_both_currencies(self):
        in_dollars = self._create_invoice(100.0)
        in_euros = self._create_invoice(30.0, currency_id=self.euro.id)
        payment, _answer = self._collect(
            {in_dollars: 50.0, in_euros: 10.0},
            journal=self.euro_drawer,
            session=self.euro_session,
        )
        self.assertEqual((payment.currency_id, payment.amount), (self.euro, 60.0))
        self.assertRecordValues(
            payment._seek_for_lines()[0], [{'amount_currency': 60.0, 'balance': 120.0}]
        )
        self.assertEqual((in_dollars.payment_state, in_dollars.amount_residual), ('paid', 0.0))
        self.assertEqual(in_euros.amount_residual, 20.0)

    def test_the_drawer_is_counted_in_the_currency_of_the_till(self):
        invoice = self._create_invoice(100.0)
        self._collect({invoice: 40.0}, journal=self.euro_drawer, session=self.euro_session)
        self._collect({invoice: 10.0}, journal=self.euro_bank, session=self.euro_session)
        data = self.euro_session.get_closing_control_data()
        self.assertEqual(data['default_cash_details']['amount'], 40.0)
        self.assertEqual([row['amount'] for row in data['invoice_payments']], [10.0])
        self.assertEqual(self._close(self.euro_session, 40.0), {'successful': True})
        self.assertEqual(self.euro_session.cash_register_difference, 0.0)
        self.assertEqual(self._get_balance(self.euro_drawer.default_account_id), 80.0)

    def test_a_void_gives_back_what_was_taken(self):
        invoice = self._create_invoice(100.0)
        payment, _answer = self._collect(
            {invoice: 50.0}, journal=self.euro_drawer, session=self.euro_session
        )
        manager = self._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        self.euro_session.with_user(manager).void_invoice_payment(payment.id, 'wrong')
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('not_paid', 100.0))
        self.assertEqual(self._get_balance(self.euro_drawer.default_account_id), 0.0)

    def _collect_in_both_shops(self):
        self._collect(
            {self._create_invoice(100.0): 40.0},
            journal=self.euro_drawer,
            session=self.euro_session,
        )
        self._collect({self._create_invoice(100.0): 25.0})

    def test_a_day_of_shops_in_several_currencies_is_told_in_the_companys(self):
        self._collect_in_both_shops()
        report = self.env['report.point_of_sale.report_saledetails'].with_company(self.company)
        shops = self.euro_shop | self.config
        for asked, sign, rows, total in (
            (shops, self.company.currency_id.symbol, [25.0, 80.0], 105.0),
            (self.euro_shop, self.euro.symbol, [40.0], 40.0),
        ):
            details = report.get_sale_details(config_ids=asked.ids)
            self.assertEqual(details['currency']['symbol'], sign)
            self.assertCountEqual([row['amount'] for row in details['invoice_payments']], rows)
            self.assertEqual(details['invoice_payments_total'], total)

    def test_only_one_of_two_shops_collected_and_is_told_in_the_companys_currency(self):
        self._collect(
            {self._create_invoice(100.0): 40.0},
            journal=self.euro_drawer,
            session=self.euro_session,
        )
        report = self.env['report.point_of_sale.report_saledetails'].with_company(self.company)
        details = report.get_sale_details(config_ids=(self.euro_shop | self.config).ids)
        self.assertEqual(details['currency']['symbol'], self.company.currency_id.symbol)
        self.assertEqual([row['amount'] for row in details['invoice_payments']], [80.0])

    def test_the_analysis_adds_up_what_was_booked_in_the_companys_currency(self):
        self._collect_in_both_shops()
        self.env.flush_all()
        [[total]] = self.env['pos_receivable.payment.report']._read_group(
            [('company_id', '=', self.company.id)], aggregates=['amount_company:sum']
        )
        self.assertEqual(total, 105.0)
