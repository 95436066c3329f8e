"""Checks of what helps people find where they live: names of places, and shapes for the map."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from placeplan.core.errors import Problem
from placeplan.core.shapes import HOW, Point, middle, read_shape
from placeplan.core.tables import Locality, Shape
from placeplan.core.tables.near import DISTRICT, WHOLE, plain
from placeplan.plan.checks.base import check, unknown
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

FAR: Final = 5.0
"""Degrees from the middle of all shapes beyond which one is taken for a slip; England is six degrees wide."""


@check("unknown-area", "look-alike")
def localities_lie_in_areas(draft: Draft) -> Iterator[Problem]:
    """Each row of localities.csv names an area of the plan."""
    for item in draft.rows("localities", Locality):
        yield from unknown(draft, item, "area", item.value.area, "area")


@check("bad-postcode")
def postcodes_are_halves(draft: Draft) -> Iterator[Problem]:
    """A postcode stands as its first half, in capitals; never whole, as few people share one."""
    for item in draft.rows("localities", Locality):
        tight = "".join(item.value.name.split()).upper()
        whole = WHOLE.fullmatch(tight)
        half = whole[1] if whole else tight if DISTRICT.fullmatch(tight) else ""
        if half and item.value.name != half:
            what = f"“{item.value.name}” is {'a whole postcode' if whole else 'not written as postcodes are'}."
            yield item.problem("bad-postcode", what, f"Write “{half}”.", "name", half)


@check("duplicate-row")
def localities_stand_once(draft: Draft) -> Iterator[Problem]:
    """No place stands twice in one area, however it is written."""
    seen: dict[tuple[str, str], Item[Locality]] = {}
    for item in draft.rows("localities", Locality):
        first = seen.setdefault((plain(item.value.name), item.value.area), item)
        if first is not item and first.value.name != item.value.name:
            what = f"“{item.value.name}” is “{first.value.name}” of line {first.row}, written otherwise."
            yield item.problem("duplicate-row", what, "Keep one of the two rows.", "name")


@check("unknown-area", "unknown-site", "look-alike")
def shapes_are_of_areas_and_sites(draft: Draft) -> Iterator[Problem]:
    """Each row of shapes.csv is of an area or a site of the plan."""
    for item in draft.rows("shapes", Shape):
        yield from unknown(draft, item, item.value.kind, item.value.id, "id")


@check("bad-shape", "shape-far-away")
def shapes_can_be_drawn(draft: Draft) -> Iterator[Problem]:
    """Each shape can be read, a site is a point, and none lies far from all others."""
    found: list[tuple[Item[Shape], Point]] = []
    for item in draft.rows("shapes", Shape):
        try:
            rings = read_shape(item.value.shape)
        except ValueError as wrong:
            yield item.problem("bad-shape", f"The shape of {item.value.id} cannot be read: {wrong}.", HOW, "shape")
            continue
        if item.value.kind == "site" and len(rings[0]) > 1:
            what = f"{item.value.id} is a site, and its shape is an outline."
            yield item.problem("bad-shape", what, "Give the point where it stands: POINT (-1.86 50.75).", "shape")
        found.append((item, middle(rings)))
    yield from _far(found)


def _far(found: list[tuple[Item[Shape], Point]]) -> Iterator[Problem]:
    """Shapes that lie far from the middle of all."""
    if not found:
        return
    x, y = (median(p[axis] for _, p in found) for axis in (0, 1))
    for item, at in found:
        if abs(at[0] - x) > FAR or abs(at[1] - y) > FAR:
            what = f"{item.value.id} lies at {at[0]:g} {at[1]:g}, far from all others at about {x:.2f} {y:.2f}."
            yield item.warning("shape-far-away", what, "Write the longitude first, then latitude; or mend the figure.", "shape")  # fmt: skip
