"""Customers by the words of their names, so that only a handful of names is ever compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import log

from .names import glued, similarity, words
from .values import Id, order

COMMON = 300  # names; a word that more of them have opens no search
COMPARED = 25  # names compared for one payer
NAMESAKES = 40  # customers of one name that are still told apart by other means
RARE = 50  # names; in running text, a word must be rarer than that to start a search

Name = tuple[str, ...]


class NameIndex:
    """
    >>> index = NameIndex({1: ['Müller Bau GmbH'], 2: ['Müller Brot'], 3: ['Schmidt']})
    >>> index.ranked('Mueller Bau'), index.ranked('MUELLERBAUGMBH')
    ([(1, 100)], [(1, 100)])
    >>> index.mentioned(['fur', 'schmidt', 'danke'])
    [3]
    """

    def __init__(self, names: Mapping[Id, Iterable[str]]) -> None:
        self._names: dict[Id, list[Name]] = {}
        self._groups: dict[Name, list[Id]] = defaultdict(list)
        self._glued: dict[str, set[Name]] = defaultdict(set)
        holders: dict[str, set[Name]] = defaultdict(set)
        self._order = sorted(names, key=order)
        self._place = {group: place for place, group in enumerate(self._order)}
        for group in self._order:
            known = {name: words(name) for name in names[group] if words(name)}
            self._names[group] = sorted(set(known.values()))
            for name in self._names[group]:
                self._groups[name].append(group)
                for word in name:
                    holders[word].add(name)
            for written, name in known.items():
                self._glued[glued(written)].add(name)
                self._glued[''.join(name)].add(name)
        self._holders = {word: sorted(found) for word, found in holders.items()}
        self._unknown = self._weigh(1)
        self._weights = {word: self._weigh(len(found)) for word, found in holders.items()}
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        for word in self._holders:
            self._beginnings[word[:4]].add(word)
            self._beginnings[word[-4:] + '$'].add(word)
        self._cache: dict[tuple[str, int], list[tuple[Id, int]]] = {}

    def _weigh(self, holders: int) -> float:
        return 0.3 + log(1 + len(self._groups) / holders)

    def weight(self, word: str) -> float:
        """Rare words identify; common ones barely do."""
        return self._weights.get(word, self._unknown)

    def score(self, written: str, group: Id) -> int:
        """How alike what is written is to the group's most similar name, 0 … 100."""
        known = self._names.get(group, ())
        return max(self._alike(written, known), default=0)

    def _alike(self, written: str, names: Iterable[Name]) -> Iterator[int]:
        given, same = words(written), self._glued.get(glued(written), ())
        for name in names:
            yield 100 if name in same else similarity(given, name, self.weight)

    def ranked(self, written: str, floor: int = 50) -> list[tuple[Id, int]]:
        """The groups whose names are alike, the most similar first."""
        if (written, floor) not in self._cache:
            found: dict[Id, int] = {}
            names = self._search(written)
            for name, alike in zip(names, self._alike(written, names), strict=True):
                if alike >= floor:
                    for group in self._groups[name][:NAMESAKES]:
                        found[group] = max(alike, found.get(group, 0))
            # Whole numbers: of a common name there are hundreds, for many a payer.
            many = len(self._order)
            keys = sorted((100 - found[group]) * many + self._place[group] for group in found)
            ranked = [(self._order[key % many], 100 - key // many) for key in keys]
            self._cache[written, floor] = ranked
        return self._cache[written, floor]

    def mentioned(self, given: Iterable[str]) -> list[Id]:
        """Groups all of whose name stands among these words, found by a rare word of it."""
        present = set(given)
        found: set[Name] = set()
        for word in present:
            names = self._holders.get(word, ())
            if len(word) >= 4 and len(names) <= RARE:
                found.update(name for name in names if present.issuperset(name))
        groups = {
            group
            for name in found
            if sum(map(len, name)) >= 6
            for group in self._groups[name][:NAMESAKES]
        }
        return sorted(groups, key=order)

    def _search(self, written: str) -> list[Name]:
        hits: Counter[Name] = Counter()
        for word in set(words(written)):
            for known in self._spellings(word):
                names = self._holders[known]
                if len(names) <= COMMON:
                    worth = int(100 * self.weight(known))
                    for name in names:
                        hits[name] += worth
        for name in self._glued.get(glued(written), ()):
            hits[name] += 10_000
        return sorted(hits, key=lambda name: (-hits[name], name))[:COMPARED]

    def _spellings(self, word: str) -> set[str]:
        """The word as written; if nobody has it, words that begin or end alike."""
        if word in self._holders:
            return {word}
        if len(word) < 4:
            return set()
        alike = self._beginnings.get(word[:4], set()) | self._beginnings.get(word[-4:] + '$', set())
        if len(alike) > COMMON:
            return set()
        return {known for known in alike if abs(len(known) - len(word)) <= 2}
