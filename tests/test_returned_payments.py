from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestReturnedPayments(PosReceivableCommon):
    """A cheque bounces, a bank takes a transfer back: what was paid is due again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config.invoice_payment_on_account = True
        cls.accountant = cls._create_user(
            'ingrid', 'Ingrid', 'account.group_account_user', 'account.group_account_manager'
        )
        cls.biller = cls._create_user('biller', 'Biller', 'account.group_account_invoice')
        cls.invoice = cls._create_invoice(100.0)

    def setUp(self):
        super().setUp()
        self.payment, _answer = self._collect({self.invoice: 100.0}, journal=self.card_journal)

    def _close_session(self):
        self.assertEqual(self._close(self.session, 0), {'successful': True})

    def _come_back(self, payment=None, user=None, **values):
        payment = (payment or self.payment).with_user(user or self.accountant)
        payment = payment.with_context(allowed_company_ids=self.company.ids)
        action = payment.action_pos_receivable_return()
        wizard = payment.env[action['res_model']].with_context(**action['context']).create(values)
        wizard.action_confirm()
        return self.env['pos_receivable.returned.payment'].search([('payment_id', '=', payment.id)])

    def _bank_shows(self, payment, amount):
        """A statement line that is matched with what waits on the outstanding account."""
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.card_journal.id, 'payment_ref': 'bank', 'amount': amount}
        )
        suspense = line._seek_for_lines()[1]
        suspense.account_id = self.outstanding_account
        waiting = self.env['account.move.line'].search(
            [
                ('account_id', '=', self.outstanding_account.id),
                ('reconciled', '=', False),
                ('parent_state', '=', 'posted'),
                ('id', 'not in', suspense.ids),
            ]
        )
        (suspense | waiting).reconcile()
        return line

    def test_the_invoice_is_due_again_and_it_is_remembered(self):
        self._close_session()
        returned = self._come_back(reason='cheque', note='R01')
        self.assertEqual(
            (self.invoice.payment_state, self.invoice.amount_residual), ('not_paid', 100.0)
        )
        self.assertEqual(self.payment.state, 'rejected')
        self.assertEqual(
            (returned.amount, returned.reason, returned.note, returned.partner_id, returned.date),
            (100.0, 'cheque', 'R01', self.customer, self.today),
        )
        self.assertEqual(returned.invoice_ids, self.invoice)
        self.assertEqual(returned.reversal_id.reversed_entry_id, self.payment.move_id)
        self.assertEqual(self._get_balance(self.outstanding_account), 0.0)
        self.assertTrue(all(self.payment.move_id.line_ids.mapped('reconciled')))
        self.assertFalse(returned.fee_id)

    def test_an_activity_says_so_and_the_invoice_tells_it(self):
        self._close_session()
        self._come_back(user_id=self.biller.id)
        activity = self.payment.activity_ids
        self.assertEqual(activity.user_id, self.biller)
        self.assertIn(self.invoice.name, activity.note)
        self.assertIn('came back', ' '.join(self.invoice.message_ids.mapped('body')))

    def test_a_fee_is_an_invoice_of_its_own(self):
        self._close_session()
        account = self.company_data['default_account_revenue']
        returned = self._come_back(fee=7.5, fee_account_id=account.id)
        fee = returned.fee_id
        self.assertEqual(
            (fee.amount_total, fee.state, fee.partner_id, fee.invoice_line_ids.account_id),
            (7.5, 'posted', self.customer, account),
        )
        session = self._open_session(self.config)
        self.assertEqual(self._list(session=session)['total_due'], 107.5)

    def test_where_the_bank_showed_it_the_reversal_waits_for_the_bank(self):
        self._close_session()
        self._bank_shows(self.payment, 100.0)
        self.assertTrue(self.payment.reconciled_statement_line_ids)
        returned = self._come_back()
        self.assertTrue(self.payment.reconciled_statement_line_ids)
        self.assertEqual(self.invoice.amount_residual, 100.0)
        self.assertEqual(self._get_balance(self.outstanding_account), -100.0)
        line = self._bank_shows(returned.payment_id, -100.0)
        self.assertEqual(self._get_balance(self.outstanding_account), 0.0)
        self.assertTrue(line.is_reconciled)

    def test_what_was_kept_on_account_is_gone_with_it(self):
        other = self._create_invoice(30.0)
        payment, _answer = self._collect({}, on_account=50.0, journal=self.card_journal)
        [credit] = self.session.get_open_credits(self.customer.id)
        self.session.apply_invoice_credits(self.customer.id, [credit['id']], other.ids)
        self._close_session()
        returned = self._come_back(payment)
        self.assertEqual(returned.invoice_ids, other)
        self.assertEqual(other.amount_residual, 30.0)
        session = self._open_session(self.config)
        self.assertEqual(session.get_open_credits(self.customer.id), [])

    def test_a_payment_of_the_back_office_comes_back_too(self):
        payment = self.env['account.payment'].create(
            {
                'amount': 10.0,
                'partner_id': self.customer.id,
                'journal_id': self.transfer_journal.id,
            }
        )
        payment.action_post()
        self.assertEqual(self._come_back(payment).amount, 10.0)
        self.assertEqual(payment.state, 'rejected')

    def test_in_the_session_that_took_it_it_is_voided_instead(self):
        with self.assertRaisesRegex(UserError, "void it at the till"):
            self._come_back()
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_what_cannot_come_back(self):
        cash, _answer = self._collect({self._create_invoice(5.0): 5.0})
        self._close(self.session, 5.0)
        with self.assertRaisesRegex(UserError, "paid in cash"):
            self._come_back(cash)
        yesterday = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "before it was received"):
            self._come_back(date=yesterday)
        self.company.fiscalyear_lock_date = self.today
        with self.assertRaisesRegex(UserError, "books are closed"):
            self._come_back()
        self.company.fiscalyear_lock_date = False
        self._come_back()
        with self.assertRaisesRegex(UserError, "cannot come back"):
            self._come_back()

    def test_only_an_accountant_says_so(self):
        self._close_session()
        with self.assertRaises(AccessError):
            self._come_back(user=self.biller)
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_the_session_is_told(self):
        self._close_session()
        self._come_back()
        bodies = ' '.join(self.session.sudo().message_ids.mapped('body'))
        self.assertIn('was rejected', bodies)
