"""Smallest counts whose cumulative probability reaches a uniform, found step by step, many of them abreast."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.core.streams import Floats

TINY = 1e-300
"""A chance at which a walk ends: its sum has stopped growing long before."""
_ABREAST = 256
"""Walks up to which several steps of all are taken at once."""
_STEPS, _FEW_STEPS = 12, 4
"""Steps after which those found drop out, of few walks and of many."""


def next_chance(chance: Any, factor: Any, part: Any) -> Any:
    """The walk's P(k) from P(k−1): ``P(k) = P(k−1) × factor × part``; factor: ``base + (k − 1) more``; part: 1 / k.

    >>> next_chance(0.25, 1.5, 0.5)
    0.1875
    """
    return chance * factor * part


def walk(u: Floats, first: Floats, base: Floats, more: Floats) -> Floats:
    """Smallest k whose cumulative probability reaches u, where ``P(k+1) = P(k) (base + k more) / (k + 1)``.

    Those found drop out, so that the work follows the sum of the counts. A walk whose probabilities have run out
    (rounding kept the sum just below u) ends there.

    Args:
        u: uniforms, ``[walk]``, like the others.
        first: P(0).
        base: what the factor of the first step is.
        more: what each step adds to it.

    Returns:
        Whole numbers as float64, ``[walk]``.

    Worked: of a Poisson of mean 1, 0.37 lie at none, 0.74 at one at most, 0.92 at two, 0.98 at three.

    >>> walk(np.array([0.3, 0.7, 0.95]), np.full(3, 0.367879441), np.ones(3), np.zeros(3)).tolist()
    [0.0, 1.0, 3.0]
    """
    count = np.zeros_like(u)
    at: Any = (u > first).nonzero()[0]
    u, chance, base, more = (a.take(at) for a in (u, first, base, more))
    total, found, factor, k = chance.copy(), np.ones_like(u), base, 0
    while at.size:
        several = _STEPS if at.size <= _ABREAST else _FEW_STEPS
        take = _at_once if at.size <= _ABREAST else _one_by_one
        chance, factor, total = take(several, k, (u, chance, factor, more, total), found)
        k += several
        count[at] = found
        on = ((total < u) & (chance > TINY)).nonzero()[0]
        if not on.size:
            break
        at, u, chance, total, more, factor, found = (a.take(on) for a in (at, u, chance, total, more, factor, found))
    return count


def _one_by_one(steps: int, k: int, walks: tuple[Floats, ...], found: Floats) -> tuple[Floats, Floats, Floats]:
    """Steps of walks, one after the other; adds to what was found, and returns the chance, the factor and the total."""
    u, chance, factor, more, total = walks
    for part in 1.0 / np.arange(k + 1, k + 1 + steps):
        chance = next_chance(chance, factor, part)
        total += chance
        factor += more
        found += total < u
    return chance, factor, total


def _at_once(steps: int, k: int, walks: tuple[Floats, ...], found: Floats) -> tuple[Floats, Floats, Floats]:
    """The same steps in the same order in a few calls: of few walks, calls are what takes the time.

    Each P(k) is the one before times its factor times its part; so the products of both in turn have it in every second row.
    """
    u, chance, factor, more, total = walks
    factors, totals = np.empty((2, steps + 1, len(u)))
    factors[0], factors[1:] = factor, more
    np.add.accumulate(factors, out=factors)
    chances = np.empty((2 * steps + 1, len(u)))
    chances[0], chances[1::2], chances[2::2] = chance, factors[:-1], 1.0 / np.arange(k + 1, k + 1 + steps)[:, None]
    np.multiply.accumulate(chances, out=chances)
    totals[0], totals[1:] = total, chances[2::2]
    np.add.accumulate(totals, out=totals)
    found += (totals[1:] < u).sum(axis=0)
    return chances[-1], factors[-1], totals[-1]
