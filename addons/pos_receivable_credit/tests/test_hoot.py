from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import test_hoot


@tagged('post_install', '-at_install')
class TestHootOfCustomerAccounts(test_hoot.HootCase):
    def test_the_unit_tests_of_the_till_pass(self):
        self._run_suite('desktop', '@pos_receivable_credit')


@tagged('post_install', '-at_install')
class TestHootOfCustomerAccountsOnAPhone(test_hoot.HootCase):
    browser_size = '375x667'
    touch_enabled = True

    def test_the_unit_tests_of_the_till_pass(self):
        self._run_suite('mobile', '@pos_receivable_credit')
