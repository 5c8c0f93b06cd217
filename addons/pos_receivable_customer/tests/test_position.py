import os
from collections import defaultdict

from odoo.tests import tagged

from ..models.position import AsOf
from .common import CustomerCommon, RandomWorld

WORLDS = int(os.environ.get('POS_RECEIVABLE_SOAK_WORLDS') or 3)
SEED = int(os.environ.get('POS_RECEIVABLE_SOAK_SEED') or 0)


@tagged('post_install', '-at_install')
class TestPosition(CustomerCommon):
    """What was open as of a day, whatever happened since."""

    def test_on_every_day_of_any_books_what_is_open_is_what_the_ledger_says(self):
        for seed in range(SEED, SEED + WORLDS):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                world = RandomWorld(self, seed).run()
                settled = sum(self._check_day(world, day) for day in world.days)
                self.assertGreater(settled, 0, "Nothing was reconciled at all")
                savepoint.rollback()

    def _check_day(self, world, day):
        lines = self.env['account.move.line'].search(
            [
                ('account_id', 'in', (self.receivable | self.other_receivable).ids),
                ('parent_state', '=', 'posted'),
                ('date', '<=', day),
            ]
        )
        expected = self._settle_by_hand(lines, day)
        accounts = self.receivable | self.other_receivable
        as_of = AsOf(day, world.companies, accounts=accounts)
        items = self.books._sum(as_of, 'id')
        self.assertEqual(set(items), set(lines.ids))
        for line in lines:
            self.assertAlmostEqual(items[line.id].residual, expected[line.id][0], 2)
            self.assertAlmostEqual(items[line.id].residual_currency, expected[line.id][1], 2)
        self.assertEqual(
            {item.id for item in self.books._list(as_of)},
            {
                line.id
                for line in lines
                if abs(expected[line.id][0]) > 0.005 or abs(expected[line.id][1]) > 0.005
            },
        )
        self._check_sums(as_of, lines)
        self._check_parts(as_of, lines, world)
        return sum(abs(item.balance - item.residual) > 0.005 for item in items.values())

    def _settle_by_hand(self, lines, day):
        left = {line.id: [line.balance, line.amount_currency] for line in lines}
        for partial in lines.matched_debit_ids | lines.matched_credit_ids:
            debit, credit = partial.debit_move_id, partial.credit_move_id
            if all(line.parent_state == 'posted' and line.date <= day for line in debit | credit):
                left[debit.id][0] -= partial.amount
                left[debit.id][1] -= partial.debit_amount_currency
                left[credit.id][0] += partial.amount
                left[credit.id][1] += partial.credit_amount_currency
        return left

    def _check_sums(self, as_of, lines):
        by_account = self.books._sum(as_of, 'account_id')
        for account in lines.account_id:
            balance = sum(
                lines.filtered(lambda line, a=account: line.account_id == a).mapped('balance')
            )
            self.assertAlmostEqual(by_account[account.id].residual, balance, 2)
            self.assertAlmostEqual(by_account[account.id].balance, balance, 2)
            self.assertAlmostEqual(by_account[account.id].outside, 0.0, 2)

    def _check_parts(self, as_of, lines, world):
        """Of one company, or of one customer, with what was settled outside."""
        balances = defaultdict(float)
        for line in lines:
            customer = line.partner_id.commercial_partner_id.id or None
            balances[customer, line.company_id.id] += line.balance
        for company in world.companies:
            for customer in self.customer | self.other_customer:
                sums = self.books._sum(
                    AsOf(as_of.day, company, customer, as_of.accounts), 'company_id'
                )
                expected = balances[customer.id, company.id]
                found = sums.get(company.id)
                total = found.residual + found.outside if found else 0.0
                self.assertAlmostEqual(total, expected, 2)

    def test_today_it_is_what_the_core_says(self):
        world = RandomWorld(self, 77)
        world.items |= world.book() | world.book(-1)
        for _step in range(25):
            world.chance.choice([world.book_debit, world.book_credit, world.reconcile])()
        lines = world.items.filtered(lambda line: line.parent_state == 'posted')
        self.assertTrue(lines.filtered('matching_number'))
        items = self.books._sum(AsOf(self.today, world.companies), 'id')
        for line in lines:
            self.assertAlmostEqual(items[line.id].residual, line.amount_residual, 2)
            self.assertAlmostEqual(
                items[line.id].residual_currency, line.amount_residual_currency, 2
            )

    def test_a_payment_dated_back_counts_from_its_date(self):
        debt = self._book(100.0, days_ago=20)
        credit = self._book(-60.0, days_ago=10)
        (debt | credit).reconcile()
        for days_ago, left in ((21, None), (20, 100.0), (11, 100.0), (10, 40.0), (0, 40.0)):
            items = self.books._sum(self._as_of(days_ago), 'id')
            self.assertEqual(items[debt.id].residual if left else items.get(debt.id), left)

    def test_what_is_reconciled_with_a_draft_is_open(self):
        debt, credit = self._book(100.0, days_ago=5), self._book(-100.0, days_ago=5)
        (debt | credit).reconcile()
        credit.move_id.button_draft()
        self.assertTrue(debt.matched_credit_ids, "The core keeps what was reconciled")
        items = self.books._sum(self._as_of(), 'id')
        self.assertEqual(items[debt.id].residual, 100.0)
        self.assertNotIn(credit.id, items)

    def test_what_another_customer_settled_is_told_apart(self):
        debt = self._book(100.0)
        credit = self._book(-100.0, partner=self.other_customer)
        (debt | credit).reconcile()
        by_customer = self.books._sum(self._as_of(), 'customer_id')
        ours, theirs = by_customer[self.customer.id], by_customer[self.other_customer.id]
        self.assertEqual((ours.balance, ours.residual, ours.outside), (100.0, 0.0, 100.0))
        self.assertEqual((theirs.balance, theirs.residual, theirs.outside), (-100.0, 0.0, -100.0))

    def test_a_contact_is_their_company(self):
        self._book(100.0, partner=self.contact)
        [(key, sums)] = self.books._sum(
            AsOf(self.today, self.company, self.customer), 'customer_id', 'currency_id'
        ).items()
        self.assertEqual(key, (self.customer.id, self.company.currency_id.id))
        self.assertEqual(sums.residual, 100.0)

    def test_items_are_listed_with_what_is_known_of_them(self):
        debt = self._book(100.0, partner=self.contact, days_ago=9, due_in=5, currency=self.euro)
        settled = self._book(10.0, days_ago=4)
        (settled | self._book(-10.0)).reconcile()
        [item] = self.books._list(self._as_of())
        self.assertEqual((item.id, item.move_id), (debt.id, debt.move_id.id))
        self.assertEqual((item.partner_id, item.customer_id), (self.contact.id, self.customer.id))
        self.assertEqual((item.date, item.due_date), (debt.date, debt.date_maturity))
        self.assertEqual((item.currency_id, item.residual_currency), (self.euro.id, 100.0))
        self.assertEqual(item.residual, debt.balance)
        self.assertEqual(len(self.books._list(self._as_of(), only_open=False)), 3)

    def test_it_is_grouped_by_columns_of_the_query_alone(self):
        for group_by in ((), ('balance; DROP TABLE res_users',), ('account_id', 'name')):
            with self.assertRaises(ValueError):
                self.books._sum(self._as_of(), *group_by)

    def _as_of(self, days_ago=0):
        return AsOf(self._day(days_ago), self.company)

    def _day(self, days_ago):
        return self.today.fromordinal(self.today.toordinal() - days_ago)
