"""Little's law on every queue: people there = people who come × the time that they stay.

Little (1961), A proof for the queuing formula L = λW, Operations Research 9, 383–387; over a window of time, with those who were
there before and those who are there after it: Little (2011), Little's law as viewed on its 50th anniversary, Operations Research
59, 536–549. First a whole place: whoever came and went, oldest first, waited as many months as the model says people were there.
Then each queue by itself, where the time that people stay is known apart. `QUEUES` names for each outcome that counts people, or
what they use, at a time the test that asks it; a new one cannot be left out.
"""

from __future__ import annotations

import ast
import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from fixtures.chains import stationary
from fixtures.one_hospital import Floats, Hospital, of_pool, plan_of, ran
from fixtures.places import run
from fixtures.staff import ONE, group, labour, pass_month, staffed_place, workforce
from fixtures.wards import WEEK, Words, after, empty, month
from fixtures.whole import SEEDS, whole, whole_run
from placeplan.capacity import bed_days, packages
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.tables import StaffGroup
from placeplan.model.outcomes import Outcomes

Z = 4.2
"""Standard errors allowed: with fixed seeds a right model passes."""
QUEUES = {
    "backlog": ("test_law_little", "test_who_came_and_went_waited_as_many_months_as_people_were_there"),
    "list": ("test_law_little", "test_who_came_and_went_waited_as_many_months_as_people_were_there"),
    "in_beds": ("test_law_little", "test_who_came_and_went_waited_as_many_months_as_people_were_there"),
    "occupied": ("test_law_little", "test_littles_law_on_beds"),
    "waiting_at_end": ("test_law_erlang", "test_with_long_stays_a_hospital_is_erlangs_delay_system"),
    "waiting_without_bed": ("test_model_queues", "test_littles_law_on_waiting"),
    "delayed_beds": ("test_law_little", "test_people_held_up_behind_few_places_have_the_law_of_their_queue"),
    "ready_to_leave": ("test_law_little", "test_littles_law_on_people_held_up"),
    "electives_deferred": ("test_law_little", "test_littles_law_on_planned_patients_put_off"),
    "packages_in_use": ("test_model_packages", "test_littles_law_holds_at_a_steady_state"),
    "waiting_for_package": ("test_law_little", "test_littles_law_on_people_who_wait_at_home_for_a_package"),
    "staff_in_post": ("test_law_little", "test_littles_law_on_posts_and_on_those_that_stand_empty"),
    "vacancies": ("test_law_little", "test_littles_law_on_posts_and_on_those_that_stand_empty"),
    "labour_market": ("test_law_little", "test_littles_law_on_people_who_look_for_a_post"),
}
"""By outcome: the file and the test that asks Little's law of it."""
NO_QUEUES = {
    "over_52": "part of a list", "boarders": "part of those in beds", "escalation_beds": "part of those in beds",
    "occupied_others": "part of those in beds", "beds_open": "places", "package_capacity": "places", "staff_funded": "places",
    "staff_at_work": "staff in post, less those away", "bank": "hours bought by the month", "agency": "hours bought by the month",
}  # fmt: skip
"""What is counted at a time and nobody queues in."""
COUNTED = ("people", "patients", "packages", "beds", "whole-time")


