"""Who comes and who leaves: counts drawn from words, or at their expectation where chance is held."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.capacity import beds as eq
from placeplan.capacity.beds import SLACK, Array, BedCounts, BedMonth, BedState, Chance
from placeplan.core import quantiles
from placeplan.core.sums import only_where


def by_exit(going: Any, places: Any, used: Any) -> Any:
    """People held up who leave by an exit today: ``least(going, most(0, places − used))``.

    going: those who would leave today; places: what the exit has offered since the month began; used: taken of it
    before today. What nobody took on one day is there on the next.

    >>> float(by_exit(5.0, 12.0, 9.0))
    3.0
    """
    return np.minimum(going, np.maximum(places - used, 0.0))


def shares_of_rest(share: Any) -> list[Any]:
    """Share of each exit but the last in those not yet divided: ``share / what is left``.

    >>> [float(s) for s in shares_of_rest(np.array([0.5, 0.25, 0.25]))]
    [0.5, 0.5]
    """
    found, left = [], 1.0
    for part in () if share is None else share[:-1]:
        found.append(np.clip(part / np.maximum(left, 1e-12), 0.0, 1.0))
        left = left - part
    return found


def spread_over(number: Any, day: Any, days: int) -> Any:
    """Whole people of a month who come by a day, evenly: ``floor(number × day / days)``.

    >>> [float(spread_over(3.0, d, 6)) for d in range(7)]
    [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0]
    """
    return np.floor(number * day / days + SLACK)


class Of:
    """How many of n: drawn, or ``n × p`` where chance is held; what hangs on p alone is worked out once a month."""

    def __init__(self, p: Array, expected: bool) -> None:
        self.p, self.expected = p, expected
        self.rate = None if expected else quantiles.binomial_rate(p)

    def __call__(self, word: Any, n: Any) -> Any:
        """Whole numbers of patients, ``[pool, future]``."""
        return n * self.p if self.expected else quantiles.binomial(word, n, self.p, self.rate)


class Come:
    """How many come: drawn with a dispersion, or the mean where chance is held."""

    def __init__(self, dispersion: Array, expected: bool) -> None:
        self.dispersion, self.expected = dispersion, expected
        self.rate = None if expected else quantiles.negative_binomial_rate(dispersion)

    def __call__(self, word: Any, mean: Any) -> Any:
        """Whole numbers of patients, ``[pool, future]``."""
        return mean if self.expected else quantiles.negative_binomial(word, mean, self.dispersion, self.rate)


class Leavers:
    """Who leaves on each morning of a month. All groups are drawn in one call, as calls are what takes the time."""

    def __init__(self, month: BedMonth, expected: bool) -> None:
        groups = (month.leave_short, month.leave_long, *month.leave_delayed, month.leave_elective)
        self.month = month
        self.all = Of(np.concatenate(groups), expected)
        self.held = Of(month.delay_chance, expected)
        self.exits, self.expected, self.places = month.exits, expected, month.places
        shares = shares_of_rest(month.exit_share)
        known = [None] * len(shares) if month.may_wait is None else month.may_wait
        self.of_rest = [Of(only_where(some, p), expected) for some, p in zip(known, shares, strict=False)]

    def leave(self, state: BedState, counts: BedCounts, chance: Chance, step: int, number: Any, factor: Any) -> Array:
        """People leave in the morning of the month's day ``number`` (from 1); returns how many left, ``[pool, future]``.

        factor: nights of the emergencies today against the usual; None: as usual.
        """
        late, late_elective = chance.pair("leave late", step)
        by = [chance.pair(f"leave to {name}", step) if name else (late, None) for name in self.exits]
        inside = np.concatenate((state.short, state.long, *state.delayed, state.elective))
        words = None
        if not self.expected:
            words = np.concatenate((*chance.pair("leave", step), *(word for word, _ in by), late_elective))
        leaving = self.all if factor is None else self._stretched(factor)
        going = leaving(words, inside).reshape(len(by) + 3, *state.short.shape)
        short, ready, home, elective = going[0], going[1], going[2:-1], going[-1]
        if self.places is not None:
            offered = self.places * number
            home = by_exit(home, chance.either(offered, np.floor(offered + SLACK)), counts.left_for_care)
        home = only_where(self.month.may_wait, home)
        held = self.held(chance.pair("delay", step)[0], ready)
        state.short = state.short - short
        state.long = state.long - ready
        state.delayed = state.delayed - home + self._divided(held, [word for _, word in by])
        state.elective = state.elective - elective
        counts.left_for_care += home
        straight = short + ready - held
        counts.straight += straight
        left: Array = straight + (home[0] if len(by) == 1 else home.sum(axis=0)) + elective
        return left

    def _divided(self, held: Any, words: list[Any]) -> Any:
        """Those newly held up by the exit they wait for, ``[exit, pool, future]``; nobody is lost."""
        parts, rest = [], held
        for word, of in zip(words, self.of_rest, strict=False):
            parts.append(of(word, rest))
            rest = rest - parts[-1]
        return np.stack([*parts, rest])

    def _stretched(self, factor: Any) -> Of:
        """The day's chances of leaving, where emergencies stay longer or shorter than usual."""
        m, usual = self.month, factor == 1.0
        short, long = (np.where(usual, leave, eq.stretched(leave, factor)) for leave in (m.leave_short, m.leave_long))
        return Of(np.concatenate((short, long, *m.leave_delayed, m.leave_elective)), self.expected)
