"""Where the base year's care was given, and to whom: activity by pod, area and site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.baseline.population import band_middle, band_start
from placeplan.core.tables import OUTSIDE, Activity, Flow, Rate, Row

Array = np.ndarray[Any, np.dtype[np.float64]]


def rate_of(shape: Any, activity: Any, need: Any) -> Any:
    """Contacts a year for each person of an age and sex: ``shape × activity / need``, so that an area has its activity.

    shape: relative need of the age and sex; activity: contacts of the base year, by people of the area at the site; need: its
    people × shape, summed.

    >>> rate_of(2.0, 500.0, 2000.0)
    0.5
    """
    return shape * (activity / need)


def age_shape(rates: Sequence[Row], pod: str, sexes: Sequence[str], ages: Sequence[str]) -> Array:
    """Relative need of a pod by sex and age, ``[sex, age]``; 1 everywhere where no rate is known."""
    rows = [r for r in rates if isinstance(r, Rate) and r.pod == pod]
    if not rows:
        return np.ones((len(sexes), len(ages)))
    shape = np.zeros((len(sexes), len(ages)))
    for j, sex in enumerate(sexes):
        own = [r for r in rows if r.sex in (sex, "all")]
        for k, age in enumerate(ages):
            shape[j, k] = _rate_at(own, band_middle(age))
    return shape


def _rate_at(rows: Sequence[Rate], age: float) -> float:
    """Rate of the band that holds ``age`` (years); beyond the last band, the last."""
    best = max((r for r in rows if band_start(r.age) <= age), key=lambda r: band_start(r.age), default=None)
    return best.per_1000 if best else 0.0


def by_area_and_site(
    tables: Mapping[str, tuple[Row, ...]], pod: str, areas: Sequence[str], need: Array
) -> dict[tuple[str, str], float]:
    """Base-year activity of a pod by (area, site), contacts a year; area ``outside`` are people from beyond.

    A row with its area stands as it is. A row without is divided by `flows.csv`, else by the areas' need
    (``need[area]`` = people × relative rate).
    """
    found: dict[tuple[str, str], float] = {}
    for row in tables["activity"]:
        assert isinstance(row, Activity)
        if row.pod != pod:
            continue
        for area, part in ({row.area: 1.0} if row.area else _division(tables["flows"], row, areas, need)).items():
            found[area, row.site] = found.get((area, row.site), 0.0) + row.activity * part
    return found


def _division(flows: Sequence[Row], row: Activity, areas: Sequence[str], need: Array) -> dict[str, float]:
    """Shares of one activity row by area."""
    for pod in (row.pod, "all"):
        own = {f.area: f.share for f in flows if isinstance(f, Flow) and f.pod == pod and f.site == row.site}
        if own:
            return own
    total = float(need.sum())
    return {a: float(n) / total for a, n in zip(areas, need, strict=True)}


def is_outside(name: str) -> bool:
    """Whether an area or site lies beyond the footprint."""
    return name == OUTSIDE
