"""The gate before automatic booking. The score ranks; only a hard signal opens the gate.

A rule names the hard signal and what has to agree with it. Whatever speaks against booking is
collected, so that a person sees why the payment waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from .amounts import CONCLUSIVE
from .evidence import Query, Signal
from .findings import Findings, Holder
from .numbers import KEYWORDS, Window, one_keystroke_apart, read_number
from .reasons import Reason, reason
from .silence import against_silence
from .strategies.reference import unknown_reference
from .subsets import accidental_sums, exact_subsets
from .text import Atom, is_calendar_digits
from .values import Candidate, Fit, Id, OpenItem

NEARLY_AGREES = frozenset({Fit.FEE, Fit.TOLERANCE, Fit.CONVERTED})
EXPLAINS = CONCLUSIVE | {Fit.FEE, Fit.TOLERANCE}
QUOTED = frozenset({Signal.REFERENCE, Signal.NUMBER, Signal.SHORT_NUMBER})
RIVALS_SEEN = 300


class Rule(IntEnum):
    """The hard signals, the firmest first."""

    STRUCTURED_REFERENCE = 1
    INVOICE_NUMBER = 2
    SHORT_NUMBER = 3
    NUMBER_LIST = 4
    ACCOUNT_AMOUNT = 5
    ACCOUNT_SUM = 6
    NONE = 9

    @property
    def key(self) -> str:
        return '' if self is Rule.NONE else self.name.lower()


@dataclass(frozen=True, slots=True)
class Verdict:
    rule: Rule
    held_back: tuple[Reason, ...]
    holder: Holder

    @property
    def is_auto(self) -> bool:
        return self.rule is not Rule.NONE and not self.held_back


def judge(query: Query, findings: Findings, ranked: Sequence[Candidate], margin: int) -> Verdict:
    """Whether the first candidate may be booked without a person."""
    best = ranked[0]
    items = [query.items.by_id[item] for item in best.items]
    holder = _holder(findings, items)
    if items[0].registered:
        held_back = (reason('held_registered', payment=items[0].number),)
        return Verdict(Rule.NONE, held_back, holder)
    rule = _rule(findings, best, items)
    held = []
    if best.score < query.policy.auto_score:
        held.append(reason('held_score'))
    if margin < query.policy.auto_margin:
        held.append(reason('held_margin'))
    if rule is Rule.NONE:
        held.append(reason('held_no_hard_signal'))
    elif rule in (Rule.ACCOUNT_AMOUNT, Rule.ACCOUNT_SUM):
        held += _against_account(query, findings, best, items, rule)
    else:
        held += _against_number(query, findings, ranked, items, rule, holder)
    return Verdict(rule, tuple(dict.fromkeys(held)), holder)


def _holder(findings: Findings, items: Sequence[OpenItem]) -> Holder:
    """The worst over the customers concerned."""
    found = {findings.holder(item.group) for item in items}
    return next(h for h in (Holder.OTHER, Holder.UNKNOWN, Holder.KNOWN) if h in found)


def _rule(findings: Findings, best: Candidate, items: Sequence[OpenItem]) -> Rule:
    signals = {findings.signal(item.id) for item in items}
    numbers = {Signal.REFERENCE, Signal.NUMBER}
    if signals == {Signal.REFERENCE}:
        return Rule.STRUCTURED_REFERENCE
    if signals <= numbers:
        return Rule.INVOICE_NUMBER
    if signals <= numbers | {Signal.SHORT_NUMBER}:
        return Rule.SHORT_NUMBER
    if signals & numbers and all(_is_listed(findings, item.id) for item in items):
        return Rule.NUMBER_LIST
    groups = {item.group for item in items}
    if len(groups) == 1 and findings.has_account(items[0].group) and best.fit is Fit.EXACT:
        return Rule.ACCOUNT_AMOUNT if len(items) == 1 else Rule.ACCOUNT_SUM
    return Rule.NONE


def _is_listed(findings: Findings, item: Id) -> bool:
    quoted = findings.quoted(item)
    return quoted is not None and (
        quoted.signal in (Signal.REFERENCE, Signal.NUMBER) or quoted.reason.code == 'number_list'
    )


def _against_number(
    query: Query,
    findings: Findings,
    ranked: Sequence[Candidate],
    items: Sequence[OpenItem],
    rule: Rule,
    holder: Holder,
) -> list[Reason]:
    """What keeps a quoted invoice from being booked: its holder, its amount, its neighbours."""
    best = ranked[0]
    held = _amount_disagrees(query, ranked, rule, holder)
    if holder is Holder.OTHER and not (
        rule is Rule.STRUCTURED_REFERENCE and best.fit in CONCLUSIVE
    ):
        held.append(reason('held_holder'))
    if holder is Holder.UNKNOWN and rule > Rule.INVOICE_NUMBER:
        held.append(reason('held_payer_unknown'))
    if rule is not Rule.STRUCTURED_REFERENCE and any(_has_rival(findings, i) for i in items):
        held.append(reason('held_rival'))
    if _quotes_more(findings, best):
        held.append(reason('held_amount'))
    if best.fit not in CONCLUSIVE and (quoted := unknown_number(query, findings)):
        held.append(reason('held_unknown_number', quoted=quoted))
    return held


def _amount_disagrees(
    query: Query, ranked: Sequence[Candidate], rule: Rule, holder: Holder
) -> list[Reason]:
    best = ranked[0]
    foreign = any(query.items.by_id[item].currency != query.receipt.currency for item in best.items)
    firm = rule is Rule.STRUCTURED_REFERENCE or holder is Holder.KNOWN
    if foreign and not (best.fit is Fit.CONVERTED and firm and rule <= Rule.INVOICE_NUMBER):
        return [reason('held_currency')]
    if best.fit in CONCLUSIVE:
        return []
    if best.fit not in NEARLY_AGREES and not _may_pay_in_part(query, best, rule):
        return [reason('held_amount')]
    if not firm or rule is Rule.NUMBER_LIST:
        return [reason('held_payer_unknown')]
    if any(
        other.fit in EXPLAINS for other in ranked[1:] if not set(other.items) <= set(best.items)
    ):
        return [reason('held_other_amount')]
    return []


def _may_pay_in_part(query: Query, best: Candidate, rule: Rule) -> bool:
    return (
        query.policy.auto_part_payments
        and best.fit is Fit.PART
        and len(best.items) == 1
        and rule <= Rule.INVOICE_NUMBER
    )


def _quotes_more(findings: Findings, best: Candidate) -> bool:
    """The text quotes a further open invoice that this explanation leaves out."""
    hard = (Signal.REFERENCE, Signal.NUMBER)
    earlier = findings.query.items.earlier_instalment
    invoices = {_invoice(findings, item) for item in best.items}
    return any(
        findings.signal(item.id) in hard
        and item.id not in best.items
        and item.id not in earlier
        and _invoice(findings, item.id) not in invoices
        for item in findings.mentioned()
    )


def _invoice(findings: Findings, item: Id) -> tuple[Id, str]:
    """Instalments of one invoice share their number."""
    known = findings.query.items.by_id[item]
    return known.group, known.number


def _has_rival(findings: Findings, item: OpenItem) -> bool:
    """Another customer, as likely the payer, has the same amount under a number one slip away."""
    number, holder = read_number(item.number), findings.holder(item.group)
    alike = findings.query.items.of_amount(item.currency, item.residual)
    if number is None or len(alike) > RIVALS_SEEN:
        return holder is not Holder.KNOWN
    return any(
        other.group != item.group
        and (near := read_number(other.number))
        and one_keystroke_apart(number.compact, near.compact)
        and (holder is not Holder.KNOWN or findings.holder(other.group) is Holder.KNOWN)
        for other in alike
    )


def _against_account(
    query: Query, findings: Findings, best: Candidate, items: Sequence[OpenItem], rule: Rule
) -> list[Reason]:
    """An account and an amount say nothing when the text speaks of something else."""
    held = []
    if any(item.issued > query.receipt.date for item in items):
        held.append(reason('held_before_issue'))
    if query.receipt.partner not in (None, items[0].group) or _is_strange(
        query, findings, items[0].group
    ):
        held.append(reason('held_holder'))
    quoted_items = sum(findings.signal(item.id) in QUOTED for item in items)
    if 0 < quoted_items < len(items):  # the text speaks of fewer than would be booked
        held.append(reason('held_amount'))
    if quoted := unknown_number(query, findings, best):
        held.append(reason('held_unknown_number', quoted=quoted))
    else:
        held += against_silence(query, findings, items)
    if rule is Rule.ACCOUNT_AMOUNT and _is_common(query):
        held.append(reason('held_common_amount'))
    if not _is_only_sum(query, items, rule):
        held.append(reason('held_not_unique'))
    return held


def _is_strange(query: Query, findings: Findings, group: Id) -> bool:
    """The account is the customer's, but the name is not: somebody pays for several."""
    learned = query.account in query.knowledge.learned_accounts and query.receipt.payer_name
    return findings.is_named_otherwise(group) or bool(learned and not findings.is_named(group))


