from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestVoid(PosReceivableCommon):
    """Taking a payment back: the invoice is due again, the books keep the trail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0)
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        cls.manager_session = cls.session.with_user(cls.manager)

    def _void(self, payment, reason='Wrong customer', session=None):
        return (session or self.manager_session).void_invoice_payment(payment.id, reason)

    def test_a_void_reopens_the_invoice_and_empties_the_drawer(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        answer = self._void(payment)
        self.assertEqual(
            (self.invoice.payment_state, self.invoice.amount_residual), ('not_paid', 100.0)
        )
        self.assertEqual(self.session.cash_register_balance_end, 0.0)
        self.assertEqual(self.session.invoice_payment_count, 0)
        self.assertEqual(answer['state'], 'voided')
        self.assertEqual(
            (answer['void']['reason'], answer['void']['user_name']), ('Wrong customer', 'Max')
        )
        self.assertEqual(answer['invoices'][0]['amount_due'], 100.0)

    def test_the_entry_and_its_number_stay_in_the_books(self):
        payment, answer = self._collect({self.invoice: 70.0})
        move = payment.move_id
        self._void(payment)
        self.assertTrue(move.exists())
        self.assertEqual((move.name, move.state), (answer['payment']['name'], 'cancel'))
        self.assertEqual((payment.name, payment.state), (answer['payment']['name'], 'canceled'))
        following, _answer = self._collect({self.invoice: 70.0})
        self.assertNotEqual(following.name, payment.name)

    def test_reason_and_user_are_in_the_chatter(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        self._void(payment)
        self.assertIn(
            'Voided at Shop 1 by Max: Wrong customer', ' '.join(payment.message_ids.mapped('body'))
        )
        self.assertIn('was cancelled', ' '.join(self.session.sudo().message_ids.mapped('body')))

    def _assert_reversed(self, payment, move):
        self.assertEqual((move.state, payment.state), ('posted', 'canceled'))
        reversal = move.reversal_move_ids
        self.assertEqual((reversal.state, reversal.date), ('posted', self.today))
        self.assertEqual(
            sum(
                (move | reversal)
                .line_ids.filtered(
                    lambda line: line.account_id == self.cash_journal.default_account_id
                )
                .mapped('balance')
            ),
            0.0,
        )
        self.assertEqual(self.invoice.amount_residual, 100.0)
        self.assertEqual(self.session.cash_register_balance_end, 0.0)

    def test_in_a_hashed_journal_the_entry_is_reversed(self):
        self.cash_journal.restrict_mode_hash_table = True
        payment, _answer = self._collect({self.invoice: 70.0})
        move = payment.move_id
        self._void(payment)
        self._assert_reversed(payment, move)

    def test_in_closed_books_the_entry_is_reversed_today(self):
        yesterday = self.today - timedelta(days=1)
        payment, _answer = self._collect({self.invoice: 70.0}, payment_date=yesterday.isoformat())
        move = payment.move_id
        self.company.fiscalyear_lock_date = yesterday
        self._void(payment)
        self._assert_reversed(payment, move)

    def test_a_payment_over_several_invoices_reopens_them_all(self):
        other = self._create_invoice(50.0)
        payment, _answer = self._collect({self.invoice: 70.0, other: 50.0})
        self._void(payment)
        self.assertEqual((self.invoice | other).mapped('amount_residual'), [100.0, 50.0])

    def test_a_cashier_voids_only_where_the_shop_lets_them(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        with self.assertRaisesRegex(AccessError, "Ask a manager"):
            self._void(payment, session=self.session)
        self.assertEqual(self.invoice.amount_residual, 30.0)
        self.config.invoice_payment_cashier_void = True
        self._void(payment, session=self.session)
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def test_a_reason_is_required(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        for reason in ('', '  ', None, 7, 'x' * 201, '\x00'):
            with self.assertRaisesRegex(UserError, "Say why"):
                self._void(payment, reason)
        self.assertEqual(self.invoice.amount_residual, 30.0)

    def test_a_payment_is_voided_once(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        self._void(payment)
        with self.assertRaisesRegex(UserError, "already taken back"):
            self._void(payment)

    def test_only_while_the_session_is_open(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        self._close(self.session, 70.0)
        with self.assertRaisesRegex(UserError, "closed on another screen"):
            self._void(payment)

    def test_only_invoice_payments_of_this_session(self):
        other_payment = self.env['account.payment'].create(
            {
                'amount': 5.0,
                'partner_id': self.customer.id,
                'pos_session_id': self.session.id,
                'journal_id': self.cash_journal.id,
            }
        )
        other_payment.action_post()
        for payment_id in (other_payment.id, 0, None, 'x', 2**40):
            with self.assertRaisesRegex(UserError, "not an invoice payment of this session"):
                self.manager_session.void_invoice_payment(payment_id, 'why not')

    def test_a_voided_uuid_is_still_not_booked_again(self):
        payment, answer = self._collect({self.invoice: 70.0}, uuid='tap')
        self._void(payment)
        _payment, repeated = self._collect({self.invoice: 70.0}, uuid='tap')
        # The till must not show it as paid, whatever the first answer was.
        self.assertEqual((answer['payment']['state'], answer['payment']['void']), ('posted', False))
        self.assertEqual(repeated['payment']['state'], 'voided')
        self.assertEqual(repeated['payment']['void']['user_name'], 'Max')
        self.assertEqual(repeated['payment']['amount'], answer['payment']['amount'])
        self.assertEqual(repeated['invoices'], answer['invoices'])
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def test_a_uuid_cancelled_in_the_back_office_is_told_as_cancelled(self):
        payment, _answer = self._collect({self.invoice: 70.0}, uuid='tap')
        for take_back in (payment.action_draft, payment.action_cancel):
            take_back()
            repeated = self._collect({self.invoice: 70.0}, uuid='tap')[1]
            self.assertEqual(
                (repeated['payment']['state'], repeated['payment']['void']), ('cancelled', False)
            )

    def test_a_uuid_deleted_in_the_back_office_is_not_booked_again(self):
        payment, _answer = self._collect({self.invoice: 70.0}, uuid='tap')
        accountant = self._create_user('ingrid', 'Ingrid', 'account.group_account_manager')
        payment.action_draft()
        payment.with_user(accountant).unlink()
        with self.assertRaisesRegex(UserError, "deleted in the back office.* not booked"):
            self._collect({self.invoice: 70.0}, uuid='tap')
        self.assertFalse(self.session.close_invoice_payment_attempt('tap'))
        self.assertNothingBooked()

    def test_the_history_lists_newest_first_with_what_became_of_each(self):
        kept, _answer = self._collect({self.invoice: 10.0}, reference='slip 1')
        voided, _answer = self._collect({self.invoice: 20.0}, journal=self.card_journal)
        cancelled, _answer = self._collect({self.invoice: 30.0})
        self._void(voided)
        cancelled.action_cancel()
        history = self.session.get_invoice_payments()
        self.assertEqual(
            [(entry['id'], entry['amount'], entry['state']) for entry in history],
            [
                (cancelled.id, 30.0, 'cancelled'),
                (voided.id, 20.0, 'voided'),
                (kept.id, 10.0, 'posted'),
            ],
        )
        self.assertEqual(history[2]['reference'], 'slip 1')
        self.assertEqual(history[2]['user_name'], 'Anna')
        self.assertEqual(
            [
                (row['name'], row['paid'], row['balance_before'], row['balance_after'])
                for row in history[2]['invoices']
            ],
            [(self.invoice.name, 10.0, 100.0, 90.0)],
        )

    def test_a_shop_for_managers_keeps_cashiers_from_everything(self):
        self.config.invoice_payment_access = 'manager'
        for request in (
            lambda: self._list(),
            lambda: self._collect({self.invoice: 5.0}),
            lambda: self.session.get_invoice_payments(),
        ):
            with self.assertRaisesRegex(AccessError, "Only managers"):
                request()
        payment, _answer = self._collect({self.invoice: 5.0}, session=self.manager_session)
        self.assertEqual(payment.pos_cashier_name, 'Max')

    def test_an_entry_reset_in_the_journal_no_longer_counts(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        payment.move_id.button_draft()
        self.assertEqual(self.session.invoice_payment_total, 0.0)
        self.assertEqual(self.session.cash_register_balance_end, 0.0)
        self.assertIn(
            'was reset to draft', ' '.join(self.session.sudo().message_ids.mapped('body'))
        )

    def test_the_receipt_is_mailed_as_pdf(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        with self.assertRaisesRegex(UserError, "cannot be used"):
            self.session.email_invoice_payment(payment.id, 'nobody')
        self.session.email_invoice_payment(payment.id, 'acme@example.com')
        mail = self.env['mail.mail'].sudo().search([('email_to', '=', 'acme@example.com')])
        self.assertEqual(len(mail), 1)
        self.assertEqual(len(mail.attachment_ids), 1)

    def test_only_what_can_be_an_address_is_mailed_to(self):
        payment, _answer = self._collect({self.invoice: 70.0})
        for wrong in (
            '<script>@b.co',
            'a@b',
            'a@b.c',
            'a@-b.com',
            'a@b..com',
            'a..b@c.com',
            '@b.com',
            'a b@c.com',
            'a@b.com, c@d.com',
            'a@b.com\nBcc: c@d.com',
            'a@b.com;x',
            7,
            None,
        ):
            with self.subTest(email=wrong), self.assertRaises(UserError) as refusal:
                self.session.email_invoice_payment(payment.id, wrong)
            self.assertIn("cannot be used", refusal.exception.args[0])
        right = ("o'brien+shop@mail.example.ie", 'rené@käse.example', 'Anna Berg <anna@acme.co>')
        for address in right:
            with self.subTest(email=address):
                self.session.email_invoice_payment(payment.id, address)
        self.assertEqual(
            set(self.env['mail.mail'].sudo().search([]).mapped('email_to'))
            & {"o'brien+shop@mail.example.ie", 'rené@käse.example', 'anna@acme.co'},
            {"o'brien+shop@mail.example.ie", 'rené@käse.example', 'anna@acme.co'},
        )

    def test_a_receipt_is_mailed_a_handful_of_times(self):
        payment, _answer = self._collect({self.invoice: 30.0})
        other, _answer = self._collect({self.invoice: 30.0})
        for number in range(5):
            self.session.email_invoice_payment(payment.id, f'acme{number}@example.com')
        with self.assertRaises(UserError) as refusal:
            self.session.email_invoice_payment(payment.id, 'acme@example.com')
        self.assertIn("was sent 5 times already", refusal.exception.args[0])
        self.session.email_invoice_payment(other.id, 'acme@example.com')
        mails = self.env['mail.mail'].sudo().search([('email_to', '=like', 'acme%@example.com')])
        self.assertEqual(len(mails), 6)

    def test_no_receipt_is_mailed_of_a_payment_taken_back(self):
        voided, _answer = self._collect({self.invoice: 70.0})
        self._void(voided)
        cancelled, _answer = self._collect({self.invoice: 70.0})
        cancelled.action_draft()
        cancelled.action_cancel()
        for payment in voided, cancelled:
            with self.assertRaises(UserError) as refusal:
                self.session.email_invoice_payment(payment.id, 'acme@example.com')
            self.assertIn("was taken back", refusal.exception.args[0])
        self.assertFalse(
            self.env['mail.mail'].sudo().search([('email_to', '=', 'acme@example.com')])
        )

    def test_a_lost_answer_can_be_asked_for(self):
        payment, _answer = self._collect({self.invoice: 70.0}, uuid='tap')
        found = self.session.close_invoice_payment_attempt('tap')
        self.assertEqual((found['id'], found['state']), (payment.id, 'posted'))
        for uuid in ('', None, 7, '\x00', 'x' * 65):
            self.assertFalse(self.session.close_invoice_payment_attempt(uuid))

    def test_so_many_attempts_are_given_up_in_a_session_and_no_more(self):
        for number in range(200):
            self.assertFalse(self.session.close_invoice_payment_attempt(f'attempt {number}'))
        with self.assertRaises(UserError) as refusal:
            self.session.close_invoice_payment_attempt('one more')
        self.assertIn("Try this payment again", refusal.exception.args[0])
        # What was said stays true, and what is booked is still found.
        self.assertFalse(self.session.close_invoice_payment_attempt('attempt 0'))
        self.assertEqual(len(self.session.sudo().invoice_payments_given_up), 200)
        with self.assertRaises(UserError) as refusal:
            self._collect({self.invoice: 70.0}, uuid='attempt 199')
        self.assertIn("given up at the till", refusal.exception.args[0])
        payment, _answer = self._collect({self.invoice: 70.0}, uuid='one more')
        self.assertEqual(self.session.close_invoice_payment_attempt('one more')['id'], payment.id)
        # Nor may a payment that is deleted be booked again by a till that lost the answer.
        payment.action_draft()
        payment.unlink()
        with self.assertRaises(UserError) as refusal:
            self._collect({self.invoice: 70.0}, uuid='one more')
        self.assertIn("deleted in the back office", refusal.exception.args[0])

    def test_a_closed_session_books_nothing_and_remembers_no_attempt(self):
        self.assertFalse(self.session.close_invoice_payment_attempt('late'))
        self._close(self.session)
        self.assertFalse(self.session.close_invoice_payment_attempt('later'))
        self.assertFalse(self.session.sudo().invoice_payments_given_up)
        with self.assertRaises(UserError) as refusal:
            self._collect({self.invoice: 70.0}, uuid='late')
        self.assertIn("closed on another screen", refusal.exception.args[0])

    def test_an_attempt_given_up_is_not_booked_when_it_arrives_late(self):
        self.assertFalse(self.session.close_invoice_payment_attempt('late'))
        self._collect({self.invoice: 70.0}, uuid='anew')
        with self.assertRaisesRegex(UserError, "given up at the till"):
            self._collect({self.invoice: 20.0}, uuid='late')
        self.assertEqual(self.invoice.amount_residual, 30.0)
