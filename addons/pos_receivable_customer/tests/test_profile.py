from odoo.tests import tagged

from .common_profile import ProfileCommon


@tagged('post_install', '-at_install')
class TestProfile(ProfileCommon):
    """What counts as a payment, when it was made, and what is said of it."""

    def test_who_has_paid_nothing_has_no_profile(self):
        self._invoice()
        self._night()
        self.assertFalse(self._get_profile())

    def test_days_are_counted_from_the_invoice_and_from_its_due_date(self):
        self._settle([12, 12, 12])
        self._night()
        profile = self._get_profile()
        self.assertEqual(profile.settled_count, 3)
        self.assertEqual((profile.median_days_issue, profile.median_days_due), (42, 12))
        self.assertEqual((profile.late_share, profile.has_trend), (1.0, False))
        self.assertEqual(profile.last_payment, self._ago(300 - 20 - 42))
        self.assertEqual(profile.last_settled, profile.last_payment)
        self.assertEqual(profile.summary, "usually 12 days late (3 invoices)")

    def test_two_invoices_are_too_few_to_say(self):
        self._settle([12, 12])
        self._night()
        self.assertEqual(self._get_profile().summary, "Too few paid invoices to say.")

    def test_the_sentence_says_what_is_usual(self):
        for days, sentence in (
            ([0, 0, 0], "usually on the due date (3 invoices)"),
            ([1, 1, 1], "usually one day late (3 invoices)"),
            ([-1, -1, -1], "usually one day early (3 invoices)"),
            ([-9, -9, 20], "usually 9 days early (3 invoices)"),
        ):
            with self.subTest(days=days):
                partner = self.env['res.partner'].create({'name': 'X'})
                self._settle(days, partner)
                self._night()
                self.assertEqual(self._get_profile(partner).summary, sentence)

    def test_the_last_six_are_held_against_the_twelve_before(self):
        self._settle([90] + [2] * 12 + [12] * 6)
        self._night()
        profile = self._get_profile()
        self.assertEqual((profile.has_trend, profile.trend), (True, 10.0))
        self.assertEqual(profile.summary, "usually 2 days late, getting worse (19 invoices)")

    def test_somebody_may_become_faster(self):
        self._settle([20] * 6 + [1] * 6)
        self._night()
        self.assertEqual(self._get_profile().trend, -19.0)
        self.assertIn("getting better", self._get_profile().summary)

    def test_with_eleven_there_is_no_trend(self):
        self._settle([20] * 5 + [1] * 6)
        self._night()
        self.assertEqual((self._get_profile().has_trend, self._get_profile().trend), (False, 0.0))

    def test_what_is_older_counts_less(self):
        # One of today against one of two years ago, and one of a year ago.
        for ago in (0, 365, 730):
            self._receive(self._invoice(issued=ago + 30, term=10), ago)
        self._night()
        self.assertEqual(self._get_profile().effective_weight, 1.75)

    def test_what_was_paid_more_than_three_years_ago_says_nothing(self):
        self._receive(self._invoice(issued=1300), 1200)
        self._night()
        profile = self._get_profile()
        self.assertEqual((profile.settled_count, profile.effective_weight), (0, 0.0))
        self.assertEqual(profile.last_payment, self._ago(1200))

    def test_the_last_of_several_payments_is_when_it_was_paid(self):
        invoice = self._invoice(issued=60, term=30)
        self._receive(invoice, 50, amount=80)
        self._receive(invoice, 10)
        self._night()
        self.assertEqual(self._get_profile().median_days_due, 20)

    def test_what_is_open_is_not_settled_but_was_paid_on(self):
        self._receive(self._invoice(), 10, amount=99)
        self._night()
        profile = self._get_profile()
        self.assertEqual((profile.settled_count, profile.last_payment), (0, self._ago(10)))

    def test_a_credit_note_is_no_payment(self):
        invoice = self._invoice()
        refund = invoice._reverse_moves([{'date': self._ago(1), 'invoice_date': self._ago(1)}])
        refund.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        self._night()
        self.assertFalse(self._get_profile())

    def test_closed_to_less_than_half_by_money_is_ignored(self):
        for money, settled in ((49, 0), (50, 1)):
            with self.subTest(money=money):
                invoice = self._invoice()
                self._receive(invoice, 20, amount=money)
                self._receive(invoice, 5, journal=self.misc_journal)  # written off
                self.assertEqual(invoice.amount_residual, 0)
                self._night()
                self.assertEqual(self._get_profile().settled_count, settled)
        # The write-off came later and is no payment.
        self.assertEqual(self._get_profile().median_days_due, 10)

    def test_money_before_the_invoice_counts_from_the_invoice(self):
        self._receive(self._invoice(issued=20, term=30), 40)
        self._night()
        profile = self._get_profile()
        self.assertEqual((profile.median_days_issue, profile.median_days_due), (0, -30))
        self.assertEqual(profile.last_payment, self._ago(40))

    def test_each_instalment_is_paid_for_itself_but_the_invoice_is_one(self):
        invoice = self._create_invoice(
            invoice_date=self._ago(100),
            invoice_date_due=False,
            invoice_payment_term_id=self._create_instalments().id,
        )
        self.assertEqual(len(invoice.line_ids.filtered('date_maturity')), 2)
        self._receive(invoice, 90, amount=30)
        self._receive(invoice, 20)
        self._night()
        profile = self._get_profile()
        self.assertEqual(profile.settled_count, 1)
        self.assertEqual((profile.p10_days_due, profile.p90_days_due), (10, 20))

    def test_a_sale_that_is_invoiced_and_paid_at_once_says_nothing(self):
        order = self._sell(self.session, 50, partner=self.customer)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertEqual(order.account_move.amount_residual, 0)
        self._night()
        self.assertFalse(self._get_profile())

    def test_a_payment_of_the_till_on_another_days_invoice_counts(self):
        invoice = self._invoice()
        self._collect({invoice: 100})
        self._night()
        self.assertEqual(self._get_profile().median_days_due, 30)

    def test_what_a_contact_pays_is_told_of_the_company_it_belongs_to(self):
        contact = self.env['res.partner'].create(
            {'name': 'Ann', 'parent_id': self.customer.id, 'type': 'invoice'}
        )
        self.customer.is_company = True
        self._settle([5, 5, 5], contact)
        self._night()
        self.assertFalse(self.profiles.search([('partner_id', '=', contact.id)]))
        self.assertEqual(self._get_profile(contact).median_days_due, 5)

    def test_each_branch_has_its_own(self):
        branch = self.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': self.company.id,
                'country_id': self.company.country_id.id,
            }
        )
        self.cr.precommit.run()  # gives the branch its accounts
        self.env.user.company_ids |= branch
        self.customer.with_company(branch).property_account_receivable_id = self.receivable
        invoice = self._create_invoice(
            company_id=branch.id,
            journal_id=self.company_data['default_journal_sale'].id,
            invoice_date=self._ago(60),
            invoice_date_due=self._ago(30),
        )
        self.assertEqual(invoice.company_id, branch)
        self._receive(invoice, 10)
        self._settle([7])
        self._night()
        self.assertEqual(self._get_profile(company=branch).median_days_due, 20)
        self.assertEqual(self._get_profile().median_days_due, 7)

    def test_only_posted_entries_count_even_if_drafts_stay_matched(self):
        invoice = self._invoice()
        entry = self._receive(invoice, 10)
        self.env.flush_all()
        # As some drafts of the core's: still matched.
        self.env.cr.execute(
            "UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s", [entry.id]
        )
        self.env.invalidate_all()
        self._night()
        self.assertFalse(self._get_profile())

    def test_the_forms_show_it_to_accountants_alone(self):
        self._settle([12, 12, 12])
        self._night()
        partner = self.customer.with_user(self.accountant)
        self.assertEqual(partner.receivable_profile_ids, self._get_profile())
        arch = partner.get_view(view_type='form')['arch']
        self.assertIn('receivable_profile_ids', arch)
        seller = self.customer.with_user(self.cashier)
        self.assertNotIn('receivable_profile_ids', seller.get_view(view_type='form')['arch'])


