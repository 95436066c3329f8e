"""Where the areas and sites of a made-up place lie: squares of a grid in the North Sea, where no real place is."""

from __future__ import annotations

import math

from placeplan.core.tables import AreaPeople, Locality, Organisation, Row, Shape
from placeplan.plan.synthetic_people import Dice, sites_of
from placeplan.plan.synthetic_place import Place

WEST, SOUTH = 2.0, 55.0
"""Corner of the grid, in degrees: the Dogger Bank."""
SIDE = 0.1
"""Width and height of one area, in degrees."""
TOWNS = 2
"""Towns in each area."""


def localities(place: Place) -> tuple[Row, ...]:
    """Towns of each area, and one that lies in the first two areas where there are as many."""
    areas = _areas(place)
    rows = [
        Locality(name=f"Made-up town {TOWNS * n + k + 1}", area=area, source=place.dice.source)
        for n, area in enumerate(areas)
        for k in range(TOWNS)
    ]
    shared = [Locality(name="Made-up town on a border", area=a, source=place.dice.source) for a in areas[:2]]
    return (*rows, *shared)


def shapes(place: Place) -> tuple[Row, ...]:
    """A square for each area, and a point in one of them for each site inside the footprint."""
    areas = _areas(place)
    wide = math.ceil(math.sqrt(len(areas)))
    corners = [(WEST + SIDE * (n % wide), SOUTH + SIDE * (n // wide)) for n in range(len(areas))]
    squares = [
        Shape(kind="area", id=area, shape=_square(*corner), source=place.dice.source)
        for area, corner in zip(areas, corners, strict=True)
    ]
    inside = [o for o in place.tables["organisations"] if isinstance(o, Organisation) and o.type not in ("outside", "commissioner")]  # fmt: skip
    sites = [s for o in inside for s in sites_of(place.tables, o.id)]
    points = [
        Shape(
            kind="site", id=site, shape=_point(place.dice, site, *corners[n % len(corners)]), source=place.dice.source
        )
        for n, site in enumerate(sites)
    ]
    return (*squares, *points)


def _areas(place: Place) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.area for r in place.tables["areas"] if isinstance(r, AreaPeople)))


def _square(x: float, y: float) -> str:
    """The outline of an area, from its south-western corner."""
    right, top = x + SIDE, y + SIDE
    ring = ((x, y), (right, y), (right, top), (x, top), (x, y))
    return f"POLYGON (({', '.join(f'{a:.4f} {b:.4f}' for a, b in ring)}))"


def _point(dice: Dice, site: str, x: float, y: float) -> str:
    """Where a site stands in the area with this corner."""
    east, north = (SIDE * dice.between(0.2, 0.8, which, site) for which in ("east", "north"))
    return f"POINT ({x + east:.4f} {y + north:.4f})"
