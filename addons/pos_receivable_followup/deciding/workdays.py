"""Days on which banks and offices work."""

from datetime import timedelta

MOST_DAYS = 366  # a calendar without a single day of work must not be looked through for ever


def add_working_days(day, count, weekdays, holidays=frozenset()):
    """The ``count``-th working day after ``day``; for 0 the day itself when it is one, else the next.

    :param weekdays: numbers of the days of a week that are worked on, Monday is 0
    :param holidays: days that are not worked on
    """
    for _turn in range(MOST_DAYS):
        is_working = day.weekday() in weekdays and day not in holidays
        if is_working and count == 0:
            return day
        day += timedelta(days=1)
        if count and day.weekday() in weekdays and day not in holidays:
            count -= 1
    return day
