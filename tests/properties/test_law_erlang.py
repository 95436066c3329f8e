"""Limited beds against Erlang's two systems, B (who finds no bed goes elsewhere) and C (who finds none waits).

The product's pools are delay systems: who finds no bed waits without one, and is counted. They are Erlang's but for the day: all
who leave go in the morning, before anybody comes, and a bed that falls free is taken within the day. Their exact law is that of a
Markov chain in days, and goes to Erlang's as stays grow long against a day. No pool turns people away; the days themselves can be
made to (those without a bed are sent elsewhere each night), and then have the law of Erlang's loss system.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from fixtures import chains
from fixtures.one_hospital import Floats, Hospital, of_pool, plan_of, ran
from fixtures.wards import WEEK, Words, empty, month
from placeplan.capacity import bed_days

Z = 4.2
"""Standard errors allowed: with fixed seeds a right model passes."""
MOST = 120
SHORT = Hospital(daily=1.5 / 0.7, nights=0.7 / 0.3, beds=6.0)
SMALL = {"six beds": SHORT, "four and two of escalation": replace(SHORT, beds=4.0, escalation=2.0)}
OFFERED, BEDS = 6.0, 8
LONG = Hospital(daily=OFFERED / 20.0, nights=20.0, beds=float(BEDS), months=36)
"""Stays so long that a day is short: Erlang's system."""


def ends(h: Hospital, futures: int) -> tuple[Floats, Floats, Floats]:
    """Patients in beds and without one at each month's last midnight, and without one in its mean, ``[future, month]``."""
    found = ran(plan_of(h), futures, "in_beds", "waiting_at_end", "waiting_without_bed")
    names = ("in_beds", "waiting_at_end", "waiting_without_bed")
    return of_pool(found, names[0]), of_pool(found, names[1]), of_pool(found, names[2])


def laws(h: Hospital) -> Floats:
    """Exact law of the people there at every midnight of the run, ``[day, people]``."""
    step = chains.delay_chain(h.overnight, h.leave, int(h.beds + h.escalation), MOST)
    law = np.zeros(MOST + 1)
    law[int(h.overnight / h.leave + 0.5)] = 1.0
    found = []
    for _ in range(sum(h.days)):
        law = law @ step
        found.append(law)
    return np.array(found)


@pytest.mark.parametrize("case", SMALL)
def test_a_small_full_hospital_has_the_law_of_its_chain(case: str) -> None:
    """At the end of each of twelve months: not two moments but the whole law of people in beds and waiting."""
    h, futures = SMALL[case], 8_000
    inside, waiting, means = ends(h, futures)
    beds, law = h.beds + h.escalation, laws(h)
    assert (inside <= beds).all()
    assert (waiting[inside < beds] == 0).all()
    for n, day in enumerate(np.cumsum(h.days) - 1):
        top = int(np.flatnonzero(np.cumsum(law[day]) > 0.999)[0])
        seen = np.bincount(np.minimum(inside + waiting, top)[:, n].astype(int), minlength=top + 1)
        expected = np.append(law[day, :top], law[day, top:].sum()) * futures
        assert stats.chisquare(seen, expected).pvalue > 1e-4, n
    without = law @ np.maximum(np.arange(MOST + 1) - beds, 0)
    last = without[-h.days[-1] :].mean()
    assert abs(means[:, -1].mean() - last) < Z * means[:, -1].std(ddof=1) / np.sqrt(futures)
    assert last > 0.3


def test_with_long_stays_a_hospital_is_erlangs_delay_system() -> None:
    """Chance that every bed is taken is Erlang's C, and those who wait are ``C ρ / (1 − ρ)`` but for what a day leaves out.

    The chain says what that is: with stays of 20 midnights, 0.02 % of C and 2.4 % of those who wait.
    """
    futures = 16_000
    inside, waiting, _ = ends(LONG, futures)
    delay, rho = chains.erlang_c(OFFERED, BEDS), OFFERED / BEDS
    law = laws(LONG)[-1]
    full, mean = law[BEDS:].sum(), float(law @ np.maximum(np.arange(MOST + 1) - BEDS, 0))
    assert full == pytest.approx(delay, rel=5e-4)
    assert mean == pytest.approx(delay * rho / (1 - rho), rel=0.025)
    assert abs((inside[:, -1] == BEDS).mean() - delay) < Z * np.sqrt(delay * (1 - delay) / futures)
    assert abs(waiting[:, -1].mean() - mean) < Z * waiting[:, -1].std(ddof=1) / np.sqrt(futures)


