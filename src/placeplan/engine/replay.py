"""A program run for any futures: rows of a tile of futures go through every operation, tile by tile."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np

from placeplan.core.streams import Floats, Words
from placeplan.engine import arithmetic as on
from placeplan.engine import counts, words
from placeplan.engine.compiled import lean, part
from placeplan.engine.operations import FILL, KINDS, STORE, Op
from placeplan.engine.prune import Program
from placeplan.engine.words import Tables, tables

LANES = 128
"""Futures of a tile: few enough that its rows stay near the processor, enough that an operation costs more than finding it."""

SQUARE = 256
"""Outputs and futures that are turned over at once: few enough to stay near the processor."""

LINE = 64
"""Bytes that a processor reads at once."""


def replay(program: Program, inputs: Mapping[str, Any], futures: Words, threads: int = 1) -> Floats:
    """What a program yields in some futures.

    Args:
        program: what is done.
        inputs: by name, the values that differ by future, ``[future]``.
        futures: numbers of the futures, ``uint64[future]``.
        threads: among which tiles are divided; they change no bit.

    Returns:
        ``[output, future]``.
    """
    count = len(futures)
    given = np.empty((len(program.inputs), count))
    for n, name in enumerate(program.inputs):
        given[n] = inputs[name]
    found = np.empty((program.outputs, count))
    tiles, stopped = range(0, count, LANES), Event()

    def part(some: range) -> None:
        rows, room = aligned(program.rows, LANES), counts.room(LANES)
        for first in some:
            if stopped.is_set():
                return
            tile = np.minimum(np.arange(first, first + LANES), count - 1)
            by_future = np.empty(LANES, np.uint64)
            words.by_future_row(np.ascontiguousarray(futures[tile]), by_future)
            run(
                program.code, program.constants, program.keys, np.ascontiguousarray(given[:, tile]), by_future, rows,
                found, first, room, tables(),
            )  # fmt: skip

    if min(threads, len(tiles)) <= 1:
        part(tiles)
    else:
        with ThreadPoolExecutor(threads) as pool:
            try:
                list(pool.map(part, (tiles[n::threads] for n in range(threads))))
            except BaseException:
                stopped.set()  # the others end with their tile
                raise
    return found


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


def _one(function: Any) -> Any:
    """The loop of an operation on one row."""

    @part
    def one(rows: Any, a: Any, out: Any) -> None:
        for i in range(LANES):
            rows[out, i] = function(rows[a, i])

    return one


def _rows(function: Any) -> Any:
    """The loop of an operation on two rows."""

    @part
    def two(rows: Any, a: Any, b: Any, out: Any) -> None:
        for i in range(LANES):
            rows[out, i] = function(rows[a, i], rows[b, i])

    return two


def _two(function: Any) -> Any:
    """The loops of an operation on two rows, or on a row and a constant."""

    @part
    def two(kind: Any, a: Any, b: Any, rows: Any, constants: Any, out: Any) -> None:
        if kind == 0:
            for i in range(LANES):
                rows[out, i] = function(rows[a, i], rows[b, i])
        elif kind == 1:
            number = constants[b]
            for i in range(LANES):
                rows[out, i] = function(rows[a, i], number)
        else:
            number = constants[a]
            for i in range(LANES):
                rows[out, i] = function(number, rows[b, i])

    return two


_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = _two(on.added), _two(on.less), _two(on.times), _two(on.over)
_LEAST, _MOST, _LESS = _two(on.least), _two(on.most), _two(on.is_less)
_LESS_OR_EQUAL, _EQUAL, _DIFFERENT = _rows(on.is_at_most), _rows(on.is_equal), _rows(on.is_different)
_AND, _OR = _rows(on.both), _rows(on.either)
_NOT, _FLOOR, _CEILING, _SQUARE_ROOT = _one(on.is_not), _one(on.floor), _one(on.ceiling), _one(on.square_root)
_ABSOLUTE, _NEGATIVE, _NEAREST, _FINITE = _one(on.absolute), _one(on.negative), _one(on.nearest), _one(on.is_finite)


@part
def _select(rows: Any, condition: Any, yes: Any, no: Any, out: Any) -> None:
    for i in range(LANES):
        rows[out, i] = on.chosen(rows[condition, i] != 0.0, rows[yes, i], rows[no, i])


@lean
def run(
    code: Any,
    constants: Any,
    keys: Any,
    inputs: Any,
    by_future: Any,
    rows: Any,
    found: Any,
    first: int,
    room: Any,
    tables: Tables,
) -> None:
    """Runs a program for one tile: rows ``[row, lane]``, inputs ``[input, lane]``, found ``[output, future]``.

    first: the future of the first lane; room: what the counts need to work in.
    """
    for i in range(len(code)):
        op, kind = code[i, 0] // KINDS, code[i, 0] % KINDS
        out, a, b = np.uintp(code[i, 1]), np.uintp(code[i, 2]), np.uintp(code[i, 3])
        c, d, e = np.uintp(code[i, 4]), np.uintp(code[i, 5]), np.uintp(code[i, 6])
        if op == STORE:
            for n in range(min(LANES, found.shape[1] - first)):
                found[out, first + n] = (rows[a, n] if kind == 0 else constants[a]) + 0.0  # −0 is told as 0
            continue
        if op == Op.ADD:
            _ADD(kind, a, b, rows, constants, out)
        elif op == Op.SUBTRACT:
            _SUBTRACT(kind, a, b, rows, constants, out)
        elif op == Op.MULTIPLY:
            _MULTIPLY(kind, a, b, rows, constants, out)
        elif op == Op.DIVIDE:
            _DIVIDE(kind, a, b, rows, constants, out)
        elif op == Op.LEAST:
            _LEAST(kind, a, b, rows, constants, out)
        elif op == Op.MOST:
            _MOST(kind, a, b, rows, constants, out)
        elif op == Op.LESS:
            _LESS(kind, a, b, rows, constants, out)
        elif op == Op.SELECT:
            _select(rows, a, b, c, out)
        elif op == FILL:
            for n in range(LANES):
                rows[out, n] = constants[a]
        elif op == Op.INPUT:
            for n in range(LANES):
                rows[out, n] = inputs[a, n]
        elif op <= Op.LOWER:
            if op == Op.UPPER:
                words.upper_row(keys[a], code[i, 3], by_future, rows[out])
            else:
                words.lower_row(keys[a], code[i, 3], by_future, rows[out])
        elif op == Op.BINOMIAL:
            counts.binomial_row(rows[a], rows[b], rows[c], rows[d], rows[e], rows[out], room, tables)
        elif op == Op.NEGATIVE_BINOMIAL:
            counts.negative_binomial_row(rows[a], rows[b], rows[c], rows[d], rows[e], rows[out], room, tables)
        elif op <= Op.OR:
            of_two(op, rows, a, b, out)
        else:
            of_one(op, rows, a, out, tables)


@lean
def of_two(op: Any, rows: Any, a: Any, b: Any, out: Any) -> None:
    """A rare operation on two rows."""
    if op == Op.LESS_OR_EQUAL:
        _LESS_OR_EQUAL(rows, a, b, out)
    elif op == Op.EQUAL:
        _EQUAL(rows, a, b, out)
    elif op == Op.DIFFERENT:
        _DIFFERENT(rows, a, b, out)
    elif op == Op.AND:
        _AND(rows, a, b, out)
    elif op == Op.OR:
        _OR(rows, a, b, out)


@lean
def of_one(op: Any, rows: Any, a: Any, out: Any, tables: Tables) -> None:
    """An operation on one row."""
    if op == Op.NOT:
        _NOT(rows, a, out)
    elif op == Op.FLOOR:
        _FLOOR(rows, a, out)
    elif op == Op.CEILING:
        _CEILING(rows, a, out)
    elif op == Op.SQUARE_ROOT:
        _SQUARE_ROOT(rows, a, out)
    elif op == Op.ABSOLUTE:
        _ABSOLUTE(rows, a, out)
    elif op == Op.NEGATIVE:
        _NEGATIVE(rows, a, out)
    elif op == Op.NEAREST:
        _NEAREST(rows, a, out)
    elif op == Op.FINITE:
        _FINITE(rows, a, out)
    elif op == Op.NORMAL:
        words.normal_row(rows[a], rows[out], tables.normal)
    elif op == Op.EXP:
        words.exp_row(rows[a], rows[out], tables.exp)
    elif op == Op.EXP_MINUS:
        words.exp_minus_row(rows[a], rows[out], tables.exp)
    elif op == Op.BINOMIAL_RATE:
        words.binomial_rate_row(rows[a], rows[out])
    elif op == Op.NEGATIVE_BINOMIAL_RATE:
        words.negative_binomial_rate_row(rows[a], rows[out])
