"""Cheapest repairs on planted cases: one change, two that are needed together, none; nothing needless in any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fixtures.stopping import stopped
from placeplan.core.streams import normal_quantile
from placeplan.explore.plan_b import pareto
from placeplan.explore.plan_b.cheapest import repairs
from placeplan.explore.plan_b.ledger import Budget, Evaluate
from placeplan.explore.plan_b.pareto import draws
from placeplan.explore.plan_b.repair import Ask, Repairs
from placeplan.explore.plan_b.repairing import LIKELY, SURE, grade
from placeplan.explore.plan_b.space import Column, Space

LADDER = (1, 16, 50, 150)
Margin = Callable[[np.ndarray], np.ndarray]


def space(levers: int, values: int = 2, **more: object) -> Space:
    """Levers off as planned; each value costs something of its own and is as far as any lever's."""
    price = 1.0 + np.floor(9.0 * draws(3, "price", [str(n) for n in range(levers)], 1, 0)[:, 0])
    columns = [
        Column(f"lever {n:02d}", 0, tuple(v / (values - 1) for v in range(values)), tuple(float(price[n] * v) for v in range(values)))
        for n in range(levers)
    ]  # fmt: skip
    return replace(Space(tuple(columns)), **more)


def world(margin: Margin, noise: float = 0.0) -> Evaluate:
    """Promises kept where what they have to spare ``[design, promise]`` outweighs chance, the same for all designs."""
    chance = normal_quantile(draws(4, "chance", ["0", "1", "2"], 3000, 0))

    def evaluate(designs: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        room = margin(designs)
        return (room[:, None, :] + noise * chance[: room.shape[1]].T[numbers] >= 0).astype(float)

    return evaluate


def told(found: Repairs) -> set[tuple[int, ...]]:
    """Levers set otherwise, by repair."""
    return {tuple(np.flatnonzero(r.design).tolist()) for r in found.repairs}


def search(one: Space, margin: Margin, noise: float = 0.0, lanes: int = 20_000, **more: object) -> Repairs:
    first = margin(one.planned[None]).shape[1]
    asks = more.pop("asks", [Ask(f"promise {n}", n, 0.8) for n in range(first)])
    keep, likely = more.pop("keep", 8), more.pop("likely", None)
    return repairs(one, world(margin, noise), asks, Budget(1, lanes, LADDER, 150, **more), keep=keep, likely=likely)


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_the_one_change_that_helps_is_the_repair(noise: float) -> None:
    """One of twenty levers does: it is told, alone, as sure, and needless extras are not."""
    found = search(space(20), lambda d: 2.0 * d[:, [7]] - 1.0, noise)
    assert told(found) == {(7,)}
    assert found.complete
    assert found.fresh
    repair = found.repairs[0]
    assert repair.grade == SURE
    assert repair.irreducible
    assert [u.design for u in repair.undone] == [found.planned.design]
    assert found.planned.grade < LIKELY
    assert found.nearest is None


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_two_changes_that_help_only_together_are_found(noise: float) -> None:
    """Of 190 pairs of twenty levers, one: neither change by itself does anything."""
    found = search(space(20), lambda d: 2.0 * d[:, [3]] * d[:, [11]] - 1.0, noise)
    assert told(found) == {(3, 11)}
    assert len(found.repairs[0].undone) == 2
    assert all(u.kept[0] < 0.8 for u in found.repairs[0].undone)


def test_where_nothing_helps_no_repair_is_told_but_what_comes_nearest() -> None:
    """One lever brings the share kept from a third of what is asked to two thirds: it is told as the nearest."""
    found = search(space(12), lambda d: 0.6 * d[:, [5]] - 0.8, 1.0)
    assert not found.repairs
    assert np.flatnonzero(found.nearest.design).tolist() == [5] or found.nearest.design[5] == 1
    assert found.nearest.grade < LIKELY
    assert found.nearest.kept[0] > found.planned.kept[0] + 0.1


def test_what_is_kept_already_needs_no_repair() -> None:
    """Plan A keeps it: nothing is told, and little is spent."""
    found = search(space(12), lambda d: np.ones((len(d), 1)))
    assert found.repairs == ()
    assert found.planned.grade == SURE
    assert found.lanes < 500


def brute(one: Space, margin: Margin, p: float, futures: int, noise: float) -> set[tuple[int, ...]]:
    """Every design looked at: those that do, of which no part can be undone or made smaller, and that no other beats."""
    every = one.every()
    every = every[one.allowed(every)]
    kept = world(margin, noise)(every, np.tile(np.arange(futures), (len(every), 1))).mean(axis=1)
    does = {d.tobytes(): grade(k, futures, np.full(len(k), p)) for d, k in zip(every, kept, strict=True)}
    good = [
        d for d in every
        if does[d.tobytes()] and all(does[x.tobytes()] < does[d.tobytes()] for x in one.lessened(d) if one.allowed(x[None])[0])
    ]  # fmt: skip
    chosen = np.array(good)
    sure = np.array([-does[d.tobytes()] for d in chosen], dtype=float)
    values = np.stack([one.costs(chosen), one.distances(chosen), sure], axis=1)
    return {tuple(map(int, d)) for d in chosen[pareto.front(values)]}


@pytest.mark.parametrize("noise", [0.0, 0.6])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_repairs_are_those_of_looking_at_every_design(noise: float, seed: int) -> None:
    """Two promises, six levers of three values, 729 designs: the same set, as cheap and as near, with every part needed."""
    effect = draws(seed, "effect", ["a", "b"], 6, 0)[:, :, None] * np.arange(3) - 0.2 * np.arange(3)

    def margin(designs: np.ndarray) -> np.ndarray:
        return effect[:, np.arange(6), designs].sum(axis=2).T - 1.2

    found = search(space(6, 3), margin, noise, 120_000, keep=100)
    assert found.whole
    least = brute(space(6, 3), margin, 0.8, LADDER[-1], noise)
    if noise:
        assert {r.design for r in found.repairs} <= least
        assert len(found.repairs) + found.withdrawn == len(least)
    else:
        assert {r.design for r in found.repairs} == least


@pytest.mark.large
def test_of_a_million_designs_the_cheapest_is_found_where_effects_add_up() -> None:
    """Twenty levers whose effects add up: the cheapest that does is known by looking at each sum of prices (knapsack)."""
    gain = np.floor(1.0 + 4.0 * draws(9, "gain", [str(n) for n in range(20)], 1, 0)[:, 0])
    one = space(20)
    price = one.tables[0][:, 1]
    need, best = 12, np.full(int(gain.sum()) + 1, np.inf)
    best[0] = 0.0
    for g, c in zip(gain.astype(int), price, strict=True):
        best[g:] = np.minimum(best[g:], best[:-g] + c)
    found = search(one, lambda d: d @ gain[:, None] - need + 0.5, 0.0, 40_000)
    assert found.repairs[0].cost == best[need:].min()
    assert min(r.distance for r in found.repairs) == np.searchsorted(np.cumsum(np.sort(gain)[::-1]), need) + 1


def test_a_repair_keeps_within_the_budgets() -> None:
    """The cheap repair takes more capital than there is; the one told does not."""
    columns = [replace(c, use=((0.0, 9.0 if n == 2 else 1.0),)) for n, c in enumerate(space(8).columns)]
    one = Space(tuple(columns), (4.0,))
    found = search(one, lambda d: 2.0 * np.maximum(d[:, [2]], d[:, [4]] * d[:, [6]]) - 1.0)
    assert told(found) == {(4, 6)}


def test_what_is_likely_is_run_first() -> None:
    """Nine of forty levers at once, with lanes for a short search: found without needless parts only where it is said to be likely."""
    needed = np.arange(0, 36, 4)

    def margin(designs: np.ndarray) -> np.ndarray:
        return designs[:, needed].sum(axis=1, keepdims=True) - 8.5

    likely = np.zeros((1, 40), dtype=np.int64)
    likely[0, [*needed, 39]] = 1
    least = tuple(needed.tolist())
    assert least not in told(search(space(40), margin, 0.1, lanes=4_500))
    assert least in told(search(space(40), margin, 0.1, lanes=4_500, likely=likely))


def test_stopped_it_tells_the_best_so_far_and_says_so() -> None:
    """Whenever it is stopped; once a repair was found, that repair."""
    for calls, found in stopped(
        lambda stop: search(space(20), lambda d: 2.0 * d[:, [7]] - 1.0, 0.5, stop=stop), (0, 1, 3, 11)
    ):
        assert bool(found.repairs) or (found.nearest is None) == (calls <= 1)
    assert told(found) == {(7,)}


def test_order_of_levers_and_promises_changes_nothing() -> None:
    """The same repairs when both stand the other way round."""

    def margin(designs: np.ndarray) -> np.ndarray:
        return np.stack([2.0 * designs[:, 3] * designs[:, 8] - 1.0, designs[:, 1] + designs[:, 5] - 0.5], axis=1)

    one = space(12)
    asks = [Ask("b", 0, 0.8), Ask("a", 1, 0.7)]
    first = search(one, margin, 0.3, asks=asks)
    turned = Space(one.columns[::-1])
    evaluate = world(margin, 0.3)
    second = repairs(turned, lambda d, n: evaluate(d[:, ::-1], n), asks[::-1], Budget(1, 20_000, LADDER, 150))
    assert [r.design for r in first.repairs] == [r.design[::-1] for r in second.repairs]
    assert [r.kept.tolist() for r in first.repairs] == [r.kept[::-1].tolist() for r in second.repairs]
    assert all((r.low >= [0.8, 0.7]).all() for r in first.repairs if r.grade == SURE)
    assert first.repairs


def test_too_few_lanes_and_nothing_asked_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        search(space(4), lambda d: d[:, [0]] - 0.5, lanes=100)
    with pytest.raises(ValueError, match="needs a promise"):
        search(space(4), lambda d: d[:, [0]] - 0.5, asks=[])
