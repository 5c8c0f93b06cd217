"""What booking a proposal has written, as it is kept for undoing it."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Outcome:
    """Ids of what was written, any of which may be gone by now.

    Kept as JSON on the proposal and in the log of decisions, with the names of the fields as keys.

    >>> Outcome.unpack(Outcome(partials=(7, 8), partner_before=3).pack()).partials
    (7, 8)
    >>> Outcome.unpack(False) == Outcome()
    True
    """

    partials: tuple[int, ...] = ()  # partial reconciliations
    booked: tuple[dict, ...] = ()  # what each allocation did, as it describes it
    lines: tuple[int, ...] = ()  # journal items added to the bank entry
    entries: tuple[int, ...] = ()  # journal entries made beside it
    accounts: tuple[int, ...] = ()  # bank accounts that accepting taught
    partner_before: int | None = None  # for whom the statement line was recorded

    @classmethod
    def unpack(cls, packed):
        """
        :param packed: what :meth:`pack` returned, or nothing
        """
        packed = packed or {}
        known = {name: packed[name] for name in cls.__dataclass_fields__ if name in packed}
        return cls(**{n: tuple(v) if isinstance(v, list) else v for n, v in known.items()})

    def pack(self):
        return {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(self).items()}

    @property
    def items(self):
        """The open items that were settled: ids of journal items."""
        return {line['item'] for line in self.booked}
