"""Beds, day by day: who comes, who stays, who waits without one. The days themselves are in `bed_days`.

The count is of midnights. People who come and go on one day fill no midnight bed and are not drawn here; where a pool is
counted by day they stand in its count as a ratio to the midnights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np

from placeplan.capacity.base import Capacity

Array = np.ndarray[Any, np.dtype[np.float64]]

SLACK = 1e-9
"""Beds by which a full pool may seem overfull when patients are not whole (chance held) and sums round."""


class Beds(Capacity, kind="beds"):
    """A pool of beds at one site: emergencies first, planned patients in what is left and in beds kept for them.

    Emergencies who find it full go to other pools by a matrix, then to escalation beds, and then wait without one.
    """

    kind: Literal["beds"] = "beds"
    example: ClassVar[dict[str, object]] = {"kind": "beds"}


def whole(beds: Any) -> Any:
    """Beds as people can lie in them, as published figures are daily averages: ``floor(beds + ½)``.

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

    ``long = most(short_nights, (mean_nights − short_share × short_nights) / (1 − short_share))``; nights: midnights per
    admission; short_share: share of admissions whose stay is of the short part.

    >>> float(long_nights(4.0, 0.5, 1.0))
    7.0
    """
    return np.maximum(short_nights, (mean_nights - short_share * short_nights) / (1.0 - short_share))


def over_night(mean_admissions: Any, nights: Any) -> Any:
    """Admissions that reach a midnight: ``mean_admissions × nights / (1 + nights)``; nights: mean midnights.

    >>> over_night(10.0, 4.0)
    8.0
    """
    return mean_admissions * nights / (1.0 + nights)


def admitted(waiting: Any, ordinary_free: Any, escalation_free: Any) -> Any:
    """Emergencies who find a bed: ``least(waiting, most(0, ordinary_free) + most(0, escalation_free))``.

    waiting: patients of the day and those without a bed from before; the others: beds free of each kind.

    >>> float(admitted(12, 7, 3))
    10.0
    """
    return np.minimum(waiting, np.maximum(ordinary_free, 0.0) + np.maximum(escalation_free, 0.0))


def electives_admitted(listed: Any, slots: Any, ordinary_free: Any) -> Any:
    """Planned patients who come in: ``least(listed, slots, most(0, ordinary_free))``, patients of the day.

    listed: those due today and those put off; slots: theatre slots of the day; ordinary_free: ordinary beds left.

    >>> float(electives_admitted(9, 8, 5))
    5.0
    """
    return np.minimum(np.minimum(listed, slots), np.maximum(ordinary_free, 0.0))


def kept_free(ring_fenced: Any, planned: Any) -> Any:
    """Beds kept for planned patients in which nobody lies: ``most(0, ring_fenced − planned)``.

    ring_fenced: beds kept; planned: planned patients in beds of the pool; they fill the beds kept for them first.

    >>> float(kept_free(20.0, 14.0))
    6.0
    """
    return np.maximum(ring_fenced - planned, 0.0)


def stretched(leave: Any, factor: Any) -> Any:
    """Chance of leaving where the nights are some times as many: ``h / (1 + (1 − h) × (factor − 1))``.

    From ``h = 1 / (1 + nights)``; a factor of 1 leaves it as it is, to the last bit; leave: chance of leaving on a day; factor: nights against the usual.

    >>> round(float(stretched(0.2, 1.5)), 9)
    0.142857143
    """
    return leave / (1.0 + (1.0 - leave) * (factor - 1.0))


def pressed_factor(occupancy: Any, threshold: Any, strength: Any) -> Any:
    """Nights under pressure against the usual: ``most(½, 1 + strength × most(0, occupancy − threshold))``.

    occupancy: patients in beds over beds open, last midnight; strength: change of nights for each whole occupancy
    above the threshold, negative where people go home earlier.
    Source: stays shorten as a ward fills and lengthen beyond a point (Kc and Terwiesch 2009; Berry Jaeker and Tucker 2017).

    >>> round(float(pressed_factor(0.98, 0.9, -0.5)), 9)
    0.96
    """
    return np.maximum(0.5, 1.0 + strength * np.maximum(occupancy - threshold, 0.0))


def newly_waiting(arrivals: Any, waiting: Any) -> Any:
    """Patients whose first night without a bed this is: ``least(arrivals, waiting)``; beds go to the longest waiter.

    >>> float(newly_waiting(12.0, 5.0))
    5.0
    """
    return np.minimum(arrivals, waiting)


def deaths_from_delay(patients: Any, each: Any) -> Any:
    """Deaths that go with delays in reaching a bed: ``patients × each``. An association, never a promise.

    patients: those who waited for a bed over a midnight, taken as delayed by 6 to 8 hours or more; each: further deaths
    within 30 days for each of them. Source: one for 82 (Jones et al. 2022, Emergency Medicine Journal 39:168).

    >>> round(deaths_from_delay(820.0, 1 / 82), 9)
    10.0
    """
    return patients * each


class Chance(Protocol):
    """Where a day's random words come from: 32-bit words by process and day, ``[pool, future]``."""

    expected: bool

    def pair(self, process: str, day: int) -> tuple[Any, Any]:
        """Two independent arrays of words."""

    def pairs(self, process: str, first: int, count: int) -> tuple[Any, Any] | None:
        """Those of several days, ``[day, pool, future]``; None where each day is to be asked for by itself."""

    def either(self, held: Any, drawn: Any) -> Any:
        """What is otherwise where chance is held: the first then, else the second."""


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
    lent: Array | None = None
    """Patients of one pool who lie in another, ``[loan, future]``; None where no pool lends."""

    @property
    def emergencies(self) -> Array:
        """Patients in beds who came as emergencies."""
        return self.short + self.long + self.held_up

    @property
    def held_up(self) -> Array:
        """Patients who are ready to leave, whatever they wait for."""
        first: Array = self.delayed[0]
        return first if len(self.delayed) == 1 else self.delayed.sum(axis=0)

    @property
    def occupied(self) -> Array:
        """Patients of each pool in beds, wherever they lie."""
        return self.short + self.long + self.held_up + self.elective


