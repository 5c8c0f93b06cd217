from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestQueryCounts(PosReceivableCommon):
    """How often the counter asks the database, a request at a time; `make bench` has the times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.session.with_context(tz='UTC', lang='en_US')
        cls.euro = cls.setup_other_currency('EUR')

    def count_queries(self, function):
        """Of ``function`` as a request of its own: nothing in the cache, all written at its end."""
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def test_the_list_asks_the_same_for_one_invoice_and_for_sixty(self):
        self._create_invoice(100.0, due_in=-5)
        self._list()
        one = self.count_queries(self._list)
        for day in range(59):
            self._create_invoice(10.0 + day, due_in=day - 30)
        many = self.count_queries(lambda: self._list(limit=60))
        self.assertLessEqual(many, one)
        self.assertLessEqual(many, 8)

    def test_a_till_that_collects_starts_with_as_few_queries_as_one_that_does_not(self):
        def start():
            self.session.load_data(['pos.config', 'pos.payment.method'])

        self.count_queries(start)  # what stays in memory from one request to the next
        collecting = self.count_queries(start)
        self.config.use_invoice_payment = False
        self.assertLessEqual(collecting, self.count_queries(start))

    def test_invoices_in_another_currency_need_one_more_for_the_rates(self):
        for day in range(10):
            self._create_invoice(100.0, due_in=day)
            self._create_invoice(100.0, due_in=day, currency_id=self.euro.id)
        self._list()
        self.assertLessEqual(self.count_queries(self._list), 9)

    def test_instalments_are_read_for_all_invoices_together(self):
        term = self._create_instalments()

        def add(count):
            for _number in range(count):
                self._create_invoice(100.0, invoice_payment_term_id=term.id)

        add(2)
        self._list()
        few = self.count_queries(self._list)
        add(20)
        self.assertLessEqual(self.count_queries(self._list), few)

    def collect(self, invoices):
        self._collect({invoice: 100.0 for invoice in invoices})

    def register(self, invoices):
        """The core's way, by somebody with all rights, and with nothing of the tests' context,
        which has no chatter."""
        context = {
            'allowed_company_ids': self.company.ids,
            'active_model': 'account.move',
            'active_ids': invoices.ids,
        }
        wizard = self.env['account.payment.register']
        wizard.with_context(context).create(  # pylint: disable=context-overridden
            {'journal_id': self.cash_journal.id, 'group_payment': len(invoices) > 1}
        )._create_payments()

    def test_a_collection_asks_less_than_the_register_payment_wizard(self):
        for count in (1, 10):
            with self.subTest(invoices=count):
                invoices = [
                    self.env['account.move'].union(
                        *(self._create_invoice(100.0) for _number in range(count))
                    )
                    for _payment in range(4)
                ]
                self.collect(invoices[0])  # fills what lives longer than a request
                self.register(invoices[1])
                ours = self.count_queries(lambda chosen=invoices[2]: self.collect(chosen))
                theirs = self.count_queries(lambda chosen=invoices[3]: self.register(chosen))
                self.assertEqual(
                    {invoice.amount_residual for batch in invoices for invoice in batch}, {0.0}
                )
                self.assertLess(ours, 0.95 * theirs)

    def test_closing_data_reads_of_the_customers_but_their_names(self):
        customers = self.env['res.partner'].create(
            [{'name': f"Customer {number}"} for number in range(5)]
        )
        for customer in customers:
            self._collect({self._create_invoice(100.0, customer): 100.0}, partner=customer)
        self.env.cr.flush()
        self.env.invalidate_all()
        details = self.session.get_closing_control_data()['default_cash_details']
        self.assertEqual(
            [row['name'].partition(' · ')[2] for row in details['invoice_payments']['payments']],
            [f"Customer {number}" for number in reversed(range(5))],
        )
        read = self.env['res.partner']._fields['email']._get_cache(self.env)
        self.assertFalse(read.keys() & customers.ids)

    def test_looking_up_a_distribution_leaves_the_question_as_it_was(self):
        # The core remembers the answer by it, for the other items of an entry.
        question = {'account_prefix': '400000', 'partner_category_id': []}
        self.env['account.analytic.distribution.model']._get_distribution(question)
        self.assertEqual(question['partner_category_id'], [])
