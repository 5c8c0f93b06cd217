"""What a row asks for and what it concludes; plain Python, read outside Odoo too."""

from dataclasses import dataclass, field
from typing import Any

# Of Odoo and PostgreSQL together. As good as the clock's on an idle machine, and on a busy one it
# does not count what others do.
TIME = "cpu_ms_per_unit"

Results = dict[tuple[str, int], dict[str, Any]]  # (contender, size) -> figures of its best run


@dataclass(frozen=True)
class Run:
    """One contender on one database."""

    contender: str
    size: int
    seed: str
    seed_size: int | None = None  # when it is not the run's own size
    options: dict[str, Any] = field(default_factory=dict)
    repeats: int | None = None  # fewer than asked for on the command line
    served: bool = False  # measured in a browser: `measure_served`
    bare: bool = False  # the seed installs the addon itself, if at all


@dataclass(frozen=True)
class Check:
    """A figure against its target, which is an upper or a lower bound."""

    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool:
        """
        >>> Check('ratio', 1.1, at_most=1.15).met, Check('speed', 5.4, at_least=5.5).met
        (True, False)
        """
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def target(self) -> str:
        """
        >>> Check('speed', 5.4, at_least=5.5).target
        '≥ 5.5'
        >>> Check('for comparison', 3.0).target
        '—'
        """
        if self.at_most is self.at_least is None:
            return "—"
        return f"≤ {self.at_most:g}" if self.at_least is None else f"≥ {self.at_least:g}"


def ratio(results: Results, one: tuple[str, int], other: tuple[str, int], key: str) -> float | None:
    """`key` of one run divided by that of another; None when one of them was not made.

    >>> ratio({('a', 1): {'seconds': 3.0}, ('b', 1): {'seconds': 2.0}}, ('a', 1), ('b', 1), 'seconds')
    1.5
    """
    if one not in results or not results.get(other, {}).get(key):
        return None
    return results[one][key] / results[other][key]


def checks(*candidates: Check) -> list[Check]:
    """Those whose value is known.

    >>> checks(Check('unknown', None, at_most=1))
    []
    """
    return [check for check in candidates if check.value is not None]
