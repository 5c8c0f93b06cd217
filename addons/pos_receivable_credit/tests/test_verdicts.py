from datetime import timedelta

from odoo.tests import tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestVerdicts(CreditCommon):
    """Would it have been right to hold what was sold nevertheless?"""

    def setUp(self):
        super().setUp()
        self.shop.customer_account_check = 'observe'

    def _sell(self, amount, due_in):
        """Sold and closed; the item in the books."""
        order = self._sync(self._prepare_order(amount))
        self.till.sudo().action_pos_session_closing_control()
        item = (
            self.env['account.move.line']
            .sudo()
            .search([('pos_receivable_payment_id', 'in', order.payment_ids.ids)])
        )
        item.date_maturity = self.today + timedelta(days=due_in)
        self.env.flush_all()
        return order, item

    def _find(self, order):
        verdicts = self.env['pos_receivable.credit.verdict'].search([('order_id', '=', order.id)])
        verdicts.invalidate_recordset()
        return verdicts

    def _pay(self, item, date):
        payment = self.env['account.payment'].create(
            {
                'partner_id': self.customer.id,
                'amount': item.amount_residual,
                'journal_id': self.transfer_journal.id,
                'date': date,
            }
        )
        payment.action_post()
        lines = payment.move_id.line_ids.filtered(lambda line: line.account_id == item.account_id)
        (lines | item).reconcile()
        self.env.flush_all()

    def test_what_was_fine_is_not_listed(self):
        order, _item = self._sell(60.0, -40)
        self.assertFalse(self._find(order))

    def test_what_is_unpaid_a_month_after_it_was_due_was_to_be_held(self):
        order, item = self._sell(500.0, -31)
        self.assertEqual(self._find(order).verdict, 'right')
        item.date_maturity = self.today - timedelta(days=30)
        self.env.flush_all()
        self.assertEqual(self._find(order).verdict, 'early')

    def test_what_was_paid_was_not(self):
        order, item = self._sell(500.0, 0)
        self._pay(item, self.today)
        verdict = self._find(order)
        self.assertEqual((verdict.verdict, verdict.settled_date), ('wrong', self.today))

    def test_what_was_paid_much_later_was(self):
        order, item = self._sell(500.0, -31)
        self._pay(item, self.today)
        self.assertEqual(self._find(order).verdict, 'right')

    def test_what_is_not_in_the_books_yet_is_too_early_to_say(self):
        order = self._sync(self._prepare_order(500.0))
        self.assertEqual(self._find(order).verdict, 'early')
