"""Beds, day by day: who comes, who stays, who waits without one.

The count is of midnights. People who come and go on one day fill no midnight bed and are not drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from placeplan.capacity.base import Capacity
from placeplan.core import quantiles
from placeplan.core.calendar import Day

Array = np.ndarray[Any, np.dtype[np.float64]]

SLACK = 1e-9
"""Beds by which a full pool may seem overfull when patients are not whole (chance held) and sums round."""


class Beds(Capacity, kind="beds"):
    """A pool of beds at one site: emergencies first, planned patients in what is left, then escalation, then waiting."""

    kind: Literal["beds"] = "beds"
    example: ClassVar[dict[str, object]] = {"kind": "beds"}


def whole(beds: Any) -> Any:
    """Beds as people can lie in them: to the nearest whole bed, as published figures are daily averages.

    >>> float(whole(299.1))
    299.0
    """
    return np.floor(beds + 0.5)


def leaving(nights: Any) -> Any:
    """Chance of leaving on a day after a midnight in a bed: ``h = 1 / (1 + nights)``.

    nights: mean midnights of the part of the stay, those with none counted. The stay is geometric on 0, 1, 2, …,
    so a share h never reaches a midnight and each midnight is followed by another with chance 1 − h.

    >>> leaving(4.0)
    0.2
    """
    return 1.0 / (1.0 + nights)


def long_nights(mean_nights: Any, short_share: Any, short_nights: Any) -> Any:
    """Mean midnights of the long stays, so that all stays together have their mean.

    ``long = most(short, (mean − share × short) / (1 − share))``; nights: midnights per admission.

    >>> float(long_nights(4.0, 0.5, 1.0))
    7.0
    """
    return np.maximum(short_nights, (mean_nights - short_share * short_nights) / (1.0 - short_share))


def over_night(mean_admissions: Any, nights: Any) -> Any:
    """Admissions that reach a midnight: ``admissions × nights / (1 + nights)``.

    >>> over_night(10.0, 4.0)
    8.0
    """
    return mean_admissions * nights / (1.0 + nights)


def admitted(waiting: Any, ordinary_free: Any, escalation_free: Any) -> Any:
    """Emergencies who find a bed: ``least(waiting, most(0, ordinary) + most(0, escalation))``, patients of the day.

    >>> float(admitted(12, 7, 3))
    10.0
    """
    return np.minimum(waiting, np.maximum(ordinary_free, 0.0) + np.maximum(escalation_free, 0.0))


def electives_admitted(listed: Any, slots: Any, ordinary_free: Any) -> Any:
    """Planned patients who come in: ``least(listed, slots, most(0, free))``, patients of the day.

    listed: those due today and those put off; slots: theatre slots of the day; free: ordinary beds left.

    >>> float(electives_admitted(9, 8, 5))
    5.0
    """
    return np.minimum(np.minimum(listed, slots), np.maximum(ordinary_free, 0.0))


class Chance(Protocol):
    """Where a day's random words come from: 32-bit words by process and day, ``[pool, future]``."""

    expected: bool

    def pair(self, process: str, day: int) -> tuple[Any, Any]:
        """Two independent arrays of words."""


@dataclass
class BedState:
    """Patients of each pool at a midnight, ``[pool, future]``: whole numbers unless chance is held."""

    short: Array
    long: Array
    delayed: Array
    elective: Array
    waiting: Array
    deferred: Array

    @property
    def occupied(self) -> Array:
        """Patients in beds."""
        return self.short + self.long + self.delayed + self.elective


@dataclass(frozen=True)
class BedMonth:
    """What drives the beds of one month, ``[pool, future]`` each."""

    emergencies: Array
    """Emergency admissions of the month that reach a midnight."""
    electives: Array
    """Planned admissions of the month that reach a midnight."""
    short_part: Array
    """Share of the overnight emergencies whose stay is of the short part."""
    leave_short: Array
    leave_long: Array
    leave_delayed: Array
    leave_elective: Array
    delay_chance: Array
    """Share of the long stays that end in a wait to leave."""
    open: Array
    escalation: Array
    slots: Array
    """Theatre slots a working day."""
    dispersion: Array
    weekend: Array
    """Emergencies of a weekend day against a weekday's."""


