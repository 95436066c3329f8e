"""A program in two halves: what hangs on inputs that move little, such as money, and all that it is worked out from.

Lanes that differ in nothing else, changed plans in the same future above all, share the first half: it is run once for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.engine.compiled import kernel, part
from placeplan.engine.operations import AS_IT_IS, FILL, HANDED, KINDS, OPERANDS, STORE, Op
from placeplan.engine.prune import Program

LIGHT = 0.03
"""Share of a program's work up to which an input moves little: of Dorset's inputs two thirds do, and all of them together 4 %."""
A_COUNT = 25
"""Operations that take as long as drawing a count."""
MANY = np.append(OPERANDS, (1, 0))
"""How many operands of an operation of a program are rows, or constants in their place."""
COUNT = 5
"""Operands of a count, and of nothing else."""


@dataclass(frozen=True)
class Halves:
    """Both halves of a program; the second takes over what the first hands on."""

    first: Program
    """Its outputs are handed on, just as they stand."""
    second: Program
    heavy: Any
    """Places of the inputs that the first half reads, ``[input]``."""


def halves(program: Program) -> Halves:
    """Both halves of a program."""
    code, rows, count = program.code, program.rows, len(program.inputs)
    light = ~counted(code, rows, count, MANY)
    bit = np.where(light, np.cumsum(light) - 1, -1)
    work = moved(code, rows, bit, int(light.sum()), MANY)
    cost = len(code) + (A_COUNT - 1) * np.count_nonzero(MANY[code[:, 0] // KINDS] == COUNT)
    light[light] = work <= LIGHT * cost
    first, second, handed = divided(code, rows, light, MANY)
    return Halves(
        replace(program, code=first, outputs=int(handed)), replace(program, code=second), np.flatnonzero(~light)
    )


@part
def _row(step: Any, many: Any, k: Any) -> Any:
    """The row of an operand; −1 where it is a constant."""
    return step[2 + k] if step[0] % KINDS != many - k else np.int32(-1)


@kernel
def counted(code: Any, rows: int, inputs: int, many: Any) -> Any:
    """Whether any count hangs on each input, ``bool[input]``."""
    read, found = np.zeros(rows, np.bool_), np.zeros(inputs, np.bool_)
    for i in range(len(code) - 1, -1, -1):
        op, out = code[i, 0] // KINDS, code[i, 1]
        if op == STORE or not (read[out] or many[op] == COUNT):
            continue
        read[out] = False
        if op == Op.INPUT:
            found[code[i, 2]] = True
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            if row >= 0:
                read[row] = True
    return found


@kernel
def moved(code: Any, rows: int, bit: Any, bits: int, many: Any) -> Any:
    """Operations that hang on each input of those with a bit, ``[bit]``; bit: of each input, or −1."""
    words = bits // 64 + 1
    hang, own, found = np.zeros((rows, words), np.uint64), np.zeros(words, np.uint64), np.zeros(64 * words, np.int64)
    for i in range(len(code)):
        op = code[i, 0] // KINDS
        if op == STORE:
            continue
        own[:] = np.uint64(0)
        if op == Op.INPUT and bit[code[i, 2]] >= 0:
            own[bit[code[i, 2]] // 64] = np.uint64(1) << np.uint64(bit[code[i, 2]] % 64)
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            for w in range(words if row >= 0 else 0):
                own[w] |= hang[row, w]
        for w in range(words):
            hang[code[i, 1], w] = own[w]
            left, b = own[w], 64 * w
            while left:
                found[b] += np.int64(left & np.uint64(1))
                left >>= np.uint64(1)
                b += 1
    return found[:bits]


@part
def _put(code: Any, at: Any, op: Any, out: Any, a: Any) -> None:
    """Writes an operation of one operand."""
    code[at, 0], code[at, 1], code[at, 2] = op, out, a
    for j in range(3, 7):
        code[at, j] = 0


@kernel
def divided(code: Any, rows: int, light: Any, many: Any) -> Any:
    """The operations of both halves, and how many rows are handed on: each once, when the second half first reads it.

    A row keeps its number in both halves. What the second half reads of a row filled with a constant it fills itself.

    Args:
        code: of the program.
        rows: that it needs.
        light: whether an input is read by the second half alone, ``bool[input]``.
        many: `MANY`.
    """
    halves = np.empty((2, 2 * len(code), 7), np.int32)
    at = np.zeros(2, np.int64)
    hangs, there, filled = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_), np.full(rows, -1, np.int32)
    handed = 0
    for i in range(len(code)):
        op, out = code[i, 0] // KINDS, code[i, 1]
        own = op == STORE or (op == Op.INPUT and light[code[i, 2]])
        for k in range(many[op]):
            row = _row(code[i], many[op], k)
            own = own or (row >= 0 and hangs[row])
        for k in range(many[op] if own else 0):
            row = _row(code[i], many[op], k)
            if row < 0 or hangs[row] or there[row]:
                continue
            there[row] = True
            if filled[row] >= 0:
                _put(halves[1], at[1], KINDS * FILL, row, filled[row])
            else:
                _put(halves[0], at[0], KINDS * STORE + AS_IT_IS, handed, row)
                _put(halves[1], at[1], KINDS * Op.INPUT + HANDED, row, handed)
                at[0] += 1
                handed += 1
            at[1] += 1
        if op != STORE:
            hangs[out], there[out], filled[out] = own, False, code[i, 2] if op == FILL else np.int32(-1)
        half = 1 if own else 0
        for j in range(7):
            halves[half, at[half], j] = code[i, j]
        at[half] += 1
    return halves[0, : at[0]].copy(), halves[1, : at[1]].copy(), handed
