"""A program run for any futures: rows of a tile of futures go through every operation, tile by tile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, takewhile
from threading import Event
from typing import Any

import numpy as np

from placeplan.core.streams import Floats, Words
from placeplan.engine import counts, words
from placeplan.engine.loop import LANES, STEP, Given, Kept, run
from placeplan.engine.prune import Program
from placeplan.engine.sharing import Shared, Sharing
from placeplan.engine.words import tables

FEW = 64
"""Lanes for each thread up to which one tile takes them all: two would take more of the processor's time than they spare."""
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
    each = in_blocks(program, inputs, futures, [1] * program.outputs, threads, sharing)
    return np.array(each).reshape(program.outputs, len(futures))


def in_blocks(
    program: Program, inputs: Mapping[str, Any], futures: Words, sizes: Sequence[int], threads: int = 1, sharing: Sharing | None = None
) -> list[Floats]:  # fmt: skip
    """The same in blocks of so many outputs that follow each other, ``[future, output of the block]`` each."""
    count, given = len(futures), laid_out(program, inputs, len(futures))
    found, first, none = np.empty(program.outputs * count), np.cumsum([0, *sizes]), np.zeros(0, np.int64)
    start = np.repeat(first[:-1] * (count - 1), sizes) + np.arange(program.outputs)
    kept = Kept(found, start, np.repeat(np.array(sizes, np.int64), sizes), none, none)
    shared = sharing.of(given, futures) if sharing else None
    if shared is None:
        _each(program, given, futures, kept, threads)
    else:
        _levelled(shared, given, futures, kept, threads)
    return [found[a * count : b * count].reshape(count, -1) for a, b in pairwise(first)]


def laid_out(program: Program, inputs: Mapping[str, Any], count: int) -> Floats:
    """The inputs that a program reads, ``[input, future]``."""
    given = np.empty((len(program.inputs), count))
    for n, name in enumerate(program.inputs):
        given[n] = inputs[name]
    return given


def tiles_of(count: int, threads: int = 1) -> list[Any]:
    """So many lanes in tiles, each but the last a whole number of steps wide, for all threads alike where they are not few.

    >>> [len(t) for t in tiles_of(300)], [len(t) for t in tiles_of(1000, 2)], [len(t) for t in tiles_of(100, 2)]
    ([160, 140], [256, 256, 256, 232], [100])
    """
    many = max(1, -(-count // LANES))
    if count > threads * FEW:
        many = -(-many // threads) * threads
    wide = whole(-(-count // many))
    return [np.arange(first, min(first + wide, count)) for first in range(0, count, wide)]


def whole(lanes: int) -> int:
    """Width of the tile for so many lanes.

    >>> [whole(n) for n in (1, 32, 33)]
    [32, 32, 64]
    """
    return -(-lanes // STEP) * STEP


def _each(program: Program, given: Floats, futures: Words, kept: Kept, threads: int) -> None:
    """Every tile of lanes by itself; given ``[input, lane]``."""
    tiles = tiles_of(len(futures), threads)

    def run_tiles(some: Iterable[Any]) -> None:
        place = _Place(program.rows)
        none = np.zeros(1, np.int64)
        for lanes in some:
            at = filled_up(lanes)
            own = Given(
                np.ascontiguousarray(given[:, at]), by_future(futures[at]), np.zeros(1), none, none, np.zeros((1, 1), np.int64)
            )  # fmt: skip
            place.run(program, own, np.empty((1, 1)), kept._replace(to=lanes, of=np.arange(len(lanes))))

    _divided(run_tiles, tiles, threads)


def _levelled(shared: Shared, given: Floats, futures: Words, kept: Kept, threads: int) -> None:
    """A tile of kinds of the first level at a time, with all that hangs on them, so that no thread is idle."""

    def run_tiles(some: Iterable[Any]) -> None:
        descent = Descent(shared, given, futures, kept)
        for kinds in some:
            descent.run(0, kinds)

    _divided(run_tiles, tiles_of(len(shared.lanes[0]), threads), threads)


class Descent:
    """Runs the levels of a program, each tile with all that hangs on it, in one thread."""

    def __init__(self, shared: Shared, given: Floats, futures: Words, kept: Kept) -> None:
        self.shared, self.given, self.futures, self.kept = shared, given, futures, kept
        levels, lanes = shared.levels, [min(LANES, whole(len(own))) for own in shared.lanes]
        sizes = [level.left * many for level, many in zip(levels, lanes, strict=True)]
        self.lanes, self.begins = np.array(lanes), np.cumsum([0, *sizes[:-1]])
        self.handed = np.empty(sum(sizes))
        self.left = [
            self.handed[first : first + size].reshape(level.left, many)
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

    def run(self, n: int, kinds: Any) -> None:
        """Level n for kinds that follow each other, at most a tile of them, then all further levels for what hangs on them."""
        level, low = self.shared.levels[n], int(kinds[0])
        self.first[n], at = low, filled_up(kinds)
        lane = self.shared.lanes[n][at]
        of = np.ascontiguousarray(self.above[n][:, at] - self.first[:, None])
        inputs = np.ascontiguousarray(self.given[np.ix_(level.inputs, lane)])
        own = Given(inputs, by_future(self.futures[lane]), self.handed, self.begins, self.lanes, of)
        start, end = self.ends[n][low], self.ends[n][low + len(kinds)]
        lanes = self.order[start:end]
        kept = self.kept._replace(to=lanes, of=self.shared.kinds[n][lanes] - low)
        self.place.run(level.program, own, self.left[n], kept)
        if n + 1 < len(self.shared.levels):
            first, last = (int(self.shared.kinds[n + 1][self.order[k]]) for k in (start, end - 1))
            for some in tiles_of(last + 1 - first):
                self.run(n + 1, first + some)


class _Place:
    """Where one thread runs its tiles."""

    def __init__(self, rows: int) -> None:
        self.values, self.room = aligned(rows * LANES), counts.room(LANES)

    def run(self, program: Program, given: Given, left: Floats, kept: Kept) -> None:
        """One tile."""
        wide = len(given.by_future)
        rows = self.values[: program.rows * wide].reshape(program.rows, wide)
        run(program.code, program.constants, program.keys, given, rows, left, kept, self.room, tables())


def filled_up(lanes: Any) -> Any:
    """Some lanes, the last of them again and again up to the width of a tile.

    >>> filled_up(np.array([4, 7]))[:5].tolist(), len(filled_up(np.arange(33)))
    ([4, 7, 7, 7, 7], 64)
    """
    return lanes[np.minimum(np.arange(whole(len(lanes))), len(lanes) - 1)]


def by_future(futures: Words) -> Words:
    """The futures' part of the hash of their words, ``[lane]``."""
    found = np.empty(len(futures), np.uint64)
    words.by_future_row(np.ascontiguousarray(futures), found)
    return found


def _divided(run_tiles: Callable[[Iterable[Any]], None], tiles: Sequence[Any], threads: int) -> None:
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


def aligned(count: int) -> Floats:
    """Zeros that begin where one of the processor's lines does, or reading a row of them would often take two.

    >>> aligned(300).ctypes.data % LINE
    0
    """
    room = np.zeros(count + LINE // 8)
    first = -room.ctypes.data % LINE // 8
    return room[first : first + count]
