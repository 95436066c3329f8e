"""Words on the lines of a chart, each where it covers least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from placeplan.stress.results.elements import Fan

FLOOR: Final = 210
"""Lowest edge a word may reach, px from the top."""
NARROW: Final = 232.0
"""Width of the plot in the narrowest drawing, for which words are placed, px."""
LETTER: Final = 8.9
"""Width of a letter, px."""


@dataclass(frozen=True)
class Label:
    """A word that stands on its line, at a share of the width."""

    text: str
    kind: str
    x: float
    y: float
    anchor: str


def place(
    fan: Fan,
    xs: Sequence[float],
    plan: Sequence[Sequence[float]],
    nothing: Sequence[Sequence[float]],
    limit: Sequence[tuple[float, float]],
) -> tuple[Label, ...]:
    """Words on the lines, each where it covers least."""
    if not xs:
        return ()
    lines = [list(zip(xs, ys[1], strict=True)) for ys in (nothing, plan)] + ([list(limit)] if limit else [])
    wanted = [("Do nothing", "nothing", lines[0]), ("Plan", "plan", lines[1])]
    if limit and fan.limit_name:
        wanted.append((fan.limit_name, "limit", lines[2]))
    placed: list[Label] = []
    dense = [_dense(line) for line in lines]
    for text, kind, line in wanted:
        candidates = [label for x, y in line for label in _spots(text, kind, x, y)]
        costs = [_cost(label, dense, placed) for label in candidates]
        placed.append(candidates[costs.index(min(costs))])
    return tuple(placed)


def _spots(text: str, kind: str, x: float, y: float) -> list[Label]:
    half = len(text) * LETTER / NARROW * 50
    side = "start" if x - half < 0 else "end" if x + half > 100 else "middle"
    at = 0.0 if side == "start" else 100.0 if side == "end" else x
    return [Label(text, kind, round(at, 1), round(y + move, 1), side) for move in (-10, 24, -18, 32, -28, 42, -40, 54)]


def _cost(label: Label, lines: Sequence[Sequence[tuple[float, float]]], placed: Sequence[Label]) -> float:
    left, right, top, bottom = _extent(label)
    cost = 60.0 if top < 0 or bottom > FLOOR else 0.0
    for other in placed:
        a, b, c, d = _extent(other)
        cost += 500.0 if left < b and a < right and top < d + 2 and c < bottom + 2 else 0.0
    for number, line in enumerate(lines):
        near = [y for x, y in line if left - 1 <= x <= right + 1]
        cost += sum(45.0 for y in near if top - 1 < y < bottom + 1)
        own = number == {"nothing": 0, "plan": 1, "limit": 2}[label.kind]
        gaps = [max(top - y, y - bottom, 0.0) for y in near]
        cost += min(gaps, default=30.0) * (0.6 if own else -0.15)
    return cost


def _dense(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points along a line, so that a word between two of them is noticed."""
    out = list(line)
    for (x0, y0), (x1, y1) in pairwise(line):
        parts = max(int((x1 - x0) // 3), 1)
        out += [(x0 + (x1 - x0) * n / parts, y0 + (y1 - y0) * n / parts) for n in range(1, parts)]
    return out


def _extent(label: Label) -> tuple[float, float, float, float]:
    """Left and right in hundredths of the narrow width, top and bottom in px."""
    width = len(label.text) * LETTER / NARROW * 100
    left = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return left, left + width, label.y - 14, label.y + 4
