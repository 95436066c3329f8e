"""The operations that a recording is made of: each has one number, and up to five operands.

An operand is the number of an earlier step, which stands for one value in every future. What an operation does is what
the NumPy function of the same name does to each of them, bit for bit.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np


class Op(IntEnum):
    """One step of a recording."""

    CONSTANT = 0
    """The same number in every future: the operand is its place in the recording's list of constants."""
    INPUT = 1
    """A value that differs by future: the operand is its place among the inputs."""
    UPPER = 2
    """Upper 32 bits of a random word: place of the stream's key, step."""
    LOWER = 3
    """Lower 32 bits of a random word: place of the stream's key, step."""
    ADD = 4
    SUBTRACT = 5
    MULTIPLY = 6
    DIVIDE = 7
    LEAST = 8
    MOST = 9
    LESS = 10
    LESS_OR_EQUAL = 11
    EQUAL = 12
    DIFFERENT = 13
    AND = 14
    OR = 15
    NOT = 16
    SELECT = 17
    """The second operand where the first is not 0, else the third."""
    FLOOR = 18
    CEILING = 19
    SQUARE_ROOT = 20
    ABSOLUTE = 21
    NEGATIVE = 22
    NEAREST = 23
    FINITE = 24
    NORMAL = 25
    """A standard normal from a 32-bit word."""
    EXP = 26
    EXP_MINUS = 27
    BINOMIAL = 28
    """Word, number, probability, rate, slope."""
    BINOMIAL_RATE = 29
    NEGATIVE_BINOMIAL = 30
    """Word, mean, dispersion, rate, slope."""
    NEGATIVE_BINOMIAL_RATE = 31
    BY_CHANCE = 32
    """The first operand where chance is held at its expectation, else the second; no program has it."""


OPERANDS = np.zeros(len(Op), dtype=np.int64)
"""How many operands of an operation are steps."""
for _op in Op:
    OPERANDS[_op] = (
        0 if _op <= Op.LOWER else 5 if _op in (Op.BINOMIAL, Op.NEGATIVE_BINOMIAL) else 3 if _op == Op.SELECT
        else 2 if _op == Op.BY_CHANCE else 1 if _op >= Op.FLOOR or _op == Op.NOT else 2
    )  # fmt: skip

CONSTANT_TOO = np.array([
    o in (Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.DIVIDE, Op.LEAST, Op.MOST, Op.LESS) for o in Op
])  # fmt: skip
"""Operations that take a constant in place of one of their two rows; for the others, which are rare, a row is filled with it."""

STORE, FILL = len(Op), len(Op) + 1
"""Operations of a program beside those of a recording: a row goes to the outcomes; a row is filled with a constant."""
KINDS = 4
"""An operation's number in a program is that of the recording times this, plus which operand is a constant: 0 none, 1 the
second, 2 the first."""
AS_IT_IS, HANDED = 2, 1
"""Kinds of `STORE` and of an input in a program that is divided (`engine.levels`): what goes out bit for bit, to be handed on, and
what was handed on, by its place and the level that left it."""

UFUNCS: dict[Any, tuple[Op, bool]] = {
    np.add: (Op.ADD, False),
    np.subtract: (Op.SUBTRACT, False),
    np.multiply: (Op.MULTIPLY, False),
    np.true_divide: (Op.DIVIDE, False),
    np.minimum: (Op.LEAST, False),
    np.maximum: (Op.MOST, False),
    np.less: (Op.LESS, False),
    np.less_equal: (Op.LESS_OR_EQUAL, False),
    np.greater: (Op.LESS, True),
    np.greater_equal: (Op.LESS_OR_EQUAL, True),
    np.equal: (Op.EQUAL, False),
    np.not_equal: (Op.DIFFERENT, False),
    np.bitwise_and: (Op.AND, False),
    np.bitwise_or: (Op.OR, False),
    np.logical_and: (Op.AND, False),
    np.logical_or: (Op.OR, False),
    np.invert: (Op.NOT, False),
    np.logical_not: (Op.NOT, False),
    np.floor: (Op.FLOOR, False),
    np.ceil: (Op.CEILING, False),
    np.sqrt: (Op.SQUARE_ROOT, False),
    np.absolute: (Op.ABSOLUTE, False),
    np.negative: (Op.NEGATIVE, False),
    np.rint: (Op.NEAREST, False),
    np.isfinite: (Op.FINITE, False),
}
"""By NumPy function: the operation, and whether its two operands change places."""

TRUTHS = frozenset({Op.LESS, Op.LESS_OR_EQUAL, Op.EQUAL, Op.DIFFERENT, Op.AND, Op.OR, Op.NOT, Op.FINITE})
"""Operations that yield 1 for true and 0 for false."""
