from datetime import timedelta

from odoo.fields import Command
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
        found = self._compute(partner)
        return {code: amount for code, _name, amount in found.parts if amount}

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
            self.env.invalidate_all()
            # The company and the user are known to every request.
            self.exposure._compute(self.customer, self.company)
            with self.assertQueryCount(8):
                self.exposure._compute(part, self.company)

    def test_overdue_is_told_of_what_is_due_and_not_disputed(self):
        self._create_invoice(40.0, due_in=-10)
        self._create_invoice(50.0, due_in=10)
        disputed = self._create_invoice(60.0, due_in=-20)
        disputed.action_toggle_block_payment()
        found = self.exposure._compute(self.customer, self.company)[self.customer.id]
        self.assertEqual((found.overdue, found.overdue_days), (40.0, 10))
        self.assertEqual(self.today - timedelta(days=20), disputed.invoice_date_due)

    def test_what_is_disputed_of_an_invoice_is_owed_and_not_overdue(self):
        disputed = self._create_invoice(60.0, due_in=-20)
        self._create_invoice(40.0, due_in=-10)
        self._dispute({self._get_item(disputed): 25.0})
        found = self._compute()
        self.assertEqual((found.total, found.overdue, found.overdue_days), (100.0, 75.0, 20))
        self._dispute({self._get_item(disputed): 60.0})
        found = self._compute()
        self.assertEqual((found.total, found.overdue, found.overdue_days), (100.0, 40.0, 10))

    def test_no_more_is_disputed_than_what_is_open(self):
        disputed = self._create_invoice(60.0, due_in=-20)
        self._create_invoice(40.0, due_in=-10)
        self._dispute({self._get_item(disputed): 1000.0})
        found = self._compute()
        self.assertEqual((found.total, found.overdue, found.overdue_days), (100.0, 40.0, 10))

    def test_of_disputes_only_what_is_late_is_asked(self):
        late, due = self._create_invoice(60.0, due_in=-20), self._create_invoice(40.0, due_in=10)
        asked = []
        hooks = self.env.registry['pos_receivable.customer.hooks']
        self.patch(hooks, '_get_disputed', lambda hooks, items: asked.extend(items.ids) or {})
        self._compute()
        self.assertEqual(asked, self._get_item(late).ids)
        self.assertNotIn(self._get_item(due).id, asked)

    def test_money_that_waits_to_be_allocated_pays_what_is_overdue_first(self):
        self._create_invoice(40.0, due_in=-10)
        self._create_invoice(60.0, move_type='out_refund')
        found = self._compute()
        self.assertEqual((found.total, found.overdue, found.overdue_days), (-20.0, 0.0, 0))

    def test_a_credit_note_in_draft_is_taken_off(self):
        self._create_invoice(70.0).button_draft()
        self._create_invoice(20.0, move_type='out_refund').button_draft()
        self.assertEqual(self._get(), {'draft_invoices': 50.0})

    def test_what_a_branch_is_owed_counts_for_the_whole(self):
        branch = self.env['res.company'].create(
            {
                'name': 'Branch',
                'parent_id': self.company.id,
                'country_id': self.company.country_id.id,
            }
        )
        self.cr.precommit.run()  # gives the branch its accounts
        self.env.user.company_ids |= branch
        everywhere = self.env(
            context={**self.env.context, 'allowed_company_ids': [branch.id, self.company.id]}
        )
        self._create_invoice(30.0)
        invoice = (
            everywhere['account.move']
            .with_company(branch)
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customer.id,
                    'invoice_line_ids': [
                        Command.create(
                            {'name': 'Sale', 'price_unit': 45.0, 'tax_ids': [Command.clear()]}
                        )
                    ],
                }
            )
        )
        invoice.action_post()
        self.assertEqual(invoice.company_id, branch)
        self.company.receivable_credit_without_limit = 'none'
        self._limit(self.customer, 0.0)
        check = self.env['pos_receivable.credit.check']
        self.assertEqual(check._evaluate(self.customer, branch, 1.0).recommendation.kind, 'hold')
        for company in (self.company, branch):
            with self.subTest(company=company.name):
                self.assertEqual(self._compute(company=company).total, 75.0)

    def test_an_order_in_another_currency_counts_at_the_rate_it_was_sold_at(self):
        euro = self.setup_other_currency('EUR', rates=[('1900-01-01', 2.0)])
        drawer = self._create_journal('cash', 'Euro drawer', 'EUD', currency_id=euro.id)
        sales = self._create_journal('sale', 'Euro sales', 'EUS', currency_id=euro.id)
        shop = self._create_shop(
            'Euro shop',
            drawer,
            journal_id=sales.id,
            invoice_journal_id=sales.id,
            invoice_payment_bank_journal_ids=False,
            payment_method_ids=[Command.set(self.account_method.ids)],
            use_pricelist=False,
            customer_account_check='block',
        )
        till = self._open_session(shop)
        self._sync(self._prepare_order(30.0, till=till))
        self.assertEqual(self._get(), {'open_orders': 15.0})
        self.assertEqual(self._ask(till=till)['available'], 170.0)  # euros

    def _dispute(self, amounts):
        """What an addon that keeps disputes answers."""
        hooks = self.env.registry['pos_receivable.customer.hooks']
        answer = {item.id: amount for item, amount in amounts.items()}
        self.patch(hooks, '_get_disputed', lambda _hooks, _items: answer)

    def _get_item(self, invoice):
        return invoice.line_ids.filtered(
            lambda item: item.account_id.account_type == 'asset_receivable'
        )

    def _compute(self, partner=None, company=None):
        partner = partner or self.customer
        return self.exposure._compute(partner, company or self.company)[partner.id]
