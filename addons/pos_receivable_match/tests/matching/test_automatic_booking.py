"""What opens the gate to automatic booking, and what keeps it shut."""

from datetime import date

from ...matching import FeeProfile, Fit, Policy, Tier
from ...matching.names import normalise
from .makers import IBAN, codes, item, match_one, receipt

A, B = 'INV/2026/00042', 'INV/2026/00077'
REFERENCE = 'RF18539007547034'


def test_a_valid_structured_reference_is_booked_even_from_an_unknown_payer():
    items = [item(A, payment_reference=REFERENCE), item(B, 5000, group=2)]
    proposal = match_one(items, receipt('RF18 5390 0754 7034', payer_name='Notar Weiß'))
    assert (proposal.tier, proposal.rule) == (Tier.AUTO, 'structured_reference')


def test_a_reference_with_a_wrong_check_digit_is_not_booked():
    items = [item(A, payment_reference='RF19539007547034')]
    proposal = match_one(items, receipt('', reference='RF18539007547034', payer_account=IBAN))
    assert proposal.tier is Tier.REVIEW


def test_a_reference_of_somebody_else_stops_an_account_with_the_right_amount():
    proposal = match_one(
        [item(A)], receipt('', reference=REFERENCE, payer_account=IBAN), accounts={IBAN: {1}}
    )
    assert proposal.tier is Tier.REVIEW
    assert 'held_unknown_number' in codes(proposal.held_back)


def test_a_known_account_with_a_unique_amount_is_booked():
    proposal = match_one(
        [item(A), item(B, 5000)], receipt('danke', payer_account=IBAN), accounts={IBAN: {1}}
    )
    assert (proposal.tier, proposal.rule) == (Tier.AUTO, 'account_amount')


def test_an_account_with_a_broken_check_digit_is_not_trusted():
    broken = IBAN[:-1] + '1'
    proposal = match_one([item(A)], receipt('', payer_account=broken), accounts={broken: {1}})
    assert proposal.tier is Tier.REVIEW


def test_an_account_of_two_customers_is_not_enough():
    proposal = match_one([item(A)], receipt('', payer_account=IBAN), accounts={IBAN: {1, 2}})
    assert proposal.tier is Tier.REVIEW


def test_an_account_under_another_customers_name_is_left_to_a_person():
    items = [item(A), item(B, 5000, group=2, names=('Weber Holz',))]
    proposal = match_one(
        items, receipt('', payer_name='Weber Holz', payer_account=IBAN), accounts={IBAN: {1}}
    )
    assert proposal.tier is Tier.REVIEW
    assert 'held_holder' in codes(proposal.held_back)


def test_an_account_tells_namesakes_apart():
    items = [item(A), item(B, 5000, group=2)]
    proposal = match_one(items, receipt('', payer_account=IBAN), accounts={IBAN: {1}})
    assert proposal.tier is Tier.AUTO


def test_an_account_under_a_name_that_paid_for_another_is_left_to_a_person():
    items = [item(A), item(B, 5000, group=2, names=('Weber Holz',))]
    for payer in ('Nobody Ltd', 'Mueller Bau'):
        for others in ({2: 1}, {1: 1, 2: 3}):
            proposal = match_one(
                items,
                receipt('', payer_name=payer, payer_account=IBAN),
                accounts={IBAN: {1}},
                aliases={normalise(payer): others},
            )
            assert proposal.tier is Tier.REVIEW
            assert 'held_holder' in codes(proposal.held_back)


def test_an_account_under_an_unknown_name_is_left_to_a_person_entered_or_learned():
    for learned in (frozenset(), {IBAN}):
        proposal = match_one(
            [item(A)],
            receipt('', payer_name='Nobody Ltd', payer_account=IBAN),
            accounts={IBAN: {1}},
            learned_accounts=learned,
        )
        assert proposal.tier is Tier.REVIEW


def test_two_open_items_of_the_amount_are_left_to_a_person():
    proposal = match_one(
        [item(A), item(B)], receipt('danke', payer_account=IBAN), accounts={IBAN: {1}}
    )
    assert proposal.tier is Tier.REVIEW
    assert {candidate.items for candidate in proposal.candidates[:2]} == {(A,), (B,)}


def test_a_paid_invoice_quoted_again_is_not_booked_on_another_of_that_amount():
    paid = 'INV/2026/00017'
    proposal = match_one([item(A)], receipt(paid, payer_account=IBAN), accounts={IBAN: {1}})
    assert proposal.tier is Tier.REVIEW
    assert 'held_unknown_number' in codes(proposal.held_back)


def test_the_number_of_another_customer_with_the_same_amount_is_not_booked():
    items = [item(A), item(B, group=2, names=('Schmidt AG',))]
    proposal = match_one(items, receipt(B))  # Müller quotes the number of Schmidt
    assert proposal.tier is Tier.REVIEW
    assert {candidate.items for candidate in proposal.candidates[:2]} == {(A,), (B,)}


