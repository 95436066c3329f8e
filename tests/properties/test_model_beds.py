"""Beds by day beyond exact queues: exits, boarding, ring-fenced beds, deaths, and what each of them may never do."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from fixtures.wards import WEEK, Words, empty, month
from placeplan.capacity import bed_days, beds

LANES = 40
BUSY = {
    "emergencies": [60.0, 300.0], "electives": [10.0, 40.0], "short_part": 0.4, "leave_short": 0.6, "leave_long": 0.15,
    "leave_delayed": 0.2, "leave_elective": 0.3, "delay_chance": 0.3, "open": [12.0, 55.0], "escalation": [1.0, 4.0],
    "slots": [2.5, 9.0], "dispersion": 1.4, "weekend": 0.8,
}  # fmt: skip


def exits(count: int) -> dict[str, object]:
    """What makes a month's drivers have several exits, the first the most used."""
    share = np.array([0.5, 0.3, 0.2][:count])
    full = np.broadcast_to((share / share.sum())[:, None, None], (count, 2, LANES)).copy()
    return {"exits": ("care_home", "home_care", "own home")[:count], "exit_share": full}


def several(drivers: beds.BedMonth, count: int = 3, **more: object) -> beds.BedMonth:
    """The drivers with several exits of the same pace."""
    leave = np.repeat(drivers.leave_delayed, count, axis=0)
    return replace(drivers, leave_delayed=leave, **exits(count), **more)  # type: ignore[arg-type]


def start(count: int) -> beds.BedState:
    state = empty((2, LANES))
    state.delayed = np.zeros((count, 2, LANES))
    return state


def test_without_exits_the_days_keep_their_bits() -> None:
    """A digest of four weeks taken before there were exits: what is off changes nothing."""
    state, digest = empty((2, LANES)), hashlib.sha256()
    counts = bed_days.run_month(state, month(LANES, **BUSY), WEEK * 4, 0, Words(5, 2, LANES))
    for part in (state.short, state.long, state.held_up, state.elective, state.waiting, state.deferred):
        digest.update(part.tobytes())
    for name in ("occupied", "over_92", "over_100", "escalation", "waiting", "delayed", "arrivals", "admissions"):
        digest.update(getattr(counts, name).tobytes())
    assert digest.hexdigest()[:16] == "4af10634724c2b2e"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_exits_divide_and_lose_nobody(count: int) -> None:
    """Whoever is held up waits for just one exit; in every exit came = left + still there, on each day."""
    drivers, state, chance = (
        several(month(LANES, **BUSY), count),
        start(count),
        Words(5, 2, LANES, exits(count)["exits"]),
    )  # type: ignore[arg-type]
    for step in range(28):
        before = (state.occupied, state.waiting)
        counts = bed_days.run_month(state, drivers, [WEEK[step % 7]], step, chance)
        change = state.occupied - before[0] + state.waiting - before[1]
        assert (counts.arrivals + counts.electives == counts.discharges + change).all()
        assert (state.delayed >= 0).all()
        assert (state.delayed == np.floor(state.delayed)).all()
    share = state.delayed.sum(axis=(1, 2)) / state.delayed.sum()
    expected = np.array(exits(count)["exit_share"])[:, 0, 0]
    assert np.abs(share - expected).max() < 0.04


def test_an_exit_without_places_lets_nobody_out_and_one_with_few_lets_out_as_many() -> None:
    """Places are people a day; whole people leave, as the places add up, and none that was offered is lost within a month."""
    places = np.stack([np.zeros((2, LANES)), np.full((2, LANES), 0.2), np.full((2, LANES), np.inf)])
    free, tight = several(month(LANES, **BUSY)), several(month(LANES, **BUSY), places=places)
    names: tuple[str, ...] = free.exits
    left = []
    for drivers in (free, tight):
        state = start(3)
        counts = bed_days.run_month(state, drivers, WEEK * 4, 0, Words(5, 2, LANES, names))
        left.append(counts.left_for_care)
        assert (counts.left_for_care == np.floor(counts.left_for_care)).all()
    assert (left[1][0] == 0).all()
    assert (left[1][1] <= 5).all()
    assert (left[1][1, 1] == 5).mean() > 0.9
    assert left[1][2].sum() > 0
    assert (left[0][0] > 0).mean() > 0.9


