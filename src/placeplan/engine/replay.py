"""A program run for any futures: rows of a tile of futures go through every operation, tile by tile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from threading import Event
from typing import Any

import numpy as np

from placeplan.core.streams import Floats, Words
from placeplan.engine import counts, words
from placeplan.engine.loop import LANES, Given, run
from placeplan.engine.prune import Program
from placeplan.engine.sharing import Shared, Sharing
from placeplan.engine.words import tables

SQUARE = 256
"""Outputs and futures that are turned over at once: few enough to stay near the processor."""

LINE = 64
"""Bytes that a processor reads at once."""


def replay(
    program: Program, inputs: Mapping[str, Any], futures: Words, threads: int = 1, sharing: Sharing | None = None
) -> Floats:
    """What a program yields in some futures.

    Args:
        program: what is done.
        inputs: by name, the values that differ by future, ``[future]``.
        futures: numbers of the futures, ``uint64[future]``.
        threads: among which tiles are divided; they change no bit.
        sharing: finds what lanes share, so that it may be run once for them; that changes no bit either.

    Returns:
        ``[output, future]``.
    """
    given = laid_out(program, inputs, len(futures))
    found = np.empty((program.outputs, len(futures)))
    shared = sharing.of(given, futures) if sharing else None
    if shared is None:
        _each(program, given, futures, found, threads)
    else:
        _levelled(shared, given, futures, found, threads)
    return found


def laid_out(program: Program, inputs: Mapping[str, Any], count: int) -> Floats:
    """The inputs that a program reads, ``[input, future]``."""
    given = np.empty((len(program.inputs), count))
    for n, name in enumerate(program.inputs):
        given[n] = inputs[name]
    return given


def _each(program: Program, given: Floats, futures: Words, found: Floats, threads: int) -> None:
    """Every tile of lanes by itself; given ``[input, lane]``, found ``[output, lane]``."""
    count = len(futures)

    def run_tiles(some: Iterable[int]) -> None:
        place = _Place(program.rows)
        for first in some:
            at = np.minimum(np.arange(first, first + LANES), count - 1)
            place.run(program, _own(given, futures, at), found, first)

    _divided(run_tiles, range(0, count, LANES), threads)


def _levelled(shared: Shared, given: Floats, futures: Words, found: Floats, threads: int) -> None:
    """A tile of kinds of the first level at a time, with all that hangs on them, so that no thread is idle."""
    kinds = len(shared.lanes[0])
    wide = min(LANES, -(-kinds // threads))

    def run_tiles(some: Iterable[int]) -> None:
        descent = Descent(shared, given, futures, found, wide)
        for first in some:
            descent.run(0, first, min(first + wide, kinds))

    _divided(run_tiles, range(0, kinds, wide), threads)


class Descent:
    """Runs the levels of a program, each tile with all that hangs on it, in one thread."""

    def __init__(self, shared: Shared, given: Floats, futures: Words, found: Floats, wide: int) -> None:
        self.shared, self.given, self.futures, self.found = shared, given, futures, found
        levels, lanes = shared.levels, [min(LANES, len(own)) for own in shared.lanes]
        lanes[0] = min(lanes[0], wide)
        sizes = [level.program.outputs * many for level, many in zip(levels, lanes, strict=True)]
        self.lanes, self.begins = np.array(lanes), np.cumsum([0, *sizes[:-1]])
        self.handed = np.empty(sum(sizes))
        self.left = [
            self.handed[first : first + size].reshape(level.program.outputs, many)
            for first, size, level, many in zip(self.begins, sizes, levels, lanes, strict=True)
        ]
        self.first = np.zeros(len(levels), np.int64)
        self.above = [np.stack([kind[own] for kind in shared.kinds]) for own in shared.lanes]
        self.order = np.argsort(shared.kinds[-1], kind="stable")
        self.ends = [
            np.searchsorted(kind[self.order], np.arange(len(own) + 1))
            for kind, own in zip(shared.kinds, shared.lanes, strict=True)
        ]
        self.place = _Place(max(level.program.rows for level in levels))

    def run(self, n: int, low: int, high: int) -> None:
        """Level n for kinds from low up to high, at most a tile of them, then all further levels for what hangs on them."""
        level, self.first[n] = self.shared.levels[n], low
        at = np.minimum(np.arange(low, low + LANES), high - 1)
        lane = self.shared.lanes[n][at]
        by_future = np.empty(LANES, np.uint64)
        words.by_future_row(np.ascontiguousarray(self.futures[lane]), by_future)
        of = self.above[n][:, at] - self.first[:, None]
        inputs = self.given[np.ix_(level.inputs, lane)]
        self.place.run(
            level.program, Given(inputs, by_future, self.handed, self.begins, self.lanes, of), self.left[n], 0
        )
        lanes = self.order[self.ends[n][low] : self.ends[n][high]]
        own = self.shared.kinds[n][lanes] - low
        for outcome, at_ in zip(level.outcomes, level.at, strict=True):
            self.found[outcome, lanes] = self.left[n][at_, own]
        if n + 1 < len(self.shared.levels):
            start, end = (self.shared.kinds[n + 1][self.order[k]] for k in (self.ends[n][low], self.ends[n][high] - 1))
            for first in range(start, end + 1, LANES):
                self.run(n + 1, first, min(first + LANES, end + 1))


class _Place:
    """Where one thread runs its tiles."""

    def __init__(self, rows: int) -> None:
        self.rows, self.room = aligned(rows, LANES), counts.room(LANES)

    def run(self, program: Program, given: Given, found: Floats, first: int) -> None:
        """One tile."""
        run(program.code, program.constants, program.keys, given, self.rows, found, first, self.room, tables())


def _own(given: Floats, futures: Words, at: Any) -> Given:
    """What some lanes start from, by their places; nothing is handed on to them."""
    by_future, none = np.empty(LANES, np.uint64), np.zeros(1, np.int64)
    words.by_future_row(np.ascontiguousarray(futures[at]), by_future)
    inputs = np.ascontiguousarray(given[:, at])
    return Given(inputs, by_future, np.zeros(1), none, none, np.zeros((1, LANES), np.int64))


def _divided(run_tiles: Callable[[Iterable[int]], None], tiles: range, threads: int) -> None:
    """Tiles divided among threads, each of which takes every so many of them; where one fails the others end with their tile."""
    if min(threads, len(tiles)) <= 1:
        run_tiles(tiles)
        return
    stopped = Event()
    with ThreadPoolExecutor(threads) as pool:
        try:
            each = (takewhile(lambda _: not stopped.is_set(), tiles[n::threads]) for n in range(threads))
            list(pool.map(run_tiles, each))
        except BaseException:
            stopped.set()
            raise


def turned_over(values: Floats) -> Floats:
    """``[output, future]`` → ``[future, output]``, square by square: in one go it takes three times as long.

    >>> turned_over(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])).tolist()
    [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    """
    outputs, count = values.shape
    found = np.empty((count, outputs))
    for row in range(0, outputs, SQUARE):
        for future in range(0, count, SQUARE):
            square = slice(row, row + SQUARE), slice(future, future + SQUARE)
            found[square[::-1]] = values[square].T
    return found


def aligned(rows: int, width: int) -> Floats:
    """Rows of zeros that begin where the processor's lines do, or reading one would often take two.

    >>> aligned(3, 128).ctypes.data % LINE
    0
    """
    room = np.zeros(rows * width + LINE // 8)
    first = -room.ctypes.data % LINE // 8
    return room[first : first + rows * width].reshape(rows, width)
