"""Names of payers and customers: what is left when spelling and legal form do not count.

Two names are compared word by word. RapidFuzz compares the letters of two words where it is
installed, the standard library otherwise; for words one keystroke apart both give the same ratio.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from .text import fold, word_set

try:
    from rapidfuzz.distance.Indel import normalized_similarity as _ratio
except ImportError:

    def _ratio(one: str, other: str) -> float:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()


LEGAL_FORMS = word_set(
    'ab ag aps as asa bv bvba co corp corporation cv eg ehf ek eood eu ev gbr gesmbh gmbh ges hf '
    'inc incorporated kft kg kgaa kk limited llc llp lp ltd ltda mbh nv nyrt ohg oo oy oyj partg plc '
    'pte pty pvt ry sa sab sagl sapa sarl sas sasu sca scop scrl sc sdnbhd se slu sl snc sp spa spj '
    'spk spol spzoo sprl srl sro ug vof zoo zrt doo dd kd ood ad sia uab'
)
FILLERS = word_set(
    'and und et en og och e i y ja the der die das le la les el los de du von van di da '
    'herr herrn frau mr mrs ms miss dr prof ing mag dipl familie fam firma fa company'
)
SAME, CLOSE, SIMILAR = 99, 82, 62  # of 100
WORD = 0.8  # two words less alike than this are different words

_DOTTED = re.compile(r'\b(?:[A-Z]\.\s?){2,}')
_WORDS = re.compile(r'[a-z0-9]+')
_UMLAUT = re.compile(r'([aou])e')


@lru_cache(maxsize=200_000)
def words(name: str) -> tuple[str, ...]:
    """The words that identify; all of them when nothing else is left.

    >>> words('Müller & Söhne GmbH'), words('MUELLER UND SOEHNE G.m.b.H.')
    (('muller', 'sohne'), ('muller', 'sohne'))
    >>> words('Spedycja Sp. z o.o.'), words('The Co.')
    (('spedycja',), ('the', 'co'))
    """
    folded = _DOTTED.sub(lambda found: re.sub(r'[.\s]', '', found[0]) + ' ', fold(name))
    every = [_UMLAUT.sub(r'\1', word) for word in _WORDS.findall(folded.lower())]
    kept = [word for word in every if word not in LEGAL_FORMS and word not in FILLERS]
    kept = [word for word in kept if word != 'z'] or kept
    return tuple(kept or every)


def normalise(name: str) -> str:
    """The key under which a payer's name is learned.

    >>> normalise('ACME Deutschland GmbH & Co. KG')
    'acme deutschland'
    """
    return ' '.join(words(name))


@lru_cache(maxsize=200_000)
def glued(name: str) -> str:
    """Everything without blanks, as some banks deliver names.

    >>> glued('Müller Partner S.A.S.') == glued('MuellerPartnerS.A.S.')
    True
    """
    return _UMLAUT.sub(r'\1', re.sub(r'[^a-z0-9]', '', fold(name).lower()))


def _evenly(_word: str) -> float:
    return 1.0


def similarity(
    one: Sequence[str], other: Sequence[str], weight: Callable[[str], float] = _evenly
) -> int:
    """0 … 100: the weight of the words both have, against the weight of all words of both.

    Words that only one of them has count against it, which is what keeps subset names apart.

    >>> similarity(words('Jürgen Müller'), words('MUELLER, JUERGEN'))
    100
    >>> similarity(words('Miller'), words('Miller & Sons Holding'))
    50
    >>> similarity(words('Bäckerei Hofmann'), words('Baeckerei Hoffmann'))
    97
    >>> similarity(words('J. Smith'), words('John Smith')) >= CLOSE
    True
    >>> similarity((), words('Miller'))
    0
    """
    if not one or not other:
        return 0
    if len(one) > len(other):
        one, other = other, one
    if ''.join(one) == ''.join(other):
        return 100
    left = list(other)
    shared = total = 0.0
    for word in sorted(one, key=lambda word: (-len(word), word)):
        if word in left:
            alike, found = 1.0, word
        else:
            alike, found = max(((_alike(word, w), w) for w in left), default=(0.0, ''))
        mass = weight(word)
        if alike >= WORD:
            left.remove(found)
            mass = max(mass, weight(found)) if len(word) > 1 else weight(found) * 0.6
            shared += 2 * mass * alike
            total += 2 * mass
        else:
            total += mass
    total += sum(weight(word) for word in left)
    return round(100 * shared / total)


def fits(written: str, known: Iterable[str]) -> bool:
    """Whether a payer's name is one of a customer's.

    >>> fits('ACME CORP.', ['Acme Corporation']), fits('PayPal Europe', ['Acme Corporation'])
    (True, False)
    >>> fits('', ['Acme Corporation']), fits('Acme', [])
    (False, False)
    """
    given = words(written)
    return any(similarity(given, words(name)) >= CLOSE for name in known)


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one[0] == other[0] and 1 in (len(one), len(other)):
        return 0.9  # an initial
    short, long = sorted((one, other), key=len)
    if len(short) >= 4 and long.startswith(short):
        return 0.8 + 0.2 * len(short) / len(long)  # cut off by a field's length
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 2:
        return 0.0
    return _ratio(one, other)
