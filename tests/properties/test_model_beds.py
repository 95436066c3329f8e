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
