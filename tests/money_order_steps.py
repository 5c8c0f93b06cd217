"""The steps of test_money's state machine that sell on a customer's account and invoice it, while the
session is open or long after.
"""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from odoo.fields import Command

from .money_model import Document, Entry, Order
from .money_steps import cents, choose, which

BUYER = 'Acme'


class OrderSteps:
    """What is sold now and paid later: by an invoice, once there is one.

    Without an invoice, closing leaves it open on the customer's account. An invoice written afterwards
    is one item more there, and the reversal of the sale another: the core reconciles neither with
    what closing has left.
    """

    @rule(amount=cents, sign=st.sampled_from([1, 1, -1]))
    def sell_on_account(self, amount, sign):
        record = self.shop._sell(
            self.session, sign * amount / 100, 'pay_later', self.shop.partners[BUYER]
        )
        self.books.orders.append(Order(record, BUYER, amount, sign, self.books.session))

    def _take_over_orders(self, session, orders):
        """What was sold before the first step, in a session that is closed."""
        self.books.orders += [
            Order(record, BUYER, abs(amount), 1 if amount > 0 else -1, session.id)
            for record, amount in orders
        ]
        self._enter_orders(session)

    def _enter_orders(self, session):
        """The items of the orders in the entry of a session that was just closed."""
        lines = session.sudo().move_id.line_ids.with_env(self.shop.env)
        lines = lines.filtered(lambda line: line.account_id == self.shop.receivable)
        for order in self.books.find_orders(session.id):
            line = lines.filtered(
                lambda line, order=order: round(line.balance * 100) == order.sign * order.total
            )[:1]
            lines -= line
            self._enter(line, order, order.sign)
        self.shop.assertFalse(lines)

    def _enter(self, line, order, sign):
        self.shop.assertEqual(len(line), 1)
        self.books.entries.append(
            Entry(line, order.partner, order.total, session=order.session, sign=sign)
        )

    @precondition(lambda self: self.books.find_orders())
    @rule(number=which)
    def invoice_an_order(self, number):
        order = choose(self.books.find_orders(), number)
        documents = self.books.invoices if order.sign > 0 else self.books.credit_notes
        due_in = len(documents)  # as where bills are written: each on a day of its own
        self.shop.partners[order.partner].property_payment_term_id = self._create_term(due_in)
        record = order.record.with_env(self.shop.env).with_context(generate_pdf=False)
        record.action_pos_order_invoice()
        invoice = record.account_move.with_env(self.shop.env)
        self.shop.assertEqual(invoice.state, 'posted')
        order.is_invoiced = True
        documents.append(
            Document(invoice, order.partner, order.total, due_in=due_in, session=order.session)
        )
        reversal = self.shop.env['account.move'].search(
            [('reversed_pos_order_id', '=', order.record.id)]
        )
        if order.session == self.books.session:
            self.shop.assertFalse(reversal)
        else:
            lines = reversal.line_ids
            lines = lines.filtered(lambda line: line.account_id == self.shop.receivable)
            self._enter(lines, order, -order.sign)

    def _create_term(self, days):
        term = {'value': 'percent', 'value_amount': 100, 'nb_days': days}
        return self.shop.env['account.payment.term'].create(
            {'name': f'{days} days', 'line_ids': [Command.create(term)]}
        )