@dataclass(frozen=True)
class Loan:
    """Beds that one pool lends to another pool's emergencies."""

    home: int
    """Row of the pool that is full."""
    other: int
    """Row of the pool that has room."""
    share: float
    """Share of the other pool's open beds that may be lent so."""


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
    ring_fenced: Array | None = None
    """Beds kept for planned patients."""
    loans: tuple[Loan, ...] = ()
    """In the order in which they are tried."""
    longer: Array | None = None
    """Nights of those who lie in another pool against the usual, ``[loan, future]``."""
    pressure: Array | None = None
    """Change of nights for each whole occupancy above the threshold; None: stays do not react."""
    pressure_from: Array | None = None
    extra: Array | None = None
    """Whole patients of the month who come from elsewhere, and stay at least a midnight; they are not drawn."""
    onward: tuple[int, ...] = ()
    """By pool, the row of the pool in which the stay goes on; −1: it ends. Empty: all end."""
    goes_on: Array | None = None
    """Share of those who leave a pool with an onward one who go on to it."""
    deaths: Array | None = None
    """Share of the emergencies who leave without being held up who die."""
    by_day: Array | None = None
    """Patients at the pool's count over patients at midnight; None: all count midnights."""
    may_wait: Any = None
    """Whether anybody can be held up for an exit at all, ``[exit, pool, 1]``: by the plan alone; None: everywhere."""
    may_plan: Any = None
    """Whether a pool has planned patients at all, ``[pool, 1]``: by the plan alone; None: all have."""


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
    boarders: Array
    """Patients of the pool who lie in others."""
    new_waiting: Array
    """Patients who spend their first night without a bed."""
    straight: Array
    """Emergencies who left without being held up, the dead with them."""
    deaths: Array
    transfers: Array
    """Patients who came from another pool for the second part of their stay, less those who went on."""
    left_for_care: Array
    """People held up who left by each exit, ``[exit, pool, future]``."""

    @classmethod
    def zero(cls, like: Array, exits: int = 1) -> BedCounts:
        """All sums at 0, in the shape of an array ``[pool, future]``."""
        none = np.zeros_like(like)
        return cls(*[*(none.copy() for _ in range(15)), np.stack([none] * exits)])
