"""What the company allows, and what it knows."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from .values import Id


@dataclass(frozen=True)
class FeeProfile:
    """What a bank or provider keeps back: a fixed part (minor units) and a share of the total.

    >>> FeeProfile('PayPal', fixed=35, permyriad=249).of(10000)
    284
    """

    name: str
    fixed: int = 0
    permyriad: int = 0  # hundredths of a percent

    def of(self, total: int) -> int:
        return self.fixed + (total * self.permyriad + 5000) // 10000


@dataclass(frozen=True)
class Policy:
    """Thresholds in decibans, amounts in minor units. The defaults are careful, not tuned."""

    auto_score: int = 50  # 1 : 100,000 against chance, for all parts together
    auto_margin: int = 15  # some thirty times likelier than the next explanation
    review_score: int = 15
    candidates: int = 5
    tolerance: int = 300
    tolerance_permille: int = 10  # the smaller of both counts
    fx_tolerance_permille: int = 20  # banks convert at their own rate
    fees: tuple[FeeProfile, ...] = ()
    auto_part_payments: bool = True  # a quoted invoice of the payer's own may be paid in part
    auto_subsets: bool = True  # known account, and one single set of items adds up
    subset_size: int = 5
    subset_items: int = 40  # customers with more open items get no search for sums
    subset_steps: int = 20_000  # bound of that search; a step bound keeps results repeatable
    chance_ppm: int = 500  # expected accidental sums above which a unique sum proves nothing
    common_amount_permille: int = 10  # share of the open items that makes an amount common
    recurring_days: int = 460  # a year and a quarter; within it an equal amount recurs
    before_issue_days: int = 0  # how long before its invoice money may come


@dataclass(frozen=True)
class Knowledge:
    """What the company has learned, handed in by the caller.

    ``accounts``: normalised account → commercial partners; ``learned_accounts`` are those of them
    that nobody entered, seen with the customer's name. ``aliases``: normalised name (see
    ``names.normalise``) → how often it was confirmed for whom. ``validators``: name → whether a
    string without blanks and marks carries a valid check digit. ``convert``: minor units of one
    currency into another's at a day, ``None`` when no rate is known. ``rejected``: receipt →
    sets of items a person has turned down for it; ``doubted``: the same, for the first time already,
    which leaves them to be proposed, but not as a proof of anything else. ``seen``: customer, currency and amount →
    what else had just this amount, by id, and when: invoices, be they open, paid, credited or
    drafts, and money that came. Open items and receipts are told by their own ids.
    """

    accounts: Mapping[str, AbstractSet[Id]] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[Id, int]] = field(default_factory=dict)
    validators: Mapping[str, Callable[[str], object]] = field(default_factory=dict)
    convert: Callable[[int, str, str, date], int | None] | None = None
    learned_accounts: AbstractSet[str] = frozenset()
    rejected: Mapping[Id, Iterable[AbstractSet[Id]]] = field(default_factory=dict)
    doubted: Mapping[Id, Iterable[AbstractSet[Id]]] = field(default_factory=dict)
    seen: Mapping[tuple[Id, str, int], Mapping[Hashable, date]] = field(default_factory=dict)

    def is_valid_reference(self, compact: str) -> bool:
        return any(validator(compact) for validator in self.validators.values())
