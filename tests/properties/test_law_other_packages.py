"""One hospital in SimPy, in Ciw and in ours: the same inputs, the same beds filled, to Monte Carlo error.

Compared are mean and 5, 50, 95 and 99 % of beds filled at midnight, and of patients without one, when the hospital has settled:
there over the midnights of four years after one of warming up, here over the last midnights of the months of a second year, all
runs together. Quantiles are of the middle distribution, ``F(x) − ½ P(x)`` joined by lines, which does not jump with whole patients
(Ma, Genton and Parzen 2011, Annals of the Institute of Statistical Mathematics 63, 227–243). The error of each figure is its
standard deviation over 400 bootstraps of whole runs: midnights of one run hang together, runs do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from fixtures.one_hospital import Floats, Hospital, of_pool, plan_of, ran
from fixtures.other_hospitals import Run, by_ciw, by_simpy

Z = 4.2
"""Standard errors allowed: with fixed seeds a right model passes."""
DAYS, WARM, FUTURES = 1825, 365, 4_000
CHANCES = np.array([0.05, 0.5, 0.95, 0.99])
SMALL = Hospital(
    daily=8.0, nights=5.0, beds=46.0, months=24, short_share=0.4, short_nights=1.5, delay_share=0.1, delay_nights=12.0
)
LARGE = replace(SMALL, daily=28.0, beds=160.0)


def middle_quantiles(law: Floats) -> Floats:
    """Quantiles of some laws ``[…, number]`` of whole numbers, by the middle distribution, ``[…, chance]``."""
    middle = np.cumsum(law, axis=-1) - law / 2
    whole = np.arange(law.shape[-1])
    return np.array([np.interp(CHANCES, m[p > 0], whole[p > 0]) for m, p in zip(middle, law, strict=True)])


def figures(counts: Floats, draws: int = 400) -> tuple[Floats, Floats]:
    """Mean and quantiles of whole numbers ``[run, midnight]``, and their standard errors by bootstrap over runs."""
    most = int(counts.max()) + 1
    own = np.array([np.bincount(c.astype(int), minlength=most) for c in counts], dtype=float)
    chance = np.random.Generator(np.random.SFC64(5))
    times = chance.multinomial(len(own), np.full(len(own), 1.0 / len(own)), size=draws)
    laws = np.vstack([own.sum(axis=0), times @ own])
    laws /= laws.sum(axis=1, keepdims=True)
    found = np.column_stack([laws @ np.arange(most), middle_quantiles(laws)])
    return found[0], found[1:].std(axis=0, ddof=1)


@cache
def ours(h: Hospital) -> tuple[Floats, Floats]:
    """Beds filled and patients without one at the months' last midnights of the second year, ``[future, month]``."""
    found = ran(plan_of(h), FUTURES, "in_beds", "waiting_at_end")
    return of_pool(found, "in_beds")[:, 12:], of_pool(found, "waiting_at_end")[:, 12:]


def theirs(package: Callable[[Hospital, int, int], Run], h: Hospital, runs: int) -> tuple[Floats, Floats]:
    """The same of another package, ``[run, day]``."""
    found = [package(h, DAYS, seed) for seed in range(runs)]
    return np.array([r.inside[WARM:] for r in found]), np.array([r.waiting[WARM:] for r in found])


def apart(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """How many standard errors the figures of two samples are apart, and the error of each difference."""
    (a, of_a), (b, of_b) = figures(one), figures(other)
    error = np.hypot(of_a, of_b)
    return np.abs(a - b) / np.where(error > 0, error, 1e-12), error


@pytest.mark.parametrize(
    ("package", "h", "runs"),
    [
        (by_simpy, SMALL, 16),
        pytest.param(by_ciw, SMALL, 8, marks=pytest.mark.large),
        pytest.param(by_simpy, LARGE, 48, marks=pytest.mark.large),
        pytest.param(by_ciw, LARGE, 48, marks=pytest.mark.large),
    ],
    ids=["SimPy, 46 beds", "Ciw, 46 beds", "SimPy, 160 beds", "Ciw, 160 beds"],
)
def test_one_hospital_fills_its_beds_as_theirs_does(
    package: Callable[[Hospital, int, int], Run], h: Hospital, runs: int
) -> None:
    """And as many as by Little's law: people a day × nights. One whose stays are 4 % longer does not: these figures would tell."""
    beds, waiting = theirs(package, h, runs)
    here, queue = ours(h)
    gap, error = apart(here, beds)
    assert (gap < Z).all(), gap
    assert error[0] < 0.005 * h.beds
    gap, _ = apart(queue, waiting)
    assert (gap < Z).all(), gap
    asked = h.daily * h.nights
    assert abs(here.mean() - asked) < Z * here.mean(axis=1).std(ddof=1) / np.sqrt(len(here))
    longer, _ = ours(replace(h, nights=h.nights * 1.04))
    assert apart(longer, beds)[0][0] > 2 * Z
