"""The compiled loop that takes a program through one tile of futures."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.streams import Floats, Words
from placeplan.engine import arithmetic as on
from placeplan.engine import counts, words
from placeplan.engine.compiled import lean, part
from placeplan.engine.operations import AS_IT_IS, FILL, HANDED, KINDS, STORE, Op
from placeplan.engine.words import Tables

LANES = 256
"""Futures of a tile at most: few enough that its rows stay near the processor, enough that an operation costs far more than finding it."""
STEP = 32
"""A tile's width is a multiple of it: as many futures as the loops take at once."""


class Given(NamedTuple):
    """What the lanes of a tile start from."""

    inputs: Floats
    """``[input, lane]``."""
    by_future: Words
    """The part of the hash of its words that hangs on each lane's future, ``[lane]``."""
    handed: Floats
    """What the levels of a program before this one left, one after the other, each ``[row, lane of its tile]``."""
    begins: Any
    """Where that of each level begins, ``[level]``."""
    lanes: Any
    """How many lanes each level left, ``[level]``."""
    of: Any
    """From which of those each lane takes it over, ``[level, lane]``."""


class Kept(NamedTuple):
    """Where outputs go: that of place o goes to ``values[start[o] + step[o] × to[k]]``, as lane of[k] has it."""

    values: Floats
    """All outputs of all futures."""
    start: Any
    """``int64[output]``"""
    step: Any
    """``int64[output]``"""
    to: Any
    """Places of futures that the lanes of the tile stand for, ``int64[k]``."""
    of: Any
    """Which lane stands for each, ``int64[k]``."""


def _one(function: Any) -> Any:
    """The loop of an operation on one row."""

    @part
    def one(rows: Any, a: Any, out: Any) -> None:
        for i in range(rows.shape[1]):
            rows[out, i] = function(rows[a, i])

    return one


def _rows(function: Any) -> Any:
    """The loop of an operation on two rows."""

    @part
    def two(rows: Any, a: Any, b: Any, out: Any) -> None:
        for i in range(rows.shape[1]):
            rows[out, i] = function(rows[a, i], rows[b, i])

    return two


def _two(function: Any) -> Any:
    """The loops of an operation on two rows, or on a row and a constant."""

    @part
    def two(kind: Any, a: Any, b: Any, rows: Any, constants: Any, out: Any) -> None:
        if kind == 0:
            for i in range(rows.shape[1]):
                rows[out, i] = function(rows[a, i], rows[b, i])
        elif kind == 1:
            number = constants[b]
            for i in range(rows.shape[1]):
                rows[out, i] = function(rows[a, i], number)
        else:
            number = constants[a]
            for i in range(rows.shape[1]):
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
    for i in range(rows.shape[1]):
        rows[out, i] = on.chosen(rows[condition, i] != 0.0, rows[yes, i], rows[no, i])


@lean
def run(
    code: Any,
    constants: Any,
    keys: Any,
    given: Given,
    rows: Any,
    left: Any,
    kept: Kept,
    room: Any,
    tables: Tables,
) -> None:
    """Runs a program for one tile, of any width: rows ``[row, lane]``.

    The loops take the width as it comes: where it were a constant, narrow ones would be written out, one value at a time.

    left: what is handed on to later levels goes there, ``[row, lane]``; room: what the counts need to work in.
    """
    for i in range(len(code)):
        what = np.uint32(code[i, 0])
        op, kind = what // KINDS, what % KINDS
        out, a, b = np.uintp(code[i, 1]), np.uintp(code[i, 2]), np.uintp(code[i, 3])
        c, d, e = np.uintp(code[i, 4]), np.uintp(code[i, 5]), np.uintp(code[i, 6])
        if op == STORE:
            if kind == AS_IT_IS:
                for n in range(rows.shape[1]):
                    left[out, n] = rows[a, n]
                continue
            start, step = kept.start[out], kept.step[out]
            for n in range(len(kept.to)):
                value = rows[a, kept.of[n]] if kind == 0 else constants[a]
                kept.values[np.uintp(start + step * kept.to[n])] = value + 0.0  # −0 is told as 0
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
            for n in range(rows.shape[1]):
                rows[out, n] = constants[a]
        elif op == Op.INPUT:
            if kind == HANDED:
                start = given.begins[b] + np.int64(a) * given.lanes[b]
                for n in range(rows.shape[1]):
                    rows[out, n] = given.handed[start + given.of[b, n]]
            else:
                for n in range(rows.shape[1]):
                    rows[out, n] = given.inputs[a, n]
        elif op <= Op.LOWER:
            if op == Op.UPPER:
                words.upper_row(keys[a], code[i, 3], given.by_future, rows[out])
            else:
                words.lower_row(keys[a], code[i, 3], given.by_future, rows[out])
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