def test_the_number_of_another_customer_is_not_booked():
    items = [item(A, 5000), item(B, group=2, names=('Schmidt AG',))]
    proposal = match_one(items, receipt(B))
    assert proposal.tier is Tier.REVIEW
    assert 'held_holder' in codes(proposal.held_back)


def test_a_stranger_needs_number_and_amount_to_agree_fully():
    exact = match_one([item(A)], receipt(A, payer_name='Oma Weiß'))
    short = match_one([item(A)], receipt(A, 11000, payer_name='Oma Weiß'))
    assert (exact.tier, short.tier) == (Tier.AUTO, Tier.REVIEW)


def test_a_part_payment_leaves_the_rest_open():
    proposal = match_one([item(A)], receipt(A, 5000))
    (allocation,) = proposal.best.allocations
    assert proposal.tier is Tier.AUTO
    assert (allocation.amount, allocation.left, allocation.left_as) == (5000, 6900, Fit.PART)


def test_a_quoted_invoice_is_not_paid_in_part_with_the_exact_amount_of_another():
    proposal = match_one([item(A), item(B, 5000)], receipt(A, 5000))
    assert proposal.tier is Tier.REVIEW


def test_more_money_than_is_open_is_left_to_a_person():
    proposal = match_one([item(A)], receipt(A, 20000))
    assert proposal.tier is Tier.REVIEW
    assert proposal.best.allocations[0].amount == 11900


def test_a_discount_counts_only_while_it_is_valid():
    offer = item(A, discounted=11543, discount_until=date(2026, 11, 2))
    late = item(A, discounted=11543, discount_until=date(2026, 11, 1))
    assert match_one([offer], receipt(A, 11543)).best.fit is Fit.DISCOUNT
    assert match_one([late], receipt(A, 11543)).best.fit is Fit.PART


def test_a_known_fee_is_recognised():
    policy = Policy(fees=(FeeProfile('card', fixed=25, permyriad=190),))
    proposal = match_one([item(A)], receipt(A, 11900 - 251), policy)
    assert proposal.best.fit is Fit.FEE
    assert proposal.best.allocations[0].left_as is Fit.FEE


def test_foreign_money_needs_a_rate_that_agrees():
    rates = {'convert': lambda amount, _source, _target, _day: amount * 2}
    bill = item(A, currency='USD')
    assert match_one([bill], receipt(A, 5950)).tier is Tier.REVIEW
    assert match_one([bill], receipt(A, 5000), **rates).tier is Tier.REVIEW
    agreed = match_one([bill], receipt(A, 5950), **rates)
    (allocation,) = agreed.best.allocations
    assert agreed.tier is Tier.AUTO
    assert (allocation.amount, allocation.paid) == (11900, 5950)


def test_a_rejected_pair_is_not_proposed_again():
    proposal = match_one([item(A)], receipt(A), rejected={1: [{A}]})
    assert (proposal.tier, proposal.candidates) == (Tier.ABSTAIN, ())


def test_a_rejected_set_says_nothing_of_its_parts():
    items = [item(A, 7000), item(B, 4900)]
    rejected = {1: [{A, B}]}
    both = match_one(items, receipt(f'{A} {B}'), rejected=rejected)
    assert not any(set(candidate.items) >= {A, B} for candidate in both.candidates)
    for number, amount in ((A, 7000), (B, 4900)):
        alone = match_one(items, receipt(number, amount), rejected=rejected)
        assert alone.best.items == (number,)


def test_what_is_rejected_alone_is_not_proposed_with_others():
    items = [item(A, 7000), item(B, 4900)]
    proposal = match_one(items, receipt(f'{A} {B}'), rejected={1: [{B}]})
    assert not any(B in candidate.items for candidate in proposal.candidates)


def test_a_subset_name_is_no_known_payer():
    bill = item('RE-42', names=('Miller & Sons Holding',))
    proposal = match_one([bill], receipt('RE-42', payer_name='Miller'))
    assert 'held_payer_unknown' in codes(proposal.held_back)


def test_money_registered_before_is_proposed_before_what_is_still_owed():
    registered = item('PAY/2026/00009', registered=True, payment_reference=A)
    for text in ('danke', A):
        proposal = match_one(
            [item(A), registered],
            receipt(text, payer_account=IBAN, from_bank=True),
            accounts={IBAN: {1}},
        )
        assert proposal.best.items == ('PAY/2026/00009',)
        assert (proposal.tier, codes(proposal.held_back)) == (Tier.REVIEW, {'held_registered'})


def test_money_registered_before_means_nothing_for_other_money():
    registered = item('PAY/2026/00009', registered=True, payment_reference=A)
    for changed in ({'from_bank': False}, {'amount': 5000}, {'payer_name': 'Bright Builders'}):
        values = {'text': B, 'amount': 11900, 'from_bank': True, **changed}
        proposal = match_one([item(B, values['amount'], group=2), registered], receipt(**values))
        assert (proposal.tier, proposal.best.items) == (Tier.AUTO, (B,))
