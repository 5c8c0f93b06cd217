"""All evidence on one receipt, sorted by what it speaks about."""

from collections import defaultdict
from collections.abc import Container, Iterable
from enum import Enum

from .evidence import Evidence, Query, Signal, Strategy
from .reasons import Reason, reason
from .values import Id, OpenItem, Part, order

STRONG = 28  # points from which a mention counts as quoting the item
AGAINST = 25  # at most, when the payer is known to be somebody else
NAMED = ('alias', 'name_same', 'name_close', 'name_in_text')  # how a name says who pays
_RANK = {signal: rank for rank, signal in enumerate(Signal)}
_OTHERS = {
    'account': 'account_other',
    'account_local': 'account_other',
    'partner': 'partner_other',
    'alias': 'alias_other',
    'name_same': 'name_other',
}


class Holder(Enum):
    """Whether the payer is the customer of the item."""

    KNOWN = 'known'
    UNKNOWN = 'unknown'
    OTHER = 'other'


class Findings:
    def __init__(self, query: Query, strategies: Iterable[Strategy]) -> None:
        self.query = query
        self._items: dict[Id, Evidence] = {}
        self._groups: dict[Id, list[Evidence]] = defaultdict(list)
        for strategy in strategies:
            for evidence in strategy(query):
                self._keep(evidence)
        for known in self._groups.values():
            known.sort(key=lambda evidence: (-evidence.points, evidence.reason.code))
        self._payers: dict[Id, list[Part]] = {}
        self._signs = self._signs_of_payer()

    def _keep(self, evidence: Evidence) -> None:
        if evidence.item is not None:
            kept = self._items.get(evidence.item)
            if kept is None or _strength(evidence) > _strength(kept):
                self._items[evidence.item] = evidence
        elif evidence.group is not None:
            self._groups[evidence.group].append(evidence)

    def quoted(self, item: Id) -> Evidence | None:
        """The best evidence that the text means this item."""
        return self._items.get(item)

    def quoted_fully(self) -> frozenset[Id]:
        """The items whose complete number or reference the text has; money registered before is
        none to pay."""
        firm = (Signal.REFERENCE, Signal.NUMBER)
        items = self.query.items.by_id
        return frozenset(
            item
            for item, evidence in self._items.items()
            if evidence.signal in firm and not items[item].registered
        )

    def signal(self, item: Id) -> Signal | None:
        evidence = self._items.get(item)
        return evidence.signal if evidence else None

    def mentioned(self, floor: int = 0) -> list[OpenItem]:
        """The items the text means, the surest first; money registered before is none to pay."""
        ranked = sorted(
            (evidence for evidence in self._items.values() if evidence.points >= floor),
            key=lambda evidence: (-evidence.points, order(evidence.item)),
        )
        items = [self.query.items.by_id[evidence.item] for evidence in ranked]
        return [item for item in items if not item.registered]

    def groups(self) -> list[Id]:
        """The customers the payer could be, the likeliest first."""
        points = {group: self.payer_points(group) for group in self._groups}
        ranked = sorted(points, key=lambda group: (-points[group], order(group)))
        return [group for group in ranked if points[group] > 0]

    def payer_points(self, group: Id) -> int:
        return sum(part.points for part in self.payer(group))

    def payer(self, group: Id) -> list[Part]:
        """What speaks for and against the payer being this customer.

        The best piece counts fully and the others a quarter, as they are not independent.
        """
        if group not in self._payers:
            self._payers[group] = self._weigh(group)
        return self._payers[group]

    def _weigh(self, group: Id) -> list[Part]:
        own = self._groups.get(group, ())
        parts = [
            Part('payer', known.points if place == 0 else known.points // 4, known.reason)
            for place, known in enumerate(own)
        ]
        if not any(known.supports_holder for known in own):
            against = self._somebody_else(group)
            if against:
                parts.append(against)
        return parts

    def _signs_of_payer(self) -> list[tuple[Part, Id]]:
        """The two surest signs of who paid, as they speak against everybody else."""
        signs = [
            (known, group)
            for group, evidence in self._groups.items()
            for known in evidence
            if known.supports_holder and known.reason.code in _OTHERS
        ]
        signs.sort(key=lambda sign: (-sign[0].points, sign[0].reason.code, order(sign[1])))
        first = signs[0][1] if signs else None
        other = next((sign for sign in signs if sign[1] != first), None)
        return [
            (Part('payer', -min(known.points, AGAINST), _about_others(known.reason)), group)
            for known, group in (*signs[:1], *([other] if other else []))
        ]

    def _somebody_else(self, group: Id) -> Part | None:
        """The surest sign that the payer is another customer."""
        return next((part for part, other in self._signs if other != group), None)

    def holder(self, group: Id) -> Holder:
        if any(known.supports_holder for known in self._groups.get(group, ())):
            return Holder.KNOWN
        return Holder.OTHER if self._somebody_else(group) else Holder.UNKNOWN

    def is_named(self, group: Id) -> bool:
        """Whether the name that came with the money is this customer's, or was confirmed for it."""
        return self._name_points(group) > 0

    def is_named_otherwise(self, group: Id) -> bool:
        """Whether the name is rather another customer's, or was confirmed for another as well."""
        named, paid = self._name_points(group), self._name_points(group, ('alias',))
        return any(
            self._name_points(other) > named or self._name_points(other, ('alias',)) >= max(paid, 1)
            for other in self._groups
            if other != group
        )

    def is_for_another(self, group: Id) -> bool:
        """Whether the text names another customer and not this one."""
        return not self._name_points(group, ('name_in_text',)) and any(
            self._name_points(other, ('name_in_text',)) for other in self._groups if other != group
        )

    def _name_points(self, group: Id, codes: Container[str] = NAMED) -> int:
        found = self._groups.get(group, ())
        return max((known.points for known in found if known.reason.code in codes), default=0)

    def has_account(self, group: Id) -> bool:
        return any(known.signal is Signal.ACCOUNT for known in self._groups.get(group, ()))


def _strength(evidence: Evidence) -> tuple[int, int, str]:
    return evidence.points, -_RANK[evidence.signal], evidence.reason.code


def _about_others(known: Reason) -> Reason:
    args = {name: value for name, value in known.args if name != 'count'}
    return reason(_OTHERS[known.code], **args)
