"""Open items behind the questions a receipt asks: built once, then no list is ever walked."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from .name_index import NameIndex
from .numbers import Number, read_number, scanned
from .text import compact
from .values import Id, OpenItem, order

SHARED = 60  # items that one number may stand for, as that of an invoice with many instalments
LIKELIEST = 12  # of a number that stands for more
NEARBY_PERMILLE = 50  # neighbourhood in which the density of amounts is measured


class Named(NamedTuple):
    """An item under one of its numbers."""

    item: OpenItem
    number: Number
    ours: bool  # the invoice number or payment reference, not the customer's own reference


Entry = TypeVar('Entry', Named, OpenItem)


def _item(entry: Named | OpenItem) -> OpenItem:
    return entry.item if isinstance(entry, Named) else entry


class Shared(NamedTuple):
    """What is to be known of the many items under one number; items by their rank."""

    places: dict[int, int]  # rank → place among the entries
    ranks: list[int]  # in order
    by_residual: dict[str, list[int]]  # currency → ranks, the smallest residual first
    groups: frozenset[Id]


class OpenItems:
    """The open items of a batch. Keeps them in order: earliest due date first.

    >>> from datetime import date
    >>> day = date(2026, 10, 1)
    >>> items = OpenItems([OpenItem(1, 7, 5000, 'EUR', 'INV/2026/00042', day, day)])
    >>> [named.item.id for named in items.by_key('INV202600042')]
    [1]
    >>> [item.id for item in items.of_amount('EUR', 5000)], items.of_amount('USD', 5000)
    ([1], [])
    >>> items.is_ours('INV202600099'), items.is_ours('XYZ202600099')
    (True, False)
    """

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self.all = sorted(items, key=lambda item: (item.due, item.issued, order(item.id)))
        self.by_id: dict[Id, OpenItem] = {item.id: item for item in self.all}
        if len(self.by_id) != len(self.all):
            raise ValueError('two open items have the same id')
        self.rank = {item.id: place for place, item in enumerate(self.all)}
        self._groups: dict[Id, list[OpenItem]] = defaultdict(list)
        self._keys: dict[str, list[Named]] = defaultdict(list)
        self._loose: dict[str, list[Named]] = defaultdict(list)
        self._tails: dict[str, list[Named]] = defaultdict(list)
        self._scanned: dict[str, list[Named]] = defaultdict(list)
        self._references: dict[str, list[OpenItem]] = defaultdict(list)
        self._amounts: dict[tuple[str, int], list[OpenItem]] = defaultdict(list)
        self._sorted: dict[str, list[int]] = defaultdict(list)
        self._registered: dict[tuple[str, int], list[OpenItem]] = defaultdict(list)
        self._shared: dict[int, Shared] = {}
        self._by_residual: dict[tuple[Id, str], list[OpenItem]] = {}
        names: dict[Id, set[str]] = defaultdict(set)
        shapes, lengths = set(), set()
        for item in self.all:
            self._add_numbers(item)
            names[item.group].update(item.names)
            if item.registered:
                # Kept apart: it is not owed, and never part of a sum.
                self._registered[item.currency, item.residual].append(item)
                continue
            self._groups[item.group].append(item)
            self._add_amounts(item)
            if number := read_number(item.number):
                shapes.add(number.shape)
                lengths.add(len(number.serial))
        for amounts in self._sorted.values():
            amounts.sort()
        self.earlier_instalment = self._instalments()
        self._shapes = frozenset(shapes - {''})
        self.serial_lengths = frozenset(length for length in lengths if length >= 4)
        self.prefixes = frozenset(
            named.number.prefix
            for entries in self._keys.values()
            for named in entries
            if not named.item.registered
        ) - {''}
        self.longest = max(map(len, self._keys), default=0)
        self.names = NameIndex(names)

    def _add_amounts(self, item: OpenItem) -> None:
        self._amounts[item.currency, item.residual].append(item)
        self._sorted[item.currency].append(item.residual)
        if item.discounted not in (None, item.residual):
            self._amounts[item.currency, item.discounted].append(item)

    def _add_numbers(self, item: OpenItem) -> None:
        reference = compact(item.payment_reference)
        if reference:
            self._references[reference].append(item)
        own = [item.number, item.payment_reference]
        seen = set()
        for written in (*own, *item.other_references):
            number = read_number(written)
            if number is None or number.compact in seen:
                continue
            seen.add(number.compact)
            named = Named(item, number, written in own)
            self._keys[number.compact].append(named)
            if len(number.parts) > 1:
                self._loose[number.loose].append(named)
            if number.tail:
                self._tails[number.tail].append(named)
            if named.ours and len(number.compact) >= 6:
                self._scanned[scanned(number.compact)].append(named)

    def _instalments(self) -> dict[Id, Id]:
        """Item → the one due before it, of the same invoice and over the same amount."""
        earlier: dict[Id, Id] = {}
        last: dict[tuple[Id, str, int], Id] = {}
        for item in self.all:
            invoice = (item.group, item.number, item.residual)
            if item.registered:
                continue
            if item.number and invoice in last:
                earlier[item.id] = last[invoice]
            last[invoice] = item.id
        return earlier

    def by_key(self, key: str) -> list[Named]:
        """The items with this number, in its compact form."""
        return self._keys.get(key, [])

    def by_loose(self, key: str) -> list[Named]:
        """The items with this number, leading zeros aside."""
        return self._loose.get(key, [])

    def by_tail(self, key: str) -> list[Named]:
        """The items with this number, the letters in front aside."""
        return self._tails.get(key, [])

    def by_scan(self, key: str) -> list[Named]:
        """The items with this number, misread letters aside."""
        return self._scanned.get(scanned(key), [])

    def by_reference(self, key: str) -> list[OpenItem]:
        """The items that ask for this payment reference."""
        return self._references.get(key, [])

    def likely(self, entries: Sequence[Entry], currency: str, amount: int) -> Sequence[Entry]:
        """Of the items under one number those worth looking at: all, unless it stands for more than
        anybody lists, as a reference of the customer's does. Then those due first, and those that
        the amount settles, or nearly so.

        :param entries: as one of the methods above returns them
        """
        if len(entries) <= SHARED:
            return entries
        shared = self._get_shared(entries)
        alike = shared.by_residual.get(currency, [])
        place = bisect_left(alike, amount, key=lambda rank: self.all[rank].residual)
        settled = (self.rank[item.id] for item in self.of_amount(currency, amount)[:SHARED])
        ranks = {
            *shared.ranks[:LIKELIEST],
            *alike[max(place - LIKELIEST, 0) : place + LIKELIEST],
            *filter(shared.places.__contains__, settled),
        }
        return [entries[shared.places[rank]] for rank in sorted(ranks)]

    def groups_of(self, entries: Sequence[Entry]) -> frozenset[Id]:
        """The customers of the items under one number, as one of the methods above returns them."""
        if len(entries) <= SHARED:
            return frozenset(_item(entry).group for entry in entries)
        return self._get_shared(entries).groups

    def _get_shared(self, entries: Sequence[Entry]) -> 'Shared':
        # The lists of the index are there as long as it is, and never change.
        if id(entries) not in self._shared:
            items = [_item(entry) for entry in entries]
            places = {self.rank[item.id]: place for place, item in enumerate(items)}
            by_residual: dict[str, list[int]] = defaultdict(list)
            for item in sorted(items, key=lambda item: item.residual):
                by_residual[item.currency].append(self.rank[item.id])
            groups = frozenset(item.group for item in items)
            self._shared[id(entries)] = Shared(places, sorted(places), dict(by_residual), groups)
        return self._shared[id(entries)]

    def of_group(self, group: Id) -> list[OpenItem]:
        return self._groups.get(group, [])

    def of_amount(self, currency: str, amount: int) -> list[OpenItem]:
        """The items this amount settles, with their discount or without."""
        return self._amounts.get((currency, amount), [])

    def registered(self, currency: str, amount: int) -> list[OpenItem]:
        """Money registered before, of just this amount."""
        return self._registered.get((currency, amount), [])

    def near_amount(self, group: Id, currency: str, amount: int, count: int) -> list[OpenItem]:
        """Of a customer with many items, some on either side of an amount."""
        if (group, currency) not in self._by_residual:
            items = [item for item in self.of_group(group) if item.currency == currency]
            self._by_residual[group, currency] = sorted(items, key=lambda item: item.residual)
        items = self._by_residual[group, currency]
        place = bisect_left(items, amount, key=lambda item: item.residual)
        settled = [item for item in self.of_amount(currency, amount)[:count] if item.group == group]
        return list(
            {i.id: i for i in (*items[max(place - count, 0) : place + count], *settled)}.values()
        )

    def density(self, currency: str, amount: int) -> float:
        """Open items per minor unit around an amount: how easily chance hits one exactly."""
        amounts = self._sorted.get(currency, [])
        reach = max(amount * NEARBY_PERMILLE // 1000, 1)
        near = bisect_right(amounts, amount + reach) - bisect_left(amounts, amount - reach)
        return near / (2 * reach + 1)

    def is_ours(self, key: str) -> bool:
        """Whether a string looks like one of our numbers, open or not."""
        number = read_number(key)
        return number is not None and number.shape in self._shapes