@dataclass
class BedCounts:
    """Sums over the days of a month, ``[pool, future]``."""

    occupied: Array
    over_92: Array
    over_100: Array
    escalation: Array
    waiting: Array
    delayed: Array
    arrivals: Array
    admissions: Array
    discharges: Array
    electives: Array

    @classmethod
    def zero(cls, shape: tuple[int, ...]) -> BedCounts:
        """All sums at 0."""
        return cls(*(np.zeros(shape) for _ in range(10)))


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


def run_month(state: BedState, month: BedMonth, days: Sequence[Day], first_day: int, chance: Chance) -> BedCounts:
    """Moves the beds through the days of one month; ``state`` becomes that of the last midnight.

    Each day: people leave; emergencies come and join those who wait; they take ordinary, then escalation beds; planned
    patients take the slots and ordinary beds left, on working days; whoever has no bed waits, or is put off.
    """
    counts = BedCounts.zero(state.short.shape)
    beds, escalation = (
        (month.open, month.escalation) if chance.expected else (whole(month.open), whole(month.escalation))
    )
    weights = [1.0 if d.weekday < 5 else 0.0 for d in days]
    weekend = len(days) - sum(weights)
    per_weekday = month.emergencies / (sum(weights) + weekend * month.weekend)
    working = sum(d.working for d in days)
    per_working_day = month.electives / max(working, 1)
    slots_so_far: Any = 0.0
    come, planned_come = Come(month.dispersion, chance.expected), Come(np.ones_like(month.dispersion), chance.expected)
    of_short = Of(month.short_part, chance.expected)
    leavers = Leavers(month, chance.expected)
    for number, day in enumerate(days):
        arrivals_mean = per_weekday if day.weekday < 5 else per_weekday * month.weekend
        step = first_day + number
        left = leavers.leave(state, chance, step)
        word_a, word_b = chance.pair("arrivals", step)
        arrivals = come(word_a, arrivals_mean)
        state.waiting = state.waiting + arrivals
        in_beds = state.occupied
        free = beds - in_beds
        taken = admitted(state.waiting, free, beds + escalation - np.maximum(in_beds, beds))
        state.waiting = state.waiting - taken
        new_short = of_short(word_b, taken)
        state.short = state.short + new_short
        state.long = state.long + (taken - new_short)
        planned: Any = 0.0
        if day.working:
            word_c, _ = chance.pair("electives", step)
            due = state.deferred + planned_come(word_c, per_working_day)
            slots_now = slots_so_far + month.slots
            slots = slots_now - slots_so_far if chance.expected else np.floor(slots_now) - np.floor(slots_so_far)
            slots_so_far = slots_now
            planned = electives_admitted(due, slots, free - taken)
            state.elective = state.elective + planned
            state.deferred = due - planned
        _count(counts, state, beds, arrivals, taken, planned, left)
    return counts


class Leavers:
    """Who leaves on each morning of a month. The four groups are drawn in one call, as calls are what takes the time."""

    def __init__(self, month: BedMonth, expected: bool) -> None:
        groups = (month.leave_short, month.leave_long, month.leave_delayed, month.leave_elective)
        self.all = Of(np.concatenate(groups), expected)
        self.held = Of(month.delay_chance, expected)
        self.expected = expected

    def leave(self, state: BedState, chance: Chance, step: int) -> Array:
        """People leave in the morning; returns how many left the hospital, ``[pool, future]``."""
        words = (*chance.pair("leave", step), *chance.pair("leave late", step))
        word_held, _ = chance.pair("delay", step)
        inside = np.concatenate((state.short, state.long, state.delayed, state.elective))
        going = self.all(None if self.expected else np.concatenate(words), inside)
        short, ready, home, elective = going.reshape(4, *state.short.shape)
        held = self.held(word_held, ready)
        state.short = state.short - short
        state.long = state.long - ready
        state.delayed = state.delayed - home + held
        state.elective = state.elective - elective
        left: Array = short + ready - held + home + elective
        return left


def _count(counts: BedCounts, state: BedState, beds: Array, arrivals: Any, taken: Any, planned: Any, left: Any) -> None:
    """Adds one midnight to the month's sums; beds: those open, as people can lie in them."""
    occupied = state.occupied
    counts.occupied += occupied
    counts.over_92 += occupied > 0.92 * beds + SLACK
    counts.over_100 += occupied + state.waiting > beds + SLACK
    counts.escalation += np.maximum(occupied - beds, 0.0)
    counts.waiting += state.waiting
    counts.delayed += state.delayed
    counts.arrivals += arrivals
    counts.admissions += taken + planned
    counts.electives += planned
    counts.discharges += left
