"""From decisions and hidden truth to figures."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from precision import lower_bound

from matching import Matcher, Policy, Tier

from .world import Case, Id, World


@dataclass(frozen=True)
class Decision:
    """What a way of matching says about a line; ``ranked`` are sets of items."""

    auto: bool
    ranked: tuple[frozenset[Id], ...]


Way = Callable[[World], dict[Id, Decision]]


def product(world: World, matcher: Matcher | None = None) -> dict[Id, Decision]:
    """Ours, with the defaults; a matcher made before is measured without its index."""
    matcher = matcher or Matcher(world.items, world.knowledge, Policy())
    return {
        proposal.receipt: Decision(
            proposal.tier is Tier.AUTO,
            tuple(frozenset(candidate.items) for candidate in proposal.candidates),
        )
        for proposal in matcher.match(case.receipt for case in world.cases)
    }


def figures(cases: Iterable[Case], decisions: dict[Id, Decision]) -> dict:
    """The figures of one way of matching on one world."""
    cases = list(cases)
    auto = [case for case in cases if decisions[case.receipt.id].auto]
    right = [case for case in auto if decisions[case.receipt.id].ranked[0] == case.truth]
    matchable = [case for case in cases if case.truth]
    waiting = [case for case in matchable if not decisions[case.receipt.id].auto]
    empty = [case for case in cases if not case.truth]
    money = sum(case.receipt.amount for case in auto)
    wrong_money = money - sum(case.receipt.amount for case in right)
    return {
        'lines': len(cases),
        'matchable': len(matchable),
        'auto': len(auto),
        'auto_wrong': len(auto) - len(right),
        'precision': share(len(right), len(auto)),
        'precision_lower_95': lower_bound(len(right), len(auto)) if auto else 0.0,
        'coverage': share(len(matchable) - len(waiting), len(matchable)),
        'money_error': share(wrong_money, money),
        'recall_at_3': share(_recalled(matchable, decisions), len(matchable)),
        'recall_at_3_in_review': share(_recalled(waiting, decisions), len(waiting)),
        'auto_on_no_match': sum(decisions[case.receipt.id].auto for case in empty),
        'abstained_on_no_match': share(
            sum(not decisions[case.receipt.id].ranked for case in empty), len(empty)
        ),
    }


def _recalled(cases: list[Case], decisions: dict[Id, Decision]) -> int:
    return sum(case.truth in decisions[case.receipt.id].ranked[:3] for case in cases)


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def by_kind(cases: Iterable[Case], decisions: dict[Id, Decision]) -> dict[str, dict[str, int]]:
    """Per kind of line: how many were booked, booked wrongly, and proposed among the first three."""
    table: dict[str, Counter] = defaultdict(Counter)
    for case in cases:
        decision = decisions[case.receipt.id]
        row = table[case.kind]
        row['lines'] += 1
        row['auto'] += decision.auto
        row['wrong'] += decision.auto and decision.ranked[0] != case.truth
        row['first_three'] += case.truth in decision.ranked[:3]
        row['abstained'] += not decision.ranked
    return {kind: dict(row) for kind, row in sorted(table.items())}


def timed(way: Way, world: World) -> tuple[dict[Id, Decision], float]:
    """Seconds of processor time of this one process."""
    started = time.process_time()
    decisions = way(world)
    return decisions, time.process_time() - started
