import base64
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import formatLang, mute_logger

from ..models import mailing
from ..models.mailing import REPORT, PosReceivableCustomerMailing
from ..models.schedule import CRON
from .common import CustomerCommon


@tagged('post_install', '-at_install')
class TestMailing(CustomerCommon):
    """Statements on paper and by e-mail: at the till, from the back office, by schedule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = 'books@acme.example'
        cls.company.email = 'shop@example.com'
        cls.biller = cls._create_user('biller', 'Biller', 'account.group_account_invoice')
        cls.mailings = cls.env['pos_receivable.customer.mailing'].sudo()
        cls.mailings.search([]).unlink()  # the demo's

    def _print(self, customers=None, user=None, **data):
        reports = self.env['ir.actions.report'].with_user(user or self.biller)
        content, _kind = reports._render_qweb_html(
            REPORT, (customers or self.customer).ids, data=data
        )
        return html.fromstring(content)

    def _find(self, page, name):
        path = f"//*[contains(concat(' ', @class, ' '), ' o_statement_{name} ')]"
        return [
            ' '.join(node.text_content().replace('\ufeff', '').split()) for node in page.xpath(path)
        ]

    def _run(self):
        """Let the scheduler run the action."""
        with self.enter_registry_test_mode():
            self.env.ref(CRON).sudo().method_direct_trigger()
        self.env.invalidate_all()

    # -- On paper ----------------------------------------------------------------------------------

    def test_paper_shows_the_figures_of_the_screen(self):
        debt = self._book(1100.0, days_ago=20)
        self._book(25.5, days_ago=10, currency=self.euro)
        (debt | self._book(-100.25, days_ago=3)).reconcile()
        self._book(-30.0, days_ago=2)
        first = str(fields.Date.subtract(self.today, days=12))
        for options in ({'kind': 'open'}, {'kind': 'activity', 'date_from': first}):
            with self.subTest(options):
                told = self.session.get_account_statement(self.customer.id, **options)
                page = self._print(**options)
                self.assertEqual(self._find(page, 'checksum'), [told['checksum']])
                column = 'residual' if options['kind'] == 'open' else 'amount'
                self.assertEqual(
                    self._find(page, 'amount'),
                    [self._format(line[column], line) for line in told['lines']],
                )
                self.assertEqual(
                    self._find(page, 'open'),
                    [self._format(section['open'], section) for section in told['sections']],
                )

    def _format(self, amount, row):
        currency = self.env['res.currency'].browse(row['currency_id'])
        return ' '.join(formatLang(self.env, amount, currency_obj=currency).split())

    def test_paper_is_in_the_customers_language(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.customer.lang = 'fr_FR'
        self._book(1234.5)
        [amount] = self._find(self._print(), 'open')
        self.assertIn('234,50', amount)

    def test_only_accountants_print_and_only_what_they_may_see(self):
        with self.assertRaises(AccessError):
            self._print(user=self.cashier)
        other = self._create_company(name='Other company')
        stranger = self.env['res.partner'].create({'name': 'Stranger', 'company_id': other.id})
        with self.assertRaises(AccessError):
            self._print(stranger)

    def test_a_company_that_is_not_theirs_prints_nothing_of_it(self):
        other = self._create_company(name='Other company')
        self._book(100.0)
        page = self._print(company_id=other.id)
        self.assertEqual(len(self._find(page, 'open')), 1, "Their own company's is printed")

    # -- At the till -------------------------------------------------------------------------------

    def test_the_till_sends_it_to_the_address_that_is_given(self):
        self._book(100.0)
        self.session.email_account_statement(self.customer.id, email='anna@acme.example')
        [mailing] = self.mailings.search([('partner_id', '=', self.customer.id)])
        self.assertRecordValues(
            mailing,
            [{'state': 'sent', 'email': 'anna@acme.example', 'origin': 'till', 'kind': 'open'}],
        )
        told = self.session.get_account_statement(self.customer.id)
        self.assertEqual(mailing.checksum, told['checksum'])
        [mail] = self._find_mails()
        self.assertEqual(mail.email_to, 'anna@acme.example')
        [attachment] = mail.attachment_ids
        self.assertIn(told['checksum'].encode(), base64.b64decode(attachment.datas))

    def _find_mails(self):
        return (
            self.env['mail.mail']
            .sudo()
            .search(
                [('model', '=', self.mailings._name), ('res_id', 'in', self._get_mailings().ids)]
            )
        )

    def _get_mailings(self):
        return self.mailings.search([('partner_id', '=', self.customer.id)])

    def test_who_may_not_read_invoices_does_not_see_it_at_the_customers(self):
        self._book(100.0)
        before = self.customer.message_ids
        self.session.email_account_statement(self.customer.id, email='anna@acme.example')
        self.assertEqual(self.customer.message_ids, before)
        attachment = self._find_mails().attachment_ids
        self.assertTrue(attachment.with_user(self.biller).read(['datas']))
        clerk = self._create_user('clerk', 'Clerk', 'base.group_partner_manager')
        self.assertTrue(self.customer.with_user(clerk).read(['name']))
        with self.assertRaises(AccessError):
            attachment.with_user(clerk).read(['datas'])

    def test_the_till_notes_who_stood_there_and_one_user_does_not_send_without_end(self):
        self.patch(mailing, 'MAX_BY_USER', 2)
        for customer in (self.customer, self.other_customer):
            self.session.email_account_statement(customer.id, email='anna@acme.example')
        self.assertEqual(
            self._get_mailings().cashier_name, self.session._get_invoice_payment_cashier_name()
        )
        with self.assertRaisesRegex(UserError, "You have sent 2 statements today"):
            self.session.email_account_statement(self.customer.id, email='anna@acme.example')

    def test_the_till_does_not_send_without_end(self):
        for _time in range(5):
            self.session.email_account_statement(self.customer.id, email='anna@acme.example')
        with self.assertRaisesRegex(UserError, "Print it instead"):
            self.session.email_account_statement(self.customer.id, email='anna@acme.example')

    def test_an_address_that_is_none_is_refused(self):
        for email in ('', 'anna', '<script>@acme.example', None, 7):
            with self.assertRaisesRegex(UserError, "e-mail address cannot be used"):
                self.session.email_account_statement(self.customer.id, email=email)
        self.assertFalse(self.mailings.search([]))

    # -- From the back office ----------------------------------------------------------------------

    def _ask(self, customers, **values):
        return (
            self.env['pos_receivable.customer.send.statements']
            .with_user(self.biller)
            .with_context(active_model='res.partner', active_ids=customers.ids)
            .create(values)
        )

    def test_many_are_sent_once_and_those_without_an_address_are_told(self):
        customers = self.customer | self.other_customer
        self._book(100.0)
        wizard = self._ask(customers | self.contact)
        self.assertEqual(wizard.without_email_ids, self.other_customer)
        for _time in range(2):
            action = wizard.action_send()
            self._run()
        sent = self.mailings.search(action['domain'], order='partner_id')
        self.assertEqual(
            {mailing.partner_id: mailing.state for mailing in sent},
            {self.customer: 'sent', self.other_customer: 'no_email'},
        )
        self.assertEqual(len(self._find_mails()), 1)

    def test_all_with_open_items_are_chosen_at_once(self):
        self._book(100.0)
        debt = self._book(50.0, partner=self.other_customer)
        (debt | self._book(-50.0, partner=self.other_customer)).reconcile()
        wizard = self._ask(self.env['res.partner'])
        wizard.action_choose_open()
        self.assertIn(self.customer, wizard.partner_ids)
        self.assertNotIn(self.other_customer, wizard.partner_ids)

    def test_paper_of_many_is_one_report(self):
        wizard = self._ask(self.customer | self.other_customer, kind='activity')
        data = wizard.action_print()['data']
        reports = self.env['ir.actions.report'].with_user(self.biller)
        content, _kind = reports._render_qweb_html(REPORT, None, data=data)
        page = html.fromstring(content)
        self.assertEqual(len(self._find(page, 'checksum')), 2)

    def test_what_failed_is_told_and_tried_again(self):
        self._book(100.0)
        self._ask(self.customer | self.other_customer).action_send()
        self.other_customer.email = 'brown@example.com'
        send = PosReceivableCustomerMailing._send

        def fail_once(mailing):
            if mailing.partner_id == self.customer:
                raise ValueError("The printer is on fire")
            send(mailing)

        with (
            patch.object(PosReceivableCustomerMailing, '_send', fail_once),
            self.assertLogs('odoo.addons.pos_receivable_customer', 'WARNING'),
        ):
            self._run()
        failed, other = self.mailings.search([], order='partner_id').sorted('state')
        self.assertEqual((failed.state, failed.error), ('failed', "The printer is on fire"))
        self.assertEqual(other.state, 'sent')
        failed.with_user(self.biller).action_retry()
        self._run()
        self.assertEqual(failed.state, 'sent')

    def test_of_several_addresses_the_usable_ones_get_it(self):
        for email, expected in (
            ('a@acme.example, b@acme.example', 'a@acme.example, b@acme.example'),
            ('nobody; "Berg, Anna" <Anna@acme.example>;anna@acme.example', 'anna@acme.example'),
            ('anna berg@acme.example', False),
            (False, False),
        ):
            self.customer.email = email
            self.assertEqual(self.mailings._find_address(self.customer), expected, email)

    def test_customers_with_the_same_statement_are_merged(self):
        self._book(100.0)
        self.other_customer.email = False
        self._ask(self.customer | self.other_customer).action_send()
        self._run()
        self._ask(self.customer | self.other_customer, kind='activity').action_send()
        wizard = self.env['base.partner.merge.automatic.wizard'].create({})
        wizard._merge((self.customer | self.other_customer).ids, self.other_customer)
        self.assertFalse(self.customer.exists())
        mailings = self.mailings.search([])
        self.assertEqual(mailings.partner_id, self.other_customer)
        self.assertEqual(
            {(one.kind, one.state) for one in mailings}, {('open', 'sent'), ('activity', 'waiting')}
        )
        self.assertEqual(len(mailings), 2)

    def test_today_is_that_of_whoever_asked(self):
        self._book(100.0, days_ago=5)
        self.biller.tz = 'Pacific/Kiritimati'  # 14 hours ahead
        with freeze_time(f'{self.today} 20:00:00'):
            wizard = self._ask(self.customer)
            self.assertEqual(wizard.date_to, fields.Date.add(self.today, days=1))
            wizard.action_send()
            self._run()
        self.assertRecordValues(self._get_mailings(), [{'state': 'sent', 'error': False}])

    # -- By schedule -------------------------------------------------------------------------------

    def test_a_month_that_has_ended_is_sent_once(self):
        self.company.receivable_statement_schedule = 'month'
        self._book_on(date(2026, 1, 10))
        for day, expected in (
            ('2026-01-20', 0),  # switched on: this month is the first
            ('2026-01-31', 0),
            ('2026-02-01', 1),
            ('2026-02-02', 1),
            ('2026-03-05', 2),
        ):
            with freeze_time(f'{day} 07:00:00'):
                self._run()
            mailings = self.mailings.search([('partner_id', '=', self.customer.id)])
            self.assertEqual(len(mailings), expected, day)
            self.assertEqual(set(mailings.mapped('state')), {'sent'} if expected else set())
        self.assertEqual(
            mailings.sorted('date_to').mapped('date_to'), [date(2026, 1, 31), date(2026, 2, 28)]
        )

    def _book_on(self, day):
        return self._book(100.0, days_ago=(self.today - day).days)

    def test_the_settings_switch_it_on_for_their_company(self):
        settings = self.env['res.config.settings'].create({})
        self.assertTrue(settings.receivable_customer_is_there)
        self.assertEqual(settings.receivable_statement_schedule, 'off')
        settings.write(
            {'receivable_statement_schedule': 'week', 'receivable_statement_kind': 'activity'}
        )
        settings.execute()
        self.assertRecordValues(
            self.company,
            [{'receivable_statement_schedule': 'week', 'receivable_statement_kind': 'activity'}],
        )

    def test_a_period_ends_where_the_company_is(self):
        self.company.receivable_statement_schedule = 'month'
        schedule = self.env['pos_receivable.customer.schedule']
        for zone, last in (
            ('Pacific/Kiritimati', date(2026, 1, 31)),
            ('America/Los_Angeles', date(2025, 12, 31)),
        ):
            self.company.partner_id.tz = zone
            for moment in ('2026-01-31 12:00:00', '2026-02-01 06:00:00'):
                with freeze_time(moment):
                    self.assertEqual(schedule._get_period(self.company)[1], last, zone)

    def test_switched_on_again_it_begins_with_the_running_period(self):
        self.company.receivable_statement_schedule = 'month'
        self.company.receivable_statement_until = date(2025, 6, 30)
        self.company.receivable_statement_schedule = 'month'
        self.assertTrue(self.company.receivable_statement_until, "Nothing was changed")
        self.company.receivable_statement_schedule = 'off'
        self.company.receivable_statement_schedule = 'month'
        self._book_on(date(2026, 1, 10))
        with freeze_time('2026-02-01 07:00:00'):
            self._run()
        self.assertFalse(self.mailings.search([]))
        self.assertEqual(self.company.receivable_statement_until, date(2026, 1, 31))

    def test_who_is_archived_gets_none(self):
        self.company.receivable_statement_schedule = 'month'
        self.company.receivable_statement_until = date(2025, 12, 31)
        self._book_on(date(2026, 1, 10))
        self.customer.child_ids.action_archive()
        self.customer.action_archive()
        with freeze_time('2026-02-01 07:00:00'):
            self._run()
        self.assertFalse(self.mailings.search([]))

    def test_a_company_that_fails_does_not_stop_the_others(self):
        broken = self._create_company(name='Aardvark')
        companies = self.company | broken
        companies.receivable_statement_schedule = 'month'
        companies.receivable_statement_until = date(2025, 12, 31)
        self._book_on(date(2026, 1, 10))
        schedule = type(self.env['pos_receivable.customer.schedule'])
        plan = schedule._plan_period

        def fail(service, company, first, last):
            if company == broken:
                raise ValueError("The calendar has fallen from the wall")
            return plan(service, company, first, last)

        with (
            freeze_time('2026-02-01 07:00:00'),
            patch.object(schedule, '_plan_period', fail),
            self.assertLogs('odoo.addons.pos_receivable.models.pos_receivable_jobs', 'ERROR'),
        ):
            self._run()
        self.assertEqual(self._get_mailings().state, 'sent')
        self.assertEqual(broken.receivable_statement_until, date(2025, 12, 31))

    def test_nothing_is_sent_by_schedule_before_it_is_switched_on(self):
        self._book(100.0, days_ago=25)
        self._run()
        self.assertFalse(self.mailings.search([]))

    def test_who_owes_nothing_or_wants_none_gets_none(self):
        self.company.receivable_statement_schedule = 'month'
        self.company.receivable_statement_until = date(2025, 12, 31)
        self._book_on(date(2026, 1, 10))
        debt = self._book(
            5.0, partner=self.other_customer, days_ago=(self.today - date(2026, 1, 3)).days
        )
        paid = self._book(
            -5.0, partner=self.other_customer, days_ago=(self.today - date(2026, 1, 9)).days
        )
        (debt | paid).reconcile()
        self.customer.pos_receivable_no_statement = True
        with freeze_time('2026-02-01 07:00:00'), mute_logger('odoo.addons.pos_receivable_customer'):
            self._run()
        self.assertFalse(self.mailings.search([]))
        self.assertEqual(self.company.receivable_statement_until, date(2026, 1, 31))
