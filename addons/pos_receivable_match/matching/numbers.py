"""Invoice numbers: their parts, and how a number stands in a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from .text import Atom, fold, is_calendar_digits, word_set

KEYWORDS = word_set(
    'INVOICE INVOICES INV INVNO INVNR RECHNUNG RECHNUNGEN RECHNUNGSNR RECHNUNGSNUMMER RECHN RECH '
    'RG RGNR RE RENR RNR BELEG BELEGNR NR NO NUM NUMMER NUMBER NUMERO FACTURE FACTURES FACT FAC '
    'FATTURA FATT FACTURA FRA FAKTURA FAKTUUR FACTUUR FV REF REFERENCE REFERENZ BILL ZU FUER FOR '
    'ZAHLUNG PAYMENT PMT ZAHLG UND AND ET'
)
_JOIN = re.compile(r'[\s/\\\-._#:]{0,3}')
_PARTS = re.compile(r'[A-Z]+|\d+')
_SCANNED = str.maketrans('OQDILSBZG', '000115826')


class Quality(IntEnum):
    """How firmly a quoted number means the invoice."""

    EMBEDDED = 0  # attached to something else, or put together from pieces
    SHORT = 1  # quoted fully, but so short that chance can write it
    FULL = 2


@dataclass(frozen=True, slots=True)
class Number:
    """An invoice number taken apart.

    >>> number = read_number('INV/2026/00042')
    >>> number.compact, number.parts, number.serial
    ('INV202600042', ('INV', '2026', '00042'), '00042')
    >>> number.loose  # the same without leading zeros
    'INV|2026|42'
    """

    written: str
    compact: str
    parts: tuple[str, ...]

    @property
    def prefix(self) -> str:
        return self.parts[0] if self.parts[0].isalpha() else ''

    @property
    def serial(self) -> str:
        return next((part for part in reversed(self.parts) if part.isdigit()), '')

    @property
    def tail(self) -> str:
        """Without the letters in front, when enough is left to tell it from other numbers."""
        rest = self.compact[len(self.prefix) :]
        return rest if self.prefix and len(rest) >= 6 else ''

    @property
    def loose(self) -> str:
        return loose(self.parts)

    @property
    def breaks(self) -> frozenset[int]:
        """Where one part ends and the next begins."""
        places, total = set(), 0
        for part in self.parts[:-1]:
            total += len(part)
            places.add(total)
        return frozenset(places)

    @property
    def shape(self) -> str:
        """What numbers of the same series have in common."""
        return shape(self.compact)


@lru_cache(maxsize=200_000)
def read_number(written: str) -> Number | None:
    """
    >>> read_number('Sales'), read_number('7')
    (None, None)
    """
    parts = tuple(_PARTS.findall(fold(written)))
    key = ''.join(parts)
    digits = sum(character.isdigit() for character in key)
    if not digits or len(key) < 3:
        return None
    return Number(written, key, parts)


def loose(parts: Sequence[str]) -> str:
    return '|'.join(part.lstrip('0') or '0' if part.isdigit() else part for part in parts)


def shape(key: str) -> str:
    """Letters kept, digits counted; of digits alone also the leading ones.

    >>> shape('INV202600042'), shape('2026000042'), shape('4711')
    ('INV9', '2026:10', '')
    """
    if key.isdigit():
        return f'{key[:4]}:{len(key)}' if len(key) >= 8 else ''
    return ''.join(p if p.isalpha() else str(len(p)) for p in _PARTS.findall(key))


def scanned(key: str) -> str:
    """Letters that scanners confuse with digits, as digits.

    >>> scanned('lNV2O26OOO42'.upper()) == scanned('INV202600042')
    True
    """
    return key.translate(_SCANNED)


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring atoms read as one number. ``splits``: where gaps fall in the compact form."""

    key: str
    first: int
    last: int
    splits: tuple[int, ...]
    cut: int = 0  # letters of the first atom left out: RECHNUNGINV -> INV


