"""What a shop's money should look like: a model without Odoo, in whole cents, that the state machine
of test_money compares with the ledger after every step."""

from collections import Counter
from dataclasses import dataclass, field

RATE = 2  # cents of the company for one of the foreign currency, on every day


@dataclass(eq=False)
class Document:
    """Something on a customer's account: an invoice, a credit note or a payment.

    Amounts are in cents of the company's currency and never negative.
    """

    record: object
    partner: str
    total: int
    currency: str = 'USD'
    due_in: int = 0
    state: str = 'posted'
    session: object = None  # where it was taken or sold, if at a till
    matched: Counter = field(default_factory=Counter)
    kept_from: set = field(default_factory=set)  # what a person has taken it off by hand

    @property
    def residual(self):
        return self.total - self.matched.total() if self.state == 'posted' else 0

    def match(self, other, amount):
        if not amount:
            return
        self.kept_from.discard(other)
        self.matched[other] += amount
        other.matched[self] += amount

    def unmatch(self):
        for other in self.matched:
            del other.matched[self]
        self.matched.clear()


@dataclass(eq=False)
class Payment(Document):
    """Money received; ``state`` is posted, draft or cancelled."""

    place: str = 'drawer'
    meant_for: list = field(default_factory=list)  # invoices it is linked to
    uuid: str = ''
    answer: dict = field(default_factory=dict)
    is_on_statement: bool = False
    order: object = None  # taken for an order that was not in the books
    told: int = 0  # invoices of which it was noted why they stay open


@dataclass(eq=False)
class Entry(Document):
    """What the core books on a customer's account for a sale that is not invoiced: an item of the
    session's closing entry, later its reversal."""

    sign: int = 1
    order: object = None
    is_closing: bool = True


@dataclass(eq=False)
class Order:
    """A sale on a customer's account, a refund where ``sign`` is negative."""

    record: object
    partner: str
    total: int
    sign: int
    session: object
    is_invoiced: bool = False
    returned_from: object = None  # the order of which something comes back
    invoice: object = None

    @property
    def account(self):
        """The order that it and all that comes back of it are about."""
        return self.returned_from or self


