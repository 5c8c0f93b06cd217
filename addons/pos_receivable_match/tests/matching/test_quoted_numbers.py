"""What a text quotes, and what only looks like it."""

from dataclasses import replace
from datetime import date

import pytest

from ...matching import STRATEGIES, Knowledge, OpenItems, Policy, Query, Tier
from .makers import DAY, VALIDATORS, codes, item, match_one, receipt

SHARED = 'RF18539007547034'
STYLES = ('INV/2026/00042', 'F2026-0042', '2026000042', 'RE-42')


@pytest.mark.parametrize('number', STYLES)
@pytest.mark.parametrize(
    'text',
    (
        '{}',
        'Rechnung {} vom 01.10.2026',
        '/EREF/NOTPROVIDED/REMI/{}/PURP/GDDS',
        'EREF+4711 SVWZ+{} ABWA+Beispiel',
        'Betrag 119,00 EUR Rg. {} KdNr 10482',
        'Nr.{}.',
    ),
)
def test_a_complete_number_of_the_payer_with_its_amount_is_booked(number, text):
    proposal = match_one([item(number), item('ZZ-1', 5000)], receipt(text.format(number)))
    assert proposal.tier is Tier.AUTO
    assert proposal.best.items == (number,)


@pytest.mark.parametrize(
    'text',
    (
        'inv 2026 00042',
        'INV202600042',
        'RechnungINV/2026/00042vom01.10.2026',
        'INV/2026/42',  # leading zeros are no slip
        'Ihre Lieferung, unsere Best. 123 INV/2026/00\n042',
        'INV/2026/00042, INV/2026/00099',
    ),
)
def test_other_spellings_of_the_number_are_the_number(text):
    proposal = match_one([item('INV/2026/00042')], receipt(text))
    assert (proposal.tier, proposal.best.items) == (Tier.AUTO, ('INV/2026/00042',))


@pytest.mark.parametrize(
    ('number', 'text'),
    (
        ('INV/2026/00042', 'INV/2026/00024'),  # swapped
        ('INV/2026/12345', 'INV/2026/1234'),  # cut off
        ('INV/2026/00042', 'Rechnung 2026/00042'),  # without its letters
        ('INV/2026/00042', '00042'),
        ('INV/2026/00042', 'lNV/2O26/OOO42'),  # scanned
        ('INV/2026/00042', 'RINV/2026/00042'),  # another series
        ('2026000042', '202600004211/2026'),  # glued to a date
        ('2026000042', 'SO/2026000042'),  # an order of the same digits
        ('RE-42', 'RE-42/7'),
    ),
)
def test_a_number_that_is_nearly_right_waits_for_a_person(number, text):
    proposal = match_one([item(number)], receipt(text))
    assert proposal.tier is Tier.REVIEW
    assert proposal.best.items == (number,)
    assert 'held_no_hard_signal' in codes(proposal.held_back)


@pytest.mark.parametrize(
    ('number', 'text'),
    (
        ('2026', 'Miete 2026'),
        ('01102026', 'am 01.10.2026'),
        ('11900', 'Betrag 119,00 EUR'),
        ('370400440', 'DE89 3704 0044 0532 0130 00'),
        ('4711', 'KdNr 4711'),
    ),
)
def test_dates_amounts_accounts_and_short_digits_are_no_numbers(number, text):
    proposal = match_one([item(number)], receipt(text, payer_name='Fremder'))
    assert proposal.tier is not Tier.AUTO


def test_a_list_in_short_means_the_invoices_that_add_up():
    items = [item(f'INV/2026/0004{n}', 1000 + n) for n in range(2, 6)]
    proposal = match_one(items, receipt('INV/2026/00042, 43 und 45', 3010))
    assert proposal.tier is Tier.AUTO
    assert set(proposal.best.items) == {'INV/2026/00042', 'INV/2026/00043', 'INV/2026/00045'}


def make_many(count, **more):
    """Invoices of one customer, who quotes the same reference with each."""
    more = {'payment_reference': SHARED, **more}
    return [item(f'INV/2026/{place:05}', 5000 + 7 * place, **more) for place in range(count)]


@pytest.mark.parametrize('count', (5, 500))
@pytest.mark.parametrize('reference', (SHARED, 'KD10482', '2026/4711'))
def test_with_a_reference_of_the_customers_the_amount_tells_the_invoice(count, reference):
    items = make_many(count, payment_reference=reference)
    meant = items[count // 2]
    for incoming in (
        receipt(reference, meant.residual),
        receipt('', meant.residual, reference=reference),
    ):
        proposal = match_one(items, incoming)
        assert (proposal.tier, proposal.best.items) == (Tier.REVIEW, (meant.id,))


def test_with_a_reference_of_the_customers_the_discount_tells_the_invoice():
    items = make_many(500)
    meant = replace(items[300], discounted=4321, discount_until=DAY)
    items[300] = meant
    assert match_one(items, receipt(SHARED, 4321)).best.items == (meant.id,)


def test_with_a_reference_of_the_customers_an_amount_of_none_is_for_the_oldest():
    items = make_many(500)
    oldest = replace(items[77], due=date(2026, 10, 25))
    items[77] = oldest
    proposal = match_one(items, receipt(SHARED, 1))
    assert proposal.tier is Tier.REVIEW
    assert any(oldest.id in candidate.items for candidate in proposal.candidates)


def test_a_reference_of_thousands_costs_no_more_than_one_of_hundreds():
    """What the strategies say is what everything after them goes through."""
    said, knowledge = [], Knowledge(validators=VALIDATORS)
    for count in (300, 3000):
        for text in (SHARED, SHARED[:-1], f'{SHARED}99', SHARED.lower()):
            query = Query(receipt(text, 5700), OpenItems(make_many(count)), knowledge, Policy())
            said.append(sum(len(list(strategy(query))) for strategy in STRATEGIES))
    assert said[:4] == said[4:]
    assert max(said) < 200
