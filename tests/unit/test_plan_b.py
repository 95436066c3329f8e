"""Plan B on problems whose best designs are known: by looking at every one, or by adding up blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.problem import Problem
from pymoo.indicators.hv import HV
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.mutation.pm import PM
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize

from fixtures.stopping import stopped
from placeplan.core.streams import normal_quantile
from placeplan.explore.plan_b import pareto
from placeplan.explore.plan_b import search as searching
from placeplan.explore.plan_b.front import Front
from placeplan.explore.plan_b.ledger import LADDER, Budget, never
from placeplan.explore.plan_b.objectives import Objective, parts
from placeplan.explore.plan_b.pareto import draws
from placeplan.explore.plan_b.space import Column, Space

Evaluate = Callable[[np.ndarray, int, int], np.ndarray]
SMALL = (1, 8, 24, 60)
"""Futures at each stage, few, as little is to be told apart."""


def search(
    space: Space, evaluate: Evaluate, objectives: Sequence[Objective], lanes: int, keep: int = 16, seed: int = 1,
    ladder: tuple[int, int, int, int] = SMALL, fresh: int = SMALL[-1], stop: Callable[[], bool] = never,
) -> Front:  # fmt: skip
    """A search in few futures."""
    return searching.search(space, evaluate, objectives, Budget(seed, lanes, ladder, fresh, stop), keep)


def normals(name: str, rows: int, futures: int, step: int = 0) -> np.ndarray:
    """Standard normals that belong to names, ``[row, future]``."""
    return normal_quantile(draws(5, name, [str(n) for n in range(rows)], futures, step))


def blocks(number: int, size: int, seed: int = 7) -> np.ndarray:
    """What each setting of a block of levers is worth, ``[block, setting]``: any number, 0 as planned."""
    found = 2.0 * draws(seed, "toy", [f"b{i}" for i in range(number)], 2**size, 0) - 1.0
    return found - found[:, :1]


def worth(table: np.ndarray, designs: np.ndarray) -> np.ndarray:
    """What designs of blocks of two-valued levers are worth, ``[design]``."""
    number, settings = table.shape
    size = settings.bit_length() - 1
    place = designs.reshape(len(designs), number, size) @ (1 << np.arange(size)[::-1])
    return table[np.arange(number), place].sum(axis=1)


def runs(table: np.ndarray, noise: float, short: float = 1.5) -> Evaluate:
    """Kept or not, and money: worth less what is short, with chance that all designs share and chance of each lever."""
    levers = table.shape[0] * (table.shape[1].bit_length() - 1)
    chance = normals("chance", 1 + levers, 2000)

    def evaluate(designs: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        z = chance[:, numbers]
        own = np.einsum("dl,ldf->df", designs.astype(float), z[1:])
        money = worth(table, designs)[:, None] - short + noise * (z[0] + 0.15 * own)
        return np.stack([(money >= 0).astype(float), money], axis=2)

    return evaluate


def two_valued(levers: int) -> Space:
    """Levers that are off as planned and may be on, each as far from the plan as any other."""
    return Space(tuple(Column(f"lever {n:02d}", 0, (0.0, 1.0), (0.0, 1.0)) for n in range(levers)))


ASKED = (
    Objective("kept", "mean", (0,), more=True, step=0.01, span=1.0),
    Objective("money", "mean", (1,), more=True),
    Objective("distance", "distance"),
)
MONEY = ASKED[1:]


def best_by_changes(table: np.ndarray) -> np.ndarray:
    """Most that so many changes can be worth, ``[changes]``, block by block (Bellman 1957)."""
    number, settings = table.shape
    found = np.full(number * (settings.bit_length() - 1) + 1, -np.inf)
    found[0] = 0.0
    for row in table:
        found = np.max(
            [
                np.concatenate((np.full(n.bit_count(), -np.inf), found + v))[: len(found)]
                for n, v in enumerate(row.tolist())
            ],
            axis=0,
        )
    return found


@pytest.mark.parametrize("noise", [0.0, 0.7])
def test_the_front_is_that_of_looking_at_every_design(noise: float) -> None:
    """Of 1,024 designs on the same futures, the search has those that none beats, and no other."""
    table = blocks(5, 2)
    space, evaluate = two_valued(10), runs(table, noise)
    found = search(space, evaluate, MONEY, lanes=60_000, keep=50)
    every = space.every()
    scores = evaluate(every, np.tile(np.arange(60), (len(every), 1)))
    plan = evaluate(space.planned[None], np.arange(60)[None])[0]
    all_values = parts(MONEY, scores, plan, space.costs(every), space.distances(every)).mean(axis=2)
    best = {tuple(map(int, d)) for d in every[pareto.front(all_values)]}
    assert found.whole
    assert found.complete
    assert {c.design for c in found.choices} == best
    if not noise:
        assert all(c.value[0] == pytest.approx(c.searched[0], abs=1e-12) for c in found.choices)


def test_a_search_that_may_not_look_at_all_finds_the_same_front() -> None:
    """Of 4,096 designs it may run about 700, and has every one that none beats."""
    table = blocks(4, 3, seed=3)
    found = search(two_valued(12), runs(table, 0.0), MONEY, lanes=12_000, keep=20)
    most = best_by_changes(table)
    ever = [d for d in range(13) if d == 0 or most[d] > most[:d].max()]
    told = sorted((round(float(c.value[1])), float(c.value[0]) + 1.5) for c in found.choices)
    assert not found.whole
    assert found.designs < 800
    assert [d for d, _ in told] == ever
    assert [v for _, v in told] == pytest.approx([most[d] for d in ever], abs=1e-9)


def thirty(seed: int, lanes: int, ladder: tuple[int, int, int, int], fresh: int, within: float) -> None:
    """Searches 2³⁰ designs whose best is known block by block, and holds what is told against it."""
    table = blocks(10, 3)
    asked = (*ASKED[:1], replace(ASKED[1], step=0.02), ASKED[2])
    found = search(two_valued(30), runs(table, 1.0), asked, seed=seed, lanes=lanes, ladder=ladder, fresh=fresh)
    most = best_by_changes(table)
    assert found.complete
    assert found.lanes <= lanes
    assert found.futures == fresh
    true = worth(table, np.array([c.design for c in found.choices]))
    for choice, value in zip(found.choices, true.tolist(), strict=True):
        assert value >= most[round(float(choice.value[2]))] - within * most.max()
        spread = 5 * np.sqrt((1.0 + 0.15**2 * 30) / fresh)
        assert value - 1.5 == pytest.approx(float(choice.value[1]), abs=spread)
    assert true.max() >= (1.0 - within) * most.max()
    assert {n: e for n, _, e in found.errors}["money"] > 0.8


@pytest.mark.large
def test_thirty_initiatives_that_go_together_in_threes() -> None:
    """What the search finds is worth the best within 5 % at each number of changes, with a third of the lanes and a fifth of the futures."""
    thirty(1, 60_000, (1, 16, 60, 200), 200, 0.05)


@pytest.mark.large
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thirty_initiatives_within_the_budget(seed: int) -> None:
    """Within 2 % with the lanes and futures that are used."""
    thirty(seed, 200_000, (1, 32, 200, 1000), 1000, 0.02)


def test_budgets_are_kept() -> None:
    """Nothing that is told takes more than there is, and the best within it is found (every design looked at)."""
    table = blocks(5, 2)
    columns = tuple(replace(c, use=((0.0, 1.0 + n % 3),)) for n, c in enumerate(two_valued(10).columns))
    space = Space(columns, (5.0,))
    found = search(space, runs(table, 0.0), MONEY, lanes=60_000, keep=50)
    every = space.every()
    every = every[space.used(every)[:, 0] <= 5.0]
    assert all(space.used(np.array([c.design]))[0, 0] <= 5.0 for c in found.choices)
    assert max(c.value[0] for c in found.choices) + 1.5 == pytest.approx(worth(table, every).max())


def test_with_few_changes_allowed_levers_are_swapped() -> None:
    """Of 24 levers five may be moved: from a design with five, every other lever is reached, and one goes for it."""
    columns = tuple(replace(c, use=((0.0, 1.0),)) for c in two_valued(24).columns)
    space, full = Space(columns, (5.0,)), np.repeat([1, 0], [5, 19])
    near = pareto.around(space, full, 1, 0)
    assert space.allowed(near).all()
    swapped = near[near.sum(axis=1) == 5]
    assert swapped[:, 5:].any(axis=0).all()
    assert (swapped[:, :5].sum(axis=1) == 4).all()
    assert space.allowed(pareto.scattered(space, 200, 1, 0)).all()


def test_where_the_plan_itself_is_beyond_a_budget_what_is_told_is_not() -> None:
    """Plan A takes 6 of 4: choices take no more than 4."""
    columns = tuple(
        Column(f"lever {n}", 1, (1.0, 0.0), use=((0.0, 1.0),)) if n < 6 else Column(f"lever {n}", 0, (0.0, 1.0), use=((0.0, 1.0),))
        for n in range(14)
    )  # fmt: skip
    space = Space(columns, (4.0,))
    value = np.linspace(1.0, 2.0, 14)
    found = search(
        space, lambda d, n: np.repeat((d @ value)[:, None, None], n.shape[1], axis=1),
        (Objective("money", "mean", (0,), more=True),),  lanes=9_000,
    )  # fmt: skip
    assert all(sum(c.design) <= 4 for c in found.choices)
    assert max(c.value[0] for c in found.choices) == pytest.approx(value[-4:].sum())


def test_a_lever_of_what_is_left_out_is_as_planned() -> None:
    """When something starts means nothing where it is not done at all: no choice says so."""
    columns = (
        Column("size of a", 1, (1.0, 0.0)),
        Column("start of a", 0, (0.0, 0.5, 1.0), under="size of a", off=0),
        Column("size of b", 1, (1.0, 0.0)),
    )
    space = Space(columns)
    assert len(space.every()) == 8
    assert space.settled(np.array([[0, 2, 1]])).tolist() == [[0, 0, 1]]
    found = search(
        space, lambda d, n: np.repeat((d[:, :1] * -1.0)[:, None], n.shape[1], axis=1), (Objective("x", "mean", (0,), more=True),),
         lanes=2000,
    )  # fmt: skip
    assert {c.design for c in found.choices} <= {(0, 0, 0), (0, 0, 1)}


def test_stopped_in_the_middle_it_tells_the_best_so_far_and_says_so() -> None:
    """At whatever call it is stopped."""
    evaluate = runs(blocks(4, 3), 0.5)
    for calls, found in stopped(
        lambda stop: search(two_valued(12), evaluate, ASKED, lanes=12_000, stop=stop),
        (0, 1, 5, 12),
    ):
        assert bool(found.choices) == (calls > 0)
    assert max(c.value[1] for c in found.choices) > found.planned.value[1]


def test_order_of_levers_and_objectives_changes_no_bit_and_the_seed_decides() -> None:
    """The same choices, value by value, when both stand the other way round; another search with another seed."""
    table = blocks(4, 3)
    space, evaluate = two_valued(12), runs(table, 0.5)
    one = search(space, evaluate, ASKED, lanes=12_000)
    turned = Space(space.columns[::-1])
    other = search(turned, lambda d, n: evaluate(d[:, ::-1], n), ASKED[::-1], lanes=12_000)
    by_design = {c.design[::-1]: c for c in other.choices}
    assert {c.design for c in one.choices} == set(by_design)
    assert all((c.value == by_design[c.design].value[::-1]).all() for c in one.choices)
    again = search(space, evaluate, ASKED, lanes=12_000)
    assert [c.design for c in again.choices] == [c.design for c in one.choices]
    assert search(space, evaluate, ASKED, seed=2, lanes=12_000).errors != one.errors


def test_too_few_lanes_are_refused_with_how_many_are_needed() -> None:
    """Bad input is told, not cut short."""
    with pytest.raises(ValueError, match="at least 6,256 lanes"):
        search(two_valued(4), runs(blocks(2, 2), 0.0), ASKED, lanes=3000, ladder=LADDER, fresh=1000)


def test_luck_in_the_search_is_told() -> None:
    """Designs that differ by chance alone: the one that seems best is not on fresh futures, and that is said."""

    def evaluate(designs: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        kind = designs @ (1 << np.arange(designs.shape[1]))
        return normals("luck", 64, 2000)[kind[:, None], numbers][:, :, None]

    found = search(
        two_valued(6),
        evaluate,
        (Objective("x", "mean", (0,), more=True),),
        lanes=20_000,
    )
    assert found.optimism[0] > 0.15


class _Known(Problem):
    """Worth and changes of blocks, for pymoo."""

    def __init__(self, table: np.ndarray, levers: int) -> None:
        super().__init__(n_var=levers, n_obj=2, xl=0, xu=1, vtype=int)
        self.table = table

    def _evaluate(self, x: np.ndarray, out: dict, *args: object, **kwargs: object) -> None:
        out["F"] = np.stack([-worth(self.table, x.astype(int)), x.sum(axis=1).astype(float)], axis=1)


@pytest.mark.large
def test_no_smaller_volume_than_pymoos_with_as_many_designs() -> None:
    """Hypervolume of what is found against that of NSGA-II in pymoo, with as many designs run."""
    table = blocks(8, 3)
    found = search(two_valued(24), runs(table, 0.0), MONEY, lanes=20_000, keep=30)
    theirs = minimize(
        _Known(table, 24),
        NSGA2(60, sampling=IntegerRandomSampling(), crossover=UniformCrossover(), mutation=PM(repair=RoundingRepair())),
        ("n_eval", found.designs), seed=1, verbose=False,
    )  # fmt: skip
    volume = HV(ref_point=np.array([0.0, 25.0]))
    ours = np.array([[-(c.value[0] + 1.5), c.value[1]] for c in found.choices])
    assert volume(ours) >= volume(theirs.F)
