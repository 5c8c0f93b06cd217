from odoo.tests import tagged

from .common import FollowupCommon


@tagged('post_install', '-at_install')
class TestScale(FollowupCommon):
    """Looking at many customers asks as many questions of the database as looking at a few."""

    def test_the_number_of_queries_does_not_depend_on_the_number_of_customers(self):
        few = self._measure(customers=3, items=4)
        many = self._measure(customers=200, items=20)
        self.assertEqual(many, few)

    def _measure(self, customers, items):
        partners = self.env['res.partner'].create(
            [{'name': f'Customer {number}'} for number in range(customers)]
        )
        self._copy_items(self._create_invoice(10.0, due_in=-40), partners, items)
        self.env['pos_receivable.case']._refresh(
            self.company, partners[:1]
        )  # what is cached is warm
        self.env.flush_all()
        self.env.invalidate_all()
        queries = self.env.cr.sql_log_count
        self.env['pos_receivable.case']._refresh(self.company, partners)
        queries = self.env.cr.sql_log_count - queries
        cases = self.env['pos_receivable.case'].search([('partner_id', 'in', partners.ids)])
        self.assertEqual(len(cases), customers)
        self.assertEqual(set(cases.mapped('overdue')), {10.0 * items})
        return queries

    def _copy_items(self, invoice, partners, items):
        """Copies of an item for each of the customers, as the database would have them."""
        line = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
        self.env.flush_all()
        names = [
            f'"{name}"'
            for name, field in self.env['account.move.line']._fields.items()
            if field.store and field.column_type and name not in ('id', 'partner_id')
        ]
        columns = ', '.join(names)
        self.env.cr.execute(
            f"INSERT INTO account_move_line ({columns}, partner_id)"
            f" SELECT {columns}, customer"
            f"   FROM account_move_line, UNNEST(%s) AS customer, generate_series(1, %s)"
            f"  WHERE id = %s",
            (partners.ids, items, line.id),
        )
        self.env.invalidate_all()
