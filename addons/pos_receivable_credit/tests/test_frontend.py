from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import test_frontend


class CustomerAccountTours:
    """What a cashier does with a customer who may owe 2.00 more and buys for 5.10."""

    def _sell(self, tour, mode='block', login='counter_cashier'):
        method = self.env['pos.payment.method'].create(
            {'name': 'Customer Account', 'split_transactions': True}
        )
        self.main_pos_config.write(
            {
                'payment_method_ids': [Command.link(method.id)],
                'customer_account_check': mode,
            }
        )
        company = self.main_pos_config.company_id
        company.account_use_credit_limit = True
        self.customer.with_company(company).credit_limit = 692
        self.start_pos_tour(tour, login=login)
        self.env.invalidate_all()
        return self.env['pos_receivable.credit.authorization'].search([], order='id')

    def _get_on_account(self):
        payments = self.env['pos.payment'].search(
            [('pos_order_id.partner_id', '=', self.customer.id)]
        )
        return payments.filtered(lambda payment: payment.payment_method_id.type == 'pay_later')

    def test_what_is_available_is_used_and_the_rest_paid_now(self):
        authorization = self._sell('CustomerAccountUseAvailable')
        self.assertRecordValues(authorization, [{'state': 'consumed', 'amount': 2.0}])
        self.assertEqual(self._get_on_account().amount, 2.0)

    def test_a_manager_lets_pass_what_is_above_the_limit(self):
        authorization = self._sell('CustomerAccountManager', login='pos_admin')
        self.assertRecordValues(
            authorization,
            [
                {
                    'state': 'consumed',
                    'amount': 5.1,
                    'override_kind': 'manager',
                    'override_reason': 'Old friend',
                }
            ],
        )
        self.assertEqual(self._get_on_account().amount, 5.1)

    def test_a_manager_approves_from_afar(self):
        authorization = self._sell('CustomerAccountFromAfar', login='pos_admin')
        self.assertRecordValues(
            authorization, [{'state': 'consumed', 'override_kind': 'remote', 'note': 'Old friend'}]
        )

    def test_offline_it_is_sold_on_account_without_asking(self):
        self.assertFalse(self._sell('CustomerAccountOffline'))

    def test_where_the_shop_observes_nothing_on_the_screen_changes(self):
        self._sell('CustomerAccountObserved', mode='observe')
        self.assertEqual(self._get_on_account().amount, 5.1)


@tagged('post_install', '-at_install')
class TestCustomerAccountOnADesktop(CustomerAccountTours, test_frontend.CollectInvoiceTourCommon):
    pass


@tagged('post_install', '-at_install')
class TestCustomerAccountOnAPhone(CustomerAccountTours, test_frontend.CollectInvoiceTourCommon):
    browser_size = '375x667'
    touch_enabled = True
