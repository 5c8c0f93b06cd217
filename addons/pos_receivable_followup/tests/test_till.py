from datetime import timedelta

from odoo.tests import tagged

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestTill(FollowupCommon):
    """What a cashier is told is not told in vain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0, due_in=-10)
        cls.day = cls.today + timedelta(days=5)

    def _pay_short(self, code, **values):
        payment, _answer = self._collect(
            {self.invoice: 60.0},
            shortfalls=[{'invoice_id': self.invoice.id, 'code': code, **values}],
        )
        return payment

    def test_a_day_named_at_the_till_is_a_promise(self):
        self._pay_short('7', promise_date=self.day.isoformat())
        promise = self._find_case().promise_ids
        self.assertEqual(
            (promise.amount, promise.date, promise.taken_by, promise.state),
            (40.0, self.day, 'Anna', 'open'),
        )
        self._refresh()
        # The very payment at which it was promised is not what was promised.
        self.assertEqual((promise.state, promise.received), ('open', 0.0))
        self.assertEqual(
            self.env['pos_receivable.customer.hooks']._get_promised(self.customer, self.company),
            {self.customer.id: 40.0},
        )

    def test_what_is_wrong_is_a_dispute_of_what_stays_open(self):
        self._pay_short('3', note='Two were broken')
        dispute = self._find_case().dispute_ids
        self.assertEqual(
            (dispute.amount, dispute.reason_id.code, dispute.note, dispute.state),
            (40.0, '3', 'Two were broken', 'open'),
        )
        self._refresh()
        case = self._find_case()
        self.assertEqual((case.overdue, case.disputed), (0.0, 40.0))

    def test_who_finds_nothing_wrong_disputes_nothing(self):
        for code in ('7', '43'):
            payment = self._pay_short(code)
            self.assertFalse(self._find_case().dispute_ids)
            payment.action_draft()
            payment.action_cancel()

    def test_a_payment_that_is_taken_back_takes_back_what_was_said(self):
        hooks = self.env['pos_receivable.customer.hooks']
        for code, day in (('7', self.day.isoformat()), ('3', None)):
            with self.subTest(code=code):
                payment = self._pay_short(code, promise_date=day)
                payment.action_draft()
                payment.action_cancel()
                self.assertEqual(hooks._get_promised(self.customer, self.company), {})
                self.assertEqual(hooks._get_disputed(self.invoice.line_ids), {})
                self._refresh()
                case = self._find_case()
                self.assertEqual(
                    {*case.promise_ids.mapped('state'), *case.dispute_ids.mapped('state')},
                    {'cancelled'},
                )
                self.assertEqual((case.promised, case.disputed), (0.0, 0.0))

    def test_an_accountant_corrects_what_the_till_has_noted(self):
        payment = self._pay_short('7', promise_date=self.day.isoformat())
        shortfall = self.env['pos_receivable.shortfall'].search([('payment_id', '=', payment.id)])
        shortfall.with_user(self.accountant).write(
            {'reason_id': self.reason.id, 'promise_date': False}
        )
        case = self._find_case()
        self.assertEqual(case.promise_ids.state, 'cancelled')
        self.assertEqual((case.dispute_ids.state, case.dispute_ids.amount), ('open', 40.0))
