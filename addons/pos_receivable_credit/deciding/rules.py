"""The rules by which selling on account is approved, held, or made to depend on a deposit."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from .values import ZERO, Facts, Policy, Reason, Recommendation

RULES_VERSION = 1


def decide(facts: Facts, policy: Policy) -> Recommendation:
    """What to do about ``facts.amount``. Every reason of the outcome is told, not the first alone.

    >>> D = Decimal
    >>> decide(Facts(D(50), exposure=D(900), limit=D(1000)), Policy()).kind
    'approve'
    >>> above = decide(Facts(D('150.20'), exposure=D(900), limit=D(1000)), Policy())
    >>> above.kind, above.deposit, [reason.code for reason in above.reasons]
    ('deposit', Decimal('51'), ['above_limit'])
    >>> held = decide(
    ...     Facts(D(300), exposure=D(900), limit=D(1000), trust_bad=True), Policy()
    ... )
    >>> held.kind, [reason.code for reason in held.reasons]
    ('hold', ['trust_bad', 'over_limit'])

    Exactly at the limit is inside it, and exactly at the tolerance is inside that:

    >>> decide(Facts(D(100), exposure=D(900), limit=D(1000)), Policy()).kind
    'approve'
    >>> decide(Facts(D(200), exposure=D(900), limit=D(1000)), Policy()).kind
    'deposit'
    >>> decide(Facts(D('200.01'), exposure=D(900), limit=D(1000)), Policy()).kind
    'hold'

    Who is looked at before anything is sold is judged, too, and needs no deposit:

    >>> decide(Facts(D(0), usual_days_late=40), Policy()).kind
    'approve'
    >>> decide(Facts(D(0), on_hold=True), Policy()).kind
    'hold'
    """
    if holds := tuple(_find_holds(facts, policy)):
        return Recommendation('hold', reasons=holds)
    if facts.amount > ZERO and (deposits := tuple(_find_deposits(facts, policy))):
        return Recommendation('deposit', _compute_deposit(facts, policy), deposits)
    return Recommendation('approve')


def _find_holds(facts: Facts, policy: Policy) -> Iterator[Reason]:
    if facts.on_hold:
        yield Reason('on_hold', (('reason', facts.hold_reason),))
    if facts.trust_bad:
        yield Reason('trust_bad')
    if facts.overdue_days > policy.overdue_days and facts.overdue > policy.overdue_tolerance:
        yield Reason('overdue', (('overdue', facts.overdue), ('days', facts.overdue_days)))
    if facts.no_credit:
        yield Reason('no_credit')
    elif facts.limit is not None:
        total = facts.exposure + facts.amount
        if facts.amount >= ZERO and total > facts.limit * (1 + policy.limit_tolerance):
            yield _describe_limit('over_limit', facts)


def _find_deposits(facts: Facts, policy: Policy) -> Iterator[Reason]:
    available = facts.available
    if available is not None and facts.amount > available:
        yield _describe_limit('above_limit', facts)
    late = facts.usual_days_late
    if late is not None and late > policy.late_days:
        yield Reason('late', (('days', late), ('count', facts.settled_count)))
    most = policy.unproven_amount
    if most is not None and facts.settled_count < policy.proven_count and facts.amount > most:
        yield Reason('unproven', (('amount', facts.amount), ('most', most)))


def _describe_limit(code: str, facts: Facts) -> Reason:
    limit = ZERO if facts.limit is None else facts.limit
    return Reason(code, (('exposure', facts.exposure), ('amount', facts.amount), ('limit', limit)))


def _compute_deposit(facts: Facts, policy: Policy) -> Decimal:
    """The larger of what does not fit and a share, rounded up, never more than the amount.

    >>> _compute_deposit(Facts(Decimal(10), Decimal(99), Decimal(90)), Policy())
    Decimal('10')
    """
    wanted = facts.amount * policy.deposit_share
    if facts.available is not None:
        wanted = max(wanted, facts.amount - facts.available)
    steps = (wanted / policy.deposit_step).to_integral_value(rounding=ROUND_CEILING)
    return min(steps * policy.deposit_step, facts.amount)
