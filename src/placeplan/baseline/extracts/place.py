"""What of a plan records are held against: its year, sites, areas, ages and people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from placeplan.baseline.population import band_start
from placeplan.core.calendar import months_from
from placeplan.core.tables import OUTSIDE, AreaPeople, Organisation, Pod, Row, Site

OLDEST = 120
"""Oldest age that is believed, years."""


@dataclass(frozen=True)
class Place:
    """The place whose care is counted. Positions in these tuples are the numbers that engines count with."""

    start: dt.date
    """First day of the base year."""
    end: dt.date
    """First day after it."""
    sites: tuple[str, ...]
    """Site of each number; the last is ``outside``."""
    site_codes: Mapping[str, int]
    """Code as written in records (capitals) → number of the site."""
    areas: tuple[str, ...]
    """``""`` (not known), ``outside``, then the plan's areas."""
    area_codes: Mapping[str, int]
    """Code of an area, or of a small area in it → number of the area."""
    ages: tuple[str, ...]
    """``""`` (not known), then the plan's age bands."""
    people: Mapping[tuple[str, str, str], float]
    """People by area, sex and age band, mid-year."""
    bed_use: Mapping[str, str]
    """Pod → ``none``, ``emergency`` or ``elective``."""

    @property
    def days(self) -> int:
        """Days of the year."""
        return (self.end - self.start).days

    @property
    def months(self) -> tuple[str, ...]:
        """Its twelve months."""
        return months_from(f"{self.start.year:04d}-{self.start.month:02d}", 12)

    @cached_property
    def age_codes(self) -> dict[str, int]:
        """Age as written → number of its band."""
        found: dict[str, int] = {}
        starts = [band_start(age) for age in self.ages[1:]]
        for age in range(OLDEST + 1):
            band = sum(start <= age for start in starts)
            found |= dict.fromkeys((str(age), f"{age:02d}", f"{age:03d}", f"{age}.0", f"{age},0"), band)
        return found | {str(code): found["0"] for code in range(7001, 7008)}


def place_of(tables: Mapping[str, tuple[Row, ...]], start: dt.date, lookup: Mapping[str, str]) -> Place:
    """The place of a plan's tables for the year from ``start``.

    lookup: small area → area of the plan, for records that name small areas.
    """
    rows = [r for r in tables["areas"] if isinstance(r, AreaPeople)]
    own = sorted({r.area for r in rows})
    areas = ("", OUTSIDE, *own)
    number = {area: n for n, area in enumerate(areas)}
    codes = {area.upper(): number[area] for area in own} | {"OUTSIDE": number[OUTSIDE]}
    codes |= {small.upper(): number[area] for small, area in lookup.items() if area in number}
    sites, site_codes = _sites(tables)
    return Place(
        start=start,
        end=start.replace(year=start.year + 1),
        sites=sites,
        site_codes=site_codes,
        areas=areas,
        area_codes=codes,
        ages=("", *sorted({r.age for r in rows}, key=band_start)),
        people={(r.area, r.sex, r.age): r.people for r in rows},
        bed_use={r.id: r.beds for r in tables["pods"] if isinstance(r, Pod)},
    )


def _sites(tables: Mapping[str, tuple[Row, ...]]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Sites and organisations in order, and the codes that lead to them: an organisation's code leads to its only site."""
    sites = [r for r in tables["sites"] if isinstance(r, Site)]
    organisations = [r.id for r in tables["organisations"] if isinstance(r, Organisation)]
    names = tuple(dict.fromkeys([s.id for s in sites] + organisations))
    codes: dict[str, int] = {}
    for organisation in organisations:
        own = [s.id for s in sites if s.organisation == organisation]
        at = names.index(own[0] if len(own) == 1 else organisation)
        codes |= {organisation.upper(): at, f"{organisation.upper()}00": at}
    codes |= {s.id.upper(): names.index(s.id) for s in sites}
    return (*names, OUTSIDE), codes
