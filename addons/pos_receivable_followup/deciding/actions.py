"""What is to be done next about a customer, and why."""

import datetime
from dataclasses import dataclass, field

CODES = ('address', 'broken_promise', 'reply', 'credits', 'dispute', 'call', 'remind', 'wait')
REST = datetime.timedelta(days=7)  # between two attempts to reach somebody


@dataclass(frozen=True)
class Rule:
    """``parameter`` is a number of days, where the rule knows one."""

    code: str
    parameter: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of a customer on a day. Amounts are in company currency; what never happened is
    ``None``. ``handled_at`` is when somebody last did something about it."""

    day: datetime.date
    overdue: float = 0.0
    oldest_due: datetime.date | None = None
    credits: float = 0.0
    disputed: float = 0.0
    has_phone: bool = True
    email: str = ''
    bounces: bool = False
    promised_until: datetime.date | None = None
    broken_on: datetime.date | None = None
    broken_for: datetime.date | None = None
    broken_amount: float = 0.0
    broken_received: float = 0.0
    replied_at: datetime.datetime | None = None
    disputed_since: datetime.date | None = None
    handled_at: datetime.datetime | None = None
    snoozed_until: datetime.date | None = None
    is_insolvent: bool = False

    @property
    def days_late(self):
        return (self.day - self.oldest_due).days if self.oldest_due else 0

    @property
    def is_snoozed(self):
        return self.snoozed_until is not None and self.snoozed_until > self.day

    @property
    def may_be_asked(self):
        """Whether something is late of which nothing speaks against asking for it."""
        return self.overdue > 0 and not self.is_insolvent and not self.promised_until

    @property
    def rests(self):
        return self.handled_at is not None and self.day - self.handled_at.date() < REST


@dataclass(frozen=True)
class Choice:
    """``reasons`` are ``(what, {its figures})``, days in ISO form, so that they can be kept and told in
    anybody's language."""

    code: str
    reasons: tuple[tuple[str, dict], ...] = field(default=())


def choose(facts, rules):
    """The first of the rules that holds. A customer who is left alone for a while is left alone, and
    whatever rules are switched off, one can always wait."""
    if facts.is_snoozed:
        return Choice('wait', _wait(facts, 0))
    for rule in rules:
        if reasons := FINDERS[rule.code](facts, rule.parameter):
            return Choice(rule.code, reasons)
    return Choice('wait', _wait(facts, 0))


def _address(facts, _parameter):
    if not facts.may_be_asked:
        return ()
    if facts.bounces:
        return (('bounces', {'email': facts.email}),)
    if not facts.email and not facts.has_phone:
        return (('unreachable', {}),)
    return ()


def _broken_promise(facts, _parameter):
    handled = facts.handled_at
    if not facts.broken_on or not facts.may_be_asked:
        return ()
    if handled and handled.date() >= facts.broken_on:
        return ()
    return (
        (
            'broken',
            {
                'amount': facts.broken_amount,
                'received': facts.broken_received,
                'date': facts.broken_for.isoformat(),
            },
        ),
    )


def _reply(facts, _parameter):
    if not facts.replied_at or facts.handled_at and facts.handled_at >= facts.replied_at:
        return ()
    return (('replied', {'date': facts.replied_at.date().isoformat()}),)


def _credits(facts, _parameter):
    if facts.credits <= 0 or facts.overdue <= 0:
        return ()
    return (('credits', {'amount': facts.credits, 'overdue': facts.overdue}),)


def _dispute(facts, parameter):
    since = facts.disputed_since
    if not since or (facts.day - since).days < parameter:
        return ()
    return (
        (
            'disputed',
            {'date': since.isoformat(), 'days': (facts.day - since).days},
        ),
    )


def _ask(facts, parameter):
    """Calling and reminding: it is late enough, and nobody has just tried."""
    if not facts.may_be_asked or facts.rests or facts.days_late < parameter:
        return ()
    reasons = [('late', {'days': facts.days_late, 'amount': facts.overdue})]
    if facts.handled_at:
        reasons.append(('last', {'date': facts.handled_at.date().isoformat()}))
    return tuple(reasons)


def _wait(facts, _parameter):
    reasons = []
    if facts.is_snoozed:
        reasons.append(('snoozed', {'date': facts.snoozed_until.isoformat()}))
    if facts.is_insolvent:
        reasons.append(('insolvent', {}))
    if facts.promised_until:
        reasons.append(('promised', {'date': facts.promised_until.isoformat()}))
    if facts.overdue <= 0 < facts.disputed:
        reasons.append(('all_disputed', {}))
    elif facts.overdue <= 0:
        reasons.append(('nothing_late', {}))
    if not reasons and facts.rests:
        reasons.append(('rests', {'date': facts.handled_at.date().isoformat()}))
    return tuple(reasons) or (('recent', {'days': facts.days_late}),)


FINDERS = {
    'address': _address,
    'broken_promise': _broken_promise,
    'reply': _reply,
    'credits': _credits,
    'dispute': _dispute,
    'call': _ask,
    'remind': _ask,
    'wait': _wait,
}
