"""What contradicts a known account and a unique amount."""

from datetime import date, timedelta

import pytest

from ...matching import Knowledge, Matcher, Tier
from .makers import DAY, IBAN, VALIDATORS, codes, item, match_one, receipt

A, B = 'INV/2026/00042', 'INV/2026/00077'


def match(text='', items=None, amount=11900, **more):
    knowledge = {'accounts': {IBAN: {1}}, **more.pop('knowledge', {})}
    incoming = receipt(text, amount, **{'payer_account': IBAN, **more})
    return match_one(items or [item(A)], incoming, **knowledge)


def assert_held(proposal, code):
    assert proposal.tier is Tier.REVIEW
    assert proposal.best is not None
    assert code in codes(proposal.held_back)


@pytest.mark.parametrize(
    'text',
    (
        '',
        'Danke fuer die Lieferung',
        'vom 01.10.2026 Betrag 119,00 EUR',
        'Beitrag 11/2026',
        'DE89 3704 0044 0532 0130 00',
        'EREF+412345678901234567890 SVWZ+danke',
        'Rechnung 2026/00042',
        '00042',
        'Rechnung 42',
    ),
)
def test_account_and_amount_are_booked_where_the_text_says_nothing_else(text):
    proposal = match(text)
    assert (proposal.tier, proposal.best.items) == (Tier.AUTO, (A,))


@pytest.mark.parametrize(
    'text',
    (
        'INV/2026/00024',  # swapped
        'INV/2026/0004',  # cut off
        'INV/2026/000421',  # one too many
        'INV/2025/00042',  # of the year before
        'lNV/2O26/OOO77',  # scanned
        '1NV-2026-00B77',
        'PNV202600077',
        'AB-4711',
        '4711',
        'Rechnung 7',
        'INV/2026/0004?',
        '000 77',
        'Rg.77 vom 01.10.2026',
    ),
)
def test_what_reads_as_another_number_leaves_account_and_amount_to_a_person(text):
    assert_held(match(text), 'held_unknown_number')


def test_a_short_reference_of_the_customers_does_not_explain_a_longer_number():
    bill = item(A, other_references=('123',))
    assert_held(match('INV/2026/01234', [bill]), 'held_unknown_number')


@pytest.mark.parametrize('word', ('Anzahlung', 'Teilzahlung', 'Rate', 'deposit', 'Acompte'))
def test_a_part_or_an_advance_is_left_to_a_person(word):
    assert_held(match(word), 'held_purpose')


def test_money_for_another_customer_is_left_to_a_person():
    items = [item(A), item(B, 5000, group=2, names=('Weber Holz',))]
    assert_held(match('fuer Weber Holz', items), 'held_for_another')


@pytest.mark.parametrize(
    'text',
    (
        'Mandant',
        'Zahlung fuer Mandantin Huber',
        'i.A. Huber',
        'I. A. Huber',
        'im Auftrag',
        'für unseren Kunden',
        'for client',
        'Paid on behalf of Huber & Sons',
        'pour le compte de M. Huber',
        'per conto di Huber',
        'por cuenta de Huber',
        'por conta da Huber',
        'voor rekening van Huber',
    ),
)
def test_money_that_is_paid_for_somebody_is_left_to_a_person(text):
    assert_held(match(text), 'held_for_somebody')


@pytest.mark.parametrize('text', ('Via Asia', 'Mandat', 'Kunde seit Jahren', 'compte client'))
def test_words_that_only_look_like_it_do_not_hold_it_back(text):
    assert match(text).tier is Tier.AUTO


def test_a_name_that_is_not_the_customers_is_left_to_a_person():
    assert_held(match(payer_name='Kanzlei Huber'), 'held_payer_name')


def test_a_name_confirmed_for_the_customer_is_the_customers():
    known = {'aliases': {'kanzlei huber': {1: 1}, 'KANZLEI HUBER': {1: 1}}}
    assert match(payer_name='Kanzlei Huber', knowledge=known).tier is Tier.AUTO


