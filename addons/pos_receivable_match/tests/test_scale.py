from odoo.tests import tagged
from odoo.tools import SQL

from .common import MatchCommon

IBAN = 'DE89370400440532013000'


@tagged('post_install', '-at_install')
class TestMatchScale(MatchCommon):
    """How the night reads; `make bench` has the times with 100,000 open items."""

    def _explain(self, query, avoided='enable_seqscan'):
        """The plan, were the tables as big as in a large company."""
        self.env.cr.execute(SQL("SET LOCAL %s = off", SQL.identifier(avoided)))
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        self.env.cr.execute(SQL("SET LOCAL %s = on", SQL.identifier(avoided)))
        return '\n'.join(row for [row] in rows)

    def _create_history(self, record, done):
        """3,000 settled copies for the planner to look at; the test is rolled back.

        :param done: the column that says so
        """
        self.env.flush_all()
        columns = SQL(", ").join(
            SQL.identifier(field.name)
            for field in record._fields.values()
            if field.store and field.column_type and field.name not in ('id', done)
        )
        table = SQL.identifier(record._table)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (%(done)s, %(columns)s)
                SELECT TRUE, %(columns)s
                  FROM %(table)s, generate_series(1, 3000)
                 WHERE id = %(id)s
                """,
                table=table,
                done=SQL.identifier(done),
                columns=columns,
                id=record.id,
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", table))

    def count_queries(self, function):
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def test_open_items_and_money_are_found_through_indexes(self):
        self._create_history(self._get_item(self._create_invoice(100)), 'reconciled')
        self._create_history(self._receive(100), 'is_reconciled')
        source = self.env['pos_receivable.match.source']
        items = self._explain(source._get_items_query())
        self.assertIn('account_move_line_unreconciled_index', items)
        receipts = self._explain(source._get_receipts_query(self.company))
        self.assertIn('account_bank_statement_line_unreconciled_idx', receipts)
        self.assertIn('account_move_line_journal_id_neg_amnt_residual_idx', receipts)
        self.assertIn('pos_receivable_match_proposal__statement_line_id_index', receipts)
        self.assertNotIn('Seq Scan on account_move_line', items + receipts)
        self.assertNotIn('Seq Scan on account_bank_statement_line', receipts)

    def test_what_booked_a_reconciliation_is_found_through_an_index(self):
        invoice = self._create_invoice(100)
        self._match_one(self._receive(100, invoice.name, 'Acme Corporation')).action_accept()
        partials = self._get_item(invoice).matched_credit_ids
        proposal = self.env['pos_receivable.match.proposal'].search([('state', '=', 'accepted')])
        self._create_history(proposal, 'is_automatic')
        standing = self.env['pos_receivable.match.standing']
        plan = self._explain(standing._get_bookings_query(partials))
        self.assertIn('pos_receivable_match_proposal_partials_idx', plan)

    def test_for_whom_an_account_has_paid_is_found_through_an_index(self):
        knowledge = self.env['pos_receivable.match.knowledge']
        plan = self._explain(knowledge._get_payers_query({IBAN}))
        self.assertIn('pos_receivable_match_proposal_payer_account_idx', plan)

    def test_what_customers_paid_before_is_found_through_indexes(self):
        self._create_history(self._get_item(self._create_invoice(100)), 'reconciled')
        self._create_history(self._receive(100), 'is_reconciled')
        knowledge = self.env['pos_receivable.match.knowledge']
        booked = self._explain(
            knowledge._get_booked_query(self.company, self.other.ids, self.today)
        )
        # Of a few customers by customer, of most of them by day.
        self.assertRegex(booked, 'account_move_line_(partner_id_ref|account_id_date)_idx')
        waiting = self._explain(
            knowledge._get_waiting_query(self.company, {IBAN: self.other.id}, self.today)
        )
        self.assertIn('account_bank_statement_line_unreconciled_idx', waiting)
        self.assertNotIn('Seq Scan on account_move_line', booked + waiting)
        self.assertNotIn('Seq Scan on account_bank_statement_line', waiting)

    def test_what_customers_paid_before_is_read_for_all_together(self):
        knowledge = self.env['pos_receivable.match.knowledge']
        source = self.env['pos_receivable.match.source']
        accounts = {}
        for number in range(30):
            partner = self.env['res.partner'].create({'name': f'Customer {number}'})
            account = f'XX{number:016}'
            accounts[account] = {partner.id}
            self._create_invoice(100, partner=partner)
            self._receive(100, account_number=account)
        receipts, _kept_out = source._read_receipts(self.company)
        knowledge._read_seen(self.company, receipts, accounts)
        queries = self.count_queries(lambda: knowledge._read_seen(self.company, receipts, accounts))
        self.assertEqual(len(knowledge._read_seen(self.company, receipts, accounts)), 30)
        self.assertLess(queries, 10)

    def test_proposals_and_money_are_not_compared_each_with_each(self):
        plan = self._explain(
            self.env['pos_receivable.match.schedule']._get_settled_query(self.company),
            avoided='enable_nestloop',
        )
        self.assertRegex(plan, r'(Hash|Merge) Cond: \(+COALESCE\(')

    def test_matching_asks_no_more_for_thirty_lines_than_for_three(self):
        engine = self.env['pos_receivable.match.engine']

        def receive(count):
            for number in range(count):
                invoice = self._create_invoice(100 + number)
                self._receive(100 + number, invoice.name, 'Acme Corporation')

        receive(3)
        engine._match(self.company)
        few = self.count_queries(lambda: engine._match(self.company))
        receive(27)
        many = self.count_queries(lambda: engine._match(self.company))
        self.assertEqual(len(engine._match(self.company)[0]), 30)
        self.assertLessEqual(many, few)

    def test_the_database_learns_how_many_proposals_a_night_has_written(self):
        invoice = self._create_invoice(100)
        self._receive(100, invoice.name, 'Acme Corporation')
        with self.enter_registry_test_mode():
            self.match_cron.method_direct_trigger()
        for name in ('proposal', 'candidate', 'allocation'):
            records = self.env[f'pos_receivable.match.{name}'].sudo()
            [[known]] = self.env.execute_query(
                SQL("SELECT reltuples FROM pg_class WHERE relname = %s", records._table)
            )
            self.assertEqual(known, records.search_count([]))

    def test_noting_what_was_not_booked_by_the_matching_asks_once(self):
        leftovers = self._create_leftovers(30)
        leftovers.action_force_payment_reconciliation()
        partials = leftovers.line_ids.matched_credit_ids
        self.assertEqual(len(partials), 30)
        standing = self.env['pos_receivable.match.standing']
        self.assertEqual(self.count_queries(lambda: standing._note_taken_back(partials)), 1)

    def test_proposals_are_written_together(self):
        for number in range(30):
            invoice = self._create_invoice(100 + number)
            self._receive(100 + number, invoice.name, 'Acme Corporation')
        queries = self.count_queries(
            lambda: self.env['pos_receivable.match.schedule']._run_now(self.company)
        )
        self.assertLess(queries, 30 * 3)
        again = self.count_queries(
            lambda: self.env['pos_receivable.match.schedule']._run_now(self.company)
        )
        self.assertLess(again, 45)
