"""How the money received relates to a set of open items, and how it would be spread over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from .evidence import Query
from .policy import FeeProfile, Policy
from .reasons import Money, Reason, reason
from .values import Allocation, Fit, OpenItem

POINTS = {
    Fit.EXACT: 25,
    Fit.DISCOUNT: 22,
    Fit.PARTS: 22,
    Fit.CONVERTED: 15,
    Fit.FEE: 15,
    Fit.TOLERANCE: 12,
    Fit.PART: -3,
    Fit.OVER: -8,
    Fit.NO_RATE: -5,
}
NEARLY = 5  # more points for a part payment or surplus within a tenth of what is open
CONCLUSIVE = frozenset({Fit.EXACT, Fit.DISCOUNT, Fit.PARTS})
WRITTEN_OFF = frozenset({Fit.DISCOUNT, Fit.FEE, Fit.TOLERANCE})


@dataclass(frozen=True, slots=True)
class Fitting:
    fit: Fit
    points: int
    reason: Reason
    allocations: tuple[Allocation, ...]


def tolerated(total: int, policy: Policy) -> int:
    """
    >>> tolerated(10000, Policy()), tolerated(10**9, Policy())
    (100, 300)
    """
    return min(policy.tolerance, total * policy.tolerance_permille // 1000)


def fee_on(total: int, short: int, policy: Policy) -> FeeProfile | None:
    """The fee profile that explains exactly this shortage."""
    return next((fee for fee in policy.fees if 0 < short == fee.of(total)), None)


def fitting(query: Query, items: Sequence[OpenItem]) -> Fitting | None:
    """Hold the receipt against the items together; None when their currencies are mixed."""
    currency = items[0].currency
    if any(item.currency != currency for item in items):
        return None
    if currency != query.receipt.currency:
        return _converted(query, items)
    amount, total = query.receipt.amount, sum(item.residual for item in items)
    if amount == total:
        return _fitting(query, Fit.EXACT, items, amount, _open('exact', total, currency))
    if due := _with_discount(query, items):
        why = _open('discount', amount, currency)
        return _fitting(query, Fit.DISCOUNT, items, amount, why, due)
    return _inexact(query, items, amount, total)


def _with_discount(query: Query, items: Sequence[OpenItem]) -> list[int] | None:
    """What each item takes when every discount still valid is used and the sum is exact."""
    due = [item.discounted_on(query.receipt.date) or item.residual for item in items]
    return due if sum(due) == query.receipt.amount else None


def _inexact(query: Query, items: Sequence[OpenItem], amount: int, total: int) -> Fitting:
    currency, policy = items[0].currency, query.policy
    short = total - amount
    if short < 0:
        over = Money(-short, currency)
        if -short <= tolerated(total, policy):
            return _fitting(query, Fit.TOLERANCE, items, amount, reason('surplus', over=over))
        return _fitting(query, Fit.OVER, items, amount, reason('over', over=over))
    if fee := fee_on(total, short, policy):
        why = reason('fee', fee=fee.name, short=Money(short, currency))
        return _fitting(query, Fit.FEE, items, amount, why)
    if short <= tolerated(total, policy):
        why = reason('short', short=Money(short, currency))
        return _fitting(query, Fit.TOLERANCE, items, amount, why)
    return _fitting(query, Fit.PART, items, amount, reason('part', left=Money(short, currency)))


def _converted(query: Query, items: Sequence[OpenItem]) -> Fitting:
    receipt, currency = query.receipt, items[0].currency
    total = sum(item.residual for item in items)
    convert = query.knowledge.convert
    worth = convert(receipt.amount, receipt.currency, currency, receipt.date) if convert else None
    if worth is None:
        return Fitting(Fit.NO_RATE, POINTS[Fit.NO_RATE], reason('no_rate'), _nothing(items))
    if abs(worth - total) * 1000 <= total * query.policy.fx_tolerance_permille:
        why = _open('converted', total, currency)
        return _fitting(query, Fit.CONVERTED, items, total, why)
    if worth < total:
        why = reason('part', left=Money(total - worth, currency))
        return _fitting(query, Fit.PART, items, worth, why)
    why = reason('over', over=Money(worth - total, currency))
    return _fitting(query, Fit.OVER, items, total, why)


def _fitting(
    query: Query,
    fit: Fit,
    items: Sequence[OpenItem],
    amount: int,
    why: Reason,
    due: Sequence[int] | None = None,
) -> Fitting:
    total = sum(item.residual for item in items)
    points = POINTS[fit]
    if fit in (Fit.PART, Fit.OVER) and abs(amount - total) * 10 <= total:
        points += NEARLY
    return Fitting(fit, points, why, spread(query, fit, items, amount, due))


def _open(code: str, total: int, currency: str) -> Reason:
    return reason(code, open=Money(total, currency))


def _nothing(items: Sequence[OpenItem]) -> tuple[Allocation, ...]:
    return tuple(Allocation(item.id, 0, 0, item.residual, Fit.PART) for item in items)


def spread(
    query: Query,
    fit: Fit,
    items: Sequence[OpenItem],
    amount: int,
    due: Sequence[int] | None = None,
) -> tuple[Allocation, ...]:
    """Spread ``amount`` (items' currency) over the items in their order, never above a residual.

    In a foreign currency the money received is shared in proportion; the last share takes the
    rounding. What cannot be placed stays on the receipt.
    """
    receipt = query.receipt
    foreign = items[0].currency != receipt.currency
    left, paid_left, allocations = amount, receipt.amount, []
    for place, item in enumerate(items):
        share = min(left, due[place] if due else item.residual)
        paid = share
        if foreign:
            last = place == len(items) - 1 or share == left
            paid = paid_left if last and fit is not Fit.OVER else share * receipt.amount // amount
        paid = min(paid, paid_left)
        rest = item.residual - share
        left_as = (fit if fit in WRITTEN_OFF else Fit.PART) if rest else Fit.EXACT
        allocations.append(Allocation(item.id, share, paid, rest, left_as))
        left, paid_left = left - share, paid_left - paid
    return tuple(allocations)
