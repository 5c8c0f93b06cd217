from psycopg2 import IntegrityError

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCollectAccounting(PosReceivableCommon):
    """What a collection leaves in the ledger."""

    def assertEntry(self, payment, expected):
        """``expected``: (account, partner, debit, credit) of each journal item, in any order."""
        self.assertEqual(payment.move_id.state, 'posted')
        self.assertCountEqual(
            [
                (line.account_id, line.partner_id, line.debit, line.credit)
                for line in payment.move_id.line_ids
            ],
            expected,
        )

    def test_an_invoice_goes_from_not_paid_to_partial_to_paid(self):
        invoice = self._create_invoice(100.0)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('not_paid', 100.0))

        self._collect({invoice: 30.0})
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('partial', 70.0))

        self._collect({invoice: 69.99})
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('partial', 0.01))

        self._collect({invoice: 0.01})
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ('paid', 0.0))

    def test_cash_goes_straight_to_the_account_of_the_drawer(self):
        invoice = self._create_invoice(100.0)
        payment, _answer = self._collect({invoice: 40.0})
        self.assertEntry(
            payment,
            [
                (self.cash_journal.default_account_id, self.customer, 40.0, 0.0),
                (self.company_data['default_account_receivable'], self.customer, 0.0, 40.0),
            ],
        )
        self.assertEqual(payment.state, 'paid')

    def test_card_money_waits_on_the_outstanding_account_of_its_payment_method(self):
        invoice = self._create_invoice(100.0)
        payment, _answer = self._collect({invoice: 100.0}, journal=self.card_journal)
        self.assertEntry(
            payment,
            [
                (self.outstanding_account, self.customer, 100.0, 0.0),
                (self.company_data['default_account_receivable'], self.customer, 0.0, 100.0),
            ],
        )
        self.assertEqual(invoice.payment_state, 'paid')

    def test_without_an_account_on_the_method_the_default_of_the_chart_is_used(self):
        self.assertFalse(self.transfer_journal.inbound_payment_method_line_ids.payment_account_id)
        expected = (
            self.env['account.payment']
            .new({'company_id': self.company.id})
            ._get_outstanding_account('inbound')
        )
        payment, _answer = self._collect(
            {self._create_invoice(100.0): 100.0}, journal=self.transfer_journal
        )
        self.assertEqual(payment._seek_for_lines()[0].account_id, expected)

    def _remove_outstanding_accounts(self):
        self.env['ir.model.data'].search(
            [
                ('model', '=', 'account.account'),
                ('name', '=like', '%account_journal_payment_debit_account_id'),
            ]
        ).unlink()
        self.company.transfer_account_id = False

    def test_a_missing_outstanding_account_is_explained_and_nothing_is_written(self):
        self._remove_outstanding_accounts()
        invoice = self._create_invoice(100.0)
        self.assertRefused(
            "no account is set to receive bank payments for Transfer",
            {invoice: 100.0},
            journal=self.transfer_journal,
        )
        self.assertEqual(invoice.amount_residual, 100.0)

    def test_cash_needs_no_outstanding_account(self):
        self._remove_outstanding_accounts()
        invoice = self._create_invoice(100.0)
        payment, _answer = self._collect({invoice: 100.0})
        self.assertEqual(invoice.payment_state, 'paid')
        self.assertEqual(payment.move_id.state, 'posted')

    def test_a_cash_journal_without_account_is_explained(self):
        self.cash_journal.default_account_id = False
        self.assertRefused("Drawer has no cash account", {self._create_invoice(100.0): 100.0})

    def test_the_payment_belongs_to_the_session_the_cashier_and_the_invoice(self):
        invoice = self._create_invoice(100.0)
        payment, _answer = self._collect(
            {invoice: 100.0}, journal=self.card_journal, reference='slip 4711'
        )
        self.assertRecordValues(
            payment,
            [
                {
                    'pos_session_id': self.session.id,
                    'pos_payment_method_id': False,
                    'partner_id': self.customer.id,
                    'memo': invoice.name,
                    'payment_reference': 'slip 4711',
                    'invoice_ids': invoice.ids,
                    'create_uid': self.cashier.id,
                    'company_id': self.company.id,
                    'date': self.today,
                }
            ],
        )

    def test_two_instalments_are_settled_oldest_first(self):
        term = self.env['account.payment.term'].create(
            {
                'name': 'Half now, half in a month',
                'line_ids': [
                    (0, 0, {'value': 'percent', 'value_amount': 50, 'nb_days': 0}),
                    (0, 0, {'value': 'percent', 'value_amount': 50, 'nb_days': 30}),
                ],
            }
        )
        invoice = self._create_invoice(100.0, invoice_payment_term_id=term.id)
        first, second = invoice.line_ids.filtered(
            lambda line: line.display_type == 'payment_term'
        ).sorted('date_maturity')

        [row] = self._list()['invoices']
        self.assertEqual((row['amount_due'], row['amount_due_now']), (100.0, 50.0))

        self._collect({invoice: 60.0})
        self.assertEqual((first.amount_residual, second.amount_residual), (0.0, 40.0))

    def test_several_invoices_are_one_payment_with_exact_parts(self):
        first = self._create_invoice(100.0, due_in=-5)
        second = self._create_invoice(80.0)
        third = self._create_invoice(50.0)
        payment, answer = self._collect({first: 60.0, second: 80.0, third: 0.01})
        self.assertEqual(payment.amount, 140.01)
        self.assertEntry(
            payment,
            [
                (self.cash_journal.default_account_id, self.customer, 140.01, 0.0),
                (self.company_data['default_account_receivable'], self.customer, 0.0, 60.0),
                (self.company_data['default_account_receivable'], self.customer, 0.0, 80.0),
                (self.company_data['default_account_receivable'], self.customer, 0.0, 0.01),
            ],
        )
        self.assertEqual((first | second | third).mapped('amount_residual'), [40.0, 0.0, 49.99])
        self.assertEqual(payment.invoice_ids, first | second | third)
        self.assertEqual(
            [
                (row['paid'], row['balance_before'], row['balance_after'])
                for row in answer['invoices']
            ],
            [(60.0, 100.0, 40.0), (80.0, 80.0, 0.0), (0.01, 50.0, 49.99)],
        )

    def test_invoice_and_payment_know_of_each_other(self):
        first, second, third = (self._create_invoice(10.0) for _number in range(3))
        alone, _answer = self._collect({first: 10.0})
        grouped, _answer = self._collect({second: 10.0, third: 4.0})
        expected = [alone, grouped, grouped]
        for moment in ('at once', 'read again'):
            with self.subTest(moment):
                invoices = (first, second, third)
                self.assertEqual([move.matched_payment_ids for move in invoices], expected)
                self.assertEqual([move.reconciled_payment_ids for move in invoices], expected)
                self.assertEqual(alone.reconciled_invoice_ids, first)
                self.assertEqual(grouped.reconciled_invoice_ids, second | third)
            self.env.flush_all()
            self.env.invalidate_all()

    def test_payments_are_linked_to_their_own_invoices_only(self):
        first, second, third = (self._create_invoice(100.0) for _number in range(3))
        earlier, _answer = self._collect({first: 10.0, third: 10.0})
        later, _answer = self._collect({first: 10.0, second: 10.0, third: 10.0})
        self.assertEqual(earlier.invoice_ids, first | third)
        self.assertEqual(later.invoice_ids, first | second | third)

    def test_when_one_of_several_invoices_is_refused_none_is_paid(self):
        first, second = self._create_invoice(100.0), self._create_invoice(80.0)
        self.assertRefused("80.00 is the most", {first: 100.0, second: 80.01})
        self.assertEqual((first | second).mapped('amount_residual'), [100.0, 80.0])

    def test_a_repeated_request_returns_the_first_answer_and_books_nothing(self):
        invoice = self._create_invoice(100.0)
        payment, answer = self._collect({invoice: 30.0}, uuid='tap', tendered=50.0)
        repeated, same_answer = self._collect({invoice: 30.0}, uuid='tap', tendered=50.0)
        self.assertEqual(repeated, payment)
        self.assertEqual(same_answer, answer)
        self.assertEqual(invoice.amount_residual, 70.0)

    def test_a_repeated_request_is_answered_even_when_the_invoice_is_paid_or_the_shop_off(self):
        invoice = self._create_invoice(100.0)
        _payment, answer = self._collect({invoice: 100.0}, uuid='tap')
        self.config.use_invoice_payment = False
        self.assertEqual(self._collect({invoice: 100.0}, uuid='tap')[1], answer)

    def test_the_database_itself_refuses_a_second_payment_with_the_same_uuid(self):
        payment, _answer = self._collect({self._create_invoice(100.0): 100.0})
        duplicate = payment.copy()
        self.assertFalse(duplicate.pos_invoice_payment_uuid)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'):
            duplicate.sudo().pos_invoice_payment_uuid = payment.pos_invoice_payment_uuid
            duplicate.flush_recordset()

    def test_a_uuid_booked_by_a_request_still_running_makes_the_second_one_start_again(self):
        self._collect({self._create_invoice(100.0): 100.0}, uuid='tap')
        other = self._create_invoice(50.0)
        with (
            self.assertRaises(ConcurrencyError),  # which the server answers by a retry
            mute_logger('odoo.sql_db'),
        ):
            self._collect_unaware(other, 50.0, uuid='tap')
        self.assertEqual(other.amount_residual, 50.0)

    def _collect_unaware(self, invoice, amount, uuid):
        """Collect as a request does that does not see what another one has booked."""
        session = self.session.sudo()
        given = {
            'journal_id': self.cash_journal.id,
            'allocations': [{'invoice_id': invoice.id, 'amount': amount}],
            'payment_date': None,
            'reference': '',
            'tendered': None,
            'on_account': 0.0,
        }
        collections = session.env['pos_receivable.collection']
        collections._collect(session, invoice.partner_id, uuid, given)

    def test_change_is_what_the_cash_exceeds_the_payment_by(self):
        _payment, answer = self._collect({self._create_invoice(100.0): 64.95}, tendered=70.0)
        self.assertEqual((answer['payment']['tendered'], answer['payment']['change']), (70.0, 5.05))

    def test_a_collection_is_not_a_sale(self):
        self._collect({self._create_invoice(100.0): 100.0})
        session = self.session.sudo()
        self.assertFalse(session.order_ids)
        self.assertEqual(session.total_payments_amount, 0.0)

    def test_an_entry_that_settles_something_else_is_rolled_back(self):
        invoice, other = self._create_invoice(100.0), self._create_invoice(50.0)
        payment, _answer = self._collect({invoice: 100.0})
        with self.assertRaisesRegex(UserError, "nothing was booked"):
            self.env['pos_receivable.booking']._check_booked(
                payment, {other: 50.0}, {other: 50.0}, {other: other.line_ids}, []
            )
