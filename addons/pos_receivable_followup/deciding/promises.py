"""Which money was for which promise."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """An amount, in the smallest unit of the currency, promised at a moment and awaited from that day
    until a day, both included."""

    id: int
    given_on: datetime.date
    given_at: datetime.datetime
    date: datetime.date
    until: datetime.date
    amount: int

    def _may_take(self, receipt):
        if not self.given_on <= receipt.date <= self.until:
            return False
        # What was in the books already when they gave their word is not what they meant.
        return receipt.date > self.given_on or receipt.booked_at > self.given_at


@dataclass(frozen=True)
class Receipt:
    """Money, in the smallest unit of the currency, by its value date."""

    date: datetime.date
    booked_at: datetime.datetime
    amount: int


def distribute(promises, receipts):
    """How much of each promise has come. No money counts twice: the earliest promise takes first, of the
    earliest money, and never more than its amount.

    :return: ``{promise id: amount}``
    """
    receipts = sorted(receipts, key=lambda receipt: (receipt.date, receipt.booked_at))
    left = [receipt.amount for receipt in receipts]
    taken = {}
    for promise in sorted(promises, key=lambda promise: (promise.date, promise.id)):
        missing = promise.amount
        for place, receipt in enumerate(receipts):
            if missing and left[place] and promise._may_take(receipt):
                part = min(missing, left[place])
                left[place] -= part
                missing -= part
        taken[promise.id] = promise.amount - missing
    return taken
