"""What is compared and what comes out. Money in minor units, above zero what the customer owes us."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Kind(Enum):
    INVOICE = 'invoice'
    CREDIT_NOTE = 'credit_note'
    PAYMENT = 'payment'
    OTHER = 'other'


class Verdict(Enum):
    AGREES = 'agrees'
    AMOUNT = 'amount'  # both know it, with another amount
    UNKNOWN_TO_THEM = 'unknown_to_them'
    UNKNOWN_TO_US = 'unknown_to_us'
    CREDIT_NOTE = 'credit_note'  # a credit note of ours that they lack
    DUPLICATE = 'duplicate'  # they list more than once what there is once
    DATE = 'date'  # both know it, with another date


@dataclass(frozen=True, slots=True)
class OurLine:
    """An item of our books. ``amount`` may be zero: known to us and settled, should they list it."""

    id: int
    date: date
    amount: int
    number: str = ''
    references: tuple[str, ...] = ()  # the customer's own, the payment's text
    kind: Kind = Kind.OTHER


@dataclass(frozen=True, slots=True)
class TheirLine:
    """A line of the customer's statement; ``id`` is its place there."""

    id: int
    date: date | None
    amount: int
    number: str = ''
    reference: str = ''
    text: str = ''


@dataclass(frozen=True, slots=True)
class Finding:
    """What is said of one item: ``difference`` is theirs less ours."""

    verdict: Verdict
    theirs: tuple[TheirLine, ...]
    ours: OurLine | None
    difference: int


@dataclass(frozen=True)
class Comparison:
    """All findings. They explain the difference of the totals to the last unit.

    :raise ValueError: they do not, or a line was left out or told of twice
    """

    findings: tuple[Finding, ...]
    theirs: int
    ours: int

    @classmethod
    def of(
        cls, findings: Iterable[Finding], theirs: Iterable[TheirLine], ours: Iterable[OurLine]
    ) -> 'Comparison':
        findings = tuple(findings)
        told = sorted(line.id for finding in findings for line in finding.theirs)
        theirs, ours = list(theirs), list(ours)
        if told != sorted(line.id for line in theirs):
            raise ValueError("each line of theirs has one finding")
        known = sorted(finding.ours.id for finding in findings if finding.ours)
        if len(known) != len(set(known)):
            raise ValueError("each item of ours has one finding at most")
        return cls(findings, sum(line.amount for line in theirs), sum(o.amount for o in ours))

    def __post_init__(self) -> None:
        if sum(finding.difference for finding in self.findings) != self.difference:
            raise ValueError("the findings do not add up to the difference")

    @property
    def difference(self) -> int:
        return self.theirs - self.ours

    @property
    def discrepancies(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is not Verdict.AGREES)

    @property
    def agreeing(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.verdict is Verdict.AGREES)
