from odoo.tests import tagged

from .common import CustomerCommon


@tagged('post_install', '-at_install')
class TestHooks(CustomerCommon):
    """What other addons may know of what customers owe."""

    def test_without_an_addon_that_knows_nothing_is_disputed_promised_or_waiting(self):
        hooks = self.env['pos_receivable.customer.hooks']
        invoice = self._create_invoice(60.0)
        self.assertEqual(hooks._get_disputed(invoice.line_ids), {})
        self.assertEqual(hooks._get_promised(self.customer, self.company), {})
        self.assertEqual(hooks._get_waiting_money(self.customer, self.company), {})
