"""Tables and printed lines, as customers write them."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ...comparing import (
    Column,
    Format,
    guess_columns,
    guess_format,
    read_amount,
    read_table,
    split_lines,
)


def read(header, *rows):
    columns = guess_columns(header)
    return read_table(rows, columns, guess_format(rows, columns))


def test_an_english_table_is_understood():
    reading = read(
        ['Date', 'Invoice no.', 'Your reference', 'Description', 'Amount'],
        ['2026-09-01', 'INV/2026/00001', 'PO 7', 'Chairs', '1,234.50'],
        ['2026-09-03', 'RINV/2026/00001', '', 'Returned', '-34.50'],
        ['', '', '', 'Total', '1,200.00'],
        ['', '', '', '', ''],
    )
    assert [(line.id, line.date, line.amount) for line in reading.lines] == [
        (1, date(2026, 9, 1), 123450),
        (2, date(2026, 9, 3), -3450),
    ]
    assert (reading.lines[0].number, reading.lines[0].reference) == ('INV/2026/00001', 'PO 7')
    assert (reading.left_out, reading.unreadable) == ((3, 4), ())


def test_a_german_ledger_has_debit_and_credit_of_its_own_view():
    reading = read(
        ['Datum', 'Beleg', 'Soll', 'Haben'],
        ['01.09.2026', 'INV/2026/00001', '', '1.234,50'],
        ['15.09.2026', 'Zahlung 17', '1.000,00', ''],
    )
    assert [line.amount for line in reading.lines] == [123450, -100000]
    assert reading.lines[1].date == date(2026, 9, 15)


def test_days_and_months_are_told_apart_by_all_the_rows():
    rows = [['03/04/2026', 'A', '1.00'], ['03/25/2026', 'B', '1.00']]
    columns = guess_columns(['Date', 'No', 'Amount'])
    assert guess_format(rows, columns).date == '%m/%d/%Y'


def test_a_supplier_ledger_with_everything_below_zero_is_turned_round():
    reading = read(
        ['Date', 'No', 'Amount'], ['2026-09-01', 'A', '-10.00'], ['2026-09-02', 'B', '-5.00']
    )
    assert [line.amount for line in reading.lines] == [1000, 500]


def test_the_due_date_is_not_the_date():
    assert guess_columns(['Due date', 'Date', 'No', 'Amount'])[1] is Column.DATE
    assert 0 not in guess_columns(['Due date', 'Date', 'No', 'Amount'])


def test_what_cannot_be_understood_is_told():
    reading = read(
        ['Date', 'No', 'Amount'],
        ['2026-09-01', 'A', 'ten'],
        ['soon', '', '10.00'],
        ['soon', 'B', '10.00'],
    )
    assert (len(reading.lines), reading.unreadable) == (1, (1, 2))


def test_currencies_without_cents_have_whole_units():
    assert read_amount('1,234', '.', digits=0) == 1234
    assert read_amount('1.234', '.', digits=3) == 1234
    assert read_amount('1.2345', '.', digits=2) is None


def test_printed_lines_become_rows():
    text = """
        Statement of account                    Page 1 of 2
        01.09.2026  INV/2026/00001  Chairs          1.234,50     1.234,50
        15.09.2026  Payment                        -1.000,00       234,50
        Total                                                      234,50
        Please pay by 01.10.2026
    """
    rows = split_lines(text)
    assert [row[0] for row in rows] == ['01.09.2026', '15.09.2026']
    columns = guess_columns(['Date', 'Text', 'Amount'])
    reading = read_table(rows, columns, guess_format(rows, columns))
    assert [line.amount for line in reading.lines] == [123450, -100000]


def test_sums_and_what_was_carried_forward_are_no_items():
    reading = read(
        ['Date', 'No', 'Text', 'Amount'],
        ['2026-09-01', '', 'Opening balance', '70.00'],
        ['2026-09-01', '', 'Saldovortrag 31.08.2026', '70.00'],
        ['2026-09-02', 'A 1', 'Total overhaul', '10.00'],
        ['2026-09-03', 'A 2', '', '20.00'],
        ['2026-09-30', 'Solde', '', '99.00'],
        ['2026-09-30', '', 'المجموع', '99.00'],
        ['2026-09-30', '', 'Totalling', '5.00'],
        ['2026-09-30', '', '', '35.00'],
    )
    assert [line.id for line in reading.lines] == [3, 4, 7]
    assert reading.left_out == (1, 2, 5, 6, 8)


def test_a_last_invoice_as_large_as_those_before_is_an_item():
    rows = [
        ['2026-09-01', 'A 1', '10.00'],
        ['2026-09-02', 'A 2', '20.00'],
        ['2026-09-03', 'A 3', '30.00'],
    ]
    assert len(read(['Date', 'No', 'Amount'], *rows).lines) == 3


def test_dated_sums_on_paper_are_no_items():
    rows = split_lines(
        """
        01.09.2026  Balance brought forward        50,00
        02.09.2026  INV/2026/00001                100,00
        15.09.2026  Payment                       -40,00
        30.09.2026  Closing                        60,00
        """
    )
    columns = guess_columns(['Date', 'Text', 'Amount'])
    reading = read_table(rows, columns, guess_format(rows, columns))
    assert [line.amount for line in reading.lines] == [10000, -4000]


def test_numbers_of_a_spreadsheet_have_a_point_before_their_decimals():
    rows = [['2026-09-01', 'A', '1234.125'], ['2026-09-02', 'B', '7.125']]
    columns = guess_columns(['Date', 'No', 'Amount'])
    assert guess_format(rows, columns).decimal == '.'
    assert guess_format([['', 'A', '1.234']], columns).decimal == ','
    assert read_amount('1234.125', ',', digits=3) == 1234125
    assert read_amount('7.5', ',') == 750
    assert read_amount('7.500', ',') == 750000
    assert read_amount('-1.25e+3', ',') == -125000
    assert read_amount('1e-05') is None
    assert read_amount('1e999') is None


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(-(10**9), 10**9), st.sampled_from('.,'))
def test_whatever_is_written_is_read_back(value, decimal):
    other = ',' if decimal == '.' else '.'
    text = f'{value / 100:,.2f}'.replace(',', '_').replace('.', decimal).replace('_', other)
    assert read_amount(text, decimal) == value
    assert read_amount(f'€ {text}', decimal) == value


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.text(max_size=12), max_size=4), max_size=6),
    st.dictionaries(st.integers(0, 5), st.sampled_from(list(Column)), max_size=4),
    st.sampled_from(['%Y-%m-%d', '%d.%m.%y', 'nonsense']),
)
def test_no_table_is_too_strange_to_be_read(rows, columns, pattern):
    guess_format(rows, columns)
    reading = read_table(rows, columns, Format(pattern))
    told = [line.id for line in reading.lines] + [*reading.left_out, *reading.unreadable]
    assert sorted(told) == list(range(1, len(rows) + 1))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_no_text_is_too_strange_to_be_split(text):
    for row in split_lines(text):
        assert len(row) == 3
