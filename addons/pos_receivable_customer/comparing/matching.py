"""Which line of theirs is which item of ours, and what is to be said of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from .numbers import Parts, mentions, split
from .values import Comparison, Finding, Kind, OurLine, TheirLine, Verdict


def compare(theirs: Iterable[TheirLine], ours: Iterable[OurLine]) -> Comparison:
    """Compare a customer's statement with our items: by our number, by a reference, by an amount and
    date that both have only once, then by such an amount alone.

    The order of the lines has no influence but on which of equal ones is called the duplicate.
    """
    theirs, ours = list(theirs), list(ours)
    pairs = _Pairs(theirs, ours)
    pairs.take_by_parts(lambda item: (item.number,), lambda line: (line.number, line.text))
    pairs.take_by_parts(
        lambda item: (*item.references, item.number),
        lambda line: (line.reference, line.number, line.text),
    )
    pairs.take_unique(lambda line: (line.amount, line.date))
    pairs.take_unique(lambda line: line.amount)
    pairs.take_deductions()
    findings = [*pairs.tell_known(), *pairs.tell_unknown_to_us(), *pairs.tell_unknown_to_them()]
    return Comparison.of(findings, theirs, ours)


class _Pairs:
    """The lines of theirs by the item of ours they belong to; what is not taken yet is free."""

    def __init__(self, theirs: list[TheirLine], ours: list[OurLine]) -> None:
        self.ours = {item.id: item for item in ours}
        self.groups: dict[int, list[TheirLine]] = defaultdict(list)
        self.free = list(theirs)

    def take_by_parts(
        self,
        get_names: Callable[[OurLine], Iterable[str]],
        get_texts: Callable[[TheirLine], Iterable[str]],
    ) -> None:
        """Take the lines that name an item of the same sign; of several such items, the one of just
        this amount, that has no line yet, that is nearest in date."""
        index = self._index(get_names)
        free, self.free = self.free, []
        for line in sorted(free, key=lambda line: line.id):
            items = self._find(index, get_texts(line))
            if items := [item for item in items if item.amount * line.amount >= 0]:
                best = min(items, key=lambda item: self._rank(item, line))
                self.groups[best.id].append(line)
            else:
                self.free.append(line)

    def _index(self, get_names: Callable[[OurLine], Iterable[str]]) -> dict[Parts, list[OurLine]]:
        index: dict[Parts, list[OurLine]] = defaultdict(list)
        for item in self.ours.values():
            for parts in {split(name) for name in get_names(item)} - {()}:
                index[parts].append(item)
        return index

    def _find(self, index: dict[Parts, list[OurLine]], texts: Iterable[str]) -> list[OurLine]:
        for parts in mentions(filter(None, texts)):
            if parts in index:
                return index[parts]
        return []

    def _rank(self, item: OurLine, line: TheirLine) -> tuple[bool, bool, int, int]:
        days = abs((item.date - line.date).days) if line.date else 0
        return item.amount != line.amount, bool(self.groups.get(item.id)), days, item.id

    def take_unique(self, key: Callable[[OurLine | TheirLine], object]) -> None:
        """Take the pairs whose key nobody else has, on either side, of what is free."""
        items, lines = defaultdict(list), defaultdict(list)
        for item in self._free_items():
            if item.amount:
                items[key(item)].append(item)
        for line in self.free:
            lines[key(line)].append(line)
        taken = set()
        for value, found in lines.items():
            if len(found) == 1 and len(items.get(value, ())) == 1:
                self.groups[items[value][0].id] = found
                taken.add(found[0].id)
        self.free = [line for line in self.free if line.id not in taken]

    def take_deductions(self) -> None:
        """Take what is left of the other sign and names an item that has its line: a part payment or
        credit that they deduct where we have deducted it already."""
        index = self._index(lambda item: (item.number,))
        free, self.free = self.free, []
        for line in free:
            items = self._find(index, (line.number, line.reference, line.text))
            items = [item for item in items if self.groups.get(item.id)]
            group = self.groups[items[0].id] if items else []
            before = sum(other.amount for other in group)
            # Only where it brings both sides nearer.
            if items and abs(before + line.amount - items[0].amount) < abs(
                before - items[0].amount
            ):
                group.append(line)
            else:
                self.free.append(line)

    def _free_items(self) -> Iterator[OurLine]:
        return (item for item in self.ours.values() if not self.groups.get(item.id))

    # -- Findings ----------------------------------------------------------------------------------

    def tell_known(self) -> Iterator[Finding]:
        for id_, lines in self.groups.items():
            if lines:
                yield from _judge(self.ours[id_], lines)

    def tell_unknown_to_us(self) -> Iterator[Finding]:
        for line in self.free:
            yield Finding(Verdict.UNKNOWN_TO_US, (line,), None, line.amount)

    def tell_unknown_to_them(self) -> Iterator[Finding]:
        for item in self._free_items():
            if item.amount:
                is_credit = item.kind is Kind.CREDIT_NOTE and item.amount < 0
                verdict = Verdict.CREDIT_NOTE if is_credit else Verdict.UNKNOWN_TO_THEM
                yield Finding(verdict, (), item, -item.amount)


def _judge(item: OurLine, lines: list[TheirLine]) -> Iterator[Finding]:
    """What is to be said of the lines that belong to one item of ours."""
    total = sum(line.amount for line in lines)
    if total == item.amount:
        yield _same_amount(item, lines)
        return
    same = [line for line in lines if line.amount == item.amount]
    repeated = same or [line for line in lines if line.amount == lines[0].amount]
    if len(lines) == 1 or (not same and len(repeated) < len(lines)):
        yield Finding(Verdict.AMOUNT, tuple(lines), item, total - item.amount)
        return
    first, *again = sorted(repeated, key=lambda line: (line.date != item.date, line.id))
    if same:
        yield _same_amount(item, [first])
    else:
        yield Finding(Verdict.AMOUNT, (first,), item, first.amount - item.amount)
    for line in again:
        yield Finding(Verdict.DUPLICATE, (line,), None, line.amount)
    for line in lines:
        if line not in repeated:
            yield Finding(Verdict.UNKNOWN_TO_US, (line,), None, line.amount)


def _same_amount(item: OurLine, lines: list[TheirLine]) -> Finding:
    dates = {line.date for line in lines} - {None}
    verdict = Verdict.DATE if len(lines) == 1 and dates - {item.date} else Verdict.AGREES
    return Finding(verdict, tuple(lines), item, 0)
