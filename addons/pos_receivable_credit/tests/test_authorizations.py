from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import rpc

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestAuthorizations(CreditCommon):
    """What a till asks before it sells on account, and what it is answered."""

    # -- What is asked -----------------------------------------------------------------------------

    def test_a_cashier_sees_what_a_customer_may_still_buy(self):
        self._create_invoice(30.0, partner=self.contact)
        answer = self._ask(50.0)
        self.assertEqual(answer['mode'], 'block')
        self.assertEqual((answer['limit'], answer['exposure'], answer['available']), (100, 30, 70))
        self.assertEqual((answer['recommendation'], answer['reasons']), ('approve', []))
        answer = self._ask(70.01)
        self.assertEqual(answer['recommendation'], 'hold')
        self.assertRegex(answer['reasons'][0]['text'], r'100\.00')
        self.assertNothingWritten()

    def test_where_nothing_is_shown_the_till_is_told_the_mode_alone(self):
        for mode in ('off', 'observe'):
            self.shop.customer_account_check = mode
            self.assertEqual(self._ask(500.0), {'mode': mode})

    def test_it_does_not_depend_on_collecting_invoices(self):
        self.shop.use_invoice_payment = False
        self.assertEqual(self._ask()['limit'], 100.0)
        self.assertEqual(self._authorize(10.0)['state'], 'authorized')

    # -- Reserved ----------------------------------------------------------------------------------

    def test_what_is_authorized_is_reserved_until_it_expires(self):
        answer = self._authorize(60.0)
        self.assertEqual((answer['state'], answer['amount']), ('authorized', 60.0))
        self.assertEqual(self._ask()['available'], 40.0)
        self.assertEqual(self._authorize(60.0)['state'], 'refused')
        self._find(answer).expires_at -= timedelta(minutes=31)
        self.assertEqual(self._ask()['available'], 100.0)
        self.assertEqual(self._authorize(60.0)['state'], 'authorized')
        self.authorizations._expire()
        self.assertEqual(self._find(answer).state, 'expired')

    def test_a_retry_after_a_lost_answer_reserves_once(self):
        uuid, order = str(uuid4()), str(uuid4())
        first = self._authorize(60.0, order, uuid)
        again = self._authorize(60.0, order, uuid)
        self.assertEqual(
            [first[key] for key in ('state', 'amount', 'expires_at')],
            [again[key] for key in ('state', 'amount', 'expires_at')],
        )
        self.assertEqual(len(self.authorizations.search([])), 1)
        self.assertEqual(self._ask()['available'], 40.0)
        self.assertEqual(self._get_log(), ['authorize'])

    def test_another_amount_for_the_same_order_replaces_what_was_reserved(self):
        order = str(uuid4())
        first = self._authorize(60.0, order)
        second = self._authorize(90.0, order)
        self.assertEqual(second['state'], 'authorized')
        self.assertEqual(self._find(first).state, 'released')
        self.assertEqual(self._ask()['available'], 10.0)
        self.assertEqual(self._authorize(120.0, order)['state'], 'refused')
        self.assertEqual(self._find(second).state, 'authorized')

    def test_what_was_released_comes_back_by_no_retry(self):
        uuid, order = str(uuid4()), str(uuid4())
        self._authorize(60.0, order, uuid)
        self.assertEqual(self.till.release_customer_account(uuid), 'released')
        self.assertEqual(self.till.release_customer_account(uuid), 'released')
        self.assertEqual(self._authorize(60.0, order, uuid)['state'], 'released')
        self.assertEqual(self._ask()['available'], 100.0)
        self.assertIs(self.till.release_customer_account('unknown'), False)

    def test_a_contact_buys_on_the_account_of_the_company(self):
        self._authorize(60.0, partner=self.contact)
        self.assertEqual(self._authorize(60.0)['state'], 'refused')
        self.assertEqual(self.authorizations.search([]).partner_id, self.customer)

    def test_a_till_in_another_currency_reserves_what_it_is_worth(self):
        euro = self.setup_other_currency('EUR', rates=[('2016-01-01', 0.5)])
        journal = self._create_journal('general', 'Euro sales', 'EUS', currency_id=euro.id)
        shop = self._create_account_shop('Shop 3')
        shop.payment_method_ids = self.account_method
        shop.use_invoice_payment = False
        shop.journal_id = journal
        till = self._open_session(shop)
        self.assertEqual(till.currency_id, euro)
        self.assertEqual(self._ask(till=till)['available'], 50.0)
        answer = self._authorize(30.0, till=till)
        self.assertEqual(answer['state'], 'authorized')
        self.assertEqual(self._find(answer).amount_company, 60.0)
        self.assertEqual(self._ask()['available'], 40.0)

    # -- Modes -------------------------------------------------------------------------------------

    def test_off_does_nothing(self):
        self.shop.customer_account_check = 'off'
        self.assertEqual(self._authorize(500.0), {'mode': 'off', 'state': False})
        self.assertNothingWritten()

    def test_observing_logs_and_refuses_nobody(self):
        self.shop.customer_account_check = 'observe'
        answer = self._authorize(500.0)
        self.assertEqual(answer['state'], 'authorized')
        self.assertNotIn('reasons', answer)
        self.assertEqual(self._get_log(), ['authorize'])

    def test_warning_tells_and_goes_on(self):
        self.shop.customer_account_check = 'warn'
        answer = self._authorize(500.0)
        self.assertEqual((answer['state'], answer['recommendation']), ('authorized', 'hold'))
        self.assertTrue(answer['reasons'])

    # -- Overridden --------------------------------------------------------------------------------

    def test_a_cashier_cannot_let_it_pass(self):
        answer = self._authorize(500.0, override={'reason': 'I know them'})
        self.assertEqual((answer['state'], answer['can_override']), ('refused', False))
        self.assertRegex(answer['message'], 'Only managers')

    def test_unless_the_shop_lets_them(self):
        self.shop.customer_account_override = 'any'
        refused = self._authorize(500.0)
        self.assertEqual((refused['state'], refused['can_override']), ('refused', True))
        answer = self._authorize(
            500.0, refused['order_uuid'], refused['uuid'], override={'reason': 'I know them'}
        )
        self.assertEqual((answer['state'], answer['override']), ('authorized', 'cashier'))
        self.assertEqual(self._find(answer).override_reason, 'I know them')
        self.assertEqual(self._get_log(), ['refuse', 'override'])

    def test_a_manager_at_the_till_does_and_says_why(self):
        till = self.till.with_user(self.manager)
        with self.assertRaisesRegex(UserError, 'Say why'):
            self._authorize(500.0, till=till, override={})
        answer = self._authorize(500.0, till=till, override={'reason': 'The boss knows'})
        self.assertEqual((answer['state'], answer['override']), ('authorized', 'manager'))
        self.assertEqual(self._find(answer).override_name, 'Mona')

    def test_an_override_that_was_not_needed_is_none(self):
        till = self.till.with_user(self.manager)
        answer = self._authorize(5.0, till=till, override={'reason': 'In a hurry'})
        self.assertEqual((answer['state'], answer['override']), ('authorized', False))

    def test_a_pin_may_be_wrong_five_times_a_session(self):
        def holds(_session, employee_id, pin):
            return pin == '1234' and 'Mona'

        sessions = self.env.registry['pos.session']
        right = {'reason': 'Mona says so', 'employee_id': 1, 'pin': '1234'}
        wrong = {**right, 'pin': '9999'}
        with patch.object(sessions, '_find_invoice_payment_pin_holder', holds):
            answer = self._authorize(500.0, override=right)
            self.assertEqual((answer['state'], answer['override']), ('authorized', 'pin'))
            self.assertEqual(self._find(answer).override_name, 'Mona')
            for left in (4, 3, 2, 1, 0):
                answer = self._authorize(500.0, override=wrong)
                self.assertEqual(answer['state'], 'refused')
                self.assertRegex(answer['message'], f'left: {left}')
            answer = self._authorize(500.0, override=right)
            self.assertEqual(answer['state'], 'refused')
            self.assertRegex(answer['message'], 'Too many')

    def test_without_employees_no_pin_is_right(self):
        answer = self._authorize(500.0, override={'reason': 'x', 'pin': '1234', 'employee_id': 1})
        self.assertEqual(answer['state'], 'refused')

    # -- From afar ---------------------------------------------------------------------------------

    def _request(self, amount=500.0):
        answer = self._authorize(amount)
        return self.till.request_customer_account_approval(answer['uuid'], 'A good customer')

    def test_a_manager_approves_from_afar_and_the_till_hears_it(self):
        asked = self._request()
        self.assertEqual(asked['state'], 'requested')
        request = self._find(asked)
        self.assertIn(self.manager, request.activity_ids.user_id)
        self.assertIn('A good customer', request.activity_ids[0].note)
        heard = []
        configs = self.env.registry['pos.config']
        with patch.object(
            configs, '_notify', lambda _config, *message, **_options: heard.append(message)
        ):
            request.with_user(self.manager).action_approve()
        [(name, message)] = heard
        self.assertEqual((name, message['state']), ('CUSTOMER_ACCOUNT', 'authorized'))
        self.assertEqual(message['uuid'], asked['uuid'])
        self.assertFalse(request.activity_ids)
        self.assertEqual((request.override_kind, request.override_name), ('remote', 'Mona'))
        again = self._authorize(500.0, asked['order_uuid'], asked['uuid'])
        self.assertEqual((again['state'], again['override']), ('authorized', 'remote'))

    def test_so_does_an_accountant_who_sees_no_session(self):
        accountant = self._create_user('ingrid', 'Ingrid', 'account.group_account_manager')
        request = self._find(self._request())
        [shown] = rpc.call(
            accountant,
            request._name,
            'web_read',
            request.ids,
            {'amount': {}, 'session_id': {'fields': {'display_name': {}}}},
        )
        self.assertEqual(shown['session_id']['display_name'], self.till.name)
        rpc.call(accountant, request._name, 'action_approve', request.ids)
        self.assertEqual((request.state, request.override_name), ('authorized', 'Ingrid'))

    def test_what_is_approved_late_replaces_what_was_granted_meanwhile(self):
        order = self._authorize(50.0)
        refused = self._authorize(150.0, order['order_uuid'])
        self.till.request_customer_account_approval(refused['uuid'])
        self._find(refused).with_user(self.manager).action_approve()
        self.assertEqual(self._find(order).state, 'released')
        self.assertEqual(self._ask()['exposure'], 150.0)

    def test_or_refuses(self):
        request = self._find(self._request())
        request.with_user(self.manager).action_refuse()
        self.assertEqual(request.state, 'refused')
        with self.assertRaisesRegex(UserError, 'no longer waits'):
            request.with_user(self.manager).action_approve()

    def test_what_nobody_waits_for_is_not_approved(self):
        request = self._find(self._request())
        request.expires_at -= timedelta(minutes=31)
        with self.assertRaisesRegex(UserError, 'no longer waits'):
            request.with_user(self.manager).action_approve()

    def test_asking_twice_asks_once(self):
        asked = self._request()
        count = len(self._find(asked).activity_ids)
        self.till.request_customer_account_approval(asked['uuid'], 'Again')
        self.assertEqual(len(self._find(asked).activity_ids), count)

    def test_a_cashier_approves_nothing(self):
        request = self._find(self._request())
        for method in ('action_approve', 'action_refuse'):
            with self.assertRaises(AccessError):
                rpc.call(self.cashier, request._name, method, request.ids)
        self.assertEqual(request.state, 'requested')

    # -- Nonsense ----------------------------------------------------------------------------------

    def test_what_cannot_be_is_refused_in_words_and_nothing_written(self):
        nan = float('nan')
        for amount in (0, -5.0, nan, float('inf'), '12', None, True, 0.001):
            with (
                self.subTest(amount=amount),
                self.assertRaisesRegex(UserError, 'amount on account'),
            ):
                self._authorize(amount)
        for uuid in ('', None, 7, 'x' * 65, '\x00'):
            with self.subTest(uuid=uuid), self.assertRaises(UserError):
                self.till.authorize_customer_account(uuid, 'order', self.customer.id, 5.0)
            with self.subTest(order=uuid), self.assertRaises(UserError):
                self.till.authorize_customer_account('uuid', uuid, self.customer.id, 5.0)
        for override in ('x', 7, [], {'reason': ''}, {'reason': 7}, {'pin': '1'}):
            with self.subTest(override=override), self.assertRaises(UserError):
                self._authorize(500.0, override=override or 'x')
        with self.assertRaises(UserError):
            self.till.authorize_customer_account('uuid', 'order', 2**31 - 1, 5.0)
        with self.assertRaises(UserError):
            self.till.request_customer_account_approval('unknown', '')
        self.assertNothingWritten()

    def test_a_customer_of_another_company_is_none(self):
        other = self._create_company(name='Other company')
        foreign = self.env['res.partner'].create({'name': 'Foreign', 'company_id': other.id})
        self.cashier.company_ids |= other
        both = self.till.with_context(allowed_company_ids=(self.company | other).ids)
        with self.assertRaisesRegex(UserError, 'another company'):
            self._authorize(5.0, partner=foreign, till=both)
        self.assertNothingWritten()

    def test_a_closed_session_sells_nothing(self):
        self.till.sudo().state = 'closed'
        with self.assertRaisesRegex(UserError, 'closed'):
            self._authorize(5.0)
        self.assertNothingWritten()

    def test_only_cashiers_ask(self):
        stranger = self._create_user('eve', 'Eve')
        portal = self._create_user(
            'mia', 'Mia', group_ids=[Command.set(self.env.ref('base.group_portal').ids)]
        )
        for user in (stranger, portal):
            for method, args in (
                ('get_customer_account', [self.customer.id]),
                ('authorize_customer_account', ['u', 'o', self.customer.id, 5.0]),
                ('request_customer_account_approval', ['u']),
                ('release_customer_account', ['u']),
            ):
                with self.subTest(user=user.name, method=method), self.assertRaises(AccessError):
                    rpc.call(user, 'pos.session', method, self.till.ids, *args)
        self.assertNothingWritten()

    def test_what_was_reserved_for_an_order_does_not_count_against_it(self):
        answer = self._authorize(100.0)
        asked = self.till.get_customer_account(self.customer.id, 100.0, answer['order_uuid'])
        self.assertEqual((asked['recommendation'], asked['exposure']), ('approve', 0.0))
        self.assertEqual(self._ask(100.0)['recommendation'], 'hold')
