"""Areas of a footprint and their people, now and as they may become: from small areas, estimates by age, and cohorts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from placeplan.core.errors import PlanError, Problem
from placeplan.footprint.judged import Entry, county_of, renamed
from placeplan.footprint.shelf import Shelf, title
from placeplan.plan.located import problem
from placeplan.series.plan_rows import five_years

NOW, EARLIER, LATER = 2016, 2011, 2021
AGES = (*tuple(f"{a}-{a + 4}" for a in range(0, 90, 5)), "90+")
BROAD = (("0-4", 0), ("5-17", 5), ("18-64", 18), ("65-74", 65), ("75-84", 75), ("85+", 85))
"""Broad bands of the small areas with their first year."""
SEXES = ("F", "M")
LEAST_SHARE, LEAST_PEOPLE = 0.05, 5000.0
"""A district of which less lies in the footprint is left to its neighbour: centres of small areas only nearly tell where they belong."""
STEEPEST, LEAST_LEFT = 2.0, 0.1
"""Most by which a cohort may grow in five years, and the least of it that is left: beyond that students, barracks and few people speak."""
Key = tuple[str, str, str]
"""Area, sex, five-year band."""


class Small(NamedTuple):
    """A small area: its district of the time, the council for which people are published, its deprivation, its people."""

    district: str
    parent: str
    footprint: int
    decile: int
    people: Mapping[str, float]


@dataclass(frozen=True)
class Area:
    """A district, or the part of one that lies in the footprint."""

    code: str
    name: str
    council: str
    quintile: int | None
    share: float
    """Share of the district's people that live in the footprint."""
    parent: str
    """The council of 2023 in which most of it lies, for which people are published by age."""


@dataclass
class People:
    """Who lives in a footprint."""

    areas: list[Area]
    counted: dict[Key, float]
    """People in mid-2016."""
    later: dict[Key, float]
    """People in mid-2021, as cohorts go on."""
    around: dict[Key, float]
    """People of whole districts of the councils that the footprint touches, in mid-2016."""
    left_out: list[str] = field(default_factory=list)
    """Districts of which too little lies in the footprint."""

    def total(self, area: str = "", ages: Iterable[str] = AGES) -> float:
        """People of an area (blank: all) of some ages."""
        wanted = frozenset(ages)
        return sum(n for (a, _, band), n in self.counted.items() if area in ("", a) and band in wanted)


OLD = tuple(AGES[13:])
"""Bands from 65 on."""
OLDER = tuple(AGES[15:])
"""Bands from 75 on."""


