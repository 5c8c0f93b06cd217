from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests import test_frontend


@tagged('post_install', '-at_install')
class TestTill(test_frontend.CollectInvoiceTourCommon):
    """Employees log in at the till and take invoice payments, as far as they may."""

    def test_the_payment_tells_who_stood_at_the_till(self):
        bert, mia = (
            self.env['hr.employee']
            .sudo()
            .create(
                [
                    {'name': name, 'company_id': self.env.company.id}
                    for name in ('Bert Basic', 'Mia Minimal')
                ]
            )
        )
        self.main_pos_config.write(
            {
                'module_pos_hr': True,
                'basic_employee_ids': [Command.set(bert.ids)],
                'minimal_employee_ids': [Command.set(mia.ids)],
            }
        )
        payment = self._run('EmployeeCollectsInvoice')
        self.assertEqual(payment.amount, 640.0)
        self.assertEqual(payment.pos_cashier_name, 'Bert Basic')
        self.assertEqual(
            self.invoice.payment_state, self.env['account.move']._get_invoice_in_payment_state()
        )
