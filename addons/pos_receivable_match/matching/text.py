"""Bank texts: folding, tags, and the spans that are dates, amounts or accounts."""

import re
import unicodedata
from dataclasses import dataclass

from .accounts import is_iban

BREAK = '\x1f'  # stands where a tag was; no number reaches across
_SPECIAL = str.maketrans({'ß': 'ss', 'ø': 'o', 'Ø': 'O', 'ł': 'l', 'Ł': 'L', 'æ': 'ae', 'Æ': 'AE'})
_TAGS = (
    'ABWA|ABWE|ADDR|AMNT|BENM|BIC|BREF|CDTR|COAM|CRED|CSID|DEBT|EREF|ENDT|EXCH|IBAN|ID|INST|KREF|'
    'MARF|MREF|NAME|NRTX|OAMT|OCMT|ORDP|PREF|PURP|RCMT|REMI|RFB|RREF|RTRN|SQTP|SVCL|SVWZ|TRTP|TXTY|'
    'ULTB|ULTC|ULTD'
)
# /REMI/ as in SWIFT and ISO 20022, SVWZ+ as in German MT940 text; a value may follow at once.
_TAG = re.compile(rf'/(?:{_TAGS})/|(?:{_TAGS})\+|\?\d\d(?=\D)')
_DATE = re.compile(
    r'(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:(?:19|20)\d\d|\d\d)'
    r'|(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12]\d|3[01]))(?!\d)'
)
_AMOUNT = re.compile(r"(?<![\w/-])(?:\d{1,3}(?:[.,' ]\d{3})+|\d+)[.,]\d{2}(?![\d/])")
_IBAN = re.compile(r'(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])')
_ATOM = re.compile(r'[A-Z]+|\d+')


def word_set(text: str) -> frozenset[str]:
    """A set of words written as one string."""
    return frozenset(text.split())


def fold(text: str) -> str:
    """Upper case without accents.

    >>> fold('Größe, Ça & Łódź')
    'GROSSE, CA & LODZ'
    """
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize('NFKD', text.translate(_SPECIAL))
    return ''.join(c for c in decomposed if not unicodedata.combining(c)).upper()


def compact(text: str) -> str:
    """Letters and digits alone.

    >>> compact('inv/2026-00042'), compact('+++020/3430/57642+++')
    ('INV202600042', '020343057642')
    """
    return re.sub(r'[^A-Z0-9]', '', fold(text))


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of letters or a run of digits; ``gap`` is what stands before it."""

    text: str
    start: int
    end: int
    gap: str
    masked: bool = False  # part of a date, an amount or an account

    @property
    def is_digits(self) -> bool:
        return self.text[0].isdigit()


def without_tags(text: str) -> str:
    """Bank tags blanked out, positions kept.

    >>> without_tags('/EREF/NOTPROVIDED/REMI/RE-42').replace(BREAK, '_')
    '______NOTPROVIDED______RE-42'
    """
    return _TAG.sub(lambda found: BREAK * len(found[0]), text)


def atoms(folded: str) -> list[Atom]:
    """The atoms of a folded text, dates, amounts and accounts marked.

    >>> [(a.text, a.masked) for a in atoms('RE-42 V 01.10.26')]
    [('RE', False), ('42', False), ('V', False), ('01', True), ('10', True), ('26', True)]
    """
    spans = masked_spans(folded)
    found, end = [], 0
    for run in _ATOM.finditer(folded):
        start = run.start()
        masked = any(first <= start < last for first, last in spans)
        found.append(Atom(run[0], start, run.end(), folded[end:start], masked))
        end = run.end()
    return found


def masked_spans(folded: str) -> list[tuple[int, int]]:
    """
    >>> masked_spans('1.234,50 EUR DE89 3704 0044 0532 0130 00 OK')
    [(0, 8), (13, 40)]
    """
    spans = [found.span() for pattern in (_DATE, _AMOUNT) for found in pattern.finditer(folded)]
    for found in _IBAN.finditer(folded):
        words = found[0].split(' ')
        for count in range(len(words), 0, -1):  # the pattern runs on into words that follow
            account = ' '.join(words[:count])
            if is_iban(account):
                spans.append((found.start(), found.start() + len(account)))
                break
    return spans


def is_calendar_digits(digits: str) -> bool:
    """Digits that read as a year or as a day written without marks.

    >>> [is_calendar_digits(d) for d in ('2026', '01102026', '20261001', '011026', '2026000042')]
    [True, True, True, True, False]
    """
    if len(digits) == 4:
        return '1990' <= digits <= '2099'
    if len(digits) not in (6, 8):
        return False
    year = len(digits) - 4
    written = ((digits[:2], digits[2:4], digits[4:]), (digits[-2:], digits[-4:-2], digits[:year]))
    return any(
        '01' <= day <= '31' and '01' <= month <= '12' and (year == 2 or '1990' <= y <= '2099')
        for day, month, y in written
    )
