from odoo.tests import tagged

from ..common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestEmployees(PosReceivableCommon):
    """A shop where employees log in at the till (pos_hr)."""

    def test_the_page_of_an_employee_tells_what_that_employee_collected(self):
        self.config.module_pos_hr = True
        anna, bert = (
            self.env['hr.employee']
            .sudo()
            .create([{'name': name, 'company_id': self.company.id} for name in ('Anna', 'Bert')])
        )
        self.config.basic_employee_ids = anna | bert
        for employee, amount in ((anna, 30.0), (bert, 20.0), (bert, 5.0)):
            self._collect(
                {self._create_invoice(100.0): amount},
                session=self.session.with_context(pos_employee_id=employee.id),
            )
        report = self.env['report.pos_hr.single_employee_sales_report'].sudo()
        for employee, count, total in ((anna, 1, 30.0), (bert, 2, 25.0)):
            details = report.get_sale_details(session_ids=self.session.ids, employee_id=employee.id)
            self.assertEqual(
                [(row['count'], row['amount']) for row in details['invoice_payments']],
                [(count, total)],
            )
