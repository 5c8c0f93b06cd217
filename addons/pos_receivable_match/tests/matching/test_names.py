"""Names mean the same whichever library compares the letters."""

from difflib import SequenceMatcher

import pytest
from rapidfuzz.distance.Indel import normalized_similarity

from ...matching import names


def by_difflib(one, other):
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


PAIRS = (
    ('Müller Bau GmbH', 'MUELLER BAU', 'same'),
    ('Schröder & Söhne KG', 'Soehne und Schroeder', 'same'),
    ('Bäckerei Hofmann', 'Baeckerei Hoffmann', 'close'),
    ('Konstantin Petersen', 'Konstantni Petersen', 'close'),
    ('Schneider Logistik', 'Schnieder Logistik', 'close'),
    ('Miller', 'Miller & Sons Holding', 'other'),
    ('Autohaus Becker', 'Autohaus Schmidt', 'other'),
    ('Anna Weber', 'Karl Weber', 'other'),
)


def verdict(one, other):
    score = names.similarity(names.words(one), names.words(other))
    if score >= names.SAME:
        return 'same'
    return 'close' if score >= names.CLOSE else 'other'


@pytest.mark.parametrize('ratio', (by_difflib, normalized_similarity))
@pytest.mark.parametrize(('one', 'other', 'expected'), PAIRS)
def test_both_libraries_come_to_the_same_verdict(monkeypatch, ratio, one, other, expected):
    names._alike.cache_clear()
    monkeypatch.setattr(names, '_ratio', ratio)
    assert verdict(one, other) == expected
    assert verdict(other, one) == expected
    names._alike.cache_clear()
