"""How admissions spread over days, and stays over nights: dispersion, weekend, and the two parts of stays, with how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
FEWEST = 200
"""Stays (or admissions at a site) from which a shape is fitted."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error."""

    value: float
    error: float


def weekend_ratio(weekend: Any, weekend_days: Any, weekday: Any, weekdays: Any) -> Any:
    """Admissions of a day at the weekend over those of a weekday: ``(weekend / weekend_days) / (weekday / weekdays)``.

    >>> weekend_ratio(160.0, 2, 500.0, 5)
    0.8
    """
    return (weekend / weekend_days) / (weekday / weekdays)


def dispersion_of(days: Array, expected: Array, fitted: int) -> float:
    """Variance of a day's count over its mean: ``Σ (days − expected)² / expected / (number − fitted)``, Pearson's.

    days, expected: counts by day, and what their month and weekday would have; fitted: figures fitted to them.
    Source: McCullagh and Nelder (1989), Generalized Linear Models, § 6.2.

    >>> dispersion_of(np.array([8.0, 12.0, 8.0, 12.0]), np.full(4, 10.0), 1)
    0.5333333333333333
    """
    good = expected > 0
    return float(((days[good] - expected[good]) ** 2 / expected[good]).sum() / max(int(good.sum()) - fitted, 1))


def expected_by_day(days: Array, month: Any, weekday: Any) -> Array:
    """What each day would have by its month and weekday: month's mean × weekday's ratio, fitted by turns, ``[day]``."""
    of_month, of_weekday = np.ones(12), np.ones(7)
    for _ in range(20):
        of_month = _over(days, of_weekday[weekday], month, 12)
        of_weekday = _over(days, of_month[month], weekday, 7)
    expected: Array = of_month[month] * of_weekday[weekday]
    return expected


def _over(days: Array, by: Array, group: Any, groups: int) -> Array:
    """Counts over what the other factor expects, by group; 0 where nothing is expected."""
    above, below = (np.bincount(group, weights=w, minlength=groups) for w in (days, by))
    return np.asarray(np.divide(above, below, out=np.zeros(groups), where=below > 0))


def daily_shape(sites: list[Array], month: Any, weekday: Any) -> tuple[Estimate, Estimate] | None:
    """Dispersion and weekend ratio of emergency admissions, over sites with enough of them; None where there is no such site.

    sites: admissions by day of the year of each site; month: 0 to 11, weekday: 0 Monday, by day.
    """
    sites = [days for days in sites if days.sum() >= FEWEST * 5]
    if not sites:
        return None
    each = [dispersion_of(days, expected_by_day(days, month, weekday), 18) for days in sites]
    dispersion = float(np.mean(each))
    every = np.sum(sites, axis=0)
    out = np.asarray(weekday) >= 5
    off, on = float(every[out].sum()), float(every[~out].sum())
    ratio = float(weekend_ratio(off, int(out.sum()), on, int((~out).sum())))
    freedom = len(sites) * (len(every) - 18)
    return (
        Estimate(dispersion, dispersion * (2.0 / freedom) ** 0.5),
        Estimate(ratio, ratio * (dispersion * (1.0 / max(off, 1.0) + 1.0 / max(on, 1.0))) ** 0.5),
    )


def geometric(nights: Any, mean: Any) -> Any:
    """Share of stays of so many midnights: ``h (1 − h)^nights`` with ``h = 1 / (1 + mean)``.

    >>> geometric(2, 1.0)
    0.125
    """
    h = 1.0 / (1.0 + mean)
    return h * (1.0 - h) ** nights


@dataclass(frozen=True)
class TwoParts:
    """Stays as two geometric parts."""

    short_share: Estimate
    short_nights: Estimate
    long_nights: float
    stays: int


def two_parts(nights: Mapping[int, int]) -> TwoParts | None:
    """Short and long part of stays, by greatest likelihood (expectation and maximisation); None where one part does.

    nights: midnights → stays. Errors from the curvature of the likelihood.
    Source: Dempster, Laird and Rubin (1977), Journal of the Royal Statistical Society B 39:1.
    """
    at = np.array(sorted(nights), dtype=np.float64)
    weight = np.array([nights[int(n)] for n in at], dtype=np.float64)
    total = weight.sum()
    if total < FEWEST:
        return None
    mean = float((at * weight).sum() / total)
    fit = np.array([0.5, mean / 8, mean * 2])
    for _ in range(3000):
        new = _step(fit, at, weight)
        moved, fit = float(np.abs(new - fit).max()), new
        if moved < 1e-9:
            break
    share, short, long = (float(v) for v in fit)
    if not 0.02 < share < 0.98 or long < 2.0 * short:
        return None
    errors = _errors(fit, at, weight)
    return TwoParts(Estimate(share, errors[0]), Estimate(short, errors[1]), long, int(total))


def _step(fit: Array, at: Array, weight: Array) -> Array:
    """One step of expectation and maximisation: share, short mean, long mean."""
    share, short, long = fit
    one, two = share * geometric(at, short), (1.0 - share) * geometric(at, long)
    of_short = weight * one / (one + two)
    of_long = weight - of_short
    return np.array([
        of_short.sum() / weight.sum(), (of_short * at).sum() / of_short.sum(), (of_long * at).sum() / of_long.sum()
    ])  # fmt: skip


def _errors(fit: Array, at: Array, weight: Array) -> list[float]:
    """Standard errors by the inverse of the likelihood's second differences."""

    def likelihood(v: Array) -> float:
        return float((weight * np.log(v[0] * geometric(at, v[1]) + (1 - v[0]) * geometric(at, v[2]))).sum())

    step = np.maximum(fit, 0.05) * 1e-3
    second = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            a, b = np.eye(3)[i] * step, np.eye(3)[j] * step
            second[i, j] = (
                likelihood(fit + a + b) - likelihood(fit + a - b) - likelihood(fit - a + b) + likelihood(fit - a - b)
            ) / (4 * step[i] * step[j])
    return [float(v) ** 0.5 for v in np.maximum(np.diag(np.linalg.pinv(-second)), 0.0)]
