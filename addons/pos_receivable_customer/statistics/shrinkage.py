"""A few observations lean on what many others say."""

from collections.abc import Iterable


def shrink(value: float, weight: float, *, towards: float, strength: float) -> float:
    """``value``, known from observations of this ``weight``, drawn ``towards`` another one as if that
    were known from observations of weight ``strength``.

    The posterior mean of a normal mean with known variances, and Bühlmann's credibility:
    ``(weight × value + strength × towards) / (weight + strength)``.

    >>> shrink(10.0, 0.0, towards=30.0, strength=5.0)
    30.0
    >>> shrink(10.0, 5.0, towards=30.0, strength=5.0)
    20.0
    """
    if weight < 0 or strength < 0 or not weight + strength:
        raise ValueError("weights are not below zero, and one is above")
    return (weight * value + strength * towards) / (weight + strength)


def shrink_along(levels: Iterable[tuple[float, float]], *, strength: float) -> float:
    """The first of ``levels`` drawn towards the second, which is drawn towards the third, and so on:
    a customer towards their segment, that towards everybody. Each is ``(value, weight)``; what
    nobody has observed (weight 0) has no say, whatever its value.

    >>> shrink_along([(10.0, 5.0), (20.0, 5.0), (40.0, 100.0)], strength=5.0)
    20.0
    >>> shrink_along([(0.0, 0.0), (0.0, 0.0), (40.0, 100.0)], strength=5.0)
    40.0
    """
    known = [(value, weight) for value, weight in levels if weight > 0]
    if not known:
        raise ValueError("nothing was observed")
    *nearer, (result, _weight) = known
    for value, weight in reversed(nearer):
        result = shrink(value, weight, towards=result, strength=strength)
    return result
