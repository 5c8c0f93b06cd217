"""The entry point: receipts in, one proposal for each out."""

from collections.abc import Iterable

from . import strategies as _registered  # noqa: F401 registers the built-in strategies
from .batch import Case, as_part, assign, margin, parts_that_complete
from .evidence import STRATEGIES, Query, Strategy
from .findings import Findings
from .index import OpenItems
from .policy import Knowledge, Policy
from .scoring import candidates
from .tiers import judge
from .values import Candidate, OpenItem, Proposal, Receipt, order


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
        found = [self._explain(receipt) for receipt in sorted(receipts, key=_by_id)]
        if len({query.receipt.id for query, _findings, _ranked in found}) != len(found):
            raise ValueError('two receipts have the same id')
        complete = parts_that_complete(found, self.items)
        cases = []
        for query, findings, ranked in found:
            if ranked and len(ranked[0].items) == 1 and ranked[0].items[0] in complete:
                ranked = [as_part(ranked[0]), *ranked[1:]]
            cases.append(self._case(query, findings, ranked))
        proposals = assign(cases, self.items, self.policy.candidates)
        return sorted(proposals, key=lambda proposal: order(proposal.receipt))

    def _explain(self, receipt: Receipt) -> tuple[Query, Findings, list[Candidate]]:
        query = Query(receipt, self.items, self.knowledge, self.policy)
        findings = Findings(query, self.strategies)
        return query, findings, candidates(query, findings)

    def _case(self, query: Query, findings: Findings, ranked: list[Candidate]) -> Case:
        if not ranked:
            return Case(query.receipt, ranked)
        lead = margin(ranked)
        return Case(query.receipt, ranked, lead, judge(query, findings, ranked, lead))


def _by_id(receipt: Receipt) -> tuple[str, int, str]:
    return order(receipt.id)
