"""How long until a payment comes, with those counted that are still waiting."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """One item: paid after ``days``, or not yet after ``days`` (``paid=False``: censored)."""

    days: int
    paid: bool = True
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that is still open after each of ``days``, ascending; before the first, all is."""

    days: tuple[int, ...]
    open: tuple[float, ...]

    def open_after(self, day: float) -> float:
        """The share still open at the end of ``day``; beyond the last payment seen it stays.

        >>> curve([Wait(10), Wait(20)]).open_after(15)
        0.5
        """
        place = bisect_right(self.days, day)
        return self.open[place - 1] if place else 1.0

    def paid_between(self, waited: float, day: float) -> float:
        """The chance that what is open after ``waited`` days is paid by the end of ``day``.

        Zero where the history has nothing that waited so long: it cannot tell.

        >>> curve([Wait(10), Wait(20), Wait(30)]).paid_between(10, 20)
        0.5
        """
        still = self.open_after(waited)
        return 1 - self.open_after(day) / still if still > 0 and day > waited else 0.0

    def day_of(self, share: float, waited: float = 0) -> int | None:
        """The first day by which ``share`` of what is open after ``waited`` days is paid; None when
        the history does not reach so far.

        >>> curve([Wait(10), Wait(20), Wait(30)]).day_of(0.5)
        20
        """
        for day in self.days:
            if day > waited and self.paid_between(waited, day) >= share - 1e-9:
                return day
        return None


def curve(waits: Iterable[Wait]) -> Curve:
    """The product-limit estimate (Kaplan and Meier), weighted: each day's hazard is what was paid on
    it over what was still waiting; what is censored on a day still waited on it.

    >>> curve([Wait(10), Wait(20, paid=False), Wait(30)]).open
    (0.6666666666666667, 0.0)
    """
    paid: dict[int, float] = {}
    left: dict[int, float] = {}
    for wait in waits:
        left[wait.days] = left.get(wait.days, 0.0) + wait.weight
        if wait.paid:
            paid[wait.days] = paid.get(wait.days, 0.0) + wait.weight
    waiting, still = 0.0, 1.0
    at_risk = {}
    # From the end: sums of what is left lose no digits, and are zero after the last.
    for day in sorted(left, reverse=True):
        waiting += left[day]
        at_risk[day] = waiting
    days, shares = [], []
    for day in sorted(paid):
        if at_risk[day] > 0:
            still *= max(1 - paid[day] / at_risk[day], 0.0)
            days.append(day)
            shares.append(still)
    return Curve(tuple(days), tuple(shares))
