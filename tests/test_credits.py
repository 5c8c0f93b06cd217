from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestCredits(PosReceivableCommon):
    """What the customer already has with us is shown, and used only when asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice(100.0)
        cls.credit_note = cls._create_invoice(30.0, move_type='out_refund')
        cls.payment = cls.env['account.payment'].create(
            {
                'amount': 12.0,
                'partner_id': cls.customer.id,
                'journal_id': cls.cash_journal.id,
            }
        )
        cls.payment.action_post()

    def _credits(self):
        return self.session.get_open_credits(self.customer.id)

    def _apply(self, credit_ids, invoices=None, partner=None):
        return self.session.apply_invoice_credits(
            (partner or self.customer).id, credit_ids, (invoices or self.invoice).ids
        )

    def test_credit_notes_and_unused_payments_are_listed(self):
        self.assertCountEqual(
            [(row['name'], row['kind'], row['amount']) for row in self._credits()],
            [(self.credit_note.name, 'credit_note', 30.0), (self.payment.name, 'payment', 12.0)],
        )

    def test_a_payment_never_uses_them_by_itself(self):
        self._collect({self.invoice: 100.0})
        self.assertEqual(sum(row['amount'] for row in self._credits()), 42.0)

    def test_applying_moves_no_money_and_the_rest_is_paid(self):
        payments = self.env['account.payment'].search_count([])
        answer = self._apply([row['id'] for row in self._credits()])
        self.assertEqual((answer['applied'], answer['credits']), (42.0, []))
        self.assertEqual(answer['invoices'][0]['amount_due'], 58.0)
        self.assertEqual(self.env['account.payment'].search_count([]), payments)
        self.assertEqual(self.session.cash_register_balance_end, 0.0)
        self._collect({self.invoice: 58.0})
        self.assertEqual(self.invoice.payment_state, 'paid')

    def test_more_credit_than_due_stays_with_the_customer(self):
        small = self._create_invoice(5.0)
        answer = self._apply([row['id'] for row in self._credits()], small)
        self.assertEqual(answer['applied'], 5.0)
        self.assertEqual(sum(row['amount'] for row in answer['credits']), 37.0)
        self.assertEqual(self._list()['credit_total'], 37.0)

    def test_used_credit_is_refused_the_second_time(self):
        ids = [row['id'] for row in self._credits()]
        self._apply(ids)
        with self.assertRaisesRegex(UserError, "no longer available"):
            self._apply(ids)
        self.assertEqual(self.invoice.amount_residual, 58.0)

    def test_credit_of_another_customer_is_refused(self):
        stranger = self.env['res.partner'].create({'name': 'Stranger'})
        theirs = self._create_invoice(50.0, partner=stranger, move_type='out_refund')
        line = theirs.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        with self.assertRaisesRegex(UserError, "no longer available"):
            self._apply(line.ids)
        with self.assertRaisesRegex(UserError, "not an open invoice"):
            self._apply(line.ids, partner=stranger)
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def test_malformed_requests_are_refused(self):
        for ids in (None, [], 'x', ['x'], [None], [2**40], {}, [self.invoice.line_ids.ids]):
            with self.subTest(ids=ids), self.assertRaises(UserError):
                self._apply(ids)
            with self.subTest(invoices=ids), self.assertRaises(UserError):
                self.session.apply_invoice_credits(self.customer.id, [1], ids)

    def test_the_invoice_tells_who_set_it_off(self):
        self._apply([self._credits()[0]['id']])
        self.assertRegex(
            ' '.join(self.invoice.message_ids.mapped('body')), r"set off at Shop 1 by Anna"
        )

    def test_the_customer_list_learns_what_each_owes(self):
        contact = self.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': self.customer.id}
        )
        nobody = self.env['res.partner'].create({'name': 'Owes nothing'})
        self._create_invoice(40.0, due_in=-3, partner=contact)
        self.assertEqual(
            self.session.get_partner_dues([self.customer.id, contact.id, nobody.id]),
            {
                str(self.customer.id): {'due': 140.0, 'overdue': 40.0},
                str(contact.id): {'due': 140.0, 'overdue': 40.0},
            },
        )
        self.assertEqual(self.session.get_partner_dues('nonsense'), {})

    def test_a_scanned_code_finds_its_invoice(self):
        self.invoice.payment_reference = 'RF18 5390 0754'
        for code in (
            self.invoice.name,
            ' RF18 5390 0754 ',
            f'BCD\n002\n1\nSCT\n\nShop\nBE71096123456769\nEUR100\n\n{self.invoice.name}\n',
        ):
            found = self.session.find_open_invoice(code)
            self.assertEqual(
                found['partner'], self.session.get_open_invoices(self.customer.id)['partner']
            )
            self.assertEqual(found['invoice']['id'], self.invoice.id)
        for code in (
            '4006381333931',
            '',
            None,
            7,
            self.invoice.name[:-1],
            '%',
            self.credit_note.name,
        ):
            self.assertFalse(self.session.find_open_invoice(code))

    def test_a_scanned_invoice_that_cannot_be_paid_is_explained(self):
        self._collect({self.invoice: 100.0})
        with self.assertRaisesRegex(UserError, "was already paid .* by Anna"):
            self.session.find_open_invoice(self.invoice.name)
        blocked = self._create_invoice(5.0)
        blocked.action_toggle_block_payment()
        with self.assertRaisesRegex(UserError, "is blocked"):
            self.session.find_open_invoice(blocked.name)

    def test_a_scan_tells_nothing_of_a_customer_the_cashier_does_not_see(self):
        shared = self._create_invoice(5.0, payment_reference='CUST/57', due_in=1)
        neighbour = self.env['res.partner'].create({'name': 'Neighbour'})
        hers = self._create_invoice(6.0, partner=neighbour, payment_reference='CUST/57', due_in=2)
        self._collect({self.invoice: 100.0})
        self.env['ir.rule'].create(
            {
                'name': "not this customer",
                'model_id': self.env['ir.model']._get_id('res.partner'),
                'domain_force': [('id', '!=', self.customer.id)],
            }
        )
        self.env.invalidate_all()
        for request in (
            lambda: self.session.get_open_invoices(self.customer.id),
            lambda: self.session.find_open_invoice(shared.name),
            lambda: self.session.find_open_invoice(self.invoice.name),  # nor who paid it and when
        ):
            with self.assertRaises(AccessError):
                request()
        # The same reference on an invoice that may be seen.
        self.assertEqual(self.session.find_open_invoice('CUST/57')['invoice']['id'], hers.id)

    def test_a_reference_shared_by_invoices_finds_the_one_still_open(self):
        paid = self._create_invoice(5.0, payment_reference='CUST/57', due_in=1)
        still_open = self._create_invoice(6.0, payment_reference='CUST/57', due_in=2)
        self._collect({paid: 5.0})
        found = self.session.find_open_invoice('CUST/57')
        self.assertEqual(found['invoice']['id'], still_open.id)


@tagged('post_install', '-at_install')
class TestCreditsBesideSales(PosReceivableCommon):
    """The core leaves entries of its sessions open against each other on the customer's account:
    none of them is a credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._create_shop('Shop 2', cls._create_journal('cash', 'Second', 'SEC'))
        cls.shop.payment_method_ids = [Command.create({'name': 'Customer Account'})]
        cls.shop.payment_method_ids.split_transactions = True
        cls.shop.payment_method_ids.filtered(
            lambda method: method.type == 'bank'
        ).outstanding_account_id = cls.outstanding_account
        cls.invoice = cls._create_invoice(100.0)

    def _get_open_negative_lines(self):
        return self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
                ('amount_residual', '<', 0),
            ]
        )

    def assertNoCredit(self):
        self.env.invalidate_all()
        self.assertEqual(self.session.get_open_credits(self.customer.id), [])
        self.assertEqual(self._list()['credit_total'], 0.0)
        for line in self._get_open_negative_lines():
            with self.assertRaisesRegex(UserError, "no longer available"):
                self.session.apply_invoice_credits(self.customer.id, line.ids, self.invoice.ids)
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def _sell_and_close(self, *amounts, method_type):
        session = self._open_session(self.shop)
        orders = [self._sell(session, amount, method_type, self.customer) for amount in amounts]
        self.assertEqual(
            self._close(session, session.cash_register_balance_end), {'successful': True}
        )
        return orders

    def test_an_order_invoiced_after_its_session_closed_leaves_no_credit(self):
        for method_type in ('cash', 'bank', 'pay_later'):
            with self.subTest(method=method_type):
                [order] = self._sell_and_close(50.0, method_type=method_type)
                order.with_context(generate_pdf=False).action_pos_order_invoice()
                self.assertNoCredit()
                # What the core leaves open of it is brought together.
                self.assertFalse(self._get_open_negative_lines())
        # The order on account is owed like any other invoice, and once.
        self.assertEqual(self._list()['total_due'], 150.0)

    def test_a_sale_refunded_leaves_no_credit(self):
        for method_type in ('cash', 'bank', 'pay_later'):
            with self.subTest(method=method_type):
                session = self._open_session(self.shop)
                sale, refund = (
                    self._sell(session, amount, method_type, self.customer)
                    for amount in (50.0, -50.0)
                )
                refund.lines.refunded_orderline_id = sale.lines
                self.assertEqual(
                    self._close(session, session.cash_register_balance_end), {'successful': True}
                )
                self.assertNoCredit()

    def test_a_refund_invoiced_after_its_session_closed_is_one_credit(self):
        [refund] = self._sell_and_close(-50.0, method_type='pay_later')
        refund.with_context(generate_pdf=False).action_pos_order_invoice()
        [credit] = self.session.get_open_credits(self.customer.id)
        self.assertEqual(
            (credit['name'], credit['kind'], credit['amount']),
            (refund.account_move.name, 'credit_note', 50.0),
        )
        self.assertEqual(self._list()['credit_total'], 50.0)
        self.session.apply_invoice_credits(self.customer.id, [credit['id']], self.invoice.ids)
        self.assertEqual(self.invoice.amount_residual, 50.0)

    def test_money_on_the_bank_statement_booked_to_the_customer_is_a_credit(self):
        statement_line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.transfer_journal.id,
                'payment_ref': 'Down payment',
                'amount': 25.0,
                'partner_id': self.customer.id,
            }
        )
        suspense = statement_line.move_id.line_ids.filtered(
            lambda line: line.account_id == self.transfer_journal.suspense_account_id
        )
        suspense.account_id = self.customer.property_account_receivable_id
        [credit] = self.session.get_open_credits(self.customer.id)
        self.assertEqual((credit['kind'], credit['amount']), ('payment', 25.0))
        self.assertEqual(self._list()['credit_total'], 25.0)

    def test_a_collection_whose_invoice_was_taken_from_it_is_a_credit(self):
        payment, _answer = self._collect({self.invoice: 100.0})
        payment.move_id.line_ids.remove_move_reconcile()
        [credit] = self.session.get_open_credits(self.customer.id)
        self.assertEqual((credit['name'], credit['amount']), (payment.name, 100.0))
