"""How sure means over futures are: 95 % intervals, many at once."""

from __future__ import annotations

import numpy as np

from placeplan.core.intervals import Z95, wilson_ends
from placeplan.core.streams import Floats


def ends(values: Floats, span: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean of each row of ``[objective, future]``, and the ends of its interval: Wilson's for what is 0 or 1, else by its spread.

    >>> [e.round(3).tolist() for e in ends(np.array([[1.0] * 69 + [0.0] * 31, [5.0] * 100]), np.array([1.0, 0.0]))]
    [[0.69, 5.0], [0.594, 5.0], [0.772, 5.0]]
    """
    n = values.shape[1]
    mean = values.mean(axis=1)
    half = Z95 * np.sqrt(values.var(axis=1) / max(1, n - 1))
    low, high = mean - half, mean + half
    flags = (span == 1) & ((values == 0) | (values == 1)).all(axis=1)
    if flags.any():
        low[flags], high[flags] = wilson_ends(mean[flags], n)
    return mean, low, high
