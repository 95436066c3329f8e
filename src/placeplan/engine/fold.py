"""Operations that need not be taken: on constants, or such as leave a number as it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.engine import arithmetic as on
from placeplan.engine.compiled import kernel
from placeplan.engine.operations import Op


@kernel
def folded(op: Any, x: Any, y: Any) -> Any:
    """What an operation on constants yields, and whether it is one that is worked out beforehand."""
    if op == Op.ADD:
        return on.added(x, y), True
    if op == Op.SUBTRACT:
        return on.less(x, y), True
    if op == Op.MULTIPLY:
        return on.times(x, y), True
    if op == Op.DIVIDE:
        return on.over(x, y), True
    if op == Op.LEAST:
        return on.least(x, y), True
    if op == Op.MOST:
        return on.most(x, y), True
    if op == Op.LESS:
        return on.is_less(x, y), True
    if op == Op.LESS_OR_EQUAL:
        return on.is_at_most(x, y), True
    if op == Op.EQUAL:
        return on.is_equal(x, y), True
    if op == Op.DIFFERENT:
        return on.is_different(x, y), True
    if op == Op.AND:
        return on.both(x, y), True
    if op == Op.OR:
        return on.either(x, y), True
    if op == Op.NOT:
        return on.is_not(x), True
    if op == Op.FLOOR:
        return on.floor(x), True
    if op == Op.CEILING:
        return on.ceiling(x), True
    if op == Op.SQUARE_ROOT:
        return on.square_root(x), True
    if op == Op.ABSOLUTE:
        return on.absolute(x), True
    if op == Op.NEGATIVE:
        return on.negative(x), True
    return 0.0, False


@kernel
def plain(op: Any, x: Any, y: Any, x_is: Any, y_is: Any) -> Any:
    """Which operand an operation leaves as it is, bit for bit: 1, 2, or 0 for neither. x, y: constants where x_is, y_is."""
    if op == Op.MULTIPLY:
        if y_is and y == 1.0:
            return 1
        if x_is and x == 1.0:
            return 2
    if op == Op.ADD:  # −0 alone leaves every number as it is
        if y_is and y == 0.0 and np.copysign(1.0, y) < 0.0:
            return 1
        if x_is and x == 0.0 and np.copysign(1.0, x) < 0.0:
            return 2
    if op == Op.SUBTRACT and y_is and y == 0.0 and np.copysign(1.0, y) > 0.0:
        return 1
    if (op == Op.DIVIDE and y_is and y == 1.0) or (op == Op.LEAST and y_is and y == np.inf):
        return 1
    return 0


@kernel
def is_none(kept: Any, pool: Any, step: Any) -> Any:
    """Whether a step is the constant 0. A count of none, with no chance, or where none are expected, is 0."""
    return kept[step, 0] == Op.CONSTANT and pool[kept[step, 1]] == 0.0
