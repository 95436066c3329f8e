"""Unlimited beds are infinite servers: M(t)/G/∞, whose law is known exactly whenever people come and however long they stay.

Eick, Massey and Whitt (1993), The physics of the M_t/G/∞ queue, Operations Research 41, 731–742, and M_t/G/∞ queues with
sinusoidal arrival rates, Management Science 39, 241–252; here in days. People who come as a Poisson process λ(t) and stay
independently, with chance S(k) for k midnights more, fill N(t) beds with

    E N(t) = Var N(t) = Σₖ λ(t − k) S(k),     Cov(N(s), N(t)) = Σₖ λ(s − k) S(k + t − s) for s ≤ t.

Where a day's arrivals vary d times as much as Poisson, ``(d − 1) Σₖ λ(s − k) S(k) S(k + t − s)`` comes to the (co)variance.
All here goes through `simulate`: months of the real model, in its wards, with the stays that it has.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures.bits import same
from fixtures.one_hospital import Floats, Hospital, baseline_of, of_pool, plan_of, ran
from fixtures.places import CENTRAL
from fixtures.wards import empty, month
from placeplan.capacity import bed_days
from placeplan.core.calendar import Day, month_days, months_from
from placeplan.futures.sample import Futures
from placeplan.model.simulate import simulate

Z = 4.2
"""Standard errors allowed: with fixed seeds and some 200 figures a right model passes with 99.5 %."""
FUTURES = 12_000
SWING = tuple(float(1 + 0.5 * np.sin(2 * np.pi * n / 12)) for n in range(12))
"""Arrivals that swing like a sine over the year, by half of their mean."""
SINE = Hospital(
    daily=11.0, nights=4.5, months=24, short_share=0.4, short_nights=1.5, delay_share=0.12, delay_nights=14.0, season=SWING
)  # fmt: skip
CASES = {"Poisson": SINE, "clustered, fewer at weekends": replace(SINE, dispersion=1.8, weekend=0.7)}


@dataclass(frozen=True)
class Law:
    """The exact law of beds filled, day by day of a run."""

    rate: Floats
    """People a day who come and reach a midnight, ``[day]``."""
    cluster: float
    """Variance over mean of the people of a day."""
    still: Floats
    """S(k): chance of being in bed k midnights after the first, ``[day]``."""
    of_first: Floats
    """The same of those who are there when the run starts, by how they stay, ``[phase, day]``."""
    first: Floats
    """How many they are, ``[phase]``."""

    def mean(self) -> Floats:
        """E N(t), ``[day]``."""
        days = len(self.rate)
        return np.convolve(self.rate, self.still)[:days] + self.first @ self.of_first[:, 1 : days + 1]

    def covariance(self, lag: int = 0) -> Floats:
        """Cov(N(s), N(s + lag)), ``[day]``; those there at the start are so many, each of whom stays by chance."""
        days, later = len(self.rate), self.still[lag:]
        both = later + (self.cluster - 1.0) * self.still[: len(later)] * later
        there, then = self.of_first[:, 1 : days + 1 - lag], self.of_first[:, 1 + lag : days + 1]
        return np.convolve(self.rate, both)[: days - lag] + self.first @ (then - there * then)

    def variance_of_means(self, days: list[int]) -> Floats:
        """Variance of the mean of each month's midnights, ``[month]``."""
        lags = [self.covariance(lag) for lag in range(max(days))]
        ends = np.cumsum([0, *days])
        found = [
            sum((2.0 - (lag == 0)) * lags[lag][start : end - lag].sum() for lag in range(end - start))
            for start, end in itertools.pairwise(ends)
        ]
        return np.array(found) / np.square(days)


def law_of(h: Hospital, whole: bool = True) -> Law:
    """The law of a hospital with unlimited beds, from its description alone.

    A stay is of three phases – short; long; ready to leave and held up – with a geometric number of midnights in each: where
    T says who goes from phase to phase in a morning, and a where a stay begins, ``S(k) = a Tᵏ 1``.
    """
    clinical = h.nights * (1.0 - h.delay_share)
    long = (clinical - h.short_share * h.short_nights) / (1.0 - h.short_share)
    stay_on = np.array([h.short_nights / (1 + h.short_nights), long / (1 + long), 1.0 - 1.0 / h.delay_nights])
    overnight = np.array([h.short_share, 1 - h.short_share, 0.0]) * stay_on
    held_up = h.nights * h.delay_share / (overnight[1] * h.delay_nights)
    phases = np.diag(stay_on)
    phases[1, 2] = (1.0 - stay_on[1]) * held_up
    begin = overnight / overnight.sum()
    days = [d for m in months_from("2016-04", h.months) for d in month_days(m)]
    survive = np.array([np.linalg.matrix_power(phases, k).sum(axis=1) for k in range(len(days) + 1)]).T
    assert float(begin @ np.linalg.solve(np.eye(3) - phases, np.ones(3))) * overnight.sum() == pytest.approx(h.nights)
    season = np.array(h.season or (1.0,) * 12)
    season = season * sum(h.days[:12]) / float(season @ h.days[:12])
    rate, before = _rates(h, season), h.daily * overnight.sum() * season[-1]
    first = before * begin @ np.linalg.inv(np.eye(3) - phases)
    return Law(
        rate * overnight.sum(),
        1.0 + (h.dispersion - 1.0) * overnight.sum(),
        begin @ survive,
        survive,
        np.floor(first + 0.5) if whole else first,
    )


def _rates(h: Hospital, season: Floats) -> Floats:
    """People who come, by day."""
    found: list[Floats] = []
    for n, name in enumerate(months_from("2016-04", h.months)):
        weight = np.array([h.weekend if d.weekday >= 5 else 1.0 for d in month_days(name)])
        found.append(h.daily * season[n % 12] * h.days[n] * weight / weight.sum())
    return np.concatenate(found)


