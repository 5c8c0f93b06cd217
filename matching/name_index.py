"""Customers by the words of their names, so that only a handful is ever compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import log

from .names import similarity, words
from .values import Id, order

COMMON = 300  # customers; a word that more of them have opens no search
COMPARED = 25  # customers compared for one name


class NameIndex:
    """
    >>> index = NameIndex({1: ['Müller Bau GmbH'], 2: ['Müller Brot'], 3: ['Schmidt']})
    >>> index.ranked('Mueller Bau')
    [(1, 100)]
    """

    def __init__(self, names: Mapping[Id, Iterable[str]]) -> None:
        self._words: dict[Id, list[tuple[str, ...]]] = {}
        self._holders: dict[str, list[Id]] = defaultdict(list)
        self._beginnings: dict[str, set[str]] = defaultdict(set)
        for group in sorted(names, key=order):
            known = sorted({words(name) for name in names[group] if name} - {()})
            self._words[group] = known
            glued = {''.join(name) for name in known}
            for word in sorted({word for name in known for word in name} | glued):
                self._holders[word].append(group)
        for word in self._holders:
            self._beginnings[word[:4]].add(word)
            self._beginnings[word[-4:] + '$'].add(word)
        self._size = max(len(self._words), 1)
        self._cache: dict[str, list[tuple[Id, int]]] = {}

    def weight(self, word: str) -> float:
        """Rare words identify; common ones barely do."""
        return 0.3 + log(1 + self._size / len(self._holders.get(word, (0,))))

    def score(self, name: str, group: Id) -> int:
        """How alike the name is to the group's most similar name, 0 … 100."""
        given = words(name)
        known = self._words.get(group, ())
        return max((similarity(given, other, self.weight) for other in known), default=0)

    def ranked(self, name: str, floor: int = 50) -> list[tuple[Id, int]]:
        """The groups whose names are alike, the most similar first."""
        if name not in self._cache:
            scored = [(group, self.score(name, group)) for group in self._search(words(name))]
            ranked = sorted(scored, key=lambda pair: (-pair[1], order(pair[0])))
            self._cache[name] = ranked
        return [pair for pair in self._cache[name] if pair[1] >= floor]

    def mentioned(self, given: Iterable[str]) -> list[Id]:
        """Groups all of whose name stands among these words, by a rare word of it."""
        present = set(given)
        found: set[Id] = set()
        for word in sorted(present):
            holders = self._holders.get(word, ())
            if len(word) >= 4 and len(holders) <= 5:
                found.update(g for g in holders if self._is_mentioned(g, present))
        return sorted(found, key=order)

    def _is_mentioned(self, group: Id, present: set[str]) -> bool:
        return any(
            present.issuperset(name) and sum(map(len, name)) >= 6 for name in self._words[group]
        )

    def _search(self, given: tuple[str, ...]) -> list[Id]:
        hits: Counter[Id] = Counter()
        for word in {*given, ''.join(given)}:
            for known in self._spellings(word):
                holders = self._holders[known]
                if len(holders) <= COMMON:
                    worth = int(100 * self.weight(known))
                    for group in holders:
                        hits[group] += worth
        ranked = sorted(hits, key=lambda group: (-hits[group], order(group)))
        return ranked[:COMPARED]

    def _spellings(self, word: str) -> set[str]:
        """The word as written; if nobody has it, words that begin or end alike."""
        if word in self._holders:
            return {word}
        if len(word) < 4:
            return set()
        alike = self._beginnings.get(word[:4], set()) | self._beginnings.get(word[-4:] + '$', set())
        return {known for known in alike if abs(len(known) - len(word)) <= 2} if len(
            alike
        ) <= COMMON else set()