@pytest.mark.parametrize('larger', (23800, 47600))
def test_a_share_of_a_larger_invoice_is_left_to_a_person(larger):
    assert_held(match(items=[item(A), item(B, larger)]), 'held_maybe_part')


def test_a_round_sum_beside_a_larger_invoice_is_left_to_a_person():
    items = [item(A, 20000), item(B, 73112)]
    assert_held(match(items=items, amount=20000), 'held_maybe_part')


@pytest.mark.parametrize(
    ('days', 'tier'), ((30, Tier.REVIEW), (365, Tier.REVIEW), (800, Tier.AUTO))
)
def test_an_amount_that_comes_again_is_left_to_a_person(days, tier):
    seen = {(1, 'EUR', 11900): {'paid': DAY - timedelta(days=days), A: DAY, 1: DAY}}
    proposal = match(knowledge={'seen': seen})
    assert proposal.tier is tier
    assert ('held_recurring' in codes(proposal.held_back)) == (tier is Tier.REVIEW)


def test_an_amount_of_another_customer_does_not_come_again():
    seen = {(2, 'EUR', 11900): {'paid': DAY}, (1, 'USD', 11900): {'paid': DAY}}
    assert match(knowledge={'seen': seen}).tier is Tier.AUTO


def test_money_from_before_the_invoice_is_left_to_a_person():
    assert_held(match(items=[item(A, issued=date(2026, 11, 3))]), 'held_before_issue')


def match_batch(*receipts, items=(), **more):
    items = [item(A), item(B, 5000, group=2, names=('Weber Holz',)), *items]
    knowledge = Knowledge(accounts={IBAN: {1}}, validators=VALIDATORS, **more)
    return Matcher(items, knowledge).match(receipts)


def test_an_account_that_pays_for_another_customer_in_the_batch_is_left_to_a_person():
    silent = receipt('', payer_account=IBAN)
    other = receipt(B, 5000, id=2, payer_name='', payer_account=IBAN)
    assert_held(match_batch(silent, other)[0], 'held_account_shared')


def test_the_number_counts_though_another_item_of_the_accounts_customer_fits_as_well():
    silent = receipt('', payer_account=IBAN)
    other = receipt(B, 5000, id=2, payer_name='', payer_account=IBAN)
    proposal = match_batch(silent, other, items=[item('INV/2026/00080', 5000)])[0]
    assert_held(proposal, 'held_account_shared')


def test_money_that_somebody_said_is_not_the_others_shows_nothing():
    silent = receipt('', payer_account=IBAN)
    other = receipt(B, 5000, id=2, payer_name='', payer_account=IBAN)
    proposal = match_batch(silent, other, doubted={2: [{B}]})[0]
    assert (proposal.tier, proposal.best.items) == (Tier.AUTO, (A,))


def test_a_full_number_and_amount_of_another_customer_than_the_accounts_is_left_to_a_person():
    for amount in (5000, 11900):  # what the account's own customer owes
        items = [item(A, amount), item(B, group=2, names=('Weber Holz',))]
        proposal = match(B, items, payer_name='')
        assert proposal.tier is Tier.REVIEW
        assert B in {known for candidate in proposal.candidates[:3] for known in candidate.items}


def test_a_full_number_and_amount_of_another_customer_than_the_names_is_left_to_a_person():
    items = [item(A), item(B, 5000, group=2, names=('Weber Holz',))]
    assert_held(match(A, items, payer_name='Weber Holz', payer_account=''), 'held_holder')


def test_equal_money_twice_in_the_batch_is_left_to_a_person():
    silent = receipt('', payer_account=IBAN)
    other = receipt('INV/2026/00017', id=2, payer_account=IBAN)
    assert_held(match_batch(silent, other)[0], 'held_recurring')
