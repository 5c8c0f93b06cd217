"""May goods be sold on a customer's account? See the README beside this file."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

RULES_VERSION = 2
PROVEN = 3  # invoices paid; a profile of fewer tells nothing

Kind = Literal["approve", "deposit", "hold"]
RANK: tuple[Kind, ...] = ("approve", "deposit", "hold")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Facts:
    """What is known when `amount` more is about to be sold on account, and `paid` of the same purchase is
    paid at once. `limit` None: there is none. `usual_delay` is the median of days between due and paid,
    None when too few were paid to say."""

    amount: Decimal
    paid: Decimal = ZERO
    exposure: Decimal = ZERO
    limit: Decimal | None = None
    overdue: Decimal = ZERO
    overdue_days: int = 0
    usual_delay: int | None = None
    settled_count: int = 0
    is_on_hold: bool = False
    is_distrusted: bool = False
    is_barred: bool = False

    @property
    def purchase(self) -> Decimal:
        return self.amount + self.paid


@dataclass(frozen=True)
class Policy:
    """How a company wants it. Shares are of one, None switches a rule off. `step` is what a deposit is
    rounded up to, the smallest that can be paid."""

    overdue_days: int = 30
    overdue_tolerance: Decimal = ZERO
    limit_tolerance: Decimal = ZERO
    deposit_share: Decimal = ZERO
    late_days: int | None = None
    unproven_above: Decimal | None = None
    step: Decimal = Decimal("0.01")


@dataclass(frozen=True)
class Reason:
    """What speaks against it, and what that was found with: amounts of `Facts`, days."""

    code: str
    kind: Kind
    figures: dict[str, Decimal | int]


@dataclass(frozen=True)
class Recommendation:
    """`required` is what has to be paid of the purchase at once, `deposit` what is missing of it."""

    kind: Kind
    deposit: Decimal
    reasons: tuple[Reason, ...]
    required: Decimal = ZERO


def decide(facts: Facts, policy: Policy) -> Recommendation:
    """
    >>> limited = Facts(amount=Decimal(60), exposure=Decimal(50), limit=Decimal(100))
    >>> decide(limited, Policy()).kind
    'hold'
    >>> tolerant = Policy(limit_tolerance=Decimal("0.1"), deposit_share=Decimal("0.2"))
    >>> recommendation = decide(limited, tolerant)
    >>> recommendation.kind, recommendation.deposit, [reason.code for reason in recommendation.reasons]
    ('deposit', Decimal('12.00'), ['above_limit'])
    >>> paid = Facts(Decimal(50), paid=Decimal(10), exposure=Decimal(50), limit=Decimal(100))
    >>> decide(paid, tolerant).deposit  # of the same purchase
    Decimal('2.00')
    >>> paid = Facts(Decimal(48), paid=Decimal(12), exposure=Decimal(50), limit=Decimal(100))
    >>> decide(paid, tolerant).kind
    'approve'
    >>> decide(Facts(amount=Decimal(1000)), Policy()).kind  # no limit
    'approve'
    """
    reasons = (*_find_holds(facts, policy), *_find_doubts(facts, policy))
    kind = max((reason.kind for reason in reasons), key=RANK.index, default="approve")
    if kind != "deposit":
        return Recommendation(kind, ZERO, reasons)
    required = _find_required(facts, policy)
    deposit = max(ZERO, required - facts.paid)
    return Recommendation(
        "approve" if required and not deposit else "deposit", deposit, reasons, required
    )


def _find_holds(facts: Facts, policy: Policy) -> list[Reason]:
    found = []
    if facts.is_on_hold:
        found.append(Reason("on_hold", "hold", {}))
    if facts.is_distrusted:
        found.append(Reason("distrusted", "hold", {}))
    if facts.is_barred:
        found.append(Reason("not_on_account", "hold", {}))
    if facts.overdue > policy.overdue_tolerance and facts.overdue_days > policy.overdue_days:
        figures = {"overdue": facts.overdue, "days": facts.overdue_days}
        found.append(Reason("overdue", "hold", figures))
    if facts.limit is not None and (
        facts.exposure + facts.amount > facts.limit * (1 + policy.limit_tolerance)
    ):
        figures = {"exposure": facts.exposure, "amount": facts.amount, "limit": facts.limit}
        found.append(Reason("over_limit", "hold", figures))
    return found


def _find_doubts(facts: Facts, policy: Policy) -> list[Reason]:
    """About the whole purchase: what is asked for it does not depend on what was paid of it first."""
    found = []
    if facts.limit is not None:
        most = facts.limit * (1 + policy.limit_tolerance)
        above = [
            amount
            for amount in (facts.amount, facts.purchase)
            if facts.limit < facts.exposure + amount <= most
        ]
        if above:
            figures = {"exposure": facts.exposure, "amount": above[-1], "limit": facts.limit}
            found.append(Reason("above_limit", "deposit", figures))
    if (
        policy.late_days is not None
        and facts.usual_delay is not None
        and facts.settled_count >= PROVEN
        and facts.usual_delay > policy.late_days
    ):
        found.append(Reason("pays_late", "deposit", {"days": facts.usual_delay}))
    if (
        policy.unproven_above is not None
        and facts.settled_count < PROVEN
        and facts.purchase > policy.unproven_above
    ):
        found.append(Reason("unproven", "deposit", {"amount": facts.purchase}))
    return found


def _find_required(facts: Facts, policy: Policy) -> Decimal:
    """
    >>> policy = Policy(deposit_share=Decimal("0.333"), step=Decimal("0.05"))
    >>> _find_required(Facts(Decimal("10.00")), policy)
    Decimal('3.35')
    >>> _find_required(Facts(Decimal("6.65"), paid=Decimal("3.35")), policy)
    Decimal('3.35')
    """
    required = facts.purchase * policy.deposit_share
    if facts.limit is not None:
        required = max(required, facts.exposure + facts.purchase - facts.limit)
    steps = (required / policy.step).to_integral_value(ROUND_CEILING)
    return min(facts.purchase, steps * policy.step).quantize(policy.step)
