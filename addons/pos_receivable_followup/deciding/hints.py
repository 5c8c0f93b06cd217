"""What an amount in dispute may be about: exact arithmetic on what was invoiced, and no guess."""

from dataclasses import dataclass

MOST_HINTS = 10  # one line after the other of the same price says nothing more


@dataclass(frozen=True)
class InvoiceLine:
    """A line as it was invoiced. Amounts are in the smallest unit of the currency, ``total`` with and
    ``untaxed`` without its taxes."""

    id: int
    name: str
    quantity: float
    total: int
    untaxed: int


@dataclass(frozen=True)
class Invoice:
    """``unit`` is how many of the smallest units make one of the currency, ``discount`` what an early
    payment would have saved once that is over, and ``others`` what is open on the customer's other
    invoices: ``((name, amount), …)``."""

    lines: tuple[InvoiceLine, ...]
    total: int
    tax: int
    unit: int = 100
    discount: int = 0
    others: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Hint:
    """``kind`` is one of ``line``, ``untaxed``, ``units``, ``line_tax``, ``tax``, ``discount``,
    ``rounding`` and ``invoice``; ``name`` that of the line or the other invoice. A credit note of
    ``quantity`` of the line, with its taxes, is over the amount; without a line none is."""

    kind: str
    name: str = ''
    line_id: int = 0
    quantity: float = 0.0

    @property
    def key(self):
        """The same for the same hint, however often it is asked for."""
        return f'{self.kind}-{self.line_id}-{self.quantity:g}-{self.name}'


def find_hints(invoice, amount):
    """All that come to exactly ``amount``, those first by which something can be credited. None of
    several is better than another.

    :param amount: in the smallest unit, more than zero
    """
    if amount <= 0:
        return ()
    found = [
        *_find_lines(invoice, amount),
        *_find_units(invoice, amount),
        *_find_taxes(invoice, amount),
        *_find_others(invoice, amount),
    ]
    return tuple(found[:MOST_HINTS])


def _find_lines(invoice, amount):
    for line in invoice.lines:
        if line.total == amount:
            yield Hint('line', line.name, line.id, line.quantity)


def _find_units(invoice, amount):
    for line in invoice.lines:
        if line.total <= amount or line.quantity <= 1:
            continue
        count = round(amount * line.quantity / line.total)
        # Rounded as an invoice over so many would be.
        if 0 < count < line.quantity and round(line.total * count / line.quantity) == amount:
            yield Hint('units', line.name, line.id, float(count))


def _find_taxes(invoice, amount):
    if invoice.tax == amount:
        yield Hint('tax')
    for line in invoice.lines:
        tax = line.total - line.untaxed
        if not tax:
            continue
        if tax == amount and tax != invoice.tax:
            yield Hint('line_tax', line.name)
        if line.untaxed == amount:
            yield Hint('untaxed', line.name)


def _find_others(invoice, amount):
    if invoice.discount == amount:
        yield Hint('discount')
    if amount < invoice.unit and invoice.total % invoice.unit == amount:
        yield Hint('rounding')
    for name, open_ in invoice.others:
        if open_ == amount:
            yield Hint('invoice', name)
