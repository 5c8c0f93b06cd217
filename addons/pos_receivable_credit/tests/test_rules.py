from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import rpc

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestRules(CreditCommon):
    """What a company makes of what is known of a customer."""

    def _recommend(self, amount=10.0, partner=None):
        answer = self._ask(amount, partner)
        return answer['recommendation'], [reason['code'] for reason in answer['reasons']]

    def _get_account(self, partner=None):
        return self.env['pos_receivable.credit.account']._get(
            partner or self.customer, self.company
        )

    def test_within_the_limit_nothing_speaks_against_it(self):
        self.assertEqual(self._recommend(100.0), ('approve', []))

    def test_a_cent_above_the_limit_is_held(self):
        self.assertEqual(self._recommend(100.01), ('hold', ['over_limit']))

    def test_within_the_tolerance_the_rest_is_paid_at_once(self):
        self.company.receivable_credit_limit_tolerance = 10.0
        answer = self._ask(105.0)
        self.assertEqual(answer['recommendation'], 'deposit')
        self.assertEqual(answer['deposit'], 21.0)  # a fifth, which is more than the 5.00 above it
        self.assertEqual(self._recommend(110.01), ('hold', ['over_limit']))

    def test_what_is_long_overdue_is_held_whatever_the_limit(self):
        self._create_invoice(5.0, due_in=-31)
        self.assertEqual(self._recommend(1.0), ('hold', ['overdue']))
        self.company.receivable_credit_overdue_days = 31
        self.assertEqual(self._recommend(1.0), ('approve', []))

    def test_a_small_sum_overdue_is_tolerated(self):
        self._create_invoice(5.0, due_in=-31)
        self.company.receivable_credit_overdue_tolerance = 5.0
        self.assertEqual(self._recommend(1.0), ('approve', []))

    def test_an_old_cent_makes_nothing_of_what_is_late_since_yesterday(self):
        self.customer.with_company(self.company).credit_limit = 10_000
        self.company.receivable_credit_overdue_tolerance = 10.0
        self._create_invoice(0.5, due_in=-200)
        self._create_invoice(5000.0, due_in=-1)
        answer = self._ask(1.0)
        self.assertEqual((answer['recommendation'], answer['overdue']), ('approve', 5000.5))

    def test_who_has_paid_what_was_late_is_not_held_for_what_is_not_due(self):
        self.customer.with_company(self.company).credit_limit = 10_000
        self._create_invoice(1000.0, due_in=-40)
        self._create_invoice(5000.0, due_in=20)
        self._create_invoice(1000.0, move_type='out_refund')
        answer = self._ask(1.0)
        self.assertEqual((answer['recommendation'], answer['overdue']), ('approve', 0.0))

    def test_a_bad_debtor_is_held(self):
        self.customer.trust = 'bad'
        self.assertEqual(self._recommend(), ('hold', ['distrusted']))

    def test_an_account_on_hold_says_why(self):
        self._get_account().write({'hold': True, 'hold_reason': 'two cheques came back'})
        [reason] = self._ask(1.0)['reasons']
        self.assertIn('two cheques came back', reason['text'])
        self._get_account().hold = False
        self.assertEqual(self._recommend(), ('approve', []))

    def test_without_a_limit_the_company_decides(self):
        self._limit(self.customer, 0.0)
        self.assertEqual(self._recommend(1000.0), ('approve', []))
        self.company.receivable_credit_without_limit = 'none'
        self.assertEqual(self._recommend(1.0), ('hold', ['not_on_account']))
        self._get_account().policy = 'unlimited'
        self.assertEqual(self._recommend(1000.0), ('approve', []))

    def test_nothing_is_sold_on_account_to_whom_it_was_said_so(self):
        self._get_account().policy = 'none'
        self.assertEqual(self._recommend(1.0), ('hold', ['not_on_account']))

    def test_the_limit_of_all_counts_for_who_has_none_of_their_own(self):
        self.env['ir.default'].set('res.partner', 'credit_limit', 50.0, company_id=self.company.id)
        self.assertEqual(self._recommend(50.01, self.other_customer), ('hold', ['over_limit']))

    def test_a_new_customer_pays_a_part_of_much_at_once(self):
        self.company.receivable_credit_unproven_above = 40.0
        answer = self._ask(60.0)
        self.assertEqual((answer['recommendation'], answer['deposit']), ('deposit', 12.0))

    def test_what_is_paid_first_changes_nothing_of_what_is_asked_for(self):
        self.company.receivable_credit_unproven_above = 40.0
        for paid, deposit in ((0, 12.0), (11.99, 0.01), (12, 0.0), (30, 0.0)):
            with self.subTest(paid=paid):
                answer = self.till.get_customer_account(self.customer.id, 60.0 - paid, None, paid)
                self.assertEqual(answer['deposit'], deposit)
                self.assertEqual(answer['recommendation'], 'deposit' if deposit else 'approve')

    def test_a_deposit_is_a_sum_that_can_be_paid_in_cash(self):
        rounding = self.env['account.cash.rounding'].create(
            {
                'name': 'Five cents',
                'rounding': 0.05,
                'profit_account_id': self.company_data['default_account_revenue'].id,
                'loss_account_id': self.company_data['default_account_expense'].id,
            }
        )
        self.shop.write(
            {'cash_rounding': True, 'only_round_cash_method': True, 'rounding_method': rounding.id}
        )
        self.company.receivable_credit_unproven_above = 40.0
        self.assertEqual(self._ask(60.01)['deposit'], 12.05)

    def test_who_usually_pays_late_pays_a_part_at_once(self):
        self.company.receivable_credit_late_days = 20
        profiles = self.env['pos_receivable.payment.profile'].sudo()
        values = {'company_id': self.company.id, 'partner_id': self.customer.id}
        profile = profiles.create({**values, 'settled_count': 3, 'median_days_due': 21})
        self.assertEqual(self._recommend(), ('deposit', ['pays_late']))
        profile.median_days_due = 20
        self.assertEqual(self._recommend(), ('approve', []))

    def test_looking_writes_nothing(self):
        self.env['pos_receivable.credit.account'].search([]).unlink()
        self._ask(10.0)
        self.assertFalse(self.env['pos_receivable.credit.account'].search([]))
        self.assertNothingWritten()

    # -- Accounts ----------------------------------------------------------------------------------

    def test_a_manager_holds_and_lifts_and_who_did_it_is_noted(self):
        account = self._get_account()
        rpc.call(
            self.manager,
            'pos_receivable.credit.account',
            'write',
            account.ids,
            {'hold': True, 'hold_reason': 'late', 'hold_user_id': self.cashier.id},
        )
        self.assertEqual(account.hold_user_id, self.manager)
        self.assertTrue(account.hold_date)
        rpc.call(self.manager, account._name, 'write', account.ids, {'hold': False})
        self.assertEqual((account.hold_reason, account.hold_user_id.ids), (False, []))

    def test_an_account_does_not_move_to_another_customer(self):
        account = self._get_account()
        with self.assertRaises(AccessError):
            rpc.call(
                self.manager,
                account._name,
                'write',
                account.ids,
                {'partner_id': self.other_customer.id},
            )

    def test_a_contact_has_no_account_of_its_own(self):
        with self.assertRaisesRegex(ValidationError, 'Acme'):
            self.env['pos_receivable.credit.account'].create({'partner_id': self.contact.id})

    def test_merged_customers_keep_the_strictest_hold(self):
        self._get_account(self.other_customer).write({'hold': True, 'hold_reason': 'late'})
        self._get_account().policy = 'unlimited'
        self.env['base.partner.merge.automatic.wizard'].create({})._merge(
            (self.customer | self.other_customer).ids, self.customer
        )
        account = self.env['pos_receivable.credit.account'].search(
            [('partner_id', '=', self.customer.id)]
        )
        self.assertEqual(len(account), 1)
        self.assertEqual(
            (account.hold, account.hold_reason, account.policy), (True, 'late', 'limit')
        )

    def test_an_unlimited_customer_merged_with_another_has_a_limit(self):
        self._get_account(self.other_customer).policy = 'unlimited'
        self.env['base.partner.merge.automatic.wizard'].create({})._merge(
            (self.customer | self.other_customer).ids, self.customer
        )
        self.assertEqual(self._recommend(100.01), ('hold', ['over_limit']))

    # -- Settings ----------------------------------------------------------------------------------

    def test_a_till_that_asks_nobody_who_buys_cannot_look(self):
        nameless = self.env['pos.payment.method'].create({'name': 'Nameless account'})
        shop = self._create_shop('Shop 5', self._create_journal('cash', 'Fifth', 'FIF'))
        shop.payment_method_ids = [Command.link(nameless.id)]
        with self.assertRaisesRegex(ValidationError, 'Identify Customer'):
            shop.customer_account_check = 'observe'

    def test_a_way_of_paying_that_tills_look_at_goes_on_asking_who_buys(self):
        self.till.sudo().action_pos_session_closing_control()
        with self.assertRaisesRegex(ValidationError, 'Identify Customer'):
            self.account_method.split_transactions = False

    def test_settings_that_make_no_sense_are_refused(self):
        for name, value in (
            ('receivable_credit_deposit', 101.0),
            ('receivable_credit_overdue_days', -1),
            ('receivable_credit_unproven_above', -1.0),
        ):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.company[name] = value
