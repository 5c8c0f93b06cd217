from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .common_reconcile import ReconcileCommon

SETTLED = 5_000
OPEN = 1_000


@tagged('post_install', '-at_install')
class TestReconcileSelection(ReconcileCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.evidence = cls.env['pos_receivable.reconcile.evidence'].with_context(
            allowed_company_ids=cls.company.ids
        )

    def _multiply(self, move, copies):
        """Copies of a posted entry, its items and its payment, straight into the tables."""
        self.env.flush_all()
        first = self._insert_copies(
            move, copies, 'account_move', name="'COPY/' || {id}", origin_payment_id="NULL"
        )
        payment = "NULL"
        if move.origin_payment_id:
            payment = self._insert_copies(
                move.origin_payment_id, copies, 'account_payment', move_id=f"{first} + n"
            )
            payment = f"{payment} + n"
        for item in move.line_ids:
            self._insert_copies(
                item, copies, 'account_move_line', move_id=f"{first} + n", payment_id=payment
            )
        self.env.invalidate_all()

    def _insert_copies(self, record, copies, table, **values):
        """:return: the first id; copy n has the n-th after it"""
        rows = self.env.execute_query(
            SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
        )
        [[first]] = self.env.execute_query(SQL("SELECT MAX(id) + 1 FROM %s", SQL(table)))
        values = {'id': f"{first} + n", **values}
        columns = {
            name: values.get(name, f't."{name}"').replace('{id}', values['id']) for [name] in rows
        }
        self.env.cr.execute(
            SQL(
                f"""INSERT INTO {table} ({', '.join(f'"{name}"' for name in columns)})
                    SELECT {', '.join(columns.values())}
                      FROM {table} t, generate_series(0, {copies - 1}) n
                     WHERE t.id = {record.id}"""
            )
        )
        self.env.cr.execute(SQL(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))"))
        return first

    def test_finding_leftovers_reads_only_open_items(self):
        settled = self._leftover()
        settled.action_force_payment_reconciliation()
        self._multiply(settled, SETTLED)
        self._multiply(settled.matched_payment_ids.move_id, SETTLED)
        self._multiply(self._create_invoice(), OPEN)
        leftovers = self._create_leftovers(20)
        self.env.flush_all()
        self.env.cr.execute("ANALYZE account_move, account_move_line, account_payment")

        query = self.evidence._get_candidates_query(limit=100)
        self.assertEqual({row[0] for row in self.env.execute_query(query)}, set(leftovers.ids))
        plan = '\n'.join(
            line for [line] in self.env.execute_query(SQL("EXPLAIN (ANALYZE, COSTS OFF) %s", query))
        )
        self.assertNotIn('Seq Scan on account_move_line', plan)
        self.assertNotIn('Seq Scan on account_move ', plan)
        self.assertNotIn('Seq Scan on account_payment', plan)
        self.assertRegex(
            plan,
            'account_move_line_(unreconciled_index|journal_id_neg_amnt_residual_idx)',
            "One of the core's partial indexes on open items:\n" + plan,
        )

    def test_the_oldest_due_come_first_and_pages_do_not_overlap(self):
        leftovers = [self._leftover(due_in=day) for day in (5, -3, 0, -3, 9)]
        expected = sorted((move.invoice_date_due, move.id) for move in leftovers)
        self.assertEqual(self.evidence._find_candidates(), expected)

        pages, after = [], None
        while page := self.evidence._find_candidates(after=after, limit=2):
            pages += page
            after = page[-1]
        self.assertEqual(pages, expected)

    def test_pages_stay_in_step_when_others_work_on_the_backlog(self):
        leftovers = [self._leftover(due_in=day) for day in range(6)]
        first = self.evidence._find_candidates(limit=2)
        leftovers[0].action_force_payment_reconciliation()
        leftovers[3].action_force_payment_reconciliation()
        late = self._leftover(due_in=-10)
        rest = self.evidence._find_candidates(after=first[-1])
        self.assertEqual(
            [id_ for _due, id_ in rest], [leftovers[number].id for number in (2, 4, 5)]
        )
        self.assertIn(late.id, [id_ for _due, id_ in self.evidence._find_candidates()])

    def test_a_page_full_of_what_cannot_be_reconciled_hides_nothing_behind_it(self):
        first, second = self._create_invoice(due_in=1), self._create_invoice(due_in=2)
        payment, _answer = self._collect({first: 70.0, second: 100.0})
        items = payment.move_id.line_ids.filtered(lambda line: line.account_id.reconcile)
        (items & second.line_ids.matched_credit_ids.credit_move_id).remove_move_reconcile()
        cash = self._pay(100)
        (cash.move_id | second).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable'
        ).reconcile()
        self.assertOpen(first, 30)
        leftover = self._leftover(due_in=3)
        found = self.evidence._find_candidates(limit=1)
        self.assertEqual([id_ for _due, id_ in found], leftover.ids)

    def test_every_customer_belongs_to_just_one_worker(self):
        partners = self.env['res.partner'].create([{'name': f'C{n}'} for n in range(7)])
        leftovers = {self._leftover(partner=partner).id for partner in partners}
        shares = [
            {id_ for _due, id_ in self.evidence._find_candidates(shard=(index, 3))}
            for index in range(3)
        ]
        self.assertEqual(set.union(*shares), leftovers)
        self.assertEqual(sum(map(len, shares)), len(leftovers))

    def test_an_invoice_waiting_for_its_retry_is_not_selected(self):
        waiting, due = self._leftover(), self._leftover()
        issues = self.env['pos_receivable.reconcile.issue'].sudo()
        for invoice, hours in ((waiting, 1), (due, -1)):
            issues.create(
                {
                    'move_id': invoice.id,
                    'company_id': self.company.id,
                    'next_retry': self.env.cr.now() + timedelta(hours=hours),
                }
            )
        self.assertEqual([id_ for _due, id_ in self.evidence._find_candidates()], due.ids)
