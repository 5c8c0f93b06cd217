"""Whatever comes in: nothing is given away twice, and the order of the input does not matter."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ...matching import Knowledge, Matcher, OpenItem, Receipt, Tier
from .makers import IBAN

NAMES = ('Müller Bau GmbH', 'Mueller Bau', 'Schmidt AG', 'Miller', 'Miller & Sons Holding')
NUMBERS = tuple(f'INV/2026/{serial:05}' for serial in range(40, 52))
AMOUNTS = (1000, 1000, 2000, 3000, 4999, 5000, 6000, 9800, 10000)
START = date(2026, 10, 1)

days = st.integers(0, 60).map(lambda days: START + timedelta(days=days))
open_items = st.builds(
    OpenItem,
    id=st.integers(1, 10**6),
    group=st.integers(1, 3),
    residual=st.sampled_from(AMOUNTS),
    currency=st.sampled_from(('EUR', 'EUR', 'EUR', 'USD')),
    number=st.sampled_from(NUMBERS),
    issued=days,
    due=days,
    names=st.sampled_from(NAMES).map(lambda name: (name,)),
    discounted=st.sampled_from((None, 980)),
    discount_until=st.just(START + timedelta(days=30)),
)
texts = st.lists(
    st.sampled_from((*NUMBERS, '00042', 'Rechnung', 'INV/2026/', '2026', '/REMI/')), max_size=4
).map(' '.join)
receipts = st.builds(
    Receipt,
    id=st.integers(1, 10**6),
    amount=st.one_of(st.sampled_from(AMOUNTS), st.integers(1, 30000)),
    currency=st.sampled_from(('EUR', 'EUR', 'USD')),
    date=days,
    text=texts,
    payer_name=st.sampled_from(('', *NAMES)),
    payer_account=st.sampled_from(('', IBAN)),
    partner=st.sampled_from((None, None, 1, 2)),
)
batches = st.tuples(
    st.lists(open_items, max_size=12, unique_by=lambda item: item.id),
    st.lists(receipts, max_size=8, unique_by=lambda receipt: receipt.id),
)
KNOWLEDGE = Knowledge(
    accounts={IBAN: {1}},
    aliases={'miller': {2: 3}},
    convert=lambda amount, _source, target, _day: amount * 2 if target == 'USD' else amount // 2,
)
thorough = settings(max_examples=250, deadline=None, derandomize=True)


@thorough
@given(batches)
def test_nothing_is_given_away_twice(batch):
    items, incoming = batch
    residuals = {item.id: item.residual for item in items}
    amounts = {receipt.id: receipt.amount for receipt in incoming}
    given_away = defaultdict(int)
    for proposal in Matcher(items, KNOWLEDGE).match(incoming):
        if proposal.best:
            paid = sum(allocation.paid for allocation in proposal.best.allocations)
            assert 0 <= paid <= amounts[proposal.receipt]
            for allocation in proposal.best.allocations:
                assert allocation.amount + allocation.left == residuals[allocation.item]
                given_away[allocation.item] += allocation.amount
    assert all(amount <= residuals[item] for item, amount in given_away.items())


@thorough
@given(batches, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(batch, shuffler):
    items, incoming = batch
    first = Matcher(items, KNOWLEDGE).match(incoming)
    shuffler.shuffle(items)
    shuffler.shuffle(incoming)
    assert Matcher(items, KNOWLEDGE).match(incoming) == first


@thorough
@given(batches)
def test_every_score_is_the_sum_of_its_parts_and_every_reason_a_sentence(batch):
    items, incoming = batch
    for proposal in Matcher(items, KNOWLEDGE).match(incoming):
        for candidate in proposal.candidates:
            assert candidate.score == sum(part.points for part in candidate.parts)
            assert candidate.reasons
        for reason in (*proposal.held_back, *(r for c in proposal.candidates for r in c.reasons)):
            assert str(reason).endswith('.')


@thorough
@given(batches)
def test_name_and_amount_are_never_booked_without_a_person(batch):
    items, incoming = batch
    silent = [
        Receipt(
            id=receipt.id,
            amount=receipt.amount,
            currency=receipt.currency,
            date=receipt.date,
            payer_name=receipt.payer_name,
            partner=receipt.partner,
        )
        for receipt in incoming
    ]
    tiers = {proposal.tier for proposal in Matcher(items, KNOWLEDGE).match(silent)}
    assert Tier.AUTO not in tiers
