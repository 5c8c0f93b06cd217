from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import test_hoot


@tagged('post_install', '-at_install')
class TestHootOfTheCase(test_hoot.HootCase):
    def test_the_unit_tests_of_the_screen_pass(self):
        self._run_suite('desktop', '@pos_receivable_followup')
