"""Months, financial years, working days."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from placeplan.core import calendar


def test_bank_holidays_of_england_with_substitute_days() -> None:
    # Christmas Day of 2016 was a Sunday: it is a holiday, and so is the Tuesday in its place.
    holidays = {d.isoformat() for d in calendar.bank_holidays(2016)}
    assert holidays == {
        "2016-01-01", "2016-03-25", "2016-03-28", "2016-05-02", "2016-05-30", "2016-08-29",
        "2016-12-25", "2016-12-26", "2016-12-27",
    }  # fmt: skip
    assert dt.date(2020, 5, 8) in calendar.bank_holidays(2020)
    assert dt.date(2020, 5, 4) not in calendar.bank_holidays(2020)


def test_working_days_of_a_financial_year() -> None:
    months = calendar.months_from("2016-04", 12)
    assert sum(d.working for m in months for d in calendar.month_days(m)) == 261 - 6
    assert sum(len(calendar.month_days(m)) for m in months) == calendar.year_days("2016/17") == 365


def test_days_follow_each_other() -> None:
    days = [d for m in calendar.months_from("2019-04", 24) for d in calendar.month_days(m)]
    assert len(days) == 366 + 365
    assert all((a.weekday + 1) % 7 == b.weekday for a, b in pairwise(days))


@pytest.mark.parametrize("bad", ["2016", "2016-13", "2016-00", "16-04", "2016-4", "2016/04", "", "２０１６-04"])
def test_what_is_no_month_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="month"):
        calendar.month_index(bad)


@pytest.mark.parametrize("bad", ["2016/18", "2016/2017", "2016", "2016-17"])
def test_what_is_no_financial_year_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"year|month"):
        calendar.year_start(bad)


def test_the_base_year_centres_on_zero() -> None:
    months = calendar.months_from("2016-04", 60)
    years = [calendar.years_from_middle(m, "2016/17") for m in months]
    assert sum(years[:12]) == pytest.approx(0.0, abs=1e-12)
    assert sum(years[48:]) / 12 == pytest.approx(4.0)
    assert calendar.years_of(months) == ("2016/17", "2017/18", "2018/19", "2019/20", "2020/21")
