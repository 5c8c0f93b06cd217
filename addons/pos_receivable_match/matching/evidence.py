"""What a strategy says about a receipt, and the registry it says it through."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Protocol, TypeVar

from .accounts import is_iban, normalise_account
from .index import Entry, OpenItems
from .numbers import Window, windows
from .policy import Knowledge, Policy
from .reasons import Reason
from .text import BREAK, Atom, atoms, compact, fold, without_tags
from .values import Id, OpenItem, Receipt

FEW = 20
GLUED = 8  # digits that may hang on to a number
LONGEST_TEXT = 2000  # characters
MOST_ATOMS = 120  # a longer text is a file, not a remittance


class Signal(Enum):
    """What kind of evidence it is. Only the first four can carry an automatic booking."""

    REFERENCE = 'reference'  # valid check digit, names one item or one customer's items
    NUMBER = 'number'  # complete number, long enough that chance does not write it
    SHORT_NUMBER = 'short_number'  # complete number, needs a known payer beside it
    ACCOUNT = 'account'  # IBAN of this customer alone; needs a unique exact amount beside it
    MENTION = 'mention'  # any softer trace of a number
    PAYER = 'payer'  # name, alias, known partner …; negative points speak against


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement about one item, or about all items of a group. Points are decibans."""

    signal: Signal
    points: int
    reason: Reason
    item: Id | None = None
    group: Id | None = None
    supports_holder: bool = False  # sure enough that the payer is the customer


@dataclass(frozen=True)
class Query:
    """A receipt, read once, with everything a strategy may ask."""

    receipt: Receipt
    items: OpenItems
    knowledge: Knowledge
    policy: Policy

    @cached_property
    def folded(self) -> str:
        """The structured field and the text, upper case, without accents and bank tags."""
        both = f'{self.receipt.reference}{BREAK}{self.receipt.text}'
        return without_tags(fold(both[:LONGEST_TEXT]))

    @cached_property
    def atoms(self) -> list[Atom]:
        return atoms(self.folded)[:MOST_ATOMS]

    @cached_property
    def windows(self) -> list[Window]:
        """The runs of text that could be a number; all have a digit."""
        found = windows(self.atoms, self.items.longest + GLUED, self.items.prefixes)
        return [window for window in found if any(map(str.isdigit, window.key))]

    @cached_property
    def account(self) -> str:
        return normalise_account(self.receipt.payer_account)

    @cached_property
    def has_iban(self) -> bool:
        return is_iban(self.account)

    @cached_property
    def names(self) -> dict[Id, int]:
        """Groups whose name is like the payer's → how alike, 0 … 100.

        Found by name; those whose items the text or the amount leads to are compared as well.
        """
        name = self.receipt.payer_name
        alike = dict(self.items.names.ranked(name))
        for group in self._other_groups() if name else ():
            if group not in alike:
                alike[group] = self.items.names.score(name, group)
        return alike

    def _other_groups(self) -> set[Id]:
        groups = set(self.items.groups_of(self.items.by_reference(compact(self.receipt.reference))))
        for window in self.windows:
            for find in (self.items.by_key, self.items.by_tail):
                if entries := find(window.key):
                    groups |= self.items.groups_of(entries)
        same = self.items.of_amount(self.receipt.currency, self.receipt.amount)[:FEW]
        return groups | {item.group for item in (*same, *self.registered[:FEW])}

    @cached_property
    def registered(self) -> list[OpenItem]:
        """Money registered before that this could be."""
        receipt = self.receipt
        found = self.items.registered(receipt.currency, receipt.amount) if receipt.from_bank else ()
        return [item for item in found if self.is_eligible(item)]

    def is_eligible(self, item: OpenItem) -> bool:
        """Money registered before is reported by the bank, if it is."""
        return self.receipt.from_bank or not item.registered

    def likely(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Of the items under one number those worth looking at, for this amount."""
        if not entries:
            return entries
        return self.items.likely(entries, self.receipt.currency, self.receipt.amount)

    def of_group(self, group: Id) -> list[OpenItem]:
        return self.items.of_group(group)


class Strategy(Protocol):
    """Looks at one receipt and yields evidence. Must be pure: no state, no order, no clock."""

    name: str

    def __call__(self, query: Query) -> Iterable[Evidence]: ...


S = TypeVar('S', bound=Callable[[Query], Iterable[Evidence]])


@dataclass
class Registry:
    """Strategies by name. Registering a name again replaces it.

    >>> registry = Registry()
    >>> @registry.add('by_hunch')
    ... def by_hunch(query):
    ...     return []
    >>> [strategy.name for strategy in registry]
    ['by_hunch']
    """

    _strategies: dict[str, Strategy] = field(default_factory=dict)

    def add(self, name: str) -> Callable[[S], S]:
        def register(strategy: S) -> S:
            strategy.name = name
            self._strategies[name] = strategy
            return strategy

        return register

    def select(self, *names: str) -> tuple[Strategy, ...]:
        """Some of them, for a caller that switches capabilities on and off."""
        return tuple(self._strategies[name] for name in sorted(names))

    def __iter__(self) -> Iterator[Strategy]:
        return iter([self._strategies[name] for name in sorted(self._strategies)])


STRATEGIES = Registry()
