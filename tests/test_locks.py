from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools.locks import lock_request, lock_rows, share_row


@tagged('post_install', '-at_install')
class TestLocks(TransactionCase):
    """What a till waits for, and for how long."""

    def setUp(self):
        super().setUp()
        self.record = self.env.ref('base.main_partner')
        # A connection of its own: the cursors of a test are one and the same to the database.
        self.somebody_else = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(self.somebody_else.close)

    def _hold(self):
        self.somebody_else.execute(
            SQL("SELECT FROM res_partner WHERE id = %s FOR NO KEY UPDATE", self.record.id)
        )

    def test_who_holds_a_record_for_long_is_told_in_words(self):
        self._hold()
        with self.assertRaisesRegex(UserError, "Try again in a moment"), self.env.cr.savepoint():
            lock_rows(self.record, patience=1)
        self.somebody_else.rollback()
        lock_rows(self.record, patience=1)

    def test_what_comes_after_the_lock_waits_as_before(self):
        [[before]] = self.env.execute_query(SQL("SHOW lock_timeout"))
        lock_rows(self.record)
        self.assertEqual(self.env.execute_query(SQL("SHOW lock_timeout")), [(before,)])

    def test_a_till_is_told_in_words_who_keeps_it_from_sharing_a_session(self):
        self._hold()
        with self.assertRaisesRegex(UserError, "Try again in a moment"), self.env.cr.savepoint():
            share_row(self.record, patience=1)

    def test_a_second_request_with_the_same_identifier_waits_for_the_first_one_alone(self):
        lock_request(self.env, 'one')
        asked = SQL(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", 'pos_receivable one'
        )
        other = SQL(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", 'pos_receivable two'
        )
        for query, is_free in ((asked, False), (other, True)):
            self.somebody_else.execute(query)
            self.assertEqual(self.somebody_else.fetchone(), (is_free,))

    def test_it_waits_without_end_also_where_tills_are_told_after_a_while(self):
        lock_rows(self.record, patience=1)
        lock_request(self.env, 'one')
        self.assertEqual(self.env.execute_query(SQL("SHOW lock_timeout")), [('0',)])
