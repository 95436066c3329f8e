"""Beds against the laws of queues: Erlang's loss system, arrivals that swing, and one pool against two."""

from __future__ import annotations

import numpy as np
from scipy import stats

from fixtures.wards import WEEK, Words, empty, month
from placeplan.capacity import bed_days


def lost_law(rate: float, leave: float, places: int) -> tuple[np.ndarray, float]:
    """Long-run law of the patients in bed where whoever finds none goes elsewhere, and the share that does."""
    step = np.zeros((places + 1, places + 1))
    lost = np.zeros(places + 1)
    for n in range(places + 1):
        for stay, chance in enumerate(stats.binom(n, 1 - leave).pmf(np.arange(n + 1))):
            room = places - stay
            come = stats.poisson(rate).pmf(np.arange(room))
            step[n, stay : stay + room] += chance * come
            step[n, places] += chance * (1.0 - come.sum())
            taken = (np.arange(room) * come).sum() + room * (1.0 - come.sum())
            lost[n] += chance * (rate - taken)
    equations = np.vstack([step.T - np.eye(places + 1), np.ones(places + 1)])
    law: np.ndarray = np.linalg.lstsq(equations, np.append(np.zeros(places + 1), 1.0), rcond=None)[0]
    return law, float(law @ lost) / rate


def test_blocked_patients_have_the_law_of_the_loss_chain() -> None:
    """Stays with blocking: Erlang's loss system in days, made from the model by sending the waiting elsewhere each night."""
    rate, leave, places, lanes = 1.5, 0.3, 6, 4000
    law, blocked = lost_law(rate, leave, places)
    drivers, state, chance = (
        month(lanes, emergencies=rate, leave_long=leave, open=places),
        empty((1, lanes)),
        Words(4, 1, lanes),
    )
    lost = 0.0
    for step in range(60):
        bed_days.run_month(state, drivers, [WEEK[0]], step, chance)
        lost = lost + (state.waiting.mean() if step >= 30 else 0.0)
        state.waiting = np.zeros_like(state.waiting)
    for n in range(places + 1):
        share = float(law[n])
        assert abs((state.occupied == n).mean() - share) < 4.2 * np.sqrt(share * (1 - share) / lanes), n
    assert abs(lost / 30 / rate - blocked) < 4.2 * 0.2 / np.sqrt(lanes)
    assert blocked > 0.1


def test_the_loss_chain_goes_to_erlang_b_as_days_are_cut_finer() -> None:
    """Its share of patients turned away tends to Erlang's B (1917)."""
    rate, leave, places = 1.5, 0.3, 6
    erlang = 1.0
    for n in range(1, places + 1):
        erlang = rate / leave * erlang / (n + rate / leave * erlang)
    gaps = [abs(lost_law(rate / parts, leave / parts, places)[1] - erlang) for parts in (1, 8, 64)]
    assert gaps[1] < gaps[0] / 4
    assert gaps[2] < gaps[1] / 4
    assert gaps[2] < 0.002


def test_arrivals_that_swing_like_a_sine_fill_unlimited_beds_as_infinite_servers_do() -> None:
    """M(t)/G/∞ with λ(t) = λ (1 + a sin 2πt/T): mean and variance are ``Σₖ λ(t − k) S(k)``, with lag and damping."""
    lanes, leave, period = 6000, 0.2, 28
    rates = 6.0 * (1.0 + 0.6 * np.sin(2 * np.pi * np.arange(3 * period) / period))
    state, chance, seen = empty((1, lanes)), Words(7, 1, lanes), []
    still = (1.0 - leave) ** np.arange(3 * period)
    for step, rate in enumerate(rates):
        bed_days.run_month(state, month(lanes, emergencies=rate, leave_long=leave), [WEEK[0]], step, chance)
        mean = float(rates[: step + 1][::-1] @ still[: step + 1])
        seen.append((state.occupied.mean(), mean))
        if step % 7 == 6:
            assert abs(state.occupied.mean() - mean) < 4.2 * np.sqrt(mean / lanes)
            assert abs(state.occupied.var(ddof=1) / mean - 1.0) < 4.2 * np.sqrt((2 + 1 / mean) / lanes)
    found = np.array(seen)[-period:, 0]
    assert np.argmax(found) != np.argmax(rates[-period:])
    assert found.max() / found.mean() - 1.0 < 0.6


def test_one_pool_waits_less_than_its_two_halves() -> None:
    """The same beds and patients in one pool instead of two halves: fewer wait."""
    lanes = 400
    halves = month(lanes, emergencies=[31.0, 31.0], leave_long=0.2, open=[11.0, 11.0])
    whole = month(lanes, emergencies=62.0, leave_long=0.2, open=22.0)
    waits = [
        bed_days.run_month(empty((pools, lanes)), drivers, WEEK * 4, 0, Words(3, pools, lanes)).waiting.sum() / lanes
        for pools, drivers in ((2, halves), (1, whole))
    ]
    assert waits[1] < 0.8 * waits[0]