def _is_common(query: Query) -> bool:
    """An amount that many invoices have is soon somebody's for another reason."""
    alike = len(query.items.of_amount(query.receipt.currency, query.receipt.amount))
    share = query.policy.common_amount_permille * len(query.items.all)
    return alike > 3 and alike * 1000 > share


def _is_only_sum(query: Query, items: Sequence[OpenItem], rule: Rule) -> bool:
    """No other item, and no other few items, of the customer add up to the amount."""
    policy, receipt = query.policy, query.receipt
    open_items = [i for i in query.of_group(items[0].group) if i.currency == receipt.currency]
    amounts = [item.residual for item in open_items]
    if sum(amount == receipt.amount for amount in amounts) != (rule is Rule.ACCOUNT_AMOUNT):
        return False
    if any(item.discounted_on(receipt.date) == receipt.amount for item in open_items):
        return False
    if rule is Rule.ACCOUNT_AMOUNT:
        pairs = exact_subsets(amounts, receipt.amount, max_size=2, limit=1)
        return pairs.complete and not pairs.found
    if not policy.auto_subsets or len(amounts) > policy.subset_items:
        return False
    sums = exact_subsets(amounts, receipt.amount, policy.subset_size, max_steps=policy.subset_steps)
    pays_all = len(items) == len(open_items)
    chance = accidental_sums(amounts, policy.subset_size) * 1_000_000
    return sums.unique and (pays_all or chance <= policy.chance_ppm)