def test_fewer_places_never_lower_the_beds_of_people_held_up() -> None:
    """Who is ready and has none waits in a bed."""
    held = []
    for number in (np.inf, 1.0, 0.2):
        state = start(2)
        places = np.full((2, 2, LANES), number)
        drivers = several(month(LANES, **BUSY | {"open": 1e6}), 2, places=places)
        held.append(bed_days.run_month(state, drivers, WEEK * 4, 0, Words(5, 2, LANES, drivers.exits)).delayed)
    assert (held[0] <= held[1]).all()
    assert (held[1] <= held[2]).all()
    assert held[0].sum() < held[2].sum()


LENT = (beds.Loan(0, 1, 0.2), beds.Loan(1, 0, 1.0))
CROWDED = BUSY | {"open": [14.0, 90.0], "escalation": [1.0, 4.0], "electives": 0.0}


ONE_DAY = {"emergencies": [2.2, 11.0], "electives": [0.5, 2.0]}
"""The patients of one day of a busy month, for months of a day."""


def full(value: float) -> np.ndarray:
    return np.full((2, LANES), value)


def lending(longer: float = 1.0, **drivers: object) -> beds.BedMonth:
    """Two pools that lend each other beds."""
    given = month(LANES, **CROWDED | drivers)  # type: ignore[arg-type]
    return replace(given, loans=LENT, longer=np.full((2, LANES), longer))


def test_boarding_loses_nobody_and_lends_no_more_than_it_may() -> None:
    """Above the beds: boarding in other pools by a matrix. Whoever lies elsewhere is still a patient of the own pool."""
    drivers, state, chance = lending(1.3, **ONE_DAY | {"electives": 0.0}), empty((2, LANES)), Words(6, 2, LANES)
    away = 0.0
    for step in range(42):
        before = (state.occupied, state.waiting)
        counts = bed_days.run_month(state, drivers, [WEEK[step % 7]], step, chance)
        change = state.occupied - before[0] + state.waiting - before[1]
        assert (counts.arrivals + counts.electives == counts.discharges + change).all()
        assert state.lent is not None
        assert (state.lent >= 0).all()
        assert (state.lent[0] <= 18).all()
        assert (state.lent[0] <= state.emergencies[0]).all()
        assert (counts.boarders == state.lent).all()
        in_place = state.occupied + np.stack([state.lent[1] - state.lent[0], state.lent[0] - state.lent[1]])
        assert (counts.occupied == in_place).all()
        assert (in_place <= np.array([[15.0], [94.0]])).all()
        away += state.lent.sum()
    assert away > 1000


def test_nobody_lies_elsewhere_while_an_own_bed_is_free_and_nobody_takes_escalation_before_lent_beds() -> None:
    """The order above the beds: other pools, then escalation beds, then waiting."""
    drivers, state, chance = lending(1.0, **ONE_DAY | {"electives": 0.0}), empty((2, LANES)), Words(6, 2, LANES)
    for step in range(42):
        bed_days.run_month(state, drivers, [WEEK[step % 7]], step, chance)
        assert state.lent is not None
        in_place = state.occupied + np.stack([state.lent[1] - state.lent[0], state.lent[0] - state.lent[1]])
        free = np.maximum(np.array([[14.0], [90.0]]) - in_place, 0.0)
        new = state.waiting + np.maximum(in_place - np.array([[14.0], [90.0]]), 0.0)
        room = np.minimum(free[1], 18 - state.lent[0])
        assert ((room == 0) | (new[0] == 0)).all()
        assert ((state.lent[0] == 0) | (free[0] == 0)).all()


def test_lent_beds_shorten_waiting_and_a_longer_stay_in_them_fills_more_beds() -> None:
    """With a longer stay. No matrix: nobody boards."""
    apart = month(LANES, **CROWDED)
    waits, patients = [], []
    for drivers in (apart, lending(1.0), lending(2.0)):
        state, chance = empty((2, LANES)), Words(6, 2, LANES)
        parts = [bed_days.run_month(state, drivers, WEEK * 4, 28 * n, chance) for n in range(4)]
        waits.append(sum(c.waiting[0].sum() for c in parts))
        patients.append(sum((c.waiting + c.boarders + c.occupied)[0].sum() for c in parts))
    assert waits[1] < 0.9 * waits[0]
    assert patients[2] > 1.02 * patients[1]


