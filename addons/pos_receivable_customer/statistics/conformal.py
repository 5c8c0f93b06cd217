"""How far off a forecast may be, learned from how far off it was: without any assumption on the
distribution, as long as the next case is like those before."""

import math
from collections.abc import Iterable


def upper(errors: Iterable[float], coverage: float) -> float | None:
    """What the next error will not exceed, with a probability of at least ``coverage``.

    Split conformal prediction: the ``⌈(n + 1) × coverage⌉``-th smallest of n earlier errors, made on
    cases that the forecast had not learned from. None when there are too few to promise that.

    >>> upper([3, 1, 2], coverage=0.5)
    2
    >>> upper([3, 1, 2], coverage=0.9) is None
    True
    """
    if not 0 < coverage < 1:
        raise ValueError("a coverage is between 0 and 1")
    ordered = sorted(errors)
    # Rounded first: 10 × 0.7 is 7, not one more.
    rank = math.ceil(round((len(ordered) + 1) * coverage, 9))
    return ordered[rank - 1] if rank <= len(ordered) else None


def interval(
    forecast: float, errors: Iterable[float], coverage: float
) -> tuple[float, float] | None:
    """Where the truth will lie with a probability of at least ``coverage``; None when there are too
    few errors to promise that.

    :param errors: earlier truths less their forecasts, with their signs: each side is held apart, so
        that a forecast which is mostly too early gets room on the late side

    >>> interval(10.0, [-1, 0, 0, 1, 2, 2, 3, 4, 9], coverage=0.8)
    (9.0, 19.0)
    """
    errors = list(errors)
    side = (1 + coverage) / 2
    above = upper(errors, side)
    below = upper([-error for error in errors], side)
    if above is None or below is None:
        return None
    return forecast - below, forecast + above
