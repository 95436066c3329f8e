"""A recording made short: what is computed twice is computed once, what nobody reads not at all, and rows are used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.engine.compiled import kernel
from placeplan.engine.fold import folded, is_none, plain
from placeplan.engine.operations import CONSTANT_TOO, FILL, KINDS, OPERANDS, STORE, Op
from placeplan.engine.order import NEAR, ordered
from placeplan.engine.tape import Tape

Code = np.ndarray[Any, np.dtype[np.int32]]

EITHER_WAY = np.array([o in (Op.ADD, Op.MULTIPLY, Op.AND, Op.OR, Op.EQUAL, Op.DIFFERENT) for o in Op])
"""Operations whose two operands may change places without changing a bit."""
PRODUCT = int(Op.MULTIPLY)


@dataclass(frozen=True)
class Program:
    """What is replayed: operations on rows of futures."""

    code: Code
    """``[operation, 7]``: number of the operation × 4 + which operands are constants, row of the result, five operands."""
    rows: int
    """Rows that are needed at once."""
    constants: Any
    keys: Any
    inputs: tuple[str, ...]
    outputs: int

    def only(self, wanted: Any) -> Program:
        """What some outputs hang on, ``bool[output]``; they keep their order."""
        code = self.code[needed(self.code, wanted, np.append(OPERANDS, (0, 0)), self.rows)]
        stored = code[:, 0] // KINDS == STORE
        code[stored, 1] = (np.cumsum(wanted) - 1)[code[stored, 1]]
        return replace(self, code=code, outputs=int(np.count_nonzero(wanted)))


def shorten(
    tape: Tape, outputs: Any, *, expected: bool = False, never: frozenset[str] = frozenset(), code: Any = None
) -> Program:
    """The program of a recording, for the steps that are asked for, ``[output]``.

    expected: with chance held, so that every count is what is expected of it; never: inputs that are 0 in every future;
    code: the tape's, where it is at hand.
    """
    code = tape.code() if code is None else code
    inputs = tuple(name for name in tape.inputs if name not in never)
    constants = np.array([*tape.constants, 0.0], dtype=np.float64)
    if never:
        code = _without(code, [inputs.index(n) if n in inputs else -1 for n in tape.inputs], len(constants) - 1)
    pool = np.concatenate([constants, np.empty(len(code))])
    new, kept, filled = same(code, pool, pool.view(np.int64), len(constants), OPERANDS, EITHER_WAY, expected)
    constants = pool[:filled].copy()
    wanted = new[tape.places(np.asarray(outputs, dtype=np.int64))]
    read = used(kept, wanted, OPERANDS)
    program, rows = placed(kept, ordered(kept, read, OPERANDS, NEAR), wanted, OPERANDS, CONSTANT_TOO)
    keys = np.array([*tape.keys], dtype=np.uint64)
    return Program(program, int(rows), constants, keys, inputs, len(wanted))


def _without(code: Any, places: Sequence[int], zero: int) -> Any:
    """Some inputs become a constant; places: of each input among those that are left, or −1."""
    code = code.copy()
    for row in np.flatnonzero(code[:, 0] == Op.INPUT):
        place = places[code[row, 1]]
        code[row, :2] = (Op.INPUT, place) if place >= 0 else (Op.CONSTANT, zero)
    return code


@kernel
def _mixed(op: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    h = np.uint64(op) * np.uint64(0x9E3779B97F4A7C15)
    for part in (a, b, c, d, e):
        h = (h ^ np.uint64(np.int64(part))) * np.uint64(0xBF58476D1CE4E5B9)
        h ^= h >> np.uint64(29)
    return h


@kernel
def same(code: Any, pool: Any, bits_of: Any, filled: int, operands: Any, either_way: Any, expected: Any) -> Any:
    """Steps that yield the same become one: new number of each step, the steps that are left, and how many constants there are.

    pool: the constants, the first `filled`, with room for as many as there are steps; bits_of: the same as whole numbers.
    """
    n = len(code)
    size = 1
    while size < 2 * n + 2:
        size *= 2
    table = np.empty(size, np.int32)
    for i in range(size):  # loops, as filling a part of an array takes the compiler seconds
        table[i] = -1
    new = np.empty(n, np.int32)
    kept = np.empty((n, 6), np.int32)
    count = 0
    for i in range(n):
        op, a, b, c, d, e = code[i, 0], code[i, 1], code[i, 2], code[i, 3], code[i, 4], code[i, 5]
        many = operands[op]
        if many > 0:
            a = new[a]
        if many > 1:
            b = new[b]
        if many > 2:
            c = new[c]
        if many > 3:
            d, e = new[d], new[e]
        if op == Op.BY_CHANCE:
            new[i] = a if expected else b
            continue
        if expected and op == Op.NEGATIVE_BINOMIAL:
            new[i] = b
            continue
        if expected and op == Op.BINOMIAL:
            op, a, b, c, d, e, many = PRODUCT, b, c, 0, 0, 0, 2
        if (either_way[op] and kept[a, 0] == 0) or (either_way[op] and kept[b, 0] != 0 and a > b):
            a, b = b, a
        if many == 5 and (is_none(kept, pool, b) or (op == Op.BINOMIAL and is_none(kept, pool, c))):
            pool[filled] = 0.0
            op, a, b, c, d, e, many = 0, -1, 0, 0, 0, 0, 0
        if many > 0:
            x_is = kept[a, 0] == 0
            y_is = many > 1 and kept[b, 0] == 0
            if op == Op.SELECT and x_is:
                new[i] = b if pool[kept[a, 1]] != 0.0 else c
                continue
            if op == Op.SELECT and b == c:
                new[i] = b
                continue
            x = pool[kept[a, 1]] if x_is else 0.0
            y = pool[kept[b, 1]] if y_is else 0.0
            if many <= 2:
                stays = plain(op, x, y, x_is, y_is)
                if stays:
                    new[i] = a if stays == 1 else b
                    continue
                if x_is and (many == 1 or y_is):
                    pool[filled], known = folded(op, x, y)
                    if known:
                        op, a, b, c, d, e = 0, -1, 0, 0, 0, 0
        if op == Op.CONSTANT:
            bits = bits_of[filled if a == -1 else a]
            h = _mixed(0, bits & 0xFFFFFFFF, bits >> 32, 0, 0, 0)
        else:
            bits = 0
            h = _mixed(op, a, b, c, d, e)
        at = np.int64(h & np.uint64(size - 1))
        while True:
            there = table[at]
            if there < 0:
                break
            if op == Op.CONSTANT:
                if kept[there, 0] == 0 and bits_of[kept[there, 1]] == bits:
                    break
            elif (
                kept[there, 0] == op
                and kept[there, 1] == a
                and kept[there, 2] == b
                and kept[there, 3] == c
                and kept[there, 4] == d
                and kept[there, 5] == e
            ):
                break
            at = (at + 1) & (size - 1)
        if table[at] < 0:
            table[at] = count
            if op == 0 and a == -1:
                a = filled
                filled += 1
            kept[count, 0], kept[count, 1], kept[count, 2] = op, a, b
            kept[count, 3], kept[count, 4], kept[count, 5] = c, d, e
            count += 1
        new[i] = table[at]
    return new, kept[:count].copy(), filled


@kernel
def used(code: Any, wanted: Any, operands: Any) -> Any:
    """Whether each step is read by anything that is asked for."""
    read = np.zeros(len(code), np.bool_)
    for w in wanted:
        read[w] = True
    for i in range(len(code) - 1, -1, -1):
        if read[i]:
            for k in range(operands[code[i, 0]]):
                read[code[i, k + 1]] = True
    return read


@kernel
def needed(code: Any, wanted: Any, operands: Any, rows: int) -> Any:
    """Whether each operation of a program is needed for the outputs that are wanted, ``bool[output]``."""
    read = np.zeros(rows, np.bool_)
    found = np.zeros(len(code), np.bool_)
    for i in range(len(code) - 1, -1, -1):
        op, kind, out = code[i, 0] // KINDS, code[i, 0] % KINDS, code[i, 1]
        if op == STORE:
            found[i] = wanted[out]
            if found[i] and kind == 0:
                read[code[i, 2]] = True
        elif read[out]:
            found[i] = True
            read[out] = False  # what the row held before is another value
            for k in range(operands[op]):
                if operands[op] != 2 or kind != 2 - k:
                    read[code[i, 2 + k]] = True
    return found


@kernel
def placed(code: Any, order: Any, wanted: Any, operands: Any, constant_too: Any) -> Any:
    """The steps in their order, with rows: a row is free again once its last reader has read it."""
    n = len(code)
    last, most = np.full(n, -1, np.int32), len(wanted)
    for i in order:
        most += 1 + 5 * (operands[code[i, 0]] > 1)
        for k in range(operands[code[i, 0]]):
            last[code[i, k + 1]] = i
    output, other = np.full(n, -1, np.int32), np.empty(len(wanted), np.int32)
    for w in range(len(wanted) - 1, -1, -1):
        other[w] = output[wanted[w]]
        output[wanted[w]] = w
    row = np.full(n, -1, np.int32)
    free = np.empty(n + 1, np.int32)
    spare = 0
    rows = 0
    out = np.empty((most, 7), np.int32)
    at = 0
    temporary = np.empty(5, np.int32)
    for i in order:
        op = code[i, 0]
        many = operands[op]
        kind = 0
        filled = 0
        out_at = np.empty(5, np.int32)
        for k in range(5):
            out_at[k] = code[i, k + 1]
        for k in range(many):
            operand = code[i, k + 1]
            if code[operand, 0] != 0:
                out_at[k] = row[operand]
            elif constant_too[op]:
                out_at[k] = code[operand, 1]
                kind = 1 if k == 1 else 2
            else:
                if spare > 0:
                    spare -= 1
                    r = free[spare]
                else:
                    r = rows
                    rows += 1
                temporary[filled] = r
                filled += 1
                out[at, 0], out[at, 1], out[at, 2] = KINDS * FILL, r, code[operand, 1]
                at += 1
                out_at[k] = r
        if op != Op.CONSTANT:
            if spare > 0:  # a row of its own: loops over rows that overlap would not be vectorised
                spare -= 1
                r = free[spare]
            else:
                r = rows
                rows += 1
            row[i] = r
            for k in range(many):
                operand = code[i, k + 1]
                if code[operand, 0] != 0 and last[operand] == i and row[operand] >= 0:
                    free[spare] = row[operand]
                    spare += 1
                    row[operand] = -1
            for k in range(filled):
                free[spare] = temporary[k]
                spare += 1
            out[at, 0], out[at, 1] = KINDS * op + kind, r
            for k in range(5):
                out[at, k + 2] = out_at[k]
            at += 1
        asked = output[i]
        while asked >= 0:
            out[at, 0], out[at, 1] = KINDS * STORE + (1 if op == 0 else 0), asked
            out[at, 2] = code[i, 1] if op == 0 else row[i]
            at += 1
            asked = other[asked]
        if op != 0 and last[i] < 0:
            free[spare] = row[i]
            spare += 1
            row[i] = -1
    return out[:at].copy(), rows
