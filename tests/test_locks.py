from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools.locks import lock_rows


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
        with self.assertRaisesRegex(UserError, "try again in a moment"), self.env.cr.savepoint():
            lock_rows(self.record, patience=1)
        self.somebody_else.rollback()
        lock_rows(self.record, patience=1)

    def test_what_comes_after_the_lock_waits_as_before(self):
        [[before]] = self.env.execute_query(SQL("SHOW lock_timeout"))
        lock_rows(self.record)
        self.assertEqual(self.env.execute_query(SQL("SHOW lock_timeout")), [(before,)])
