"""A map without tiles: outlines of areas, sites as marks, both numbered, with a table that says the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import cos, radians
from string import ascii_uppercase
from typing import Final

from placeplan.core.shapes import Point, middle
from placeplan.report.words import count
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import AreaResult, SiteResult

WIDE: Final = 1000.0
"""Width of the drawing, in its own units."""
ROOM: Final = 0.06
"""Room around all areas, as a share of their width and height."""
SAYS: Final = {
    "more": "gets more",
    "less": "gets less",
    "both": "gets more of some care, less of other",
    "other": "changes",
    "none": "stays as it is",
}
"""What the plan does at a site, by its mark."""


@dataclass(frozen=True)
class Drawn:
    """An area or site on the map."""

    label: str
    thing: AreaResult | SiteResult
    x: float
    """Per cent of the width."""
    y: float
    path: str = ""
    """Outline; blank: a point."""
    mark: str = ""
    here: bool = False


@dataclass(frozen=True)
class Map:
    """What the template draws."""

    height: float
    areas: tuple[Drawn, ...]
    sites: tuple[Drawn, ...]
    alternative: str
    sources: tuple[str, ...]


def build(f: Findings, here: Collection[str] = (), initiative: str = "") -> Map | None:
    """The map; None where no area has a shape. here: ids of areas that stand out; initiative: the one whose changes alone are marked."""
    shaped = [a for a in f.areas if a.shape]
    if not shaped:
        return None
    points = [p for a in shaped for ring in a.shape for p in ring]
    sheet = Sheet.around(points)
    areas = tuple(
        Drawn(str(n), a, *sheet.share(middle(a.shape)), path=sheet.path(a) if len(a.shape[0]) > 1 else "", here=a.id in here)
        for n, a in enumerate(shaped, 1)
    )  # fmt: skip
    stand = [_of(s, initiative) for s in f.sites if s.at and sheet.holds(s.at)]
    sites = tuple(
        Drawn(letters(n), s, *sheet.share(s.at), mark=mark(s), here=s.id in here) for n, s in enumerate(stand) if s.at
    )
    changed = sum(s.mark != "none" for s in sites)
    who = "This change does something" if initiative else "The plan changes something"
    said = f"Map of {count(len(areas), 'area')} and {count(len(sites), 'place')} of care. {who} at {changed} of them. A table below says what."
    return Map(round(sheet.height, 1), areas, sites, said, tuple(dict.fromkeys(a.shape_source for a in shaped)))


def _of(s: SiteResult, initiative: str) -> SiteResult:
    """A site with the changes of one initiative alone; of all where none is named."""
    if not initiative:
        return s
    return s.model_copy(update={"changes": tuple(c for c in s.changes if c.initiative == initiative)})


def letters(n: int) -> str:
    """Label of the nth site: letters, two of them after the first 26.

    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    return ("" if n < len(ascii_uppercase) else letters(n // len(ascii_uppercase) - 1)) + ascii_uppercase[
        n % len(ascii_uppercase)
    ]


@dataclass(frozen=True)
class Sheet:
    """How degrees become the drawing's units: a degree of longitude is as wide as it is in the middle of the areas."""

    west: float
    north: float
    unit: float
    """Units to a degree of latitude."""
    narrow: float
    """Width of a degree of longitude, as a share of one of latitude."""
    height: float

    @classmethod
    def around(cls, points: Collection[Point]) -> Sheet:
        """The sheet that holds all points, with some room."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        narrow = cos(radians((min(ys) + max(ys)) / 2))
        wide, high = max((max(xs) - min(xs)) * narrow, 0.01), max(max(ys) - min(ys), 0.01)
        room = ROOM * max(wide, high)
        unit = WIDE / (wide + 2 * room)
        return cls(min(xs) - room / narrow, max(ys) + room, unit, narrow, (high + 2 * room) * unit)

    def at(self, p: Point) -> Point:
        """A point in units from the top left."""
        return (p[0] - self.west) * self.narrow * self.unit, (self.north - p[1]) * self.unit

    def share(self, p: Point) -> Point:
        """A point in per cent of width and height."""
        x, y = self.at(p)
        return round(100 * x / WIDE, 1), round(100 * y / self.height, 1)

    def holds(self, p: Point) -> bool:
        """Whether a point lies on the sheet."""
        x, y = self.at(p)
        return 0 <= x <= WIDE and 0 <= y <= self.height

    def path(self, a: AreaResult) -> str:
        """Outlines of an area as an SVG path."""
        return " ".join(f"M{' '.join('{:.0f},{:.0f}'.format(*self.at(p)) for p in ring)}Z" for ring in a.shape)


def mark(s: SiteResult) -> str:
    """What happens at a site: more, less, both, other, none."""
    ways = {c.way for c in s.changes}
    if {"more", "less"} <= ways:
        return "both"
    return next((way for way in ("more", "less", "other") if way in ways), "none")
