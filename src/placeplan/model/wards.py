"""Beds in a run: what drives the days of each month, and the days themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity import bed_days, beds
from placeplan.core import streams
from placeplan.core.calendar import days_in, financial_year, month_days, years_from_middle
from placeplan.core.quantiles import exp
from placeplan.core.sums import only_where
from placeplan.model.bed_terms import Terms
from placeplan.model.doors import ByPlace, Doors
from placeplan.model.draws import Draws
from placeplan.model.nights import Nights
from placeplan.model.pool_chance import PoolChance

Array = np.ndarray[Any, np.dtype[np.float64]]

PROCESSES = ("arrivals", "electives", "leave", "leave late", "delay", "deaths", "go on")


def delay_after_supply(nights: Any, elasticity: Any, supply: Any) -> Any:
    """Nights of waiting to leave when the supply of care changes: ``nights × most(0, 1 + elasticity × supply)``.

    elasticity: relative change of delay per relative change of supply; supply: relative change.
    Source: Gaughan, Gravelle and Siciliani 2015 (10 % more care-home beds, 6 to 9 % fewer delays).

    >>> round(float(delay_after_supply(14.0, -0.75, -0.05)), 3)
    14.525
    """
    return nights * np.maximum(0.0, 1.0 + elasticity * supply)


def trend_of_stays(yearly: Any, years: Any) -> Any:
    """Stays against the base year's by a trend of their own: ``exp(yearly × years)``.

    yearly: share a year by which stays change; years: from the middle of the base year. Admissions grow partly because more
    of them are short: England's rose 3.2 % a year from 2006/07 to 2017/18, its bed-days 0.3 %.
    Source: Health Foundation 2018.

    >>> round(float(trend_of_stays(-0.02, 5.0)), 4)
    0.9048
    """
    return exp(yearly * years)


def reached_share(bed_days: Any, long_share: Any, wait: Any) -> Any:
    """Share of long stays that end in a wait to leave: ``least(1, bed_days / (long_share × wait))``.

    bed_days: midnights after people are ready to leave, an admission; long_share: share of stays that are long; wait: mean
    midnights of a wait.

    >>> round(float(reached_share(0.6, 0.3, 10.0)), 9)
    0.2
    """
    return np.minimum(bed_days / (long_share * wait), 1.0)


class Exits(Protocol):
    """What people who are ready to leave wait for, as the wards ask for it."""

    names: tuple[str, ...]
    """One for each exit, in order of name."""
    modelled: Array
    """1 where care that a pool's people leave for is modelled, so that its supply acts by places, ``[pool, 1]``."""

    def held(self, chance: Array, ready: Array, nights: Array) -> tuple[Array, Array]:
        """Chance that a long stay ends in a wait ``[pool, future]``, and for which exit ``[exit, pool, future]``, summing to 1.

        chance: of the base year; ready: people of the month whose long stay ends; nights: that a wait takes in the base
        year, all ``[pool, future]``. Asked once a month, before the places.
        """

    def may_wait(self, own: Any) -> Any:
        """Whether anybody of a pool can be held up for each exit, ``[exit, pool, 1]``, by the plan alone.

        own: whether anybody is held up in the base year, ``[pool, 1]``.
        """

    def usual(self, chance: Array) -> Array:
        """Share of those held up who wait for each exit in the base year, ``[exit, pool, future]``, summing to 1."""

    def places(self, days: int) -> Array:
        """People a day who can leave by each exit at most, ``[exit, pool, future]``; infinite where there is no limit.

        days: days of the month.
        """


@dataclass(frozen=True)
class Besides:
    """What other parts of the model bring to the beds of a month, ``[pool, future]`` each; None: nothing."""

    slots: Array | None = None
    """Theatre slots a working day that initiatives added, for planned admissions."""
    extra: Array | None = None
    """Patients who come from other care and stay at least a midnight; whole numbers are kept whole."""


NOTHING = Besides()


