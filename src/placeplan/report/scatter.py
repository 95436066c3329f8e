"""Points of two figures against each other as inline SVG: the plan a square, the others circles, each with its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from placeplan.report import charts, words
from placeplan.stress.results.tests import Point, Points

LEFT, RIGHT = 6.0, 94.0
"""Shares of the width between which points lie, so that none stands on an edge."""
PLAN: Final = "A"
"""Label of the plan as it is."""
NEAR_X, NEAR_Y = 4.0, 14.0
"""Points closer than this, in hundredths of the width and px, would cover each other's labels."""


@dataclass(frozen=True)
class Mark:
    """Where a point stands: hundredths of the width, px from the top."""

    point: Point
    x: float
    y: float
    low: float | None
    high: float | None
    label_y: float
    plan: bool


@dataclass(frozen=True)
class Drawing:
    """What the template needs to draw the points."""

    x: str
    y: str
    height: int
    bottom: int
    ticks: tuple[tuple[str, float], ...]
    across: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]
    alternative: str


def unit_of(unit: str) -> tuple[str, float]:
    """Unit as shown, and what values are multiplied by.

    >>> unit_of("£ a year"), unit_of("share"), unit_of("changes")
    (('£m a year', 1e-06), ('per cent', 100.0), ('changes', 1.0))
    """
    if unit.startswith("£"):
        return f"£m{unit[1:]}", 1e-6
    if words.is_share(unit):
        return f"per cent{unit.removeprefix('share')}", 100.0
    return unit, 1.0


def draw(found: Points) -> Drawing:
    """Where everything stands."""
    xs, ys = [p.x for p in found.points], [v for p in found.points for v in (p.y, p.low, p.high) if v is not None]
    (x_unit, x_by), (y_unit, y_by) = unit_of(found.x_unit), unit_of(found.y_unit)
    up = charts.scale([v * y_by for v in ys] or [0.0, 1.0])
    along = charts.scale([v * x_by for v in xs] or [0.0, 1.0], 4)

    def x(value: float) -> float:
        return round(LEFT + (value - along.low) / (along.high - along.low) * (RIGHT - LEFT), 2)

    def y(value: float | None) -> float | None:
        return None if value is None else up.y(value * y_by)

    marks: list[Mark] = []
    for p in found.points:
        px, py = x(p.x * x_by), up.y(p.y * y_by)
        label = py - 10
        while any(abs(m.x - px) < NEAR_X and abs(m.label_y - label) < NEAR_Y for m in marks):
            label -= NEAR_Y
        marks.append(Mark(p, px, py, y(p.low), y(p.high), label, p.label == PLAN))
    return Drawing(
        x=f"{found.x}, {x_unit}", y=f"{found.y}, {y_unit}", height=charts.HEIGHT + 24, bottom=charts.BOTTOM,
        ticks=tuple((words.number(t), up.y(t)) for t in up.ticks), across=tuple((words.number(t), x(t)) for t in along.ticks),
        marks=tuple(marks), alternative=_alternative(found),
    )  # fmt: skip


def _alternative(found: Points) -> str:
    """The picture in a sentence, for who does not see it."""
    return f"{words.count(len(found.points), 'point')}: {found.y} against {found.x}; the table below has each"
