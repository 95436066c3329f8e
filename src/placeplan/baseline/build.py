"""The baseline: everything the model needs of the base year, worked out once from a plan's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.baseline import flows, population, projection
from placeplan.baseline.cohorts import Cohorts, cohorts_of
from placeplan.baseline.pools import LentBeds, PoolStock, boarding, pools
from placeplan.core.calendar import days_in, months_from
from placeplan.core.records import digest_of
from placeplan.core.tables import (
    Activity,
    AreaPeople,
    Organisation,
    Pod,
    Row,
    Season,
    Site,
    UnitCost,
    has_quintiles,
)

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Stream:
    """Care of one pod given at one site to one group of people.

    ``cells[sex, age]`` is its base-year activity a year; people from beyond the footprint have no age here and stand
    in ``cells[0, 0]`` alone, with ``area = "outside"``.
    """

    pod: str
    area: str
    site: str
    cells: Array
    rates: Array
    """Contacts a year for each person of the area, ``[sex, age]``; 0 for people from beyond."""


@dataclass(frozen=True)
class Baseline:
    """The base year, ready for the model. Arrays are never written to."""

    months: tuple[str, ...]
    areas: tuple[str, ...]
    sexes: tuple[str, ...]
    ages: tuple[str, ...]
    people: Array
    """``[month, area, sex, age]``, central projection."""
    sigma: tuple[Array, Array] | None
    """Log standard deviation of all people and of the old, by year of the run; None: by assumption."""
    pods: tuple[str, ...]
    streams: tuple[Stream, ...]
    season: Mapping[str, Array]
    """By pod: ratio to the year's mean per calendar day, ``[12]`` from January, averaging 1 over the year's days."""
    pools: tuple[PoolStock, ...]
    site_organisation: Mapping[str, str]
    unit_cost: Mapping[str, float]
    bed_use: Mapping[str, str]
    urgent: frozenset[str]
    """Pods of which a hard winter brings more."""
    shaped: frozenset[str]
    """Pods whose need has an age shape."""
    boarding: tuple[LentBeds, ...] = ()
    """Beds that pools lend each other, in the order in which they are tried."""
    cohorts: Cohorts = field(default_factory=Cohorts)
    """Named groups of people, with their shares of the need of each cell."""
    quintile: Mapping[str, int] = field(default_factory=dict)
    """Deprivation quintile by area, 1 the most deprived; none where not every area states it."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all labels and figures."""
        divided = {pod: n.tolist() for pod, n in self.cohorts.need.items()}
        return digest_of(({"cohorts": [self.cohorts.names, divided]} if divided else {}) | {
            "months": self.months, "areas": self.areas, "people": self.people.sum(axis=(1, 2, 3)).tolist(),
            "streams": [(s.pod, s.area, s.site, s.cells.tolist()) for s in self.streams],
            "pools": [(p.id, p.open.tolist(), p.occupied, p.escalation, *p.further) for p in self.pools],
            **({"boarding": [list(map(str, vars(loan).values())) for loan in self.boarding]} if self.boarding else {}),
        })  # fmt: skip

    def base_profile(self, pod: str) -> Array:
        """Share of the base year's activity of a pod that falls in each month from April, ``[12]``, summing to 1."""
        months = self.months[:12]
        weight = np.array([days_in(m) * self.season[pod][int(m[5:]) - 1] for m in months])
        return np.asarray(weight / weight.sum())