class Wards:
    """All pools of a run, for one block of futures."""

    def __init__(self, baseline: Baseline, draws: Draws, exits: Exits | None = None, stays: str = "steady") -> None:
        self.baseline, self.draws, self.pools, self.exits = baseline, draws, baseline.pools, exits
        seed = draws.futures.chance_seed
        ids = [p.id for p in self.pools]
        named = () if exits is None else tuple(f"leave to {name}" for name in exits.names)
        self.chance = PoolChance(
            {name: streams.keys(seed, f"beds {name}", ids) for name in (*PROCESSES, *named)},
            draws.numbers,
            draws.expected,
        )
        self.shape = (len(self.pools), draws.count)
        self.fit = fit = Nights(baseline, draws)
        self.base, self.drawn = fit.base, fit.drawn
        self.short_share = np.clip(self.drawn("stay.short_share"), 0.0, 0.99)
        self.short_nights = np.maximum(self.drawn("stay.short_nights"), 0.0)
        self.delay_share = fit.held_share()
        own = fit.may_wait()
        self.may_wait = own[None] if exits is None else exits.may_wait(own)
        """Whether anybody can be held up for an exit, ``[exit, pool, 1]``; the last takes in what rounding leaves of others."""
        self.may_wait[-1] = self.may_wait.any(axis=0)
        self.terms = Terms(baseline, draws, fit, stays)
        self.doors = Doors(baseline, fit)
        self.tables = np.array([[p.open[m] for p in self.pools] for m in range(len(baseline.months))])[..., None]
        """Beds of the tables, ``[month, pool, 1]``."""
        self.left = fit.rows([draws.left("beds", p.organisation) for p in self.pools])
        """Share of them that is not lost, ``[pool, future]``."""
        self.coming = np.zeros(self.shape)
        self.state: beds.BedState | None = None
        self.overnight = np.ones(self.shape)
        """Share of the month's planned patients who stay a night, ``[pool, future]``."""
        self.usual_chance = np.zeros(self.shape)
        """Chance of this month that a long stay ends in a wait to leave, with the base year's care."""
        self.day = 0
        self.watch: bed_days.Watch | None = None
        """Told what is counted at every midnight."""

    def month(
        self, number: int, activity: ByPlace, beds_added: Array, stay: ByPlace, delay: ByPlace,
        besides: Besides = NOTHING,
    ) -> beds.BedCounts:  # fmt: skip
        """Runs the days of one month.

        activity: admissions of the month by (site, pod), ``[future]``; beds_added ``[pool, future]``; stay, delay:
        factors on the clinical stay and on the wait to leave by (site, pod), ``[future]``.
        """
        name = self.baseline.months[number]
        month = self._drivers(number, activity, beds_added, stay, delay, besides)
        if self.state is None:
            self.state = self._start(self._as_usual(month), days_in(name))
        counts = bed_days.run_month(self.state, month, month_days(name), self.day, self.chance, self.watch)
        self.day += days_in(name)
        return counts

    def _drivers(
        self, number: int, activity: ByPlace, added: Array, stay: ByPlace, delay: ByPlace, besides: Besides
    ) -> beds.BedMonth:
        """What drives the beds of a month."""
        emergency, mean, shortened, waits = self.doors.admissions(activity, "emergency", stay, delay)
        elective, planned, planned_shortened, _ = self.doors.admissions(activity, "elective", stay, delay)
        clinical = mean * (1.0 - self.delay_share) * shortened * self._trend(number)
        short_nights = np.minimum(self.short_nights, clinical)
        long = beds.long_nights(clinical, self.short_share, short_nights)
        held, wait = self._delays(mean, waits)
        short = self.short_share * beds.over_night(1.0, short_nights)
        night = short + (1.0 - self.short_share) * beds.over_night(1.0, long)
        nights_elective = planned * planned_shortened
        self.overnight = overnight = beds.over_night(1.0, nights_elective)
        opened = self.opened(number, added)
        emergencies = self._gone_on(emergency, elective, night, overnight) * night
        short_part = short / np.maximum(night, 1e-12)
        names: tuple[str, ...] = ("",)
        exit_share = None
        self.usual_chance = held
        if self.exits is not None:
            names = self.exits.names
            held, exit_share = self.exits.held(held, emergencies * (1.0 - short_part), wait)
        return beds.BedMonth(
            emergencies=emergencies,
            electives=elective * overnight,
            short_part=short_part,
            leave_short=beds.leaving(short_nights),
            leave_long=beds.leaving(long),
            leave_delayed=np.repeat(beds.leaving(np.maximum(wait - 1.0, 0.0))[None], len(names), axis=0),
            leave_elective=beds.leaving(nights_elective),
            delay_chance=only_where(self.may_wait[-1], held),
            open=opened,
            escalation=self.terms.escalation * (opened > 0),
            slots=self._slots(besides) * overnight,
            dispersion=1.0 + np.maximum(self.drawn("arrivals.dispersion") - 1.0, 0.0) * night,
            weekend=np.maximum(self.drawn("arrivals.weekend"), 0.0),
            exits=names,
            exit_share=exit_share,
            places=None if self.exits is None else self.exits.places(days_in(self.baseline.months[number])),
            extra=self._extra(besides),
            goes_on=night[list(self.terms.onward)] if self.terms.onward else None,
            may_wait=self.may_wait,
            may_plan=np.array([bool(p.elective) for p in self.pools], dtype=bool)[:, None],
            **self.terms.drivers,
        )

    def _as_usual(self, month: beds.BedMonth) -> beds.BedMonth:
        """The month with as many people held up as in the base year, whatever care is short."""
        if self.exits is None:
            return month
        share = self.exits.usual(self.usual_chance)
        return replace(month, delay_chance=self.usual_chance, exit_share=share)

    def _slots(self, besides: Besides) -> Array:
        """Theatre slots a working day, at least 0."""
        return self.terms.slots if besides.slots is None else np.maximum(self.terms.slots + besides.slots, 0.0)

    def _extra(self, besides: Besides) -> Array | None:
        """Patients from other care, in whole people; what is left over of one comes in the next month."""
        if besides.extra is None:
            return None
        coming = self.coming + besides.extra
        whole: Array = self.draws.by_chance(coming, np.floor(coming + beds.SLACK))
        self.coming = coming - whole
        return whole

    def _gone_on(self, emergency: Array, elective: Array, night: Array, overnight: Array) -> Array:
        """Emergencies who begin in each pool, with those who spent no midnight in the pool that they came from."""
        if not self.terms.onward:
            return emergency
        found = emergency.copy()
        for row, to in enumerate(self.terms.onward):
            if to >= 0:
                found[to] += emergency[row] * (1.0 - night[row]) + elective[row] * (1.0 - overnight[row])
        return found

    def _trend(self, number: int) -> Any:
        """Stays against the base year's in a month, ``[pool, future]``."""
        name = self.baseline.months[number]
        years = years_from_middle(name, financial_year(self.baseline.months[0]))
        return trend_of_stays(self.drawn("stay.trend"), years)

    def opened(self, number: int, added: Array) -> Array:
        """Beds open in a month, ``[pool, future]``: those of the tables and what initiatives added, at least 0."""
        found: Array = np.maximum(self.tables[number] * self.left + added, 0.0)
        return found

    def _delays(self, mean: Array, factor: Array) -> tuple[Array, Array]:
        """Chance that a long overnight stay ends in a wait to leave, and the wait's mean midnights."""
        long_share = 1.0 - self.short_share
        wait = np.maximum(self.drawn("stay.delay_nights"), 1.0)
        bed_days = self.delay_share * mean
        reached = reached_share(bed_days, long_share, wait)
        wait = np.where(reached < 1.0, wait, bed_days / long_share)
        clinical = mean * (1.0 - self.delay_share)
        long = beds.long_nights(clinical, self.short_share, np.minimum(self.short_nights, clinical))
        chance = np.minimum(reached / np.maximum(beds.over_night(1.0, long), 1e-12), 1.0)
        supply = self.drawn("care.supply")
        if self.exits is not None:
            supply = supply * (1.0 - self.exits.modelled)
        wait = delay_after_supply(wait * factor, self.drawn("care.elasticity"), supply)
        return chance * np.minimum(wait, 1.0), np.maximum(wait, 1.0)

    def _start(self, month: beds.BedMonth, days: int) -> beds.BedState:
        """Patients at the first midnight: what the first month's arrivals, at the season of the month before, keep in beds."""
        daily = month.emergencies / days * self.doors.before("emergency")
        daily_elective = month.electives / days * self.doors.before("elective")
        daily = self.terms.with_later(daily, daily_elective, month.goes_on)
        long = daily * (1.0 - month.short_part)
        waiting_for = 1.0 if month.exit_share is None else month.exit_share
        parts = [
            daily * month.short_part / month.leave_short,
            long / month.leave_long,
            only_where(self.may_wait, long * month.delay_chance * waiting_for / month.leave_delayed),
            daily_elective / month.leave_elective,
        ]
        parts = [self.draws.by_chance(p, np.floor(p + 0.5)) for p in parts]
        zero = self.draws.zeros(len(self.pools))
        return beds.BedState(parts[0], parts[1], parts[2], parts[3], zero, zero.copy())
