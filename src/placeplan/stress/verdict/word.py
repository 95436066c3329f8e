"""The word: workable, fragile, unworkable – or, as honestly, not settled or withheld (docs: the verdict).

Everything here is a pure function of intervals. Its order is the order of the definition; no path leads from a worse
stage to a better one but through better intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from placeplan.stress.grid.wilson import Interval
from placeplan.stress.results.promises import Word

HOPELESS = 0.2
"""A hard promise kept in fewer futures than this makes a plan unworkable."""
SHOCKED = 0.5
"""The share in which each hard promise has to hold under each shock that decides."""
MOST_FUTURES = 10_000_000
"""Beyond so many futures nobody would wait."""


@dataclass(frozen=True)
class Asked:
    """A hard promise: the share of futures that keep it, and the share that is asked for."""

    interval: Interval
    asks: float


@dataclass(frozen=True)
class Standing:
    """All that the word depends on, in one form of the model."""

    hard: tuple[Asked, ...]
    """The hard promises whose share is known."""
    shocks: tuple[Interval, ...] = ()
    """The share of futures that keeps each hard promise under each shock that decides."""
    unknown: int = 0
    """Hard promises that could not be computed; they are never counted as kept."""

    def at(self, futures: int) -> Standing:
        """The same shares as they would stand in another number of futures."""
        hard = tuple(replace(a, interval=a.interval.at(futures)) for a in self.hard)
        return replace(self, hard=hard, shocks=tuple(i.at(futures) for i in self.shocks))


def exact_word(shares: Sequence[tuple[float, float]], shocks: Sequence[float]) -> Word:
    """The word if the shares were known exactly; ``shares`` holds (P, asks) of each hard promise.

    >>> exact_word([(0.9, 0.8), (0.8, 0.8)], [0.5])
    'workable'
    >>> exact_word([(0.9, 0.8)], [0.49]), exact_word([(0.9, 0.8), (0.19, 0.8)], [1.0])
    ('fragile', 'unworkable')
    """
    if any(p < HOPELESS for p, _ in shares):
        return "unworkable"
    if all(p >= asks for p, asks in shares) and all(p >= SHOCKED for p in shocks):
        return "workable"
    return "fragile"


def ends(standing: Standing) -> tuple[Word, Word]:
    """The word if every share stood at the lower end of its interval, and if every one stood at the upper end."""
    low = exact_word([(a.interval.low, a.asks) for a in standing.hard], [i.low for i in standing.shocks])
    high = exact_word([(a.interval.high, a.asks) for a in standing.hard], [i.high for i in standing.shocks])
    return low, high


def word_of_form(standing: Standing) -> Word:
    """The word of one form of the model, apart from what is withheld because of its data.

    >>> asked = Asked(Interval(0.8, 0.77, 0.82), 0.8)
    >>> word_of_form(Standing((asked,)))
    'not settled'
    """
    if not standing.hard and not standing.unknown:
        return "no promises"
    low, high = ends(standing)
    if high == "unworkable":
        return "unworkable"
    if standing.unknown and high == "workable":
        return "withheld"
    return low if low == high else "not settled"


def decide(forms: Sequence[Standing], *, on_defaults: bool = False, conflict: bool = False) -> Word:
    """The word, in the order in which it is defined.

    1. ``unworkable`` where in every form some hard promise has its upper bound below 0.2, or a conflict is proved;
    2. ``withheld`` where default inputs carry over half of a deciding margin (``on_defaults``), where forms give
       different words, or where a hard promise that is not known would decide whether the plan is workable;
    3. ``not settled`` where the word differs between the ends of the intervals, in any form;
    4. ``workable`` where each hard promise has its lower bound at what it asks, and holds in half the futures of each shock;
    5. ``fragile``: the rest.

    Raises ``ValueError`` without a form.
    """
    if not forms:
        raise ValueError("there is no form of the model to judge by")
    words = {word_of_form(s) for s in forms}
    if words == {"no promises"}:
        return "no promises"
    if conflict or words == {"unworkable"}:
        return "unworkable"
    if on_defaults or len(words - {"not settled"}) > 1:
        return "withheld"
    return "not settled" if "not settled" in words else words.pop()


def futures_needed(standing: Standing, futures: int) -> int | None:
    """How many more futures would settle the word if the shares stay as they are; None where 10 million would not.

    The ends agree for good once every interval is clear of its bounds, so the number is found by doubling and halving,
    and rounded up to two figures.

    >>> from placeplan.stress.grid.wilson import wilson
    >>> futures_needed(Standing((Asked(wilson(830, 1000), 0.8),)), 1000) is None
    False
    >>> futures_needed(Standing((Asked(wilson(800, 1000), 0.8),)), 1000) is None
    True
    """

    def settled(n: int) -> bool:
        low, high = ends(standing.at(n))
        return low == high

    high = max(futures, 1)
    while not settled(high):
        if high >= MOST_FUTURES:
            return None
        high *= 2
    low = high // 2
    while high - low > max(1, high // 200):
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) else (middle, high)
    return _round_up(max(high - futures, 0))


def _round_up(number: int) -> int:
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step