def windows(found: Sequence[Atom], longest: int, prefixes: frozenset[str]) -> Iterator[Window]:
    """Every run of neighbouring atoms that could be a number.

    A run may start with the known prefix at the end of a longer word.
    """
    for first, atom in enumerate(found):
        yield from _from(found, first, atom.text, 0, longest)
        if not atom.is_digits:
            for cut in range(1, len(atom.text)):
                if atom.text[cut:] in prefixes:
                    yield from _from(found, first, atom.text[cut:], cut, longest)


def _from(found: Sequence[Atom], first: int, key: str, cut: int, longest: int) -> Iterator[Window]:
    splits: tuple[int, ...] = ()
    last = first
    while len(key) <= longest:
        yield Window(key, first, last, splits, cut)
        last += 1
        if last == len(found) or not _JOIN.fullmatch(found[last].gap):
            return
        splits = (*splits, len(key)) if found[last].gap else splits
        key += found[last].text


def quality(number: Number, window: Window, found: Sequence[Atom]) -> Quality:
    """How firmly the window, which has the number's characters, means the number."""
    if not _is_whole(number, window, found) or not (
        _begins_clean(window, found) and _ends_clean(window, found)
    ):
        return Quality.EMBEDDED
    if any(found[index].masked for index in range(window.first, window.last + 1)):
        return Quality.EMBEDDED
    return firmness(number, window.first, found)


def firmness(number: Number, first: int, found: Sequence[Atom]) -> Quality:
    """By how unlikely it is that somebody else writes these characters."""
    digits = sum(character.isdigit() for character in number.compact)
    if number.prefix:
        return Quality.FULL if digits >= 6 else Quality.SHORT
    if number.compact.isdigit() and is_calendar_digits(number.compact):
        return Quality.EMBEDDED
    if digits >= 8:
        return Quality.FULL
    named = first > 0 and found[first - 1].text in KEYWORDS
    return Quality.SHORT if digits >= 5 or named else Quality.EMBEDDED


def _is_whole(number: Number, window: Window, found: Sequence[Atom]) -> bool:
    """No gap inside a run of digits, except where a bank wraps its lines at 35 characters."""
    position = 0
    for index in range(window.first, window.last):
        position += len(found[index].text) - (window.cut if index == window.first else 0)
        gap, end = found[index + 1].gap, found[index].end
        if position not in number.breaks and gap and not _is_wrap(gap, end):
            return False
    return True


def _is_wrap(gap: str, position: int) -> bool:
    return gap in ('\n', '\r\n') or (gap == ' ' and 0 <= position - 35 * (position // 35) <= 3)


def _begins_clean(window: Window, found: Sequence[Atom]) -> bool:
    atom = found[window.first]
    if window.cut:
        rest = atom.text[: window.cut]
        return rest in KEYWORDS or len(rest) >= 4
    if window.first == 0:
        return True
    before, gap = found[window.first - 1], atom.gap
    if before.text in KEYWORDS or gap.strip('/\\-_') or ' ' in gap:
        return True
    if not gap:  # glued: letters before digits, or digits before letters
        return before.is_digits or len(before.text) >= 6
    if atom.is_digits:
        return _is_list(before, found[window.last])
    return before.is_digits or len(before.text) > 3


def _ends_clean(window: Window, found: Sequence[Atom]) -> bool:
    if window.last + 1 == len(found):
        return True
    last, after = found[window.last], found[window.last + 1]
    if not after.gap:
        return last.is_digits and len(after.text) >= 2
    if not after.is_digits:
        return True
    if after.gap in ('-', '/', '_', '\\'):
        return _is_list(last, after) or after.masked
    return after.gap not in ('.', ',') or len(after.text) != 2


def _is_list(one: Atom, other: Atom) -> bool:
    """Two numbers side by side rather than two parts of one."""
    return one.is_digits and other.is_digits and len(one.text) == len(other.text) >= 3


def one_keystroke_apart(one: str, other: str) -> bool:
    """One character wrong, missing, too many, or two neighbours swapped.

    >>> [one_keystroke_apart('INV202642', w) for w in ('INV202624', 'INV20264', 'INV202643')]
    [True, True, True]
    >>> one_keystroke_apart('INV202642', 'INV202642'), one_keystroke_apart('ABCD', 'ABDE')
    (False, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    swapped = one[start : start + 2][::-1] == other[start : start + 2]
    return swapped and one[start + 2 :] == other[start + 2 :]
