"""How sure a share of right answers is, after so many of them."""

import math


def lower_bound(right: int, total: int, confidence: float = 0.95) -> float:
    """The lower end of the two-sided Clopper-Pearson interval for a proportion.

    Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated in the case
    of the binomial, Biometrika 26: the p at which so many successes or more have probability
    (1 - confidence) / 2. Found by bisection.

    >>> round(lower_bound(1000, 1000), 5)
    0.99632
    >>> lower_bound(0, 10)
    0.0
    """
    if not right:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_least(right, total, middle) > (1 - confidence) / 2:
            high = middle
        else:
            low = middle
    return low


def _at_least(right: int, total: int, p: float) -> float:
    if p in (0.0, 1.0):
        return p
    logs = (
        math.lgamma(total + 1)
        - math.lgamma(k + 1)
        - math.lgamma(total - k + 1)
        + k * math.log(p)
        + (total - k) * math.log1p(-p)
        for k in range(right, total + 1)
    )
    return math.fsum(map(math.exp, logs))
