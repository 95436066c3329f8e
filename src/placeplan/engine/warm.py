"""Everything compiled beforehand, so that the first run of many futures need not wait for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from placeplan.core.quantiles import binomial, exp
from placeplan.core.streams import halves, words
from placeplan.engine import counts
from placeplan.engine.compiled import alone, folder
from placeplan.engine.lanes import Lanes
from placeplan.engine.loop import LANES, of_one, of_two
from placeplan.engine.operations import Op
from placeplan.engine.prune import Program, shorten
from placeplan.engine.replay import replay
from placeplan.engine.sharing import Sharing
from placeplan.engine.steps import Numbers
from placeplan.engine.tape import Tape
from placeplan.engine.words import by_future_row, lower_row, tables, upper_row


@cache
def warm(*, wait: bool = True) -> None:
    """Compiles what is not compiled yet; where one does not wait, what no other process is at, but for what comes last.

    What is compiled is kept for this version of the engine (`engine.compiled`), so it is quick the next time. Where
    files can be locked, several processes divide it: each compiles a piece that no other is at, and takes over the others'.
    """
    pieces = {"program": _program, "binomial": _binomial, "negative binomial": _negative_binomial, "words": _words}
    for waits in (False, True) if wait else (False,):
        for name, piece in tuple(pieces.items()):
            with alone(name, wait=waits) as mine:
                if mine:
                    with _uncollected():
                        piece()
                    del pieces[name]
    if not wait:
        return
    with alone("replay", wait=True), _uncollected():  # calls the others
        program, lanes = _program(), 3 * LANES
        futures, given = np.zeros(lanes, dtype=np.uint64), np.ones((1, lanes))
        given[0, 1:] = 2.0
        replay(program, {"mean": given[0]}, futures)
        sharing = Sharing(program)
        sharing.of(given, futures)
        sharing.at(np.ones(1, dtype=np.int32), given, futures)
        _mark().touch()


@contextmanager
def _uncollected() -> Iterator[None]:
    """The compiler makes a million objects that stay: looking for garbage among them takes one second of fifteen."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def is_warm() -> bool:
    """Whether nothing is left to compile."""
    return _mark().exists()


def _mark() -> Path:
    """A file that is there once everything is compiled."""
    return folder() / "ready"


def _program() -> Program:
    """A recording of a few steps made short."""
    tape = Tape()
    numbers: Any = Numbers(tape)
    upper, _ = halves(words(np.array([1], dtype=np.uint64), numbers, 1))
    mean = Lanes(tape, np.array([[tape.input("mean")]], dtype=np.int32))
    found = binomial(upper, mean, 0.5 + 0.0 * mean) + exp(-mean)
    return shorten(tape, found.ids.ravel()).only(np.ones(1, dtype=bool))


def _words() -> None:
    word, out = np.ones((2, LANES))
    by_future = np.ones(LANES, np.uint64)
    by_future_row(by_future, by_future.copy())
    for row in (upper_row, lower_row):
        row(np.uint64(1), np.int32(1), by_future, word)
    rows, first = np.stack((word, out)), np.uintp(0)
    of_one(np.int64(Op.NOT), rows, first, np.uintp(1), tables())
    of_two(np.int64(Op.AND), rows, first, first, np.uintp(1))


def _binomial() -> None:
    word, number, half, out = np.ones((4, LANES))
    counts.binomial_row(word, number, half / 2, half, half, out, counts.room(LANES), tables())


def _negative_binomial() -> None:
    word, mean, dispersion, out = np.ones((4, LANES))
    counts.negative_binomial_row(word, mean, dispersion * 2, mean, mean / 2, out, counts.room(LANES), tables())
