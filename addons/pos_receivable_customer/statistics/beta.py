"""What a share may be, after so many times that something happened and did not."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beta:
    """The beta distribution of a share; both parameters above zero."""

    a: float
    b: float

    @classmethod
    def of(
        cls, happened: float, not_happened: float, prior: float = 0.5, strength: float = 2.0
    ) -> 'Beta':
        """The posterior after observations (weights are allowed), with a prior share known as if from
        ``strength`` observations. The default is Bayes' own, all shares alike.

        >>> Beta.of(3, 1)
        Beta(a=4.0, b=2.0)
        """
        if min(happened, not_happened) < 0 or not 0 < prior < 1 or strength <= 0:
            raise ValueError("observations are not below zero, and a prior is a share")
        return cls(happened + prior * strength, not_happened + (1 - prior) * strength)

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def below(self, share: float) -> float:
        """The probability that the share is not above ``share``.

        >>> round(Beta(1, 1).below(0.3), 12)
        0.3
        >>> round(Beta(2, 1).below(0.5), 12)
        0.25
        """
        if share <= 0:
            return 0.0
        if share >= 1:
            return 1.0
        logarithm = (
            math.lgamma(self.a + self.b)
            - math.lgamma(self.a)
            - math.lgamma(self.b)
            + self.a * math.log(share)
            + self.b * math.log1p(-share)
        )
        factor = math.exp(logarithm)
        # The fraction converges quickly on this side of the mean, and by symmetry on the other.
        if share < (self.a + 1) / (self.a + self.b + 2):
            return factor * _fraction(self.a, self.b, share) / self.a
        return 1 - factor * _fraction(self.b, self.a, 1 - share) / self.b

    def quantile(self, probability: float) -> float:
        """The share below which the true one lies with ``probability``, by bisection.

        >>> round(Beta(2, 1).quantile(0.25), 9)
        0.5
        """
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            if self.below(middle) < probability:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def interval(self, probability: float = 0.9) -> tuple[float, float]:
        """The share lies in it with ``probability``, and outside on either side alike."""
        tail = (1 - probability) / 2
        return self.quantile(tail), self.quantile(1 - tail)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated by Lentz's
    method."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    result = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / ((1 + step * d) or tiny)
            c = (1 + step / c) or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result
