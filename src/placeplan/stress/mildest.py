"""Searches for the mildest worlds that break promises, all at once, and what they found in natural units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.compare.shapley import Whole
from placeplan.core.records import Record
from placeplan.core.streams import Floats, normal_quantile
from placeplan.explore.abreast import abreast
from placeplan.explore.breaking import Mildest, Point
from placeplan.explore.mildest import find_mildest
from placeplan.explore.rays import Margin, fitted
from placeplan.futures.assumptions import Assumption
from placeplan.futures.sample import Futures
from placeplan.plan.promises import Promise
from placeplan.stress.assumed import ranks
from placeplan.stress.inputs import Inputs

CHANCES = 3
"""Chances that each world meets: it breaks where the middle one of their rooms is below nothing."""
FRESH = 15
"""Further chances that the nearest world meets, to say in how many of them it breaks."""
FIRST = 400
"""Worlds drawn to see which way each promise is broken, and by what."""
LEADING = 16
"""Inputs that are moved one by one; all others together, the way they push."""
WORLDS = 200
"""Worlds that the search for one promise may ask for, in one kind of width."""
RADIUS = 4.0
"""How far out is searched: beyond it lies 1 in 30,000 of a single normal."""


class Moved(Record):
    """Where one assumption stands in a world that breaks a promise."""

    assumption: str
    """Id, with the entity that draws for itself."""
    about: str
    value: float
    middle: float
    """In the plan's middle world."""
    unit: str
    deviations: float
    """How far from the middle, in its own standard deviations."""


class Breaking(Record):
    """A world that just breaks a promise, nearer than all around it (or just keeps it, where the middle world breaks it)."""

    beta: float
    room: float
    """Left to the bound, in the outcome's unit."""
    settled: bool
    """Whether no step came nearer; else worlds ran out before."""
    moved: tuple[Moved, ...]
    """Most moved first; those that hardly move are left out."""


class Search(Record):
    """What was found of one promise in one kind of width."""

    beta: float | None
    """None where no world within the radius breaks it."""
    points: tuple[Breaking, ...]
    """Nearest first, distinct by angle."""
    broken: float | None
    """Share of further chances in which the nearest point breaks it: about a half, as far as the few chances of the search tell."""
    room: float
    """In the middle world, in the outcome's unit."""
    radius: float
    """Searched so far out."""
    inputs: int
    """Assumptions with width, each entity's own counted."""
    one_by_one: int
    """Of them, those that were moved one by one; all others only together."""
    worlds: int
    checked: int
    """Worlds drawn at random nearer than β (or than the radius), of which none breaks it."""
    share: float
    """So that at most this share of them does, with 95 % confidence."""
    least: float
    """A flat side that breaks nearer than this would have been met, with 95 % confidence."""
    gap: float
    """Standard deviations between that and β (or the radius): what may have been missed."""
    stopped: bool
    """Whether worlds ran out before the search was done."""


@dataclass(frozen=True)
class _Space:
    """Directions in which a search moves the inputs: the leading ones by themselves, the others together."""

    basis: Floats
    """Orthonormal, ``[direction, input]``."""
    first: Floats
    """Where the promise is broken first, as far as worlds at random tell, ``[direction]``."""
    leading: Whole
    """Inputs moved by themselves, ``[leading]``."""


def _space(worlds: Floats, room: Floats) -> _Space:
    """The leading inputs by the slope of the promise's room through worlds at random: of its ranks, as normal scores."""
    inputs = worlds.shape[1]
    score = normal_quantile((ranks(room) + 0.5) / len(room))
    slope = fitted(worlds - worlds.mean(axis=0), score - score.mean())
    leading = np.sort(np.argsort(-np.abs(slope), kind="stable")[:LEADING])
    basis = np.eye(inputs)[leading]
    rest = slope.copy()
    rest[leading] = 0.0
    length = float(np.linalg.norm(rest))
    if length > 0:
        basis = np.concatenate((basis, rest[None] / length))
    return _Space(basis, -(basis @ slope), leading)


