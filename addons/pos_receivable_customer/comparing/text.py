"""The text of a printed statement as a table."""

import re

DATE = re.compile(
    r'\b(\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2} [^\W\d]{3,9} \d{4})\b'
)
AMOUNT = re.compile(
    r'(?<![\w.,/-])\(?[-\u2212]?\d{1,3}(?:[ .,\u00a0\u202f\'’]?\d{3})*[.,]\d{2}\)?-?(?: ?CR\b)?(?![\w/])'
)
COLUMNS = ('Date', 'Text', 'Amount')


def split_lines(text: str) -> list[list[str]]:
    """Rows of date, text and amount: each line that has a date and, behind it, an amount. Of several
    amounts the first, as the last is often a running balance; of several dates too.

    >>> split_lines('Statement\\n01.11.2026 INV/2026/00042 due 01.12.2026  1.234,50  1.234,50')
    [['01.11.2026', 'INV/2026/00042 due', '1.234,50']]
    """
    rows = []
    for line in text.splitlines():
        day = DATE.search(line)
        if not day:
            continue
        rest = line[: day.start()] + ' ' + line[day.end() :]
        without_dates = DATE.sub(' ', rest)
        amounts = list(AMOUNT.finditer(without_dates))
        if amounts:
            label = ' '.join(without_dates[: amounts[0].start()].split())
            rows.append([day[0], label, amounts[0][0].strip()])
    return rows