def test_no_queue_is_forgotten() -> None:
    """Every outcome that counts people, packages or posts at a time has its test, which is there, or is no queue."""
    at_a_time = {n for n, o in OUTCOMES.items() if o.yearly != "sum" and not o.share and o.unit.startswith(COUNTED)}
    assert at_a_time == QUEUES.keys() | NO_QUEUES.keys()
    assert not QUEUES.keys() & NO_QUEUES.keys()
    for file, name in QUEUES.values():
        tree = ast.parse((Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8"))
        assert name in {f.name for f in tree.body if isinstance(f, ast.FunctionDef)}, name


def waited(first: float, came: Sequence[float], left: Sequence[float]) -> float:
    """Months waited by everybody in a window, oldest first: those there before it, those who came, those still there after it."""
    queue, total = deque([[0, first]]), 0.0
    for now, (coming, going) in enumerate(zip(came, left, strict=True)):
        queue.append([now, coming])
        rest = going
        while rest > 1e-12 and queue:
            gone = min(rest, queue[0][1])
            total += gone * (now - queue[0][0])
            queue[0][1] -= gone
            rest -= gone
            if queue[0][1] <= 1e-12:
                queue.popleft()
    return total + sum(people * (len(came) - since) for since, people in queue)


def flows(o: Outcomes, names: Iterable[str], entity: str) -> Floats:
    """Sum of some outcomes, ``[future, month]``."""
    parts = [o[n].of(entity) for n in names if entity in o[n].entities]
    return np.sum(parts, axis=0)


def of_markets(o: Outcomes, rows: Sequence[StaffGroup]) -> Iterable[tuple[str, Floats, Floats, Floats]]:
    """Each labour market with its employers: people in it, those who came, those who left it."""
    for market in o["labour_market"].entities:
        own = [f"{r.organisation}/{r.group}" for r in rows if r.hired_from == market and not r.unpaid]
        people = o["labour_market"].of(market) + sum(o["staff_in_post"].of(e) for e in own)
        yield market, people[:, 1:], o["labour_entrants"].of(market)[:, :-1], o["labour_left"].of(market)[:, :-1]


@pytest.mark.parametrize("seed", SEEDS[:1])
def test_who_came_and_went_waited_as_many_months_as_people_were_there(seed: int) -> None:
    """In a place with every part: L summed over months is the months that each in turn waited, for every door, list and pool."""
    o, plan = whole_run(seed), whole(seed)
    lists, doors, hospital = ("clock_stops", "list_removals"), ("activity", "lost"), ("discharges", "deaths")
    queues = [
        (f"list {e}", o["list"].of(e), flows(o, ("clock_starts",), e), flows(o, lists, e)) for e in o["list"].entities
    ]
    own = [e for e in o["backlog"].entities if not e.startswith("system/")]
    queues += [(f"door {e}", o["backlog"].of(e), flows(o, ("asked",), e), flows(o, doors, e)) for e in own]
    for e in o["in_beds"].entities:
        moved = flows(o, ("transfers",), e)
        came = flows(o, ("arrivals", "elective_admissions"), e) + np.maximum(moved, 0.0)
        left = flows(o, hospital, e) + np.maximum(-moved, 0.0)
        queues.append((f"hospital {e}", o["in_beds"].of(e) + o["waiting_at_end"].of(e), came, left))
    queues += [
        (f"packages {e}", o["packages_in_use"].of(e), flows(o, ("package_starts",), e), flows(o, ("package_ends",), e))
        for e in o["packages_in_use"].entities
    ]
    staff = [r for r in plan.tables["staff"] if isinstance(r, StaffGroup)]
    queues += [(f"market {m}", *parts) for m, *parts in of_markets(o, staff)]
    for name, there, came, left in queues:
        for future in range(o.count):
            time = waited(there[future, 0], came[future, 1:], left[future, 1:])
            assert there[future, 1:].sum() == pytest.approx(time, rel=1e-9, abs=1e-6), name
    assert len(queues) > 20


def test_littles_law_on_beds() -> None:
    """Beds filled = people a day who reach a midnight × midnights, in a hospital whose every bed is taken on four nights of ten.

    Beside the occupied beds stands the number who came in the same futures, so that both sides share their chance.
    """
    h = Hospital(daily=8.0, nights=5.0, beds=44.0, months=36, short_share=0.4, short_nights=1.5)
    found = ran(plan_of(h), 2_000, "occupied", "admissions", "waiting_without_bed")
    days, settled = np.array(h.days), slice(12, 36)
    lay, came = (of_pool(found, n) for n in ("occupied", "admissions"))
    long = (h.nights - 0.4 * 1.5) / 0.6
    a_night = 0.4 * 1.5 / 2.5 + 0.6 * long / (1 + long)
    per_day = came[:, settled].sum(axis=1) / days[settled].sum()
    filled = (lay * days)[:, settled].sum(axis=1) / days[settled].sum()
    gap = filled - per_day * h.nights / a_night
    assert abs(gap.mean()) < Z * gap.std(ddof=1) / math.sqrt(len(gap))
    assert gap.std(ddof=1) / math.sqrt(len(gap)) < 0.001 * h.beds
    assert of_pool(found, "waiting_without_bed").mean() > 0.3


@pytest.mark.parametrize("months", [2.0, 3.0, 6.0])
def test_littles_law_on_posts_and_on_those_that_stand_empty(months: float) -> None:
    """Staff in post = hired a month × months that they stay; posts empty at a month's start = leavers × months until then.

    Who leaves in a month goes at its end, with a chance of leave / 12 each month: ``12 / leave`` months in post. A post that
    takes ``m`` months to fill stands empty over ``m − 1`` beginnings of a month.
    """
    market = (labour(entrants=2400.0, seekers=500.0),)
    found = run(staffed_place(group("ACU1"), market=market, months=120, staff_hire_months=months), ONE)
    hired, left, there, empty_posts = (
        float(found[n].of("ACU1/porters")[0, -1]) for n in ("staff_hired", "staff_left", "staff_in_post", "vacancies")
    )
    assert there == pytest.approx(hired * 12 / 0.12, rel=1e-6)
    assert empty_posts == pytest.approx(left * (months - 1), rel=1e-6)


def test_littles_law_on_people_held_up() -> None:
    """Beds of people ready to leave = people a day whose wait to leave begins × midnights that it takes."""
    lanes, rate, delay, leave = 4_000, 2.0, 0.4, 0.1
    drivers = month(lanes, emergencies=rate * 7, leave_long=0.25, delay_chance=delay, leave_delayed=leave)
    chance, state = Words(4, 1, lanes), empty((1, lanes))
    for week in range(30):
        after(drivers, WEEK, chance, state, 7 * week)
    exact = rate * delay / leave
    assert abs(state.held_up.mean() - exact) < Z * math.sqrt(exact / lanes)


def test_people_held_up_behind_few_places_have_the_law_of_their_queue() -> None:
    """Three a day can leave for care: those held up are the queue ``D' = most(0, D − 3) + Poisson``, and L = λ W.

    Who leaves infinite servers leaves as a Poisson process (Mirasol 1963, The output of an M/G/∞ queuing system is Poisson,
    Operations Research 11, 282–284), so that the law of who waits behind is known exactly.
    """
    lanes, rate, held, places, most = 4_000, 4.0, 0.65, 3, 90
    drivers = month(lanes, emergencies=rate, leave_long=0.25, delay_chance=held, leave_delayed=1.0)
    drivers = replace(drivers, places=np.full((1, 1, lanes), float(places)))
    chance, state, left = Words(21, 1, lanes), empty((1, lanes)), np.zeros(lanes)
    for day in range(160):
        counts = bed_days.run_month(state, drivers, [WEEK[0]], day, chance)
        left += counts.left_for_care[0, 0] * (day >= 100)
    step, come = np.zeros((most + 1, most + 1)), stats.poisson(rate * held).pmf(np.arange(most + 1))
    for n in range(most + 1):
        rest = max(n - places, 0)
        step[n, rest:] = come[: most + 1 - rest]
        step[n, most] += 1.0 - step[n].sum()
    law = stationary(step)
    top = int(np.flatnonzero(np.cumsum(law) > 0.998)[0])
    seen = np.bincount(np.minimum(state.held_up[0], top).astype(int), minlength=top + 1)
    assert stats.chisquare(seen, np.append(law[:top], law[top:].sum()) * lanes).pvalue > 1e-4
    assert abs(left.mean() / 60 - rate * held) < Z * math.sqrt(rate * held / 60 / lanes)
    nights = float(law @ np.arange(most + 1)) / (rate * held)
    assert nights > 1.9, "without the limit it is 1"
    assert abs(state.held_up.mean() / (rate * held) - nights) < Z * state.held_up.std(ddof=1) / rate / held / math.sqrt(
        lanes
    )


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
