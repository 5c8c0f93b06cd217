from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestOpenInvoices(PosReceivableCommon):
    """What the cashier sees when a customer wants to pay."""

    def names(self, **options):
        return [row['name'] for row in self._list(**options)['invoices']]

    def test_a_customer_who_owes_nothing_has_an_empty_list(self):
        answer = self._list()
        self.assertEqual(answer['partner']['name'], 'Acme Corporation')
        self.assertEqual(answer['currency_id'], self.company.currency_id.id)
        for key in ('invoice_count', 'total_due', 'total_overdue', 'match_count', 'credit_total'):
            self.assertEqual(answer[key], 0)
        self.assertEqual(answer['invoices'], [])
        self.assertFalse(answer['last_payment'])

    def test_a_customer_who_paid_all_is_told_when(self):
        payment, _answer = self._collect({self._create_invoice(12.5): 12.5})
        last = self._list()['last_payment']
        self.assertEqual((last['name'], last['amount']), (payment.name, 12.5))

    def test_earliest_due_comes_first_and_totals_add_up(self):
        later = self._create_invoice(100.0, due_in=30)
        overdue = self._create_invoice(40.0, due_in=-23)
        today = self._create_invoice(7.5, due_in=0)
        answer = self._list()
        self.assertEqual(
            [row['id'] for row in answer['invoices']], [overdue.id, today.id, later.id]
        )
        self.assertEqual(
            (answer['invoice_count'], answer['total_due'], answer['total_overdue']),
            (3, 147.5, 40.0),
        )
        self.assertEqual(
            [(row['is_overdue'], row['overdue_days']) for row in answer['invoices']],
            [(True, 23), (False, 0), (False, 0)],
        )

    def test_a_row_tells_what_the_card_shows(self):
        invoice = self._create_invoice(100.0, due_in=30, ref='PO 77')
        self._collect({invoice: 25.0})
        [row] = self._list()['invoices']
        expected = {
            'id': invoice.id,
            'name': invoice.name,
            'ref': 'PO 77',
            'partner_name': 'Acme Corporation',
            'invoice_date': self.today.isoformat(),
            'invoice_date_due': (self.today + timedelta(days=30)).isoformat(),
            'currency_id': self.company.currency_id.id,
            'amount_total': 100.0,
            'amount_residual': 75.0,
            'amount_due': 75.0,
            'amount_due_now': 75.0,
            'payment_state': 'partial',
            'is_overdue': False,
            'payable': True,
        }
        self.assertEqual({key: row[key] for key in expected}, expected)

    def test_only_posted_open_customer_invoices_are_listed(self):
        open_invoice = self._create_invoice(10.0)
        receipt = self._create_invoice(20.0, due_in=31, move_type='out_receipt')
        paid = self._create_invoice(30.0)
        self._collect({paid: 30.0})
        self._create_invoice(40.0, post=False)
        self._create_invoice(50.0, move_type='in_invoice')
        self._create_invoice(60.0, move_type='out_refund')
        cancelled = self._create_invoice(70.0)
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertEqual(self.names(), [open_invoice.name, receipt.name])

    def test_a_blocked_invoice_is_shown_but_neither_payable_nor_counted(self):
        self._create_invoice(10.0, due_in=1)
        blocked = self._create_invoice(20.0, due_in=2)
        blocked.action_toggle_block_payment()
        answer = self._list()
        self.assertEqual([row['payable'] for row in answer['invoices']], [True, False])
        self.assertEqual((answer['invoice_count'], answer['total_due']), (1, 10.0))
        self.assertEqual(answer['match_count'], 2)

    def test_contacts_and_company_share_one_list(self):
        contact = self.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': self.customer.id}
        )
        mine = self._create_invoice(10.0, due_in=1)
        theirs = self._create_invoice(20.0, due_in=2, partner=contact)
        stranger = self.env['res.partner'].create({'name': 'Stranger'})
        self._create_invoice(30.0, partner=stranger)
        for partner in (self.customer, contact):
            self.assertEqual(self.names(partner=partner), [mine.name, theirs.name])
        self.assertEqual(
            [row['partner_name'] for row in self._list()['invoices']],
            ['Acme Corporation', 'Acme Corporation, Anna Berg'],
        )

    def test_an_invoice_of_another_commercial_entity_is_not_listed_as_it_could_not_be_paid(self):
        branch = self.env['res.partner'].create(
            {'name': 'Acme Branch', 'parent_id': self.customer.id, 'is_company': True}
        )
        self._create_invoice(70, partner=branch)
        mine = self._create_invoice(100)
        branch.is_company = False  # by now a mere contact; the core leaves its entries alone
        self.assertEqual(branch.commercial_partner_id, self.customer)
        answer = self._list()
        self.assertEqual([row['id'] for row in answer['invoices']], mine.ids)
        self.assertEqual(answer['total_due'], 100)

    def test_pages_neither_repeat_nor_lose_an_invoice(self):
        expected = [self._create_invoice(10.0 + n, due_in=5).name for n in range(7)]
        paged = [name for offset in range(0, 9, 3) for name in self.names(offset=offset, limit=3)]
        self.assertEqual(paged, expected)
        self.assertEqual(self._list(offset=6, limit=3)['match_count'], 7)

    def test_search_finds_numbers_references_and_amounts(self):
        first = self._create_invoice(640.0, due_in=1, ref='Order 88')
        second = self._create_invoice(1234.5, due_in=2, payment_reference='RF18 5390')
        for search, expected in (
            (first.name, first),
            (first.name[-5:], first),
            ('order 88', first),
            ('RF18', second),
            ('640', first),
            ('640.00', first),
            ('1,234.50', second),
            ('nothing like this', self.env['account.move']),
        ):
            with self.subTest(search=search):
                answer = self._list(search=search)
                self.assertEqual([row['id'] for row in answer['invoices']], expected.ids)
                self.assertEqual(answer['match_count'], len(expected))
                self.assertEqual((answer['invoice_count'], answer['total_due']), (2, 1874.5))

    def test_an_amount_is_found_in_either_reading_of_its_comma_or_point(self):
        thousands = self._create_invoice(5000.0, due_in=1)
        few = self._create_invoice(5.0, due_in=2)
        million = self._create_invoice(1234567.0, due_in=3)
        for search, expected in (
            ('5,000', thousands | few),
            ('5.000', thousands | few),
            ("5'000", thousands),
            ('5\u202f000,00', thousands),
            ('5.000,00', thousands),
            ('5,000.00', thousands),
            ('5.00', few),
            ('1.234.567', million),
            ('1,234,567.00', million),
        ):
            with self.subTest(search=search):
                answer = self._list(search=search)
                self.assertEqual([row['id'] for row in answer['invoices']], expected.ids)

    def test_signs_of_a_search_stand_for_themselves(self):
        self._create_invoice(640.0, due_in=1, ref='Order 88')
        odd = self._create_invoice(10.0, due_in=2, ref=r'100% of A_B \ C')
        for search, expected in (
            ('%', odd),
            ('_', odd),
            ('\\', odd),
            ('0% of A_', odd),
            ('O%8', self.env['account.move']),
            ('Order_88', self.env['account.move']),
        ):
            with self.subTest(search=search):
                answer = self._list(search=search)
                self.assertEqual([row['id'] for row in answer['invoices']], expected.ids)

    def test_credit_is_told_and_deducted_from_nothing(self):
        self._create_invoice(100.0)
        self._create_invoice(30.0, move_type='out_refund')
        payment = self.env['account.payment'].create(
            {
                'amount': 12.0,
                'partner_id': self.customer.id,
                'journal_id': self.cash_journal.id,
            }
        )
        payment.action_post()
        answer = self._list()
        self.assertEqual((answer['total_due'], answer['credit_total']), (100.0, 42.0))

    def test_a_running_discount_is_offered_as_due_now(self):
        term = self.env['account.payment.term'].create(
            {
                'name': '2% 10 days',
                'early_discount': True,
                'discount_days': 10,
                'discount_percentage': 2,
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 30})
                ],
            }
        )
        invoice = self._create_invoice(1000.0, invoice_payment_term_id=term.id)
        [row] = self._list()['invoices']
        self.assertEqual((row['amount_due'], row['amount_due_now']), (1000.0, 980.0))
        self.assertEqual(row['discount_date'], (self.today + timedelta(days=10)).isoformat())
        self.assertEqual(row['discount_percentage'], 2.0)

        self._collect({invoice: 980.0})
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0.0))

    def test_only_the_overdue_instalment_counts_as_overdue(self):
        term = self.env['account.payment.term'].create(
            {
                'name': 'Half at once, half later',
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': 60}),
                ],
            }
        )
        self._create_invoice(
            100.0, due_in=-5, invoice_date_due=False, invoice_payment_term_id=term.id
        )
        answer = self._list()
        self.assertEqual((answer['total_due'], answer['total_overdue']), (100.0, 50.0))
        self.assertEqual(answer['invoices'][0]['amount_due_now'], 50.0)

    def test_a_foreign_invoice_tells_what_settles_it_here(self):
        currency = self.setup_other_currency('EUR', rates=[('1900-01-01', 0.5)])
        invoice = self._create_invoice(50.0, currency_id=currency.id)
        self._create_invoice(7.0, due_in=31)
        answer = self._list()
        row = answer['invoices'][0]
        self.assertEqual((row['currency_id'], row['amount_residual']), (currency.id, 50.0))
        self.assertEqual(row['amount_due'], 100.0)
        self.assertEqual(answer['total_due'], 107.0)

        self._collect({invoice: 100.0})
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0.0))

    def test_paying_what_is_due_leaves_no_fraction_of_a_finer_currency(self):
        dinar = self.setup_other_currency('KWD', rounding=0.001, rates=[('1900-01-01', 0.299)])
        for amount in (1234.56, 99.99, 1.0):
            for companion in (self.env['account.move'], self._create_invoice(5.0)):
                with self.subTest(amount=amount, several=bool(companion)):
                    invoice = self._create_invoice(amount, currency_id=dinar.id)
                    rows = {row['id']: row for row in self._list()['invoices']}
                    self._collect(
                        {move: rows[move.id]['amount_due'] for move in invoice | companion}
                    )
                    self.assertEqual(
                        (invoice.payment_state, invoice.amount_residual), ('paid', 0.0)
                    )
        self.assertEqual(self._list()['invoice_count'], 0)

    def test_unusable_search_and_paging_are_refused(self):
        for options in (
            {'search': 7},
            {'search': ['x']},
            {'search': 'x' * 101},
            {'search': 'a\x00'},
            {'offset': -1},
            {'offset': 'x'},
            {'offset': 2**40},
            {'limit': 0},
            {'limit': -1},
            {'limit': None},
            {'limit': 1.5},
        ):
            with self.subTest(**options), self.assertRaisesRegex(UserError, "search"):
                self._list(**options)

    def test_a_closed_session_lists_nothing(self):
        self.session.sudo().state = 'closed'
        with self.assertRaisesRegex(UserError, "closed on another screen"):
            self._list()

    def test_the_list_needs_few_queries_however_long_it_is(self):
        for number in range(3):
            self._create_invoice(10.0 + number)
        self._list()
        self.env.flush_all()

        def count():
            self._list()  # fills what lives longer than a request
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._list()
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(30):
            self._create_invoice(10.0 + number)
        self.env.flush_all()
        self.assertEqual(count(), few)

    def test_credit_of_a_contact_belongs_to_the_company(self):
        contact = self.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': self.customer.id}
        )
        payment = self.env['account.payment'].create(
            {
                'amount': 12.0,
                'partner_id': contact.id,
                'journal_id': self.cash_journal.id,
            }
        )
        payment.action_post()
        self.assertEqual(self._list()['credit_total'], 12.0)
