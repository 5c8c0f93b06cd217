"""Complete invoice numbers in the text, and the order numbers customers quote instead."""

from collections.abc import Iterator

from ..evidence import STRATEGIES, Evidence, Query, Signal
from ..index import Named
from ..numbers import Quality, Window, firmness, loose, quality
from ..reasons import reason

POINTS = {Quality.FULL: 50, Quality.SHORT: 35, Quality.EMBEDDED: 20}
SIGNALS = {
    Quality.FULL: Signal.NUMBER,
    Quality.SHORT: Signal.SHORT_NUMBER,
    Quality.EMBEDDED: Signal.MENTION,
}
CODES = {
    Quality.FULL: 'number',
    Quality.SHORT: 'number_short',
    Quality.EMBEDDED: 'number_embedded',
}


@STRATEGIES.add('number')
def by_number(query: Query) -> Iterator[Evidence]:
    for window in query.windows:
        for named in query.likely(query.items.by_key(window.key)):
            if query.is_eligible(named.item):
                yield _quoted(named, quality(named.number, window, query.atoms))
        yield from _without_zeros(query, window)


def _quoted(named: Named, how: Quality) -> Evidence:
    item, written = named.item, named.number.written
    if not named.ours:
        why = reason('other_reference', reference=written, number=item.number)
        points = {Quality.FULL: 30, Quality.SHORT: 20, Quality.EMBEDDED: 8}[how]
        return Evidence(Signal.MENTION, points, why, item=item.id, group=item.group)
    why = reason(CODES[how], number=written)
    return Evidence(SIGNALS[how], POINTS[how], why, item=item.id, group=item.group)


def _without_zeros(query: Query, window: Window) -> Iterator[Evidence]:
    """All parts of the number, leading zeros left out: INV/2026/42. Needs a known payer."""
    run = query.atoms[window.first : window.last + 1]
    if len(run) < 2:
        return
    parts = [run[0].text[window.cut :], *(atom.text for atom in run[1:])]
    for named in query.likely(query.items.by_loose(loose(parts))):
        if named.ours and query.is_eligible(named.item) and named.number.compact != window.key:
            how = min(firmness(named.number, window.first, query.atoms), Quality.SHORT)
            if any(atom.masked for atom in run):
                how = Quality.EMBEDDED
            yield _quoted(named, how)


@STRATEGIES.add('number_list')
def by_list(query: Query) -> Iterator[Evidence]:
    """Further invoices listed in short after a complete number: INV/2026/00042, 43 and 44."""
    for window in query.windows:
        for named in query.likely(query.items.by_key(window.key)):
            if named.ours and named.number.serial == query.atoms[window.last].text:
                yield from _listed(query, window, named)


def _listed(query: Query, window: Window, named: Named) -> Iterator[Evidence]:
    serial = named.number.serial
    stem = window.key.removesuffix(serial)
    for atom in query.atoms[window.last + 1 : window.last + 12]:
        if (
            atom.masked
            or not atom.is_digits
            and atom.text not in ('UND', 'AND', 'ET', 'U', 'Y', 'E')
        ):
            return
        if not atom.is_digits:
            continue
        if len(atom.text) > len(serial) or '\x1f' in atom.gap:
            return
        key = stem + serial[: -len(atom.text)] + atom.text
        for other in query.likely(query.items.by_key(key)):
            if other.item.group == named.item.group and other.item is not named.item:
                why = reason('number_list', number=other.number.written)
                item = other.item
                yield Evidence(Signal.MENTION, 30, why, item=item.id, group=item.group)
