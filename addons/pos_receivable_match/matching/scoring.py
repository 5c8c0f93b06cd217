"""From evidence and amounts to one ranked list of candidates.

Points are decibans, ten times the decimal logarithm of how much likelier an observation is when
the explanation is right (Fellegi and Sunter 1969, A Theory for Record Linkage). They are
judgements on the careful side rather than fitted values.
"""

from collections.abc import Sequence
from math import log10

from .amounts import CONCLUSIVE, fitting
from .evidence import Query
from .findings import STRONG, Findings
from .hypotheses import Hypothesis, hypotheses
from .reasons import reason
from .values import Candidate, Fit, OpenItem, Part

ALONE = 18  # an exact amount with nothing beside it
ROUND = 1000  # minor units; amounts that many people pay
ROUND_LESS = 6
RARE = 0.02  # open items per minor unit below which chance hardly hits an amount
PER_ITEM = 3
DAYS_AROUND_DUE = 14
LONG_AGO = 200
REGISTERED = 10


def candidates(query: Query, findings: Findings) -> list[Candidate]:
    """All plausible explanations, the best first; ties by the items' order."""
    scored = []
    for hypothesis in hypotheses(query, findings):
        candidate = score(query, findings, hypothesis)
        if candidate and candidate.score >= query.policy.review_score:
            scored.append(candidate)
    rank = query.items.rank
    scored.sort(key=lambda c: (-c.score, len(c.items), [rank[item] for item in c.items]))
    return scored


def score(query: Query, findings: Findings, hypothesis: Hypothesis) -> Candidate | None:
    items = hypothesis.items
    match = fitting(query, items)
    if match is None:
        return None
    parts = [*_quotes(findings, items), *_payer(findings, items)]
    if sum(part.points for part in parts) <= 0:
        if items[0].registered:
            return None
        if match.fit not in CONCLUSIVE or len(items) > 1:
            return None
        parts += _amount_alone(query, items[0])
    else:
        parts.append(Part('amount', match.points, match.reason))
    if items[0].registered:
        # What is on its way is likelier to come than more of the same amount.
        parts.append(Part('registered', REGISTERED, reason('registered', payment=items[0].number)))
    parts += [*_size(findings, hypothesis, match.fit), *_dates(query, items)]
    total = sum(part.points for part in parts)
    return Candidate(match.allocations, total, match.fit, tuple(parts))


def _quotes(findings: Findings, items: Sequence[OpenItem]) -> list[Part]:
    """The average over the items: one that is not quoted weakens a set."""
    found = [evidence for item in items if (evidence := findings.quoted(item.id))]
    return [Part('number', evidence.points // len(items), evidence.reason) for evidence in found]


def _payer(findings: Findings, items: Sequence[OpenItem]) -> list[Part]:
    """Of the customer who is least likely the payer, when a set spans several."""
    groups = list(dict.fromkeys(item.group for item in items))
    return min((findings.payer(group) for group in groups), key=lambda p: sum(x.points for x in p))


def _amount_alone(query: Query, item: OpenItem) -> list[Part]:
    """An exact amount and nothing else: worth what chance leaves of it."""
    receipt = query.receipt
    alike = len(query.items.of_amount(receipt.currency, receipt.amount))
    points = ALONE - round(10 * log10(alike))
    if receipt.amount % ROUND == 0:
        points -= ROUND_LESS
    density = query.items.density(receipt.currency, receipt.amount)
    if density > RARE:
        points -= round(10 * log10(density / RARE))
    return [Part('amount', points, reason('chance_amount'))]


def _size(findings: Findings, hypothesis: Hypothesis, fit: Fit) -> list[Part]:
    parts, items = [], hypothesis.items
    bare = sum(1 for i in items if not (q := findings.quoted(i.id)) or q.points < STRONG)
    if len(items) > 1 and bare:
        parts.append(
            Part('size', -PER_ITEM * (len(items) - 1), reason('several', count=len(items)))
        )
    if hypothesis.ways != 1 and fit in CONCLUSIVE:
        ways = hypothesis.ways or 10
        parts.append(Part('size', -round(10 * log10(ways)), reason('several_ways', count=ways)))
    return parts


def _dates(query: Query, items: Sequence[OpenItem]) -> list[Part]:
    """A weak prior: few pay before the invoice exists, most around its due date."""
    day = query.receipt.date
    if items[0].registered:
        return []  # registered when somebody came to it, before the money or after
    if any((item.issued - day).days > query.policy.before_issue_days for item in items):
        return [Part('date', -10, reason('before_issue'))]
    distance = max((day - item.due).days for item in items)
    if distance > LONG_AGO:
        return [Part('date', -2, reason('long_ago'))]
    if abs(distance) <= DAYS_AROUND_DUE:
        return [Part('date', 1, reason('around_due'))]
    return []
