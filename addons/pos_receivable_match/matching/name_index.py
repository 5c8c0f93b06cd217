"""Customers by the words of their names, so that only a handful of names is ever compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
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
        for group in sorted(names, key=order):
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
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        for word in self._holders:
            self._beginnings[word[:4]].add(word)
            self._beginnings[word[-4:] + '$'].add(word)
        self._cache: dict[str, list[tuple[Id, int]]] = {}

    def weight(self, word: str) -> float:
        """Rare words identify; common ones barely do."""
        return 0.3 + log(1 + len(self._groups) / len(self._holders.get(word, (0,))))

    def score(self, written: str, group: Id) -> int:
        """How alike what is written is to the group's most similar name, 0 … 100."""
        known = self._names.get(group, ())
        return max((self._alike(written, name) for name in known), default=0)

    def _alike(self, written: str, name: Name) -> int:
        if name in self._glued.get(glued(written), ()):
            return 100
        return similarity(words(written), name, self.weight)

    def ranked(self, written: str, floor: int = 50) -> list[tuple[Id, int]]:
        """The groups whose names are alike, the most similar first."""
        if written not in self._cache:
            found: dict[Id, int] = {}
            for name in self._search(written):
                alike = self._alike(written, name)
                for group in self._groups[name][:NAMESAKES]:
                    found[group] = max(alike, found.get(group, 0))
            ranked = sorted(found.items(), key=lambda pair: (-pair[1], order(pair[0])))
            self._cache[written] = ranked
        return [pair for pair in self._cache[written] if pair[1] >= floor]

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
