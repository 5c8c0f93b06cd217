"""From the cells of a file to lines of a statement."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from .text import DATE
from .values import TheirLine


class Column(Enum):
    """What a column says."""

    DATE = 'date'
    NUMBER = 'number'
    REFERENCE = 'reference'
    TEXT = 'text'
    AMOUNT = 'amount'
    DEBIT = 'debit'  # what lowers, and CREDIT what raises, what they owe us: it is their ledger
    CREDIT = 'credit'


# Words that head a column, in the languages of the shop's customers; looked for in this order.
WORDS = {
    Column.DEBIT: ('debit', 'soll', 'débit', 'debe', 'débito', 'مدين'),
    Column.CREDIT: ('credit', 'haben', 'crédit', 'haber', 'crédito', 'دائن'),
    Column.AMOUNT: (
        'amount', 'open', 'balance due', 'betrag', 'offen', 'montant', 'importe', 'valor', 'مبلغ'
    ),
    Column.DATE: ('date', 'datum', 'fecha', 'data', 'تاريخ'),
    Column.REFERENCE: ('reference', 'ref', 'order', 'po', 'referenz', 'référence', 'referencia', 'مرجع'),
    Column.NUMBER: (
        'number', 'invoice', 'document', 'no', 'nr', 'n°', 'nummer', 'rechnung', 'beleg', 'facture',
        'pièce', 'factura', 'número', 'fatura', 'documento', 'رقم', 'فاتورة',
    ),
    Column.TEXT: ('text', 'description', 'memo', 'label', 'beschreibung', 'libellé', 'descripción', 'descrição'),
}  # fmt: skip
UNWANTED = ('due', 'fällig', 'échéance', 'vencimiento', 'vencimento')  # not the date of an item
DATE_FORMATS = ('%Y-%m-%d', '%d.%m.%Y', '%d/%m/%Y', '%m/%d/%Y', '%d-%m-%Y', '%d.%m.%y', '%d/%m/%y',
                '%m/%d/%y', '%Y/%m/%d', '%d %b %Y', '%d %B %Y', '%b %d, %Y')  # fmt: skip
NOISE = 8  # figures behind the decimal sign
TITLES_WITHIN = 20  # rows from the top, in which titles are looked for
LETTERS = re.compile(r'[^\W\d_]', re.UNICODE)
# How spreadsheets hand out their own numbers, whatever a sheet shows.
NATIVE = re.compile(r'-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?')
GROUPED = re.compile(r'-?\d{1,3}(?:\.\d{3})+')  # with points between the thousands
# What the text of a line begins with that is no item: sums, and what an earlier page or time left.
SUMS = (
    'total', 'totals', 'grand total', 'subtotal', 'sub-total', 'balance', 'opening balance',
    'closing balance', 'brought forward', 'carried forward', 'b/f', 'c/f',
    'gesamt', 'gesamtbetrag', 'summe', 'zwischensumme', 'saldo', 'saldovortrag', 'anfangssaldo',
    'endsaldo', 'übertrag', 'vortrag',
    'solde', 'sous-total', 'report à nouveau', 'à reporter', 'ancien solde', 'nouveau solde',
    'suma', 'suma y sigue', 'suma anterior', 'subtotales', 'totales',
    'soma', 'totais', 'transporte', 'a transportar',
    'الرصيد', 'رصيد', 'المجموع', 'مجموع', 'الإجمالي', 'إجمالي', 'الاجمالي', 'اجمالي', 'مرحل',
)  # fmt: skip
SUM = re.compile(rf"\W*(?:{'|'.join(map(re.escape, SUMS))})(?!\w)")


@dataclass(frozen=True, slots=True)
class Format:
    """How dates and amounts are written; ``inverted``: what they owe us is below zero."""

    date: str = '%Y-%m-%d'
    decimal: str = '.'
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """``lines``, and the places of rows that are no items: without an amount, or with nothing but
    one, as titles and totals."""

    lines: tuple[TheirLine, ...]
    left_out: tuple[int, ...]
    unreadable: tuple[int, ...]  # rows with an amount or a date that cannot be understood


def guess_columns(header: Sequence[str]) -> dict[int, Column]:
    """What the columns say, by their titles; each at most once.

    >>> found = guess_columns(['Invoice date', 'Invoice no.', 'Due date', 'Amount'])
    >>> [(place, column.value) for place, column in sorted(found.items())]
    [(0, 'date'), (1, 'number'), (3, 'amount')]
    """
    found: dict[int, Column] = {}
    for column, words in WORDS.items():
        if column is Column.AMOUNT and {Column.DEBIT, Column.CREDIT} <= set(found.values()):
            continue
        for place, title in enumerate(header):
            said = re.findall(r'\w+°?', title.casefold())
            if place in found or set(said) & set(UNWANTED):
                continue
            if any(set(word.split()) <= set(said) for word in words):
                found[place] = column
                break
    return found


def find_titles(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row with the titles: the one by which most columns are known, two at least.

    >>> find_titles([['Acme Ltd.'], ['Date', 'No', 'Amount'], ['2026-09-01', 'A', '1.00']])
    1
    """
    known = [len(guess_columns(row)) for row in rows[:TITLES_WITHIN]]
    best = max(known, default=0)
    return known.index(best) if best > 1 else None


