from datetime import timedelta

from odoo.tests import tagged

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestCase(FollowupCommon):
    """One row for each customer who is late, with what is at stake."""

    def test_what_is_late_opens_a_case_and_what_is_paid_closes_it(self):
        invoice = self._create_invoice(100.0, due_in=-10)
        self._create_invoice(50.0, due_in=10)
        self._refresh()
        case = self._find_case()
        self.assertTrue(case.active)
        self.assertEqual(case.overdue, 100.0)
        self.assertEqual(case.oldest_due, invoice.invoice_date_due)
        self.assertTrue(0.0 < case.expected < 100.0)
        self.assertAlmostEqual(case.expected, 100.0 * case.unpaid_chance, 2)
        self._collect({invoice: 100.0})
        self._refresh()
        self.assertFalse(case.active)
        self.assertEqual((case.overdue, case.expected, case.oldest_due), (0.0, 0.0, False))
        self._create_invoice(70.0, due_in=-5)
        self._refresh()
        self.assertEqual(self._find_case(), case)
        self.assertTrue(case.active)
        self.assertEqual(case.overdue, 70.0)

    def test_what_is_due_today_is_not_late(self):
        self._create_invoice(100.0, due_in=0)
        self._refresh()
        self.assertFalse(self._find_case())

    def test_credits_stay_apart(self):
        self._create_invoice(100.0, due_in=-10)
        self._pay(30.0)
        self._refresh()
        case = self._find_case()
        self.assertEqual((case.overdue, case.credits), (100.0, 30.0))
        self.assertEqual(case.action, 'credits')

    def test_only_the_late_instalment_is_chased(self):
        self._create_invoice(
            100.0,
            invoice_date=self.today - timedelta(days=10),
            invoice_payment_term_id=self._create_instalments().id,
        )
        self._refresh()
        self.assertEqual(self._find_case().overdue, 30.0)

    def test_what_is_blocked_is_silent(self):
        self._create_invoice(100.0, due_in=-10)
        blocked = self._create_invoice(40.0, due_in=-10)
        blocked.action_toggle_block_payment()
        self._refresh()
        case = self._find_case()
        self.assertEqual((case.overdue, case.silent), (100.0, 40.0))

    def test_contacts_are_one_customer(self):
        self._create_invoice(100.0, due_in=-10, partner=self.contact)
        self._create_invoice(20.0, due_in=-10)
        self._refresh()
        self.assertEqual(self._find_case().overdue, 120.0)
        self.assertFalse(self._find_case(self.contact))

    def test_a_branch_is_part_of_the_company(self):
        branch = self.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': self.company.id,
                'country_id': self.company.country_id.id,
            }
        )
        self.cr.precommit.run()
        self.env.user.company_ids |= branch
        self._create_invoice(100.0, due_in=-10)
        self._book(30.0, days_ago=10, company=branch).no_followup = False
        self.env['pos_receivable.case']._refresh(branch)
        case = self._find_case()
        self.assertEqual(case.company_id, self.company)
        self.assertEqual(case.overdue, 130.0)

    def test_a_foreign_invoice_is_counted_in_the_companys_currency(self):
        invoice = self._create_invoice(100.0, due_in=-10, currency_id=self.euro.id)
        self._refresh()
        expected = sum(
            line.amount_residual for line in invoice.line_ids if line.account_id == self.receivable
        )
        self.assertEqual(self._find_case().overdue, expected)
        self.assertNotEqual(expected, 100.0)

    def test_a_look_that_finds_nothing_new_writes_nothing(self):
        self._create_invoice(100.0, due_in=-10)
        self._create_invoice(100.0, due_in=-10, partner=self.other_customer)
        self._refresh()
        before = self._read_versions()
        self.assertEqual(len(before), 2)
        self._refresh()
        self.assertEqual(self._read_versions(), before)
        self._create_invoice(1.0, due_in=-10)
        self._refresh()
        changed = {id_ for id_, version in self._read_versions() if (id_, version) not in before}
        self.assertEqual(changed, set(self._find_case().ids))

    def _read_versions(self):
        """Whose rows the database has written when."""
        self.cr.execute(
            "SELECT id, ctid::text FROM pos_receivable_case WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        return self.cr.fetchall()

    def test_a_draft_owes_nothing(self):
        invoice = self._create_invoice(100.0, due_in=-10)
        self._refresh()
        invoice.button_draft()
        self._refresh()
        self.assertFalse(self._find_case().active)

    def test_other_companies_see_nothing_of_it(self):
        self._create_invoice(100.0, due_in=-10)
        self._refresh()
        other = self._create_company(name='Other company')
        stranger = self._create_user(
            'boris',
            'Boris',
            'account.group_account_invoice',
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env['pos_receivable.case'].with_user(stranger).search([]))