def search_all(inputs: Inputs, due: Sequence[Promise], worlds: int) -> tuple[list[Search], list[Promise]]:
    """One search for each promise whose outcome is known; and these promises."""
    n = len(inputs.names)
    sample = inputs.drawn(Futures(seed=inputs.runs.futures.seed, count=max(FIRST, 2 * n)))
    rooms = inputs.room(sample, due, 1)[:, :, 0]
    known = [i for i in range(len(due)) if not np.isnan(rooms[i]).any()]
    promises = [due[i] for i in known]
    if not inputs.wide:
        middle = inputs.room(np.zeros((1, n)), due, CHANCES)
        return [_still(float(np.median(middle[i]))) for i in known], promises
    spaces = [_space(sample, rooms[i]) for i in known]

    def every(asked: dict[int, Floats]) -> dict[int, Floats]:
        """All searches' worlds in one run, of which all promises are read, so that one recording does for all."""
        room = inputs.room(np.concatenate([u @ spaces[n].basis for n, u in asked.items()]), due, CHANCES)
        ends = np.cumsum([len(u) for u in asked.values()])[:-1]
        return {n: np.median(r[known[n]], axis=1) for n, r in zip(asked, np.split(room, ends, axis=1), strict=True)}

    found = abreast(every, [_search(space, inputs.runs.futures.seed, worlds) for space in spaces])
    broken = _broken(inputs, due, [(i, m, s) for i, m, s in zip(known, found, spaces, strict=True) if m.points])
    return [
        _told(m, _points(inputs, m, s), broken.get(i), len(inputs.wide), _one_by_one(inputs, s))
        for i, m, s in zip(known, found, spaces, strict=True)
    ], promises


def _search(space: _Space, seed: int, worlds: int) -> Callable[[Margin], Mildest]:
    return lambda margin: find_mildest(
        margin, len(space.basis), seed, budget=worlds, radius=RADIUS, first=space.first[None]
    )


def _broken(inputs: Inputs, due: Sequence[Promise], found: Sequence[tuple[int, Mildest, _Space]]) -> dict[int, float]:
    """By place of a promise, the share of further chances in which its nearest world breaks it."""
    if not found:
        return {}
    nearest = np.array([m.points[0].world @ s.basis for _, m, s in found])
    room = inputs.room(nearest, due, FRESH, after=CHANCES)
    return {i: float((room[i, n] < 0).mean()) for n, (i, _, _) in enumerate(found)}


def _points(inputs: Inputs, found: Mildest, space: _Space) -> tuple[Breaking, ...]:
    return tuple(_breaking(inputs, p, p.world @ space.basis) for p in found.points)


def _one_by_one(inputs: Inputs, space: _Space) -> int:
    return sum(inputs.names[i] in inputs.wide for i in space.leading)


def _told(found: Mildest, points: tuple[Breaking, ...], broken: float | None, inputs: int, one_by_one: int) -> Search:
    c = found.clear
    return Search(
        beta=found.beta, points=points, broken=broken, room=found.middle, radius=found.radius, inputs=inputs, one_by_one=one_by_one,
        worlds=found.worlds, checked=c.checked, share=c.share, least=c.least, gap=c.gap, stopped=found.stopped,
    )  # fmt: skip


def _still(room: float) -> Search:
    """Where no assumption has any width: there is one world."""
    return Search(
        beta=None, points=(), broken=None, room=room, radius=0.0, inputs=0, one_by_one=0, worlds=1, checked=0, share=1.0, least=0.0,
        gap=0.0, stopped=False,
    )  # fmt: skip


def _breaking(inputs: Inputs, point: Point, world: Floats) -> Breaking:
    """A point in natural units, most moved first."""
    there, middle = inputs.values(world[None]), inputs.values(np.zeros((1, len(world))))
    scores = {name: float(s[0]) for name, s in inputs.scores(world[None]).items() if name in inputs.wide}
    known: dict[str, Assumption] = {a.id: a for a in inputs.assumptions}
    order = sorted(scores, key=lambda name: (-abs(scores[name]), name))
    least = 0.05 * max(abs(s) for s in scores.values())
    moved = tuple(
        Moved(
            assumption=name, about=known[name.partition("@")[0]].about, value=float(there[name][0]),
            middle=float(middle[name][0]), unit=known[name.partition("@")[0]].unit, deviations=scores[name],
        )
        for name in order if abs(scores[name]) > least
    )  # fmt: skip
    return Breaking(beta=point.beta, room=point.margin, settled=point.settled, moved=moved)
