from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import test_frontend


class StatementTours:
    """What a cashier does with a statement of account."""

    def test_a_statement_is_looked_at_printed_and_sent(self):
        self.assertFalse(self._run('AccountStatement'))
        [mailing] = self.env['pos_receivable.customer.mailing'].search(
            [('partner_id', '=', self.customer.id)]
        )
        self.assertRecordValues(
            mailing, [{'state': 'sent', 'email': 'anna@acme.example', 'kind': 'activity'}]
        )

    def test_a_statement_is_opened_from_the_list_of_customers(self):
        self.assertFalse(self._run('AccountStatementOfCustomerLine'))


@tagged('post_install', '-at_install')
class TestStatementOnADesktop(StatementTours, test_frontend.CollectInvoiceTourCommon):
    pass


@tagged('post_install', '-at_install')
class TestStatementOnAPhone(StatementTours, test_frontend.CollectInvoiceTourCommon):
    browser_size = '375x667'
    touch_enabled = True