def by_month(h: Hospital) -> Floats:
    """What makes the means of months out of days, ``[month, day]``."""
    ends = np.cumsum([0, *h.days])
    found = np.zeros((h.months, ends[-1]))
    for n, days in enumerate(h.days):
        found[n, ends[n] : ends[n + 1]] = 1.0 / days
    return found


@cache
def hospital(case: str) -> tuple[Floats, Floats]:
    """Patients at each month's last midnight, and the mean of its midnights, ``[future, month]``."""
    found = ran(plan_of(CASES[case]), FUTURES, "in_beds", "occupied")
    return of_pool(found, "in_beds"), of_pool(found, "occupied")


@pytest.mark.parametrize("case", CASES)
def test_at_its_expectation_the_model_is_the_law(case: str) -> None:
    """With chance held the beds of every month are E N(t) to rounding: no night, door or season is lost on the way."""
    h = CASES[case]
    plan = plan_of(h)
    found = simulate(plan, baseline_of(plan), Futures(count=1, held=CENTRAL), keep=frozenset({"in_beds", "occupied"}))
    mean = law_of(h, whole=False).mean()
    ends = np.cumsum(h.days) - 1
    np.testing.assert_allclose(of_pool(found, "in_beds")[0], mean[ends], rtol=1e-11)
    np.testing.assert_allclose(of_pool(found, "occupied")[0], by_month(h) @ mean, rtol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_mean_and_variance_of_beds_filled_as_arrivals_swing(case: str) -> None:
    """At every month's end, mean and variance over 12,000 futures are those of M(t)/G/∞."""
    h = CASES[case]
    law, ends = law_of(h), np.cumsum(h.days) - 1
    mean, variance = law.mean()[ends], law.covariance()[ends]
    found, _ = hospital(case)
    assert np.abs((found.mean(axis=0) - mean) / np.sqrt(variance / FUTURES)).max() < Z
    assert np.abs(found.var(axis=0, ddof=1) / variance - 1).max() < Z * np.sqrt((2 + 1 / mean.min()) / FUTURES)
    assert mean.max() > 2 * mean.min()


@pytest.mark.parametrize("case", CASES)
def test_variance_of_a_months_mean(case: str) -> None:
    """What outcomes show is the mean of a month's midnights: its variance is the mean of Cov(N(s), N(t)) over the month."""
    h = CASES[case]
    law = law_of(h)
    mean, variance = by_month(h) @ law.mean(), law.variance_of_means(h.days)
    _, found = hospital(case)
    assert np.abs((found.mean(axis=0) - mean) / np.sqrt(variance / FUTURES)).max() < Z
    assert np.abs(found.var(axis=0, ddof=1) / variance - 1).max() < Z * np.sqrt((2 + 1 / mean.min()) / FUTURES)
    assert (variance < 0.9 * law.covariance()[np.cumsum(h.days) - 1]).all()


def test_both_drivers_give_these_beds_bit_for_bit() -> None:
    """Step by step and replayed: every outcome of the beds, 250 futures, 24 months."""
    plan, outcomes = plan_of(CASES["clustered, fewer at weekends"]), ("in_beds", "occupied", "arrivals", "discharges")
    assert same(ran(plan, 250, *outcomes), ran(plan, 250, *outcomes, compiled=False))


class Held:
    """Chance at its expectation."""

    expected = True

    def pair(self, _process: str, _day: int) -> tuple[None, None]:
        return None, None

    def pairs(self, _process: str, _first: int, _count: int) -> None:
        """Nothing is drawn."""

    def either(self, held: Any, _drawn: Any) -> Any:
        return held


def swung(parts: int, leave: float, swing: float, period: int) -> Floats:
    """Mean beds filled over the last of several periods of a sine of 28 days, each day cut in parts."""
    state, found = empty((1, 1)), []
    for step in range(8 * period * parts):
        rate = 6.0 / parts * (1.0 + swing * np.sin(2 * np.pi * step / (period * parts)))
        drivers = month(1, emergencies=rate, leave_long=leave / parts)
        bed_days.run_month(state, drivers, [Day(0, True)], step, Held())
        found.append(float(state.occupied[0, 0]))
    return np.array(found[-period * parts :])


def test_beds_lag_behind_a_sine_and_swing_less_by_the_formula() -> None:
    """Daily beds under λ (1 + a sin ωt): ``m(t) = λ (1/h + a Im[e^{iωt} / (1 − (1 − h) e^{−iω})])``, to rounding.

    It is the sum above for geometric stays. As days are cut finer it tends to Eick, Massey and Whitt's formula for
    exponential stays of mean E: ``m(t) = λ E (1 + a (sin ωt − ωE cos ωt) / (1 + (ωE)²))``.
    """
    leave, swing, period, gaps = 0.2, 0.6, 28, []
    for parts in (1, 4, 16):
        step, h = 2 * np.pi / (period * parts), leave / parts
        t = np.arange(period * parts)
        exact = 6.0 / parts * (1 / h + swing * np.imag(np.exp(1j * step * t) / (1 - (1 - h) * np.exp(-1j * step))))
        found = swung(parts, leave, swing, period)
        np.testing.assert_allclose(found, exact, rtol=1e-10)
        turn = 2 * np.pi / period / leave
        theirs = 6.0 / leave * (1 + swing * (np.sin(step * t) - turn * np.cos(step * t)) / (1 + turn**2))
        gaps.append(float(np.abs(found / theirs - 1).max()))
    assert gaps[1] < gaps[0] / 3.5
    assert gaps[2] < gaps[1] / 3.5
    assert gaps[2] < 0.01
