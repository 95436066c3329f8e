"""Units in which a plan's numbers stand, and prices of one financial year in those of another."""

from __future__ import annotations

from collections.abc import Mapping

from placeplan.core.calendar import year_start
from placeplan.core.errors import nearest

KNOWN_UNITS: Mapping[str, str] = {
    "£": "money, once",
    "£ a year": "money, each year",
    "£ a bed-day": "money for each bed and day",
    "£ a contact": "money for each contact, admission or attendance",
    "£ a week": "money, each week",
    "share": "part of a whole; 0.1 is 10 %",
    "share a year": "part of a whole, each year; growth",
    "ratio": "one number over another",
    "a year": "number, each year",
    "number": "a count without a unit of its own",
    "people": "people",
    "patients": "patients, at one time",
    "beds": "beds, daily average",
    "bed-days": "one bed for one day",
    "nights": "midnights in a bed",
    "days": "days",
    "weeks": "weeks",
    "months": "months",
    "years": "years",
    "contacts a year": "contacts, admissions or attendances, each year",
    "admissions a year": "admissions, each year",
    "attendances a year": "attendances, each year",
    "hours a year": "hours, each year",
    "whole-time equivalents": "staff, counted by contracted hours",
    "standard deviations": "distance from the middle, in standard deviations",
}
"""Unit as it is written, and what it means."""

_ALIASES: Mapping[str, str] = {
    "gbp": "£",
    "pounds": "£",
    "gbp per year": "£ a year",
    "£ per year": "£ a year",
    "£/year": "£ a year",
    "£ a day": "£ a bed-day",
    "per year": "a year",
    "share per year": "share a year",
    "fraction": "share",
    "probability": "share",
    "month": "months",
    "year": "years",
    "wte": "whole-time equivalents",
    "fte": "whole-time equivalents",
}
_SCALED = ("%", "percent", "per cent", "£m", "£ million", "£000", "thousand", "million", "p.a.")


class UnitError(ValueError):
    """A unit that isn't known; says what to write instead."""


def check_unit(unit: str) -> str:
    """The unit as it is written here; raises `UnitError` for scaled and unknown ones.

    >>> check_unit("share a year"), check_unit("GBP")
    ('share a year', '£')
    >>> check_unit("%")
    Traceback (most recent call last):
    placeplan.core.units.UnitError: '%' is a scaled unit: write a share (0.1 for 10 %) or whole pounds
    """
    plain = " ".join(unit.split())
    if plain in KNOWN_UNITS:
        return plain
    lower = plain.lower()
    if lower in _ALIASES:
        return _ALIASES[lower]
    if any(lower.startswith(scaled) for scaled in _SCALED):
        raise UnitError(f"{unit!r} is a scaled unit: write a share (0.1 for 10 %) or whole pounds")
    near = nearest(plain, [*KNOWN_UNITS, *_ALIASES])
    hint = f"; did you mean {_ALIASES.get(near, near)!r}?" if near else ""
    raise UnitError(f"{unit!r} is no unit that is known{hint}")


def is_money(unit: str) -> bool:
    """Whether a unit is of money, so that a price base belongs to it.

    >>> is_money("£ a year"), is_money("share")
    (True, False)
    """
    return unit.startswith("£")


def is_share(unit: str) -> bool:
    """Whether a unit is a share, so that a figure above 1 is likely a percentage.

    >>> is_share("share"), is_share("share a year"), is_share("ratio")
    (True, True, False)
    """
    return unit.split(" ", maxsplit=1)[0] == "share"


def in_prices_of(amount: float, from_year: str, to_year: str, deflator: Mapping[str, float]) -> float:
    """An amount in prices of one financial year, in those of another: ``amount × index[to] / index[from]``.

    Args:
        amount: £ in prices of `from_year`.
        from_year: financial year, ``2013/14``.
        to_year: financial year, ``2016/17``.
        deflator: price index by financial year (`library/deflator.csv`).

    Raises:
        ValueError: where a year is no financial year, or the index lacks it.

    Worked: £67 of 2013/14 is £69.78 of 2016/17.

    >>> round(in_prices_of(67, "2013/14", "2016/17", {"2013/14": 0.960225, "2016/17": 1.0}), 2)
    69.78
    """
    for year in (from_year, to_year):
        year_start(year)
        if year not in deflator:
            raise ValueError(f"there is no price index for {year}; known: {min(deflator)} to {max(deflator)}")
    return amount * deflator[to_year] / deflator[from_year]


def size_of(size: float) -> str:
    """Bytes as people read them.

    >>> size_of(2.44e15), size_of(2.5e9), size_of(3e6), size_of(41_300), size_of(12), size_of(999_960)
    ('2,440.0 TB', '2.5 GB', '3.0 MB', '41.3 kB', '12 bytes', '1.0 MB')
    """
    for unit, called in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= 0.99995 * unit:
            return f"{size / unit:,.1f} {called}"
    return f"{size:.0f} bytes"
