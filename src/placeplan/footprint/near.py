"""Where things are: postcode districts and towns by area, and shapes for the map, from points of practices and hospitals and outlines of districts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from placeplan.core.shapes import Point, Rings, inside, simpler, written
from placeplan.core.tables.near import WHOLE, plain
from placeplan.footprint.ground import Ground, Row, row
from placeplan.footprint.judged import renamed
from placeplan.footprint.shelf import Shelf, title

NEAREST: Final = 0.002
"""Degrees by which a simpler outline may be off: about 200 metres."""
SMALLEST: Final = 8
"""Corners from which on a part of an outline is drawn; smaller islands are left out, but never the largest part."""
OUTLINES: Final = (
    "Boundaries of districts by ONS code, made simpler; contains OS and ONS data, Crown copyright and database right"
)
LARGEST: Final = 50_000_000
"""Bytes of a file of outlines; larger ones are not opened."""


class Spot(NamedTuple):
    """A practice or hospital: where it stands, its postcode, its town, its district where the file says it."""

    at: Point
    postcode: str
    town: str = ""
    district: str = ""


def outlines(folder: Path, wanted: Iterable[str]) -> dict[str, Rings]:
    """Outlines of districts by ONS code, from the GeoJSON files of a folder and of those in it; the first file that has one counts."""
    codes, found = set(wanted), dict[str, Rings]()
    for path in sorted(folder.rglob("*.geojson")):
        if len(found) < len(codes) and path.is_file() and path.stat().st_size <= LARGEST:
            for code, rings in _features(path):
                for name in {code, renamed().get(code, code)} & codes - set(found):
                    found[name] = rings
    return found


def _features(path: Path) -> Iterable[tuple[str, Rings]]:
    """Code and rings of each feature that has both; nothing of a file that is none of outlines."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        features = held.get("features", ()) if isinstance(held, dict) else ()
        return [(code, rings) for f in features if (code := _code(f)) and (rings := _rings(f))]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return ()


def _code(feature: Mapping[str, Any]) -> str:
    """The first property that is an ONS code of nine letters and digits."""
    values = (str(v) for v in feature["properties"].values())
    return next((v for v in values if len(v) == 9 and v[:1] in "ENSW" and v[1:].isdigit()), "")


def _rings(feature: Mapping[str, Any]) -> Rings:
    shape = feature["geometry"]
    parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return tuple(tuple((float(x), float(y)) for x, y, *_ in ring) for part in parts for ring in part)


def drawn(rings: Rings) -> Rings:
    """An outline for a map: simpler, without islands too small to see."""
    less = [simpler(ring, NEAREST) for ring in rings]
    less = [tuple((round(x, 4), round(y, 4)) for x, y in ring) for ring in less]
    most = max(less, key=len)
    return (most, *(ring for ring in less if ring is not most and len(ring) >= SMALLEST))


def shape_rows(areas: Iterable[str], held: Mapping[str, Rings], sites: Mapping[str, tuple[Point, str]]) -> list[Row]:
    """Rows of ``shapes.csv``: outlines of areas, then points of sites, each with its source."""
    made = [row(OUTLINES, "published", kind="area", id=a, shape=written(drawn(held[a]))) for a in areas if a in held]
    return made + [
        row(source, "published", kind="site", id=s, shape=written((((round(at[0], 4), round(at[1], 4)),),)))
        for s, (at, source) in sorted(sites.items())
    ]  # fmt: skip


def locality_rows(areas: Iterable[str], spots: Iterable[Spot], held: Mapping[str, Rings]) -> list[Row]:
    """Rows of ``localities.csv``: each postcode district and town with the areas in which a practice or hospital of it stands."""
    known = list(areas)
    halves, towns = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    writings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for spot in sorted(spots):
        area = _area(spot, known, held)
        half = WHOLE.fullmatch("".join(spot.postcode.split()).upper())
        if area and half:
            halves[half[1], area] += 1
        if area and spot.town.strip():
            writings[plain(spot.town)][_called(spot.town)] += 1
            towns[plain(spot.town), area] += 1
    usual = {town: max(sorted(each), key=lambda w: each[w]) for town, each in writings.items()}
    source = f"{title('practices')}; {title('hospitals')}: "
    return [
        row(f"{source}{n} of them with this {what} in this area", "published", name=name, area=area)
        for what, counted in (("postcode district", halves), ("town", _written(towns, usual))) for (name, area), n in sorted(counted.items())
    ]  # fmt: skip


def _written(towns: Counter[tuple[str, str]], usual: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """Towns by how they are most often written, as some are written in more than one way."""
    return Counter({(usual[town], area): n for (town, area), n in towns.items()})


def _called(town: str) -> str:
    """A town as people write it: BRIDPORT is Bridport."""
    name = " ".join(town.split())
    return name.title() if name.isupper() else name


def _area(spot: Spot, areas: Iterable[str], held: Mapping[str, Rings]) -> str:
    """The area in whose outline a spot lies; where outlines are not known, its district."""
    by_outline = next((a for a in areas if a in held and inside(spot.at, held[a])), "")
    return by_outline or (spot.district if spot.district in areas and spot.district not in held else "")


def spots(shelf: Shelf) -> list[Spot]:
    """Practices and hospitals with a postcode and a place on the map, of all England."""
    return [*_told(shelf, "practices"), *_told(shelf, "hospitals")]


def _told(shelf: Shelf, layout: str) -> list[Spot]:
    """Spots of the files of a layout, each code once."""
    query = """select code, any_value(value) filter (measure = 'longitude'), any_value(value) filter (measure = 'latitude'),
        any_value(text) filter (measure = 'postcode'), any_value(text) filter (measure = 'town'),
        any_value(text) filter (measure = 'district') from tidy group by code, period order by code, period"""
    found: dict[str, Spot] = {}
    for code, x, y, postcode, town, district in shelf.ask(layout, query):
        if x is not None and y is not None and postcode:
            found[code] = Spot((float(x), float(y)), postcode, town or "", district or "")
    return list(found.values())


def near(ground: Ground) -> dict[str, list[Row]]:
    """Tables ``localities`` and ``shapes`` of a footprint, as far as files of the folder give them."""
    shelf, areas = ground.figures.shelf, [a.code for a in ground.people.areas]
    held = outlines(shelf.folder, areas)
    hospitals = shelf.ask(
        "hospitals", "select text, count(distinct code), any_value(code) from tidy where measure = 'parent' group by 1"
    )
    alone = {parent: code for parent, count, code in hospitals if count == 1}
    points = _points(shelf, "hospitals")
    sites = {
        t.code: (points[alone[t.code]], f"{title('hospitals')}: its one hospital there")
        for t in ground.trusts
        if alone.get(t.code) in points
    }
    office = _points(shelf, "trust_points")
    sites |= {
        t.code: (office[t.code], f"{title('trust_points')}: its head office") for t in ground.trusts if t.code in office and t.code not in sites
    }  # fmt: skip
    return {"localities": locality_rows(areas, spots(shelf), held), "shapes": shape_rows(areas, held, sites)}


def _points(shelf: Shelf, layout: str) -> dict[str, Point]:
    query = "select code, any_value(value) filter (measure = 'longitude'), any_value(value) filter (measure = 'latitude') from tidy group by code"
    return {c: (float(x), float(y)) for c, x, y in shelf.ask(layout, query) if x is not None and y is not None}
