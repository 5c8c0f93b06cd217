import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import AutomationCommon

TABLE = SQL.identifier('pos_receivable_decision')


@tagged('post_install', '-at_install')
class TestDecisions(AutomationCommon):
    """The log of decisions is only ever added to."""

    def test_nobody_changes_or_deletes_a_decision(self):
        decision = self._decide()
        with self.assertRaises(UserError):
            decision.sudo().reason = "forged"
        with self.assertRaises(UserError):
            decision.sudo().unlink()

    @mute_logger('odoo.sql_db')
    def test_not_even_by_sql(self):
        decision = self._decide()
        self.env.flush_all()
        for statement in (
            SQL("UPDATE %s SET reason = 'forged' WHERE id = %s", TABLE, decision.id),
            SQL("UPDATE %s SET id = id + 1000000", TABLE),
            SQL("DELETE FROM %s", TABLE),
            SQL("TRUNCATE %s", TABLE),
        ):
            with (
                self.assertRaises(psycopg2.errors.RaiseException),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.cr.execute(statement)

    def test_an_upgrade_may_add_a_column_with_a_default(self):
        decision = self._decide()
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE %s ADD COLUMN probe_a int DEFAULT 7", TABLE))
        self.env.cr.execute(SQL("ALTER TABLE %s ADD COLUMN probe_b int", TABLE))
        # As the ORM does it for a new field with a default.
        self.env.cr.execute(SQL("UPDATE %s SET probe_b = 8 WHERE probe_b IS NULL", TABLE))
        rows = self.env.execute_query(
            SQL("SELECT probe_a, probe_b FROM %s WHERE id = %s", TABLE, decision.id)
        )
        self.assertEqual(rows, [(7, 8)])

    @mute_logger('odoo.sql_db')
    def test_what_was_once_written_in_a_new_column_is_as_final(self):
        self._decide()
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE %s ADD COLUMN probe int", TABLE))
        self.env.cr.execute(SQL("UPDATE %s SET probe = 1", TABLE))
        with self.assertRaises(psycopg2.errors.RaiseException), self.env.cr.savepoint(flush=False):
            self.env.cr.execute(SQL("UPDATE %s SET probe = 2", TABLE))

    def test_what_is_written_of_persons_can_be_erased_and_that_is_written_down(self):
        decision, other = self._decide(count=2, inputs={'payer_name': "Rosa"}, parts=[{'name': 1}])
        decision.with_user(self.accountant).action_erase()
        self.assertEqual((decision.inputs, decision.parts), ({'erased': True}, {'erased': True}))
        self.assertEqual(other.inputs, {'payer_name': "Rosa"})
        row = self.env['pos_receivable.decision'].search([('action', '=', 'erase')])
        self.assertEqual((row.subject_id, row.user_id), (decision.id, self.accountant))
        self.assertEqual((decision.action, decision.capability), ('accept', 'sum'))

    @mute_logger('odoo.sql_db')
    def test_erasing_opens_no_door_for_anything_else(self):
        decision = self._decide(inputs={'payer_name': "Rosa"})
        self.env.flush_all()
        self.env.cr.execute("SELECT set_config('pos_receivable.erasing', 'on', TRUE)")
        for change in ("inputs = '{}'", "action = 'reject', inputs = '{\"erased\": true}'"):
            with (
                self.assertRaises(psycopg2.errors.RaiseException),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.cr.execute(
                    f'UPDATE pos_receivable_decision SET {change} WHERE id = %s', [decision.id]
                )

    def test_who_erases_forges_nothing_on_the_way(self):
        decision = self._decide()
        forged = {'default_outcome': [1], 'default_date': '2020-01-01 00:00:00'}
        decision.with_user(self.accountant).with_context(**forged).action_erase()
        row = self.env['pos_receivable.decision'].search([('action', '=', 'erase')])
        self.assertFalse(row.outcome)
        self.assertGreater(row.date, decision.date.replace(year=2021))
        self.assertEqual(row.summary, '')
