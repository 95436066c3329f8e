"""Searches for the mildest worlds that break promises, all at once, and what they found in natural units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from placeplan.core.records import Record
from placeplan.core.streams import Floats, normal_quantile
from placeplan.explore.abreast import abreast
from placeplan.explore.arrays import Whole
from placeplan.explore.mildest.breaking import Mildest, Point
from placeplan.explore.mildest.rays import Margin, crossing, fitted, unit
from placeplan.explore.mildest.search import find_mildest
from placeplan.explore.shapley import bootstrap
from placeplan.futures.assumptions import Assumption
from placeplan.futures.sample import Futures
from placeplan.plan.promises import Promise
from placeplan.stress.grid.assumed import ranks
from placeplan.stress.worlds.inputs import Inputs

CHANCES = 3
"""Chances that each world of a search meets: it breaks where the middle one of their rooms is below nothing."""
SURER = 31
"""Chances by which it is settled how far along its direction a point lies."""
ALONG = np.array([-1.0, -0.4, 0.0, 0.4, 1.0])
"""Where that is asked, in standard deviations from where the search left it."""
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
    low: float
    """Ends of its 95 % interval: what other days' chances would have made of it, along the same direction."""
    high: float
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
    room: float
    """In the middle world, in the outcome's unit."""
    radius: float
    """Searched so far out."""
    inputs: int
    """Assumptions with width, each entity's own counted."""
    one_by_one: int
    """Of them, those that were moved one by one; all others only together."""
    worlds: int
    ball: float
    """Radius of the ball that was checked: the search's own β, by fewer chances, or as far as was searched."""
    checked: int
    """Worlds drawn at random in the ball, in the directions searched, of which none breaks it."""
    share: float
    """So that at most this share of them does, with 95 % confidence."""
    least: float
    """A flat side that breaks nearer than this would have been met, with 95 % confidence."""
    gap: float
    """Standard deviations between that and the ball's radius: what may have been missed."""
    stopped: bool
    """Whether worlds ran out before the search was done."""


@dataclass(frozen=True)
class Placed:
    """A point by more chances."""

    world: Floats
    """``[input]``."""
    beta: float
    low: float
    high: float
    settled: bool


@dataclass(frozen=True)
class _Space:
    """Directions in which a search moves the inputs: the leading ones by themselves, the others together."""

    basis: Floats
    """Orthonormal, ``[direction, input]``."""
    first: Floats
    """Where the promise is broken first, as far as worlds at random tell, ``[direction]``."""
    leading: Whole
    """Inputs moved by themselves, ``[leading]``."""


def _slopes(worlds: Floats, rooms: Floats) -> Floats:
    """Slope of each promise's room through worlds at random ``[promise, input]``: of its ranks, as normal scores; rooms ``[promise, world]``."""
    score = np.array([normal_quantile((ranks(room) + 0.5) / len(room)) for room in rooms])
    return fitted(worlds - worlds.mean(axis=0), (score - score.mean(axis=1, keepdims=True)).T).T


def _space(slope: Floats) -> _Space:
    """The leading inputs by slope ``[input]``, and all others together."""
    inputs = len(slope)
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
    rooms = inputs.paired(sample, due)
    known = [i for i in range(len(due)) if not np.isnan(rooms[i]).any()]
    promises = [due[i] for i in known]
    if not known:
        return [], promises
    if not inputs.wide:
        middle = inputs.room(np.zeros((1, n)), due, CHANCES)
        return [_still(float(np.median(middle[i]))) for i in known], promises
    spaces = [_space(slope) for slope in _slopes(sample, rooms[known])]

    def every(asked: dict[int, Floats]) -> dict[int, Floats]:
        """All searches' worlds in one run, of which all promises are read, so that one recording does for all."""
        room = inputs.room(np.concatenate([u @ spaces[n].basis for n, u in asked.items()]), due, CHANCES)
        ends = np.cumsum([len(u) for u in asked.values()])[:-1]
        return {n: np.median(r[known[n]], axis=1) for n, r in zip(asked, np.split(room, ends, axis=1), strict=True)}

    found = abreast(every, [_search(space, inputs.runs.futures.seed, worlds) for space in spaces])
    placed = _centred(inputs, due, known, [_unfolded(m, s) for m, s in zip(found, spaces, strict=True)])
    return [_told(inputs, s, *p) for s, p in zip(spaces, placed, strict=True)], promises


def _search(space: _Space, seed: int, worlds: int) -> Callable[[Margin], Mildest]:
    return lambda margin: find_mildest(
        margin, len(space.basis), seed, budget=worlds, radius=RADIUS, first=space.first[None]
    )


