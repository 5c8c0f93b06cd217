"""A strategy of another addon."""

from ...matching import STRATEGIES, Evidence, Matcher, Signal, Tier, reason
from ...matching.evidence import Registry
from .makers import item, receipt

MINE = Registry()


@MINE.add('contract')
def by_contract(query):
    """The customer's contract number, which only this shop writes on its invoices."""
    if 'VERTRAG 7' in query.folded:
        yield Evidence(Signal.PAYER, 25, reason('contract', number='7'), group=1)


def test_a_strategy_of_another_addon_is_heard():
    incoming = receipt('Vertrag 7', payer_name='')
    without = Matcher([item('INV/2026/00042')]).match([incoming])[0]
    heard = Matcher([item('INV/2026/00042')], strategies=[*STRATEGIES, *MINE]).match([incoming])[0]
    assert heard.best.score > without.best.score
    assert 'contract (number: 7)' in map(str, heard.best.reasons)
    assert heard.tier is Tier.REVIEW


def test_a_capability_can_be_switched_off():
    chosen = [strategy for strategy in STRATEGIES if strategy.name != 'number']
    (proposal,) = Matcher([item('INV/2026/00042')], strategies=chosen).match(
        [receipt('INV/2026/00042')]
    )
    assert proposal.tier is Tier.REVIEW
