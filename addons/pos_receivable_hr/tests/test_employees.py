from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.pos_receivable.tests.common import PosReceivableCommon


@tagged('post_install', '-at_install')
class TestEmployees(PosReceivableCommon):
    """A shop where employees log in at the till: a role takes rights away from the login, and never
    gives any."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user('max', 'Max', 'point_of_sale.group_pos_manager')
        names = ('Anna', 'Bert', 'Mia', 'Max', 'Stranger')
        cls.anna, cls.bert, cls.mia, cls.max, cls.stranger = (
            cls.env['hr.employee']
            .sudo()
            .create([{'name': name, 'company_id': cls.company.id} for name in names])
        )
        cls.config.write(
            {
                'module_pos_hr': True,
                'basic_employee_ids': [Command.set((cls.anna | cls.bert).ids)],
                'minimal_employee_ids': [Command.set(cls.mia.ids)],
                'advanced_employee_ids': [Command.set(cls.max.ids)],
            }
        )

    def _stand(self, employee, session=None):
        return (session or self.session).with_context(pos_employee_id=employee.id)

    def _pay(self, session, amount=10.0):
        return self._collect({self._create_invoice(100.0): amount}, session=session)

    def assertRefused(self, session, sentence):
        invoice = self._create_invoice(100.0)
        with self.assertRaises(AccessError) as refusal:
            self._collect({invoice: 10.0}, session=session)
        self.assertIn(sentence, refusal.exception.args[0])
        self.assertEqual(invoice.amount_residual, 100.0)

    def test_the_payment_and_the_receipt_name_the_employee(self):
        payment, answer = self._pay(self._stand(self.bert))
        self.assertEqual(payment.pos_cashier_name, 'Bert')
        self.assertEqual(answer['payment']['user_name'], 'Bert')

    def test_who_has_minimal_rights_does_not_collect(self):
        self.assertRefused(self._stand(self.mia), "Mia may not collect invoice payments.")

    def test_who_does_not_work_here_does_not_collect(self):
        self.assertRefused(self._stand(self.stranger), "does not work at this till")

    def test_a_managers_login_does_not_make_a_manager_of_the_employee(self):
        self.config.invoice_payment_access = 'manager'
        session = self.session.with_user(self.manager)
        self.assertRefused(self._stand(self.bert, session), "Only managers can collect")
        payment, _answer = self._pay(self._stand(self.max, session))
        self.assertEqual(payment.pos_cashier_name, 'Max')

    def test_a_managers_role_does_not_make_a_manager_of_the_login(self):
        self.config.invoice_payment_access = 'manager'
        self.assertRefused(self._stand(self.max), "Only managers can collect")

    def test_a_payment_is_voided_by_who_is_a_manager_at_the_till(self):
        payment, _answer = self._pay(self._stand(self.bert))
        session = self.session.with_user(self.manager)
        with self.assertRaises(AccessError):
            self._stand(self.bert, session).void_invoice_payment(payment.id, 'wrong')
        self.assertEqual(payment.state, 'paid')
        answer = self._stand(self.max, session).void_invoice_payment(payment.id, 'wrong')
        self.assertEqual(answer['void']['user_name'], 'Max')

    def test_the_page_of_an_employee_tells_what_that_employee_collected(self):
        for employee, amount in ((self.anna, 30.0), (self.bert, 20.0), (self.bert, 5.0)):
            self._pay(self._stand(employee), amount)
        report = self.env['report.pos_hr.single_employee_sales_report'].sudo()
        for employee, count, total in ((self.anna, 1, 30.0), (self.bert, 2, 25.0)):
            details = report.get_sale_details(session_ids=self.session.ids, employee_id=employee.id)
            self.assertEqual(
                [(row['count'], row['amount']) for row in details['invoice_payments']],
                [(count, total)],
            )

    def test_a_pin_is_known_of_managers_of_this_till_alone(self):
        (self.anna | self.bert | self.max | self.stranger).sudo().write({'pin': '1234'})
        find = self._stand(self.bert)._find_invoice_payment_pin_holder
        self.assertEqual(find(self.max.id, '1234'), 'Max')
        for employee, pin in (
            (self.max, '4321'),
            (self.max, ''),
            (self.max, None),
            (self.max, 'päss'),
            (self.bert, '1234'),
            (self.stranger, '1234'),
        ):
            with self.subTest(employee=employee.name, pin=pin):
                self.assertFalse(find(employee.id, pin))
        self.assertFalse(find(None, '1234'))
        self.max.sudo().pin = False
        self.assertFalse(find(self.max.id, ''))
        self.config.module_pos_hr = False
        self.max.sudo().pin = '1234'
        self.assertFalse(find(self.max.id, '1234'))
