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
from placeplan.engine.halves import Halves
from placeplan.engine.loop import LANES, Given, run
from placeplan.engine.prune import Program
from placeplan.engine.words import tables

SPARED = 2
"""Tiles that have to be spared before lanes share what they have in common."""

SQUARE = 256
"""Outputs and futures that are turned over at once: few enough to stay near the processor."""

LINE = 64
"""Bytes that a processor reads at once."""


def replay(
    program: Program, inputs: Mapping[str, Any], futures: Words, threads: int = 1, halves: Callable[[], Halves] | None = None
) -> Floats:  # fmt: skip
    """What a program yields in some futures.

    Args:
        program: what is done.
        inputs: by name, the values that differ by future, ``[future]``.
        futures: numbers of the futures, ``uint64[future]``.
        threads: among which tiles are divided; they change no bit.
        halves: the program in two halves, where what lanes share may be run once for them; that changes no bit either.

    Returns:
        ``[output, future]``.
    """
    given = np.empty((len(program.inputs), len(futures)))
    for n, name in enumerate(program.inputs):
        given[n] = inputs[name]
    found = np.empty((program.outputs, len(futures)))
    shared = _shared(given, futures, halves) if halves else None
    if shared is None:
        _each(program, given, futures, found, threads)
    else:
        _halved(*shared, given, futures, found, threads)
    return found


def _each(program: Program, given: Floats, futures: Words, found: Floats, threads: int) -> None:
    """Every tile of lanes by itself; given ``[input, lane]``, found ``[output, lane]``."""
    count = len(futures)

    def tiles(some: Iterable[int]) -> None:
        place = _Place(program.rows)
        for first in some:
            at = np.minimum(np.arange(first, first + LANES), count - 1)
            place.run(program, _own(given, futures, at), found, first)

    _divided(tiles, range(0, count, LANES), threads)


def _shared(given: Floats, futures: Words, halves: Callable[[], Halves]) -> tuple[Halves, Any, Any] | None:
    """Both halves of a program, one lane of each kind that has the first half in common, and the kind of each lane.

    None where it would spare too few tiles.
    """
    tiles = _tiles(futures)
    if tiles - _tiles(np.unique(futures)) < SPARED:
        return None
    both = halves()
    key = np.ascontiguousarray(np.vstack([given[both.heavy], futures.view(np.float64)]).T)
    _, lane, kind = np.unique(key.view(f"V{key[0].nbytes}")[:, 0], return_index=True, return_inverse=True)
    return (both, lane, kind.reshape(-1)) if tiles - _tiles(lane) >= SPARED else None


def _tiles(lanes: Any) -> int:
    return -(-len(lanes) // LANES)


def _halved(both: Halves, lane: Any, kind: Any, given: Floats, futures: Words, found: Floats, threads: int) -> None:
    """A tile of kinds at a time: the first half of one lane of each, then the second half of all lanes of these kinds."""
    order = np.argsort(kind, kind="stable")
    ends = np.searchsorted(kind[order], np.arange(0, len(lane) + LANES, LANES))

    def tiles(some: Iterable[int]) -> None:
        place = _Place(both.first.rows)
        handed, own = np.empty((both.first.outputs, LANES)), np.empty((len(found), LANES))
        for first in some:
            at = lane[np.minimum(np.arange(first, first + LANES), len(lane) - 1)]
            start = _own(given, futures, at)
            place.run(both.first, start, handed, 0)
            lanes = order[ends[first // LANES] : ends[first // LANES + 1]]
            for few in (lanes[low : low + LANES] for low in range(0, len(lanes), LANES)):
                at = few[np.minimum(np.arange(LANES), len(few) - 1)]
                inputs = np.ascontiguousarray(given[:, at])
                place.run(both.second, Given(inputs, start.by_future, handed, kind[at] - first), own, 0)
                found[:, few] = own[:, : len(few)]

    _divided(tiles, range(0, len(lane), LANES), threads)


class _Place:
    """Where one thread runs its tiles."""

    def __init__(self, rows: int) -> None:
        self.rows, self.room = aligned(rows, LANES), counts.room(LANES)

    def run(self, program: Program, given: Given, found: Floats, first: int) -> None:
        """One tile."""
        run(program.code, program.constants, program.keys, given, self.rows, found, first, self.room, tables())


def _own(given: Floats, futures: Words, at: Any) -> Given:
    """What some lanes start from, by their places; nothing is handed on to them."""
    by_future = np.empty(LANES, np.uint64)
    words.by_future_row(np.ascontiguousarray(futures[at]), by_future)
    return Given(np.ascontiguousarray(given[:, at]), by_future, np.zeros((1, LANES)), np.zeros(LANES, np.int64))


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
