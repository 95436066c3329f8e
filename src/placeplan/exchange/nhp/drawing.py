"""How the multipliers of a parameter file are spread: a normal curve through the ends of the interval, cut off at bounds.

An interval holds 80 % of draws, as nhp_model draws them (helpers.py, `rnorm` and `inrange`): mean ``(low + high) / 2``,
standard deviation ``(high − low) / 2.5631``, draws beyond the bounds put at the bound. `elicited` is this curve where its
middle lies half-way.
"""

from __future__ import annotations

import math

import numpy as np

from placeplan.futures.distributions import Choice, DistributionBase

DIGITS = 12
"""Decimal places to which a share is kept: 1 − 0.85 is written 0.15."""


def removed(kept: float) -> float:
    """Share removed by a multiplier: ``1 − kept``; negative where it adds.

    >>> removed(0.85), removed(1.03)
    (0.15, -0.03)
    """
    return round(1.0 - kept, DIGITS)


def yearly(multiplier: float) -> float:
    """Growth a year of a yearly multiplier: ``log(multiplier)``.

    The model grows care by ``exp(growth × years)`` (`model.demand.growth_factor`), which is ``multiplier ^ years``: what the
    other model makes of it (activity_resampling.py, `non_demographic_adjustment`).

    >>> round(yearly(1.02), 6), round(math.exp(4 * yearly(1.01)), 8)
    (0.019803, 1.04060401)
    """
    return math.log(multiplier)


def growing(low: float, high: float, most: float) -> DistributionBase:
    """Spread of the growth a year whose yearly multiplier lies between low and high in eight of ten draws.

    >>> growing(1.01, 1.02, 5.0).quantile(np.array([0.1, 0.9])).round(6).tolist()
    [0.00995, 0.019803]
    """
    if low == high:
        return DistributionBase.parse({"kind": "fixed", "value": yearly(low)})
    p10, p50, p90 = (yearly(m) for m in (low, (low + high) / 2, high))
    return DistributionBase.parse({"kind": "elicited", "p10": p10, "p50": p50, "p90": p90, "upper": yearly(most)})


def multipliers(distribution: DistributionBase) -> tuple[list[float], bool]:
    """Yearly multipliers at the 10th and 90th percentile of growth, and whether they say all of it.

    >>> multipliers(growing(1.0, 1.02, 5.0))
    ([1.0, 1.02], True)
    """
    low, middle, high = (math.exp(float(g)) for g in distribution.quantile(np.array([0.1, 0.5, 0.9])))
    alike = abs(middle - (low + high) / 2) <= 1e-9 * high
    ends_ = [round(low, DIGITS - 1), round(high, DIGITS - 1)]
    return ends_, distribution.name in ("fixed", "elicited") and alike


def between(low: float, high: float, least: float, most: float) -> DistributionBase:
    """A clipped normal with one draw in ten below ``low`` and one in ten above ``high``; fixed where they are the same.

    >>> between(0.05, 0.15, 0.0, 1.0).quantile(np.array([0.1, 0.5, 0.9])).tolist()
    [0.05, 0.1, 0.15]
    """
    if low == high:
        return DistributionBase.parse({"kind": "fixed", "value": low})
    middle = round((low + high) / 2, DIGITS)
    return DistributionBase.parse(
        {"kind": "elicited", "p10": low, "p50": middle, "p90": high, "lower": least, "upper": most}
    )


def ends(distribution: DistributionBase) -> tuple[float, float]:
    """What lies between one draw in ten and nine in ten: the interval of a distribution of any kind.

    >>> ends(between(0.05, 0.15, 0.0, 1.0))
    (0.05, 0.15)
    """
    low, high = distribution.quantile(np.array([0.1, 0.9]))
    return float(low), float(high)


def faithful(distribution: DistributionBase) -> bool:
    """Whether an interval says all of a distribution: fixed, or a curve whose middle lies half-way."""
    low, high = ends(distribution)
    alike = abs(distribution.middle - (low + high) / 2) <= 1e-9 * max(1.0, abs(high))
    return distribution.name in ("fixed", "elicited") and alike


def mixture(values: dict[str, float], weights: dict[str, float]) -> Choice:
    """One of some variants: each value as often as its weight says, from the lowest value to the highest.

    >>> found = mixture({"high": 0.02, "principal": 0.0}, {"principal": 0.6, "high": 0.4})
    >>> found.names, found.weights
    (('principal', 'high'), (0.6, 0.4))
    """
    order = sorted((v for v in weights if weights[v] > 0), key=lambda v: (values[v], v))
    return Choice(values=tuple(values[v] for v in order), weights=tuple(weights[v] for v in order), names=tuple(order))