def _unfolded(found: Mildest, space: _Space) -> Mildest:
    """What was found, with its worlds among all inputs."""
    return replace(found, points=tuple(replace(p, world=p.world @ space.basis) for p in found.points))


def _centred(
    inputs: Inputs, due: Sequence[Promise], at: Sequence[int], found: Sequence[Mildest]
) -> list[tuple[Mildest, list[Placed], float]]:
    """What was found, its points moved along their own directions to where the middle one of more chances turns, and the middle room.

    at: place of each promise among those due.
    """
    lines = [(n, p, unit(p.world)) for n, m in enumerate(found) for p in m.points]
    worlds = [np.zeros((1, len(inputs.names))), *((abs(p.beta) + ALONG)[:, None] * d for _, p, d in lines)]
    room = inputs.room(np.concatenate(worlds), due, SURER)
    points: list[list[Placed]] = [[] for _ in found]
    for i, (n, p, d) in enumerate(lines):
        first = 1 + i * len(ALONG)
        own = np.concatenate((room[at[n], first : first + len(ALONG)], room[at[n], :1]))
        points[n].append(_placed(p, d, own, inputs.runs.futures.seed))
    middle = np.median(room[:, 0], axis=1)
    return [(m, sorted(points[n], key=lambda p: abs(p.beta)), float(middle[at[n]])) for n, m in enumerate(found)]


def _placed(point: Point, direction: Floats, room: Floats, seed: int) -> Placed:
    """Where along its direction a point lies, of room ``[place, chance]`` at places along it and, last, in the middle world."""
    along = np.append(abs(point.beta) + ALONG, 0.0)

    def beta(some: Floats) -> Floats:
        middle = np.median(some, axis=1)
        return np.array([np.copysign(turn(along, middle, abs(point.beta)), middle[-1])])

    far = turn(along, np.median(room, axis=1), abs(point.beta))
    low, high = bootstrap(room, seed, "mildest", beta, times=200)
    return Placed(far * direction, float(beta(room)[0]), float(low[0]), float(high[0]), point.settled)


def turn(along: Floats, room: Floats, near: float) -> float:
    """Where along a line the room turns from one side of nothing to the other: of several places the one nearest to this; else this.

    Straight between the places asked, ``[place]``.

    >>> turn(np.array([0.0, 1.0, 2.0]), np.array([3.0, 1.0, -1.0]), 1.9), turn(np.array([0.0, 1.0]), np.array([3.0, 1.0]), 1.2)
    (1.5, 1.2)
    """
    order = np.argsort(along, kind="stable")
    x, y = along[order], room[order]
    turns = [
        crossing(*x[j : j + 2].tolist(), *y[j : j + 2].tolist())
        for j in range(len(x) - 1)
        if (y[j] < 0) != (y[j + 1] < 0)
    ]
    return min(turns, key=lambda t: abs(t - near), default=near)


def _told(inputs: Inputs, space: _Space, found: Mildest, points: Sequence[Placed], middle: float) -> Search:
    c = found.clear
    return Search(
        beta=points[0].beta if points else None, points=tuple(_breaking(inputs, points)), room=middle,
        radius=found.radius, inputs=len(inputs.wide), one_by_one=sum(inputs.names[i] in inputs.wide for i in space.leading),
        worlds=found.worlds, ball=c.radius, checked=c.checked, share=c.share, least=c.least, gap=c.gap, stopped=found.stopped,
    )  # fmt: skip


def _still(room: float) -> Search:
    """Where no assumption has any width: there is one world."""
    return Search(
        beta=None, points=(), room=room, radius=0.0, inputs=0, one_by_one=0, worlds=1, ball=0.0, checked=0, share=1.0, least=0.0,
        gap=0.0, stopped=False,
    )  # fmt: skip


def _breaking(inputs: Inputs, points: Sequence[Placed]) -> Iterator[Breaking]:
    """Each point in natural units, most moved first."""
    if not points:
        return
    worlds = np.array([p.world for p in points])
    values, scores = inputs.values(np.concatenate((worlds, np.zeros((1, len(inputs.names)))))), inputs.scores(worlds)
    known: dict[str, Assumption] = {a.id: a for a in inputs.assumptions}
    for n, p in enumerate(points):
        own = {name: float(scores[name][n]) for name in inputs.wide}
        least = 0.05 * max(abs(s) for s in own.values())
        moved = tuple(
            Moved(
                assumption=name, about=known[name.partition("@")[0]].about, value=float(values[name][n]),
                middle=float(values[name][-1]), unit=known[name.partition("@")[0]].unit, deviations=own[name],
            )
            for name in sorted(own, key=lambda name: (-abs(own[name]), name)) if abs(own[name]) > least
        )  # fmt: skip
        yield Breaking(beta=p.beta, low=p.low, high=p.high, settled=p.settled, moved=moved)
