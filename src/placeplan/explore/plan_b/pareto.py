"""Designs none of which is beaten in everything: ranks, crowding, and the next generation of NSGA-II on a grid.

Source: Deb, Pratap, Agarwal and Meyarivan (2002) IEEE Trans Evol Comput 6:182. Less is better throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from placeplan.core import streams
from placeplan.core.streams import Floats
from placeplan.explore.arrays import Flags
from placeplan.explore.plan_b.space import Designs, Space, distinct

Places = np.ndarray[Any, np.dtype[np.int64]]
BLOCK = 256
CROSSED = 0.9
"""Share of children that have two parents."""


def boxed(values: Floats, steps: Floats) -> Floats:
    """Values in whole steps, ``[design, objective]``, so that what differs by less is often a tie; a step of 0 leaves them as they are.

    Source: Laumanns, Thiele, Deb and Zitzler (2002) Evol Comput 10:263.

    >>> boxed(np.array([[0.74, 3.2]]), np.array([0.05, 0.0])).tolist()
    [[14.0, 3.2]]
    """
    safe = np.where(steps > 0, steps, 1.0)
    found: Floats = np.where(steps > 0, np.floor(values / safe + 1e-9), values)
    return found


def beating(values: Floats, others: Floats) -> Flags:
    """Whether each is no worse than each other in everything and better in something, ``[design, other]``."""
    better = np.zeros((len(values), len(others)), dtype=bool)
    worse = better.copy()
    for mine, theirs in zip(values.T, others.T, strict=True):
        better |= mine[:, None] < theirs
        worse |= mine[:, None] > theirs
    found: Flags = better & ~worse
    return found


def ranks(values: Floats, enough: int | None = None) -> Places:
    """0 for those that none beats, 1 for those that only they beat, and so on, ``[design]`` from ``[design, objective]``.

    enough: once so many have a rank, all others have the next.

    >>> ranks(np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0], [3.0, 3.0]])).tolist()
    [0, 0, 1, 2]
    """
    found = np.full(len(values), -1, dtype=np.int64)
    beats = beating(values, values)
    left = beats.sum(axis=0)
    rank, ranked = 0, 0
    while ranked < min(len(values), len(values) if enough is None else enough):
        front = (found < 0) & (left == 0)
        found[front] = rank
        left = left - beats[front].sum(axis=0)
        rank, ranked = rank + 1, ranked + int(front.sum())
    found[found < 0] = rank
    return found


def front(values: Floats) -> Flags:
    """Which none beats, ``[design]``.

    >>> front(np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]])).tolist()
    [True, True, False, True]
    """
    found = np.ones(len(values), dtype=bool)
    for low in range(0, len(values), BLOCK):
        found[low : low + BLOCK] = ~beating(values, values[low : low + BLOCK]).any(axis=0)
    return found


def crowding(values: Floats, rank: Places) -> Floats:
    """How far apart the neighbours of each stand in its rank, over all objectives; endless at the ends, ``[design]``.

    >>> crowding(np.array([[0.0, 4.0], [1.0, 3.0], [4.0, 0.0]]), np.zeros(3, dtype=np.int64)).tolist()
    [inf, 2.0, inf]
    """
    found = np.zeros(len(values))
    for r in range(int(rank.max(initial=-1)) + 1):
        at = np.flatnonzero(rank == r)
        for column in values[at].T:
            order = np.argsort(column, kind="stable")
            reach = float(column[order[-1]] - column[order[0]])
            if reach > 0:
                found[at[order[[0, -1]]]] = np.inf
                found[at[order[1:-1]]] += (column[order[2:]] - column[order[:-2]]) / reach
    return found


def best(values: Floats, count: int) -> Places:
    """Places of the best: by rank, then the least crowded, then the first, ``[design]``."""
    rank = ranks(values, count)
    return np.lexsort((-crowding(values, rank), rank))[:count].astype(np.int64)


def draws(seed: int, process: str, names: Sequence[str], count: int, step: int) -> Floats:
    """Uniform numbers that belong to names, ``[name, count]``."""
    words: streams.Words = streams.words(
        streams.keys(seed, process, list(names)), np.arange(count, dtype=np.uint64), step
    )
    return streams.uniform(words)


def children(space: Space, parents: Designs, values: Floats, count: int, seed: int, step: int) -> Designs:
    """New designs from good ones: winners of twos are crossed lever by lever, then about one lever of each is moved.

    Args:
        space: what may be changed.
        parents: designs, ``[design, lever]``.
        values: how good they are, ``[design, objective]``.
        count: designs asked for; fewer come back where some are equal or beyond mending.
        seed: of the run.
        step: number of the generation.
    """
    rank = ranks(values)
    standing = np.empty(len(parents), dtype=np.int64)
    standing[np.lexsort((-crowding(values, rank), rank))] = np.arange(len(parents))
    met = (draws(seed, "meet", ["1", "2", "3", "4"], count, step) * len(parents)).astype(np.int64)
    mother, father = (np.where(standing[a] <= standing[b], a, b) for a, b in ((met[0], met[1]), (met[2], met[3])))
    alone = draws(seed, "alone", [""], count, step)[0] >= CROSSED
    from_father = (draws(seed, "cross", space.names, count, step).T < 0.5) & ~alone[:, None]
    young = np.where(from_father, parents[father], parents[mother])
    return distinct(space.mended(moved(space, young, seed, step), _undo(space, count, seed, step)))


def moved(space: Space, designs: Designs, seed: int, step: int) -> Designs:
    """About one lever of each design set to another of its values, any as likely."""
    sizes = np.array(space.sizes)
    chance = 1.0 / max(1, len(sizes)) > draws(seed, "move", space.names, len(designs), step).T
    by = (draws(seed, "move to", space.names, len(designs), step).T * np.maximum(sizes - 1, 1)).astype(np.int64) + 1
    found: Designs = np.where(chance & (sizes > 1), (designs + by) % sizes, designs)
    return found


def scattered(space: Space, count: int, seed: int, step: int) -> Designs:
    """Designs anywhere: of each a share of levers, itself drawn, is set to another value, any as likely."""
    sizes = np.array(space.sizes)
    share = draws(seed, "share", [""], count, step)[0]
    chance = share[:, None] > draws(seed, "scatter", space.names, count, step).T
    by = (draws(seed, "scatter to", space.names, count, step).T * np.maximum(sizes - 1, 1)).astype(np.int64) + 1
    made = np.where(chance & (sizes > 1), (space.planned + by) % sizes, space.planned)
    return distinct(space.mended(made, _undo(space, count, seed, step)))


def _undo(space: Space, count: int, seed: int, step: int) -> Floats:
    """Which levers of each design are undone first where it is beyond a budget, ``[design, lever]``."""
    return draws(seed, "mend", space.names, count, step).T


def around(space: Space, design: Designs, seed: int, step: int) -> Designs:
    """All neighbours of a design, others undone where a budget wants it (`Space.around`)."""
    return space.around(design, _undo(space, 1, seed, step)[0])


def undone(space: Space, bases: Designs, count: int, seed: int, step: int) -> Designs:
    """Bases with a share of their changes undone, itself drawn, any as likely, ``[design, lever]``."""
    which = (draws(seed, "undo of", [""], count, step)[0] * len(bases)).astype(np.int64)
    share = draws(seed, "undo share", [""], count, step)[0]
    back = draws(seed, "undo", space.names, count, step).T
    return distinct(space.settled(np.where(back <= share[:, None], space.planned, bases[which])))
