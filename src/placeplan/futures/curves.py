"""The curves behind the distributions: the normal's and the beta's, and rounding that no machine can change."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from placeplan.core.streams import Floats

_TENS = np.array([float(f"1e{k}") for k in range(301)])
P90 = 1.2815515655446004
"""The standard normal's 90 % quantile."""


def round_significant(values: Floats) -> Floats:
    """Values rounded to 12 significant digits.

    >>> [float(v) for v in round_significant(np.array([1 / 3, -2e5 / 3, 0.0]))]
    [0.333333333333, -66666.6666667, 0.0]
    """
    size = np.where(values == 0.0, 1.0, np.abs(values))
    digits = np.clip(11 - np.floor(np.log10(size)).astype(np.int64), -300, 300)
    up, down = _TENS[np.maximum(digits, 0)], _TENS[np.maximum(-digits, 0)]
    result: Floats = np.rint(values * up / down) / up * down
    return result


def normal_cdf(z: float) -> float:
    """Probability that a standard normal lies below z.

    >>> round(normal_cdf(1.96), 6)
    0.975002
    """
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_density(z: float) -> float:
    """Density of the standard normal; 0 at the infinities."""
    return math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def refuse_disorder(**bounds: float | None) -> None:
    """Refuse bounds that fall where they should rise."""
    known = [(name, value) for name, value in bounds.items() if value is not None]
    for (name, value), (after, larger) in pairwise(known):
        if value > larger:
            raise ValueError(f"{name} ({value:g}) must not exceed {after} ({larger:g})")


def beta_quantile(a: float, b: float, u: Floats) -> Floats:
    """Quantile of the beta distribution on [0, 1]."""
    from scipy.special import betaincinv  # noqa: PLC0415 – slow to import

    result: Floats = betaincinv(a, b, u)
    return result


def half_mean(sd: float, most: float) -> float:
    """Mean distance from the middle of half a normal curve, distances beyond `most` counting as `most`."""
    if sd == 0:
        return 0.0
    bound = most / sd
    beyond = 0.0 if math.isinf(bound) else 2 * bound * normal_cdf(-bound)
    return sd * (2 * (normal_density(0.0) - normal_density(bound)) + beyond)
