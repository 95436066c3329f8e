"""What no published file says: judged figures and shares, and facts of codes and places, read from ``library/footprint``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, TypeVar

from placeplan.core.tables import Row
from placeplan.plan.library import read_rows

R = TypeVar("R", bound=Row)

BASE_YEAR = "2016/17"
"""The year in which the plans of the 44 footprints stood."""


class Entry(Row):
    """One of the 44 footprints of 2016."""

    number: int
    ods: str
    ons: str
    later: str = ""
    """ONS code that some files use for it."""
    name: str
    also: str = ""
    people: float

    def called(self) -> tuple[str, ...]:
        """Everything by which it may be asked for."""
        return tuple(t for t in (str(self.number), self.ods, self.ons, self.later, self.name, self.also) if t)


class Served(Row):
    """Which share of a footprint's people an ambulance trust serves."""

    trust: str
    name: str
    footprint: int
    share: float


class County(Row):
    """A county council and the codes of its districts, from ``first`` to ``last``."""

    first: str
    last: str
    council: str
    name: str


class Renamed(Row):
    """A district that became part of a council with another code."""

    old: str
    new: str


class Figure(Row):
    """A judged figure with its likely range."""

    name: str
    value: float
    unit: str
    low: float
    high: float


class CostLine(Row):
    """A line of cost: its share of all cost, and how it moves."""

    type: str
    line: str
    kind: str
    share: float
    driver: str
    variable: float
    stepped: float
    inflator: str = ""
    efficiency: bool


class Group(Row):
    """A staff group: how the workforce return calls it, and what is judged of it."""

    group: str
    written: str = ""
    vacant: float
    cover: float
    agency: float
    pay: float


class DoorRule(Row):
    """A kind of care whose contacts can run out."""

    pod: str
    group: str
    used: float | None = None
    unmet: str


class WayOut(Row):
    """A way out of a pool of beds."""

    pool: str
    pathway: str
    share: float
    kind: str


class PackageRule(Row):
    """A kind of care package."""

    kind: str
    setting: str
    weeks: float
    room: float


class SpillRule(Row):
    """Where people go who are not given care."""

    pod: str
    to_pod: str
    to: str
    assumption: str


class Given(NamedTuple):
    """A figure with its source."""

    value: float
    source: str


@cache
def rows(table: str, cls: type[R]) -> tuple[R, ...]:
    """Rows of a table of ``library/footprint``."""
    return tuple(item.value for item in read_rows(f"footprint/{table}.csv", cls))


def entries() -> tuple[Entry, ...]:
    """The 44 footprints in order of their number."""
    return rows("footprints", Entry)


def figure(name: str) -> Given:
    """A judged figure.

    >>> figure("elective_nights").value
    3.0
    """
    found = _figures()[name]
    return Given(found.value, f"{found.source} ({found.low:g} to {found.high:g})")


@cache
def _figures() -> dict[str, Figure]:
    return {row.name: row for row in rows("judged", Figure)}


def county_of(district: str) -> str:
    """The council that owes the people of a district social care: its county's, or its own.

    >>> county_of("E07000138"), county_of("E09000003")
    ('E10000019', 'E09000003')
    """
    found = (c.council for c in rows("counties", County) if c.first <= district <= c.last)
    return next(found, district)


def council_name(code: str, districts: dict[str, str]) -> str:
    """Name of a council by its code; that of a district's own council is made from the district's."""
    county = next((c.name for c in rows("counties", County) if c.council == code), "")
    return county or f"{districts.get(code, code)} Council"


@cache
def renamed() -> dict[str, str]:
    """District of 2022 → council of 2023 that it became part of."""
    return {row.old: row.new for row in rows("districts", Renamed)}


class Unpublished(Row):
    """Something that no open series of the time holds, and what stands in."""

    what: str
    reason: str
