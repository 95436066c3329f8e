"""How far trusts depart from each other, by the changes of their yearly figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import polygamma
from scipy.stats import chi2

Years = dict[int, float]
Changes = dict[tuple[str, int], float]
"""By trust and first year, log."""


def changes(years: Mapping[str, Years], size: int = 1) -> dict[tuple[str, int], float]:
    """Changes of the logarithm over some years, by trust and first year."""
    return {(t, y): math.log(own[y + size] / own[y]) for t, own in years.items() for y in own if y + size in own}


def apart(found: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], float]:
    """Changes less the median of all trusts in the year."""
    years = {y for _, y in found}
    middle = {y: float(np.median([c for (_, n), c in found.items() if n == y])) for y in years}
    return {at: c - middle[at[1]] for at, c in found.items()}


def own_spread(
    residuals: Sequence[Mapping[tuple[str, int], float]], count: int, together: float = 0.0
) -> tuple[int, float, float]:
    """How many trusts; median and log standard deviation, over trusts, of a trust's own yearly deviation.

    Of each trust and series with so many changes the standard deviation; what so few changes alone make of it is taken off
    (root of a chi-squared over its degrees of freedom: its median, and the standard deviation of its logarithm), and a
    deviation that trusts of a place have together.
    """
    deviations: list[float] = []
    trusts: set[str] = set()
    for found in residuals:
        for trust in {t for t, _ in found}:
            own = [c for (t, _), c in found.items() if t == trust]
            if len(own) == count:
                deviations.append(float(np.std(own, ddof=1)))
                trusts.add(trust)
    low, middle, high = np.quantile(deviations, [0.1, 0.5, 0.9])
    freedom = count - 1
    whole = float(middle) / math.sqrt(chi2.median(freedom) / freedom)
    by_chance = math.sqrt(polygamma(1, freedom / 2)) / 2
    return (
        len(trusts),
        math.sqrt(whole**2 - together**2),
        math.sqrt((math.log(high / low) / 2.563) ** 2 - by_chance**2),
    )
