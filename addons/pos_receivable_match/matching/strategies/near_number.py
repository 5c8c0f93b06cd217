"""Numbers that are nearly right. Enough to propose an invoice to a person, never to book it."""

from collections.abc import Iterator

from ..evidence import GLUED, STRATEGIES, Evidence, Query, Signal
from ..index import Named
from ..numbers import Number, one_keystroke_apart, read_number
from ..reasons import reason
from ..values import OpenItem

FEW = 8  # items; a trace that leads to more of them leads nowhere
MOST_NEIGHBOURS = 50
SHORTEST = 5


@STRATEGIES.add('number_tail')
def by_tail(query: Query) -> Iterator[Evidence]:
    """The number without the letters in front: 2026/00042 for INV/2026/00042."""
    for window in query.windows:
        entries = query.items.by_tail(window.key) if window.key.isdigit() else []
        if len(entries) > FEW or query.atoms[window.first].masked:
            continue
        for named in entries:
            if query.is_eligible(named.item):
                yield _mention(named, 30, 'number_tail', window.key)


@STRATEGIES.add('number_scanned')
def by_scan(query: Query) -> Iterator[Evidence]:
    """Letters and digits confused: lNV/2O26/00O42."""
    words = [word for word in query.folded.replace('\x1f', ' ').split() if len(word) >= SHORTEST]
    for word in words[:40]:
        key = ''.join(character for character in word if character.isalnum())
        for named in query.items.by_scan(key)[:FEW]:
            if query.is_eligible(named.item) and named.number.compact != key:
                yield _mention(named, 32, 'number_scanned', key)


@STRATEGIES.add('number_glued')
def by_glued(query: Query) -> Iterator[Evidence]:
    """A number with further digits hanging on: 202600004211 for 2026000042 and a month."""
    for window in query.windows:
        last = query.atoms[window.last]
        if not last.is_digits or last.masked or len(window.key) < SHORTEST + 2:
            continue
        for extra in range(1, min(GLUED, len(last.text) - 1) + 1):
            for named in query.likely(query.items.by_key(window.key[:-extra])):
                if named.ours and query.is_eligible(named.item) and len(named.number.compact) > 5:
                    yield _mention(named, 18, 'number_embedded', window.key)


@STRATEGIES.add('number_near')
def by_neighbourhood(query: Query) -> Iterator[Evidence]:
    """Slips, cut-off numbers and bare serials, looked for among the items already in question:
    those of customers the payer resembles, and those the amount would settle."""
    lengths: dict[int, list[str]] = {}
    for window in query.windows:
        if len(window.key) >= 2 and not query.atoms[window.last].masked:
            lengths.setdefault(len(window.key), []).append(window.key)
    if not lengths or _is_settled(query):
        return
    for item in neighbourhood(query):
        number = read_number(item.number)
        if number is not None and number.compact not in lengths.get(len(number.compact), ()):
            yield from _near(query, Named(item, number, True), lengths)


def _is_settled(query: Query) -> bool:
    """A complete number with exactly its amount leaves nothing to look for."""
    amount, day = query.receipt.amount, query.receipt.date
    return any(
        named.ours and amount in (named.item.residual, named.item.discounted_on(day))
        for window in query.windows
        for named in query.likely(query.items.by_key(window.key))
    )


def neighbourhood(query: Query) -> list[OpenItem]:
    receipt, items = query.receipt, query.items
    groups = [receipt.partner, *query.knowledge.accounts.get(query.account, ())]
    groups += [group for group, score in query.names.items() if score >= 60]
    found = [item for item in items.of_amount(receipt.currency, receipt.amount)[:FEW]]
    for group in groups:
        if len(found) < MOST_NEIGHBOURS:
            found += items.of_group(group)[:MOST_NEIGHBOURS]
    unique = {item.id: item for item in found[:MOST_NEIGHBOURS] if query.is_eligible(item)}
    return list(unique.values())


def _near(query: Query, named: Named, lengths: dict[int, list[str]]) -> Iterator[Evidence]:
    number = named.number
    size = len(number.compact)
    if size >= SHORTEST:
        for length in (size - 1, size, size + 1):
            for key in lengths.get(length, ()):
                if _is_slip(key, number):
                    # a slip that makes another open number is the rarer one
                    points = 8 if query.items.by_key(key) else 22
                    yield _mention(named, points, 'number_near', key)
                    return
    if cut := _cut_off(query, number, lengths):
        yield _mention(named, 18, 'number_cut', cut)
        return
    serial = number.serial
    written = {serial, serial.lstrip('0')} - {'', number.compact}
    for key in sorted(written, key=len, reverse=True):
        if len(key) >= 2 and key in lengths.get(len(key), ()):
            yield _mention(named, min(4 + 3 * len(key), 18), 'number_serial', key)
            return


def _is_slip(key: str, number: Number) -> bool:
    """A slip keeps the letters; digits in front of a longer number are not a slip of it."""
    return key[0] == number.compact[0] and one_keystroke_apart(key, number.compact)


def _cut_off(query: Query, number: Number, lengths: dict[int, list[str]]) -> str:
    """The end of the text in the middle of a number, or its beginning without the first parts."""
    last = query.atoms[-1]
    size = len(number.compact)
    for missing in (1, 2, 3):
        for key in lengths.get(size - missing, ()):
            if len(key) < SHORTEST:
                continue
            if number.compact.startswith(key) and key.endswith(last.text):
                return key
            if number.compact.endswith(key):
                return key
    return ''


def _mention(named: Named, points: int, code: str, quoted: str) -> Evidence:
    why = reason(code, quoted=quoted, number=named.number.written)
    if not named.ours:
        points //= 2
    return Evidence(Signal.MENTION, points, why, item=named.item.id, group=named.item.group)
