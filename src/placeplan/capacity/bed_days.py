"""The days of a month in beds: people leave, come, lie down, go to other pools, wait.

One function a step, on whole arrays ``[pool, future]``; what a plan does not have costs nothing and changes no bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

import numpy as np

from placeplan.capacity import beds as eq
from placeplan.capacity.beds import SLACK, Array, BedCounts, BedMonth, BedState, Chance, whole
from placeplan.capacity.boarding import Loans
from placeplan.capacity.leaving import Come, Leavers, Of, spread_over
from placeplan.core.calendar import Day
from placeplan.core.recorded import Turn, in_turn
from placeplan.core.sums import only_where

Watch = Callable[[int, Mapping[str, Any]], None]
"""Told each day's position in the month and, by outcome, what was counted at its midnight, ``[pool, future]``."""


def run_month(
    state: BedState, month: BedMonth, days: Sequence[Day], first_day: int, chance: Chance, watch: Watch | None = None
) -> BedCounts:
    """Moves the beds through the days of one month; ``state`` becomes that of the last midnight.

    Each day: people leave, and some go on to another pool; emergencies come and join those who wait; they take ordinary
    beds of their pool, then beds that other pools lend, then escalation beds; planned patients take the slots, the beds
    kept for them and ordinary beds left, on working days; whoever has no bed waits, or is put off.
    """
    return Days(month, days, first_day, chance, watch).run(state)


