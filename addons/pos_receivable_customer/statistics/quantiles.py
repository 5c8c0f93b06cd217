"""Quantiles of values that do not all count the same."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Value = TypeVar('Value', int, float)

# A share of the weights that is missed by less than this is reached: sums of fractions are not
# exact, and whether a tenth of ten equal weights is one of them must not depend on their order.
SLACK = 1e-9


def decayed(age: float, half_life: float = 365.0) -> float:
    """What something counts that happened ``age`` days ago: half for each ``half_life``.

    >>> decayed(0), decayed(365), decayed(730)
    (1.0, 0.5, 0.25)
    """
    return 0.5 ** (age / half_life)


def quantile(values: Sequence[Value], weights: Sequence[float], share: float) -> Value:
    """The smallest value up to which ``share`` of the weight lies, always one of the values.

    The inverse of the weighted distribution function (definition 1 of Hyndman and Fan).

    :raise ValueError: no weight at all, or one below zero

    >>> quantile([5, 1, 3], [1, 1, 1], 0.5)
    3
    >>> quantile([5, 1], [1, 1], 0.5)  # the lower of two
    1
    """
    return quantiles(values, weights, (share,))[0]


def quantiles(
    values: Sequence[Value], weights: Sequence[float], shares: Iterable[float]
) -> list[Value]:
    """Several quantiles of the same values, which are sorted once.

    >>> quantiles(list(range(1, 11)), [1] * 10, (0.1, 0.5, 0.9))
    [1, 5, 9]
    """
    pairs = sorted((v, w) for v, w in zip(values, weights, strict=True) if w)
    total = sum(weight for _value, weight in pairs)
    if not pairs or min(weight for _value, weight in pairs) < 0:
        raise ValueError("quantiles need weights above zero")
    return [_find(pairs, share * total * (1 - SLACK)) for share in shares]


def _find(pairs: Sequence[tuple[Value, float]], wanted: float) -> Value:
    reached = 0.0
    for value, weight in pairs:
        reached += weight
        if reached >= wanted:
            return value
    return pairs[-1][0]


def median(values: Sequence[float]) -> float:
    """The middle of values that count the same; between the two middle ones of an even number.

    >>> median([3, 1, 2]), median([4, 1, 2, 3])
    (2.0, 2.5)
    """
    if not values:
        raise ValueError("a median needs values")
    ordered = sorted(values)
    half = len(ordered) // 2
    return (ordered[half] + ordered[-half - 1]) / 2


def effective_size(weights: Iterable[float]) -> float:
    """How many values of equal weight would say as much about a mean (Kish).

    >>> effective_size([1, 1, 1, 1]), effective_size([])
    (4.0, 0.0)
    >>> round(effective_size([1, 0.5]), 2)
    1.8
    """
    weights = list(weights)
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 0.0
