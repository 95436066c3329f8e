"""What closes or gets smaller, with what the way becomes for whom it grows most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from placeplan.report.site import say
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import AreaResult, InitiativeResult, Move

POOREST: Final = 1
"""The national fifth of areas where people have least."""


class Way(NamedTuple):
    """The way that grows most for some people."""

    who: str
    area: AreaResult
    move: Move
    by: str
    """How they travel, where that is known."""


class Closure(NamedTuple):
    """An initiative that closes something, its lines, and whose way grows most by it."""

    initiative: InitiativeResult
    lines: tuple[str, ...]
    ways: tuple[Way, ...]
    moved: bool
    """Whether the model has care that moves by it; else nothing is known of ways."""


def closures(f: Findings) -> list[Closure]:
    """Every initiative that says it closes something, in the order of the findings."""
    poor = [a for a in f.areas if a.fifth == POOREST]
    found = []
    for i in f.initiatives:
        if i.closes:
            ways = (_longest("Way that grows most", f.areas, i.id), _longest("Where people have least", poor, i.id))
            moved = any(m.initiative == i.id for a in f.areas for m in a.moves)
            found.append(Closure(i, i.closes, tuple(w for w in ways if w), moved))
    return found


def _longest(who: str, areas: Iterable[AreaResult], initiative: str) -> Way | None:
    """Of some areas the one whose way gets longer by most; None where no way is known or none gets longer."""
    known = [
        (m.minutes_new - m.minutes_old, a, m)
        for a in areas
        for m in a.moves
        if m.initiative == initiative and m.minutes_old is not None and m.minutes_new is not None
    ]
    more, area, move = max(known, key=lambda one: one[0], default=(0.0, None, None))
    if more <= 0 or area is None or move is None:
        return None
    return Way(who, area, move, say.MODE.get(next((c.mode for c in area.care if c.mode), ""), ""))
