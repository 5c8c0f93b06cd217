"""One batch, no conflicts: every open item is given away once, to the receipt with most right."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date

from .accounts import normalise_account
from .amounts import POINTS
from .findings import Holder
from .index import OpenItems
from .reasons import reason
from .tiers import Rule, Verdict
from .values import Candidate, Fit, Id, Part, Proposal, Receipt, Tier, order


@dataclass
class Case:
    """A receipt on its way through the batch."""

    receipt: Receipt
    ranked: list[Candidate] = field(default_factory=list)
    margin: int = 0
    verdict: Verdict | None = None
    quoted: frozenset[Id] = frozenset()  # items whose complete number the text has

    @property
    def right(self) -> tuple[int, int]:
        """How firm the claim is; smaller is firmer."""
        assert self.verdict is not None
        return self.verdict.rule, 0 if self.verdict.holder is Holder.KNOWN else 1

    @property
    def is_auto(self) -> bool:
        return self.verdict is not None and self.verdict.is_auto


def margin(ranked: Sequence[Candidate]) -> int:
    """Decibans between the first candidate and the next; all of it when there is none."""
    return ranked[0].score - (ranked[1].score if len(ranked) > 1 else 0)


def pays_part_of(case: Case, items: Container[Id]) -> bool:
    """Whether the receipt quotes one of these items and pays a part of it."""
    best = case.ranked[0] if case.ranked else None
    return (
        best is not None
        and best.fit is Fit.PART
        and len(best.items) == 1
        and best.items[0] in items
        and case.verdict is not None
        and case.verdict.rule in (Rule.STRUCTURED_REFERENCE, Rule.INVOICE_NUMBER)
    )


def parts_that_complete(cases: Iterable[Case], items: OpenItems) -> set[Id]:
    """Items that several receipts quote and pay exactly together."""
    paid: dict[Id, list[int]] = defaultdict(list)
    for case in cases:
        if pays_part_of(case, items.by_id):
            item = items.by_id[case.ranked[0].items[0]]
            if item.currency == case.receipt.currency:
                paid[item.id].append(case.receipt.amount)
    return {
        item
        for item, amounts in paid.items()
        if len(amounts) > 1 and sum(amounts) == items.by_id[item].residual
    }


def as_part(candidate: Candidate) -> Candidate:
    """The same candidate, its amount now explained by the other parts."""
    points = POINTS[Fit.PARTS]
    parts = [part for part in candidate.parts if part.channel != 'amount']
    lost = sum(part.points for part in candidate.parts if part.channel == 'amount')
    parts.append(Part('amount', points, reason('parts')))
    score = candidate.score - lost + points
    return replace(candidate, fit=Fit.PARTS, parts=tuple(parts), score=score)


def hold_silent(
    cases: Sequence[Case],
    items: OpenItems,
    doubted: Mapping[Id, Iterable[AbstractSet[Id]]],
) -> None:
    """Hold back what only account and amount speak for where other receipts of the batch show that the
    account pays for several customers, or pays the same amount more than once.

    What a person said a receipt does not pay shows nothing.
    """
    paid_for: dict[str, set[Id]] = defaultdict(set)
    alike: dict[tuple[str, str, int], int] = defaultdict(int)
    for case in cases:
        account = normalise_account(case.receipt.payer_account)
        alike[account, case.receipt.currency, case.receipt.amount] += 1
        meant = set(case.quoted)
        if case.verdict and case.verdict.rule < Rule.ACCOUNT_AMOUNT:
            meant.update(case.ranked[0].items)
        meant.difference_update(*doubted.get(case.receipt.id, ()))
        paid_for[account] |= {items.by_id[item].group for item in meant}
    for case in cases:
        verdict, receipt = case.verdict, case.receipt
        if verdict is None or verdict.rule not in (Rule.ACCOUNT_AMOUNT, Rule.ACCOUNT_SUM):
            continue
        account, held = normalise_account(receipt.payer_account), list(verdict.held_back)
        if paid_for[account] - {items.by_id[item].group for item in case.ranked[0].items}:
            held.append(reason('held_account_shared'))
        if alike[account, receipt.currency, receipt.amount] > 1:
            held.append(reason('held_recurring'))
        case.verdict = replace(verdict, held_back=tuple(dict.fromkeys(held)))


def contested(cases: Sequence[Case], items: OpenItems) -> set[Id]:
    """Receipts that must not be booked because another has as much right to the same item.

    A quoted number goes before account and amount. Of several that quote it the earliest stands,
    unless a later one has the firmer evidence: then a person looks at all of them.
    """
    claims: dict[Id, list[tuple[Case, int]]] = defaultdict(list)
    for case in cases:
        if case.ranked and case.verdict and case.verdict.rule is not Rule.NONE:
            for allocation in case.ranked[0].allocations:
                claims[allocation.item].append((case, allocation.amount))
    losers: set[Id] = set()
    for item, claimants in claims.items():
        if sum(amount for _case, amount in claimants) > items.by_id[item].residual:
            losers |= _losers([case for case, _amount in claimants])
    return losers


def _losers(claimants: list[Case]) -> set[Id]:
    quoting = [case for case in claimants if case.right[0] < Rule.ACCOUNT_AMOUNT]
    best = min(case.right for case in claimants)
    first = min((case.receipt.date for case in quoting), default=None)
    winners = [case for case in quoting if case.receipt.date == first]
    alone = len(winners) == 1 and winners[0].right == best
    return {case.receipt.id for case in claimants if not (alone and case is winners[0])}


def assign(cases: Sequence[Case], items: OpenItems, shown: int) -> list[Proposal]:
    """Automatic ones take first, then the best scores; what is taken is gone for the rest."""
    losers = contested(cases, items)
    left: dict[Id, int] = {}
    proposals = []
    for case in sorted(cases, key=lambda case: _turn(case, losers)):
        proposal = _propose(case, case.receipt.id in losers, left, items)
        if proposal.best:
            for allocation in proposal.best.allocations:
                _take(left, items, allocation.item, allocation.amount)
        proposals.append(replace(proposal, candidates=proposal.candidates[:shown]))
    return proposals


def _turn(case: Case, losers: set[Id]) -> tuple[bool, int, date, tuple[str, int, str]]:
    auto = case.is_auto and case.receipt.id not in losers
    score = case.ranked[0].score if case.ranked else 0
    return not auto, -score, case.receipt.date, order(case.receipt.id)


def _take(left: dict[Id, int], items: OpenItems, item: Id, amount: int) -> None:
    left[item] = left.get(item, items.by_id[item].residual) - amount


def _is_free(candidate: Candidate, left: Mapping[Id, int]) -> bool:
    return all(
        allocation.amount + (allocation.left if allocation.left_as is not Fit.PART else 0)
        <= left[allocation.item]
        for allocation in candidate.allocations
        if allocation.item in left
    )


def _propose(case: Case, lost: bool, left: Mapping[Id, int], items: OpenItems) -> Proposal:
    marked = [c if _is_free(c, left) else replace(c, taken=True) for c in case.ranked]
    free = [candidate for candidate in marked if not candidate.taken]
    ranked = (*free[:1], *(candidate for candidate in marked if candidate not in free[:1]))
    if not ranked or case.verdict is None:
        return Proposal(case.receipt.id, Tier.ABSTAIN)
    if case.is_auto and not lost and not marked[0].taken:
        rule = case.verdict.rule.key
        return Proposal(case.receipt.id, Tier.AUTO, ranked, case.margin, rule)
    held = list(case.verdict.held_back)
    if lost or marked[0].taken:
        held.append(reason('held_contested'))
    tier = Tier.REVIEW if free else Tier.ABSTAIN
    return Proposal(case.receipt.id, tier, ranked, case.margin, '', tuple(held))
