"""Need: people × rate × growth × local departure × season, by group of people that the same effects touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline, Stream
from placeplan.baseline.population import band_middle, band_start
from placeplan.core import streams
from placeplan.core.calendar import days_in
from placeplan.core.quantiles import exp
from placeplan.core.tables import OUTSIDE
from placeplan.effects.base import Primitive, Scope
from placeplan.model.cohorts import Overlap, parts
from placeplan.model.departure import departed, mixed
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

    ``all = exp(z_total × sigma_total)``, ``old = exp(z_total × sigma_total + z_old × sigma_old)``; z: standard normal
    scores; sigma: standard deviation of the logarithm in that year.

    >>> tuple(round(float(x), 4) for x in people_factor(1.0, 0.01, 1.0, 0.02))
    (1.0101, 1.0305)
    """
    return exp(z_total * sigma_total), exp(z_total * sigma_total + z_old * sigma_old)


def need_of(rate: Any, part: Any, people: Any) -> Any:
    """Need of some people of an age and sex, as of a year at base-year access: ``rate × part × people``.

    rate: contacts a year for each person in the base year; part: share of them who are meant; people: their number.

    >>> need_of(0.5, 0.25, 800.0)
    100.0
    """
    return rate * part * people


def in_a_winter(growth: Any, winter: Any) -> Any:
    """Growth in a month of a hard winter: ``growth × (1 + winter)``; December to February, in urgent care alone.

    growth: need against the base year's, ratio; winter: share by which a hard winter brings more.

    >>> round(in_a_winter(1.1, 0.05), 3)
    1.155
    """
    return growth * (1.0 + winter)


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

    >>> round(demand_of(80.0, 20.0, 1.0, 1.5, 1.1, 1.0), 9)
    121.0
    """
    return (young * more + old * more_old) * growth * season


def healthier(need: Any, step: Any, years: Any) -> Any:
    """Need where people of an age are as healthy as those some years younger: ``need − step × years``.

    need: contacts of the month at base-year health; step: how much need at the age is above that of one year younger
    (years above 0), or below that of one year older (years below 0), linear between the middles of age bands;
    years: of age by which need has shifted. Source: health-adjusted ageing (Sanderson and Scherbov, 2010, Science 329:1287).

    A need of 100 that is 4 lower at an age one year younger, two and a half years younger:

    >>> float(healthier(100.0, 4.0, 2.5))
    90.0
    """
    return need - step * years


@dataclass(frozen=True)
class Piece:
    """Need of one pod by some people, before growth and season."""

    young: Array
    """Contacts of each month on the central projection, by people under 75, ``[month]``."""
    old: Array
    """The same of people of 75 and over."""
    steps: Array | None = None
    """Need by year of age, towards the younger and towards the older, of the young and the old, ``[2, 2, month]``."""


@dataclass(frozen=True)
class Segment(Piece):
    """People whose need of one pod at one site the same effects touch; nothing is lost by taking them together."""

    pod: str = ""
    site: str = ""
    home: Home = ()
    """Which contracts by area pay for them; `BEYOND` for people from beyond the footprint."""
    touched: tuple[int, ...] = ()
    """Numbers of the demand primitives that touch them, in order of id."""
    areas: Mapping[str, float] = field(default_factory=dict)
    """Share of their base-year contacts by area of residence; empty for people from beyond the footprint."""
    area: str = ""
    """Where they live, if areas depart from the trend on their own; else blank."""
    quintiles: tuple[tuple[int, Piece], ...] = ()
    """Their need by deprivation quintile, where the plan states it."""


def segments(
    baseline: Baseline, primitives: list[Primitive], homes: Mapping[str, Home] | None = None,
    overlap: Overlap = "nested", by_area: bool = False, by_health: bool = False,
) -> tuple[Segment, ...]:  # fmt: skip
    """The baseline's streams grouped by the exact set of demand effects that touch each part of their cells.

    homes: by area, whose people are to be told apart by who pays for them; None: all are alike. overlap: of cohorts.
    by_area: areas stay apart. by_health: with what a shift of need over ages changes.
    """
    groups: dict[tuple[str, str, Home, tuple[int, ...], str], dict[int, Array]] = {}
    areas: dict[tuple[str, str, Home, tuple[int, ...], str], dict[str, float]] = {}
    for stream in baseline.streams:
        home = BEYOND if stream.area == OUTSIDE else (homes or {}).get(stream.area, ())
        quintile = baseline.quintile.get(stream.area, 0)
        for touched, cells in touched_cells(baseline, primitives, stream, stream.site, overlap).items():
            need = _monthly(baseline, stream, cells, by_health)
            if not need[0].any():
                continue
            name = (stream.pod, stream.site, home, touched, stream.area if by_area else "")
            group, own = groups.setdefault(name, {0: np.zeros_like(need)}), areas.setdefault(name, {})
            group[0] += need
            if quintile:
                group[quintile] = group.get(quintile, 0.0) + need
            if stream.area != OUTSIDE:
                own[stream.area] = own.get(stream.area, 0.0) + float((stream.cells * cells).sum())
    return tuple(_segment(*name, groups[name], _shares(areas[name])) for name in sorted(groups))


def _shares(contacts: Mapping[str, float]) -> dict[str, float]:
    """Each area's share of some contacts, in order of area."""
    total = sum(contacts.values())
    return {area: contacts[area] / total for area in sorted(contacts)} if total else {}


