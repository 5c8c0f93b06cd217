"""Document numbers, however they are written."""

import re
from collections.abc import Iterable, Iterator

PART = re.compile(r'[^\W\d_]+|\d+')
MOST_PARTS = 8  # of a number: longer stretches of a text are not looked up
LEAST_SIGNS = 4  # of a number that is found inside a text, and does not fill it

Parts = tuple[str, ...]


def split(text: str) -> Parts:
    """The words and figures of a number, however they are joined and filled up with zeros.

    >>> split('INV/2026/00042') == split('inv-2026-42') == split('Inv 2026 0042')
    True
    """
    return tuple(part.lstrip('0') or '0' for part in PART.findall(text.casefold()))


def mentions(texts: Iterable[str]) -> Iterator[Parts]:
    """All that a line may mean as a number, the longest first: a whole text, or what stands inside
    with at least a figure and some length.

    >>> ('inv', '2026', '42') in set(mentions(['Our ref. INV/2026/00042, thanks']))
    True
    >>> list(mentions(['42']))
    [('42',)]
    """
    found = {}
    for text in texts:
        parts = split(text)
        if parts:
            found[parts] = True
        for start in range(len(parts)):
            for end in range(start + 1, min(start + MOST_PARTS, len(parts)) + 1):
                stretch = parts[start:end]
                if sum(map(len, stretch)) >= LEAST_SIGNS and any(p.isdigit() for p in stretch):
                    found[stretch] = True
    return iter(sorted(found, key=lambda parts: (-sum(map(len, parts)), parts)))
