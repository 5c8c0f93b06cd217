"""How long to wait before what failed is tried again."""

from datetime import timedelta

FIRST_RETRY = timedelta(hours=12)  # by the next night
LONGEST_WAIT = timedelta(days=14)


def get_delay(attempts):
    """How long to wait after failing ``attempts`` times in a row: doubling, up to a fortnight.

    Half a day to begin with, so that the next night tries again.

    >>> [get_delay(attempts).total_seconds() / 3600 for attempts in (1, 2, 3, 1000)]
    [12.0, 24.0, 48.0, 336.0]
    """
    return min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
