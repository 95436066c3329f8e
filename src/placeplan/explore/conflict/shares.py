"""How many futures may keep a promise, given how many of those run did: exact bounds of a share."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtrc, betaincinv

from placeplan.explore.arrays import Floats


def at_most(kept: Floats, of: int, level: float) -> Floats:
    """Largest share that k kept of n leave possible: ``P`` with ``Prob(at most k of n | P) = level``; 1 for k = n.

    Never exceeded more often than ``level``, for any n and P, unlike Wilson's, which is right on average only.
    Source: Clopper and Pearson (1934), Biometrika 26:404.

    >>> at_most(np.array([0.0, 69.0, 100.0]), 100, 0.025).round(3).tolist()
    [0.036, 0.779, 1.0]
    """
    k = np.asarray(kept, dtype=np.float64)
    found: Floats = np.where(k >= of, 1.0, betaincinv(np.minimum(k + 1.0, of), np.maximum(of - k, 1.0), 1.0 - level))
    return found


def at_least(kept: Floats, of: int, level: float) -> Floats:
    """Smallest share that k kept of n leave possible: ``P`` with ``Prob(at least k of n | P) = level``; 0 for k = 0.

    >>> at_least(np.array([0.0, 69.0, 100.0]), 100, 0.025).round(3).tolist()
    [0.0, 0.59, 0.964]
    """
    return 1.0 - at_most(of - np.asarray(kept, dtype=np.float64), of, level)


def enough(shares: Floats, asked: Floats, level: float) -> int | None:
    """Futures in which the same shares would be at least what is asked, for certain (`at_least`), to the next power of two.

    None where a share is not above what is asked, or a million futures would not do.

    >>> enough(np.array([0.84]), np.array([0.8]), 0.025), enough(np.array([0.8]), np.array([0.8]), 0.025)
    (512, None)
    """
    if not (shares > asked).all():
        return None
    return next((n for n in (2**k for k in range(21)) if (at_least(shares * n, n, level) >= asked).all()), None)


def by_luck(against: Floats, agrees: Floats) -> Floats:
    """How often a fair coin falls so unevenly: ``Prob(at least b heads in b + c)``, b futures against and c for it.

    Source: McNemar (1947), Psychometrika 12:153, exact.

    >>> by_luck(np.array([10.0, 3.0]), np.array([0.0, 3.0])).round(4).tolist()
    [0.001, 0.6562]
    """
    together = (np.asarray(against) + np.asarray(agrees)).astype(np.intp)
    found: Floats = bdtrc(np.asarray(against) - 1.0, together, 0.5)
    return found
