"""How sure a share of futures is: Wilson's interval, and the state of a cell against what is asked."""

from __future__ import annotations

from dataclasses import dataclass

from placeplan.core.intervals import wilson_ends
from placeplan.stress.results.promises import Probability, State


@dataclass(frozen=True)
class Interval:
    """A share of futures with the ends of its interval."""

    p: float
    low: float
    high: float

    def at(self, futures: int) -> Interval:
        """The interval that the same share would have in another number of futures.

        >>> narrow = Interval(0.5, 0.40, 0.60).at(10_000)
        >>> round(narrow.low, 2), round(narrow.high, 2)
        (0.49, 0.51)
        """
        return wilson(self.p * futures, futures)


def wilson(kept: float, futures: float) -> Interval:
    """Wilson's two-sided 95 % interval of a share (`core.intervals.wilson_ends`); without a future nothing is known: 0 to 1.

    >>> i = wilson(69, 100)
    >>> round(i.low, 3), round(i.high, 3)
    (0.594, 0.772)
    >>> wilson(0, 0)
    Interval(p=0.0, low=0.0, high=1.0)
    """
    if futures <= 0:
        return Interval(0.0, 0.0, 1.0)
    low, high = wilson_ends(kept / futures, futures)
    return Interval(kept / futures, float(low), float(high))


def state(interval: Interval, asks: float) -> State:
    """The state of a cell: interval wholly at or above what is asked, across it, or below (with P ≥ ½ or less).

    >>> [state(wilson(k, 1000), 0.8) for k in (900, 800, 700, 300)]
    ['kept', 'close', 'short', 'fail']
    """
    if interval.low >= asks:
        return "kept"
    if interval.high >= asks:
        return "close"
    return "short" if interval.p >= 0.5 else "fail"


def probability(kept: float, futures: int, asks: float) -> Probability:
    """A share of futures as findings show it."""
    i = wilson(kept, futures)
    return Probability(p=i.p, low=i.low, high=i.high, state=state(i, asks))
