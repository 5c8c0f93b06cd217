from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import rpc

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestAttacks(CreditCommon):
    """Ways around being asked, each once: what is sold so is reported, what is forged is refused."""

    def _save_draft(self, amount=500.0):
        return self._sync(self._prepare_order(amount, state='draft'))

    # -- Around the check --------------------------------------------------------------------------

    def test_context_silences_no_report(self):
        order = self._sync(
            self._prepare_order(500.0),
            mail_activity_automation_skip=True,
            mail_activity_quick_update=True,
            tracking_disable=True,
            mail_create_nolog=True,
            customer_account_check='off',
            install_mode=True,
        )
        self.assertSoldUnauthorized(order)
        self.assertEqual(self._get_log(), ['unauthorized'])

    def test_defaults_in_the_context_forge_no_authorization(self):
        order = self._sync(
            self._prepare_order(500.0),
            default_override_kind='manager',
            default_amount=0.0,
            default_customer_account_uuid='forged',
            default_recommendation='approve',
        )
        self.assertSoldUnauthorized(order)
        [taken] = self.authorizations.search([('order_id', '=', order.id)])
        self.assertEqual((taken.amount, taken.override_kind), (500.0, False))
        answer = rpc.call(
            self.cashier,
            'pos.session',
            'authorize_customer_account',
            self.till.ids,
            'uuid',
            'order',
            self.customer.id,
            1.0,
            context={'default_state': 'authorized', 'default_override_kind': 'manager'},
        )
        self.assertEqual((answer['state'], answer['override']), ('refused', False))

    def test_nor_do_defaults_of_their_own(self):
        for name, value in (('override_kind', 'manager'), ('override_name', 'Max')):
            self.env['ir.default'].with_user(self.cashier).sudo().set(
                self.authorizations._name, name, value, user_id=True
            )
        taken = self._find(self._authorize(10.0))
        self.assertEqual((taken.override_kind, taken.override_name), (False, False))

    def test_a_draft_written_to_paid_is_reported(self):
        for state in ('paid', 'done'):
            order = self._save_draft()
            rpc.call(self.cashier, 'pos.order', 'write', order.ids, {'state': state})
            self.assertSoldUnauthorized(order)

    def test_a_draft_paid_by_its_method_is_reported(self):
        order = self._save_draft()
        rpc.call(self.cashier, 'pos.order', 'action_pos_order_paid', order.ids)
        self.assertSoldUnauthorized(order)

    def test_an_order_created_paid_is_reported(self):
        values = self._prepare_order(500.0)
        [order_id] = rpc.call(self.cashier, 'pos.order', 'create', [values])
        self.assertSoldUnauthorized(self.env['pos.order'].browse(order_id))

    def test_a_payment_put_on_a_paid_order_is_reported(self):
        order = self._sync(self._prepare_order(500.0, method=self._get_cash_method()))
        values = {
            'pos_order_id': order.id,
            'payment_method_id': self.account_method.id,
            'amount': 400.0,
        }
        rpc.call(self.cashier, 'pos.payment', 'create', [values])
        self.assertSoldUnauthorized(order)

    def test_a_payment_moved_to_a_paid_order_is_reported(self):
        draft = self._save_draft()
        order = self._sync(self._prepare_order(10.0, method=self._get_cash_method()))
        rpc.call(
            self.cashier, 'pos.payment', 'write', draft.payment_ids.ids, {'pos_order_id': order.id}
        )
        self.assertSoldUnauthorized(order)

    def test_called_a_refund_it_is_looked_at_all_the_same(self):
        self.assertSoldUnauthorized(self._sync(self._prepare_order(500.0, is_refund=True)))

    def test_an_order_that_joins_its_session_once_paid_is_reported(self):
        order = self._save_draft()
        order.sudo().session_id = False
        rpc.call(self.cashier, 'pos.order', 'write', order.ids, {'state': 'paid', 'name': 'x'})
        rpc.call(self.cashier, 'pos.order', 'write', order.ids, {'session_id': self.till.id})
        self.assertSoldUnauthorized(order)

    # -- With what belongs to others ---------------------------------------------------------------

    def test_the_authorization_of_another_order_is_none(self):
        answer = self._authorize(60.0)
        self._limit(self.customer, 1.0)
        order = self._sync(self._prepare_order(60.0, customer_account_uuid=answer['uuid']))
        self.assertSoldUnauthorized(order)
        self.assertEqual(self._find(answer).state, 'authorized')
        self.assertNotEqual(order.customer_account_uuid, answer['uuid'])

    def test_nor_is_that_of_another_customer(self):
        answer = self._authorize(60.0)
        self._limit(self.other_customer, 1.0)
        order = self._sync(
            self._prepare_order(60.0, answer['order_uuid'], partner=self.other_customer)
        )
        self.assertSoldUnauthorized(order)

    def test_the_mark_of_another_order_is_none(self):
        order = self._sync(self._prepare_order(500.0), customer_account_live='another')
        self.assertSoldUnauthorized(order)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._sync(self._prepare_order(500.0), live=True)

    def test_what_one_order_used_up_is_of_no_use_to_another(self):
        answer = self._authorize(60.0)
        order = self._sync(self._prepare_order(60.0, answer['order_uuid']))
        draft = self._save_draft(60.0)
        rpc.call(self.cashier, 'pos.order', 'write', order.ids, {'uuid': 'moved'})
        rpc.call(self.cashier, 'pos.order', 'write', draft.ids, {'uuid': answer['order_uuid']})
        rpc.call(self.cashier, 'pos.order', 'write', draft.ids, {'state': 'paid'})
        self.assertSoldUnauthorized(draft)

    def test_another_session_neither_takes_nor_releases_it(self):
        other = self._open_session(self._create_account_shop('Shop 3'))
        answer = self._authorize(60.0)
        for call in (
            lambda: other.release_customer_account(answer['uuid']),
            lambda: other.request_customer_account_approval(answer['uuid']),
            lambda: self._authorize(60.0, answer['order_uuid'], answer['uuid'], till=other),
        ):
            with self.assertRaisesRegex(UserError, 'another session'):
                call()
        self._authorize(10.0, answer['order_uuid'], till=other)
        self.assertEqual(self._find(answer).state, 'authorized')

    # -- By writing it oneself ---------------------------------------------------------------------

    def test_nobody_writes_authorizations(self):
        authorization = self._find(self._authorize(60.0))
        values = {'amount': 1e6, 'state': 'authorized'}
        accountant = self._create_user('ingrid', 'Ingrid', 'account.group_account_manager')
        for user in (self.cashier, self.manager, accountant):
            for method, args in (
                ('write', [authorization.ids, values]),
                ('create', [[{**values, 'uuid': 'x', 'order_uuid': 'y'}]]),
                ('unlink', [authorization.ids]),
            ):
                with self.subTest(user=user.name, method=method), self.assertRaises(AccessError):
                    rpc.call(user, authorization._name, method, *args)

    def test_what_a_paid_order_was_granted_is_not_rewritten(self):
        order = self._sync(self._prepare_order(60.0))
        for values in (
            {'customer_account_uuid': 'forged'},
            {'customer_account_uuid': False},
        ):
            with self.assertRaises(AccessError):
                rpc.call(self.cashier, 'pos.order', 'write', order.ids, values)

    def test_wrong_pins_are_not_uncounted(self):
        with self.assertRaises(AccessError):
            rpc.call(
                self.cashier,
                'pos.session',
                'write',
                self.till.ids,
                {'pos_receivable_pin_tries': -100},
            )
        with self.assertRaises(AccessError):
            rpc.call(
                self.cashier,
                'pos.session',
                'create',
                [{'config_id': self.shop.id, 'pos_receivable_pin_tries': -100}],
            )

    def test_a_report_is_not_thrown_away_by_whom_it_is_about(self):
        order = self._sync(self._prepare_order(500.0))
        reports = self._get_reports()
        for method, args in (
            ('unlink', []),
            ('action_done', []),
            ('write', [{'note': 'Nothing'}]),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                rpc.call(self.cashier, 'mail.activity', method, reports.ids, *args)
        self.assertSoldUnauthorized(order)

    def test_a_cashier_does_not_switch_it_off(self):
        with self.assertRaises(AccessError):
            rpc.call(
                self.cashier,
                'pos.config',
                'write',
                self.shop.ids,
                {'customer_account_check': 'off'},
            )

    # -- By reading --------------------------------------------------------------------------------

    def test_customers_and_other_companies_read_nothing(self):
        authorization = self._find(self._authorize(60.0))
        order = self._sync(self._prepare_order(60.0, authorization.order_uuid))
        portal = self._create_user(
            'mia', 'Mia', group_ids=[Command.set(self.env.ref('base.group_portal').ids)]
        )
        portal.partner_id.parent_id = self.customer
        other = self._create_company(name='Other company')
        stranger = self._create_user(
            'boris',
            'Boris',
            'point_of_sale.group_pos_manager',
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for user in (portal, stranger, self.env.ref('base.public_user')):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    rpc.call(user, authorization._name, 'read', authorization.ids, ['amount'])
                with self.assertRaises(AccessError):
                    rpc.call(user, 'pos.order', 'read', order.ids, ['customer_account_uuid'])
        with self.assertRaises(AccessError):
            rpc.call(stranger, authorization._name, 'action_approve', authorization.ids)

    def test_what_a_manager_is_looking_at_keeps_its_amount(self):
        answer = self._authorize(150.0)
        self.till.request_customer_account_approval(answer['uuid'], 'just 150')
        with self.assertRaisesRegex(UserError, 'another order or amount'):
            self._authorize(9000.0, order=answer['order_uuid'], uuid=answer['uuid'])
        self.assertEqual(self._find(answer).amount, 150.0)

    def test_a_session_does_not_move_to_a_shop_that_does_not_look(self):
        other = self._create_account_shop('Shop 7', mode='off')
        with self.assertRaises(AccessError):
            rpc.call(self.cashier, 'pos.session', 'write', self.till.ids, {'config_id': other.id})

    def test_a_hold_follows_its_customer_under_another_one(self):
        account = self.env['pos_receivable.credit.account']._get(self.customer, self.company)
        account.write({'hold': True, 'hold_reason': 'late'})
        self.customer.write({'parent_id': self.other_customer.id, 'is_company': False})
        self.assertEqual(self.customer.commercial_partner_id, self.other_customer)
        answer = self._ask(1.0)
        self.assertEqual([reason['code'] for reason in answer['reasons']], ['on_hold'])

    def test_wrong_pins_are_counted_over_the_sessions_of_a_shop(self):
        self.till.sudo().pos_receivable_pin_tries = 3
        second = self.till.sudo().copy({'rescue': True, 'state': 'opened'})
        second.pos_receivable_pin_tries = 2
        self.assertEqual(second._count_receivable_pin_tries(), 5)
