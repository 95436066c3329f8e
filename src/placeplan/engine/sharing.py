"""Which lanes of a replay share what, and in which levels it pays to run their program."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.core.streams import Floats, Words
from placeplan.engine.levels import COSTS, MANY, MOST, Level, divide, hefts, weighed
from placeplan.engine.loop import LANES
from placeplan.engine.operations import KINDS
from placeplan.engine.prune import Program

SPARED = 2.0
"""Tiles of `UNIT` lanes that have to be spared before lanes share what they have in common: taking a program apart takes as long as one or two."""
UNIT = 128
"""Lanes of the tile in which work is told, whatever tiles are in use."""
FIXED = 0.25
"""Share of what such a tile takes that one of any width takes: reading the program and finding its operations."""
AGAIN = 5000.0
"""Operations that take as long as beginning a level once more."""
EVERY = 16
"""One in so many operations is looked at, to find how much hangs on an input."""


@dataclass(frozen=True)
class Shared:
    """A program in levels, and for which lanes each is run."""

    levels: tuple[Level, ...]
    kinds: tuple[Any, ...]
    """By level, the kind of each lane: lanes of one kind share all that it hangs on, ``[lane]``. Kinds of a level stand in the order
    of those of the level before."""
    lanes: tuple[Any, ...]
    """By level, one lane of each kind, ``[kind]``."""


@dataclass
class Sharing:
    """Finds what lanes of a program share; the last division of the program is kept."""

    program: Program
    _last: tuple[bytes, tuple[Level, ...]] | None = field(default=None, repr=False)

    @cached_property
    def work(self) -> float:
        """Operations of the program, a count as many as it takes as long as."""
        found: float = COSTS[self.program.code[:, 0] // KINDS].sum()
        return found

    @cached_property
    def hefts(self) -> Any:
        """About how much of the program's work hangs on each input, ``[input]``."""
        p = self.program
        return hefts(p.code, p.rows, len(p.inputs), MANY, COSTS, EVERY)

    def of(self, given: Floats, futures: Words) -> Shared | None:
        """What lanes share, by their inputs ``[input, lane]`` and futures ``[lane]``; None where it would spare too little."""
        level, _ = self.cheapest(given, futures)
        return None if level is None else self.at(level, given, futures)

    def cheapest(self, given: Floats, futures: Words) -> tuple[Any, float]:
        """The level at which each input is best first read, ``[input]``, and what all takes then, in operations of a tile of `UNIT` lanes.

        None where it would spare too little.
        """
        numbers, future = np.unique(futures, return_inverse=True)
        whole = fewest(len(futures))
        if whole - fewest(len(numbers)) < SPARED:
            return None, whole * self.work
        own = differing(given, future)
        own = own[np.argsort(-self.hefts[own], kind="stable")]  # what moves most comes first
        rank = np.zeros(len(given), np.int32)
        rank[own] = np.arange(1, len(own) + 1)
        p = self.program
        work, read = weighed(p.code, p.rows, rank, len(own) + 1, MANY, COSTS)
        cuts, cost = cheapest(work, read, how_many(given, future, own))
        if (whole - SPARED) * self.work < cost:
            return None, whole * self.work
        return np.searchsorted(cuts, rank, side="right"), cost

    def at(self, level: Any, given: Floats, futures: Words) -> Shared:
        """What lanes share where each input is first read at its level, ``[input]``, whatever it spares."""
        levels = self._divided(level.astype(np.int32))
        kind = np.unique(futures, return_inverse=True)[1]
        kinds, lanes = [], []
        for own in levels:
            kind = together(kind, given[own.inputs])
            kinds.append(kind)
            lanes.append(np.unique(kind, return_index=True)[1])
        return Shared(levels, tuple(kinds), tuple(lanes))

    def _divided(self, level: Any) -> tuple[Level, ...]:
        known = self._last
        if known is None or known[0] != level.tobytes():
            known = self._last = level.tobytes(), divide(self.program, level)
        return known[1]


