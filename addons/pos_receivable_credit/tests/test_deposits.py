from uuid import uuid4

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import rpc

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestDeposits(CreditCommon):
    """A deposit that a shop asks for is paid before the rest is sold on account."""

    def setUp(self):
        super().setUp()
        self._ask_for_deposits()

    # -- At the till -------------------------------------------------------------------------------

    def test_the_till_is_refused_until_the_deposit_is_paid(self):
        order = str(uuid4())
        answer = self._authorize(60.0, order)
        self.assertEqual((answer['state'], answer['deposit']), ('refused', 12.0))
        answer = self._authorize(48.01, order, paid=11.99)
        self.assertEqual((answer['state'], answer['deposit']), ('refused', 0.01))
        answer = self._authorize(48.0, order, paid=12.0)
        self.assertEqual((answer['state'], answer['recommendation']), ('authorized', 'approve'))
        self.assertEqual(self._find(answer).deposit, 12.0)
        self.assertEqual(self._get_log(), ['refuse', 'refuse', 'authorize'])

    def test_more_than_the_deposit_is_granted_on_the_deposit(self):
        answer = self._authorize(40.0, paid=20.0)
        self.assertEqual((answer['state'], self._find(answer).deposit), ('authorized', 12.0))

    def test_a_manager_forgoes_it_with_a_reason(self):
        till = self.till.with_user(self.manager)
        answer = self._authorize(60.0, till=till, override={'reason': 'Old friend'})
        self.assertEqual((answer['state'], answer['override']), ('authorized', 'manager'))
        order = self._sync(self._prepare_order(60.0, answer['order_uuid']), live=True)
        self.assertEqual((order.state, self._find(answer).state), ('paid', 'consumed'))

    def test_or_from_afar(self):
        refused = self._authorize(60.0)
        self.till.request_customer_account_approval(refused['uuid'], 'Old friend')
        self._find(refused).with_user(self.manager).action_approve()
        order = self._sync(self._prepare_order(60.0, refused['order_uuid']), live=True)
        self.assertEqual((order.state, self._find(refused).state), ('paid', 'consumed'))

    def test_other_shops_ask_and_go_on(self):
        for mode in ('observe', 'warn'):
            self.shop.customer_account_check = mode
            self.assertEqual(self._authorize(45.0)['state'], 'authorized')

    def test_a_share_of_nothing_holds_nobody_up(self):
        self._ask_for_deposits(share=0.0)
        answer = self._authorize(60.0)
        self.assertEqual((answer['state'], answer['recommendation']), ('authorized', 'deposit'))

    def test_less_paid_than_it_was_granted_on_is_asked_anew(self):
        uuid, order = str(uuid4()), str(uuid4())
        self.assertEqual(self._authorize(48.0, order, uuid, paid=12.0)['state'], 'authorized')
        self.assertEqual(self._authorize(48.0, order, uuid, paid=12.0)['state'], 'authorized')
        self.assertEqual(self._authorize(48.0, order, uuid, paid=1.0)['state'], 'refused')
        self.assertEqual(self._ask()['exposure'], 0.0)

    def test_in_another_currency_what_is_asked_for_is_enough(self):
        euro = self.setup_other_currency('EUR', rates=[('2016-01-01', 0.3)])
        journal = self._create_journal('general', 'Euro sales', 'EUS', currency_id=euro.id)
        shop = self._create_account_shop('Shop 3')
        shop.payment_method_ids = self.account_method
        shop.use_invoice_payment = False
        shop.journal_id = journal
        till = self._open_session(shop)
        self.company.receivable_credit_unproven_above = 1.0
        for total in (10.01, 12.34, 7.77, 29.99):
            with self.subTest(total=total):
                deposit = self._authorize(total, till=till)['deposit']
                answer = self._authorize(euro.round(total - deposit), till=till, paid=deposit)
                self.assertEqual(answer['state'], 'authorized')
                till.release_customer_account(answer['uuid'])

    def test_what_is_paid_is_a_number(self):
        for paid in ('12', None, float('nan'), float('inf'), True, []):
            with self.subTest(paid=paid), self.assertRaisesRegex(UserError, 'paid at once'):
                self._authorize(60.0, paid=paid)
            with self.subTest(paid=paid), self.assertRaisesRegex(UserError, 'paid at once'):
                self.till.get_customer_account(self.customer.id, 60.0, None, paid)
        self.assertEqual(self._authorize(60.0, paid=-30.0)['deposit'], 12.0)

    # -- When the order arrives --------------------------------------------------------------------

    def test_an_order_with_its_deposit_passes(self):
        answer = self._authorize(48.0, paid=12.0)
        values = self._prepare_order(60.0, answer['order_uuid'], deposit=12.0)
        order = self._sync(values, live=True)
        self.assertEqual((order.state, self._find(answer).state), ('paid', 'consumed'))
        self.assertFalse(self._get_reports())

    def test_nobody_need_have_asked(self):
        order = self._sync(self._prepare_order(60.0, deposit=12.0), live=True)
        self.assertEqual((order.state, self._get_log()), ('paid', ['consumed']))

    def test_whoever_stands_there_without_it_is_refused_with_the_sum(self):
        values = self._prepare_order(60.0, deposit=11.99)
        with self.assertRaisesRegex(UserError, r'a deposit of.*0\.01'), self.env.cr.savepoint():
            self._sync(values, live=True)
        self.assertFalse(self.env['pos.order'].search([('uuid', '=', values['uuid'])]))

    def test_a_deposit_that_was_only_said_to_be_paid_is_none(self):
        answer = self._authorize(48.0, paid=12.0)
        values = self._prepare_order(48.0, answer['order_uuid'])
        with self.assertRaisesRegex(UserError, 'a deposit of'), self.env.cr.savepoint():
            self._sync(values, live=True)
        self.assertSoldUnauthorized(self._sync(values))
        self.assertEqual(self._find(answer).state, 'released')

    def test_nor_is_one_that_is_given_back_as_change(self):
        values = self._prepare_order(60.0)
        cash = self._get_cash_method()
        for amount in (20.0, -20.0):
            values['payment_ids'].append(
                (0, 0, {'uuid': str(uuid4()), 'amount': amount, 'payment_method_id': cash.id})
            )
        with self.assertRaisesRegex(UserError, 'a deposit of'), self.env.cr.savepoint():
            self._sync(values, live=True)

    def test_nor_that_of_another_order_or_customer(self):
        self._limit(self.customer, 500.0)
        answer = self._authorize(48.0, paid=12.0)
        other = self._prepare_order(60.0)
        with self.assertRaisesRegex(UserError, 'a deposit of'), self.env.cr.savepoint():
            self._sync({**other, 'customer_account_uuid': answer['uuid']}, live=True)
        theirs = self._prepare_order(60.0, answer['order_uuid'], partner=self.other_customer)
        with self.assertRaisesRegex(UserError, 'a deposit of'), self.env.cr.savepoint():
            self._sync(theirs, live=True)

    def test_what_was_sold_before_it_came_here_is_taken_and_reported(self):
        order = self._sync(self._prepare_order(60.0))
        self.assertSoldUnauthorized(order)
        self.assertIn('a deposit of', self._get_reports()[0].note)

    def test_a_deposit_that_is_taken_out_afterwards_is_told_at_closing(self):
        answer = self._authorize(48.0, paid=12.0)
        values = self._prepare_order(60.0, answer['order_uuid'], deposit=12.0)
        order = self._sync(values, live=True)
        kept = self._sync(self._prepare_order(60.0, deposit=12.0, partner=self.other_customer))
        cash = order.payment_ids.filtered(lambda payment: payment.amount == 12.0)
        rpc.call(self.cashier, 'pos.payment', 'write', cash.ids, {'amount': 5.0})
        self.env['pos_receivable.credit.order.check']._close(self.till.sudo())
        told = ' '.join(self.till.sudo().message_ids.mapped('body'))
        self.assertIn(f'{order.pos_reference}:', told)
        self.assertNotIn(f'{kept.pos_reference}:', told)

    def test_two_tills_at_once_each_need_their_own(self):
        other = self._open_session(self._create_account_shop('Shop 4'))
        order = str(uuid4())
        self._authorize(48.0, order, paid=12.0)
        self.assertEqual(self._authorize(48.0, order, till=other)['state'], 'refused')