def guess_format(rows: Sequence[Sequence[str]], columns: Mapping[int, Column]) -> Format:
    """The way of writing that most cells can be read by; of equally good ones the first."""
    dates = _cells(rows, columns, Column.DATE)
    fits = {pattern: sum(read_date(cell, pattern) is not None for cell in dates)
            for pattern in DATE_FORMATS}  # fmt: skip
    amounts = _cells(rows, columns, Column.AMOUNT, Column.DEBIT, Column.CREDIT)
    # A comma before one or two figures at the end, or a point before three: decimal comma.
    commas = sum(bool(re.search(r',\d{1,2}\D*$|\.\d{3}\D*$', cell)) for cell in amounts)
    points = sum(bool(re.search(r'\.\d{1,2}\D*$|,\d{3}\D*$', cell)) for cell in amounts)
    decimal = ',' if commas > points else '.'
    if any(map(_is_native, amounts)) and not any(',' in cell for cell in amounts):
        decimal = '.'
    values = [read_amount(cell, decimal) for cell in _cells(rows, columns, Column.AMOUNT)]
    negative = sum(value is not None and value < 0 for value in values)
    return Format(
        max(DATE_FORMATS, key=lambda pattern: fits[pattern]), decimal, 2 * negative > len(values)
    )


def _cells(
    rows: Sequence[Sequence[str]], columns: Mapping[int, Column], *wanted: Column
) -> list[str]:
    places = [place for place, column in columns.items() if column in wanted]
    cells = (row[place].strip() for row in rows for place in places if place < len(row))
    return [cell for cell in cells if cell]


def read_date(text: str, pattern: str) -> date | None:
    """
    >>> read_date('3.11.2026', '%d.%m.%Y')
    datetime.date(2026, 11, 3)
    >>> read_date('2026-11-03 00:00:00', '%Y-%m-%d')
    datetime.date(2026, 11, 3)
    """
    text = text.strip()
    # Spreadsheets have dates of their own, which come as ISO whatever else is written.
    candidates = ((text, pattern), (text[:10], '%Y-%m-%d'))
    for candidate, form in candidates:
        try:
            return datetime.strptime(candidate, form).date()
        except ValueError:
            continue
    return None


def _is_native(text: str) -> bool:
    """Whether it can only be a spreadsheet's own number, with a point before the decimals.

    >>> [_is_native(text) for text in ('1234.125', '1.5', '1e-05', '1.234', '1234', '€ 1.50')]
    [True, True, True, False, False, False]
    """
    is_cut = '.' in text or 'e' in text.casefold()
    return is_cut and bool(NATIVE.fullmatch(text)) and not GROUPED.fullmatch(text)


