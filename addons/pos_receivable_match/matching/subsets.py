"""Which few amounts add up exactly, and is there only one way?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, gcd


@dataclass(frozen=True, slots=True)
class Sums:
    """``found``: sets of positions. ``complete``: the search saw everything it had to see."""

    found: tuple[tuple[int, ...], ...]
    complete: bool

    @property
    def unique(self) -> bool:
        return self.complete and len(self.found) == 1


def exact_subsets(
    amounts: Sequence[int],
    target: int,
    max_size: int = 5,
    min_size: int = 2,
    limit: int = 3,
    max_steps: int = 20_000,
) -> Sums:
    """Sets of positive amounts that add up to the target, at most ``limit`` of them.

    Depth first over the amounts in descending order; a branch is left when even the largest
    amounts that remain cannot reach the target. The last member is looked up, not searched.
    Not complete when the limit or the number of steps was reached.

    >>> exact_subsets([100, 250, 70, 40], 350)
    Sums(found=((0, 1),), complete=True)
    >>> exact_subsets([100, 100, 250], 350).unique  # which of the two?
    False
    >>> exact_subsets([5] * 30, 25, max_steps=50).complete
    False
    """
    places = sorted(range(len(amounts)), key=lambda place: (-amounts[place], place))
    search = _Search([amounts[place] for place in places], target, max_size, min_size)
    search.limit, search.steps = limit, max_steps
    complete = search.run(0, target, ())
    found = (tuple(sorted(places[index] for index in chosen)) for chosen in search.found)
    return Sums(tuple(sorted(found)), complete)


class _Search:
    def __init__(self, amounts: list[int], target: int, max_size: int, min_size: int) -> None:
        self.amounts = amounts
        self.max_size, self.min_size = max_size, min_size
        self.places: dict[int, list[int]] = {}
        for index, amount in enumerate(amounts):
            self.places.setdefault(amount, []).append(index)
        self.reach = [0]  # sums of the largest amounts from the start
        for amount in amounts:
            self.reach.append(self.reach[-1] + amount)
        self.found: list[tuple[int, ...]] = []
        self.limit = self.steps = 0

    def run(self, start: int, rest: int, chosen: tuple[int, ...]) -> bool:
        """Extend the chosen by members from ``start`` on; False when the search was cut short."""
        if not self._finish(start, rest, chosen):
            return False
        room = self.max_size - len(chosen)
        if room < 2:
            return True
        for index in range(start, len(self.amounts) - 1):
            amount = self.amounts[index]
            end = min(index + room, len(self.amounts))
            if self.reach[end] - self.reach[index] < rest:
                break
            if amount >= rest:
                continue
            self.steps -= 1
            if self.steps < 0:
                return False
            if not self.run(index + 1, rest - amount, (*chosen, index)):
                return False
        return True

    def _finish(self, start: int, rest: int, chosen: tuple[int, ...]) -> bool:
        if len(chosen) + 1 < self.min_size:
            return True
        for index in self.places.get(rest, ()):
            if index >= start:
                if len(self.found) == self.limit:
                    return False
                self.found.append((*chosen, index))
        return True


def accidental_sums(amounts: Sequence[int], max_size: int = 5) -> float:
    """How many sets of these amounts hit a given target by chance, roughly.

    The number of sets over the number of different totals they can have, which round amounts
    make fewer.

    >>> accidental_sums([12345, 6789, 23456]) < 0.001
    True
    >>> accidental_sums([1000, 2000, 3000, 4000, 5000]) > 1
    True
    """
    if not amounts:
        return 0.0
    grain = gcd(*amounts)
    spread = sum(sorted(amounts, reverse=True)[:max_size]) // grain
    sets = sum(comb(len(amounts), size) for size in range(2, max_size + 1))
    return sets / spread
