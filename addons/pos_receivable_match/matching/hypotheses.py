"""Which sets of open items are worth looking at for one receipt. Few, and found by index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .evidence import Query
from .findings import STRONG, Findings
from .subsets import exact_subsets
from .values import Id, OpenItem

GROUPS = 4  # customers looked into
SINGLES = 40
NEAREST = 6
OLDEST = 3
LONGEST_SPREAD = 12
NAMESAKES = 30
FEW = 12
MANY = 60
SAME_AMOUNT = 3  # strangers with the same amount; more of them say nothing


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """``ways``: how many equally exact sets the search saw; 0 when it could not see them all."""

    items: tuple[OpenItem, ...]
    ways: int = 1


def hypotheses(query: Query, findings: Findings) -> list[Hypothesis]:
    """Each set once, in a fixed order."""
    unique: dict[frozenset[Id], Hypothesis] = {}
    for hypothesis in _all(query, findings):
        members = frozenset(item.id for item in hypothesis.items)
        if members and not _is_rejected(query, members) and not _skips(query, members):
            unique.setdefault(members, hypothesis)
    return list(unique.values())


def _is_rejected(query: Query, members: frozenset[Id]) -> bool:
    """Turned down with all that goes with it; a part of what was turned down may be right."""
    rejected = query.knowledge.rejected.get(query.receipt.id, ())
    return any(items <= members for items in rejected)


def _skips(query: Query, members: frozenset[Id]) -> bool:
    """Of equal instalments of one invoice, the one due first is paid first."""
    earlier = query.items.earlier_instalment
    return any(member in earlier and earlier[member] not in members for member in members)


def _all(query: Query, findings: Findings) -> Iterator[Hypothesis]:
    yield from _registered(query, findings)
    yield from _quoted(query, findings)
    for group in findings.groups()[:GROUPS]:
        items = query.of_group(group)
        if items:
            yield from _of_group(query, findings, items)
    yield from _among_namesakes(query, findings.groups())
    same = query.items.of_amount(query.receipt.currency, query.receipt.amount)
    if len(same) <= SAME_AMOUNT:
        yield from _singles(item for item in same if query.is_eligible(item))


def _registered(query: Query, findings: Findings) -> Iterator[Hypothesis]:
    """Money registered before, of the customer or with the number that the bank's line names."""
    yield from _singles(
        item
        for item in query.registered
        if findings.quoted(item.id) or findings.payer_points(item.group) > 0
    )


def _among_namesakes(query: Query, groups: Sequence[Id]) -> Iterator[Hypothesis]:
    """Many customers could be the payer: the amount tells which of them to look at."""
    receipt = query.receipt
    for place, group in enumerate(groups[GROUPS:]):
        items = query.of_group(group)
        yield from _singles(
            item
            for item in items
            if item.currency == receipt.currency
            and receipt.amount in (item.residual, item.discounted_on(receipt.date))
        )
        if place < NAMESAKES and len(items) <= FEW:
            yield from _sums(query, items, ())


def _singles(items: Iterable[OpenItem]) -> Iterator[Hypothesis]:
    return (Hypothesis((item,)) for item in items)


def _quoted(query: Query, findings: Findings) -> Iterator[Hypothesis]:
    """What the text means: all of it together, exact selections of it, and each alone."""
    strong = findings.mentioned(STRONG)[:LONGEST_SPREAD]
    every = findings.mentioned()[:LONGEST_SPREAD]
    for quoted in (strong, every):
        if len(quoted) > 1:
            if quoted is strong:
                yield Hypothesis(_in_order(query, quoted))
            yield from _sums(query, quoted, fixed=())
    yield from _singles(findings.mentioned()[:SINGLES])


def _of_group(query: Query, findings: Findings, items: Sequence[OpenItem]) -> Iterator[Hypothesis]:
    yield from _singles(_near_amount(query, items))
    yield from _singles(items[:OLDEST])
    yield from _oldest_first(query, items)
    if len(items) <= query.policy.subset_items:
        known = {item.id for item in items}
        fixed = [item for item in findings.mentioned(STRONG) if item.id in known]
        yield from _sums(query, items, fixed)
        if fixed:
            yield from _sums(query, items, ())


def _near_amount(query: Query, items: Sequence[OpenItem]) -> list[OpenItem]:
    """Those whose residual, or discounted amount, is closest to the money received."""
    if len(items) > MANY:
        receipt = query.receipt
        near = query.items.near_amount(items[0].group, receipt.currency, receipt.amount, NEAREST)
        items = [item for item in near if query.is_eligible(item)]

    def distance(item: OpenItem) -> int:
        amount = _worth(query, item.currency)
        if amount is None:
            return 10**18
        reduced = item.discounted_on(query.receipt.date)
        return min(abs(item.residual - amount), abs((reduced or item.residual) - amount))

    return sorted(items, key=distance)[:NEAREST]


def _worth(query: Query, currency: str) -> int | None:
    receipt, convert = query.receipt, query.knowledge.convert
    if currency == receipt.currency:
        return receipt.amount
    return convert(receipt.amount, receipt.currency, currency, receipt.date) if convert else None


def _oldest_first(query: Query, items: Sequence[OpenItem]) -> Iterator[Hypothesis]:
    """The oldest items that the money covers, the last one perhaps in part."""
    chosen, left = [], query.receipt.amount
    for item in items:
        if item.currency == query.receipt.currency:
            chosen.append(item)
            left -= item.residual
            if left <= 0:
                break
    if 1 < len(chosen) <= LONGEST_SPREAD:
        yield Hypothesis(tuple(chosen))


def _sums(
    query: Query, items: Sequence[OpenItem], fixed: Sequence[OpenItem]
) -> Iterator[Hypothesis]:
    """Sets that contain the fixed items and add up exactly, each item full or all discounted."""
    receipt, policy = query.receipt, query.policy
    chosen = {item.id for item in fixed}
    free = [i for i in items if i.id not in chosen and i.currency == receipt.currency]
    for day in (None, receipt.date):
        due = [_due(item, day) for item in free]
        if day is not None and due == [item.residual for item in free]:
            return  # no discount to speak of
        target = receipt.amount - sum(_due(item, day) for item in fixed)
        if not 0 < target <= sum(due):
            continue
        sums = exact_subsets(
            due,
            target,
            max_size=policy.subset_size - len(fixed),
            min_size=1 if fixed else 2,
            max_steps=policy.subset_steps,
        )
        for places in sums.found:
            members = [*fixed, *(free[place] for place in places)]
            yield Hypothesis(_in_order(query, members), len(sums.found) if sums.complete else 0)


def _due(item: OpenItem, day: object) -> int:
    return (item.discounted_on(day) if day else None) or item.residual


def _in_order(query: Query, items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    return tuple(sorted(items, key=lambda item: query.items.rank[item.id]))
