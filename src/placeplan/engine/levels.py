"""A program in levels: the first hangs on nothing that lanes of one future differ in, each further one on more of it.

A level is run once for lanes that share all that it and those before it hang on, and hands on what later ones read. So sets of
organisations, or changed plans, that meet the same future share what none of their differences reaches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.engine.compiled import kernel, part
from placeplan.engine.operations import AS_IT_IS, FILL, HANDED, KINDS, OPERANDS, STORE, Op
from placeplan.engine.prune import Program

MANY = np.append(OPERANDS, (1, 0))
"""How many operands of an operation of a program are rows, or constants in their place."""
COSTS = np.where(MANY == 5, 25.0, 1.0)
"""What an operation costs: drawing a count takes as long as 25 others."""
MOST = 64
"""Levels of a program at most: a word has as many bits."""


@dataclass(frozen=True)
class Level:
    """One level of a program; it takes over what those before it handed on."""

    program: Program
    """What it stores are outputs of the whole program."""
    inputs: Any
    """Places of the inputs that it reads first, ``[input of its program]``."""
    left: int
    """Rows that it hands on, just as they stand."""


def divide(program: Program, level: Any) -> tuple[Level, ...]:
    """A program in levels; level: at which each input is first read, ``[input]``, each number from 0 up."""
    count = int(level.max()) + 1
    inputs = [np.flatnonzero(level == n) for n in range(count)]
    place = np.zeros(len(level), np.int32)
    for own in inputs:
        place[own] = np.arange(len(own))
    given = (program.code, program.rows, level.astype(np.int32), place, MANY)
    sizes, _ = divided(*given, np.empty((0, 7), np.int32), np.zeros(count, np.int64))
    ends = np.cumsum(sizes)
    code = np.empty((ends[-1], 7), np.int32)
    _, left = divided(*given, code, ends - sizes)
    names = [tuple(program.inputs[i] for i in own) for own in inputs]
    pieces = np.split(code, ends[:-1])
    return tuple(
        Level(replace(program, code=piece, inputs=own), places, int(many))
        for piece, own, places, many in zip(pieces, names, inputs, left, strict=True)
    )


@part
def _row(step: Any, many: Any, k: Any) -> Any:
    """The row of an operand; −1 where it is a constant."""
    return step[2 + k] if step[0] % KINDS != many - k else np.int32(-1)


@kernel
def hefts(code: Any, rows: int, inputs: int, many: Any, costs: Any, every: int) -> Any:
    """About how much of a program's work hangs on each input, ``[input]``: one in so many operations is counted."""
    words = inputs // 64 + 1
    hang, own, found = np.zeros((rows, words), np.uint64), np.zeros(words, np.uint64), np.zeros(64 * words)
    for i in range(len(code)):
        op = code[i, 0] // KINDS
        if op == STORE:
            continue
        own[:] = np.uint64(0)
        if op == Op.INPUT:
            own[code[i, 2] // 64] = np.uint64(1) << np.uint64(code[i, 2] % 64)
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            for w in range(words if row >= 0 else 0):
                own[w] |= hang[row, w]
        for w in range(words):
            hang[code[i, 1], w] = own[w]
            left, b = own[w] if i % every == 0 else np.uint64(0), 64 * w
            while left:
                found[b] += costs[op] * np.float64(left & np.uint64(1))
                left >>= np.uint64(1)
                b += 1
    return found[:inputs]


@kernel
def weighed(code: Any, rows: int, rank: Any, ranks: int, many: Any, costs: Any) -> Any:
    """What is to be done at each rank, ``[rank]``, and how many rows of each other it reads, ``[of, by]``.

    An operation stands at the highest rank of what it hangs on; rank: of each input.
    """
    stands, reader = np.zeros(rows, np.int32), np.zeros(rows, np.int32)
    work, read = np.zeros(ranks), np.zeros((ranks, ranks))
    for i in range(len(code)):
        op = code[i, 0] // KINDS
        own = rank[code[i, 2]] if op == Op.INPUT else np.int32(0)
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            own = max(own, stands[row]) if row >= 0 else own
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            if row >= 0 and stands[row] < own and reader[row] != own:
                read[stands[row], own] += 1.0
                reader[row] = own
        work[own] += costs[op]
        if op != STORE:
            stands[code[i, 1]], reader[code[i, 1]] = own, -1
    return work, read


@part
def _put(code: Any, at: Any, level: Any, op: Any, out: Any, a: Any, b: Any) -> None:
    """Writes an operation of a level; where there is no room it is counted alone."""
    if len(code):
        code[at[level], 0], code[at[level], 1], code[at[level], 2], code[at[level], 3] = op, out, a, b
        for j in range(4, 7):
            code[at[level], j] = 0
    at[level] += 1


@part
def _take_over(
    found: Any, at: Any, left: Any, level: Any, row: Any, made: Any, there: Any, slot: Any, filled: Any
) -> None:
    """A row that an earlier level made is taken over by a level, unless it has it."""
    bit = np.uint64(1) << np.uint64(level)
    if there[row] & bit:
        return
    there[row] |= bit
    if filled[row] >= 0:
        _put(found, at, level, KINDS * FILL, row, filled[row], 0)
        return
    if slot[row] < 0:
        slot[row] = left[made]
        left[made] += 1
        _put(found, at, made, KINDS * STORE + AS_IT_IS, slot[row], row, 0)
    _put(found, at, level, KINDS * Op.INPUT + HANDED, row, slot[row], made)


@kernel
def divided(code: Any, rows: int, level: Any, place: Any, many: Any, found: Any, first: Any) -> Any:
    """Operations of each level, and how many rows each leaves: what later levels read, once it is first read.

    A row keeps its number in all levels. What a later level reads of a row filled with a constant it fills itself.

    Args:
        code: of the program.
        rows: that it needs.
        level: of each input.
        place: of each input among those of its level.
        many: `MANY`.
        found: where the operations go, or nothing, to count them.
        first: where those of each level begin, ``[level]``.
    """
    at, left = first.copy(), np.zeros(len(first), np.int32)
    made, there = np.zeros(rows, np.int32), np.zeros(rows, np.uint64)
    slot, filled = np.full(rows, -1, np.int32), np.full(rows, -1, np.int32)
    for i in range(len(code)):
        op, out, first_operand = code[i, 0] // KINDS, code[i, 1], code[i, 2]
        own = level[first_operand] if op == Op.INPUT else np.int32(0)
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            own = max(own, made[row]) if row >= 0 else own
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            if row >= 0 and made[row] != own:
                _take_over(found, at, left, own, row, made[row], there, slot, filled)
        if op != STORE:
            made[out], there[out], slot[out] = own, np.uint64(0), -1
            filled[out] = first_operand if op == FILL else np.int32(-1)
        _put(found, at, own, code[i, 0], out, place[first_operand] if op == Op.INPUT else first_operand, code[i, 3])
        if len(found):
            for j in range(4, 7):
                found[at[own] - 1, j] = code[i, j]
    return at - first, left