def tiles(lanes: Any, many: Any) -> Any:
    """What so many lanes take in so many tiles, in tiles of `UNIT` lanes.

    >>> tiles(128, 1), tiles(256, 1), tiles(256, 2)
    (1.0, 1.75, 2.0)
    """
    return FIXED * many + (1.0 - FIXED) * lanes / UNIT


def fewest(lanes: int) -> float:
    """What so many lanes take in as few tiles as may be."""
    return float(tiles(lanes, -(-lanes // LANES)))


def differing(given: Floats, future: Any) -> Any:
    """Places of the inputs in which lanes of one future differ in any bit."""
    order = np.argsort(future, kind="stable")
    same = np.diff(future[order]) == 0
    bits = (np.ascontiguousarray(row).view(np.int64)[order] for row in given)
    return np.flatnonzero([np.any((row[1:] != row[:-1]) & same) for row in bits])


def how_many(given: Floats, future: Any, places: Any) -> Any:
    """About how many lanes are left where those that share their future and the first inputs are one, ``[1 + input]``.

    It goes by a hash, as nothing but the choice of levels hangs on it.
    """
    mixed = (future + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    found = [int(future.max()) + 1]
    for place in places:
        mixed = (mixed ^ np.ascontiguousarray(given[place]).view(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        found.append(len(mixed) if found[-1] == len(mixed) else len(np.unique(mixed)))
    return np.array(found)


def together(kind: Any, values: Floats) -> Any:
    """Lanes of one kind that share some values too, bit for bit ``[value, lane]``: a finer kind, in the order of the first."""
    if not len(values):
        return kind
    rows = np.ascontiguousarray(values.T)
    _, alike = np.unique(rows.view(f"V{rows[0].nbytes}")[:, 0], return_inverse=True)
    alike = alike.reshape(-1)
    found: Any = np.unique(kind * (int(alike.max()) + 1) + alike, return_inverse=True)[1]
    return found.reshape(-1)


def cheapest(work: Any, read: Any, lanes: Any) -> tuple[Any, float]:
    """The ranks at which further levels begin, so that all takes least, and what it takes, in operations of a tile of `UNIT` lanes.

    Each level is run in tiles of the lanes left at its highest rank; those that share a tile of the level before are run together.

    Args:
        work: to be done at each rank, ``[rank]``.
        read: rows of each rank that are read at each other, ``[of, by]``.
        lanes: left at each rank, ``[rank]``.

    >>> cuts, cost = cheapest(np.array([90_000.0, 0.0, 10_000.0]), np.zeros((3, 3)), np.array([256, 256, 2560]))
    >>> cuts.tolist(), cost
    ([1], 428750.0)
    """
    ranks = len(work)
    done, handed = np.append(0.0, np.cumsum(work)), np.zeros((ranks + 1, ranks + 1))
    handed[1:, 1:] = read.cumsum(axis=0).cumsum(axis=1)
    cost, ran, levels = np.zeros(ranks + 1), np.ones(ranks + 1), np.zeros(ranks + 1, np.int64)
    begins = np.zeros(ranks + 1, np.int64)
    for end in range(1, ranks + 1):
        start = np.arange(end)
        times = ran[:end] * np.ceil(lanes[end - 1] / ran[:end] / LANES)
        own = done[end] - done[:end] + handed[:end, end] - handed[start, start] + AGAIN
        whole = np.where(levels[:end] < MOST, cost[:end] + own * tiles(lanes[end - 1], times), np.inf)
        best = begins[end] = np.argmin(whole)
        cost[end], ran[end], levels[end] = whole[best], times[best], levels[best] + 1
    cuts, at = [], int(begins[ranks])
    while at:
        cuts.append(at)
        at = int(begins[at])
    return np.array(cuts[::-1], dtype=np.int64), float(cost[ranks])
