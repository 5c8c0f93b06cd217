from datetime import timedelta
from uuid import uuid4

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestOrders(CreditCommon):
    """What arrives as sold on account: granted, refused to whoever stands there, or reported."""

    # -- Granted -----------------------------------------------------------------------------------

    def test_what_was_granted_arrives_and_is_used_up(self):
        answer = self._authorize(60.0)
        order = self._sync(self._prepare_order(60.0, answer['order_uuid']), live=True)
        authorization = self._find(answer)
        self.assertEqual((order.state, authorization.state), ('paid', 'consumed'))
        self.assertEqual(authorization.order_id, order)
        self.assertEqual(order.customer_account_uuid, answer['uuid'])
        self.assertEqual(self._ask()['exposure'], 60.0)
        self.assertFalse(self._get_reports())

    def test_what_was_granted_arrives_although_the_customer_is_held_since(self):
        answer = self._authorize(60.0)
        self._limit(self.customer, 1.0)
        order = self._sync(self._prepare_order(60.0, answer['order_uuid']), live=True)
        self.assertEqual(order.state, 'paid')
        self.assertFalse(self._get_reports())

    def test_an_overridden_order_arrives(self):
        answer = self._authorize(
            500.0, till=self.till.with_user(self.manager), override={'reason': 'I know them'}
        )
        order = self._sync(self._prepare_order(500.0, answer['order_uuid']), live=True)
        self.assertEqual((order.state, self._find(answer).state), ('paid', 'consumed'))
        self.assertFalse(self._get_reports())

    def test_sent_twice_it_is_sold_once(self):
        answer = self._authorize(60.0)
        values = self._prepare_order(60.0, answer['order_uuid'])
        self.assertEqual(self._sync(values, live=True), self._sync(values, live=True))
        self.assertEqual(self._ask()['exposure'], 60.0)
        self.assertEqual(len(self.authorizations.search([])), 1)

    def test_an_order_nobody_asked_for_passes_when_the_customer_may(self):
        order = self._sync(self._prepare_order(60.0), live=True)
        self.assertEqual(order.state, 'paid')
        [authorization] = self.authorizations.search([('order_id', '=', order.id)])
        self.assertEqual((authorization.state, authorization.amount), ('consumed', 60.0))
        self.assertEqual(self._get_log(), ['consumed'])
        self.assertFalse(self._get_reports())

    # -- Refused to whoever stands there -----------------------------------------------------------

    def test_whoever_stands_there_is_refused_and_nothing_is_sold(self):
        values = self._prepare_order(500.0)
        with self.assertRaisesRegex(UserError, 'should not be sold'), self.env.cr.savepoint():
            self._sync(values, live=True)
        self.assertFalse(self.env['pos.order'].search([('uuid', '=', values['uuid'])]))
        self.assertNothingWritten()

    def test_also_an_order_that_was_saved_before(self):
        values = self._prepare_order(500.0, state='draft', payment_ids=[])
        order = self._sync(values)
        self.assertEqual(order.state, 'draft')
        paid = self._prepare_order(500.0, values['uuid'], lines=[])
        with self.assertRaisesRegex(UserError, 'should not be sold'), self.env.cr.savepoint():
            self._sync(paid, live=True)
        self.assertEqual(order.state, 'draft')

    def test_drafts_are_not_looked_at(self):
        order = self._sync(self._prepare_order(500.0, state='draft'), live=True)
        self.assertEqual(order.state, 'draft')
        self.assertNothingWritten()

    def test_refunds_and_other_money_are_not_looked_at(self):
        self._limit(self.customer, 1.0)
        self._sync(self._prepare_order(-50.0, is_refund=True), live=True)
        self._sync(self._prepare_order(50.0, method=self._get_cash_method()), live=True)
        self.assertNothingWritten()

    def test_the_back_office_is_refused_too(self):
        order = self._sync(self._prepare_order(500.0, state='draft', payment_ids=[]))
        wizard = (
            self.env['pos.make.payment']
            .with_user(self.manager)
            .with_context(active_id=order.id, allowed_company_ids=self.company.ids)
            .create({'payment_method_id': self.account_method.id, 'amount': 500.0})
        )
        with self.assertRaisesRegex(UserError, 'should not be sold'), self.env.cr.savepoint():
            wizard.check()
        self.assertEqual(order.state, 'draft')
        self._limit(self.customer, 500.0)
        wizard.check()
        self.assertEqual(order.state, 'paid')

    # -- Taken and reported ------------------------------------------------------------------------

    def test_what_was_sold_before_it_came_here_is_taken_and_reported(self):
        order = self._sync(self._prepare_order(500.0))
        self.assertSoldUnauthorized(order)
        self.assertEqual(self._get_log(), ['unauthorized'])
        again = self._sync(self._prepare_order(50.0))
        self.assertEqual(again.state, 'paid')
        [activity] = self._get_reports().filtered(lambda a: a.user_id == self.manager)
        self.assertIn(order.pos_reference, activity.note)
        self.assertIn(again.pos_reference, activity.note)

    def test_an_order_that_arrives_higher_than_authorized_is_reported(self):
        answer = self._authorize(60.0)
        order = self._sync(self._prepare_order(160.0, answer['order_uuid']))
        self.assertSoldUnauthorized(order)
        self.assertEqual(self._find(answer).state, 'released')
        self.assertEqual(self._ask()['exposure'], 160.0)

    def test_or_refused_while_the_cashier_waits(self):
        answer = self._authorize(60.0)
        with self.assertRaisesRegex(UserError, 'should not be sold'), self.env.cr.savepoint():
            self._sync(self._prepare_order(160.0, answer['order_uuid']), live=True)
        self.assertEqual(self._find(answer).state, 'authorized')

    def test_what_expired_is_looked_at_anew(self):
        answer = self._authorize(60.0)
        self._find(answer).expires_at -= timedelta(minutes=31)
        self._limit(self.customer, 1.0)
        self.assertSoldUnauthorized(self._sync(self._prepare_order(60.0, answer['order_uuid'])))

    def test_observing_and_warning_log_and_tell_nobody(self):
        for mode in ('observe', 'warn'):
            self.shop.customer_account_check = mode
            self.assertEqual(self._sync(self._prepare_order(500.0), live=True).state, 'paid')
        self.assertEqual(self._get_log(), ['unauthorized'] * 2)
        self.assertFalse(self._get_reports())

    def test_off_looks_at_nothing(self):
        self.shop.customer_account_check = 'off'
        self.assertEqual(self._sync(self._prepare_order(500.0), live=True).state, 'paid')
        self.assertNothingWritten()

    def test_an_order_of_no_customer_is_reported(self):
        order = self._sync(
            self._prepare_order(50.0, partner=self.env['res.partner'], to_invoice=False)
        )
        self.assertEqual(order.state, 'paid')
        self.assertIn(order.pos_reference, self._get_reports()[0].note)

    # -- Changed afterwards ------------------------------------------------------------------------

    def test_an_order_moved_to_another_customer_is_looked_at_as_theirs(self):
        self._limit(self.other_customer, 10.0)
        order = self._sync(self._prepare_order(60.0), live=True)
        self.assertFalse(self._get_reports())
        order.with_user(self.cashier).partner_id = self.contact
        self.assertFalse(self._get_reports())
        order.with_user(self.cashier).partner_id = self.other_customer
        self.assertSoldUnauthorized(order)
        self.assertEqual(self._ask()['exposure'], 0.0)
        self.assertEqual(self._ask(partner=self.other_customer)['exposure'], 60.0)
        count = len(self.authorizations.search([]))
        order.with_user(self.cashier).partner_id = self.customer
        self.assertEqual(len(self.authorizations.search([])), count)

    def test_a_payment_edited_to_be_on_account_is_looked_at(self):
        order = self._sync(self._prepare_order(500.0, method=self._get_cash_method()))
        self.assertNothingWritten()
        order.with_user(self.manager).write(
            {
                'payment_ids': [
                    Command.update(
                        order.payment_ids.id, {'payment_method_id': self.account_method.id}
                    )
                ]
            }
        )
        self.assertSoldUnauthorized(order)

    def test_amounts_edited_upwards_are_looked_at(self):
        order = self._sync(self._prepare_order(60.0), live=True)
        payment = order.payment_ids
        payment.with_user(self.cashier).amount = 50.0
        payment.with_user(self.cashier).amount = 60.0
        self.assertFalse(self._get_reports())
        payment.with_user(self.cashier).amount = 160.0
        self.assertSoldUnauthorized(order)

    # -- Closing -----------------------------------------------------------------------------------

    def _close_till(self):
        self.assertEqual(
            self._close(self.till, self.till.cash_register_balance_end), {'successful': True}
        )
        self.assertEqual(self.till.state, 'closed')

    def test_closing_releases_what_no_order_came_for(self):
        granted, refused = self._authorize(60.0), self._authorize(500.0)
        asked = self.till.request_customer_account_approval(refused['uuid'])
        self._close_till()
        self.assertEqual(self._find(granted).state, 'released')
        self.assertEqual(self._find(asked).state, 'released')
        self.assertFalse(self._find(asked).activity_ids)

    def test_what_was_sold_without_is_told_at_closing_and_keeps_nobody_from_it(self):
        order = self._sync(self._prepare_order(500.0))
        self.shop.customer_account_check = 'off'
        unseen = self._sync(self._prepare_order(20.0))
        self.shop.customer_account_check = 'block'
        granted = self._sync(self._prepare_order(30.0, partner=self.other_customer))
        self._close_till()
        told = ' '.join(self.till.sudo().message_ids.mapped('body'))
        self.assertIn(f'{order.pos_reference}:', told)
        self.assertIn(f'{unseen.pos_reference}:', told)
        self.assertNotIn(f'{granted.pos_reference}:', told)

    def test_an_order_that_arrives_after_closing_is_taken(self):
        answer = self._authorize(60.0)
        values = self._prepare_order(60.0, answer['order_uuid'])
        self._close_till()
        self.till = self._open_session(self.shop)
        with self.assertLogs('odoo.addons.point_of_sale.models.pos_order', 'WARNING'):
            order = self._sync(values)
        self.assertEqual((order.state, order.session_id.id), ('paid', self.till.id))

    def test_an_order_on_account_that_is_invoiced_at_once_is_granted_first(self):
        answer = self._authorize(60.0)
        order = self._sync(
            self._prepare_order(60.0, answer['order_uuid'], to_invoice=True),
            live=True,
            generate_pdf=False,
        )
        self.assertEqual((order.state, self._find(answer).state), ('done', 'consumed'))
        self.assertTrue(order.account_move)
        self.assertEqual(self._ask()['exposure'], 60.0)

    def test_a_uuid_of_an_order_that_has_arrived_reserves_nothing(self):
        order = self._sync(self._prepare_order(60.0))
        with self.assertRaisesRegex(UserError, 'meanwhile'):
            self._authorize(10.0, order.uuid)
        self.assertEqual(self._authorize(10.0, str(uuid4()))['state'], 'authorized')

    def test_paid_otherwise_in_the_end_nothing_stays_reserved(self):
        answer = self._authorize(60.0)
        order = self._prepare_order(60.0, answer['order_uuid'], method=self._get_cash_method())
        self._sync(order, live=True)
        self.assertEqual(self._find(answer).state, 'released')
        self.assertEqual(self._ask()['exposure'], 0.0)
