"""Points and outlines on a map, as GIS programs write them: well-known text, longitude before latitude, WGS 84 degrees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import hypot
from typing import Final

Point = tuple[float, float]
"""Longitude and latitude, degrees."""
Ring = tuple[Point, ...]
"""A closed line: its last point is its first. One point alone is a ring of one."""
Rings = tuple[Ring, ...]

NUMBER: Final = r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?"
PAIR: Final = re.compile(rf"\s*({NUMBER})\s+({NUMBER})\s*")
KINDS: Final = {"POINT": 1, "POLYGON": 2, "MULTIPOLYGON": 3}
"""Forms that are read, with how deep their brackets go."""
HOW: Final = (
    "Write POINT (-1.86 50.75), or POLYGON ((-1.9 50.7, -1.8 50.7, -1.8 50.8, -1.9 50.7)): longitude, then latitude."
)


def read_shape(text: str) -> Rings:
    """The rings of a point, polygon or multipolygon; of holes as well, which an even-odd fill leaves out.

    Raises:
        ValueError: says in a sentence what is wrong.

    >>> read_shape("POINT (-1.86 50.75)")
    (((-1.86, 50.75),),)
    >>> read_shape("POLYGON ((0 0, 1 0, 1 1, 0 0))")
    (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),)
    """
    word, bracket, rest = text.strip().partition("(")
    kind = word.strip().upper()
    if kind not in KINDS or not bracket:
        raise ValueError("It is neither a POINT, nor a POLYGON, nor a MULTIPOLYGON")
    body = f"({rest}".strip()
    if not _nested(body, KINDS[kind]):
        raise ValueError("Its brackets do not match")
    rings = tuple(_ring(part) for part in re.findall(r"\(([^()]*)\)", body))
    if kind != "POINT":
        for ring in rings:
            _closed(ring)
    elif len(rings[0]) != 1:
        raise ValueError("A POINT is one pair of numbers")
    return rings


def _nested(body: str, deep: int) -> bool:
    """Whether brackets go exactly so deep around every pair of numbers, and all are closed."""
    depth = 0
    for n, letter in enumerate(body):
        depth += (letter == "(") - (letter == ")")
        if depth < 0 or depth > deep or (depth == 0 and n < len(body) - 1):
            return False
        if letter not in "(), \t" and depth != deep:
            return False
    return depth == 0


def _ring(text: str) -> Ring:
    points = []
    for part in text.split(","):
        found = PAIR.fullmatch(part)
        if found is None:
            raise ValueError(f"“{part.strip()[:40]}” is no pair of numbers with a blank between them")
        x, y = float(found[1]), float(found[2])
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise ValueError(f"“{part.strip()[:40]}” lies nowhere on earth: longitude comes first, then latitude")
        points.append((x, y))
    return tuple(points)


def _closed(ring: Ring) -> None:
    if len(ring) < 4:
        raise ValueError("An outline needs three corners, and its first point again at the end")
    if ring[0] != ring[-1]:
        raise ValueError("An outline has to end where it began")


def written(rings: Sequence[Sequence[Point]]) -> str:
    """Well-known text of a point or of outlines, each by itself.

    >>> written([[(-1.86, 50.75)]])
    'POINT (-1.86 50.75)'
    >>> written([[(0, 0), (1, 0), (1, 1), (0, 0)]])
    'POLYGON ((0 0, 1 0, 1 1, 0 0))'
    """
    said = [", ".join(f"{x:g} {y:g}" for x, y in ring) for ring in rings]
    if len(rings) == 1:
        return f"POINT ({said[0]})" if len(rings[0]) == 1 else f"POLYGON (({said[0]}))"
    return f"MULTIPOLYGON ({', '.join(f'(({s}))' for s in said)})"


def inside(point: Point, rings: Iterable[Ring]) -> bool:
    """Whether a point lies within outlines, by the number of sides to the east of it (even-odd rule).

    >>> square = (((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)),)
    >>> inside((1, 1), square), inside((3, 1), square)
    (True, False)
    """
    x, y = point
    odd = False
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                odd = not odd
    return odd


def middle(rings: Rings) -> Point:
    """The point itself, or the centre of gravity of the largest outline.

    For corners ``(x, y)`` in order: ``A = Σ(x₁y₂ − x₂y₁) / 2``, ``X = Σ(x₁ + x₂)(x₁y₂ − x₂y₁) / 6A``, ``Y`` alike.

    >>> middle((((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)),))
    (1.0, 1.0)
    """
    largest = max(rings, key=lambda r: abs(_twice(r)))
    twice = _twice(largest)
    if not twice:
        return largest[0]
    sides = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(largest)]
    return (
        sum((a[0] + b[0]) * c for a, b, c in sides) / (3 * twice),
        sum((a[1] + b[1]) * c for a, b, c in sides) / (3 * twice),
    )


def _twice(ring: Ring) -> float:
    """Twice the area of an outline, by the sign of its direction."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def simpler(ring: Ring, least: float) -> Ring:
    """An outline with fewer corners, off by ``least`` degrees at most (Douglas and Peucker, Cartographica 10, 1973).

    A ring is cut at the corner farthest from its first, so that both ends of each part stay.

    >>> simpler(((0.0, 0.0), (1.0, 0.001), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0)), 0.01)
    ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0))
    """
    x, y = ring[0]
    far = max(range(len(ring)), key=lambda n: (ring[n][0] - x) ** 2 + (ring[n][1] - y) ** 2)
    return (*_line(ring[: far + 1], least)[:-1], *_line(ring[far:], least)) if 0 < far < len(ring) - 1 else ring


def _line(points: Sequence[Point], least: float) -> list[Point]:
    kept, open_ = {0, len(points) - 1}, [(0, len(points) - 1)]
    while open_:
        first, last = open_.pop()
        away = [(_off(points[n], points[first], points[last]), n) for n in range(first + 1, last)]
        most, at = max(away, default=(0.0, 0))
        if most > least:
            kept.add(at)
            open_ += [(first, at), (at, last)]
    return [points[n] for n in sorted(kept)]


def _off(p: Point, a: Point, b: Point) -> float:
    """Distance of a point from the line through two others; from the first where both are one."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = hypot(dx, dy)
    if not long:
        return hypot(p[0] - a[0], p[1] - a[1])
    return abs(dx * (p[1] - a[1]) - dy * (p[0] - a[0])) / long
