"""May goods be sold on a customer's account? See the README beside this file."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

RULES_VERSION = 1
PROVEN = 3  # invoices paid; a profile of fewer tells nothing

Kind = Literal["approve", "deposit", "hold"]
RANK: tuple[Kind, ...] = ("approve", "deposit", "hold")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Facts:
    """What is known when `amount` more is about to be sold. `limit` None: there is none. `usual_delay`
    is the median of days between due and paid, None when too few were paid to say."""

    amount: Decimal
    exposure: Decimal = ZERO
    limit: Decimal | None = None
    overdue: Decimal = ZERO
    overdue_days: int = 0
    usual_delay: int | None = None
    settled_count: int = 0
    is_on_hold: bool = False
    is_distrusted: bool = False
    is_barred: bool = False


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
    kind: Kind
    deposit: Decimal
    reasons: tuple[Reason, ...]


def decide(facts: Facts, policy: Policy) -> Recommendation:
    """
    >>> limited = Facts(amount=Decimal(60), exposure=Decimal(50), limit=Decimal(100))
    >>> decide(limited, Policy()).kind
    'hold'
    >>> tolerant = Policy(limit_tolerance=Decimal("0.1"), deposit_share=Decimal("0.2"))
    >>> recommendation = decide(limited, tolerant)
    >>> recommendation.kind, recommendation.deposit, [reason.code for reason in recommendation.reasons]
    ('deposit', Decimal('12.00'), ['above_limit'])
    >>> decide(Facts(amount=Decimal(1000)), Policy()).kind  # no limit
    'approve'
    """
    reasons = (*_find_holds(facts, policy), *_find_doubts(facts, policy))
    kind = max((reason.kind for reason in reasons), key=RANK.index, default="approve")
    deposit = _find_deposit(facts, policy) if kind == "deposit" else ZERO
    return Recommendation(kind, deposit, reasons)


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
    if facts.limit is not None and _above(facts, facts.limit * (1 + policy.limit_tolerance)):
        found.append(Reason("over_limit", "hold", _figures_of_limit(facts)))
    return found


def _find_doubts(facts: Facts, policy: Policy) -> list[Reason]:
    found = []
    if (
        facts.limit is not None
        and _above(facts, facts.limit)
        and not _above(facts, facts.limit * (1 + policy.limit_tolerance))
    ):
        found.append(Reason("above_limit", "deposit", _figures_of_limit(facts)))
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
        and facts.amount > policy.unproven_above
    ):
        found.append(Reason("unproven", "deposit", {"amount": facts.amount}))
    return found


def _above(facts: Facts, limit: Decimal) -> bool:
    return facts.exposure + facts.amount > limit


def _figures_of_limit(facts: Facts) -> dict[str, Decimal | int]:
    assert facts.limit is not None
    return {"exposure": facts.exposure, "amount": facts.amount, "limit": facts.limit}


def _find_deposit(facts: Facts, policy: Policy) -> Decimal:
    """
    >>> _find_deposit(Facts(Decimal("10.00")), Policy(deposit_share=Decimal("0.333"), step=Decimal("0.05")))
    Decimal('3.35')
    """
    missing = facts.amount * policy.deposit_share
    if facts.limit is not None:
        missing = max(missing, facts.exposure + facts.amount - facts.limit)
    steps = (missing / policy.step).to_integral_value(ROUND_CEILING)
    return min(facts.amount, steps * policy.step).quantize(policy.step)
