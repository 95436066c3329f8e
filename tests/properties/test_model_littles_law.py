"""Little's law on every queue: people there = people who come × the time that they stay.

Patients without a bed, people on lists, in backlogs and in packages have theirs in the tests of their parts; here are the
others: people held up in beds, planned patients put off, people who wait for a package at home, and people who look for a post.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
import pytest

from fixtures.staff import group, labour, pass_month, staffed_place, workforce
from fixtures.wards import WEEK, Words, after, empty, month
from placeplan.capacity import bed_days, packages

Z = 4.2
"""Standard errors allowed: with fixed seeds a right model passes."""


def test_littles_law_on_people_held_up() -> None:
    """Beds of people ready to leave = people a day whose wait to leave begins × midnights that it takes."""
    lanes, rate, delay, leave = 4_000, 2.0, 0.4, 0.1
    drivers = month(lanes, emergencies=rate * 7, leave_long=0.25, delay_chance=delay, leave_delayed=leave)
    chance, state = Words(4, 1, lanes), empty((1, lanes))
    for week in range(30):
        after(drivers, WEEK, chance, state, 7 * week)
    exact = rate * delay / leave
    assert abs(state.held_up.mean() - exact) < Z * math.sqrt(exact / lanes)


def test_littles_law_on_planned_patients_put_off() -> None:
    """Planned patients put off, summed over midnights, are the nights that each of them in turn was put off."""
    lanes = 40
    drivers = month(lanes, electives=3.0, slots=3.3, leave_elective=0.4, open=8)
    chance, state = Words(8, 1, lanes), empty((1, lanes))
    queues: list[deque[int]] = [deque() for _ in range(lanes)]
    nights, patients, midnights = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
    for step in range(150):
        before = state.deferred[0].copy()
        counts = bed_days.run_month(state, drivers, [WEEK[0]], step, chance)
        midnights += state.deferred[0]
        came = state.deferred[0] - before + counts.electives[0]
        assert (came >= 0).all()
        for lane in range(lanes):
            queues[lane].extend([step] * int(came[lane]))
            for _ in range(int(counts.electives[0, lane])):
                nights[lane] += step - queues[lane].popleft()
                patients[lane] += 1
    assert [len(q) for q in queues] == state.deferred[0].tolist()
    nights += [sum(150 - since for since in q) for q in queues]
    assert (midnights == nights).all()
    came_a_day = (patients + state.deferred[0]) / 150
    assert abs(came_a_day.mean() - 3.0) < Z * math.sqrt(3.0 / 150 / lanes)
    mean_wait = nights.sum() / (patients.sum() + state.deferred.sum())
    assert midnights.mean() / 150 == pytest.approx(came_a_day.mean() * mean_wait)
    assert mean_wait > 0.2


def test_littles_law_on_people_who_wait_at_home_for_a_package() -> None:
    """Where less starts than is asked for, those who wait settle at those who give up a month × the months of a wait."""
    weeks, asked, room = 26.0, 100.0, 70.0
    turns, waiting = packages.turnover(30.0, weeks), 0.0
    for _ in range(400):
        still = waiting + asked - packages.starts(waiting + asked, room)
        waiting = packages.in_use_after(still, 0.0, turns)
    gives_up = asked - room
    assert waiting == pytest.approx(gives_up / turns)
    assert waiting == pytest.approx(gives_up * weeks * 7 / 30)


def test_littles_law_on_people_who_look_for_a_post() -> None:
    """Where nobody hires, those who look are those who begin to look a month × the months until they give up, 1 / share."""
    plan = staffed_place(group("ACU1", in_post=100.0), market=(labour(entrants=240.0, seekers=5.0),), staff_leave=0.0)
    w = workforce(plan)
    for number in range(24):
        pass_month(w, number)
    left = 5.0 * 0.8**24 + 20.0 / 0.2 * (1 - 0.8**24)
    assert float(w.seekers[w.rates.markets.index("porters"), 0]) == pytest.approx(left)
    assert abs(left - 20.0 * (1 / 0.2)) < 0.5
