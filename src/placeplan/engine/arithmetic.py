"""What each operation does to a number of each future, compiled; the same as NumPy's function of that name, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.engine.compiled import part

# ruff: noqa: D103 – each says all in its one line


@part
def added(x: Any, y: Any) -> Any:
    return x + y


@part
def less(x: Any, y: Any) -> Any:
    return x - y


@part
def times(x: Any, y: Any) -> Any:
    return x * y


@part
def over(x: Any, y: Any) -> Any:
    return x / y


@part
def least(x: Any, y: Any) -> Any:
    return x if x < y or np.isnan(x) else y


@part
def most(x: Any, y: Any) -> Any:
    return x if x > y or np.isnan(x) else y


@part
def is_less(x: Any, y: Any) -> Any:
    return 1.0 if x < y else 0.0


@part
def is_at_most(x: Any, y: Any) -> Any:
    return 1.0 if x <= y else 0.0


@part
def is_equal(x: Any, y: Any) -> Any:
    return 1.0 if x == y else 0.0


@part
def is_different(x: Any, y: Any) -> Any:
    return 1.0 if x != y else 0.0


@part
def both(x: Any, y: Any) -> Any:
    return 1.0 if (x != 0.0) & (y != 0.0) else 0.0


@part
def either(x: Any, y: Any) -> Any:
    return 1.0 if (x != 0.0) | (y != 0.0) else 0.0


@part
def is_not(x: Any) -> Any:
    return 1.0 if x == 0.0 else 0.0


@part
def floor(x: Any) -> Any:
    return np.floor(x)


@part
def ceiling(x: Any) -> Any:
    return np.ceil(x)


@part
def square_root(x: Any) -> Any:
    return np.sqrt(x)


@part
def absolute(x: Any) -> Any:
    return abs(x)


@part
def negative(x: Any) -> Any:
    return -x


@part
def nearest(x: Any) -> Any:
    return np.rint(x)


@part
def is_finite(x: Any) -> Any:
    return 1.0 if abs(x) < np.inf else 0.0


@part
def chosen(condition: Any, yes: Any, no: Any) -> Any:
    """One of two values at hand. Both are read before, or reading would hang on the condition: branches, lane by lane."""
    return yes if condition else no