class Places:
    """Small areas of England and the people of its councils."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.names = self._names()
        self.small = self._small()
        self._parents: dict[tuple[str, int], dict[tuple[str, int], float]] = {}

    def _names(self) -> dict[str, str]:
        named = dict(self.shelf.ask("footprint_districts", "select code, any_value(name) from tidy group by 1"))
        rows = self.shelf.ask("imd_small_areas", "select any_value(text) filter (measure = 'district'), any_value(text) filter (measure = 'district name') from tidy group by code")  # fmt: skip
        return named | {code: name for code, name in rows if code and name}

    def _small(self) -> dict[str, Small]:
        told = {what: self._texts("small_area_lookup", what) for what in ("footprint_no", "ltla22_code", "ltla21_code")}
        district = self._texts("imd_small_areas", "district")
        decile = dict(self.shelf.ask("imd_small_areas", "select code, any_value(value) from tidy where measure = 'IMD decile' group by 1, period order by period desc"))  # fmt: skip
        people: dict[str, dict[str, float]] = defaultdict(dict)
        for code, age, value in self.shelf.ask("population_small_areas", "select code, age, value from tidy"):
            people[code][age] = float(value)
        even = dict.fromkeys((band for band, _ in BROAD), 1.0)
        found = {}
        for code, number in told["footprint_no"].items():
            newer = told["ltla22_code"].get(code) or told["ltla21_code"].get(code, "")
            own = district.get(code) or newer
            parent = newer or own
            if own:
                found[code] = Small(own, renamed().get(parent, parent), int(float(number)), int(decile.get(code, 0)), people.get(code, even))  # fmt: skip
        return found or self._districts()

    def _districts(self) -> dict[str, Small]:
        """Districts by the share of their people in each footprint, where no small areas are known: a part each, and what is left over."""
        rows = self.shelf.ask("footprint_districts", "select code, \"of\", value from tidy where measure = ?", "share of the district's people")  # fmt: skip
        found, left = {}, dict.fromkeys((code for code, _, _ in rows), 1.0)
        for code, of, share in rows:
            number = int(float(str(of).removeprefix("footprint ")))
            left[code] -= float(share)
            found[f"{code}/{number}"] = self._part(code, number, float(share))
        return found | {f"{code}/0": self._part(code, 0, share) for code, share in left.items() if share > 0}

    @staticmethod
    def _part(code: str, footprint: int, share: float) -> Small:
        return Small(code, renamed().get(code, code), footprint, 0, dict.fromkeys((band for band, _ in BROAD), share))

    def _texts(self, layout: str, measure: str) -> dict[str, str]:
        return dict(self.shelf.ask(layout, "select code, text from tidy where measure = ?", measure))

    def of_parent(self, parent: str, year: int) -> dict[tuple[str, int], float]:
        """People of a council in the middle of a year by sex and single year of age."""
        if (parent, year) not in self._parents:
            rows = self.shelf.ask("population", "select sex, age, value from tidy where code = ? and period = ?", parent, str(year))  # fmt: skip
            self._parents[parent, year] = {(sex, int(age)): float(n) for sex, age, n in rows}
        return self._parents[parent, year]

    def people(self, entry: Entry) -> People:
        """Areas and people of a footprint.

        Raises:
            PlanError: where the files do not say who lives there.
        """
        inside = [s for s in self.small.values() if s.footprint == entry.number]
        if not inside or not self.shelf.has("population"):
            raise PlanError([_no_people(entry, self.shelf, bool(inside))])
        touched = {county_of(s.district) for s in inside}
        around = [s for s in self.small.values() if county_of(s.district) in touched]
        weights = _weights(around, self.small.values())
        whole = self._counted(weights, NOW)
        parts = _weights(inside, self.small.values())
        counted, earlier = self._counted(parts, NOW), self._counted(parts, EARLIER)
        areas, left_out = self._areas(inside, counted, whole)
        kept = {a.code for a in areas}
        counted = {k: n for k, n in counted.items() if k[0] in kept}
        return People(areas, counted, carried_on(earlier, counted), whole, left_out)

    def _counted(self, weights: Mapping[tuple[str, str, str], float], year: int) -> dict[Key, float]:
        """People by area, sex and band: a council's people of each age, by the area's share of its broad band."""
        found: dict[Key, float] = defaultdict(float)
        for (district, parent, band), share in weights.items():
            for (sex, age), people in self.of_parent(parent, year).items():
                if broad(age) == band:
                    found[district, sex, five_years(str(age))] += people * share
        return dict(found)

    def _areas(self, inside: list[Small], counted: Mapping[Key, float], whole: Mapping[Key, float]) -> tuple[list[Area], list[str]]:  # fmt: skip
        here: dict[str, float] = defaultdict(float)
        all_: dict[str, float] = defaultdict(float)
        fifths: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        known: dict[str, bool] = defaultdict(bool)
        for (district, _, _), n in counted.items():
            here[district] += n
        for (district, _, _), n in whole.items():
            all_[district] += n
        for s in inside:
            fifths[s.district][(s.decile + 1) // 2] += sum(s.people.values())
            known[s.district] |= s.decile > 0
        areas, left_out = [], []
        for district in sorted(here):
            share = min(here[district] / all_[district], 1.0)
            name = self.names.get(district, district)
            if share < LEAST_SHARE and here[district] < LEAST_PEOPLE:
                left_out.append(f"{name}: {here[district]:,.0f} people")
                continue
            fifth = max(range(1, 6), key=fifths[district].__getitem__)
            parent = next(s.parent for s in inside if s.district == district)
            areas.append(Area(district, name, county_of(district), fifth if known[district] else None, share, parent))
        return areas, left_out


def broad(age: int) -> str:
    """Broad band of a single year of age.

    >>> broad(4), broad(17), broad(90)
    ('0-4', '5-17', '85+')
    """
    return [band for band, start in BROAD if age >= start][-1]


def _weights(small: Iterable[Small], every: Iterable[Small]) -> dict[tuple[str, str, str], float]:
    """District, council and broad band → the district's share of the council's people of the band."""
    own: dict[tuple[str, str, str], float] = defaultdict(float)
    whole: dict[tuple[str, str], float] = defaultdict(float)
    for s in small:
        for band, n in s.people.items():
            own[s.district, s.parent, band] += n
    parents = {parent for _, parent, _ in own}
    for s in every:
        if s.parent in parents:
            for band, n in s.people.items():
                whole[s.parent, band] += n
    return {(d, p, band): n / whole[p, band] for (d, p, band), n in own.items() if whole[p, band] > 0}


def cohort_change(after: float, before: float) -> float:
    """By what a cohort changed in five years: ``after / before``, at most 2 and at least 0.1.

    after: people five years older now; before: the same cohort five years ago. Source: Hamilton and Perry, A short method for
    projecting population by age from one decennial census to another, Social Forces 41 (1962).

    >>> cohort_change(990.0, 1000.0), cohort_change(5000.0, 1000.0)
    (0.99, 2.0)
    """
    return min(max(after / before, LEAST_LEFT), STEEPEST) if before > 0 else 1.0


def carried_on(earlier: Mapping[Key, float], now: Mapping[Key, float]) -> dict[Key, float]:
    """People five years on: each cohort changes as the one before it did; children follow women of 15 to 44."""
    found: dict[Key, float] = {}
    areas = sorted({a for a, _, _ in now})
    for area in areas:
        for sex in SEXES:
            for younger, age in pairwise(AGES[:-1]):
                ratio = cohort_change(now.get((area, sex, age), 0.0), earlier.get((area, sex, younger), 0.0))
                found[area, sex, age] = now.get((area, sex, younger), 0.0) * ratio
            old = ("85-89", "90+")
            last = cohort_change(now.get((area, sex, "90+"), 0.0), sum(earlier.get((area, sex, a), 0.0) for a in old))
            found[area, sex, "90+"] = sum(now.get((area, sex, a), 0.0) for a in old) * last
        mothers = [sum(p.get((area, "F", a), 0.0) for a in AGES[3:9]) for p in (now, found)]
        for sex in SEXES:
            children = now.get((area, sex, "0-4"), 0.0)
            found[area, sex, "0-4"] = children * cohort_change(mothers[1], mothers[0])
    return found


def _no_people(entry: Entry, shelf: Shelf, placed: bool) -> Problem:
    """That nobody is known to live there, and which files would say who does."""
    wanted = [] if shelf.has("population") else [f"{title('population')} (people of districts by age)"]
    if not placed:
        either = f"{title('footprint_districts')}; or {title('small_area_lookup')} (of {entry.name} and of districts)"
        wanted.append(f"{either}, with {title('imd_small_areas')}")
    what = f"No file says who lives in {entry.name}."
    return problem("FOLDER", 0, "", "no-people", what, f"Add: {'; and '.join(wanted)}.")
