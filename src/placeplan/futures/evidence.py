"""Rows of the evidence as distributions: of one study, of several together, and how usual a claim is among them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.core.intervals import Z95
from placeplan.core.tables import Evidence
from placeplan.futures.curves import P90
from placeplan.futures.distributions import DistributionBase, Elicited
from placeplan.futures.pooling import (
    between_studies,
    error_unsaid,
    in_new_place,
    log_change,
    pooled_effect,
    standard_error,
)

LEAST_ERROR = 0.15
"""Log ratio: error of a study that gives no interval, at the least; just above the largest of the library's that do."""
LEAST_CHANGE = -99.0
"""Percent: no interval that was not given reaches below; it has a logarithm."""
MULTIPLIES = ("change", "odds")
"""Measures that multiply, and are pooled as logarithms."""


@dataclass(frozen=True)
class Prior:
    """What one study or several let a new place expect."""

    rows: tuple[str, ...]
    """Ids of the rows it rests on."""
    distribution: Elicited
    """Of the effect in a new place, in the rows' measure (percent …)."""
    mean: float
    """Mean effect over places, in the rows' measure."""
    error: float
    """Standard error of the mean (log ratio where the measure multiplies)."""
    between: float
    """Variance from place to place (log ratio, squared, where the measure multiplies)."""


def limits(row: Evidence) -> tuple[float, float, float] | None:
    """Low, central and high of a row in its measure; None where it has no figure or no width can be given.

    An end that is missing lies as far off as the other. Where both are missing, or the one there is coincides with the figure
    ("at least"), what is missing lies where `error_unsaid` puts it.
    """
    low, central, high = row.effect_low, row.effect_central, row.effect_high
    if central is None:
        return None
    width = max((abs(end - central) for end in (low, high) if end is not None), default=0.0)
    below, above = (central - width, central + width) if width else _unsaid(central, row.measure)
    if row.measure in MULTIPLIES:
        below = max(below, LEAST_CHANGE)
    ends = below if low is None else low, above if high is None else high
    return (ends[0], central, ends[1]) if ends[0] < ends[1] else None


def _unsaid(central: float, measure: str) -> tuple[float, float]:
    """The ends of an interval of which the study says nothing."""
    if measure not in MULTIPLIES:
        reach = Z95 * error_unsaid(central, 0.0)
        return central - reach, central + reach
    middle = log_change(central)
    reach = Z95 * error_unsaid(middle, LEAST_ERROR)
    return _percent(middle - reach), _percent(middle + reach)


def effect_of(row: Evidence) -> Elicited | None:
    """The effect that a row found, as a distribution through its three figures (2.5, 50 and 97.5 %), in its measure.

    A nil result is spread around 0 and an adverse one keeps its upper tail. None where the row has no figure.

    >>> row = Evidence(id="a", initiative="a", category="prevent", effect_central=-23, effect_low=-38, effect_high=-5,
    ...                measure="change", grade="moderate", source="made up")
    >>> [round(float(v), 6) for v in effect_of(row).quantile(np.array([0.025, 0.5, 0.975]))]
    [-38.0, -23.0, -5.0]
    """
    found = limits(row)
    if found is None:
        return None
    low, central, high = found
    p10, p90 = central - (central - low) * P90 / Z95, central + (high - central) * P90 / Z95
    return _through(p10, central, p90, row.measure)


def pooled(rows: Sequence[Evidence]) -> Prior:
    """What rows about the same thing let a new place expect: the row itself where there is one, else random effects.

    Rows without a figure say nothing of its size and are left out. Several are joined as logarithms where they are
    percentages; the distribution goes through the 10, 50 and 90 % points of `in_new_place`.

    Raises:
        ValueError: where no row has a figure, or two are not about the same care, measure and way to help.
    """
    if len({(r.category, r.acts_on, r.pods, r.measure) for r in rows if limits(r)}) > 1:
        raise ValueError("only rows of the same category, care and measure can be pooled")
    found = [(r, found) for r in rows if (found := limits(r)) is not None]
    if not found:
        raise ValueError("none of the rows has a figure")
    names, measure = tuple(r.id for r, _ in found), found[0][0].measure
    effects, errors = zip(*(_effect_and_error(measure, *ends) for _, ends in found), strict=True)
    between = between_studies(effects, errors)
    mean, error = pooled_effect(effects, errors, between)
    if len(found) == 1:
        one = effect_of(found[0][0])
        assert one is not None
        return Prior(names, one, one.p50, error, between)
    points = [in_new_place(mean, error, between, len(found), share) for share in (0.1, 0.5, 0.9)]
    back = [_percent(p) if measure in MULTIPLIES else p for p in points]
    return Prior(names, _through(back[0], back[1], back[2], measure), _short(back[1]), error, between)


def as_share(effect: Elicited) -> Elicited:
    """A change in percent as the share that is removed: ``share = −percent / 100``; negative where there is more.

    effect: a distribution of the change, percent of activity. Result: of the share of activity, at most 1.

    >>> as_share(Elicited(p10=-30, p50=-20, p90=5, lower=-100))
    Elicited(kind='elicited', p10=-0.05, p50=0.2, p90=0.3, lower=None, upper=1.0)
    """
    p10, p50, p90 = (_short(0.0 - p / 100.0) for p in (effect.p90, effect.p50, effect.p10))
    return Elicited(p10=p10, p50=p50, p90=p90, upper=1.0)


def percentile(distribution: DistributionBase, value: float) -> float:
    """Share of a distribution that does not exceed a value: the largest u with ``quantile(u) ≤ value``; found by halving.

    value: in the distribution's unit. Of a claimed share against the evidence (`as_share`) 0.99 says that 1 place in 100
    would see as much; 0 and 1 where it lies beyond all values.

    >>> round(percentile(Elicited(p10=0.0, p50=0.04, p90=0.1), 0.1), 6)
    0.9
    """
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        inside = float(distribution.quantile(np.array([middle]))[0]) <= value
        low, high = (middle, high) if inside else (low, middle)
    return round((low + high) / 2, 12)


def _effect_and_error(measure: str, low: float, central: float, high: float) -> tuple[float, float]:
    if measure in MULTIPLIES:
        return log_change(central), standard_error(log_change(low), log_change(high))
    return central, standard_error(low, high)


def _percent(log_ratio: float) -> float:
    """The change in percent of a log ratio; beyond a hundredfold nothing is told apart."""
    return 100.0 * math.expm1(min(log_ratio, math.log(100.0)))


def _through(p10: float, p50: float, p90: float, measure: str) -> Elicited:
    lower = -100.0 if measure in MULTIPLIES else None
    return Elicited(p10=_short(p10), p50=_short(p50), p90=_short(p90), lower=lower)


def _short(value: float) -> float:
    """Nine significant digits: logarithms may differ in their last bits between machines, a prior may not."""
    return float(f"{value:.9g}") + 0.0
