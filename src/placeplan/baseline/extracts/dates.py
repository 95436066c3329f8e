"""Dates as text: a list of every day in every known style, to be joined. So any engine reads them alike, and 31 February is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
BEFORE = {True: 30, False: 4}
"""Years before the base year in which care may have started that goes on (packages, waits), and other care."""
AFTER = 4
"""Years after its start in which care may end."""
LIVES = 125
"""Years before it in which people may be born."""
MONTH_FIRST = 0
"""Number of a text that is a date only with the month first."""
BLANK = -1
"""Number of a text that means that there is no date."""


def styles(day: dt.date) -> tuple[str, ...]:
    """A day in each style: year first, day first, month by name; with dashes, slashes, full stops (day first) or nothing (year first).

    >>> styles(dt.date(2016, 4, 1))[:4]
    ('2016-04-01', '2016/04/01', '20160401', '01/04/2016')
    """
    y, m, d = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
    names = [MONTHS[day.month - 1], MONTHS[day.month - 1].title(), MONTHS[day.month - 1].lower()]
    named = (f"{d}{sign}{name}{sign}{y}" for name in names for sign in ("", "-", " "))
    return (
        f"{y}-{m}-{d}", f"{y}/{m}/{d}", f"{y}{m}{d}", f"{d}/{m}/{y}", f"{day.day}/{day.month}/{y}", f"{d}-{m}-{y}",
        f"{d}.{m}.{y}", f"{day.day}.{day.month}.{y}", *named,
    )  # fmt: skip


def calendar(first: dt.date, last: dt.date, missing: Sequence[str] = ()) -> Iterator[tuple[str, int, int]]:
    """Text, number of the day and year-month-day as one number, for each style of each day; no text comes twice.

    A text that is a date only with the month first has the number `MONTH_FIRST`; those of ``missing`` have `BLANK`.

    >>> rows = {text: (day, ymd) for text, day, ymd in calendar(dt.date(2016, 4, 1), dt.date(2016, 4, 30))}
    >>> rows["1/4/2016"] == (dt.date(2016, 4, 1).toordinal(), 20160401), rows["04/30/2016"], "31/04/2016" in rows
    (True, (0, 0), False)
    """
    for text in dict.fromkeys(v for m in ("", *missing) for v in (m, m.upper(), m.lower())):
        yield text, BLANK, 0
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(number)
        for text in dict.fromkeys(styles(day)):
            yield text, number, day.year * 10_000 + day.month * 100 + day.day
        if day.day > 12:
            american = (f"{day.month:02d}/{day.day}/{day.year}", f"{day.month}/{day.day}/{day.year}")
            for text in dict.fromkeys(american):
                yield text, MONTH_FIRST, 0


def window(start: dt.date, goes_on: bool, births: bool) -> tuple[dt.date, dt.date]:
    """First and last day that is known, for a year that begins on ``start``.

    >>> [str(day) for day in window(dt.date(2016, 4, 1), goes_on=True, births=False)]
    ['1986-01-01', '2020-12-31']
    """
    return dt.date(start.year - (LIVES if births else BEFORE[goes_on]), 1, 1), dt.date(start.year + AFTER, 12, 31)