def build_baseline(tables: Mapping[str, tuple[Row, ...]], start: str, months: int) -> Baseline:
    """The baseline of a plan's tables for a run of ``months`` from ``start`` (April of the base year)."""
    run = months_from(start, months)
    base, years = int(start[:4]), months // 12 + 2
    people_rows = [r for r in tables["areas"] if isinstance(r, AreaPeople)]
    areas = tuple(sorted({r.area for r in people_rows}))
    ages = tuple(sorted({r.age for r in people_rows}, key=population.band_start))
    sexes = ("F", "M")
    mid_years = population.mid_years(areas, sexes, ages, dict(tables), base, years)
    if not tables["population"]:
        mid_years = projection.projected(areas, sexes, ages, tables.get("components", ()), mid_years)
    people = population.monthly(mid_years, run, base)
    pods = tuple(sorted({r.pod for r in tables["activity"] if isinstance(r, Activity)}))
    sites = _sites(tables)
    uses = {r.id: r.beds for r in tables["pods"] if isinstance(r, Pod)}
    return Baseline(
        months=run,
        areas=areas,
        sexes=sexes,
        ages=ages,
        people=people,
        sigma=population.spread(dict(tables), base, years),
        pods=pods,
        streams=_streams(tables, pods, areas, sexes, ages, people[:12].mean(axis=0)),
        season={pod: _season(tables, pod, run[:12]) for pod in pods},
        pools=pools(tables, sites, uses, run),
        boarding=boarding(tables),
        site_organisation=sites,
        unit_cost={r.pod: r.cost for r in tables["unit_costs"] if isinstance(r, UnitCost)},
        bed_use={pod: uses.get(pod, "none") for pod in pods},
        urgent=frozenset(r.id for r in tables["pods"] if isinstance(r, Pod) and r.rises_in_winter),
        shaped=frozenset(r.pod for r in tables["rates"] if hasattr(r, "pod")),
        cohorts=cohorts_of(tables, pods, areas, sexes, ages),
        quintile=_quintiles(people_rows),
    )


def _quintiles(rows: list[AreaPeople]) -> dict[str, int]:
    """Quintile of each area, in order; none where one is missing."""
    known = {r.area: r.quintile for r in sorted(rows, key=lambda r: r.area) if r.quintile is not None}
    return known if has_quintiles(rows) else {}


def _sites(tables: Mapping[str, tuple[Row, ...]]) -> dict[str, str]:
    """Site → organisation; every organisation is a site of its own as well."""
    own = {o.id: o.id for o in tables["organisations"] if isinstance(o, Organisation)}
    return own | {s.id: s.organisation for s in tables["sites"] if isinstance(s, Site)}


def _season(tables: Mapping[str, tuple[Row, ...]], pod: str, year: tuple[str, ...]) -> Array:
    """Monthly index of a pod, ``[12]`` from January, rescaled to average 1 over the days of the base year."""
    index = np.ones(12)
    for row in tables["seasons"]:
        if isinstance(row, Season) and row.pod == pod:
            index[row.month - 1] = row.index
    days = np.zeros(12)
    for m in year:
        days[int(m[5:]) - 1] = days_in(m)
    return np.asarray(index * days.sum() / (index * days).sum())


def _streams(
    tables: Mapping[str, tuple[Row, ...]], pods: tuple[str, ...], areas: tuple[str, ...], sexes: tuple[str, ...],
    ages: tuple[str, ...], people: Array,
) -> tuple[Stream, ...]:  # fmt: skip
    """Base-year activity by pod, area and site, spread over sex and age by people × relative rate.

    people: of the base year, ``[area, sex, age]``. Where nobody has a relative rate, all people have the same.
    """
    found = []
    for pod in pods:
        shape = np.broadcast_to(flows.age_shape(tables["rates"], pod, sexes, ages), people.shape)
        lacking = (people * shape).sum(axis=(1, 2)) == 0
        shape = np.where(lacking[:, None, None], 1.0, shape)
        need = (people * shape).sum(axis=(1, 2))
        divided = flows.by_area_and_site(tables, pod, areas, need)
        for (area, site), activity in sorted(divided.items()):
            cells, rates = (np.zeros((len(sexes), len(ages))) for _ in range(2))
            if flows.is_outside(area):
                cells[0, 0] = activity
            else:
                n = areas.index(area)
                rates = flows.rate_of(shape[n], activity, need[n]) if need[n] else rates
                cells = people[n] * rates
            found.append(Stream(pod, area, site, cells, rates))
    return tuple(found)
