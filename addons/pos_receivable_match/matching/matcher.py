"""The entry point: receipts in, one proposal for each out."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from . import strategies as _registered  # noqa: F401 registers the built-in strategies
from .batch import Case, as_part, assign, hold_silent, margin, parts_that_complete, pays_part_of
from .evidence import STRATEGIES, Query, Strategy
from .findings import Findings
from .index import OpenItems
from .policy import Knowledge, Policy
from .scoring import candidates
from .tiers import judge
from .values import Id, OpenItem, Proposal, Receipt, order

KEPT = 20  # candidates per receipt that wait for the others of the batch


class Matcher:
    """Matches receipts against open items.

    ``strategies``: which ones to ask, all registered ones by default. The result depends on the
    input alone, not on its order, and nothing is kept between calls.
    """

    def __init__(
        self,
        items: OpenItems | Iterable[OpenItem],
        knowledge: Knowledge | None = None,
        policy: Policy | None = None,
        strategies: Iterable[Strategy] | None = None,
    ) -> None:
        self.items = items if isinstance(items, OpenItems) else OpenItems(items)
        self.knowledge = knowledge or Knowledge()
        self.policy = policy or Policy()
        chosen = STRATEGIES if strategies is None else strategies
        self.strategies = sorted(chosen, key=lambda strategy: strategy.name)

    def match(self, receipts: Iterable[Receipt]) -> list[Proposal]:
        """One proposal per receipt, in the order of the receipts' ids.

        No open item is given away beyond its residual by the first candidates taken together.
        """
        cases = [self._case(receipt) for receipt in sorted(receipts, key=_by_id)]
        if len({case.receipt.id for case in cases}) != len(cases):
            raise ValueError('two receipts have the same id')
        complete = parts_that_complete(cases, self.items)
        cases = [
            self._case(case.receipt, complete) if pays_part_of(case, complete) else case
            for case in cases
        ]
        hold_silent(cases, self.items, self.knowledge.doubted)
        proposals = assign(cases, self.items, self.policy.candidates)
        return sorted(proposals, key=lambda proposal: order(proposal.receipt))

    def _case(self, receipt: Receipt, complete: AbstractSet[Id] = frozenset()) -> Case:
        """A receipt judged by itself; ``complete`` are items whose parts add up in the batch."""
        query = Query(receipt, self.items, self.knowledge, self.policy)
        findings = Findings(query, self.strategies)
        ranked = candidates(query, findings)
        if not ranked:
            return Case(receipt)
        if complete.issuperset(ranked[0].items):
            ranked[0] = as_part(ranked[0])
        lead = margin(ranked)
        verdict = judge(query, findings, ranked, lead)
        return Case(receipt, ranked[:KEPT], lead, verdict, findings.quoted_fully())


def _by_id(receipt: Receipt) -> tuple[str, int, str]:
    return order(receipt.id)
