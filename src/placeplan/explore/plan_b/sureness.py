"""How sure means and shares over futures are: 95 % intervals, many at once."""

from __future__ import annotations

import numpy as np

from placeplan.core.streams import Floats

Z95 = 1.959963984540054


def shares(kept: Floats, futures: int, z: float = Z95) -> tuple[Floats, Floats]:
    """Wilson's interval of shares ``[…]`` of so many futures: lower and upper end.

    ``centre = (p + z²/2n) / (1 + z²/n)``; ``half = z √(p(1−p)/n + z²/4n²) / (1 + z²/n)``.
    Source: Wilson (1927) J Am Stat Assoc 22:209.

    >>> [round(float(e), 3) for e in shares(np.array(0.69), 100)]
    [0.594, 0.772]
    """
    z2 = z * z / futures
    centre = (kept + z2 / 2) / (1 + z2)
    half = z * np.sqrt(kept * (1 - kept) / futures + z2 / futures / 4) / (1 + z2)
    return np.where(kept <= 0, 0.0, centre - half), np.where(kept >= 1, 1.0, centre + half)


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
        low[flags], high[flags] = shares(mean[flags], n)
    return mean, low, high
