"""How sure a share of futures is."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.core.streams import Floats

Z95 = 1.959963984540054
"""Standard deviations of a normal within which 95 % lie."""


def wilson_ends(share: Any, futures: float, z: float = Z95) -> tuple[Floats, Floats]:
    """Ends of Wilson's two-sided interval of shares ``[…]`` of so many futures, at least one.

    ``centre = (p + z²/2n) / (1 + z²/n)``; ``half = z √(p(1−p)/n + z²/4n²) / (1 + z²/n)``, with ``p`` the share, ``n`` the
    futures and ``z = 1.96`` for 95 %; 0 and 1 are their own ends.
    Source: Wilson (1927) J Am Stat Assoc 22:209; Brown, Cai and DasGupta (2001) Stat Sci 16:101.

    >>> [round(float(e), 3) for e in wilson_ends(0.69, 100)]
    [0.594, 0.772]
    """
    p = np.asarray(share, dtype=np.float64)
    z2 = z * z / futures
    centre = (p + z2 / 2) / (1 + z2)
    half = z * np.sqrt(p * (1 - p) / futures + z2 / futures / 4) / (1 + z2)
    return np.where(p <= 0, 0.0, centre - half), np.where(p >= 1, 1.0, centre + half)
