from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...deciding import Promise, Receipt, distribute

FIRST = date(2026, 1, 1)
MOMENT = datetime(2026, 1, 1, 10)


def make_promise(number, given_on, wait, grace, amount):
    given_on = FIRST + timedelta(days=given_on)
    day = given_on + timedelta(days=wait)
    return Promise(number, given_on, MOMENT, day, day + timedelta(days=grace), amount)


PROMISES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 20), st.integers(0, 5), st.integers(1, 100)),
    max_size=6,
).map(lambda rows: [make_promise(number, *row) for number, row in enumerate(rows)])
RECEIPTS = st.lists(
    st.builds(
        Receipt,
        st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days)),
        st.sampled_from([MOMENT, MOMENT + timedelta(hours=1)]),
        st.integers(1, 100),
    ),
    max_size=8,
)


@tagged('post_install', '-at_install')
class TestPromises(BaseCase):
    """No cent counts twice, and none from outside the time that was agreed."""

    @given(PROMISES, RECEIPTS)
    def test_whatever_was_promised_no_money_is_made(self, promises, receipts):
        taken = distribute(promises, receipts)
        self.assertEqual(set(taken), {promise.id for promise in promises})
        self.assertLessEqual(sum(taken.values()), sum(receipt.amount for receipt in receipts))
        for promise in promises:
            in_time = sum(
                receipt.amount
                for receipt in receipts
                if promise.given_on <= receipt.date <= promise.until
            )
            self.assertTrue(0 <= taken[promise.id] <= min(promise.amount, in_time))

    @given(PROMISES, RECEIPTS)
    def test_the_order_in_which_they_are_told_changes_nothing(self, promises, receipts):
        self.assertEqual(distribute(promises, receipts), distribute(promises[::-1], receipts[::-1]))

    @given(PROMISES, RECEIPTS)
    def test_the_earliest_promise_gets_what_it_can(self, promises, receipts):
        if not promises:
            return
        first = min(promises, key=lambda promise: (promise.date, promise.id))
        alone = distribute([first], receipts)
        self.assertEqual(distribute(promises, receipts)[first.id], alone[first.id])