class Days:
    """The days of one month, with what is worked out once for all of them."""

    def __init__(
        self, month: BedMonth, days: Sequence[Day], first_day: int, chance: Chance, watch: Watch | None = None
    ) -> None:
        self.watch, self.first_day = watch, first_day
        self.month, self.days, self.chance, self.expected = month, days, chance, chance.expected
        self.counts = BedCounts.zero(month.emergencies, len(month.exits))
        self.beds, self.escalation = self._lain_in(month.open), self._lain_in(month.escalation)
        self.ring = None if month.ring_fenced is None else self._lain_in(np.minimum(month.ring_fenced, month.open))
        weights = [1.0 if d.weekday < 5 else 0.0 for d in days]
        weekend = len(days) - sum(weights)
        self.per_weekday = month.emergencies / (sum(weights) + weekend * month.weekend)
        self.per_working_day = month.electives / max(sum(d.working for d in days), 1)
        self.slots_so_far: Any = np.zeros_like(month.slots)
        self.come = Come(month.dispersion, self.expected)
        self.planned_come = Come(np.ones_like(month.dispersion), self.expected)
        self.of_short = Of(month.short_part, self.expected)
        if month.onward:
            goes_on = np.ones_like(month.emergencies) if month.goes_on is None else month.goes_on
            self.of_onward = Of(goes_on, self.expected)
        self.leavers = Leavers(month, self.expected)
        self.loans = Loans(month, self.beds) if month.loans else None
        self.arrivals = self._ahead("arrivals", self.come, [self._mean(d.weekday < 5) for d in days])
        self.electives = self._ahead("electives", self.planned_come, [self.per_working_day] * len(days))

    def _lain_in(self, beds: Array) -> Array:
        found: Array = self.chance.either(beds, whole(beds))
        return found

    def _mean(self, weekday: bool) -> Array:
        """Emergencies expected on a day of the week, or of its end."""
        mean: Array = self.per_weekday if weekday else self.per_weekday * self.month.weekend
        return mean

    def _ahead(self, process: str, come: Come, means: list[Array]) -> Any:
        """Who comes on each day, all drawn in one call, ``[day, pool, future]``; None where each day is drawn by itself."""
        words = self.chance.pairs(process, self.first_day, len(means))
        return None if words is None else come(words[0], np.stack(means))

    def run(self, state: BedState) -> BedCounts:
        """All days in turn, then who of those who left had died."""
        if self.loans and state.lent is None:
            state.lent = np.zeros_like(np.stack([state.short[loan.home] for loan in self.month.loans]))
        turns = [Turn((d.weekday < 5, d.working), self.first_day + n, n + 1) for n, d in enumerate(self.days)]
        standing = [(of, f.name) for of in (state, self.counts) for f in fields(of)] + [(self, "slots_so_far")]
        carried = [getattr(of, name) for of, name in standing]
        self._carry(standing, in_turn(carried, partial(self._day, state, standing), turns))
        self._dead()
        return self.counts

    @staticmethod
    def _carry(standing: list[tuple[Any, str]], carried: list[Any]) -> None:
        """Puts what goes from day to day in its place."""
        for (of, name), value in zip(standing, carried, strict=True):
            setattr(of, name, value)

    def _day(self, state: BedState, standing: list[tuple[Any, str]], carried: list[Any], turn: Turn) -> list[Any]:
        """One day, from what the day before left; standing: in what that stands."""
        self._carry(standing, carried)
        weekday, working = turn.kind
        word, word_stay = self.chance.pair("arrivals", turn.step)
        left = self.leavers.leave(state, self.counts, self.chance, turn.step, turn.number, self._stretch(state))
        if self.month.onward:
            left = self._go_on(state, left, turn.step)
        arrivals = self._come(word, turn.number, weekday)
        state.waiting = state.waiting + arrivals
        taken, room = self._lie_down(state, word_stay)
        planned = self._plan(state, turn, room) if working else 0.0
        midnight = self._count(state, arrivals, taken, planned, left)
        if self.watch:
            self.watch(turn.number - 1, midnight)
        return [getattr(of, name) for of, name in standing]

    def _come(self, word: Any, number: Any, weekday: bool) -> Any:
        """Emergencies of a day, and those who come from elsewhere."""
        arrivals = self.come(word, self._mean(weekday)) if self.arrivals is None else self.arrivals[number - 1]
        extra, days = self.month.extra, len(self.days)
        if extra is None:
            return arrivals
        return arrivals + spread_over(extra, number, days) - spread_over(extra, number - 1, days)

    def _go_on(self, state: BedState, left: Array, step: int) -> Array:
        """Some of those who leave a pool go on to another, as its patients; returns who left the hospital."""
        month, left, waiting = self.month, left.copy(), state.waiting.copy()
        going = self.of_onward(self.chance.pair("go on", step)[0], left)
        for row, to in enumerate(month.onward):
            if to >= 0:
                left[row] -= going[row]
                self.counts.transfers[row] -= going[row]
                self.counts.transfers[to] += going[row]
                waiting[to] += going[row]
        state.waiting = waiting
        return left

    def _stretch(self, state: BedState) -> Any:
        """Nights of the day against the usual, by pressure and by lying elsewhere; None where neither is modelled."""
        factor: Any = None
        if self.month.pressure is not None:
            occupancy = self._in_place(state) / np.maximum(self.beds, 1.0)
            pressed = eq.pressed_factor(occupancy, self.month.pressure_from, self.month.pressure)
            factor = np.where(self.month.pressure == 0.0, 1.0, pressed)
        if self.loans:
            away = self.loans.factor(state)
            factor = away if factor is None else factor * away
        return factor

    def _in_place(self, state: BedState) -> Array:
        """Patients who lie in each pool's beds, whosever they are."""
        return state.occupied if self.loans is None else state.occupied + self.loans.moved(state)

    def _lie_down(self, state: BedState, word: Any) -> tuple[Any, Any]:
        """Emergencies take beds: how many did, and the beds left for planned patients."""
        away: Any = 0.0
        lent: Any = 0.0
        if self.loans:
            self.loans.leave(state)
            taken_up = self.loans.come_home(state, self._taken(state))
            away, lent = self.loans.lend(state, self.beds - taken_up)
            state.waiting = state.waiting - away
        else:
            taken_up = self._taken(state)
        free = self.beds - taken_up
        taken = eq.admitted(state.waiting, free, self.beds + self.escalation - np.maximum(taken_up, self.beds))
        state.waiting = state.waiting - taken
        room = free - taken
        if self.loans:
            room, taken = room - lent, taken + away
        if self.ring is not None:
            room = np.maximum(room, 0.0) + self._kept(state)
        new_short = self.of_short(word, taken)
        state.short = state.short + new_short
        state.long = state.long + (taken - new_short)
        return taken, room

    def _kept(self, state: BedState) -> Any:
        return 0.0 if self.ring is None else eq.kept_free(self.ring, state.elective)

    def _taken(self, state: BedState) -> Array:
        """Beds of each pool that emergencies cannot have: somebody lies in them, or they are kept for planned patients."""
        in_place = self._in_place(state)
        return in_place if self.ring is None else in_place + self._kept(state)

    def _plan(self, state: BedState, turn: Turn, room: Any) -> Any:
        """Planned patients take slots and beds on a working day; returns how many came in."""
        if self.electives is None:
            due = state.deferred + self.planned_come(self.chance.pair("electives", turn.step)[0], self.per_working_day)
        else:
            due = state.deferred + self.electives[turn.number - 1]
        slots_now = self.slots_so_far + self.month.slots
        whole_slots = np.floor(slots_now) - np.floor(self.slots_so_far)
        slots = self.chance.either(slots_now - self.slots_so_far, whole_slots)
        self.slots_so_far = slots_now
        planned = only_where(self.month.may_plan, eq.electives_admitted(due, slots, room))
        state.elective = state.elective + planned
        state.deferred = due - planned
        return planned

    def _dead(self) -> None:
        """Who of the month's straight leavers had died; the law is that of a draw each day."""
        if self.month.deaths is None:
            return
        counts, of = self.counts, Of(self.month.deaths, self.expected)
        counts.deaths = of(
            self.chance.pair("deaths", self.first_day)[0], np.minimum(counts.straight, counts.discharges)
        )
        counts.discharges = counts.discharges - counts.deaths

    def _count(self, state: BedState, arrivals: Any, taken: Any, planned: Any, left: Any) -> dict[str, Any]:
        """Adds one midnight to the month's sums; returns what was counted, by outcome."""
        counts, beds = self.counts, self.beds
        in_place = self._in_place(state)
        occupied = in_place if self.month.by_day is None else in_place * self.month.by_day
        counts.occupied += occupied
        counts.over_92 += occupied > 0.92 * beds + SLACK
        counts.over_100 += occupied + state.waiting > beds + SLACK
        taken_up = in_place if self.ring is None else in_place + self._kept(state)
        escalation = np.maximum(taken_up - beds, 0.0)
        counts.escalation += escalation
        counts.waiting += state.waiting
        counts.delayed += state.held_up
        counts.arrivals += arrivals
        counts.admissions += taken + planned
        counts.electives += planned
        counts.discharges += left
        counts.new_waiting += eq.newly_waiting(arrivals, state.waiting)
        if self.loans:
            self.loans.add_away(state, counts.boarders)
        return {
            "occupied": occupied, "beds_open": beds, "escalation_beds": escalation, "waiting_without_bed": state.waiting,
            "delayed_beds": state.held_up, "arrivals": arrivals, "admissions": taken + planned,
            "elective_admissions": planned,
        }  # fmt: skip