def _segment(
    pod: str, site: str, home: Home, touched: tuple[int, ...], area: str, need: dict[int, Array],
    areas: dict[str, float],
) -> Segment:  # fmt: skip
    """A segment of the need ``[1 or 3, 2, month]`` of all (0) and of each quintile."""

    def piece(n: Array) -> tuple[Array, Array, Array | None]:
        return n[0, 0], n[0, 1], n[1:] if len(n) > 1 else None

    own = tuple((q, Piece(*piece(need[q]))) for q in sorted(need) if q)
    return Segment(*piece(need[0]), pod, site, home, touched, areas, area, own)


def _monthly(baseline: Baseline, stream: Stream, cells: Array | Mask, by_health: bool) -> Array:
    """Need of a part of a stream's cells, of the young and the old, ``[1 or 3, 2, month]``; 3 with steps by age."""
    if stream.area == OUTSIDE:
        whole = baseline.people.sum(axis=(1, 2, 3))  # here alone: for every stream it would grow by the square of areas
        still = np.array([(stream.cells * cells).sum() * whole / whole[:12].mean(), np.zeros(len(whole))])
        found = np.zeros((3 if by_health else 1, 2, len(whole)))
        found[0] = still
        return found * _days(baseline)
    old = np.array([band_start(a) >= OLD for a in baseline.ages])
    people = baseline.people[:, baseline.areas.index(stream.area)]
    rates = (stream.rates, *steps_by_age(stream.rates, baseline.ages)) if by_health else (stream.rates,)
    grown = [need_of(rate, cells, people) for rate in rates]
    return np.array([[g[:, :, ~old].sum(axis=(1, 2)), g[:, :, old].sum(axis=(1, 2))] for g in grown]) * _days(baseline)


def steps_by_age(rates: Array, ages: tuple[str, ...]) -> tuple[Array, Array]:
    """How much the rate rises by year of age: from the band before, and to the band after; ``[sex, age]`` each.

    Linear between the middles of bands; before the first and after the last band it stays as it is there.
    """
    middles = np.array([band_middle(a) for a in ages])
    rise = np.diff(rates, axis=1) / np.diff(middles)
    edge = np.zeros((rates.shape[0], 1))
    return np.hstack([edge, rise]), np.hstack([rise, edge])


def _days(baseline: Baseline) -> Array:
    """Each month's days over the days of the base year, ``[month]``."""
    days = np.array([days_in(m) for m in baseline.months], dtype=float)
    return np.asarray(days / days[:12].sum())


def touches(scope: Scope, pod: str, area: str, site: str, baseline: Baseline, whoever: bool = False) -> Mask | None:
    """Which (sex, age) cells of a stream a scope touches, ``[sex, age]``; None for none of them.

    Which cohorts a scope names is for `touched_cells`. Sex, age and cohort of people from beyond are not known: a scope that
    names one of them leaves them out. Their need is touched where
    the scope names their area (``outside``) or its sites; ``whoever``: what happens to patients touches all who come.
    """
    if (scope.pods and pod not in scope.pods) or (scope.sites and site not in scope.sites):
        return None
    if scope.areas and area not in scope.areas:
        return None
    if area == OUTSIDE:
        unknown = bool(scope.sexes or scope.cohorts or scope.age_from or scope.age_to is not None)
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


def touched_cells(
    baseline: Baseline, primitives: list[Primitive], stream: Stream, site: str, overlap: Overlap, whoever: bool = False
) -> dict[tuple[int, ...], Array | Mask]:
    """Parts of a stream's cells, ``[sex, age]``, by the exact tuple of effects that touch them; they sum to 1.

    Where effects name cohorts, a cell divides over them by their shares of need, and over those who are in several.
    """
    masks = [touches(p.scope, stream.pod, stream.area, site, baseline, whoever) for p in primitives]
    scopes = [() if mask is None else p.scope.cohorts for mask, p in zip(masks, primitives, strict=True)]
    named = sorted({name for scope in scopes for name in scope})
    if not named:
        return dict(cells_by_touch(masks, stream.cells.shape))
    members, share = parts(baseline.cohorts.of(stream.pod, baseline.areas.index(stream.area), named), overlap)
    divided: list[Mask | None] = []
    for mask, scope in zip(masks, scopes, strict=True):
        own = members[[named.index(name) for name in scope]].any(axis=0) if scope else np.ones(share.shape[-1], bool)
        divided.append(None if mask is None else mask[..., None] & own)
    found = {t: (share * cells).sum(axis=-1) for t, cells in cells_by_touch(divided, share.shape).items()}
    return {t: part for t, part in found.items() if part.any()}


def departures(baseline: Baseline, draws: Draws, years: int) -> dict[str, Array]:
    """Local departure of each pod's demand, log, ``[year, future]``: 0 in the base year, then a yearly AR(1).

    ``w' = departed(w, persistence, sd, mixed(common, e, eₖ))``, e shared by all pods and areas, eₖ by pod.
    """
    if "demand_growth" in draws.futures.held:
        return {pod: np.zeros((years, draws.count)) for pod in baseline.pods}
    found = {}
    for pod in baseline.pods:
        sd, persistence = draws.of("departure.sd", pod), draws.of("departure.persistence", pod)
        common = np.clip(draws.of("departure.common", pod), 0.0, 1.0)
        w = draws.zeros(years)
        for year in range(1, years):
            shared = streams.normal(draws.world_words("departure", "common", year))
            own = streams.normal(draws.world_words("departure", pod, year))
            w[year] = departed(w[year - 1], persistence, sd, mixed(common, shared, own))
        found[pod] = w
    return found
