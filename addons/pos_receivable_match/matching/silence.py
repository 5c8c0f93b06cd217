"""What contradicts an account and an amount, which say what is paid only as long as nothing else does.

The text is read with suspicion here: a number that cannot be read is still the number of something.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from .evidence import Query
from .findings import Findings
from .numbers import KEYWORDS, read_number, scanned
from .reasons import Reason, reason
from .text import is_calendar_digits, masked_spans, word_set
from .values import OpenItem

# Money that is a part of something, or for what is not invoiced yet.
NOT_ALL = word_set(
    'TEILZAHLUNG TEILBETRAG TEIL RATE RATENZAHLUNG ABSCHLAG ABSCHLAGSZAHLUNG ANZAHLUNG VORAUSZAHLUNG '
    'VORKASSE VORSCHUSS KAUTION RESTZAHLUNG RESTBETRAG REST PARTIAL PART INSTALMENT INSTALLMENT '
    'DEPOSIT PREPAYMENT ADVANCE BALANCE REMAINDER ACOMPTE ARRHES AVANCE SOLDE ECHEANCE CAUTION '
    'ACCONTO ANTICIPO CAPARRA RATA SALDO CUOTA SENAL FIANZA RESTO PARCELA ADIANTAMENTO SINAL '
    'AANBETALING VOORSCHOT TERMIJN BORG'
)
# Money that somebody pays for another, as advisers, agents and trustees do. A client's number, which
# people write beside their own payments, is none of it.
_FOR_SOMEBODY = re.compile(
    r'(?<![A-Z0-9])(?:'
    r'MANDANT(?:EN|IN|INNEN)?|MDT|FREMDGELD|ANDERKONTO|TREUHAND[A-Z]*|I\. ?A\.|I\. ?V\.'
    r'|IM (?:AUFTRAG|NAMEN)|NAMENS|F(?:UE|U)R (?:RECHNUNG (?:VON|DES|DER)|(?:UNSERE[N]? )?KUNDE[N]?)'
    r'|(?:ON|IN) BEHALF|BEHALF OF|OBO|O/B/O|IN THE NAME OF|FOR (?:THE )?ACCOUNT OF|ESCROW'
    r'|(?:FOR|OF) (?:(?:A|OUR|MY|THE) )?CLIENTS?|CLIENTS?\'? (?:ACCOUNT|MONEY|FUNDS)'
    r'|P(?:OU)?R (?:LE )?(?:COMPTE|CPTE)|AU NOM D[EU]|POUR (?:(?:UN|NOTRE|NOS|MON|LE) )?CLIENTS?'
    r'|PER CONTO|(?:A|IN) NOME D[IE]L?|PER (?:(?:IL )?(?:NOSTRO )?)CLIENTE'
    r'|POR CUENTA DE|(?:A|EN) NOMBRE DE|PARA (?:(?:EL|UN|NUESTRO) )?CLIENTE'
    r'|POR CONTA D[EOA]|EM NOME D[EOA]|PARA (?:(?:O|UM|NOSSO) )?CLIENTE'
    r'|VOOR REKENING VAN|IN OPDRACHT|VOOR (?:(?:ONZE|EEN) )?CLIENT'
    r')(?![A-Z0-9])'
)
_PERIOD = re.compile(r'(?<![\w/.-])(?:0?[1-9]|1[0-2])[./-](?:20)?\d\d(?![\w/.-])')
_TOKEN = re.compile(r'[A-Z0-9?*]+(?:[/\\._#:-]+[A-Z0-9?*]+)*')
_DIGITS = re.compile(r'\d+')
READABLE = 3  # digits from which something may be a number
MACHINE = 4  # digits more than our numbers have: an id that no person wrote


def against_silence(query: Query, findings: Findings, items: Sequence[OpenItem]) -> list[Reason]:
    """Why account and amount alone do not tell what is paid."""
    held = []
    if quoted := strange_number(query, items):
        held.append(reason('held_unknown_number', quoted=quoted))
    if word := _not_all(query):
        held.append(reason('held_purpose', quoted=word))
    if findings.is_for_another(items[0].group):
        held.append(reason('held_for_another'))
    if found := _FOR_SOMEBODY.search(query.folded):
        held.append(reason('held_for_somebody', quoted=found[0]))
    if query.receipt.payer_name and not findings.is_named(items[0].group):
        held.append(reason('held_payer_name', name=query.receipt.payer_name))
    if part := _could_be_part(query, items):
        held.append(reason('held_maybe_part', number=part.number))
    if recurs(query, items):
        held.append(reason('held_recurring'))
    return held


def recurs(query: Query, items: Sequence[OpenItem]) -> bool:
    """Something else of the customer had this amount lately, or one of the amounts it consists of.

    Who pays the same again and again may mean what is paid already, or is not entered yet.
    """
    receipt, own = query.receipt, {query.receipt.id, *(item.id for item in items)}
    since = receipt.date - timedelta(days=query.policy.recurring_days)
    group = items[0].group
    return any(
        what not in own and day >= since
        for amount in {receipt.amount, *(item.residual for item in items)}
        for what, day in query.knowledge.seen.get((group, receipt.currency, amount), {}).items()
    )


def _could_be_part(query: Query, items: Sequence[OpenItem]) -> OpenItem | None:
    """A larger open item of which people would pay just this: a half, a quarter, a round sum."""
    if len(items) > 1:
        return None
    amount = query.receipt.amount
    for item in query.of_group(items[0].group):
        if item.currency == query.receipt.currency and item.residual > amount:
            shares = (item.residual * percent / 100 for percent in _SHARES)
            if amount % _ROUND == 0 or any(abs(share - amount) < 1 for share in shares):
                return item
    return None


_SHARES = (10, 20, 25, 30, 100 / 3, 40, 50, 60, 200 / 3, 70, 75, 80, 90)
_ROUND = 5000  # minor units; what people pay of something larger


def _not_all(query: Query) -> str:
    return next((atom.text for atom in query.atoms if atom.text in NOT_ALL), '')


def strange_number(query: Query, items: Sequence[OpenItem]) -> str:
    """What reads as a number, be it misread, cut off or of something unknown, and is not fully the
    number of what would be booked. Not taken for one are dates, periods, amounts, accounts, and what
    is so long that only machines write it."""
    known = _spellings(items)
    folded = query.folded
    spans = [*masked_spans(folded), *(found.span() for found in _PERIOD.finditer(folded))]
    before = ''
    for token in _TOKEN.finditer(folded):
        if any(first < token.end() and token.start() < last for first, last in spans):
            # what hangs on to a date or an amount is looked at without it
            text = ''.join(
                ' ' if any(first <= place < last for first, last in spans) else folded[place]
                for place in range(token.start(), token.end())
            )
        else:
            text = token[0]
        for piece in text.split():
            if _is_strange(query, piece, before, known):
                return piece
            before = piece
    return _in_pieces(query, known)


def _is_strange(query: Query, piece: str, before: str, known: set[str]) -> bool:
    key = ''.join(filter(str.isalnum, piece))
    if not any(map(str.isdigit, key)) or _is_spelling(key, known):
        return False
    if any(mark in piece for mark in '?*'):
        return True
    digits = ''.join(_DIGITS.findall(scanned(key)))
    if key.isdigit() and _is_year(key, query.receipt.date):
        return before in query.items.prefixes
    if key.isdigit() and is_calendar_digits(key) and len(key) > 4:
        return len(key) in query.items.serial_lengths
    if len(digits) > query.items.longest + MACHINE and key.isdigit():
        return query.items.is_ours(key[: query.items.longest])
    return len(digits) >= READABLE or before in KEYWORDS or before in query.items.prefixes


def _in_pieces(query: Query, known: set[str]) -> str:
    """Short runs of digits side by side, which together may be a number; and the whole of one that is
    written with blanks."""
    run: list[str] = []
    for atom in (*query.atoms, None):
        if atom and atom.is_digits and not atom.masked and (not run or len(atom.gap) <= 3):
            run.append(atom.text)
            continue
        whole = ''.join(run)
        if len(run) > 1 and len(whole) >= READABLE and not _is_spelling(whole, known):
            short = [part for part in run if not _is_spelling(part, known)]
            if not all(_is_year(part, query.receipt.date) or int(part) <= 12 for part in short):
                return whole
        run = [atom.text] if atom and atom.is_digits and not atom.masked else []
    return ''


def _is_year(digits: str, day: date) -> bool:
    return len(digits) == 4 and abs(int(digits) - day.year) <= 1


def _is_spelling(key: str, known: set[str]) -> bool:
    """The number itself, perhaps behind a word: RECHNUNGINV202600042."""
    if key in known or scanned(key) in known:
        return True
    return any(
        key.endswith(number) and key[: -len(number)].isalpha() and len(number) >= 6
        for number in known
    )


def _spellings(items: Sequence[OpenItem]) -> set[str]:
    """All complete ways to write the numbers of the items, none of which leaves out a digit that
    tells it from its neighbours."""
    found = set()
    for item in items:
        for written in (item.number, item.payment_reference, *item.other_references):
            number = read_number(written)
            if number is None:
                continue
            found |= {number.compact, number.tail, number.loose.replace('|', '')}
            if written == item.number:
                found |= {number.serial, number.serial.lstrip('0')}
                found |= {part for part in number.parts[:-1] if part.isdigit() and len(part) == 4}
                found.add(number.prefix + number.serial)
                found.add(number.prefix + number.serial.lstrip('0'))
    return found | {scanned(text) for text in found} - {''}
