from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CustomerCommon, RandomWorld

WHOLE = 500


@tagged('post_install', '-at_install')
class TestStatement(CustomerCommon):
    """What a customer is told of their account."""

    def _tell(self, partner=None, session=None, **options):
        return (session or self.session).get_account_statement(
            (partner or self.customer).id, **options
        )

    def test_open_items_with_how_old_they_are(self):
        for amount, due_in in ((100, 5), (10, -1), (20, -31), (30, -60), (40, -61), (50, -200)):
            self._book(amount, days_ago=250, due_in=250 + due_in)
        self._book(-25.0, days_ago=70)
        told = self._tell()
        [section] = told['sections']
        self.assertEqual(
            [section[name] for name in ('not_due', 'late_30', 'late_60', 'late_90', 'late_more')],
            [100, 10, 50, 40, 50],
        )
        self.assertEqual((section['credits'], section['open'], section['closing']), (-25, 225, 225))
        self.assertEqual(told['line_count'], 7)
        self.assertEqual(
            [line['residual'] for line in told['lines']], [50, -25, 40, 30, 20, 10, 100]
        )
        self.assertEqual(
            [line['days_overdue'] for line in told['lines']], [200, 0, 61, 60, 31, 1, 0]
        )

    def test_activity_begins_with_what_was_due_before(self):
        self._book(100.0, days_ago=20)
        debt = self._book(50.0, days_ago=10)
        credit = self._book(-120.0, days_ago=5)
        (debt | credit).reconcile()
        told = self._tell(kind='activity', date_from=str(self._day(15)), date_to=str(self._day(5)))
        [section] = told['sections']
        self.assertEqual((section['opening'], section['closing']), (100.0, 30.0))
        self.assertEqual([line['amount'] for line in told['lines']], [50.0, -120.0])
        self.assertEqual([line['balance'] for line in told['lines']], [150.0, 30.0])
        [section] = self._tell(kind='open', date_to=str(self._day(6)))['sections']
        self.assertEqual((section['open'], section['open_count']), (150.0, 2))

    def test_the_statements_of_any_books_tie_on_every_day(self):
        for seed in range(10, 12):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                world = RandomWorld(self, seed).run()
                for day in world.days[::3]:
                    for customer in self.customer | self.other_customer:
                        self._check_open(customer, day)
                        self._check_activity(customer, world.days[4], max(day, world.days[4]))
                savepoint.rollback()

    def _check_open(self, customer, day):
        """Checked by hand, from the lines that are told."""
        told = self._tell(customer, date_to=str(day), limit=WHOLE)
        for section in told['sections']:
            lines = [
                line for line in told['lines'] if line['currency_id'] == section['currency_id']
            ]
            self.assertAlmostEqual(sum(line['residual'] for line in lines), section['open'], 2)
            self.assertAlmostEqual(
                section['open'] + section['elsewhere'] + section['converted'],
                self._get_ledger(customer, day, section['currency_id']),
                2,
            )

    def _check_activity(self, customer, first, last):
        told = self._tell(
            customer, kind='activity', date_from=str(first), date_to=str(last), limit=WHOLE
        )
        for section in told['sections']:
            lines = [
                line for line in told['lines'] if line['currency_id'] == section['currency_id']
            ]
            moved = sum(line['amount'] for line in lines) + section['exchange']
            self.assertAlmostEqual(section['opening'] + moved, section['closing'], 2)
            self.assertAlmostEqual(
                section['closing'], self._get_ledger(customer, last, section['currency_id']), 2
            )
            if lines and not section['exchange']:
                self.assertAlmostEqual(lines[-1]['balance'], section['closing'], 2)

    def _get_ledger(self, customer, day, currency_id):
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', 'child_of', customer.id),
                ('account_id', 'in', (self.receivable | self.other_receivable).ids),
                ('company_id', '=', self.company.id),
                ('parent_state', '=', 'posted'),
                ('currency_id', '=', currency_id),
                ('date', '<=', day),
            ]
        )
        return sum(lines.mapped('amount_currency'))

    def test_differences_of_rates_are_no_movement(self):
        debt = self._book(100.0, days_ago=25, currency=self.euro)
        credit = self._book(-100.0, days_ago=2, currency=self.euro)
        (debt | credit).reconcile()
        self.assertTrue((debt | credit).matched_debit_ids.exchange_move_id)
        told = self._tell(kind='activity', date_from=str(self._day(29)))
        self.assertEqual([line['amount'] for line in told['lines']], [100.0, -100.0])
        [section] = told['sections']
        self.assertEqual((section['currency_id'], section['closing']), (self.euro.id, 0.0))

    def test_what_was_paid_in_another_currency_is_told_as_settled(self):
        debt = self._book(70.0, days_ago=3, currency=self.euro)
        credit = self._book(-200.0, days_ago=2)
        (debt | credit).reconcile()
        dollars, euros = self._tell()['sections']
        self.assertEqual((euros['closing'], euros['open'], euros['converted']), (70.0, 0.0, 70.0))
        self.assertEqual(dollars['closing'], -200.0)
        self.assertAlmostEqual(dollars['open'] + dollars['converted'], -200.0, 2)

    def test_what_another_customer_paid_is_told_as_settled(self):
        debt, credit = self._book(80.0), self._book(-80.0, partner=self.other_customer)
        (debt | credit).reconcile()
        told = self._tell()
        [section] = told['sections']
        self.assertEqual(told['lines'], [])
        self.assertEqual(
            (section['closing'], section['open'], section['elsewhere']), (80.0, 0.0, 80.0)
        )

    def test_pages_have_the_figures_of_the_whole(self):
        for number in range(7):
            self._book(10.0 + number, days_ago=number)
        whole = self._tell(kind='activity')
        pages = [self._tell(kind='activity', offset=offset, limit=3) for offset in (0, 3, 6)]
        self.assertEqual([line for page in pages for line in page['lines']], whole['lines'])
        for page in pages:
            self.assertEqual(page['sections'], whole['sections'])
            self.assertEqual(page['checksum'], whole['checksum'])
            self.assertEqual(page['line_count'], 7)

    def test_the_letters_change_with_the_figures_alone(self):
        debt = self._book(100.0)
        before = self._tell()['checksum']
        self.assertEqual(self._tell()['checksum'], before)
        self.assertRegex(before, r'^[0-9A-F]{4} [0-9A-F]{4} [0-9A-F]{4}$')
        (debt | self._book(-10.0)).reconcile()
        self.assertNotEqual(self._tell()['checksum'], before)

    def test_what_tills_were_paid_is_no_debt(self):
        till = self.company.account_default_pos_receivable_account_id
        self._book(100.0, account=till)
        self.assertEqual(self._tell()['sections'], [])

    def test_a_customer_of_another_company_is_refused(self):
        other = self._create_company(name='Other company')
        stranger = self.env['res.partner'].create({'name': 'Stranger', 'company_id': other.id})
        with self.assertRaises(AccessError):
            self._tell(stranger)

    def test_a_contact_is_told_what_their_company_owes(self):
        self._book(100.0)
        self._book(20.0, partner=self.contact)
        told = self._tell(self.contact)
        self.assertEqual(told['partner']['commercial_partner_id'], self.customer.id)
        self.assertEqual([line['buyer_name'] for line in told['lines']], ['', 'Anna Berg'])
        self.assertEqual(told['sections'][0]['open'], 120.0)

    def test_one_open_invoice_is_paid_on_its_page_several_on_theirs(self):
        invoice = self._create_invoice(100.0)
        url = self._tell()['portal_url']
        self.assertIn(f'/my/invoices/{invoice.id}?access_token=', url)
        self.assertTrue(url.endswith('&payment=True#portal_pay'))
        self._create_invoice(50.0)
        self.assertTrue(self._tell()['portal_url'].endswith('/my/invoices'))

    def test_what_was_bought_on_account_today_stands_below_until_the_session_is_closed(self):
        shop = self._create_shop('Shop 2', self._create_journal('cash', 'Drawer 2', 'DR2'))
        shop.payment_method_ids |= self.env['pos.payment.method'].create(
            {'name': 'Customer Account', 'split_transactions': True}
        )
        session = self._open_session(shop)
        order = self._sell(session, 30.0, 'pay_later', partner=self.contact)
        self._sell(session, 5.0, partner=self.customer)
        told = self._tell()
        self.assertEqual(told['sections'], [])
        [row] = told['unclosed']
        self.assertEqual((row['name'], row['amount']), (order.pos_reference or order.name, 30.0))
        yesterday = self._tell(date_to=str(self._day(1)))
        self.assertEqual(yesterday['unclosed'], [])
        self._close(session, 5.0)
        told = self._tell()
        self.assertEqual(told['unclosed'], [])
        self.assertEqual(told['sections'][0]['open'], 30.0)

    def test_one_invoice_in_instalments_is_paid_on_its_page(self):
        terms = self._create_instalments()
        invoice = self._create_invoice(100.0, invoice_payment_term_id=terms.id)
        for options in ({}, {'kind': 'activity'}, {'offset': 50}):
            self.assertIn(f'/my/invoices/{invoice.id}?', self._tell(**options)['portal_url'])

    def test_what_cannot_be_told_is_refused_in_words(self):
        tomorrow = str(self._day(-1))
        for options, message in (
            ({'kind': 'all'}, "what is open, or the activity"),
            ({'date_to': tomorrow}, "ends today or before"),
            ({'date_to': 'x'}, "ends today or before"),
            ({'kind': 'activity', 'date_from': tomorrow}, "begins after its end"),
            ({'offset': -1}, "page cannot be shown"),
        ):
            with self.subTest(options), self.assertRaisesRegex(UserError, message):
                self._tell(**options)

    def _day(self, days_ago):
        return self.today.fromordinal(self.today.toordinal() - days_ago)