@tagged('post_install', '-at_install')
class TestProfileAtTheTill(ProfileCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._settle([12] * 3)
        cls._invoice()
        cls.env['pos_receivable.payment.profile.schedule']._run_now()

    def test_nothing_is_told_unless_the_shop_says_so(self):
        self.assertEqual(self._list()['notes'], [])

    def test_the_header_tells_how_the_customer_pays(self):
        self.config.invoice_payment_show_profile = True
        self.assertEqual(
            self._list()['notes'],
            [{'kind': 'profile', 'text': "usually 12 days late (3 invoices)"}],
        )

    def test_a_contact_is_told_of_as_its_company(self):
        self.config.invoice_payment_show_profile = True
        self.customer.is_company = True
        contact = self.env['res.partner'].create({'name': 'Ann', 'parent_id': self.customer.id})
        [note] = self._list(contact)['notes']
        self.assertEqual(note['text'], "usually 12 days late (3 invoices)")

    def test_of_a_stranger_there_is_too_little_to_say(self):
        self.config.invoice_payment_show_profile = True
        stranger = self.env['res.partner'].create({'name': 'New'})
        [note] = self._list(stranger)['notes']
        self.assertEqual(note['text'], "Too few paid invoices to say.")

    def test_another_companys_experience_is_not_told(self):
        self.config.invoice_payment_show_profile = True
        other = self._create_company(name='Other')
        self._get_profile().sudo().company_id = other
        [note] = self._list()['notes']
        self.assertEqual(note['text'], "Too few paid invoices to say.")

    def test_only_managers_switch_it_on(self):
        with self.assertRaisesRegex(Exception, "Only managers"):
            self.config.with_user(self.cashier).invoice_payment_show_profile = True
        self.env['res.config.settings'].create(
            {'pos_config_id': self.config.id, 'pos_invoice_payment_show_profile': True}
        )
        self.assertTrue(self.config.invoice_payment_show_profile)

    def test_it_costs_two_queries_at_most(self):
        self._list()
        counts = []
        for shown in (False, True):
            self.config.invoice_payment_show_profile = shown
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._list()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2)
