from odoo.tests import HttpCase, tagged

from .common import FollowupCommon

URL = '/odoo/receivable-follow-up'


class CaseScreen(FollowupCommon, HttpCase):
    """A collector at the list, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = None  # the name belongs to the browser's session here
        cls.collector.password = 'carla'

    def _make_late(self, count):
        """So many customers who are late, the one with the most at stake first."""
        customers = self.env['res.partner'].create(
            [
                {'name': f'Customer {number:02}', 'phone': '+1 555 0100'}
                for number in range(1, count + 1)
            ]
        )
        for rank, customer in enumerate(customers):
            for _part in range(2):
                self._create_invoice(1000 - rank * 50, partner=customer, due_in=-30)
        self._refresh(*customers)
        return customers


@tagged('post_install', '-at_install')
class TestCasesOnADesktop(CaseScreen):
    def test_ten_cases_are_worked_by_keys_alone(self):
        customers = self._make_late(10)
        self.start_tour(URL, 'CasesByKeys', login='carla')
        self.env.invalidate_all()
        cases = [self._find_case(customer) for customer in customers]
        self.assertEqual({case.deed_user_id for case in cases}, {self.collector})
        self.assertEqual(
            [case.deed for case in cases],
            [
                'call',
                'promise',
                'promise',
                'snooze',
                'dispute',
                'call',
                'promise',
                'call',
                'call',
                'call',
            ],
        )
        promises = [case.promise_ids for case in cases]
        self.assertEqual([p.amount for p in promises if p], [1900.0, 50.0, 700.0])
        self.assertEqual(len(promises[6].item_ids), 1)
        self.assertEqual(cases[4].dispute_ids.amount, 800.0)
        self.assertEqual(cases[4].dispute_ids.state, 'rejected')

    def test_whoever_was_quicker_is_told_before_it_is_done_again(self):
        case_class = self.env.registry['pos_receivable.case']
        get_sheet, seen = case_class.get_sheet, []

        def get_sheet_and_be_overtaken(case):
            sheet = get_sheet(case)
            if case.env.user == self.collector and not seen:
                seen.append(sheet)
                case.with_user(self.colleague).log_call('They pay on Friday')
            return sheet

        [customer] = self._make_late(1)
        self.patch(case_class, 'get_sheet', get_sheet_and_be_overtaken)
        with self.assertLogs('odoo.http', 'WARNING') as refusals:
            self.start_tour(URL, 'CaseOfTwo', login='carla')
        self.assertEqual(len(refusals.output), 1)
        self.env.invalidate_all()
        case = self._find_case(customer)
        self.assertEqual(case.deed_user_id, self.collector)
        calls = case.message_ids.filtered(
            lambda message: (
                message.subtype_id == self.env.ref('pos_receivable_followup.subtype_call')
            )
        )
        self.assertEqual(calls.author_id, (self.collector | self.colleague).partner_id)
        self.assertEqual(len(calls), 2)


@tagged('post_install', '-at_install')
class TestCasesOnAPhone(CaseScreen):
    browser_size = '375x667'
    touch_enabled = True

    def test_a_case_is_worked_by_thumb(self):
        customers = self._make_late(2)
        self.start_tour(URL, 'CasesOnAPhone', login='carla')
        self.env.invalidate_all()
        self.assertEqual(self._find_case(customers[0]).promise_ids.amount, 2000.0)
        self.assertEqual(self._find_case(customers[1]).deed, 'call')
