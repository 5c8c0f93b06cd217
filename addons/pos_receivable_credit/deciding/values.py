"""What is decided on and what comes out. Money is ``Decimal``, in one currency."""

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """A customer, and the ``amount`` that is about to be added to what they owe.

    ``limit`` None: not checked. ``usual_days_late`` None: too little is known.
    """

    amount: Decimal
    exposure: Decimal = ZERO
    limit: Decimal | None = None
    no_credit: bool = False
    on_hold: bool = False
    hold_reason: str = ''
    trust_bad: bool = False
    overdue: Decimal = ZERO
    overdue_days: int = 0
    usual_days_late: int | None = None
    settled_count: int = 0

    @property
    def available(self) -> Decimal | None:
        """What is left below the limit, negative above it; None where there is no limit."""
        return None if self.limit is None else self.limit - self.exposure


@dataclass(frozen=True, slots=True)
class Policy:
    """A company's rules. Shares are of one: ``Decimal('0.1')`` is ten per cent."""

    overdue_days: int = 30
    overdue_tolerance: Decimal = ZERO
    limit_tolerance: Decimal = Decimal('0.1')
    late_days: int = 15
    proven_count: int = 3
    unproven_amount: Decimal | None = None  # None: who never paid may buy like the others
    deposit_share: Decimal = Decimal('0.3')
    deposit_step: Decimal = Decimal(1)  # deposits are rounded up to multiples of it


@dataclass(frozen=True, slots=True)
class Reason:
    """A ``code``, and the figures by which it came about: pairs of a name and a value."""

    code: str
    figures: tuple[tuple[str, Decimal | int | str], ...] = ()

    def get(self, name: str) -> Decimal | int | str:
        return dict(self.figures)[name]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """``kind``: approve, deposit or hold; ``deposit`` is what should be paid at once."""

    kind: str
    deposit: Decimal = ZERO
    reasons: tuple[Reason, ...] = ()
