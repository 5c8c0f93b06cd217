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

    Without an invoice, closing leaves it open on the customer's account, less what was taken for it or
    came back. An invoice written afterwards is one item more there, and the reversal of the sale
    another, which pays what closing has left and then the invoice.
    """

    @rule(amount=cents, sign=st.sampled_from([1, 1, -1]))
    def sell_on_account(self, amount, sign):
        record = self.shop._sell(
            self.session, sign * amount / 100, 'pay_later', self.shop.partners[BUYER]
        )
        self.books.orders.append(Order(record, BUYER, amount, sign, self.books.session))

    @precondition(lambda self: self._find_returnable())
    @rule(number=which, amount=cents)
    def return_goods(self, number, amount):
        """Of any order, more than was bought even: whoever takes it back decides."""
        order = choose(self._find_returnable(), number)
        record = self.shop._sell(
            self.session, -amount / 100, 'pay_later', self.shop.partners[BUYER]
        )
        record.lines.refunded_orderline_id = order.record.lines[:1].id
        self.books.orders.append(
            Order(record, BUYER, amount, -1, self.books.session, returned_from=order)
        )

    def _find_returnable(self):
        return [order for order in self.books.orders if order.sign > 0]

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
        for order in self.books.find_orders(session.id):
            self._pair(order)

    def _pair(self, order):
        """What is open against an order, as soon as closing has booked it."""
        for closing in self._get_closing(order):
            if order.sign > 0:
                self._match_kept(order, closing)
                returned = [
                    entry
                    for other in self.books.orders
                    if other.returned_from is order
                    for entry in self._get_closing(other)
                ]
                for entry in sorted(returned, key=lambda entry: -entry.total):
                    self._match(closing, entry)
            elif order.returned_from:
                for debt in self._get_closing(order.returned_from):
                    self._match(closing, debt)
                if order.returned_from.invoice:
                    self._match(closing, order.returned_from.invoice)

    def _enter(self, line, order, sign, is_closing=True):
        self.shop.assertEqual(len(line), 1)
        entry = Entry(line, order.partner, order.total, session=order.session, sign=sign)
        entry.order, entry.is_closing = order, is_closing
        self.books.entries.append(entry)
        return entry

    def _get_closing(self, order):
        return [entry for entry in self.books.entries if entry.order is order and entry.is_closing]

    def _match_kept(self, order, document):
        """Money that was taken for an order before it was in the books."""
        for payment in self.books.payments:
            if payment.order is order:
                self._match(payment, document)

    def _match(self, document, other):
        document.match(other, min(document.residual, other.residual))

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
        order.invoice = Document(
            invoice, order.partner, order.total, due_in=due_in, session=order.session
        )
        documents.append(order.invoice)
        origin = order.returned_from and order.returned_from.invoice
        if origin and origin.state == 'posted':
            # By the core: a credit note of an invoice is for that invoice.
            self._match(order.invoice, origin)
        self._match_kept(order, order.invoice)
        reversal = self.shop.env['account.move'].search(
            [('reversed_pos_order_id', '=', order.record.id)]
        )
        if order.session == self.books.session:
            self.shop.assertFalse(reversal)
        else:
            lines = reversal.line_ids
            lines = lines.filtered(lambda line: line.account_id == self.shop.receivable)
            reversed_sale = self._enter(lines, order, -order.sign, is_closing=False)
            for closing in self._get_closing(order):
                self._match(reversed_sale, closing)
            self._match(reversed_sale, order.invoice)

    def _create_term(self, days):
        term = {'value': 'percent', 'value_amount': 100, 'nb_days': days}
        return self.shop.env['account.payment.term'].create(
            {'name': f'{days} days', 'line_ids': [Command.create(term)]}
        )