def test_the_days_leave_out_less_as_they_are_cut_finer() -> None:
    """The chain of the model's days goes to Erlang's C and to ``C ρ / (1 − ρ)`` waiting, in proportion to the day."""
    delay, gaps = chains.erlang_c(OFFERED, BEDS), []
    for leave in (1 / 6, 1 / 24, 1 / 96):
        law = chains.stationary(chains.delay_chain(OFFERED * leave, leave, BEDS, MOST))
        mean = float(law @ np.maximum(np.arange(MOST + 1) - BEDS, 0))
        gaps.append((abs(law[BEDS:].sum() / delay - 1), 1 - mean / (delay * 3.0)))
    assert 0 < gaps[2][1] < gaps[1][1] / 3.5 < gaps[0][1] / 12
    assert gaps[2][0] < gaps[0][0] < 0.005
    assert gaps[2][1] < 0.006


def test_two_kinds_of_stay_with_loss_have_the_law_of_their_chain() -> None:
    """Short and long stays in six beds, those without one sent elsewhere each night: the law of both kinds, and of the lost."""
    rate, leaves, first, beds, lanes = 1.5, (0.6, 0.15), 0.5, 6, 4_000
    law, blocked = chains.two_kinds_lost(rate, leaves, first, beds)
    drivers = month(
        lanes, emergencies=rate, short_part=first, leave_short=leaves[0], leave_long=leaves[1], open=beds
    )  # fmt: skip
    state, chance, lost = empty((1, lanes)), Words(14, 1, lanes), np.zeros(lanes)
    for day in range(90):
        bed_days.run_month(state, drivers, [WEEK[0]], day, chance)
        lost += state.waiting[0] * (day >= 40)
        state.waiting = np.zeros_like(state.waiting)
    pairs = (state.short[0] * (beds + 1) + state.long[0]).astype(int)
    seen, expected = np.bincount(pairs, minlength=(beds + 1) ** 2), law.ravel() * lanes
    often = expected > 5
    seen, expected = (np.append(x[often], x[~often].sum()) for x in (seen, expected))
    assert stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue > 1e-4
    assert abs(lost.mean() / 50 / rate - blocked) < Z * lost.std(ddof=1) / np.sqrt(lanes) / 50 / rate


def test_with_loss_the_shape_of_stays_matters_less_and_less() -> None:
    """As days are cut finer the share lost is Erlang's B whatever the stays, one kind or two of the same mean.

    Insensitivity of the loss system: Sevast'yanov (1957), An ergodic theorem for Markov processes and its application to
    telephone systems with refusals, Theory of Probability and its Applications 2, 104–112.
    """
    rate, leaves, beds = 1.2, (0.6, 0.15), 5
    offered = rate * (0.5 / leaves[0] + 0.5 / leaves[1])
    exact, gaps = chains.erlang_b(offered, beds), []
    for parts in (1, 4, 16):
        _, two = chains.two_kinds_lost(rate / parts, (leaves[0] / parts, leaves[1] / parts), 0.5, beds)
        step, lost = chains.loss_chain(rate / parts, rate / offered / parts, beds)
        one = float(chains.stationary(step) @ lost) / (rate / parts)
        gaps.append((abs(two / exact - 1), abs(one / exact - 1)))
    for kind in (0, 1):
        assert gaps[1][kind] < gaps[0][kind] / 3
        assert gaps[2][kind] < gaps[1][kind] / 3
        assert gaps[2][kind] < 0.02


def test_one_pool_waits_less_than_its_two_halves() -> None:
    """The same beds and patients in one pool instead of two halves: fewer wait, as Erlang's C has it."""
    lanes, leave = 2_000, 0.2
    halves = month(lanes, emergencies=[63.0, 63.0], leave_long=leave, open=[11.0, 11.0])
    whole = month(lanes, emergencies=126.0, leave_long=leave, open=22.0)
    waits = []
    for pools, drivers in ((2, halves), (1, whole)):
        state, chance = empty((pools, lanes)), Words(3, pools, lanes)
        for start in range(0, 140, 35):
            bed_days.run_month(state, drivers, WEEK * 5, start, chance)
        waits.append(state.waiting.sum(axis=0))
    exact = []
    for number, drivers in ((2, halves), (1, whole)):
        beds, rate = int(drivers.open[0, 0]), float(drivers.emergencies[0, 0]) / 35
        law = chains.stationary(chains.delay_chain(rate, leave, beds, 3 * MOST))
        exact.append(number * float(law @ np.maximum(np.arange(len(law)) - beds, 0)))
    for found, mean in zip(waits, exact, strict=True):
        assert abs(found.mean() - mean) < Z * found.std(ddof=1) / np.sqrt(lanes)
    assert exact[1] < 0.8 * exact[0]
