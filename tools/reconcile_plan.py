"""In which order, and in which groups, leftover credits are reconciled with their invoices.

Pure functions over ids, so that the rule can be read, and tried, without a database.
"""

from collections import defaultdict
from typing import NamedTuple


class Pair(NamedTuple):
    """A credit that evidence links to an invoice, and one of the invoice's open debits on the
    same account."""

    invoice: int
    account: int
    debit: int
    credit: int


class Group(NamedTuple):
    """Journal items of one invoice and one account, to be reconciled together."""

    invoice: int
    items: frozenset


def plan_waves(pairs, shared=frozenset()):
    """Arrange ``pairs`` in waves of groups; the groups of a wave have no item in common.

    An invoice first takes the credits that can go nowhere else, all at once. Credits in
    ``shared`` (linked to several invoices) come after, oldest invoice first, each invoice apart
    from the others: in one group with both, a credit of the first could pay the second.

    :param pairs: oldest invoice first
    :return: list of lists of :class:`Group`

    One credit each, no matter how many invoices, is a single wave:

    >>> [[tuple(group) for group in wave] for wave in plan_waves(
    ...     [Pair(1, 7, 10, 20), Pair(1, 7, 11, 20), Pair(2, 7, 12, 22)])]
    [[(1, frozenset({10, 11, 20})), (2, frozenset({12, 22}))]]

    Credit 20 is linked to both invoices, 21 to the second alone:

    >>> [[tuple(group) for group in wave] for wave in plan_waves(
    ...     [Pair(1, 7, 10, 20), Pair(2, 7, 12, 20), Pair(2, 7, 12, 21)], shared={20})]
    [[(2, frozenset({12, 21})), (1, frozenset({10, 20}))], [(2, frozenset({12, 20}))]]
    """
    debits, own, common = defaultdict(set), defaultdict(set), defaultdict(set)
    for pair in pairs:
        key = pair.invoice, pair.account
        debits[key].add(pair.debit)
        (common if pair.credit in shared else own)[key].add(pair.credit)

    groups = [Group(key[0], frozenset(debits[key] | own[key])) for key in debits if own[key]]
    for key in debits:
        for credit in sorted(common[key]):
            groups.append(Group(key[0], frozenset(debits[key] | {credit})))

    waves = []
    first_free = defaultdict(int)  # by item: the first wave after the ones it is in
    for group in groups:
        number = max(first_free[item] for item in group.items)
        if number == len(waves):
            waves.append([])
        waves[number].append(group)
        first_free.update(dict.fromkeys(group.items, number + 1))
    return waves
