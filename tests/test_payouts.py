from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestPayouts(PosReceivableCommon):
    """A customer is given back what stands on their account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.invoice_payment_on_account = True
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        cls.manager_session = cls.session.with_user(cls.manager)

    def setUp(self):
        super().setUp()
        self.deposit, _answer = self._collect({}, on_account=100.0)
        [self.credit] = self.session.get_open_credits(self.customer.id)

    def _pay_out(self, amount, uuid='out', credit_id=None, journal=None, session=None):
        answer = (session or self.manager_session).refund_on_account(
            uuid, credit_id or self.credit['id'], amount, (journal or self.cash_journal).id
        )
        return self.env['account.payment'].browse(answer['payment']['id']), answer

    def test_one_outbound_payment_is_reconciled_with_the_credit(self):
        payment, answer = self._pay_out(40.0)
        self.assertEqual(
            (payment.payment_type, payment.amount, payment.partner_id, payment.pos_session_id),
            ('outbound', 40.0, self.customer, self.session),
        )
        [cash, item] = payment.move_id.line_ids.sorted('balance')
        self.assertEqual(
            (cash.account_id, cash.balance), (self.cash_journal.default_account_id, -40.0)
        )
        self.assertEqual((item.balance, item.reconciled), (40.0, True))
        self.assertEqual(item.matched_credit_ids.credit_move_id.id, self.credit['id'])
        [left] = self.session.get_open_credits(self.customer.id)
        self.assertEqual(left['amount'], 60.0)
        told = answer['payment']
        self.assertEqual((told['kind'], told['amount'], told['user_name']), ('refund', 40.0, 'Max'))
        self.assertEqual(
            (told['credit']['name'], told['credit']['balance_after']), (self.deposit.name, 60.0)
        )
        self.assertEqual(answer['invoices'], [])

    def test_the_drawer_falls(self):
        self._pay_out(40.0)
        self.assertEqual(self.session.cash_register_balance_end, 60.0)
        self.assertEqual(self.session.invoice_payment_total, 60.0)
        data = self.session.get_closing_control_data()
        self.assertEqual(data['default_cash_details']['amount'], 60.0)
        rows = data['default_cash_details']['invoice_payments']
        self.assertEqual((rows['count'], rows['amount']), (2, 60.0))
        self.assertEqual([row['amount'] for row in rows['payments']], [-40.0, 100.0])
        self.assertEqual(self._close(self.session, 60.0), {'successful': True})
        self.assertEqual(self.session.cash_register_difference, 0.0)
        self.assertEqual(self._get_balance(self.cash_journal.default_account_id), 60.0)

    def test_a_payout_by_bank_leaves_the_drawer_alone(self):
        payment, _answer = self._pay_out(40.0, journal=self.transfer_journal)
        self.assertEqual(self.session.cash_register_balance_end, 100.0)
        self.assertEqual(payment.move_id.state, 'posted')
        [row] = self.session.get_closing_control_data()['invoice_payments']
        self.assertEqual(row['amount'], -40.0)

    def test_a_credit_note_is_paid_out_too(self):
        refund = self._create_invoice(25.0, move_type='out_refund')
        item = refund.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        self._pay_out(25.0, credit_id=item.id)
        self.assertTrue(item.reconciled)
        self.assertEqual(refund.amount_residual, 0.0)

    def test_the_same_attempt_is_paid_once(self):
        payment, answer = self._pay_out(40.0)
        again, repeated = self._pay_out(40.0)
        self.assertEqual((again, repeated), (payment, answer))
        self.assertEqual(self.session.cash_register_balance_end, 60.0)
        self.assertEqual(self.session.close_invoice_payment_attempt('out')['kind'], 'refund')
        self.session.close_invoice_payment_attempt('lost')
        with self.assertRaisesRegex(UserError, "given up at the till"):
            self._pay_out(1.0, 'lost')

    def test_only_a_manager_pays_out(self):
        with self.assertRaisesRegex(AccessError, "Ask a manager"):
            self._pay_out(40.0, session=self.session)
        self.assertEqual(self.session.cash_register_balance_end, 100.0)

    def test_no_more_than_is_left(self):
        for amount, message in (
            (100.01, "100.00 is all that is left of"),
            (0, "more than zero"),
            (-5, "more than zero"),
            (0.001, "more than zero"),
            (1.005, "smallest step"),
            ('5', "not a number"),
            (None, "not a number"),
        ):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, message):
                self._pay_out(amount)
        self._pay_out(100.0)
        with self.assertRaisesRegex(UserError, "no longer available"):
            self._pay_out(1.0, 'again')

    def test_only_a_customers_open_credit(self):
        invoice = self._create_invoice(10.0)
        wrong = invoice.line_ids.ids + [2**31 - 1, 0, None, 'x', True]
        for credit_id in wrong:
            with self.subTest(credit=credit_id), self.assertRaises(UserError):
                self.manager_session.refund_on_account('x', credit_id, 1.0, self.cash_journal.id)
        self.assertEqual(self.session.cash_register_balance_end, 100.0)

    def test_a_credit_in_another_currency_is_the_accountants(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        refund = self._create_invoice(25.0, move_type='out_refund', currency_id=euro.id)
        item = refund.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        with self.assertRaisesRegex(UserError, "is in EUR"):
            self._pay_out(1.0, credit_id=item.id)

    def test_only_while_the_session_is_open(self):
        self._close(self.session, 100.0)
        with self.assertRaisesRegex(UserError, "closed on another screen"):
            self._pay_out(1.0)

    def test_a_payout_is_voided_like_a_payment(self):
        payment, _answer = self._pay_out(40.0)
        answer = self.manager_session.void_invoice_payment(payment.id, 'Kept it after all')
        self.assertEqual((answer['state'], answer['kind']), ('voided', 'refund'))
        [credit] = self.session.get_open_credits(self.customer.id)
        self.assertEqual(credit['amount'], 100.0)
        self.assertEqual(self.session.cash_register_balance_end, 100.0)

    def test_what_was_paid_out_is_not_voided(self):
        payment, _answer = self._pay_out(40.0)
        with self.assertRaisesRegex(UserError, f"40.00 of .*100.00.*{payment.name}"):
            self.manager_session.void_invoice_payment(self.deposit.id, 'Wrong')

    def test_the_history_and_the_report_show_it(self):
        self._pay_out(40.0)
        self.assertEqual(
            [(row['kind'], row['amount']) for row in self.session.get_invoice_payments()],
            [('refund', 40.0), ('collection', 100.0)],
        )
        report = self.env['report.point_of_sale.report_saledetails']
        details = report.get_sale_details(session_ids=self.session.ids)
        self.assertEqual(details['invoice_payments_total'], 60.0)
        rows = self.env['pos_receivable.payment.report'].search(
            [('session_id', '=', self.session.id)]
        )
        self.assertEqual(sorted(rows.mapped('amount_company')), [-40.0, 100.0])

    def test_the_chatter_says_who_paid_out(self):
        self._pay_out(40.0)
        bodies = ' '.join(self.deposit.move_id.message_ids.mapped('body'))
        self.assertIn("paid out at Shop 1 by Max", bodies)

    def test_no_thanks_are_mailed_for_what_was_paid_out(self):
        payment, _answer = self._pay_out(40.0)
        with self.assertRaisesRegex(UserError, "print it instead"):
            self.session.email_invoice_payment(payment.id, 'acme@example.com')
