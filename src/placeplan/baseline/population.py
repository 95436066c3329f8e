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
    """Standard deviation of the logarithm whose 10th and 90th percentiles are ``low`` and ``high``.

    >>> round(sigma_from_range(95.0, 105.0), 4)
    0.039
    """
    return 0.0 if low <= 0 or high <= low else math.log(high / low) / (2 * P90_SCORE)


def mid_years(
    areas: Sequence[str], sexes: Sequence[str], ages: Sequence[str], tables: dict[str, tuple[Row, ...]],
    base: int, count: int,
) -> Array:  # fmt: skip
    """People in the middle of each calendar year ``base … base + count − 1``, ``[year, area, sex, age]``.

    Years that no projection reaches keep the last known people.
    """
    at = {(a, s, g): (i, j, k) for i, a in enumerate(areas) for j, s in enumerate(sexes) for k, g in enumerate(ages)}
    people = np.zeros((count, len(areas), len(sexes), len(ages)))
    for row in tables["areas"]:
        assert isinstance(row, AreaPeople)
        people[:, *at[row.area, row.sex, row.age]] = row.people
    for row in sorted(tables["population"], key=lambda r: r.year):  # type: ignore[attr-defined]
        assert isinstance(row, Projection)
        if base < row.year < base + count:
            people[row.year - base :, *at[row.area, row.sex, row.age]] = row.people
    return people


def spread(tables: dict[str, tuple[Row, ...]], base: int, count: int) -> tuple[Array, Array] | None:
    """Standard deviation of the logarithm of all people, and of people of 75 and over beyond that, ``[year]``.

    None where the projection has no low and high. Low and high are read as 10th and 90th percentile.
    """
    totals = np.zeros((2, 2, count))
    found = False
    for row in tables["population"]:
        assert isinstance(row, Projection)
        if row.low is None or row.high is None or not base < row.year < base + count:
            continue
        found = True
        old = band_start(row.age) >= 75
        for k, bound in enumerate((row.low, row.high)):
            totals[k, 0, row.year - base] += bound
            totals[k, 1, row.year - base] += bound if old else 0.0
    if not found:
        return None
    every = np.array([sigma_from_range(totals[0, 0, y], totals[1, 0, y]) for y in range(count)])
    older = np.array([sigma_from_range(totals[0, 1, y], totals[1, 1, y]) for y in range(count)])
    return every, np.sqrt(np.maximum(older**2 - every**2, 0.0))


def month_weights(months: Sequence[str], base: int) -> Array:
    """How each month lies between mid-years: position in years after the middle of ``base``, at least 0, ``[month]``.

    People are linear between mid-years; a month stands at its middle, a mid-year at the end of June.

    >>> month_weights(["2016-04", "2016-07", "2017-07"], 2016).round(3).tolist()
    [0.0, 0.042, 1.042]
    """
    return np.array([max(0.0, int(m[:4]) - base + (int(m[5:]) - 6.5) / 12) for m in months])


def monthly(people: Array, months: Sequence[str], base: int) -> Array:
    """Mid-year people as people of each month, ``[year, area, sex, age] → [month, area, sex, age]``."""
    at = month_weights(months, base)
    lower = np.minimum(at.astype(int), people.shape[0] - 2)
    part = (at - lower)[:, None, None, None]
    return np.asarray(people[lower] * (1 - part) + people[lower + 1] * part)