def test_ring_fenced_beds_are_for_planned_patients_alone() -> None:
    """Electives are admitted into theatre slots and beds left, some ring-fenced."""
    drivers = month(LANES, **BUSY | ONE_DAY | {"open": [12.0, 40.0], "escalation": 0.0})
    kept = replace(drivers, ring_fenced=np.array([[3.0], [10.0]]) + np.zeros((2, LANES)))
    found = []
    for given in (drivers, kept):
        state, chance, planned = empty((2, LANES)), Words(6, 2, LANES), 0.0
        for step in range(70):
            counts = bed_days.run_month(state, given, [WEEK[step % 7]], step, chance)
            planned = planned + counts.electives
            if given is kept:
                assert (state.emergencies <= np.array([[9.0], [30.0]])).all()
            assert (state.occupied <= np.array([[12.0], [40.0]])).all()
        found.append((planned, state.deferred))
    assert (found[1][0] >= found[0][0]).all()
    assert found[1][0].mean() > 1.5 * found[0][0].mean()
    assert found[1][1].mean() < found[0][1].mean()


@pytest.mark.parametrize(("strength", "sign"), [(0.0, 0.0), (1.0, 1.0), (-1.0, -1.0)])
def test_stays_react_to_full_beds_by_the_form(strength: float, sign: float) -> None:
    """Stays under pressure: nothing, earlier home, or longer, day by day; patients in beds and waiting say which."""
    steady = month(LANES, **CROWDED)
    form = replace(steady, pressure=full(strength), pressure_from=full(0.7))
    patients = []
    for drivers in (steady, form):
        state, chance = empty((2, LANES)), Words(6, 2, LANES)
        parts = [bed_days.run_month(state, drivers, WEEK * 4, 28 * n, chance) for n in range(3)]
        patients.append(sum((c.occupied + c.waiting).sum() for c in parts))
    assert np.sign(round(patients[1] / patients[0] - 1.0, 3)) == sign


def test_leavers_are_discharged_or_die() -> None:
    """Nobody is lost: arrivals = discharges + deaths + in beds + waiting, every day."""
    drivers = replace(month(LANES, **BUSY | ONE_DAY), deaths=full(0.25))
    state, chance, gone, dead = empty((2, LANES)), Words(6, 2, LANES), 0.0, 0.0
    for step in range(42):
        before = (state.occupied, state.waiting)
        counts = bed_days.run_month(state, drivers, [WEEK[step % 7]], step, chance)
        change = state.occupied - before[0] + state.waiting - before[1]
        assert (counts.arrivals + counts.electives == counts.discharges + counts.deaths + change).all()
        assert (counts.deaths <= counts.straight).all()
        gone, dead = gone + counts.straight.sum(), dead + counts.deaths.sum()
    assert abs(dead / gone - 0.25) < 4.2 * np.sqrt(0.25 * 0.75 / gone)


def test_a_month_of_deaths_has_the_law_of_a_draw_each_day() -> None:
    """One draw from the month's leavers: mean and variance as if each leaver had been drawn for."""
    lanes = 4000
    drivers = month(lanes, emergencies=56.0, leave_long=0.3)
    drivers = replace(drivers, deaths=np.full((1, lanes), 0.1))
    counts = bed_days.run_month(empty((1, lanes)), drivers, WEEK * 4, 0, Words(9, 1, lanes))
    assert abs(counts.deaths.mean() - 0.1 * counts.straight.mean()) < 4.2 * np.sqrt(5.0 / lanes)
    assert abs((counts.deaths - 0.1 * counts.straight).var() / (0.09 * counts.straight.mean()) - 1.0) < 0.1


def test_stays_that_go_on_arrive_and_lose_nobody() -> None:
    """Critical care first, then another pool: who leaves the one is a patient of the other on the same morning."""
    drivers = replace(month(LANES, **BUSY | ONE_DAY | {"delay_chance": 0.0}), onward=(1, -1), goes_on=full(0.9))
    state, chance, moved = empty((2, LANES)), Words(6, 2, LANES), 0.0
    for step in range(42):
        before = (state.occupied, state.waiting)
        counts = bed_days.run_month(state, drivers, [WEEK[step % 7]], step, chance)
        change = state.occupied - before[0] + state.waiting - before[1]
        came = counts.arrivals + counts.electives + counts.transfers
        assert (came == counts.discharges + change).all()
        assert (counts.transfers.sum(axis=0) == 0).all()
        moved = moved + counts.transfers[1].sum()
    assert moved > 1000


def test_patients_from_other_care_all_come_and_are_not_drawn() -> None:
    """Pathway 2: whole people, spread over the month."""
    extra = np.stack([np.arange(LANES, dtype=float), np.zeros(LANES)])
    drivers = replace(month(LANES, **BUSY | {"emergencies": 0.0}), extra=extra)
    state = empty((2, LANES))
    counts = bed_days.run_month(state, drivers, WEEK * 4, 0, Words(6, 2, LANES))
    assert (counts.arrivals == extra).all()