def read_amount(text: str, decimal: str = '.', digits: int = 2) -> int | None:
    """In minor units; None when it is none. Minus before or behind, brackets, and *CR* mean below
    zero.

    >>> read_amount('1,234.50'), read_amount('1.234,50-', ','), read_amount('(12.00)')
    (123450, -123450, -1200)
    >>> read_amount('€ 5', ','), read_amount('n/a'), read_amount('1.2.3', '.')
    (500, None, None)
    >>> read_amount('1234.4999999999998'), read_amount('10.299999999999997')
    (123450, 1030)
    >>> read_amount('1234.5', ','), read_amount('1.5e+16', ','), read_amount('-1e-17', ',')
    (123450, 1500000000000000000, 0)
    """
    text = text.strip().replace('\u2212', '-')
    if _is_native(text):
        text, decimal = format(Decimal(text), 'f'), '.'
    elif re.search(r'\d[eE][+-]?\d', text):
        return None
    negative = '-' in text or (text.startswith('(') and text.endswith(')'))
    negative |= text.casefold().endswith('cr')
    other = ',' if decimal == '.' else '.'
    bare = re.sub(r"[^\d.,]", '', text).replace(other, '').strip('.,')
    if not bare or bare.count(decimal) > 1 or len(LETTERS.findall(text)) > 3:
        return None
    whole, _point, fraction = bare.partition(decimal)
    value = int((whole or '0') + fraction[:digits].ljust(digits, '0'))
    if rest := fraction[digits:].strip('0'):
        # So many figures nobody has written: what a spreadsheet has left of a sum.
        if len(fraction) < NOISE:
            return None
        value += rest[0] >= '5' and fraction[digits] != '0'
    return -value if negative else value


def read_table(
    rows: Sequence[Sequence[str]],
    columns: Mapping[int, Column],
    form: Format,
    digits: int = 2,
) -> Reading:
    """The lines of a table of cells, without its header.

    A row with an amount and neither a date nor a number is a total, and so is one without a number
    that says so, or that stands last and sums up those before; a row without an amount is a title.
    All are left out, and told.
    """
    lines, left_out, unreadable = [], [], []
    for place, row in enumerate(rows, start=1):
        cells: dict[Column, str] = {}
        for index, column in columns.items():
            cell = row[index].strip() if index < len(row) else ''
            cells[column] = ' '.join(filter(None, (cells.get(column), cell)))
        amount = _read_row_amount(cells, form, digits)
        day = read_date(cells.get(Column.DATE, ''), form.date)
        named = cells.get(Column.NUMBER) or cells.get(Column.REFERENCE)
        if amount is None:
            unreadable.append(place)
        elif not amount or not (cells.get(Column.DATE) or named) or _is_sum(cells):
            left_out.append(place)
        elif cells.get(Column.DATE) and not day and not named:
            unreadable.append(place)
        else:
            lines.append(
                TheirLine(
                    place,
                    day,
                    -amount if form.inverted else amount,
                    cells.get(Column.NUMBER, ''),
                    cells.get(Column.REFERENCE, ''),
                    cells.get(Column.TEXT, ''),
                )
            )
    if len(lines) > 2 and _sums_up(lines[-1], lines[:-1]):
        left_out = sorted([*left_out, lines.pop().id])
    return Reading(tuple(lines), tuple(left_out), tuple(unreadable))


def _is_sum(cells: Mapping[Column, str]) -> bool:
    said = [cells.get(column, '') for column in (Column.NUMBER, Column.REFERENCE, Column.TEXT)]
    return not _has_figures(*said) and any(SUM.match(text.casefold()) for text in said)


def _sums_up(line: TheirLine, others: Sequence[TheirLine]) -> bool:
    has_number = _has_figures(line.number, line.reference, line.text)
    return not has_number and line.amount == sum(other.amount for other in others)


def _has_figures(*texts: str) -> bool:
    """Whether a number stands there, other than in a date."""
    return any(re.search(r'\d', DATE.sub(' ', text)) for text in texts)


def _read_row_amount(cells: Mapping[Column, str], form: Format, digits: int) -> int | None:
    """Zero for an empty row; None when something stands there that is no amount."""
    total = 0
    for column, sign in ((Column.AMOUNT, 1), (Column.CREDIT, 1), (Column.DEBIT, -1)):
        if cell := cells.get(column):
            value = read_amount(cell, form.decimal, digits)
            if value is None:
                return None
            total += sign * value
    return total
