"""What is said of each line, and that it always adds up."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...comparing import Comparison, Finding, Kind, OurLine, TheirLine, Verdict, compare

DAY = date(2026, 9, 1)


def our(id_, amount, number='', days=0, kind=Kind.INVOICE, references=()):
    return OurLine(id_, DAY + timedelta(days), amount, number, tuple(references), kind)


def their(id_, amount, number='', days=0, **values):
    return TheirLine(id_, None if days is None else DAY + timedelta(days), amount, number, **values)


def say(theirs, ours):
    return [
        (finding.verdict.value, [line.id for line in finding.theirs], finding.difference)
        for finding in compare(theirs, ours).findings
    ]


def test_the_same_number_however_it_is_written_is_the_same_item():
    ours = [our(1, 100, 'INV/2026/00042')]
    for number in ('INV/2026/00042', 'inv-2026-42', 'INV 2026 00042', 'Rg. INV/2026/00042 Stuhl'):
        assert say([their(1, 100, number)], ours) == [('agrees', [1], 0)]
    assert say([their(1, 100, text='your invoice INV/2026/00042')], ours) == [('agrees', [1], 0)]


def test_a_part_of_a_number_is_another_number():
    ours = [our(1, 100, 'INV/2026/00042', days=9)]
    assert say([their(1, 70, 'INV/2026/000421')], ours)[0] == ('unknown_to_us', [1], 70)


def test_another_amount_is_told_with_its_difference():
    assert say([their(1, 90, 'A/2026/1')], [our(1, 100, 'A/2026/1')]) == [('amount', [1], -10)]


def test_another_date_is_told_and_makes_no_difference():
    assert say([their(1, 100, 'A/2026/1', 5)], [our(1, 100, 'A/2026/1')]) == [('date', [1], 0)]
    assert say([their(1, 100, 'A/2026/1', None)], [our(1, 100, 'A/2026/1')]) == [('agrees', [1], 0)]


def test_a_reference_of_the_customers_own_is_as_good():
    ours = [our(1, 100, 'A/2026/1', references=['PO-7781'])]
    assert say([their(1, 100, reference='PO 7781')], ours) == [('agrees', [1], 0)]


def test_an_amount_and_date_that_both_have_once_are_enough():
    ours = [our(1, 100, 'A/2026/1'), our(2, 100, 'A/2026/2', days=3)]
    theirs = [their(1, 100, 'x', 3)]
    assert say(theirs, ours) == [('agrees', [1], 0), ('unknown_to_them', [], -100)]
    # Two of the same day and amount might be either.
    assert say(theirs, [our(1, 100, days=3), our(2, 100, days=3)])[0] == (
        'unknown_to_us', [1], 100
    )  # fmt: skip


def test_an_amount_that_both_have_once_is_the_same_on_another_day():
    assert say([their(1, 12345, 'x', 9)], [our(1, 12345)]) == [('date', [1], 0)]


def test_what_they_lack_is_ours_to_send_again():
    assert say([], [our(1, 100, 'A/2026/1')]) == [('unknown_to_them', [], -100)]
    assert say([], [our(1, -30, 'R/2026/1', kind=Kind.CREDIT_NOTE)]) == [('credit_note', [], 30)]
    assert say([], [our(1, -30, 'P/2026/1', kind=Kind.PAYMENT)]) == [('unknown_to_them', [], 30)]


def test_what_is_listed_twice_is_a_duplicate():
    ours = [our(1, 100, 'A/2026/1')]
    theirs = [their(1, 100, 'A/2026/1'), their(2, 100, 'A/2026/1')]
    assert say(theirs, ours) == [('agrees', [1], 0), ('duplicate', [2], 100)]
    theirs = [their(1, 90, 'A/2026/1'), their(2, 90, 'A/2026/1')]
    assert say(theirs, ours) == [('amount', [1], -10), ('duplicate', [2], 90)]


def test_an_invoice_may_be_listed_in_parts():
    ours = [our(1, 100, 'A/2026/1')]
    theirs = [their(1, 60, 'A/2026/1'), their(2, 40, 'A/2026/1', 9)]
    assert say(theirs, ours) == [('agrees', [1, 2], 0)]


def test_a_payment_that_names_the_invoice_is_our_payment_that_names_it():
    ours = [
        our(1, 100, 'A/2026/1'),
        our(2, -100, 'BNK/1', days=20, kind=Kind.PAYMENT, references=['A/2026/1']),
    ]
    theirs = [their(1, 100, 'A/2026/1'), their(2, -100, 'A/2026/1', 20)]
    assert say(theirs, ours) == [('agrees', [1], 0), ('agrees', [2], 0)]


def test_a_part_payment_is_deducted_where_we_have_deducted_it():
    ours = [our(1, 70, 'A/2026/1')]  # open of 100
    theirs = [their(1, 100, 'A/2026/1'), their(2, -30, 'A/2026/1', 9)]
    assert say(theirs, ours) == [('agrees', [1, 2], 0)]


def test_what_is_settled_with_us_is_known_and_told_only_if_they_list_it():
    ours = [our(1, 0, 'A/2026/1')]
    assert say([], ours) == []
    assert say([their(1, 100, 'A/2026/1')], ours) == [('amount', [1], 100)]


def test_findings_that_do_not_add_up_are_refused():
    line = their(1, 100)
    with pytest.raises(ValueError, match="add up"):
        Comparison.of([Finding(Verdict.UNKNOWN_TO_US, (line,), None, 99)], [line], [])
    with pytest.raises(ValueError, match="has one finding"):
        Comparison.of([], [line], [])


numbers = st.sampled_from(['', 'A/2026/1', 'a-2026-01', 'A/2026/2', 'PO 77', 'A/2026/1 PO 77', 'x'])
amounts = st.sampled_from([100, 100, 90, 250, -100, -30, 1])
days = st.integers(0, 3)
their_lines = st.lists(
    st.tuples(amounts, numbers, st.one_of(st.none(), days), numbers), max_size=8
).map(
    lambda rows: [
        their(place, amount, number, day, reference=reference)
        for place, (amount, number, day, reference) in enumerate(rows, 1)
    ]
)
our_lines = st.lists(
    st.tuples(st.one_of(amounts, st.just(0)), numbers, days, st.sampled_from(list(Kind)), numbers),
    max_size=8,
).map(
    lambda rows: [
        our(place, amount, number, day, kind, [reference])
        for place, (amount, number, day, kind, reference) in enumerate(rows, 1)
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(their_lines, our_lines, st.randoms())
def test_whatever_is_compared_adds_up_and_its_order_does_not_matter(theirs, ours, rng):
    comparison = compare(theirs, ours)
    difference = sum(line.amount for line in theirs) - sum(item.amount for item in ours)
    assert sum(finding.difference for finding in comparison.findings) == difference
    for finding in comparison.findings:
        known = finding.ours.amount if finding.ours else 0
        assert finding.difference == sum(line.amount for line in finding.theirs) - known
        silent = finding.verdict in (Verdict.AGREES, Verdict.DATE)
        assert not (silent and finding.difference)
    told = {finding.ours.id for finding in comparison.findings if finding.ours}
    assert {item.id for item in ours if item.amount} <= told
    rng.shuffle(theirs)
    rng.shuffle(ours)
    again = compare(theirs, ours)
    assert sorted(map(repr, again.findings)) == sorted(map(repr, comparison.findings))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(our_lines)
def test_against_itself_everything_agrees(ours):
    ours = [
        OurLine(o.id, o.date, o.amount or 7, f'B/2026/{o.id}', (), o.kind) for o in ours
    ]  # fmt: skip
    theirs = [TheirLine(o.id, o.date, o.amount, o.number.lower()) for o in ours]
    assert all(f.verdict is Verdict.AGREES for f in compare(theirs, ours).findings)


def test_five_thousand_lines_take_no_time_worth_mentioning():
    import time

    ours = [our(n, 100 + n % 700, f'INV/2026/{n:05}') for n in range(1, 5001)]
    theirs = [their(n, 100 + n % 700, text=f'Invoice INV-2026-{n} of ours') for n in range(1, 5001)]
    start = time.process_time()
    comparison = compare(theirs, ours)
    assert all(f.verdict is Verdict.AGREES for f in comparison.findings)
    assert time.process_time() - start < 3
