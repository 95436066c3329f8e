"""Shapley values of a game over few players, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb, lcm
from typing import Any

import numpy as np

from placeplan.core import streams
from placeplan.explore.arrays import Floats, Whole


def coalitions(players: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Every coalition, in order of its bit mask: bit i stands for player i.

    >>> [sorted(c) for c in coalitions(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    return tuple(
        frozenset(p for i, p in enumerate(players) if mask >> i & 1) for mask in range(1 << len(players))
    )  # fmt: skip


def shapley(values: Floats) -> Floats:
    """Each player's mean marginal contribution over all orders, ``[player, …]``.

    ``φ_i = Σ_{S without i} |S|! (n − |S| − 1)! / n! × (v(S + i) − v(S))``; the shares sum to ``v(all) − v(none)``.
    ``values[mask, …]`` is the game's value for each coalition. Raises ``ValueError`` where their number is no power of 2.
    Source: Shapley (1953), A value for n-person games.

    >>> shapley(np.array([0.0, 0.0, 0.0, 1.0])).tolist()  # either alone does nothing
    [0.5, 0.5]
    """
    counts, whole = weights(values.shape[0].bit_length() - 1)
    found: Floats = _weighed(values, counts / whole)
    return found


def counted(values: Whole) -> tuple[Whole, int]:
    """The same of a game in whole numbers, without any rounding: each player's share times a whole number, and that number.

    Two players who bring the same to every coalition have the same share exactly, whatever the order they stand in.

    >>> shares, by = counted(np.array([0, 6, 6, 18]))
    >>> shares.tolist(), by
    ([18, 18], 2)
    """
    counts, whole = weights(values.shape[0].bit_length() - 1)
    return _weighed(values, counts), whole


def weights(players: int) -> tuple[Whole, int]:
    """How much a player's contribution to a coalition counts, by its size: ``w_s / w = s! (n − s − 1)! / n!``, in whole numbers.

    ``[size]``, and the number by which all are divided.

    >>> counts, whole = weights(3)
    >>> counts.tolist(), whole
    ([2, 1, 2], 6)
    """
    parts = [players * comb(players - 1, s) for s in range(players)]
    whole = lcm(*parts)
    return np.array([whole // p for p in parts], dtype=np.int64), whole


def _weighed(values: Any, weight: Any) -> Any:
    """``Σ_{S without i} weight[|S|] (v(S + i) − v(S))``, ``[player, …]``."""
    count = values.shape[0]
    n = count.bit_length() - 1
    if count != 1 << n:
        raise ValueError("give a value for each of the 2ⁿ coalitions")
    masks = np.arange(count)
    size = np.array([m.bit_count() for m in range(count)])
    result = np.zeros((n, *values.shape[1:]), dtype=weight.dtype)
    for i in range(n):
        without = masks[(masks >> i & 1) == 0]
        w = weight[size[without]].reshape(-1, *([1] * (values.ndim - 1)))
        result[i] = (w * (values[without | (1 << i)] - values[without])).sum(axis=0)
    return result


def bootstrap(
    samples: Floats, seed: int, name: str, statistic: Callable[[Floats], Floats] | None = None, times: int = 400
) -> tuple[Floats, Floats]:
    """Ends of the 95 % interval of a statistic of ``samples[item, future]``, futures drawn anew with replacement.

    ``statistic`` turns ``[item, future]`` into ``[item]``; the mean where none is given. The draws are keyed by seed and
    name, so the interval is the same on any machine. Source: Efron (1979), percentile interval.

    >>> low, high = bootstrap(np.array([[0.0, 1.0] * 50]), 1, "doctest")
    >>> bool(0.35 < low[0] < 0.5 < high[0] < 0.65)
    True
    """
    count = samples.shape[1]
    key = np.array([streams.key(seed, "bootstrap", name)], dtype=np.uint64)
    found = []
    for step in range(times):
        u = streams.uniform(streams.words(key, np.arange(count, dtype=np.uint64), step)[0])
        again = samples[:, (u * count).astype(np.int64)]
        found.append(again.mean(axis=1) if statistic is None else statistic(again))
    low, high = np.quantile(np.array(found), [0.025, 0.975], axis=0)
    return low, high
