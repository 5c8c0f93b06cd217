from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FollowupCommon

MOST_QUERIES = 15  # with a promise, a dispute, and the chance of each item


@tagged('post_install', '-at_install')
class TestDoors(FollowupCommon):
    """What a collector sees and does, beside others who do the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0, due_in=-40)

    def _later(self, sheet):
        """A look from before: in a test all happens within one transaction."""
        moment = datetime.fromisoformat(sheet['looked_at']) - timedelta(minutes=1)
        return moment.isoformat()

    def test_a_sheet_tells_what_the_case_is_about(self):
        self._pay(30.0)
        sheet = self._open_case().get_sheet()
        [item] = sheet['items']
        self.assertEqual(
            (item['move_id'], item['name'], item['amount'], item['days_late'], item['ticked']),
            (self.invoice.id, self.invoice.name, 100.0, 40, True),
        )
        [credit] = sheet['credits']
        self.assertEqual(credit['amount'], 30.0)
        self.assertEqual(sheet['partner']['name'], 'Acme Corporation')
        self.assertEqual(sheet['figures']['overdue'], 100.0)
        self.assertTrue(sheet['action']['reasons'])
        self.assertTrue(sheet['can_write'])
        self.assertGreater(sheet['usual_day'], self.today.isoformat())
        self.assertIsNone(sheet['keep_rate'])

    def test_a_call_is_told_to_whoever_comes_next(self):
        sheet = self._open_case().log_call('No answer')
        self.assertEqual(sheet['seen'], '')
        self.assertEqual(
            (sheet['contacts'][0]['kind'], sheet['contacts'][0]['text']), ('call', 'No answer')
        )
        self.assertEqual(sheet['contacts'][0]['author'], 'Carla')
        theirs = self._open_case(user=self.colleague).get_sheet()
        self.assertRegex(theirs['seen'], r'^Carla logged a call at \d\d:\d\d\.$')

    def test_who_has_not_seen_what_another_did_is_told_so(self):
        seen = self._later(self._open_case().get_sheet())
        self._open_case(user=self.colleague).log_call('They pay on Monday')
        case = self._open_case()
        with self.assertRaisesRegex(UserError, r'Dan logged a call at \d\d:\d\d\.'):
            case.log_call('No answer', seen=seen)
        self.assertEqual(case.deed_user_id, self.colleague)
        case.log_call('No answer', seen=seen, force=True)
        self.assertEqual(case.deed_user_id, self.collector)
        case.log_call('Again', seen=seen)

    def test_who_has_looked_since_may_go_on(self):
        self._open_case(user=self.colleague).log_call('They pay on Monday')
        moment = self._find_case().deed_at + timedelta(seconds=1)
        self._open_case().log_call('No answer', seen=moment.isoformat())
        self.assertEqual(self._find_case().deed_user_id, self.collector)

    def test_a_customer_is_left_alone_until_a_day(self):
        case = self._open_case()
        day = self.today + timedelta(days=5)
        sheet = case.snooze(day.isoformat())
        self.assertEqual(sheet['snoozed_until'], day.isoformat())
        self.assertEqual(sheet['action']['code'], 'wait')
        self.assertFalse(case.snooze(None)['snoozed_until'])
        with self.assertRaisesRegex(UserError, 'from tomorrow'):
            case.snooze(self.today.isoformat())

    def test_an_insolvent_customer_is_not_asked(self):
        case = self._open_case()
        sheet = case.set_insolvent(True)
        self.assertTrue(sheet['is_insolvent'])
        self.assertEqual(sheet['action']['code'], 'wait')
        self.assertFalse(case.set_insolvent(False)['is_insolvent'])

    def test_the_next_is_the_most_at_stake_that_nobody_has_dealt_with(self):
        partners = self.env['res.partner'].create(
            [{'name': f'Customer {number}', 'email': 'a@b.example'} for number in range(3)]
        )
        for amount, partner in zip((80.0, 60.0, 40.0), partners, strict=True):
            self._create_invoice(amount, due_in=-40, partner=partner)
        self._refresh()
        case = self._find_case().with_user(self.collector)
        second, third, last = (self._find_case(p).with_user(self.collector) for p in partners)
        self.assertEqual(case.next_case(), second.id)
        # Left without a deed: no way back to it.
        self.assertEqual(second.next_case(), third.id)
        third.log_call()
        self.assertEqual(third.next_case(), case.id)
        case.snooze((self.today + timedelta(days=2)).isoformat())
        second.log_call()
        self.assertEqual(second.next_case(), last.id)
        last.set_insolvent(True)
        self.assertFalse(last.next_case())

    def test_who_only_reads_does_nothing(self):
        reader = self._create_user('rita', 'Rita', 'account.group_account_readonly')
        case = self._open_case(user=reader)
        self.assertFalse(case.get_sheet()['can_write'])
        with self.assertRaises(AccessError):
            case.log_call('No answer')
        self.assertFalse(case.deed)

    def test_what_a_case_knows_is_not_written_by_hand(self):
        case = self._open_case()
        for values in ({'overdue': 1.0}, {'active': False}, {'snoozed_until': '2030-01-01'}):
            with self.assertRaisesRegex(AccessError, 'collector'):
                case.write(values)
        case.user_id = self.colleague
        self.assertEqual(case.user_id, self.colleague)

    def test_a_sheet_asks_few_questions_however_much_is_owed(self):
        case = self._open_case()
        case.take_promise(50.0, (self.today + timedelta(days=5)).isoformat())
        case.open_dispute(self.invoice.id, 10.0, self.reason.id)
        few = self._count(case)
        for number in range(1, 30):
            self._create_invoice(number, due_in=-number)
        for number in range(10):
            case.log_call(f'Call {number}')
            case.take_promise(1.0, (self.today + timedelta(days=number)).isoformat())
        many = self._count(case)
        self.assertEqual(many, few)
        self.assertLessEqual(many, MOST_QUERIES)

    def _count(self, case):
        case.get_sheet()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        case.get_sheet()
        return self.env.cr.sql_log_count - before
