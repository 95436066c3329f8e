"""Sums that are the same whatever runs beside them."""

from __future__ import annotations

from typing import Any

import numpy as np


def in_order(values: Any) -> Any:
    """Sum over the first axis, one after the other, ``[row, …, future] → [future]``.

    `ndarray.sum` adds eight or more rows in another order where there is one future than where there are many, and a
    future replayed alone would differ in its last bits.

    >>> import numpy as np
    >>> rows = np.array([[0.1], [0.2], [0.3], [1e16], [0.4], [0.5], [0.6], [0.7], [0.8]])
    >>> bool(in_order(rows)[0] == in_order(np.hstack([rows, rows]))[1] == in_order(rows[:, 0]))
    True
    >>> in_order(np.zeros((0, 2))).tolist()
    [0.0, 0.0]
    """
    rows = np.asarray(values, dtype=float)
    return np.add.accumulate(rows, axis=0)[-1] if len(rows) else np.zeros(rows.shape[1:])
