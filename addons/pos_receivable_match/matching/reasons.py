"""Reasons as code and arguments, so that they can be stored, counted and translated.

``ENGLISH`` is the default wording. A caller with its own language passes a mapping of the same
codes to ``render``; every argument is available under its name as ``%(name)s``. They are marked
for translation here, once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Money:
    """An amount inside a reason, in minor units; how to write it is the reader's business."""

    amount: int
    currency: str


Argument = str | int | date | Money


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    args: tuple[tuple[str, Argument], ...] = ()

    def __str__(self) -> str:
        return render(self)


def reason(code: str, **args: Argument) -> Reason:
    """
    >>> str(reason('number', number='INV/2026/00042'))
    'The text quotes INV/2026/00042.'
    """
    return Reason(code, tuple(sorted(args.items())))


def two_decimals(money: Money) -> str:
    """
    >>> two_decimals(Money(123456, 'EUR')), two_decimals(Money(-5, 'EUR'))
    ('1,234.56 EUR', '-0.05 EUR')
    """
    sign = '-' if money.amount < 0 else ''
    units, cents = divmod(abs(money.amount), 100)
    return f'{sign}{units:,}.{cents:02} {money.currency}'


def render(
    what: Reason,
    wording: Mapping[str, str] | None = None,
    money: Callable[[Money], str] = two_decimals,
) -> str:
    """The sentence. Codes of other addons without a wording show code and arguments.

    >>> render(reason('short', short=Money(250, 'EUR')))
    'The amount is 2.50 EUR short, within the tolerance.'
    >>> render(reason('moon_phase', phase='full'))
    'moon_phase (phase: full)'
    """
    values = {
        name: money(value) if isinstance(value, Money) else str(value) for name, value in what.args
    }
    template = (wording or {}).get(what.code) or ENGLISH.get(what.code)
    if template is None:
        listed = ', '.join(f'{name}: {value}' for name, value in values.items())
        return f'{what.code} ({listed})' if listed else what.code
    return template % values


def _(sentence: str) -> str:
    """Marks a sentence: tools that collect what is to be translated look for this name."""
    return sentence


ENGLISH: Mapping[str, str] = {
    # what the text says
    'structured': _('The structured reference %(reference)s is valid and belongs to %(number)s.'),
    'structured_group': _(
        'The structured reference %(reference)s is valid and names this customer.'
    ),
    'number': _('The text quotes %(number)s.'),
    'number_short': _('The text quotes %(number)s, a short number that can occur by chance.'),
    'number_embedded': _('The text contains %(number)s inside a longer string.'),
    'number_list': _('The text lists %(number)s in short after another invoice.'),
    'number_tail': _('The text quotes %(quoted)s, which is %(number)s without its prefix.'),
    'number_serial': _('The text contains %(quoted)s, the last part of %(number)s.'),
    'number_near': _('The text quotes %(quoted)s, one keystroke away from %(number)s.'),
    'number_scanned': _('The text quotes %(number)s if letters were misread as digits.'),
    'number_cut': _('The text contains %(quoted)s, a cut-off %(number)s.'),
    'other_reference': _('The text quotes the order or reference %(reference)s of %(number)s.'),
    # who paid
    'account': _('The account %(account)s belongs to this customer.'),
    'account_shared': _(
        'The account %(account)s is used by several customers, this one among them.'
    ),
    'account_local': _('The local account %(account)s belongs to this customer.'),
    'account_other': _('The account %(account)s belongs to another customer.'),
    'partner': _('The payment is recorded for this customer.'),
    'partner_other': _('The payment is recorded for another customer.'),
    'alias': _('"%(name)s" has paid for this customer before (%(count)s times confirmed).'),
    'alias_other': _('"%(name)s" has so far paid for another customer.'),
    'name_same': _('The payer "%(name)s" has this customer\'s name.'),
    'name_close': _('The payer "%(name)s" has nearly this customer\'s name.'),
    'name_similar': _('The payer "%(name)s" has a name similar to this customer\'s.'),
    'name_other': _('The payer "%(name)s" has another customer\'s name.'),
    'name_in_text': _('The text mentions this customer\'s name.'),
    # how much
    'exact': _('The amount is exactly what is open: %(open)s.'),
    'discount': _('The amount is exactly what is due with the early-payment discount: %(open)s.'),
    'parts': _('Together with other payments quoting it, the amount is exactly what is open.'),
    'converted': _('Converted, the amount agrees with what is open: %(open)s.'),
    'fee': _('The amount is what is open less the usual fee "%(fee)s": %(short)s.'),
    'short': _('The amount is %(short)s short, within the tolerance.'),
    'surplus': _('The amount is %(over)s too much, within the tolerance.'),
    'part': _('The amount pays a part; %(left)s stay open.'),
    'over': _('The amount exceeds what is open by %(over)s.'),
    'no_rate': _('The currencies differ and no rate is known.'),
    'registered': _('The payment %(payment)s over just this amount waits for its bank line.'),
    'chance_amount': _('The amount alone can agree by chance.'),
    'several': _('The payment would cover %(count)s items.'),
    'several_ways': _('%(count)s different sets of items give this amount.'),
    # when
    'before_issue': _('The money came before the invoice was issued.'),
    'around_due': _('The money came around the due date.'),
    'long_ago': _('The invoice is long overdue.'),
    # why it waits for a person
    'held_score': _('The evidence is too weak for automatic booking.'),
    'held_margin': _('Another explanation is nearly as good.'),
    'held_no_hard_signal': _('Neither a full reference nor a known account with a unique amount.'),
    'held_holder': _('The payer seems to be somebody other than the customer of the invoice.'),
    'held_payer_unknown': _('The payer is unknown, so number and amount must agree fully.'),
    'held_amount': _('The amount does not agree with the reference.'),
    'held_other_amount': _('The amount is exactly that of another open item of the customer.'),
    'held_registered': _(
        'This money seems to be %(payment)s, which is registered and waits for its bank line.'
    ),
    'held_unknown_number': _('The text quotes a number that is not open: %(quoted)s.'),
    'held_currency': _('The currencies differ and the reference or the rate is not certain.'),
    'held_contested': _('Several payments of this batch claim the same item.'),
    'held_rival': _('A number one keystroke away has the same amount.'),
    'held_before_issue': _('The money came before the invoice was issued.'),
    'held_not_unique': _('The amount fits in more than one way.'),
    'held_purpose': _('The text speaks of a part, a deposit or an advance: %(quoted)s.'),
    'held_for_another': _('The text names another customer.'),
    'held_for_somebody': _('The text says that somebody pays for another: %(quoted)s.'),
    'held_payer_name': _('"%(name)s" is not known to pay for this customer.'),
    'held_maybe_part': _('The amount could be a part of %(number)s.'),
    'held_recurring': _(
        'The customer was invoiced or has paid this amount before, so it does not tell which is meant.'
    ),
    'held_account_shared': _('The account has paid for several customers.'),
    'held_common_amount': _('Many open items have this amount, so it proves little.'),
}
