"""What goes into the matcher and what comes out: frozen values, money in integer minor units."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from .reasons import Reason

Id = Hashable  # whatever the caller numbers its records with; kept, compared, never interpreted


def order(identifier: Id) -> tuple[str, int, str]:
    """A sort key over ids of any kind, so that results never depend on the order of the input.

    >>> sorted([10, 'b', 9, 'a'], key=order)
    [9, 10, 'a', 'b']
    """
    number = identifier if isinstance(identifier, int) else 0
    return type(identifier).__name__, number, str(identifier)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in and is not yet explained; ``amount`` in minor units, positive."""

    id: Id
    amount: int
    currency: str
    date: date
    text: str = ''  # remittance information, label, memo: whatever the payer or the bank wrote
    reference: str = ''  # the structured field, when the bank delivers one
    payer_name: str = ''
    payer_account: str = ''  # IBAN or local number
    partner: Id | None = None  # commercial partner, when somebody already knows it
    from_bank: bool = False  # the bank reports it, and it may be money registered before

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f'receipt {self.id!r}: the amount must be positive')


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A receivable that waits for money; ``residual`` in minor units of its own currency."""

    id: Id
    group: Id  # the commercial partner
    residual: int
    currency: str
    number: str
    issued: date
    due: date
    names: tuple[str, ...] = ()  # the customer's, its parent's, its contacts'
    payment_reference: str = ''  # what the invoice asks the customer to quote; ours, unique
    other_references: tuple[str, ...] = ()  # the customer's order number and the like; theirs
    discounted: int | None = None  # settles the item when paid by ``discount_until``
    discount_until: date | None = None
    registered: bool = False  # no debt, but money registered before, of which the bank will tell

    def __post_init__(self) -> None:
        if self.residual <= 0:
            raise ValueError(f'open item {self.id!r}: the residual must be positive')
        if self.discounted is not None and not 0 < self.discounted <= self.residual:
            raise ValueError(f'open item {self.id!r}: the discounted amount is out of range')

    def discounted_on(self, day: date) -> int | None:
        """What settles the item on this day if less than the residual does."""
        if self.discounted is None or self.discount_until is None or day > self.discount_until:
            return None
        return self.discounted


class Fit(str, Enum):
    """How an amount relates to the items it is held against."""

    EXACT = 'exact'
    DISCOUNT = 'discount'
    PARTS = 'parts'  # with other receipts of the batch, exactly the residual
    CONVERTED = 'converted'
    FEE = 'fee'
    TOLERANCE = 'tolerance'
    PART = 'part'
    OVER = 'over'
    NO_RATE = 'no_rate'


class Tier(str, Enum):
    AUTO = 'auto'
    REVIEW = 'review'
    ABSTAIN = 'abstain'


@dataclass(frozen=True, slots=True)
class Allocation:
    """``amount`` (item's currency) to book on one item, for ``paid`` (receipt's currency).

    ``left`` is the residual afterwards, in the item's currency; ``left_as`` says what it is: a
    discount to grant, a fee or a rounding to write off where a policy allows it, else simply open.
    """

    item: Id
    amount: int
    paid: int
    left: int = 0
    left_as: Fit = Fit.EXACT


@dataclass(frozen=True, slots=True)
class Part:
    """One contribution to a score, in decibans: +10 makes an explanation ten times likelier."""

    channel: str
    points: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """One explanation of a receipt: which items it pays, and why we think so."""

    allocations: tuple[Allocation, ...]
    score: int
    fit: Fit
    parts: tuple[Part, ...]
    taken: bool = False  # a stronger receipt of the same batch uses up one of the items

    @property
    def items(self) -> tuple[Id, ...]:
        return tuple(allocation.item for allocation in self.allocations)

    @property
    def confidence(self) -> float:
        """The score as a probability, for screens; decisions use the score.

        >>> round(Candidate((), 10, Fit.EXACT, ()).confidence, 2)
        0.91
        """
        return 1 / (1 + 10 ** (-self.score / 10))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The strongest first."""
        return tuple(part.reason for part in sorted(self.parts, key=lambda part: -part.points))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do with a receipt. The first candidate is the one that would be booked."""

    receipt: Id
    tier: Tier
    candidates: tuple[Candidate, ...] = ()
    margin: int = 0  # decibans between the first candidate and the next other explanation
    rule: str = ''  # which rule allowed the automatic booking
    held_back: tuple[Reason, ...] = field(default=())  # why it is not automatic

    @property
    def best(self) -> Candidate | None:
        """What would be booked: nothing that another receipt of the batch has already taken."""
        return next((c for c in self.candidates[:1] if not c.taken), None)