def unknown_number(query: Query, findings: Findings, best: Candidate | None = None) -> str:
    """Something in the text that reads as one of our numbers but is not what would be booked.

    With ``best`` every number has to be one that explains it; without, only numbers nobody has.
    """
    if reference := unknown_reference(query, careful=best is not None):
        return reference
    explained = _explained(query, findings, best)
    for window in query.windows:
        if window.cut and len(window.key) < 5 or window.key in explained:
            continue
        atoms = query.atoms[window.first : window.last + 1]
        ours = _reads_as_ours(query, window, atoms) or (best and _is_serial(query, atoms))
        if not ours or any(atom.masked for atom in atoms):
            continue
        if not any(window.key in known for known in explained):
            return window.key
    return ''


def _explained(query: Query, findings: Findings, best: Candidate | None) -> set[str]:
    items = [*findings.mentioned(), *query.registered]
    if best is not None:
        items = [item for item in items if item.id in best.items]
    written = [text for i in items for text in (i.number, i.payment_reference, *i.other_references)]
    known = {number.compact for number in map(read_number, written) if number}
    # all that was taken together with a quoted number belongs to it
    return known | {w.key for w in query.windows if any(key and key in w.key for key in known)}


def _is_serial(query: Query, atoms: Sequence[Atom]) -> bool:
    """Digits by themselves, as many as the last part of our numbers has."""
    digits = atoms[0].text
    return (
        len(atoms) == 1
        and atoms[0].is_digits
        and len(digits) in query.items.serial_lengths
        and not is_calendar_digits(digits)
    )


def _reads_as_ours(query: Query, window: Window, atoms: Sequence[Atom]) -> bool:
    """The form of our numbers, our letters before digits, or digits after *invoice*."""
    if query.items.is_ours(window.key):
        return True
    first, digits = atoms[0], atoms[-1].text
    if not atoms[-1].is_digits or (len(atoms) == 1 and is_calendar_digits(digits)):
        return False
    if not first.is_digits:
        prefix = first.text[window.cut :]
        return len(prefix) >= 2 and prefix in query.items.prefixes and len(digits) >= 2
    before = query.atoms[window.first - 1].text if window.first else ''
    zeros = len(atoms) == 1 and digits[0] == '0' and len(digits) >= 4
    return zeros or (before in KEYWORDS and len(digits) >= 3)
