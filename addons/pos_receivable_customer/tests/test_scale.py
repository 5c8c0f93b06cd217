from odoo.tests import tagged

from .common import CustomerCommon

LINES = 5000
MOST_QUERIES = 15


@tagged('post_install', '-at_install')
class TestScale(CustomerCommon):
    """A customer with thousands of items asks as many questions of the database as one with ten."""

    def test_the_number_of_queries_does_not_depend_on_the_number_of_lines(self):
        self._fill(5)
        self._fill(5)
        few = [self._count(kind) for kind in ('open', 'activity')]
        self._fill(LINES)
        many = [self._count(kind) for kind in ('open', 'activity')]
        self.assertEqual(many, few)
        self.assertLessEqual(max(many), MOST_QUERIES)
        told = self.session.get_account_statement(self.customer.id)
        self.assertGreaterEqual(told['line_count'], LINES)
        self.assertEqual(len(told['lines']), 100)

    def _fill(self, count):
        """Copies of an item, as the database would have them."""
        line = self._book(10.0)
        self.env.flush_all()
        names = ', '.join(
            f'"{name}"'
            for name, field in self.env['account.move.line']._fields.items()
            if field.store and field.column_type and name != 'id'
        )
        self.env.cr.execute(
            f"INSERT INTO account_move_line ({names})"
            f" SELECT {names} FROM account_move_line, generate_series(1, %s) WHERE id = %s",
            (count, line.id),
        )
        self.env.invalidate_all()

    def _count(self, kind):
        self.session.get_account_statement(self.customer.id, kind=kind)  # what is cached is warm
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.session.get_account_statement(self.customer.id, kind=kind)
        return self.env.cr.sql_log_count - before
