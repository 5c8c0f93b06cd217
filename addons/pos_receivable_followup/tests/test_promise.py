from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestPromise(FollowupCommon):
    """What customers promise is kept by money, and by nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.receivable_followup_grace_days = 0
        cls.invoice = cls._create_invoice(100.0, due_in=-40)

    def setUp(self):
        super().setUp()
        self._refresh()

    def _settle(self, promise):
        self._refresh()
        return promise.state, promise.received

    def test_a_promise_that_was_kept_counts(self):
        promise = self._promise(100.0, days=7)
        self._pay(100.0, days=-1)
        self.assertEqual(self._settle(promise), ('kept', 100.0))
        sheet = self._open_case().get_sheet()
        self.assertAlmostEqual(sheet['keep_rate'], 2 / 3)

    def test_a_part_is_no_promise_kept(self):
        promise = self._promise(100.0, days=7)
        self._pay(60.0, days=-1)
        self.assertEqual(self._settle(promise), ('open', 60.0))
        self.assertEqual(self._find_case().promised, 40.0)

    def test_what_did_not_come_in_time_is_broken(self):
        promise = self._promise(100.0, days=-8, given=-12)
        self.assertEqual(self._settle(promise), ('broken', 0.0))
        case = self._find_case()
        self.assertEqual(case.promised, 0.0)
        self.assertEqual(case.action, 'broken_promise')
        self.assertIn('promised', case.action_reason)
        self.assertAlmostEqual(case.get_sheet()['keep_rate'], 1 / 3)

    def test_money_that_was_entered_late_is_in_time_by_its_value_date(self):
        promise = self._promise(100.0, days=-8, given=-20)
        self.assertEqual(self._settle(promise)[0], 'broken')
        self._pay(100.0, days=-9)
        self.assertEqual(self._settle(promise), ('kept', 100.0))

    def test_money_from_before_or_after_does_not_count(self):
        promise = self._promise(100.0, days=-10, given=-20)
        self._pay(100.0, days=-21)
        self._pay(100.0, days=-1)
        self.assertEqual(self._settle(promise), ('broken', 0.0))

    def test_what_was_in_the_books_when_they_gave_their_word_does_not_count(self):
        payment = self._pay(100.0)
        promise = self._promise(100.0, given=0)
        self.assertEqual(payment.date, promise.given_on)
        self.assertEqual(self._settle(promise), ('open', 0.0))

    def test_credit_notes_are_no_money(self):
        promise = self._promise(100.0, days=5)
        wizard = (
            self.env['account.move.reversal']
            .with_context(active_model='account.move', active_ids=self.invoice.ids)
            .create({'journal_id': self.invoice.journal_id.id})
        )
        wizard.refund_moves()
        wizard.new_move_ids.action_post()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self._settle(promise), ('open', 0.0))

    def test_an_entry_without_a_bank_is_no_money(self):
        promise = self._promise(100.0, days=5)
        self._book(-100.0)
        self.assertEqual(self._settle(promise), ('open', 0.0))

    def test_what_a_payment_writes_off_is_no_money(self):
        promise = self._promise(100.0, days=5)
        wizard = (
            self.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=self.invoice.ids)
            .create(
                {
                    'amount': 90.0,
                    'journal_id': self.transfer_journal.id,
                    'payment_date': self.today - timedelta(days=1),
                    'payment_difference_handling': 'reconcile',
                    'writeoff_account_id': self.company_data['default_account_expense'].id,
                }
            )
        )
        wizard.action_create_payments()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self._settle(promise), ('open', 90.0))

    def test_what_the_bank_says_counts_once_it_is_theirs(self):
        promise = self._promise(100.0, days=5)
        line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.transfer_journal.id,
                'date': self.today - timedelta(days=1),
                'amount': 100.0,
                'payment_ref': 'thanks',
            }
        )
        self.assertEqual(self._settle(promise), ('open', 0.0))
        _liquidity, suspense, _others = line._seek_for_lines()
        line.move_id.with_context(force_delete=True, skip_readonly_check=True).write(
            {
                'line_ids': [
                    Command.update(
                        suspense.id,
                        {'account_id': self.receivable.id, 'partner_id': self.contact.id},
                    )
                ]
            }
        )
        self.assertEqual(self._settle(promise), ('kept', 100.0))

    def test_a_payment_that_is_cancelled_has_not_come(self):
        promise = self._promise(100.0, days=5)
        payment = self._pay(100.0, days=-1)
        self.assertEqual(self._settle(promise)[0], 'kept')
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self._settle(promise), ('open', 0.0))

    def test_money_is_not_counted_twice(self):
        late = self._promise(60.0, days=9)
        soon = self._promise(60.0, days=5)
        self._pay(100.0, days=-1)
        self.assertEqual(self._settle(soon), ('kept', 60.0))
        self.assertEqual(self._settle(late), ('open', 40.0))
        self.assertEqual(self._find_case().promised, 20.0)

    def test_another_customers_money_is_none(self):
        promise = self._promise(100.0, days=5)
        self._pay(100.0, days=-1, partner=self.other_customer)
        self.assertEqual(self._settle(promise), ('open', 0.0))

    def test_the_days_of_grace_are_working_days_and_no_holidays(self):
        self.company.receivable_followup_grace_days = 2
        calendar = self.company.resource_calendar_id
        calendar.tz = 'Europe/Brussels'
        self.env['resource.calendar.leaves'].create(
            {
                'calendar_id': calendar.id,
                'name': 'A holiday',
                # Monday, as a calendar in Brussels notes it.
                'date_from': '2027-05-16 22:00:00',
                'date_to': '2027-05-17 21:59:59',
            }
        )
        money = self.env['pos_receivable.followup.money']
        friday, wednesday = date(2027, 5, 14), date(2027, 5, 19)
        self.assertEqual(money._get_end(self.company, friday), wednesday)
        self.company.receivable_followup_grace_days = 0
        tuesday = date(2027, 5, 18)
        self.assertEqual(money._get_end(self.company, friday + timedelta(days=1)), tuesday)

    def test_a_promise_is_taken_and_cancelled(self):
        case = self._open_case()
        day = self.today + timedelta(days=5)
        item = case.get_sheet()['items'][0]
        sheet = case.take_promise(100.0, day.isoformat(), [item['id']], 'On the phone')
        [told] = sheet['promises']
        self.assertEqual(
            (told['amount'], told['date'], told['state'], told['taken_by']),
            (100.0, day.isoformat(), 'open', 'Carla'),
        )
        self.assertEqual(sheet['figures']['promised'], 100.0)
        self.assertEqual(sheet['action']['code'], 'wait')
        self.assertEqual(sheet['contacts'][0]['kind'], 'promise')
        promise = case.promise_ids
        self.assertEqual(promise.item_ids.ids, [item['id']])
        promise.action_cancel()
        self.assertEqual(promise.state, 'cancelled')
        self.assertEqual(case.get_sheet()['figures']['promised'], 0.0)
        with self.assertRaisesRegex(UserError, 'closed'):
            promise.action_cancel()

    def test_a_promise_of_what_is_not_theirs_is_refused(self):
        case = self._open_case()
        other = self._create_invoice(5.0, partner=self.other_customer)
        items = other.line_ids.filtered(lambda line: line.account_id == self.receivable)
        with self.assertRaisesRegex(UserError, 'not theirs'):
            case.take_promise(5.0, self.today.isoformat(), items.ids)
        for day in (self.today - timedelta(days=1), self.today + timedelta(days=400)):
            with self.assertRaisesRegex(UserError, 'from today'):
                case.take_promise(5.0, day.isoformat())
        self.assertFalse(case.promise_ids)

    def test_a_case_stays_open_for_a_promise_of_nothing_late(self):
        case = self._open_case()
        case.take_promise(100.0, (self.today + timedelta(days=5)).isoformat())
        self.invoice.button_draft()
        self._refresh()
        self.assertTrue(case.active)
        case.promise_ids.action_cancel()
        self.assertFalse(case.active)
