"""Who bears what varies: how much of a cost a payment follows, and what one contact more brings. Numbers in, numbers out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placeplan.core.intervals import Z95

Array = np.ndarray[Any, np.dtype[np.float64]]
STILL = 1e-9
"""Spread, against the size of a figure, below which it does not move: rounding."""


def passed_on(paid: Any, cost: Any) -> float:
    """Part of what a cost varies by that a payment follows: ``Σ (paid − p̄) (cost − c̄) ÷ Σ (cost − c̄)²``.

    paid, cost: £ of the same months in the same futures, ``[future]``; p̄, c̄: their means. It is the slope of a straight line:
    of each £1 that the cost is higher, so many £ are paid more. The parts of several payments add up to that of their sum.
    0 where the cost does not move. A tariff of £2,000 for care that costs £1,000 more each, and a block:

    >>> contacts = np.array([90.0, 100.0, 130.0])
    >>> passed_on(2000 * contacts, 1000 * contacts), passed_on(0 * contacts, 1000 * contacts)
    (2.0, 0.0)
    """
    from_mean = np.asarray(cost - np.mean(cost), dtype=float)
    whole = float((from_mean * from_mean).sum())
    if not moves(cost):
        return 0.0
    return float(((np.asarray(paid, dtype=float) - np.mean(paid)) * from_mean).sum() / whole)


def moves(figure: Any) -> bool:
    """Whether a figure differs between futures by more than rounding, ``[future]``.

    >>> moves(np.array([1e6, 1e6])), moves(np.array([1e6, 1e6 + 1.0]))
    (False, True)
    """
    values = np.asarray(figure, dtype=float)
    return bool(np.ptp(values) > STILL * max(float(np.abs(values).max()), 1.0))


class Spread(NamedTuple):
    """Between what a figure lies in 9 of 10 futures."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """From end to end."""
        return self.high - self.low


def spread(figure: Any) -> Spread:
    """The 5th and 95th of 100 futures, ``[future]``, in the figure's unit; both its mean where it does not move.

    >>> spread(np.arange(101.0))
    Spread(low=5.0, high=95.0)
    """
    values = np.asarray(figure, dtype=float)
    if not moves(values):
        return Spread(float(values.mean()), float(values.mean()))
    low, high = np.quantile(values, (0.05, 0.95))
    return Spread(float(low), float(high))


def share_alone(alone: Any, whole: Any) -> float:
    """Share of a figure's variance that is there if only one group of inputs moves: ``Var(alone) ÷ Var(whole)``.

    alone: with the others at their middle; whole: with all of them moving, ``[future]``. 0 where nothing moves. Shares add up to
    1 where the groups do not work on each other, and to more or less where they do.

    >>> one, other = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 2.0, 0.0, 2.0])
    >>> share_alone(one, one + other), share_alone(other, one + other)
    (0.2, 0.8)
    """
    if not moves(whole):
        return 0.0
    return float(np.var(np.asarray(alone, dtype=float)) / np.var(np.asarray(whole, dtype=float)))


class Each(NamedTuple):
    """What one more brings, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def for_each(more: Any, contacts: Any) -> Each:
    """What one contact more brings: ``m̄ ÷ k̄``, ± 1.96 of its standard error ``√(Var(more − r × contacts) ÷ n) ÷ |k̄|``.

    more: £ more, contacts: contacts more, in the same futures, ``[future]``; m̄, k̄: their means; r: the ratio itself (of means,
    by linearisation). Not-a-number where there are no contacts more.
    Source: Cochran, Sampling Techniques (1977), section 6.4 (ratio estimate).

    >>> for_each(np.array([200.0, 400.0]), np.array([1.0, 2.0]))
    Each(value=200.0, low=200.0, high=200.0)
    """
    gain, more_of = np.asarray(more, dtype=float), np.asarray(contacts, dtype=float)
    count = float(more_of.mean())
    if not moves(np.append(more_of, 0.0)) or count == 0.0:
        return Each(np.nan, np.nan, np.nan)
    ratio = float(gain.mean()) / count
    rest = gain - ratio * more_of
    n = len(rest)
    half = Z95 * float(np.sqrt(rest.var(ddof=1) / n)) / abs(count) if n > 1 else np.inf
    return Each(ratio, ratio - half, ratio + half)
