from datetime import timedelta

from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestExposure(CreditCommon):
    """What a customer owes and is about to owe, each part alone and all together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exposure = cls.env['pos_receivable.credit.exposure'].sudo()

    def _get(self, partner=None):
        partner = partner or self.customer
        found = self.exposure._compute(partner, self.company)[partner.id]
        return {code: amount for code, amount in found.parts if amount}

    def test_nothing_is_nothing(self):
        self.assertEqual(self._get(self.other_customer), {})

    def test_an_invoice_of_a_contact_counts_for_its_company(self):
        self._create_invoice(70.0, self.contact)
        self.assertEqual(self._get(), {'ledger': 70.0})

    def test_each_part_counts_once_and_all_add_up(self):
        self._create_invoice(70.0)
        self._authorize(20.0)
        draft = self._create_invoice(15.0, self.contact)
        draft.button_draft()
        self.assertEqual(self._get(), {'ledger': 70.0, 'reserved': 20.0, 'draft_invoices': 15.0})
        total = self.exposure._compute(self.customer, self.company)[self.customer.id].total
        self.assertEqual(total, 105.0)

    def test_an_order_on_account_counts_until_it_is_in_the_ledger(self):
        self._sync(self._prepare_order(30.0))
        self.assertEqual(self._get(), {'open_orders': 30.0})

    def test_a_hundred_customers_need_no_more_queries_than_one(self):
        partners = self.env['res.partner'].create([{'name': f'C{n}'} for n in range(100)])
        for part in (partners[:1], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.exposure._compute(part, self.company)
            self.assertLessEqual(self.env.cr.sql_log_count - before, 8)

    def test_overdue_is_told_of_what_is_due_and_not_disputed(self):
        self._create_invoice(40.0, due_in=-10)
        self._create_invoice(50.0, due_in=10)
        disputed = self._create_invoice(60.0, due_in=-20)
        disputed.action_toggle_block_payment()
        found = self.exposure._compute_overdue(self.customer, self.company)[self.customer.id]
        self.assertEqual((found.amount, found.days), (40.0, 10))
        self.assertEqual(self.today - timedelta(days=20), disputed.invoice_date_due)
