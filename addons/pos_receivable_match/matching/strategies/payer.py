"""Who paid: account, known partner, learned alias, name."""

from collections.abc import Iterator
from math import log10

from .. import names
from ..evidence import STRATEGIES, Evidence, Query, Signal
from ..reasons import reason
from ..values import order

MOST_SIMILAR = 10  # customers; only where no name is closer
ALIAS_POINTS = (12, 18, 24, 28)  # once, twice, three times confirmed, more


@STRATEGIES.add('account')
def by_account(query: Query) -> Iterator[Evidence]:
    groups = query.knowledge.accounts.get(query.account, ()) if query.account else ()
    for group in sorted(groups, key=order):
        args = {'account': query.receipt.payer_account}
        if len(groups) > 1:
            why = reason('account_shared', **args)
            yield Evidence(Signal.PAYER, 20, why, group=group, supports_holder=True)
        elif query.has_iban:
            why = reason('account', **args)
            yield Evidence(Signal.ACCOUNT, 35, why, group=group, supports_holder=True)
        else:
            why = reason('account_local', **args)
            yield Evidence(Signal.PAYER, 25, why, group=group, supports_holder=True)


@STRATEGIES.add('partner')
def by_partner(query: Query) -> Iterator[Evidence]:
    if query.receipt.partner is not None:
        why = reason('partner')
        group = query.receipt.partner
        yield Evidence(Signal.PAYER, 35, why, group=group, supports_holder=True)


@STRATEGIES.add('alias')
def by_alias(query: Query) -> Iterator[Evidence]:
    """A name that was confirmed before; worth less when it was confirmed for several."""
    counts = query.knowledge.aliases.get(names.normalise(query.receipt.payer_name), {})
    total = sum(counts.values())
    for group in sorted(counts, key=order):
        count = counts[group]
        points = ALIAS_POINTS[min(count, len(ALIAS_POINTS)) - 1] * count // total
        why = reason('alias', name=query.receipt.payer_name, count=count)
        sure = count >= 2 and count == total
        yield Evidence(Signal.PAYER, points, why, group=group, supports_holder=sure)


@STRATEGIES.add('name')
def by_name(query: Query) -> Iterator[Evidence]:
    """Worth less the more customers share the name."""
    alike = [score for score in query.names.values() if score >= names.CLOSE]
    shared, name = _shared(len(alike)), query.receipt.payer_name
    same, close = reason('name_same', name=name), reason('name_close', name=name)
    similar, few = reason('name_similar', name=name), 0 if alike else MOST_SIMILAR
    for group, score in query.names.items():
        if score >= names.SAME:
            yield Evidence(Signal.PAYER, 25 - shared, same, group=group, supports_holder=True)
        elif score >= names.CLOSE:
            yield Evidence(Signal.PAYER, 20 - shared, close, group=group, supports_holder=True)
        elif score >= names.SIMILAR and few:
            few -= 1
            yield Evidence(Signal.PAYER, 10, similar, group=group)


def _shared(namesakes: int) -> int:
    return min(round(10 * log10(max(namesakes, 1))) // 2, 8)


@STRATEGIES.add('name_in_text')
def by_mention(query: Query) -> Iterator[Evidence]:
    """The customer's name in the text: payments by somebody else, or without a payer's name."""
    given = names.words(query.folded.replace('\x1f', ' '))
    groups = query.items.names.mentioned(given)
    points = 18 - _shared(len(groups))
    for group in groups:
        why = reason('name_in_text')
        yield Evidence(Signal.PAYER, points, why, group=group, supports_holder=True)
