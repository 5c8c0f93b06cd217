"""Readers for values that arrive over RPC, where the caller may send anything.

Each returns the value in the type the business code works with, or ``None`` when it is not one:
the caller then refuses in its own words.
"""

import math
import re
from datetime import date

MAX_ID = 2**31 - 1  # PostgreSQL's integer, the type of every record id
MAX_NUMBER = 1e15  # beyond this, a float no longer holds the cents
# What separates thousands and never decimals: spaces, ordinary and not, and apostrophes.
GROUPING = " \u00a0\u202f'\u2019"


def read_id(value):
    """
    >>> read_id(7), read_id(True), read_id('7'), read_id(-1), read_id(2**40)
    (7, None, None, None, None)
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID:
        return value
    return None


def read_ids(values, most=500):
    """Record ids without repetition; ``[]`` when there are too many or anything else among them.

    >>> read_ids([3, 1, 3]), read_ids((2,)), read_ids([1, '2']), read_ids(7), read_ids([1, 2], 1)
    ([3, 1], [2], [], [], [])
    """
    if not isinstance(values, list | tuple) or len(values) > most:
        return []
    ids = list(dict.fromkeys(read_id(value) for value in values))
    return [] if None in ids else ids


def read_count(value):
    """
    >>> read_count(0), read_count(40), read_count(-1), read_count(1.5), read_count(None)
    (0, 40, None, None, None)
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ID:
        return value
    return None


def read_number(value):
    """
    >>> read_number(12), read_number(0.5), read_number('12'), read_number(float('nan'))
    (12.0, 0.5, None, None)
    >>> read_number(10**400), read_number(1e308), read_number(False)
    (None, None, None)
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and abs(number) <= MAX_NUMBER else None


def read_text(value, max_length):
    """Text that PostgreSQL can store: no NUL character, no lone surrogate.

    >>> read_text(' cheque 12 ', 64)
    'cheque 12'
    >>> read_text('a' * 65, 64), read_text('a\\x00b', 64), read_text('\\ud800', 64)
    (None, None, None)
    >>> read_text(12, 64), read_text(None, 64), read_text(False, 64)
    (None, '', '')
    """
    if value is None or value is False:
        return ''
    if not isinstance(value, str) or len(value) > max_length or '\x00' in value:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value.strip()


def read_email(value):
    """An address that somebody may be reached at, with a name before it or not.

    >>> read_email("o'brien+shop@mail.example.ie"), read_email('Anna <rené@käse.example>')
    ("o'brien+shop@mail.example.ie", 'rené@käse.example')
    >>> read_email('<script>@b.co'), read_email('a b@c.com'), read_email('a@b'), read_email(7)
    (None, None, None, None)
    """
    address = (read_text(value, 254) or '').rpartition('<')[2].removesuffix('>')
    # Letters are anybody's: mail servers know international addresses.
    word = r"[\w!#$%&'*+/=?^`{|}~-]+"
    rest = r'(?:[^\W_]|-)*[^\W_]'
    pattern = rf'{word}(?:\.{word})*@(?:[^\W_](?:{rest})?\.)+[^\W\d_]{rest}'
    return address if re.fullmatch(pattern, address) else None


def read_date(value):
    """A day in ISO form.

    >>> read_date('2026-11-20')
    datetime.date(2026, 11, 20)
    >>> read_date('2026-13-45'), read_date('2026-11-20x'), read_date(20261120), read_date([])
    (None, None, None, None)
    """
    if not isinstance(value, str) or not re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}', value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def read_amounts(text):
    """The amounts that typed text may mean: with three digits after it, a comma or a point may
    separate thousands or, in a few currencies, decimals.

    >>> read_amounts('640'), read_amounts('1,234.50'), read_amounts('1.234,5')
    ([640.0], [1234.5], [1234.5])
    >>> read_amounts('5,000'), read_amounts('INV/2026/00012')
    ([5.0, 5000.0], [])
    """
    match = re.fullmatch(rf"([0-9](?:[0-9]|[.,{GROUPING}])*?)(?:[.,]([0-9]{{1,3}}))?", text)
    if not match:
        return []
    whole, decimals = re.sub(r'[^0-9]', '', match[1]), match[2] or ''
    readings = [float(f"{whole}.{decimals or 0}")]
    if len(decimals) == 3:
        readings.append(float(whole + decimals))
    return readings
