"""A customer's own statement against our books, in plain Python: no database, no clock, no state.

>>> from datetime import date
>>> ours = [
...     OurLine(1, date(2026, 9, 1), 10000, 'INV/2026/00001', kind=Kind.INVOICE),
...     OurLine(2, date(2026, 9, 9), 5000, 'INV/2026/00002', kind=Kind.INVOICE),
... ]
>>> theirs = [TheirLine(1, date(2026, 9, 1), 9000, 'INV-2026-1')]
>>> comparison = compare(theirs, ours)
>>> for finding in comparison.findings:
...     print(finding.verdict.value, finding.difference)
amount -1000
unknown_to_them -5000
>>> comparison.difference
-6000

What goes in, what comes out, and how: see README.md beside this file.
"""

from .matching import compare
from .table import (
    Column,
    Format,
    Reading,
    find_titles,
    guess_columns,
    guess_format,
    read_amount,
    read_date,
    read_table,
)
from .text import split_lines
from .values import Comparison, Finding, Kind, OurLine, TheirLine, Verdict
