"""People by area, sex and age over the months of a run, and how uncertain their number is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from placeplan.core.tables import AreaPeople, Projection, Row

Array = np.ndarray[Any, np.dtype[np.float64]]

P90_SCORE = 1.2815515655446004
"""Standard normal score of the 90th percentile."""


def band_start(age: str) -> int:
    """First year of age of a band.

    >>> band_start("85-89"), band_start("90+")
    (85, 90)
    """
    return int(age.rstrip("+").split("-")[0])


def band_middle(age: str) -> float:
    """Middle of a band, years; an open band is taken to be five years wide.

    >>> band_middle("0-4"), band_middle("90+")
    (2.5, 92.5)
    """
    if age.endswith("+"):
        return band_start(age) + 2.5
    low, high = age.split("-")
    return (int(low) + int(high) + 1) / 2


def sigma_from_range(low: float, high: float) -> float:
    """How uncertain people are, from their likely range: ``log(high / low) / (2 × 1.2816)``; 0 where there is no range.

    low, high: people, 10th and 90th percentile. What is found is the standard deviation of the logarithm of people: 1.2816
    of it lie between the middle and either bound. Source: the normal distribution.

    >>> round(sigma_from_range(95.0, 105.0), 4)
    0.039
    """
    return 0.0 if low <= 0 or high <= low else math.log(high / low) / (2 * P90_SCORE)


def mid_years(
    areas: Sequence[str], sexes: Sequence[str], ages: Sequence[str], tables: dict[str, tuple[Row, ...]],
    base: int, count: int,
) -> Array:  # fmt: skip
    """People in the middle of each calendar year ``base … base + count − 1``, ``[year, area, sex, age]``.

    Linear between the years that are projected; years beyond the last keep its people.
    """
    at = {(a, s, g): (i, j, k) for i, a in enumerate(areas) for j, s in enumerate(sexes) for k, g in enumerate(ages)}
    known: dict[tuple[int, int, int], dict[int, float]] = {}
    for row in tables["areas"]:
        assert isinstance(row, AreaPeople)
        known[at[row.area, row.sex, row.age]] = {base: row.people}
    for later in tables["population"]:
        assert isinstance(later, Projection)
        if later.year > base:
            known.setdefault(at[later.area, later.sex, later.age], {base: 0.0})[later.year] = later.people
    people = np.zeros((count, len(areas), len(sexes), len(ages)))
    for cell, by_year in known.items():
        people[:, *cell] = _line(by_year, base, count)
    return people


def _line(by_year: dict[int, float], base: int, count: int) -> Array:
    """Values of the years ``base … base + count − 1``, linear between those known, the last one kept, ``[year]``."""
    years = sorted(by_year)
    return np.asarray(np.interp(np.arange(base, base + count), years, [by_year[y] for y in years]))


def spread(tables: dict[str, tuple[Row, ...]], base: int, count: int) -> tuple[Array, Array] | None:
    """Standard deviation of the logarithm of all people, and of people of 75 and over beyond that, ``[year]``.

    None where the projection has no low and high. Low and high are read as 10th and 90th percentile; the deviation is 0 in
    the base year, linear between the years that have a range, and stays as it is after the last.
    """
    rows = [r for r in tables["population"] if isinstance(r, Projection) and r.year > base]
    ranged = [(r, r.low, r.high) for r in rows if r.low is not None and r.high is not None]
    if not ranged:
        return None
    every, older = {base: 0.0}, {base: 0.0}
    for year in {r.year for r, _, _ in ranged}:
        for sigma, first in ((every, 0), (older, 75)):
            bounds = [(low, high) for r, low, high in ranged if r.year == year and band_start(r.age) >= first]
            sigma[year] = sigma_from_range(math.fsum(low for low, _ in bounds), math.fsum(high for _, high in bounds))
    total, old = _line(every, base, count), _line(older, base, count)
    return total, np.sqrt(np.maximum(old**2 - total**2, 0.0))


def month_weights(months: Sequence[str], base: int) -> Array:
    """Where each month lies between mid-years: ``most(0, year − base + (month − 6.5) / 12)``, years after the first, ``[month]``.

    year, month: of each of the months, from 1 for January; base: calendar year of the first mid-year. A month stands at its
    middle, a mid-year at the end of June.

    July 2016 lies half a month after the mid-year of 2016, April before it:

    >>> month_weights(["2016-04", "2016-07", "2017-07"], 2016).round(3).tolist()
    [0.0, 0.042, 1.042]
    """
    return np.array([max(0.0, int(m[:4]) - base + (int(m[5:]) - 6.5) / 12) for m in months])


def monthly(people: Array, months: Sequence[str], base: int) -> Array:
    """People of each month, on a line between mid-years: ``people[year] × (1 − part) + people[year + 1] × part``.

    people: in the middle of each year, ``[year, area, sex, age]``; months: the months; base: calendar year of the first.
    year, part: whole years and the rest of where a month lies after the first mid-year (`month_weights`).

    Halfway through January 2017, 6.5 of the 12 months between 100 people and 124 have passed:

    >>> people = np.array([100.0, 124.0]).reshape(2, 1, 1, 1)
    >>> round(float(monthly(people, ["2017-01"], 2016)[0, 0, 0, 0]), 6)
    113.0
    """
    at = month_weights(months, base)
    lower = np.minimum(at.astype(int), people.shape[0] - 2)
    part = (at - lower)[:, None, None, None]
    return np.asarray(people[lower] * (1 - part) + people[lower + 1] * part)
