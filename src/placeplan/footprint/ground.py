"""What all tables of a first plan rest on: one footprint's people, councils and trusts, and the published figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from placeplan.core.tables import Rate
from placeplan.footprint.figures import Figures
from placeplan.footprint.judged import Entry, council_name, county_of
from placeplan.footprint.people import AGES, OLD, People, Places
from placeplan.footprint.trusts import Trust, of_footprint
from placeplan.plan.library import library

Row = dict[str, Any]
PRACTICES, COMMUNITY, MINDS, HOSPITALS = "practices", "community_care", "mental_health_care", "hospitals"
"""Organisations of the plan that no register knows: all practices, and care of a kind for which no trust is known."""

NEARLY_ALL = 0.98
"""Share of a council's people here from which on all of it counts: centres of small areas only nearly tell where they belong."""


def row(source: str, level: str, note: str = "", **cells: Any) -> Row:
    """One row of a table."""
    return {**cells, "source": source, "level": level} | ({"note": note} if note else {})


def rounded(value: float, digits: int = 0) -> float | int:
    """A number as the tables write it: no more digits than it bears.

    >>> rounded(12.34, 1), rounded(12.0, 1)
    (12.3, 12)
    """
    short = round(value, digits)
    return int(short) if short == int(short) else short


def part_said(share: float) -> str:
    """The part of something that lies in the footprint, for a source; blank where all of it does.

    >>> part_said(0.4), part_said(1.0)
    ("; the footprint's part, 40.0%", '')
    """
    return f"; the footprint's part, {share:.1%}" if share < 1 else ""


def by_site(care: list[Row]) -> dict[tuple[str, str], float]:
    """Contacts a year by site and pod, of rows of ``activity.csv``."""
    return {(r["site"], r["pod"]): float(r["activity"]) for r in care}


@dataclass(frozen=True)
class Council:
    """A council, and the part of it that lies in the footprint."""

    code: str
    name: str
    part: float
    """Share of its people who live here."""
    old: float
    """Share of its people of 65 and over who live here."""


@dataclass
class Ground:
    """One footprint."""

    entry: Entry
    figures: Figures
    people: People
    names: Mapping[str, str]
    """Names of districts."""
    notes: list[str] = field(default_factory=list)
    """What a reader should know of how the plan was made."""

    @cached_property
    def councils(self) -> list[Council]:
        """Councils of the areas, in order of their code."""
        found = []
        for code in sorted({a.council for a in self.people.areas}):
            all_, old = self._part(code, AGES), self._part(code, OLD)
            found.append(Council(code, council_name(code, dict(self.names)), all_, old))
        return found

    def _part(self, council: str, ages: tuple[str, ...]) -> float:
        here = sum(n for (a, _, band), n in self.people.counted.items() if county_of(a) == council and band in ages)
        whole = sum(n for (a, _, band), n in self.people.around.items() if county_of(a) == council and band in ages)
        share = here / whole if whole else 1.0
        return 1.0 if share > NEARLY_ALL else share

    @cached_property
    def trusts(self) -> list[Trust]:
        """Trusts of the base year, acute first."""
        return of_footprint(self.figures, self.entry, {c.code: c.part for c in self.councils})

    def of_kind(self, *kinds: str) -> list[Trust]:
        """Trusts of some kinds."""
        return [t for t in self.trusts if t.kind in kinds]

    @cached_property
    def groups(self) -> dict[str, str]:
        """ODS code and name of each clinical commissioning group."""
        return self.figures.groups.get(self.entry.number, {})

    @property
    def commissioner(self) -> str:
        """Id of the commissioner: its one group, or the footprint where there are several or none is known."""
        return next(iter(self.groups)) if len(self.groups) == 1 else self.entry.ods

    def need(self, pod: str, area: str = "") -> float:
        """Contacts a year that people (of an area; blank: of all) would have at the library's rates."""
        rates = _rates()[pod]
        return sum(n * rates.get((sex, age), rates.get(("all", age), 0.0)) / 1000 for (a, sex, age), n in self.people.counted.items() if area in ("", a))  # fmt: skip

    def rates(self, pod: str) -> dict[str, float]:
        """The library's rates of a pod by age, both sexes alike."""
        return {age: rate for (sex, age), rate in _rates()[pod].items() if sex == "all"}

    def income(self, trust: Trust) -> float:
        """Operating income of the part of a trust that is here, £; 1 where no accounts are known, so that shares are even."""
        known = self.figures.accounts.get(trust.code)
        return known.income * trust.part if known else 1.0


def on(figures: Figures, places: Places, entry: Entry) -> Ground:
    """The ground of one footprint.

    Raises:
        PlanError: where the files do not say who lives there.
    """
    return Ground(entry, figures, places.people(entry), places.names)


def _rates() -> dict[str, dict[tuple[str, str], float]]:
    """The library's rates per 1,000 people by pod, sex and age."""
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for item in library().tables["rates"]:
        rate = item.value
        if isinstance(rate, Rate):
            found[rate.pod][rate.sex, rate.age] = rate.per_1000
    return found
