"""Tornado: how far one input alone swings an outcome from its low to its high end, worlds paired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placeplan.core.intervals import Z95
from placeplan.explore.resample import Array, Places


@dataclass(frozen=True)
class Tornado:
    """Mean change of a figure with one input at its 10 % and its 90 % value, all else as drawn."""

    low: Array
    """Change with the input at 10 %, ``[input]``, unit of the figure."""
    high: Array
    """Change with the input at 90 %, ``[input]``."""
    low_error: Array
    """Half the 95 % interval of ``low``: Monte Carlo error of the mean, worlds paired."""
    high_error: Array
    order: Places
    """Inputs, the widest swing first."""

    @property
    def swing(self) -> Array:
        """``|high − low|``, ``[input]``."""
        return np.abs(self.high - self.low)


def tornado(middle: Array, low: Array, high: Array) -> Tornado:
    """Bars of a tornado from runs on the same worlds.

    Args:
        middle: the figure as drawn, or with all inputs at their median, ``[world]``.
        low: with one input at its 10 % value, ``[input, world]``.
        high: with one input at its 90 % value, ``[input, world]``.

    Raises ``ValueError`` where shapes don't fit or there are fewer than two worlds.

    >>> t = tornado(np.zeros(2), np.array([[-1.0, -1.0], [-3.0, -3.0]]), np.array([[1.0, 1.0], [2.0, 2.0]]))
    >>> t.swing.tolist(), t.order.tolist()
    ([2.0, 5.0], [1, 0])
    """
    if low.shape != high.shape or low.ndim != 2 or low.shape[1:] != middle.shape or middle.size < 2:
        raise ValueError("give middle as [world] and low and high as [input, world], with two worlds or more")
    steps = [x - middle for x in (low, high)]
    means = [x.mean(axis=1) for x in steps]
    errors = [Z95 * x.std(axis=1, ddof=1) / np.sqrt(middle.size) for x in steps]
    order = np.argsort(-np.abs(means[1] - means[0]), kind="stable").astype(np.int64)
    return Tornado(means[0], means[1], errors[0], errors[1], order)
