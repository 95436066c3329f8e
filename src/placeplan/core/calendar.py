"""Months, financial years and working days of England.

A month is written ``2016-04``, a financial year ``2016/17`` (April to March). Nothing here reads a clock.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month, as the daily part of the model needs it."""

    weekday: int
    """0 Monday to 6 Sunday."""
    working: bool
    """Neither at the weekend nor a bank holiday in England."""


@cache
def month_index(month: str) -> int:
    """Months since the year 0, so that differences count months; raises ``ValueError`` where it is no month.

    >>> month_index("2017-04") - month_index("2016-04")
    12
    """
    year, dash, number = month.partition("-")
    if len(year) != 4 or not dash or len(number) != 2 or not (year + number).isascii() or not (year + number).isdigit():
        raise ValueError(f"{month!r} is not a month such as 2016-04")
    if not 1 <= int(number) <= 12:
        raise ValueError(f"{month!r} has no month {number}")
    return int(year) * 12 + int(number) - 1


def month_of(index: int) -> str:
    """The month with this index (see `month_index`).

    >>> month_of(month_index("2016-12") + 1)
    '2017-01'
    """
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_from(start: str, count: int) -> tuple[str, ...]:
    """``count`` months, the first of them ``start``.

    >>> months_from("2016-11", 4)
    ('2016-11', '2016-12', '2017-01', '2017-02')
    """
    first = month_index(start)
    return tuple(month_of(first + i) for i in range(count))


@cache
def days_in(month: str) -> int:
    """Days of a month.

    >>> days_in("2020-02"), days_in("2021-02")
    (29, 28)
    """
    index = month_index(month)
    return calendar.monthrange(index // 12, index % 12 + 1)[1]


@cache
def financial_year(month: str) -> str:
    """The financial year, April to March, in which a month lies.

    >>> financial_year("2016-04"), financial_year("2017-03"), financial_year("1999-12")
    ('2016/17', '2016/17', '1999/00')
    """
    first = (month_index(month) - 3) // 12
    return f"{first:04d}/{(first + 1) % 100:02d}"


def year_start(year: str) -> str:
    """April of a financial year; raises ``ValueError`` where it is none.

    >>> year_start("2016/17")
    '2016-04'
    """
    start = f"{year[:4]}-04"
    if financial_year(start) != year:
        raise ValueError(f"{year!r} is not a financial year such as 2016/17")
    return start


def years_of(months: Iterable[str]) -> tuple[str, ...]:
    """The financial years of some months, in their order, each once.

    >>> years_of(months_from("2016-04", 24))
    ('2016/17', '2017/18')
    """
    return tuple(dict.fromkeys(financial_year(m) for m in months))


@cache
def year_days(year_or_month: str) -> int:
    """Days of a financial year, given by its name or by one of its months.

    >>> year_days("2018/19"), year_days("2019-07")
    (365, 366)
    """
    year = year_or_month if "/" in year_or_month else financial_year(year_or_month)
    return sum(days_in(m) for m in months_from(year_start(year), 12))


def years_from_middle(month: str, base_year: str) -> float:
    """Years from the middle of the base year (1 October) to the middle of a month, a month being a twelfth.

    >>> years_from_middle("2016-10", "2016/17"), years_from_middle("2020-10", "2016/17")
    (0.041666666666666664, 4.041666666666667)
    >>> round(sum(years_from_middle(m, "2016/17") for m in months_from("2016-04", 12)), 12)
    0.0
    """
    return (month_index(month) - month_index(year_start(base_year)) - 5.5) / 12


def years_from_midyear(month: str, year: int) -> float:
    """Years from a mid-year population estimate (30 June) to the middle of a month.

    >>> years_from_midyear("2016-07", 2016), years_from_midyear("2017-06", 2016)
    (0.041666666666666664, 0.9583333333333334)
    """
    return (month_index(month) - (year * 12 + 6) + 0.5) / 12


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Bank holidays in England in a calendar year, substitute days included (package ``holidays``)."""
    import holidays  # noqa: PLC0415 – slow to import, and needed only where days are

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year, expand=False))


def is_working_day(date: dt.date) -> bool:
    """Whether a date is neither at a weekend nor a bank holiday in England.

    >>> is_working_day(dt.date(2016, 5, 2)), is_working_day(dt.date(2016, 5, 3)), is_working_day(dt.date(2016, 5, 7))
    (False, True, False)
    """
    return date.weekday() < 5 and date not in bank_holidays(date.year)


@cache
def month_days(month: str) -> tuple[Day, ...]:
    """The days of a month in order.

    >>> may = month_days("2016-05")
    >>> may[0], may[1], sum(d.working for d in may)
    (Day(weekday=6, working=False), Day(weekday=0, working=False), 20)
    """
    index = month_index(month)
    dates = (dt.date(index // 12, index % 12 + 1, d) for d in range(1, days_in(month) + 1))
    return tuple(Day(d.weekday(), is_working_day(d)) for d in dates)
