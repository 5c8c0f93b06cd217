"""Structured references: the check digits tell a reference from digits that only look like one."""

import re
from collections.abc import Iterator

from ..evidence import STRATEGIES, Evidence, Query, Signal
from ..reasons import reason
from ..text import compact

_CREDITOR = re.compile(r'RF\d\d(?: ?[A-Z0-9]){1,21}')  # ISO 11649
_FRAMED = re.compile(r'[+*]{3}(?:[\s/]?\d){12}\s?[+*]{3}')  # Belgium
_LONG = re.compile(r'(?<!\d)\d{12}(?!\d)|(?<!\d)\d(?: ?\d){26}(?!\d)')
_DIGITS = re.compile(r'\d(?: ?\d){9,26}')
SURE_LENGTH = 10  # a shorter valid string is too easily written by chance


@STRATEGIES.add('reference')
def by_reference(query: Query) -> Iterator[Evidence]:
    """The payment reference of an item, or of one customer's items, with a valid check digit."""
    for key in quoted_references(query):
        entries = query.items.by_reference(key)
        found = [item for item in query.likely(entries) if query.is_eligible(item)]
        if not found or len(key) < SURE_LENGTH or not query.knowledge.is_valid_reference(key):
            continue
        # A payment registered for an invoice has its reference too, and takes nothing from it.
        items = [item for item in found if not item.registered]
        for item in found:
            if item.registered:
                why = reason('structured', reference=key, number=item.number)
                yield Evidence(Signal.REFERENCE, 60, why, item=item.id, group=item.group)
        if len(items) == 1 and len(entries) == len(found):
            why = reason('structured', reference=key, number=items[0].number)
            yield Evidence(Signal.REFERENCE, 60, why, item=items[0].id, group=items[0].group)
        elif len(query.items.groups_of(entries)) == 1:  # a reference per customer
            why = reason('structured_group', reference=key)
            for item in items:
                yield Evidence(Signal.REFERENCE, 45, why, item=item.id, group=item.group)


def quoted_references(query: Query) -> list[str]:
    """What could be a structured reference, in compact form; the bank's own field first."""
    found = [compact(query.receipt.reference)]
    for pattern in (_CREDITOR, _FRAMED, _DIGITS):
        for run in pattern.finditer(query.folded):
            found += _readings(run[0])
    return list(dict.fromkeys(filter(None, found)))


def _readings(run: str) -> list[str]:
    """The run as a whole and cut at each blank, as words may follow a reference.

    >>> _readings('RF18 5390 0754')
    ['RF1853900754', 'RF185390', 'RF18']
    """
    words = run.split(' ')
    return [compact(''.join(words[:count])) for count in range(len(words), 0, -1)]


def unknown_reference(query: Query, careful: bool) -> str:
    """A reference that is certainly one, and not of an open item: it pays something else.

    ``careful`` takes long digits with a valid check digit for one without marks around them.
    """
    quoted = {compact(found[0]) for found in _FRAMED.finditer(query.folded)}
    quoted.add(compact(query.receipt.reference))
    for pattern in (_CREDITOR, _LONG) if careful else (_CREDITOR,):
        for found in pattern.finditer(query.folded):
            quoted.update(_readings(found[0]))
    valid = [
        key
        for key in sorted(quoted, key=lambda key: (len(key), key))
        if len(key) >= SURE_LENGTH and query.knowledge.is_valid_reference(key)
    ]
    if any(query.items.by_reference(key) or query.items.by_key(key) for key in valid):
        return ''
    return valid[-1] if valid else ''
