from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PosReceivableCommon

ALL_KINDS = ('invoice', 'order', 'order_open', 'entry')


@tagged('post_install', '-at_install')
class TestAccountOrders(PosReceivableCommon):
    """What was bought on a customer's account without an invoice: owed, listed, paid, and once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account_method = cls.env['pos.payment.method'].create(
            {'name': 'Customer Account', 'split_transactions': True}
        )
        cls.drawer2 = cls._create_journal('cash', 'Drawer 2', 'DR2')
        cls.shop = cls._create_shop('Shop 2', cls.drawer2)
        cls.shop.payment_method_ids |= cls.account_method
        cls.receivable = cls.customer.property_account_receivable_id

    def _sell_on_account(self, *amounts, partner=None, close=True, session=None):
        session = session or self._open_session(self.shop)
        orders = [
            self._sell(session, amount, 'pay_later', partner or self.customer) for amount in amounts
        ]
        for order in orders:
            order.pos_reference = f'R-{order.id}'
        if close:
            self._close_shop(session)
        return orders if len(orders) > 1 else orders[0]

    def _close_shop(self, session):
        self.assertEqual(
            self._close(session, session.cash_register_balance_end), {'successful': True}
        )

    def _refund(self, order, amount, session):
        refund = self._sell(session, -amount, 'pay_later', order.partner_id)
        refund.lines.refunded_orderline_id = order.lines[:1]
        return refund

    def _items(self, order):
        """What closing has booked for it."""
        return (
            self.env['account.move.line']
            .sudo()
            .search(
                [
                    ('pos_receivable_payment_id', 'in', order.payment_ids.ids),
                    ('move_id', '=', order.session_id.move_id.id),
                ]
            )
        )

    def _rows(self, **options):
        return self._list(kinds=ALL_KINDS, **options)['invoices']

    def _pay(self, *allocations, session=None, **values):
        answer = (session or self.session).collect_invoice_payment(
            f'attempt-{next(self._uuids)}',
            self.customer.id,
            self.cash_journal.id,
            list(allocations),
            **values,
        )
        return self.env['account.payment'].browse(answer['payment']['id']), answer

    def assertOpen(self, amount):
        """All that is open on the customer's account, debits less credits, and nothing offsets."""
        self.env.invalidate_all()
        lines = self.env['account.move.line'].search(
            [
                ('partner_id', '=', self.customer.id),
                ('account_id', '=', self.receivable.id),
                ('parent_state', '=', 'posted'),
            ]
        )
        self.assertAlmostEqual(sum(lines.mapped('amount_residual')), amount)
        self.assertAlmostEqual(sum(abs(r) for r in lines.mapped('amount_residual')), abs(amount))

    # -- In the books ------------------------------------------------------------------------------

    def test_closing_books_what_the_core_books_and_links_it_to_the_order(self):
        self.customer.property_payment_term_id = self.env['account.payment.term'].create(
            {
                'name': 'Two parts',
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': days})
                    for days in (0, 60)
                ],
            }
        )
        order = self._sell_on_account(50.0)
        item = self._items(order)
        self.assertEqual(item.move_id, order.session_id.move_id)
        self.assertEqual((item.account_id, item.partner_id), (self.receivable, self.customer))
        self.assertEqual((item.balance, item.amount_residual), (50.0, 50.0))
        self.assertEqual(
            item.name, f'{order.session_id.name} - {self.account_method.name}', "the core's label"
        )
        # One item, so the last of two instalments: nobody is called late who is not.
        self.assertEqual(item.date_maturity, self.today + timedelta(days=60))

    def test_without_a_term_it_is_due_on_the_day_of_the_order(self):
        self.assertEqual(self._items(self._sell_on_account(50.0)).date_maturity, self.today)

    # -- Listed ------------------------------------------------------------------------------------

    def test_other_debts_are_listed_only_when_asked_for(self):
        self._sell_on_account(50.0)
        answer = self._list()
        self.assertEqual((answer['invoice_count'], answer['total_due']), (0, 0.0))
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['invoice_count'], answer['total_due']), (1, 50.0))
        [row] = answer['invoices']
        self.assertFalse(row['id'])
        self.assertEqual((row['kind'], row['amount_due'], row['payable']), ('order', 50.0, True))

    def test_a_row_tells_the_receipt_and_who_bought(self):
        contact = self.env['res.partner'].create(
            {'name': 'Anna Berg', 'parent_id': self.customer.id}
        )
        order = self._sell_on_account(50.0, partner=contact)
        [row] = self._rows()
        self.assertEqual((row['name'], row['order_name']), (order.pos_reference, order.name))
        self.assertEqual(row['buyer_name'], 'Acme Corporation, Anna Berg')
        self.assertEqual(row['item_id'], self._items(order).id)

    def test_receipts_are_found_by_number_and_amount(self):
        first, second = self._sell_on_account(50.0, 70.0)
        for search, order in ((first.pos_reference, first), ('70', second), ('70.00', second)):
            with self.subTest(search=search):
                rows = self._rows(search=search)
                self.assertEqual([row['name'] for row in rows], [order.pos_reference])
        self.assertFalse(self._rows(search='nothing like this'))

    def test_a_scanned_receipt_leads_to_what_is_owed_for_it(self):
        order = self._sell_on_account(50.0)
        found = self.session.find_open_invoice(order.pos_reference)
        self.assertEqual(found['partner']['id'], self.customer.id)
        self.assertEqual(found['invoice']['item_id'], self._items(order).id)
        self._pay({'item_id': self._items(order).id, 'amount': 50.0})
        self.assertFalse(self.session.find_open_invoice(order.pos_reference))

    def test_opening_balances_are_listed_where_the_shop_wants_it(self):
        opening = self._create_opening_balance(80.0)
        self.assertFalse(self._rows())
        self.config.invoice_payment_entries = True
        [row] = self._rows()
        self.assertEqual((row['kind'], row['item_id']), ('entry', opening.id))
        self.assertEqual(row['name'], opening.move_id.name)

    def _create_opening_balance(self, amount):
        move = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'line_ids': [
                    Command.create(
                        {
                            'name': 'Opening balance',
                            'account_id': account.id,
                            'partner_id': self.customer.id,
                            'balance': balance,
                        }
                    )
                    for account, balance in (
                        (self.receivable, amount),
                        (self.company_data['default_account_revenue'], -amount),
                    )
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(lambda line: line.account_id == self.receivable)

    def test_the_customer_list_tells_them_too(self):
        self._create_invoice(100.0, due_in=-3)
        self._sell_on_account(50.0)
        dues = self.session.get_partner_dues(self.customer.ids)
        self.assertEqual(dues, {str(self.customer.id): {'due': 150.0, 'overdue': 100.0}})

    def test_invoices_and_receipts_are_in_one_order_of_due_dates_across_pages(self):
        late = self._create_invoice(10.0, due_in=-5)
        order = self._sell_on_account(20.0)
        later = self._create_invoice(30.0, due_in=5)
        names = [late.name, order.pos_reference, later.name]
        self.assertEqual([row['name'] for row in self._rows()], names)
        paged = [self._rows(offset=offset, limit=1)[0]['name'] for offset in range(3)]
        self.assertEqual(paged, names)

    def test_money_given_back_to_a_customer_is_not_owed(self):
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'outbound',
                'partner_type': 'customer',
                'partner_id': self.customer.id,
                'amount': 30.0,
                'journal_id': self.cash_journal.id,
            }
        )
        payment.action_post()
        self.config.invoice_payment_entries = True
        self.assertFalse(self._rows())

    def test_a_long_list_needs_no_more_queries(self):
        def count():
            self._list(kinds=ALL_KINDS)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._list(kinds=ALL_KINDS)
            return self.env.cr.sql_log_count - before

        self._create_invoice(10.0)
        self._sell_on_account(1.0, 2.0)
        few = count()
        session = self._open_session(self.shop)
        self._sell_on_account(*range(3, 23), session=session)
        session = self._open_session(self.shop)
        self._sell_on_account(*range(3, 13), session=session, close=False)
        few_open = count()
        self._sell_on_account(*range(3, 23), session=session, close=False)
        self.assertLessEqual(count(), few_open)
        self.assertLessEqual(few_open, 10)
        self.assertLessEqual(few, few_open)

    # -- Paid --------------------------------------------------------------------------------------

    def test_a_receipt_is_paid_in_part_and_then_wholly(self):
        order = self._sell_on_account(50.0)
        item = self._items(order)
        payment, answer = self._pay({'item_id': item.id, 'amount': 20.0})
        self.assertEqual(item.amount_residual, 30.0)
        [row] = answer['invoices']
        self.assertEqual(
            (row['name'], row['paid'], row['balance_before'], row['balance_after']),
            (order.pos_reference, 20.0, 50.0, 30.0),
        )
        self.assertEqual(payment.memo, order.pos_reference)
        self.assertFalse(payment.invoice_ids, "nothing is linked that is no invoice")
        self.assertEqual(self._rows()[0]['payment_state'], 'partial')
        self._pay({'item_id': item.id, 'amount': 30.0})
        self.assertTrue(item.reconciled)
        self.assertFalse(self._rows())
        self.assertOpen(0.0)
        self.assertEqual(self.session.cash_register_balance_end, 50.0)

    def test_invoice_receipt_and_opening_balance_in_one_tender(self):
        self.config.invoice_payment_entries = True
        invoice = self._create_invoice(100.0)
        item = self._items(self._sell_on_account(50.0))
        opening = self._create_opening_balance(80.0)
        payment, answer = self._pay(
            {'item_id': opening.id, 'amount': 80.0},
            {'invoice_id': invoice.id, 'amount': 60.0},
            {'item_id': item.id, 'amount': 50.0},
        )
        self.assertEqual(payment.amount, 190.0)
        self.assertEqual(len(payment.move_id.line_ids), 4, "one item of money")
        self.assertEqual([row['paid'] for row in answer['invoices']], [80.0, 60.0, 50.0])
        self.assertTrue(item.reconciled and opening.reconciled)
        self.assertEqual(invoice.amount_residual, 40.0)
        self.assertEqual(payment.invoice_ids, invoice)
        self.assertOpen(40.0)

    def test_a_void_makes_it_due_again(self):
        item = self._items(self._sell_on_account(50.0))
        payment, _answer = self._pay({'item_id': item.id, 'amount': 50.0})
        manager = self._create_user('boss', 'Boss', 'point_of_sale.group_pos_manager')
        answer = self.session.with_user(manager).void_invoice_payment(payment.id, 'Wrong customer')
        self.assertEqual([row['amount_due'] for row in answer['invoices']], [50.0])
        self.assertEqual(item.amount_residual, 50.0)
        self.assertEqual(self.session.cash_register_balance_end, 0.0)
        self.assertEqual([row['item_id'] for row in self._rows()], item.ids)

    def test_two_receipts_of_one_session_are_two_debts(self):
        first, second = self._sell_on_account(50.0, 50.0)
        self._pay({'item_id': self._items(second).id, 'amount': 50.0})
        self.assertEqual([row['name'] for row in self._rows()], [first.pos_reference])

    def test_what_cannot_be_paid_is_refused_in_words(self):
        stranger = self.env['res.partner'].create({'name': 'Stranger'})
        theirs = self._items(self._sell_on_account(50.0, partner=stranger))
        mine = self._items(self._sell_on_account(50.0))
        opening = self._create_opening_balance(80.0)
        invoice = self._create_invoice(10.0)
        credit = invoice.line_ids.filtered(lambda line: line.account_id != self.receivable)
        for message, allocation in (
            ("not an open invoice of Acme", {'item_id': theirs.id, 'amount': 5.0}),
            ("not an open invoice of Acme", {'item_id': opening.id, 'amount': 5.0}),
            ("not an open invoice of Acme", {'item_id': credit.id, 'amount': 5.0}),
            ("not an open invoice of Acme", {'item_id': 2**31 - 1, 'amount': 5.0}),
            ("not an open invoice of Acme", {'pos_payment_uuid': 'nobody', 'amount': 5.0}),
            ("no longer exists", {'item_id': 'x', 'amount': 5.0}),
            ("for one thing", {'item_id': mine.id, 'invoice_id': invoice.id, 'amount': 5.0}),
            ("50.00 is the most", {'item_id': mine.id, 'amount': 50.01}),
            ("more than zero", {'item_id': mine.id, 'amount': 0.0}),
        ):
            with (
                self.subTest(message=message, allocation=allocation),
                self.assertRaisesRegex(UserError, message),
            ):
                self._pay(allocation)
        self.assertNothingBooked()
        with self.assertRaisesRegex(UserError, "listed twice"):
            self._pay(*[{'item_id': mine.id, 'amount': 5.0}] * 2)
        self._pay({'item_id': mine.id, 'amount': 50.0})
        with self.assertRaisesRegex(UserError, f"{mine._get_receivable_name()} was already paid"):
            self._pay({'item_id': mine.id, 'amount': 1.0})

    # -- Invoiced after closing --------------------------------------------------------------------

    def test_an_order_invoiced_after_closing_is_due_once(self):
        order = self._sell_on_account(50.0)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertOpen(50.0)
        self.assertTrue(self._items(order).reconciled)
        self.assertEqual(order.account_move.amount_residual, 50.0)
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (50.0, 0.0))
        self.assertEqual([row['id'] for row in answer['invoices']], order.account_move.ids)

    def test_what_was_paid_before_it_was_invoiced_counts_for_the_invoice(self):
        for paid, left in ((20.0, 30.0), (50.0, 0.0)):
            with self.subTest(paid=paid):
                order = self._sell_on_account(50.0)
                self._pay({'item_id': self._items(order).id, 'amount': paid})
                order.with_context(generate_pdf=False).action_pos_order_invoice()
                self.assertEqual(order.account_move.amount_residual, left)
                self.assertOpen(left)
                self.assertEqual(self._list()['credit_total'], 0.0)
                if left:
                    self._collect({order.account_move: left})

    def test_an_order_paid_by_an_identified_card_and_invoiced_later_leaves_nothing_open(self):
        card = self.shop.payment_method_ids.filtered(lambda method: method.type == 'bank')
        card.split_transactions = True
        session = self._open_session(self.shop)
        order = self._sell(session, 50.0, 'bank', self.customer)
        self._close_shop(session)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertEqual(order.account_move.payment_state, 'paid')
        self.assertOpen(0.0)

    # -- Returned ----------------------------------------------------------------------------------

    def test_what_is_returned_is_taken_off_its_order(self):
        order = self._sell_on_account(50.0)
        session = self._open_session(self.shop)
        self._refund(order, 20.0, session)
        self._close_shop(session)
        self.assertEqual(self._items(order).amount_residual, 30.0)
        self.assertOpen(30.0)
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (30.0, 0.0))

    def test_what_is_returned_in_the_same_session_is_taken_off_at_once(self):
        session = self._open_session(self.shop)
        order = self._sell_on_account(50.0, session=session, close=False)
        self._refund(order, 20.0, session)
        [row] = self._rows()
        self.assertEqual((row['kind'], row['amount_due']), ('order_open', 30.0))
        self._close_shop(session)
        self.assertOpen(30.0)

    def test_what_is_returned_after_it_was_paid_is_a_credit(self):
        order = self._sell_on_account(50.0)
        self._pay({'item_id': self._items(order).id, 'amount': 50.0})
        session = self._open_session(self.shop)
        self._refund(order, 20.0, session)
        self._close_shop(session)
        self.assertOpen(-20.0)
        [credit] = self.session.get_open_credits(self.customer.id)
        self.assertEqual(credit['amount'], 20.0)
        invoice = self._create_invoice(100.0)
        self.session.apply_invoice_credits(self.customer.id, [credit['id']], invoice.ids)
        self.assertEqual(invoice.amount_residual, 80.0)

    def test_an_order_invoiced_after_a_part_was_returned_is_due_once(self):
        order = self._sell_on_account(50.0)
        session = self._open_session(self.shop)
        refund = self._refund(order, 20.0, session)
        self._close_shop(session)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertEqual(order.account_move.amount_residual, 30.0)
        self.assertOpen(30.0)
        refund.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertOpen(30.0)

    # -- Before closing ----------------------------------------------------------------------------

    def test_what_was_bought_today_is_listed_before_closing(self):
        order = self._sell_on_account(50.0, close=False)
        [row] = self._rows()
        self.assertEqual((row['kind'], row['name']), ('order_open', order.pos_reference))
        self.assertEqual(row['pos_payment_uuid'], order.payment_ids.uuid)
        self.assertEqual((row['amount_due'], row['payable']), (50.0, True))
        self.assertNotIn('item_id', row)

    def test_an_order_invoiced_at_once_is_an_invoice_and_nothing_else(self):
        order = self._sell_on_account(50.0, close=False)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertEqual([row['id'] for row in self._rows()], order.account_move.ids)
        self._close_shop(order.session_id)
        self.assertOpen(50.0)

    def _pay_today(self, order, amount, **values):
        return self._pay({'pos_payment_uuid': order.payment_ids.uuid, 'amount': amount}, **values)

    def test_what_was_bought_today_is_paid_before_closing_and_due_no_more_after_it(self):
        for paid, left in ((20.0, 30.0), (50.0, 0.0)):
            with self.subTest(paid=paid):
                order = self._sell_on_account(50.0, close=False)
                payment, answer = self._pay_today(order, paid)
                [row] = answer['invoices']
                self.assertEqual(
                    (row['name'], row['paid'], row['balance_after']),
                    (order.pos_reference, paid, left),
                )
                self.assertEqual(payment.memo, order.pos_reference)
                self.assertEqual(answer['payment']['on_account'], 0.0)
                self.assertEqual(self.session.get_open_credits(self.customer.id), [])
                self.assertEqual(self._list(kinds=ALL_KINDS)['total_due'], left)
                with self.assertRaisesRegex(UserError, "is the most|Nothing is left"):
                    self._pay_today(order, left + 1)
                self._close_shop(order.session_id)
                self.assertOpen(left)
                item = self._items(order)
                self.assertEqual(item.amount_residual, left)
                self.assertEqual(self._list(kinds=ALL_KINDS)['total_due'], left)
                if left:
                    self._pay({'item_id': item.id, 'amount': left})
        self.assertEqual(self.session.cash_register_balance_end, 100.0)

    def test_an_invoice_a_receipt_and_what_was_bought_today_in_one_tender(self):
        invoice = self._create_invoice(100.0)
        item = self._items(self._sell_on_account(50.0))
        order = self._sell_on_account(30.0, close=False)
        payment, answer = self._pay(
            {'pos_payment_uuid': order.payment_ids.uuid, 'amount': 30.0},
            {'invoice_id': invoice.id, 'amount': 100.0},
            {'item_id': item.id, 'amount': 20.0},
        )
        self.assertEqual((payment.amount, len(payment.move_id.line_ids)), (150.0, 4))
        self.assertEqual([row['paid'] for row in answer['invoices']], [30.0, 100.0, 20.0])
        self._close_shop(order.session_id)
        self.assertOpen(30.0)
        self.assertEqual(item.amount_residual, 30.0)
        payment.move_id.line_ids.remove_move_reconcile()
        invoice.action_force_payment_reconciliation()
        self.assertEqual((invoice.amount_residual, item.amount_residual), (0.0, 50.0))

    def test_money_for_an_order_meets_its_invoice_when_it_is_invoiced_before_closing(self):
        order = self._sell_on_account(50.0, close=False)
        self._pay_today(order, 20.0)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertEqual(order.account_move.amount_residual, 30.0)
        self._close_shop(order.session_id)
        self.assertOpen(30.0)

    def test_money_for_an_order_closed_meanwhile_pays_what_it_left_in_the_books(self):
        order = self._sell_on_account(50.0)
        _payment, answer = self._pay_today(order, 20.0)
        self.assertEqual(answer['invoices'][0]['item_id'], self._items(order).id)
        self.assertOpen(30.0)
        with self.assertRaisesRegex(UserError, "listed twice"):
            self._pay(
                {'pos_payment_uuid': order.payment_ids.uuid, 'amount': 5.0},
                {'item_id': self._items(order).id, 'amount': 5.0},
            )

    def test_an_order_invoiced_meanwhile_is_refused_by_name(self):
        order = self._sell_on_account(50.0, close=False)
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        with self.assertRaisesRegex(UserError, f"invoiced meanwhile: {order.account_move.name}"):
            self._pay_today(order, 20.0)

    def test_money_for_an_order_is_void_before_and_after_its_session_closes(self):
        manager = self._create_user('boss', 'Boss', 'point_of_sale.group_pos_manager')
        for close_first in (False, True):
            with self.subTest(close_first=close_first):
                order = self._sell_on_account(50.0, close=False)
                payment, _answer = self._pay_today(order, 50.0)
                if close_first:
                    self._close_shop(order.session_id)
                self.session.with_user(manager).void_invoice_payment(payment.id, 'Wrong')
                self.assertEqual(self._list(kinds=ALL_KINDS)['total_due'], 50.0)
                if not close_first:
                    self._close_shop(order.session_id)
                self.assertOpen(50.0)
                self.assertEqual(self.session.cash_register_balance_end, 0.0)
                # So that the next round begins with nothing.
                item = self._items(order)
                self._create_invoice(50.0, move_type='out_refund')
                [credit] = self.session.get_open_credits(self.customer.id)
                self.session.apply_invoice_credits(
                    self.customer.id, [credit['id']], [], item_ids=item.ids
                )

    def test_coins_that_cannot_pay_all_of_it_are_rounded(self):
        self.config.write(
            {
                'cash_rounding': True,
                'rounding_method': self.env['account.cash.rounding']
                .create(
                    {
                        'name': 'Five cents',
                        'rounding': 0.05,
                        'strategy': 'add_invoice_line',
                        'profit_account_id': self.company_data['default_account_revenue'].id,
                        'loss_account_id': self.company_data['default_account_expense'].id,
                        'rounding_method': 'HALF-UP',
                    }
                )
                .id,
            }
        )
        order = self._sell_on_account(49.98, close=False)
        payment, _answer = self._pay_today(order, 49.98)
        self.assertEqual(payment.amount, 50.0)
        self._close_shop(order.session_id)
        self.assertOpen(0.0)
        self.assertEqual(self.session.cash_register_balance_end, 50.0)

    def test_a_pairing_that_fails_costs_no_closing_and_is_tried_again(self):
        order = self._sell_on_account(50.0, close=False)
        self._pay_today(order, 20.0)
        with (
            patch.object(
                self.registry['account.move.line'],
                '_reconcile_plan',
                side_effect=UserError("Broken"),
            ),
            mute_logger('odoo.addons.pos_receivable.models.pos_receivable_order_pairing'),
        ):
            self._close_shop(order.session_id)
        issue = self.env['pos_receivable.reconcile.issue'].search([('kind', '=', 'order')])
        self.assertEqual((issue.move_id, issue.error), (order.session_id.move_id, "Broken"))
        self.assertEqual(self.session.get_open_credits(self.customer.id), [])
        issue.action_retry()
        self.assertEqual(issue.state, 'resolved')
        self.assertOpen(30.0)

    def test_a_sale_on_account_of_nobody_is_nobodys_debt(self):
        self.account_method.split_transactions = False
        self._sell_on_account(50.0, close=False)
        self.assertFalse(self._rows())

    # -- Credit ------------------------------------------------------------------------------------

    def test_credit_is_set_off_against_a_receipt(self):
        item = self._items(self._sell_on_account(50.0))
        self._create_invoice(30.0, move_type='out_refund')
        [credit] = self.session.get_open_credits(self.customer.id)
        answer = self.session.apply_invoice_credits(
            self.customer.id, [credit['id']], [], item_ids=item.ids
        )
        self.assertEqual(answer['applied'], 30.0)
        self.assertEqual([row['amount_due'] for row in answer['invoices']], [20.0])
        self.assertOpen(20.0)
        with self.assertRaisesRegex(UserError, "no longer available"):
            self.session.apply_invoice_credits(
                self.customer.id, [credit['id']], [], item_ids=item.ids
            )

    # -- Taken apart by an accountant --------------------------------------------------------------

    def test_what_is_taken_apart_is_told_net_of_what_is_open_against_it(self):
        order = self._sell_on_account(50.0)
        item = self._items(order)
        self._pay({'item_id': item.id, 'amount': 20.0})
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.env['account.move.line'].search(
            [('account_id', '=', self.receivable.id)]
        ).remove_move_reconcile()
        # Open: the sale 50, its reversal -50, the invoice 50, the payment -20.
        self.env.invalidate_all()
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (50.0, 20.0))
        self.assertEqual([row['id'] for row in answer['invoices']], order.account_move.ids)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._pay({'item_id': item.id, 'amount': 1.0})

    def test_money_whose_reversal_nothing_answers_any_more_is_a_credit(self):
        order = self._sell_on_account(50.0)
        self._pay({'item_id': self._items(order).id, 'amount': 20.0})
        order.with_context(generate_pdf=False).action_pos_order_invoice()
        order.account_move.button_draft()
        order.account_move.button_cancel()
        self.env.invalidate_all()
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (0.0, 20.0))

    # -- Before this was installed -----------------------------------------------------------------

    def test_old_items_are_linked_where_it_is_certain_which_order_they_are(self):
        orders = self._sell_on_account(50.0, 70.0, 30.0, 30.0, -20.0)
        linked = [self._items(order) for order in orders]
        moves = orders[0].session_id.move_id
        moves.line_ids.sudo().pos_receivable_payment_id = False
        self.assertEqual(
            {row['name'] for row in self._rows()}, {moves.name}, "the entry is all that is known"
        )
        self.env['pos_receivable.order.pairing'].sudo()._link_old_items()
        self.assertEqual(
            [self._items(order) for order in orders],
            [linked[0], linked[1], self._items(orders[2])[:0], linked[3][:0], linked[4]],
        )

    # -- Moved, changed, old -----------------------------------------------------------------------

    def _invoice(self, order):
        with mute_logger('odoo.addons.pos_receivable.models.pos_receivable_order_pairing'):
            order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.env.invalidate_all()
        return order.account_move

    def test_a_reversal_pays_no_invoice_for_goods_that_somebody_else_still_owes(self):
        order = self._sell_on_account(50.0)
        other = self.env['res.partner'].create({'name': 'Moved to'})
        order.partner_id = other
        invoice = self._invoice(order)
        self.assertEqual((invoice.partner_id, invoice.amount_residual), (other, 50.0))
        self.assertEqual(self._list(partner=other)['credit_total'], 0.0)
        issue = self.env['pos_receivable.reconcile.issue'].search([('kind', '=', 'order')])
        self.assertEqual(issue.move_id, invoice)

    def test_a_reversal_on_another_account_pays_no_invoice_and_is_due_once(self):
        order = self._sell_on_account(50.0)
        self.customer.property_account_receivable_id = self.receivable.copy()
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_residual, 50.0)
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (50.0, 0.0))

    def test_one_of_two_equal_old_sales_is_invoiced_and_each_is_due_once(self):
        first, second = self._sell_on_account(50.0, 50.0)
        (self._items(first) | self._items(second)).pos_receivable_payment_id = False
        invoice = self._invoice(first)
        self.assertEqual(invoice.amount_residual, 50.0)
        self.assertEqual(self._list(kinds=ALL_KINDS)['total_due'], 100.0)
        self.assertOpen(100.0)

    def test_what_was_invoiced_before_this_was_installed_is_due_once(self):
        order = self._sell_on_account(50.0)
        invoice = self._invoice(order)
        lines = (
            self.env['account.move.line']
            .sudo()
            .search(
                [('account_id', '=', self.receivable.id), ('partner_id', '=', self.customer.id)]
            )
        )
        lines.remove_move_reconcile()
        lines.pos_receivable_payment_id = False
        self.env.flush_all()
        self.assertEqual(self._list(kinds=ALL_KINDS)['total_due'], 100.0, "as the core leaves it")
        self.env['pos_receivable.order.pairing'].sudo()._link_old_items()
        self.env.invalidate_all()
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (50.0, 0.0))
        self.assertEqual([row['id'] for row in answer['invoices']], invoice.ids)

    def test_what_came_back_before_its_sale_was_closed_is_no_credit(self):
        order = self._sell_on_account(100.0, close=False)
        third = self._create_shop('Shop 3', self._create_journal('cash', 'Drawer 3', 'DR3'))
        third.payment_method_ids |= self.account_method
        session = self._open_session(third)
        self._refund(order, 30.0, session)
        self._close_shop(session)
        answer = self._list(kinds=ALL_KINDS)
        self.assertEqual((answer['total_due'], answer['credit_total']), (70.0, 0.0))
        self.assertFalse(self.session.get_open_credits(self.customer.id))
        self._close_shop(order.session_id)
        self.assertOpen(70.0)

    def test_what_comes_back_today_is_taken_off_what_can_be_paid(self):
        order = self._sell_on_account(100.0)
        self._refund(order, 30.0, self._open_session(self.shop))
        item = self._items(order)
        self.assertEqual(self._rows()[0]['amount_due'], 70.0)
        with self.assertRaisesRegex(UserError, "70.00 is the most"):
            self._pay({'item_id': item.id, 'amount': 100.0})
        _payment, answer = self._pay({'item_id': item.id, 'amount': 70.0})
        self.assertEqual(answer['invoices'][0]['balance_after'], 0.0)

    def test_what_is_paid_is_first_brought_together_with_what_is_open_against_it(self):
        order = self._sell_on_account(100.0, close=False)
        kept, _answer = self._pay_today(order, 30.0)
        self._close_shop(order.session_id)
        kept.move_id.line_ids.remove_move_reconcile()
        item = self._items(order)
        self.assertEqual(item.amount_residual, 100.0)
        self._pay({'item_id': item.id, 'amount': 70.0})
        self.assertOpen(0.0)

    def test_money_that_was_paid_out_again_is_not_voided_as_well(self):
        invoice = self._create_invoice(100.0)
        payment, _answer = self._collect({invoice: 100.0})
        payment.move_id.line_ids.remove_move_reconcile()
        manager = self._create_user('boss', 'Boss', 'point_of_sale.group_pos_manager')
        session = self.session.with_user(manager)
        [credit] = session.get_open_credits(self.customer.id)
        session.refund_on_account('payout', credit['id'], 100.0, self.cash_journal.id)
        with self.assertRaisesRegex(UserError, "was paid out again"):
            session.void_invoice_payment(payment.id, 'wrong')
        self.assertEqual(self.session.cash_register_balance_end, 0.0)

    def test_money_is_given_back_when_the_sale_it_was_for_is_none_any_more(self):
        order = self._sell_on_account(50.0, close=False)
        payment, _answer = self._pay_today(order, 50.0)
        cash = self.shop.payment_method_ids.filtered(lambda method: method.type == 'cash')
        order.payment_ids.payment_method_id = cash
        manager = self._create_user('boss', 'Boss', 'point_of_sale.group_pos_manager')
        self.session.with_user(manager).void_invoice_payment(payment.id, 'paid in cash')
        self.assertEqual(self.session.cash_register_balance_end, 0.0)
        self._close_shop(order.session_id)
        self.assertOpen(0.0)
