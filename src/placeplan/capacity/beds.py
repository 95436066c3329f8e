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


def by_exit(going: Any, places: Any, used: Any) -> Any:
    """People held up who leave by an exit today: ``least(going, most(0, places − used))``.

    going: those who would leave today; places: what the exit has offered since the month began; used: taken of it
    before today. What nobody took on one day is there on the next.

    >>> float(by_exit(5.0, 12.0, 9.0))
    3.0
    """
    return np.minimum(going, np.maximum(places - used, 0.0))


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
    """Ready to leave and held up, by the exit they wait for, ``[exit, pool, future]``."""
    elective: Array
    waiting: Array
    deferred: Array

    @property
    def held_up(self) -> Array:
        """Patients who are ready to leave, whatever they wait for."""
        first: Array = self.delayed[0]
        return first if len(self.delayed) == 1 else self.delayed.sum(axis=0)

    @property
    def occupied(self) -> Array:
        """Patients in beds."""
        return self.short + self.long + self.held_up + self.elective


@dataclass(frozen=True)
class BedMonth:
    """What drives the beds of one month, ``[pool, future]`` each unless said otherwise."""

    emergencies: Array
    """Emergency admissions of the month that reach a midnight."""
    electives: Array
    """Planned admissions of the month that reach a midnight."""
    short_part: Array
    """Share of the overnight emergencies whose stay is of the short part."""
    leave_short: Array
    leave_long: Array
    leave_delayed: Array
    """``[exit, pool, future]``."""
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
    exits: tuple[str, ...] = ("",)
    """What people who are held up wait for; their names key the draws."""
    exit_share: Array | None = None
    """Share of those held up who wait for each exit, ``[exit, pool, future]``, summing to 1; None: one exit."""
    places: Array | None = None
    """People a day who can leave by each exit at most, ``[exit, pool, future]``; None or infinite: no limit."""


@dataclass
class BedCounts:
    """Sums over the days of a month, ``[pool, future]`` unless said otherwise."""

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
    left_for_care: Array
    """People held up who left by each exit, ``[exit, pool, future]``."""

    @classmethod
    def zero(cls, shape: tuple[int, ...], exits: int = 1) -> BedCounts:
        """All sums at 0."""
        return cls(*[*(np.zeros(shape) for _ in range(10)), np.zeros((exits, *shape))])


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
    counts = BedCounts.zero(state.short.shape, len(month.exits))
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
        left = leavers.leave(state, counts, chance, step, number + 1)
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
    """Who leaves on each morning of a month. All groups are drawn in one call, as calls are what takes the time."""

    def __init__(self, month: BedMonth, expected: bool) -> None:
        groups = (month.leave_short, month.leave_long, *month.leave_delayed, month.leave_elective)
        self.all = Of(np.concatenate(groups), expected)
        self.held = Of(month.delay_chance, expected)
        self.exits, self.expected, self.places = month.exits, expected, month.places
        self.of_rest = [Of(p, expected) for p in shares_of_rest(month.exit_share)]

    def leave(self, state: BedState, counts: BedCounts, chance: Chance, step: int, number: int) -> Array:
        """People leave in the morning of the month's day ``number`` (from 1); returns how many left, ``[pool, future]``."""
        late, late_elective = chance.pair("leave late", step)
        by = [chance.pair(f"leave to {name}", step) if name else (late, None) for name in self.exits]
        inside = np.concatenate((state.short, state.long, *state.delayed, state.elective))
        words = None
        if not self.expected:
            words = np.concatenate((*chance.pair("leave", step), *(word for word, _ in by), late_elective))
        going = self.all(words, inside).reshape(len(by) + 3, *state.short.shape)
        short, ready, home, elective = going[0], going[1], going[2:-1], going[-1]
        if self.places is not None:
            offered = self.places * number
            home = by_exit(home, offered if self.expected else np.floor(offered + SLACK), counts.left_for_care)
        held = self.held(chance.pair("delay", step)[0], ready)
        state.short = state.short - short
        state.long = state.long - ready
        state.delayed = state.delayed - home + self._divided(held, [word for _, word in by])
        state.elective = state.elective - elective
        counts.left_for_care += home
        left: Array = short + ready - held + (home[0] if len(by) == 1 else home.sum(axis=0)) + elective
        return left

    def _divided(self, held: Any, words: list[Any]) -> Any:
        """Those newly held up by the exit they wait for, ``[exit, pool, future]``; nobody is lost."""
        parts, rest = [], held
        for word, of in zip(words, self.of_rest, strict=False):
            parts.append(of(word, rest))
            rest = rest - parts[-1]
        return np.array([*parts, rest])


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


def _count(counts: BedCounts, state: BedState, beds: Array, arrivals: Any, taken: Any, planned: Any, left: Any) -> None:
    """Adds one midnight to the month's sums; beds: those open, as people can lie in them."""
    occupied = state.occupied
    counts.occupied += occupied
    counts.over_92 += occupied > 0.92 * beds + SLACK
    counts.over_100 += occupied + state.waiting > beds + SLACK
    counts.escalation += np.maximum(occupied - beds, 0.0)
    counts.waiting += state.waiting
    counts.delayed += state.held_up
    counts.arrivals += arrivals
    counts.admissions += taken + planned
    counts.electives += planned
    counts.discharges += left
