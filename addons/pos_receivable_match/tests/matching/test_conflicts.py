"""Several receipts and one invoice."""

from datetime import date

from ...matching import Fit, Knowledge, Matcher, Tier
from .makers import IBAN, item, receipt

A = 'INV/2026/00042'
EARLY, LATE = date(2026, 11, 2), date(2026, 11, 9)


def test_of_two_full_payments_the_first_is_booked_and_the_second_waits():
    incoming = [receipt(A, id=1, date=LATE), receipt(A, id=2, date=EARLY)]
    late, early = Matcher([item(A)]).match(incoming)
    assert (early.tier, late.tier) == (Tier.AUTO, Tier.ABSTAIN)
    assert late.best is None
    assert late.candidates[0].taken


def test_two_full_payments_of_one_day_both_wait():
    incoming = [receipt(A, id=1), receipt(A, id=2)]
    assert Tier.AUTO not in {proposal.tier for proposal in Matcher([item(A)]).match(incoming)}


def test_the_account_gives_way_to_the_quoted_number():
    incoming = [receipt('danke', id=1, payer_account=IBAN, date=EARLY), receipt(A, id=2, date=LATE)]
    silent, quoting = Matcher([item(A)], Knowledge({IBAN: {1}})).match(incoming)
    assert (silent.tier, quoting.tier) == (Tier.ABSTAIN, Tier.AUTO)


def test_parts_that_add_up_are_booked_together():
    incoming = [receipt(f'{A} Rate {n}', amount, id=n) for n, amount in ((1, 5000), (2, 6900))]
    proposals = Matcher([item(A)]).match(incoming)
    assert {proposal.tier for proposal in proposals} == {Tier.AUTO}
    assert {proposal.best.fit for proposal in proposals} == {Fit.PARTS}


def test_one_payment_covers_the_invoices_it_lists():
    items = [item(A, 1000), item('INV/2026/00050', 2000), item('INV/2026/00060', 4000)]
    (proposal,) = Matcher(items).match([receipt('INV/2026/00042 + INV/2026/00060', 5000)])
    assert proposal.tier is Tier.AUTO
    assert [a.amount for a in proposal.best.allocations] == [1000, 4000]


def test_instalments_of_one_invoice_are_paid_in_their_order():
    first = item(A, 3000, id='first', due=date(2026, 10, 15))
    second = item(A, 3000, id='second', due=date(2026, 11, 15))
    (proposal,) = Matcher([second, first]).match([receipt(A, 3000)])
    assert (proposal.tier, proposal.best.items) == (Tier.AUTO, ('first',))
