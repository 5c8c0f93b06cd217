"""Short ways to write receipts and open items."""

from datetime import date

from stdnum import iso11649

from ...matching import Knowledge, Matcher, OpenItem, Receipt

DAY = date(2026, 11, 2)
IBAN = 'DE89370400440532013000'
VALIDATORS = {'iso11649': iso11649.is_valid}


def item(number, residual=11900, group=1, names=('Müller Bau GmbH',), **more):
    values = {'id': number, 'currency': 'EUR', 'issued': date(2026, 10, 1), **more}
    values.setdefault('due', date(2026, 10, 31))
    return OpenItem(number=number, residual=residual, group=group, names=names, **values)


def receipt(text='', amount=11900, payer_name='Mueller Bau', **more):
    values = {'id': 1, 'currency': 'EUR', 'date': DAY, **more}
    return Receipt(amount=amount, text=text, payer_name=payer_name, **values)


def match_one(items, incoming, policy=None, **knowledge):
    knowledge.setdefault('validators', VALIDATORS)
    (proposal,) = Matcher(items, Knowledge(**knowledge), policy).match([incoming])
    return proposal


def codes(reasons):
    return {reason.code for reason in reasons}
