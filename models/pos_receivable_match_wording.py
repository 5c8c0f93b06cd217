"""The sentences of the matching library in the user's language, and how reasons are stored."""

from datetime import date

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..matching import Money, Reason, render

_lt = LazyTranslate(__name__)

# Codes of the library, and a few of our own at the end. Other addons add theirs.
WORDING = {
    'structured': _lt("The structured reference %(reference)s is valid and belongs to %(number)s."),
    'structured_group': _lt(
        "The structured reference %(reference)s is valid and names this customer."
    ),
    'number': _lt("The text quotes %(number)s."),
    'number_short': _lt("The text quotes %(number)s, a short number that can occur by chance."),
    'number_embedded': _lt("The text contains %(number)s inside a longer string."),
    'number_list': _lt("The text lists %(number)s in short after another invoice."),
    'number_tail': _lt("The text quotes %(quoted)s, which is %(number)s without its prefix."),
    'number_serial': _lt("The text contains %(quoted)s, the last part of %(number)s."),
    'number_near': _lt("The text quotes %(quoted)s, one keystroke away from %(number)s."),
    'number_scanned': _lt("The text quotes %(number)s if letters were misread as digits."),
    'number_cut': _lt("The text contains %(quoted)s, a cut-off %(number)s."),
    'other_reference': _lt("The text quotes the order or reference %(reference)s of %(number)s."),
    'account': _lt("The account %(account)s belongs to this customer."),
    'account_shared': _lt(
        "The account %(account)s is used by several customers, this one among them."
    ),
    'account_local': _lt("The local account %(account)s belongs to this customer."),
    'account_other': _lt("The account %(account)s belongs to another customer."),
    'partner': _lt("The payment is recorded for this customer."),
    'partner_other': _lt("The payment is recorded for another customer."),
    'alias': _lt('"%(name)s" has paid for this customer before (%(count)s times confirmed).'),
    'alias_other': _lt('"%(name)s" has so far paid for another customer.'),
    'name_same': _lt('The payer "%(name)s" has this customer\'s name.'),
    'name_close': _lt('The payer "%(name)s" has nearly this customer\'s name.'),
    'name_similar': _lt('The payer "%(name)s" has a name similar to this customer\'s.'),
    'name_other': _lt('The payer "%(name)s" has another customer\'s name.'),
    'name_in_text': _lt("The text mentions this customer's name."),
    'exact': _lt("The amount is exactly what is open: %(open)s."),
    'discount': _lt("The amount is exactly what is due with the early-payment discount: %(open)s."),
    'parts': _lt("Together with other payments quoting it, the amount is exactly what is open."),
    'converted': _lt("Converted, the amount agrees with what is open: %(open)s."),
    'fee': _lt('The amount is what is open less the usual fee "%(fee)s": %(short)s.'),
    'short': _lt("The amount is %(short)s short, within the tolerance."),
    'surplus': _lt("The amount is %(over)s too much, within the tolerance."),
    'part': _lt("The amount pays a part; %(left)s stay open."),
    'over': _lt("The amount exceeds what is open by %(over)s."),
    'no_rate': _lt("The currencies differ and no rate is known."),
    'registered': _lt("The payment %(payment)s over just this amount waits for its bank line."),
    'chance_amount': _lt("The amount alone can agree by chance."),
    'several': _lt("The payment would cover %(count)s items."),
    'several_ways': _lt("%(count)s different sets of items give this amount."),
    'before_issue': _lt("The money came before the invoice was issued."),
    'around_due': _lt("The money came around the due date."),
    'long_ago': _lt("The invoice is long overdue."),
    'held_score': _lt("The evidence is too weak for automatic booking."),
    'held_margin': _lt("Another explanation is nearly as good."),
    'held_no_hard_signal': _lt(
        "Neither a full reference nor a known account with a unique amount."
    ),
    'held_holder': _lt("The payer seems to be somebody other than the customer of the invoice."),
    'held_payer_unknown': _lt("The payer is unknown, so number and amount must agree fully."),
    'held_amount': _lt("The amount does not agree with the reference."),
    'held_other_amount': _lt("The amount is exactly that of another open item of the customer."),
    'held_unknown_number': _lt("The text quotes a number that is not open: %(quoted)s."),
    'held_currency': _lt("The currencies differ and the reference or the rate is not certain."),
    'held_contested': _lt("Several payments of this batch claim the same item."),
    'held_rival': _lt("A number one keystroke away has the same amount."),
    'held_before_issue': _lt("The money came before the invoice was issued."),
    'held_not_unique': _lt("The amount fits in more than one way."),
    'held_common_amount': _lt("Many open items have this amount, so it proves little."),
    'suggested': _lt("Suggested by %(provider)s: %(text)s"),
    'held_suggested': _lt("A suggestion of an outside service contributed to it."),
    'held_rejected': _lt("Somebody has rejected or undone it before."),
    'held_registered': _lt(
        "This money seems to be %(payment)s, which is registered and waits for its bank line."
    ),
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
    'held_linked_draft': _lt("It is linked to an invoice that is a draft: %(about)s."),
    'held_linked_blocked': _lt("It is linked to %(about)s, which is blocked for payment."),
    'held_linked_company': _lt("It is linked to %(about)s, an invoice of another company."),
    'held_linked_customer': _lt("It is linked to %(about)s, an invoice of another customer."),
    'held_linked_account': _lt(
        "It is linked to %(about)s, of which nothing is open on the receivable account it is"
        " booked on."
    ),
    'held_error': _lt("Booking it failed: %(error)s"),
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
