"""The days of beds, without the rest of a run: infinite servers, Little's law on waiting, and order."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fixtures.places import WORLD, fixed, initiative, place, run, with_rows
from fixtures.wards import WEEK, Words, after, empty, month
from placeplan.capacity import bed_days
from placeplan.core.calendar import month_days
from placeplan.futures.sample import Futures
from placeplan.model.variants import do_minimum

LANES = 6_000
Z = 4.2
"""Standard errors allowed: with fixed seeds and some 200 figures a right model passes with 99.5 %."""


def survival(short_part: float, short: float, long: float, delayed: float, delay: float, nights: int) -> np.ndarray:
    """Chance of still being in bed k midnights after the first, k = 0, 1, …: a geometric mixture and a delay.

    A long stay ends each morning with chance `long`; then, with chance `delay`, the patient waits to leave, and goes
    each later morning with chance `delayed`.
    """
    still, waiting, found = 1.0, 0.0, []
    for k in range(nights):
        found.append(short_part * (1 - short) ** k + (1 - short_part) * (still + waiting))
        waiting = waiting * (1 - delayed) + still * long * delay
        still *= 1 - long
    return np.array(found)


@pytest.mark.parametrize("dispersion", [1.0, 1.6])
def test_unlimited_beds_have_the_law_of_infinite_servers(dispersion: float) -> None:
    """Occupancy has the mean and variance of M(t)/G/∞, and of its negative-binomial sibling.

    With Poisson arrivals λ(t) and independent stays of survival S, the number in bed is Poisson with mean
    ``m(t) = Σₖ λ(t − k) S(k)`` (Eick, Massey and Whitt 1993, The physics of the M_t/G/∞ queue, Operations Research 41,
    731–742, here in days). Where a day's arrivals vary d times as much, ``v(t) = m(t) + (d − 1) Σₖ λ(t − k) S(k)²``.
    """
    monthly, weekend = np.array([30.0, 150.0, 700.0]), 0.8
    stay = {"short_part": 0.5, "leave_short": 0.6, "leave_long": 0.15, "leave_delayed": 0.12, "delay_chance": 0.2}
    drivers = month(LANES, emergencies=monthly.tolist(), dispersion=dispersion, weekend=weekend, **stay)
    chance, state, first, rates = Words(3, 3, LANES), empty((3, LANES)), 0, []
    for name in ("2016-04", "2016-05", "2016-06"):
        days = month_days(name)
        at_weekend = np.array([d.weekday >= 5 for d in days])
        weight = np.where(at_weekend, weekend, 1.0)
        rates.append(np.outer(monthly, weight / weight.sum()))
        after(drivers, days, chance, state, first)
        first += len(days)
        arrived = np.concatenate(rates, axis=1)[:, ::-1]
        s = survival(0.5, 0.6, 0.15, 0.12, 0.2, arrived.shape[1])
        mean = arrived @ s
        variance = mean + (dispersion - 1.0) * (arrived @ s**2)
        found = state.occupied
        assert (np.abs(found.mean(axis=1) - mean) < Z * np.sqrt(variance / LANES)).all()
        spread = variance * np.sqrt((2 + dispersion**2 / mean) / LANES)
        assert (np.abs(found.var(axis=1, ddof=1) - variance) < Z * spread).all()


def test_unlimited_beds_fill_as_poisson() -> None:
    """Not only two moments: the whole distribution of the number in bed is Poisson."""
    lanes = 20_000
    state = after(month(lanes, emergencies=14.0, leave_long=0.4), WEEK * 5, Words(8, 1, lanes))
    rate = 14.0 / 35
    mean = rate * survival(0.0, 1.0, 0.4, 1.0, 0.0, 35).sum()
    top = int(stats.poisson(mean).ppf(0.9995))
    seen = np.bincount(np.minimum(state.occupied[0], top).astype(int), minlength=top + 1)
    chances = np.append(stats.poisson(mean).pmf(np.arange(top)), stats.poisson(mean).sf(top - 1))
    assert stats.chisquare(seen, chances * lanes).pvalue > 1e-3


def test_littles_law_on_waiting() -> None:
    """Patients without a bed, summed over midnights, are the nights waited by each patient in turn: L = λ W."""
    lanes, drivers = 40, month(40, emergencies=1.5, leave_long=0.3, open=6)
    state, chance = empty((1, lanes)), Words(2, 1, lanes)
    queues: list[deque[int]] = [deque() for _ in range(lanes)]
    nights, patients, midnights = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
    for step in range(120):
        counts = bed_days.run_month(state, drivers, [WEEK[0]], step, chance)
        midnights += counts.waiting[0]
        for lane in range(lanes):
            queues[lane].extend([step] * int(counts.arrivals[0, lane]))
            for _ in range(int(counts.admissions[0, lane])):
                nights[lane] += step - queues[lane].popleft()
                patients[lane] += 1
    assert [len(q) for q in queues] == state.waiting[0].tolist()
    nights += [sum(120 - since for since in q) for q in queues]
    assert (midnights == nights).all()
    assert nights.sum() > 1000
    rate, mean_wait = 1.5, nights.sum() / (patients.sum() + state.waiting.sum())
    counted = (patients + state.waiting[0]) / 120
    error = counted.std(ddof=1) / math.sqrt(lanes) * mean_wait
    assert abs(midnights.mean() / 120 - rate * mean_wait) < Z * error


small = {"seed": st.integers(0, 10_000), "daily": st.floats(0.1, 3), "leave": st.floats(0.05, 0.3), "open_": st.integers(1, 8)}  # fmt: skip
"""At most 15 beds and leaving at most 0.3 a day: counts below 5, which the binomial quantile inverts exactly."""


@settings(max_examples=30)
@given(**small, longer=st.floats(1.0, 3.0), more=st.integers(0, 7))
def test_longer_stays_never_lower_occupancy(
    seed: int, daily: float, leave: float, open_: int, longer: float, more: int
) -> None:
    """One kind of stay in a small pool: on every day of every future.

    The binomial quantile at one word never falls with its chance, and rises by at most one with one more patient; so
    what holds today holds tomorrow.
    """
    states = [empty((1, 30)), empty((1, 30))]
    for week in range(4):
        for state, chance in zip(states, (leave, leave / longer), strict=True):
            drivers = month(30, emergencies=daily * 7, leave_long=chance, open=open_, escalation=more)
            after(drivers, WEEK, Words(seed, 1, 30), state, 7 * week)
        assert (states[1].occupied >= states[0].occupied).all()
        assert (states[1].waiting >= states[0].waiting).all()


@settings(max_examples=30)
@given(**small, more=st.integers(1, 7))
def test_more_beds_never_lengthen_waiting(seed: int, daily: float, leave: float, open_: int, more: int) -> None:
    """One kind of stay in a small pool: on every day of every future nobody waits because a bed was added."""
    states = [empty((1, 30)), empty((1, 30))]
    for week in range(4):
        for state, number in zip(states, (open_, open_ + more), strict=True):
            drivers = month(30, emergencies=daily * 7, leave_long=leave, open=number)
            after(drivers, WEEK, Words(seed, 1, 30), state, 7 * week)
        assert (states[1].waiting <= states[0].waiting).all()


FUTURES = Futures(seed=4, count=24, held=WORLD)


def test_longer_stays_never_lower_mean_occupancy_of_a_place() -> None:
    """In the whole model, in the mean of every pool.

    Not path by path: stays are a mixture, and who comes in decides by a draw which part is theirs; one more admission
    today may turn tomorrow's patient from a long stay into a short one.
    """
    slower = initiative("slower", {"kind": "shorten", "share": -0.1}, start="2016-04")
    plan = with_rows(place(2), "beds", (b.model_copy(update={"escalation": 500.0}) for b in place(2).tables["beds"]))
    base, more = (run(plan.changed(initiatives=i), FUTURES)["occupied"] for i in ((), (slower,)))
    assert base.entities == more.entities
    gain = more.values.mean(axis=(0, 1)) / base.values.mean(axis=(0, 1)) - 1.0
    assert (gain > 0.02).all()


def test_more_beds_never_lengthen_mean_waiting_of_a_place() -> None:
    """In the whole model, in the mean of every pool, for the same reason."""
    plan = fixed(do_minimum(place(2)), beds_escalation=0.0)
    waits = []
    for times in (0.9, 1.0, 1.1):
        rows = [b.model_copy(update={"available": b.available * times, "escalation": 0.0}) for b in plan.tables["beds"]]  # type: ignore[attr-defined]
        waits.append(run(with_rows(plan, "beds", rows), FUTURES)["waiting_without_bed"].values.mean(axis=(0, 1)))
    assert (waits[0] >= waits[1]).all()
    assert (waits[1] >= waits[2]).all()
    assert waits[0].sum() > 2 * waits[2].sum()
