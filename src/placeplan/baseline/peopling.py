"""People of small areas in later years: projected in each variant, made to add up to their parents, with a likely range."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.baseline.accounts import life_expectancy
from placeplan.baseline.likely import likely_high, likely_low
from placeplan.baseline.population import band_start, mid_years
from placeplan.baseline.projection import COUNTED, Followed, followed, rates_of, ratio, rows_for
from placeplan.baseline.raking import Margin, rake
from placeplan.core.tables import PRINCIPAL, AreaPeople, Component, Member, Projection, Row, Total, Variant, age_edges

Array = np.ndarray[Any, np.dtype[np.float64]]
SEXES = ("F", "M")
MET = 1e-9
"""Totals have to be met to this share of them."""
SINGLES = 101


class NotMet(Exception):  # noqa: N818 – no fault of ours: what was given contradicts itself
    """Raised where a total cannot be met."""

    def __init__(self, total: Total, found: float) -> None:
        super().__init__(f"{total.of}: {found:g}, not {total.people:g}")
        self.total = total
        self.found = found
        """What the areas add up to."""


@dataclass(frozen=True)
class Given:
    """All that a projection is made from, checked."""

    areas: tuple[AreaPeople, ...]
    base: int
    """Calendar year of the areas' people, mid-year."""
    until: int
    """Last calendar year."""
    components: tuple[Component, ...] = ()
    population: tuple[Projection, ...] = ()
    """A projection that is read, in place of components."""
    variants: tuple[Variant, ...] = ()
    totals: tuple[Total, ...] = ()
    members: tuple[Member, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Ids of areas, in order."""
        return tuple(sorted({r.area for r in self.areas}))

    @cached_property
    def ages(self) -> tuple[str, ...]:
        """Age bands, in order."""
        return tuple(sorted({r.age for r in self.areas}, key=band_start))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that come out: the base year, then those of the totals, else of the projection, else all."""
        some = {r.year for r in self.totals if r.variant == PRINCIPAL} or {r.year for r in self.population}
        later = some or range(self.base, self.until + 1)
        return (self.base, *sorted(y for y in later if self.base < y <= self.until))

    def members_of(self, name: str) -> list[int]:
        """Positions of the areas in an area or parent; without members every area is in the parent."""
        if name in self.names:
            return [self.names.index(name)]
        known = {m.area for m in self.members if m.parent == name}
        return [n for n, area in enumerate(self.names) if area in known or not self.members]


@dataclass(frozen=True)
class Course:
    """One variant: people of the years that come out, before and after they were made to fit."""

    variant: str
    free: Array
    """As projected, ``[year, area, sex, age]``."""
    people: Array
    """Made to add up."""
    every: Followed
    """As projected, in every year, with births, deaths and moves."""


@dataclass(frozen=True)
class Peopled:
    """What comes out."""

    given: Given
    courses: Mapping[str, Course]
    low: Array | None
    """10th and 90th percentile, ``[year, area, sex, age]``; None where nothing says how wide they lie apart."""
    high: Array | None
    pairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Variants by driver that the range rests on."""

    @property
    def people(self) -> Array:
        """Of the central projection."""
        return self.courses[PRINCIPAL].people


def peopled(given: Given) -> Peopled:
    """People of each area in later years, in each variant; raises NotMet where totals contradict each other."""
    central = _course(given, PRINCIPAL, None)
    courses = {PRINCIPAL: central}
    for name in sorted(({v.variant for v in given.variants} | {t.variant for t in given.totals}) - {PRINCIPAL}):
        courses[name] = _course(given, name, central)
    pairs = {d: tuple(v.variant for v in given.variants if v.driver == d) for d in ("births", "deaths", "moves")}
    pairs = {d: names for d, names in pairs.items() if names}
    low, high = _read_range(given, central) if given.population and not pairs else _range(courses, pairs)
    return Peopled(given, courses, low, high, pairs)


def _course(given: Given, name: str, central: Course | None) -> Course:
    """One variant; where it has no totals of its own it is made to fit as the central one was."""
    every = _projected(given, name)
    free = every.people[[y - given.base for y in given.years]]
    own = {t.year for t in given.totals if t.variant == name}
    people = free.copy()
    for n, year in enumerate(given.years):
        if year in own:
            people[n] = met(given, free[n], year, name)
        elif central is not None:
            ratio = np.where(central.free[n] > 0, central.people[n] / np.maximum(central.free[n], 1e-300), 1.0)
            people[n] = free[n] * ratio
    return Course(name, free, people, every)


def _projected(given: Given, name: str) -> Followed:
    tables: dict[str, tuple[Row, ...]] = {"areas": given.areas, "population": given.population}
    size = given.until - given.base + 1
    start = mid_years(given.names, SEXES, given.ages, tables, given.base, size)
    if given.population:
        return Followed(start, {n: np.zeros(start.shape[:2]) for n in COUNTED})
    both = [v for v in given.variants if v.variant in (PRINCIPAL, name)]
    return followed(given.names, SEXES, given.ages, given.components, start, both)


def met(given: Given, people: Array, year: int, variant: str = PRINCIPAL) -> Array:
    """People ``[area, sex, age]`` made to add up to the totals of a year; areas' own first, so that parents' are exact."""
    rows = [t for t in given.totals if t.year == year and t.variant == variant]
    sides = [[t for t in rows if t.of in given.names], [t for t in rows if t.of not in given.names]]
    sides = [side for side in sides if side]
    found = rake(people, [_margin(given, side, people.shape) for side in sides])
    if found.worst > MET:
        total = sides[found.margin][found.group]
        raise NotMet(total, float(found.people[cells(given, total, people.shape)].sum()))
    return found.people


def cells(given: Given, total: Total, shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which cells ``[area, sex, age]`` a total is about."""
    found = np.zeros(shape, dtype=bool)
    first, last = age_edges(total.age)
    ages = [n for n, a in enumerate(given.ages) if age_edges(a)[0] >= first and age_edges(a)[1] <= last]
    sexes = [n for n, s in enumerate(SEXES) if total.sex in ("all", s)]
    found[np.ix_(given.members_of(total.of), sexes, ages)] = True
    return found


def _margin(given: Given, totals: Sequence[Total], shape: tuple[int, ...]) -> Margin:
    groups = np.full(shape, -1, dtype=np.int64)
    for n, total in enumerate(totals):
        groups[cells(given, total, shape)] = n
    return Margin(groups, np.array([t.people for t in totals]))


def _range(courses: Mapping[str, Course], pairs: Mapping[str, tuple[str, ...]]) -> tuple[Array | None, Array | None]:
    if not pairs:
        return None, None
    people = courses[PRINCIPAL].people
    of = [[courses[name].people for name in names] for names in pairs.values()]
    return likely_low(people, [np.min(o, axis=0) for o in of]), likely_high(people, [np.max(o, axis=0) for o in of])


def _read_range(given: Given, central: Course) -> tuple[Array | None, Array | None]:
    """The range of a projection that is read, scaled as its people are; None where it does not give one for all its rows."""
    sides: dict[str, Array] = {}
    for column in ("low", "high"):
        values = [getattr(r, column) for r in given.population]
        if any(v is None for v in values):
            return None, None
        moved = tuple(
            r.model_copy(update={"people": v, "low": None, "high": None})
            for r, v in zip(given.population, values, strict=True)
        )
        tables: dict[str, tuple[Row, ...]] = {"areas": given.areas, "population": moved}
        every = mid_years(given.names, SEXES, given.ages, tables, given.base, given.until - given.base + 1)
        ratio = np.where(central.free > 0, central.people / np.maximum(central.free, 1e-300), 1.0)
        sides[column] = every[[y - given.base for y in given.years]] * ratio
    return sides["low"], sides["high"]


def balance(course: Course, given: Given) -> Iterator[dict[str, Any]]:
    """Of each area and year: people before, births, deaths, arrivals, leavers and people after, as projected."""
    for a, area in enumerate(given.names):
        totals = course.every.people[:, a].sum(axis=(1, 2))
        for n in range(1, len(totals)):
            counts = {c: float(course.every.counts[c][n, a]) for c in COUNTED}
            yield {"variant": course.variant, "area": area, "year": given.base + n, "before": float(totals[n - 1]),
                   **counts, "after": float(totals[n])}  # fmt: skip


def expectancies(given: Given, name: str) -> dict[str, float]:
    """Years that a girl and a boy born in the last year would live at its rates, mean over areas with rates, by people."""
    both = [v for v in given.variants if v.variant in (PRINCIPAL, name)]
    own, size = {r.area for r in given.components if r.area}, defaultdict[str, float](float)
    for row in given.areas:
        size[row.area if row.area in own else ""] += row.people
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for key, people in size.items():
        rows = rows_for(given.components, key)
        if rows:
            deaths = rates_of(rows, SEXES, SINGLES).deaths * ratio(both, "deaths", given.until - given.base)
            for sex, rates in zip(SEXES, deaths, strict=True):
                found[sex].append((life_expectancy(rates), people))
    return {s: sum(e * w for e, w in pairs) / sum(w for _, w in pairs) for s, pairs in found.items()}