class Books:
    """All documents, the drawer of the session that is open, and what the accounts should hold."""

    def __init__(self):
        self.invoices, self.credit_notes, self.payments = [], [], []
        self.payouts = []  # of credits, from the drawer
        self.orders, self.entries = [], []
        self.session = None
        self.opening = 0
        self.sales = Counter()  # of the open session, by method: booked when it is closed
        self.moves = 0  # cash in and out of the open session
        self.booked = Counter()  # what sales, cash moves and counts have booked, by account

    def find_payable(self, partner=None):
        return sorted(
            (
                invoice
                for invoice in self.invoices
                if invoice.residual and partner in (None, invoice.partner)
            ),
            key=lambda invoice: invoice.due_in,
        )

    def find_credits(self, partner=None):
        free = [payment for payment in self.payments if not payment.order]
        linked = (*self.payments, *(entry for entry in self.entries if entry.sign < 0))
        return [
            document
            for document in (
                *self.credit_notes,
                *free,
                *(document for document in linked if document.order and self._is_free(document)),
            )
            if document.residual and partner in (None, document.partner)
        ]

    def _is_free(self, document):
        """Whether a credit that belongs to an order is the customer's to use: the order is in the
        books, and nothing of it is owed."""
        return document.order.session != self.session and not self._get_booked(
            document.order.account
        )

    def _get_booked(self, account):
        """What is open of an order and what comes back of it, as debts, without what is against it."""
        return sum(
            entry.residual
            for entry in self.entries
            if entry.sign > 0 and entry.order.account is account
        )

    def get_debt(self, account):
        """What an order and what comes back of it come to, in the books or not yet."""
        pending = [order for order in self.find_orders(self.session) if order.account is account]
        against = sum(
            document.residual
            for document in (*self.entries, *self.payments)
            if document.order
            and document.order.account is account
            and (isinstance(document, Payment) or document.sign < 0)
        )
        net = sum(order.sign * order.total for order in pending) - against
        return max(self._get_booked(account) + net, 0)

    def find_debts(self):
        """``[(the one thing to be paid, how much)]`` of orders that are owed by a single item."""
        found = []
        for account in self.orders:
            items = [
                entry
                for entry in self.entries
                if entry.sign > 0 and entry.residual and entry.order.account is account
            ]
            if account in self.find_orders(self.session) and account.sign > 0:
                items.append(account)
            if len(items) == 1 and self.get_debt(account):
                found.append((items[0], self.get_debt(account)))
        return found

    def find_pairs(self):
        """Credits with an open invoice of the same customer."""
        return [
            (credit, invoice)
            for credit in self.find_credits()
            for invoice in self.find_payable(credit.partner)
        ]

    def find_items_to_reconcile(self):
        """Whatever is open on a customer's account with what an accountant may set it off against."""
        signed = [(item, sign) for item, sign in self._get_signed_documents() if item.residual]
        return [
            (credit, debit)
            for credit, credit_sign in signed
            for debit, debit_sign in signed
            if credit_sign < 0 < debit_sign and credit.partner == debit.partner
        ]

    def find_orders(self, session=None):
        """Those not invoiced, of one session or of all."""
        return [
            order
            for order in self.orders
            if not order.is_invoiced and session in (None, order.session)
        ]

    def find_collections(self, state='posted'):
        return [
            payment
            for payment in self.payments
            if payment.uuid and payment.state == state and not payment.is_on_statement
        ]

    def find_drafts(self):
        """Collections of the open session that somebody is changing."""
        return [
            payment
            for payment in self.payments
            if payment.uuid and (payment.session, payment.state) == (self.session, 'draft')
        ]

    def get_collected(self, place, session):
        """Received less paid out."""
        return sum(
            sign * payment.total
            for payments, sign in ((self.payments, 1), (self.payouts, -1))
            for payment in payments
            if payment.uuid
            and (payment.place, payment.session, payment.state) == (place, session, 'posted')
        )

    def get_drawer(self):
        """What the open session has to find when it counts."""
        collected = self.get_collected('drawer', self.session)
        return self.opening + self.sales['cash'] + self.moves + collected

    def move_cash(self, amount):
        self.moves += amount
        self.booked['drawer'] += amount

    def close(self, miscount):
        counted = self.get_drawer() + miscount
        self.booked['drawer'] += self.sales['cash'] + miscount
        self.booked['difference'] -= miscount
        self.booked['income'] -= self.sales.total()
        self.opening, self.moves = counted, 0
        self.sales.clear()
        return counted

    def get_balances(self):
        """What each account should hold, debits positive; those at zero are left out."""
        balances = Counter(self.booked)
        for document, sign in self._get_signed_documents():
            if document.state != 'posted':
                continue
            balances[self._get_receivable(document)] += sign * document.total
            if not isinstance(document, Payment):
                balances['income'] -= sign * document.total
            elif document.is_on_statement:
                balances['bank'] += document.total
            else:
                balances[document.place] -= sign * document.total
        return _without_zeros(balances)

    def get_residuals(self):
        """What is open by customer and currency, debits positive, without zeros."""
        residuals = Counter()
        for document, sign in self._get_signed_documents():
            residuals[self._get_receivable(document)] += sign * document.residual
        return _without_zeros(residuals)

    def _get_signed_documents(self):
        yield from ((invoice, 1) for invoice in self.invoices)
        yield from ((credit, -1) for credit in (*self.credit_notes, *self.payments))
        yield from ((payout, 1) for payout in self.payouts)
        yield from ((entry, entry.sign) for entry in self.entries)

    def _get_receivable(self, document):
        return f'receivable {document.partner} {document.currency}'


def _without_zeros(amounts):
    return {name: amount for name, amount in amounts.items() if amount}
