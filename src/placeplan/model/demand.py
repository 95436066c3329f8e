"""Need: people × rate × growth × local departure × season, by group of people that the same effects touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.population import band_start
from placeplan.core import streams
from placeplan.core.calendar import days_in
from placeplan.core.quantiles import exp
from placeplan.core.tables import OUTSIDE
from placeplan.effects.base import Primitive, Scope
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

Home = tuple[str, ...]
"""Ids of the contracts by area that pay for the same people."""
BEYOND: Home = ("", OUTSIDE)
"""People from beyond the footprint."""
OLD = 75
"""Age from which the number of people has an uncertainty of its own, years."""


def people_factor(z_total: Any, sigma_total: Any, z_old: Any, sigma_old: Any) -> tuple[Any, Any]:
    """How many more people there are than projected: all, and those of 75 and over.

    ``all = exp(z_total σ_total)``, ``old = exp(z_total σ_total + z_old σ_old)``; z: standard normal scores, σ: standard
    deviation of the logarithm in that year.

    >>> tuple(round(float(x), 4) for x in people_factor(1.0, 0.01, 1.0, 0.02))
    (1.0101, 1.0305)
    """
    return exp(z_total * sigma_total), exp(z_total * sigma_total + z_old * sigma_old)


def growth_factor(drift: Any, years: Any, departure: Any) -> Any:
    """Growth beyond people and age: ``exp(drift × years + departure)``.

    drift: share a year; years: from the middle of the base year; departure: this year's local departure (log).

    >>> round(float(growth_factor(0.02, 4.0, 0.05)), 4)
    1.1388
    """
    return exp(drift * years + departure)


def demand_of(young: Any, old: Any, more: Any, more_old: Any, growth: Any, season: Any) -> Any:
    """Contacts of a month before any effect: ``(young × more + old × more_old) × growth × season``.

    young, old: contacts of the month by people under 75 and of 75 and over, on the central projection;
    season: ratio of the month to the year's mean per day. Source: model of demand at base-year access.

    >>> demand_of(80.0, 20.0, 1.0, 1.5, 1.1, 1.0)
    121.00000000000001
    """
    return (young * more + old * more_old) * growth * season


@dataclass(frozen=True)
class Segment:
    """People whose need of one pod at one site the same effects touch; nothing is lost by taking them together."""

    pod: str
    site: str
    home: Home
    """Which contracts by area pay for them; `BEYOND` for people from beyond the footprint."""
    touched: tuple[int, ...]
    """Numbers of the demand primitives that touch them, in order of id."""
    young: Array
    """Contacts of each month on the central projection, before growth and season, ``[month]``."""
    old: Array
    areas: Mapping[str, float]
    """Share of their base-year contacts by area of residence; empty for people from beyond the footprint."""


def segments(
    baseline: Baseline, primitives: list[Primitive], homes: Mapping[str, Home] | None = None
) -> tuple[Segment, ...]:
    """The baseline's streams grouped by the exact set of demand effects that touch each of their cells.

    homes: by area, whose people are to be told apart by who pays for them; None: all are alike.
    """
    whole = baseline.people.sum(axis=(1, 2, 3))
    share_of_year = _days(baseline)
    old = np.array([band_start(a) >= OLD for a in baseline.ages])
    groups: dict[tuple[str, str, Home, tuple[int, ...]], list[Array]] = {}
    areas: dict[tuple[str, str, Home, tuple[int, ...]], dict[str, float]] = {}
    for stream in baseline.streams:
        outside = stream.area == OUTSIDE
        masks = [touches(p.scope, stream.pod, stream.area, stream.site, baseline) for p in primitives]
        for touched, cells in cells_by_touch(masks, stream.cells.shape).items():
            if outside:
                monthly = np.array([(stream.cells * cells).sum() * whole / whole[:12].mean(), np.zeros(len(whole))])
            else:
                grown = stream.rates * cells * baseline.people[:, baseline.areas.index(stream.area)]
                monthly = np.array([grown[:, :, ~old].sum(axis=(1, 2)), grown[:, :, old].sum(axis=(1, 2))])
            if not monthly.any():
                continue
            home = BEYOND if outside else (homes or {}).get(stream.area, ())
            name = (stream.pod, stream.site, home, touched)
            groups.setdefault(name, [np.zeros((2, len(whole)))])[0] += monthly * share_of_year
            own = areas.setdefault(name, {})
            if not outside:
                own[stream.area] = own.get(stream.area, 0.0) + float((stream.cells * cells).sum())
    return tuple(Segment(*n, groups[n][0][0], groups[n][0][1], _shares(areas[n])) for n in sorted(groups))


def _shares(contacts: Mapping[str, float]) -> dict[str, float]:
    """Each area's share of some contacts, in order of area."""
    total = sum(contacts.values())
    return {area: contacts[area] / total for area in sorted(contacts)} if total else {}


