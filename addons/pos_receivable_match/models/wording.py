"""The sentences of the matching library in the user's language, and how reasons are stored."""

from datetime import date

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..matching import Money, Reason, render
from ..matching.reasons import ENGLISH

_lt = LazyTranslate(__name__)

# Beside those of the library, which marks its own. Other addons add theirs.
WORDING = {
    **ENGLISH,
    'suggested': _lt("Suggested by %(provider)s: %(text)s"),
    'held_suggested': _lt("A suggestion of an outside service contributed to it."),
    'held_rejected': _lt("Somebody has rejected or undone it before."),
    'held_discount': _lt("Granting the early-payment discount is left to a person."),
    'held_unreadable': _lt("It could not be matched: %(error)s"),
    'held_other_account': _lt(
        "The payment is booked on %(payment)s, the invoice on %(invoice)s: they cannot be reconciled"
        " before one of them is moved."
    ),
    'held_given_back': _lt(
        "It was given back to the customer, or a part of it. Reconcile the refund with its payment"
        " first."
    ),
    'held_cleared': _lt(
        "Somebody has cleared a part of it on the suspense account: please book the rest by hand."
    ),
    'held_session': _lt("It was collected in %(about)s, which is not closed yet."),
    'held_on_account': _lt("The customer left it on account at a till, for what they buy next."),
    'held_linked_draft': _lt("It is linked to an invoice that is a draft: %(about)s."),
    'held_linked_blocked': _lt("It is linked to %(about)s, which is blocked for payment."),
    'held_linked_company': _lt("It is linked to %(about)s, an invoice of another company."),
    'held_linked_customer': _lt("It is linked to %(about)s, an invoice of another customer."),
    'held_linked_account': _lt(
        "It is linked to %(about)s, of which nothing is open on the receivable account it is"
        " booked on."
    ),
}


def to_json(reason):
    """
    >>> from ..matching import reason
    >>> to_json(reason('short', short=Money(250, 'EUR')))
    {'code': 'short', 'args': {'short': {'minor': 250, 'currency': 'EUR'}}}
    """
    return {'code': reason.code, 'args': {name: _pack(value) for name, value in reason.args}}


def from_json(packed):
    return Reason(
        packed['code'], tuple((name, _unpack(value)) for name, value in packed['args'].items())
    )


def make_speaker(env):
    """
    :return: a function that puts a stored reason into a sentence in the user's language
    """
    # Each is marked where it is written; here is only looked up what it is called.
    wording = {code: env._(sentence) for code, sentence in WORDING.items()}
    currencies = env['pos_receivable.match.source']._read_currencies()

    def money(amount):
        currency = currencies[amount.currency]
        return currency.format(amount.amount / 10**currency.decimal_places)

    def say(packed):
        reason = from_json(packed)
        args = tuple(
            (name, format_date(env, value) if isinstance(value, date) else value)
            for name, value in reason.args
        )
        return render(Reason(reason.code, args), wording, money)

    return say


def _pack(value):
    if isinstance(value, Money):
        return {'minor': value.amount, 'currency': value.currency}
    if isinstance(value, date):
        return {'date': value.isoformat()}
    return value


def _unpack(value):
    if isinstance(value, dict):
        if 'date' in value:
            return date.fromisoformat(value['date'])
        return Money(value['minor'], value['currency'])
    return value
