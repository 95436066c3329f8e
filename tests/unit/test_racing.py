"""Ranks against pymoo, races that rarely drop a best design, and a guess that says how far it is off."""

from __future__ import annotations

import numpy as np
import pytest
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting
from scipy.special import ndtri
from scipy.stats import binom

from placeplan.core.streams import normal_quantile
from placeplan.explore.plan_b import pareto, racing
from placeplan.explore.plan_b.objectives import Objective, parts, tail
from placeplan.explore.plan_b.pareto import draws
from placeplan.explore.plan_b.space import Column, Space
from placeplan.explore.plan_b.straight import straight
from placeplan.explore.plan_b.surrogate import fit


def uniforms(name: str, rows: int, count: int, step: int = 0) -> np.ndarray:
    return draws(11, name, [str(n) for n in range(rows)], count, step)


@pytest.mark.parametrize("objectives", [2, 3, 6])
@pytest.mark.parametrize("steps", [0, 6])
def test_ranks_are_pymoos(objectives: int, steps: int) -> None:
    """The same fronts on random sets, with ties (rounded values) and without."""
    values = uniforms("values", objectives, 150, steps).T
    values = np.floor(values * steps) if steps else values
    rank = pareto.ranks(values)
    theirs = NonDominatedSorting().do(values)
    assert [sorted(f.tolist()) for f in theirs] == [np.flatnonzero(rank == r).tolist() for r in range(rank.max() + 1)]
    assert (pareto.front(values) == (rank == 0)).all()


def test_the_bound_of_none_seen_is_that_of_the_binomial() -> None:
    """0 of n: beyond the bound, a share would leave none seen with less than the chance stated (exact, Clopper and Pearson 1934)."""
    for n, wrong in ((32, 1e-3), (200, 1e-4), (1000, 1e-5)):
        bound = float(racing.reach(np.array(0.0), np.array(1.0), n, float(-ndtri(wrong))))
        assert binom.cdf(0, n, min(1.0, bound)) <= wrong


@pytest.mark.parametrize("flags", [True, False])
def test_a_race_rarely_drops_a_design_that_none_beats(flags: bool) -> None:
    """120 races of 16 designs on two objectives: those of the true front go as beaten in no more than 5 % each, as stated."""
    count, futures = 16, 400
    objectives = (Objective("a", "mean", (0,), span=float(flags)), Objective("b", "distance"))
    share = 0.5 + 0.3 * (uniforms("share", 1, count)[0] - 0.5)
    cost = np.floor(6 * uniforms("cost", 1, count)[0])
    truth = pareto.front(np.stack([share, cost], axis=1))
    lost, gone = np.zeros(count), 0
    for step in range(120):
        common, own = uniforms("common", 1, futures, step), uniforms("own", count, futures, step)
        z = 0.8 * normal_quantile(common) + 0.6 * normal_quantile(own)
        scores = (z < normal_quantile(share)[:, None]).astype(float) if flags else share[:, None] + 0.3 * z
        every = parts(objectives, scores[:, :, None], scores[0, :, None], cost, cost)
        race = racing.race(
            lambda at, n, e=every: e[at, :, :n], count, (32, 100, 400), (count, count, count), objectives
        )
        dropped = np.setdiff1d(np.arange(count), race.left)
        lost[dropped] += 1
        gone += len(dropped)
    assert lost[truth].max() / 120 <= racing.WRONG
    assert gone / 120 > count / 4, "it drops many of those that are beaten"


def test_what_is_equal_in_all_futures_is_a_tie_and_nobody_goes() -> None:
    """Two designs that do the same keep each other; one that is worse in every future goes."""
    values = np.zeros((3, 1, 40))
    values[2] = 1.0
    objectives = (Objective("a", "mean", (0,)),)
    assert racing.race(lambda at, n: values[at, :, :n], 3, (40,), (3,), objectives).left.tolist() == [0, 1]


def test_tail_is_the_mean_of_the_worst_tenth() -> None:
    """Against sorting, where a tenth is a whole number of futures."""
    x = uniforms("tail", 3, 200)
    assert tail(x).mean(axis=1) == pytest.approx(np.sort(x, axis=1)[:, -20:].mean(axis=1), rel=1e-12)


def test_the_worst_hit_is_the_one_whose_mean_change_is_worst() -> None:
    """Of two organisations, by hand: −3 against −1."""
    plan, scores = np.array([[5.0, 5.0], [5.0, 5.0]]), np.array([[[4.0, 3.0], [4.0, 1.0]]])
    o = (Objective("worst hit", "worst", (0, 1), more=True),)
    assert parts(o, scores, plan, np.zeros(1), np.zeros(1))[0, 0].tolist() == [2.0, 4.0]


def levers(count: int, values: int) -> Space:
    far = tuple(n / (values - 1) for n in range(values))
    return Space(tuple(Column(f"lever {n}", 0, far, tuple(3.0 * f for f in far)) for n in range(count)))


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_a_guess_says_how_far_it_is_off_on_designs_it_never_saw(noise: float) -> None:
    """Own effects and one pair that goes together: the error told by folds is that on 2,000 new designs, within a fifth."""
    space = levers(8, 3)
    effect = uniforms("effect", 8, 3) * (np.arange(3) > 0)

    def true(designs: np.ndarray) -> np.ndarray:
        return effect[np.arange(8), designs].sum(axis=1) + 3.0 * (designs[:, 0] > 0) * (designs[:, 5] == 2)

    seen, new = pareto.scattered(space, 600, 1, 0), pareto.scattered(space, 2000, 1, 1)
    chance, later = (noise * normal_quantile(uniforms("noise", 1, n)[0]) for n in (len(seen), len(new)))
    found = fit(space, seen, true(seen) + chance, np.ones(len(seen)), 1)
    error = float(np.sqrt(np.mean((true(new) + later - found.guess(new)) ** 2)))
    assert found.error == pytest.approx(error, rel=0.2, abs=0.02)
    assert found.explained > 0.6
    assert (0, 5) in found.pairs


def test_straight_is_the_best_of_all_designs() -> None:
    """HiGHS against looking at every design: least cost with two rows asked for, under a budget and one lever under another."""
    columns = [
        Column(
            f"lever {n}", n % 2, tuple(uniforms("far", 6, 3)[n]), tuple(uniforms("cost", 6, 3)[n]),
            (tuple(uniforms("use", 6, 3)[n]),), under="lever 0" if n == 3 else "", off=1,
        )
        for n in range(6)
    ]  # fmt: skip
    space = Space(tuple(columns), (2.6,))
    gain = np.stack([uniforms("gain", 6, 3, s) for s in (1, 2)])
    asked = np.array([3.0, 2.8])
    every = space.every()
    reached = gain[:, np.arange(6), every].sum(axis=2)
    fine = space.allowed(every) & (reached >= asked[:, None]).all(axis=0)
    found = straight(space, space.tables[0], gain, asked)
    assert found is not None
    assert space.costs(found[None])[0] == pytest.approx(space.costs(every[fine]).min())
    assert straight(space, space.tables[0], gain, np.array([99.0, 0.0])) is None