def _days(baseline: Baseline) -> Array:
    """Each month's days over the days of the base year, ``[month]``."""
    days = np.array([days_in(m) for m in baseline.months], dtype=float)
    return np.asarray(days / days[:12].sum())


def touches(scope: Scope, pod: str, area: str, site: str, baseline: Baseline, whoever: bool = False) -> Mask | None:
    """Which (sex, age) cells of a stream a scope touches, ``[sex, age]``; None for none of them.

    Sex and age of people from beyond are not known: a scope that names either leaves them out. Their need is touched where
    the scope names their area (``outside``) or its sites; ``whoever``: what happens to patients touches all who come.
    """
    if (scope.pods and pod not in scope.pods) or (scope.sites and site not in scope.sites):
        return None
    if scope.areas and area not in scope.areas:
        return None
    if area == OUTSIDE:
        unknown = bool(scope.sexes or scope.age_from or scope.age_to is not None)
        meant = bool(scope.areas or scope.sites) or whoever
        return np.ones((len(baseline.sexes), len(baseline.ages)), bool) if meant and not unknown else None
    sexes = np.array([not scope.sexes or s in scope.sexes for s in baseline.sexes])
    first = np.array([band_start(a) for a in baseline.ages])
    return sexes[:, None] & ((first >= scope.age_from) & (first <= (scope.age_to if scope.age_to is not None else 200)))


def cells_by_touch(masks: list[Mask | None], shape: tuple[int, ...]) -> dict[tuple[int, ...], Mask]:
    """Cells ``[sex, age]`` by the exact tuple of masks that hold them."""
    held = [(n, m) for n, m in enumerate(masks) if m is not None]
    if not held:
        return {(): np.ones(shape, bool)}
    table = np.array([m.ravel() for _, m in held])
    kinds, which = np.unique(table, axis=1, return_inverse=True)
    which = which.reshape(-1)
    return {
        tuple(held[k][0] for k in np.flatnonzero(kinds[:, kind])): (which == kind).reshape(shape)
        for kind in range(kinds.shape[1])
    }


def departures(baseline: Baseline, draws: Draws, years: int) -> dict[str, Array]:
    """Local departure of each pod's demand, log, ``[year, future]``: 0 in the base year, then a yearly AR(1).

    ``w' = persistence × w + sd × (√common × e + √(1 − common) × eₖ)``, e shared by all pods and areas, eₖ by pod.
    Source: back-test over 33 footprints, 2016/17 to 2018/19 (model notes, § 3).
    """
    if "demand_growth" in draws.futures.held:
        return {pod: np.zeros((years, draws.count)) for pod in baseline.pods}
    found = {}
    for pod in baseline.pods:
        sd, persistence = draws.of("departure.sd", pod), draws.of("departure.persistence", pod)
        common = np.clip(draws.of("departure.common", pod), 0.0, 1.0)
        w = np.zeros((years, draws.count))
        for year in range(1, years):
            shared = streams.normal(draws.world_words("departure", "common", year))
            own = streams.normal(draws.world_words("departure", pod, year))
            w[year] = persistence * w[year - 1] + sd * (np.sqrt(common) * shared + np.sqrt(1.0 - common) * own)
        found[pod] = w
    return found
