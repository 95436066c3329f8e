"""A change shared out: parts add up to the last bit, whoever brings nothing has nothing, and twins have the same."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.whole import whole
from placeplan.baseline.build import build_baseline
from placeplan.compare.lanes import Worlds, tile
from placeplan.compare.parts import Mask, Order, Parts, Play, share_out, trial
from placeplan.compare.still import as_in_base_year, movers
from placeplan.compare.waterfall import Waterfall, waterfall
from placeplan.core import streams
from placeplan.core.errors import PlanError
from placeplan.explore.shapley import shapley
from placeplan.futures.distributions import Fixed
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Array
from placeplan.model.simulate import baseline_of, simulate
from placeplan.model.variants import do_minimum, do_nothing
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make

ORDERS: tuple[Order, ...] = ("shapley", "sequential", "reverse")
COUNT = 3
FIGURES = st.floats(-1e9, 1e9, allow_subnormal=False)


def game_of(worth: Array) -> Play:
    """The game of a table ``[future, coalition]``, coalitions by bit mask."""

    def play(mask: Mask) -> Array:
        at = (mask * (1 << np.arange(mask.shape[-1]))).sum(axis=-1).astype(np.int64)
        return np.take_along_axis(worth, at, axis=1)

    return play


def shared(worth: Array, order: Order = "shapley", every: int = 10**9, names: str = "abcdefghij") -> Parts:
    """A game shared out; every=0: by orders drawn."""
    count, players = len(worth), worth.shape[1].bit_length() - 1
    play = game_of(worth)
    tried = play(tile(trial(players), count))
    numbers = np.arange(count, dtype=np.uint64)
    return share_out(list(names[:players]), tried, worth[:, 0] * 0.5, play, numbers, order=order, every=every)


def chances(seed: int, rows: int, columns: int) -> Array:
    """Standard normals ``[row, column]``, keyed by seed."""
    keys = streams.keys(seed, "test", [str(row) for row in range(rows)])
    return streams.normal_quantile(streams.uniform(streams.words(keys, np.arange(columns, dtype=np.uint64), 0)))


@st.composite
def games(draw: st.DrawFn, most: int = 6) -> Array:
    """A table of any figures."""
    players, count = draw(st.integers(0, most)), draw(st.integers(1, 4))
    seed = draw(st.integers(0, 2**32 - 1))
    scale = 10.0 ** draw(st.integers(-6, 12))
    found = chances(seed, count, 1 << players) * scale
    return np.asarray(np.round(found, draw(st.integers(0, 3))))


def turned(worth: Array, places: list[int]) -> Array:
    """The same game with its players in another order: place n is taken by player ``places[n]``."""
    masks = np.arange(worth.shape[1])
    old = sum((((masks >> n) & 1) << p for n, p in enumerate(places)), np.zeros_like(masks))
    return worth[:, old]


@given(games(), st.sampled_from(ORDERS), st.sampled_from([0, 10**9]), st.randoms(use_true_random=False))
def test_parts_add_up_to_the_last_bit_in_any_order(worth: Array, order: Order, every: int, chance: object) -> None:
    """By construction: all figures are multiples of one power of 2, so that no sum of them is ever rounded."""
    found = shared(worth, order, every)
    parts = list(found.share_means)
    getattr(chance, "shuffle")(parts)  # noqa: B009 – hypothesis hands over a Random
    assert sum(parts) == found.means[2] - found.means[1]
    total = found.means[1]
    for part in parts:
        total += part
    assert total == found.means[2]
    assert (found.shares.sum(axis=0) == found.whole - found.none).all()
    assert math.fsum(found.shares[:, 0]) == found.whole[0] - found.none[0]
    assert json.loads(json.dumps(parts)) == parts


@given(games(), st.sampled_from(ORDERS))
def test_figures_are_those_of_the_game(worth: Array, order: Order) -> None:
    """Rounding to the grid moves no figure by more than half a step of it, and the step is far below what is shown."""
    found = shared(worth, order)
    assert np.abs(found.none - worth[:, 0]).max() <= found.grid / 2
    assert np.abs(found.whole - worth[:, -1]).max() <= found.grid / 2
    assert found.grid <= 1e-7 * np.abs(worth).max() or not worth.any()


@given(games(4))
def test_shares_are_the_mean_over_all_orders(worth: Array) -> None:
    """Shapley (1953): the mean of what a player adds over all orders in which all may come."""
    count, players = len(worth), worth.shape[1].bit_length() - 1
    found = shared(worth)
    total = np.zeros((players, count))
    for order in permutations(range(players)):
        mask = 0
        for p in order:
            total[p] += worth[:, mask | 1 << p] - worth[:, mask]
            mask |= 1 << p
    assert np.allclose(found.shares, total / math.factorial(players), atol=8 * found.grid, rtol=0)
    assert np.allclose(found.shares, shapley(worth.T), atol=8 * found.grid, rtol=0) or not players


@given(games(5), st.randoms(use_true_random=False), st.sampled_from([0, 10**9]))
def test_the_order_of_listing_changes_no_bit(worth: Array, chance: object, every: int) -> None:
    """Orders are drawn by the players' names, so that this holds of drawn orders too."""
    players = worth.shape[1].bit_length() - 1
    places = list(range(players))
    getattr(chance, "shuffle")(places)  # noqa: B009 – hypothesis hands over a Random
    one = shared(worth, every=every)
    other = shared(turned(worth, places), every=every, names="".join("abcdefghij"[p] for p in places))
    assert other.share_means == tuple(one.share_means[p] for p in places)
    assert (other.shares == one.shares[places]).all()


@given(games(4))
def test_twins_have_the_same_share_exactly(worth: Array) -> None:
    """Symmetry: two players who bring the same to every coalition. Here the last one is doubled: either alone is as good."""
    players = worth.shape[1].bit_length() - 1
    masks = np.arange(1 << (players + 1))
    low = masks & ((1 << max(players - 1, 0)) - 1)
    either = (masks >> max(players - 1, 0) & 3) > 0 if players else (masks & 0) > 0
    doubled = worth[:, low | (either << max(players - 1, 0))]
    found = shared(doubled)
    if players:
        assert found.share_means[-1] == found.share_means[-2]
        assert (found.shares[-1] == found.shares[-2]).all()


@given(games(4), st.sampled_from(ORDERS), st.sampled_from([0, 10**9]))
def test_who_brings_nothing_has_nothing(worth: Array, order: Order, every: int) -> None:
    """A dummy: with or without it every coalition is worth the same."""
    found = shared(np.concatenate([worth, worth], axis=1), order, every)
    assert found.share_means[-1] == 0.0
    assert not found.shares[-1].any()
    assert found.errors is None or found.errors[-1] == 0.0


def test_who_seems_idle_first_and_last_may_still_play_a_part() -> None:
    """A plan B that begins only where one of two others is missing and the world moves: nothing alone, nothing last, but a share."""
    world, one, other, spare = (np.arange(16) >> n & 1 for n in range(4))
    worth = (world * np.maximum(np.maximum(one, other), spare)).astype(np.float64)[None]
    found = shared(worth)
    assert not found.alone[3].any()
    assert not found.last[3].any()
    assert found.share_means[3] == pytest.approx(1 / 12, abs=found.grid)


def test_drawn_orders_come_near_the_exact_share() -> None:
    """In 40 games of 7 players the drawn shares lie about their standard error from the exact ones: z has mean square near 1."""
    scores = []
    for seed in range(40):
        worth = chances(seed, 30, 128).cumsum(axis=1)
        exact, drawn = shared(worth), shared(worth, every=0)
        assert drawn.errors is not None
        scores += list((np.array(drawn.share_means) - exact.share_means) / drawn.errors)
    assert 0.8 < float(np.mean(np.square(scores))) < 1.25


@cache
def place(months: int = 24) -> Plan:
    """A small made-up place with two initiatives."""
    return with_library(make(1, 2, 2, 3, months=months))


@cache
def fall(outcome: str = "position", order: Order = "shapley", entity: str = "system") -> Waterfall:
    return waterfall(place(), outcome, entity, order=order, futures=COUNT)


def adds_up(found: Waterfall) -> None:
    """Start and every step, in floating point, are the end."""
    total = found.steps[0].amount
    for step in found.steps[1:-1]:
        total += step.amount
    assert total == found.steps[-1].amount
    assert sum(s.amount for s in reversed(found.steps[1:-1])) == found.change


@pytest.mark.parametrize("order", ORDERS)
def test_the_steps_of_a_plan_add_up(order: Order) -> None:
    found = fall(order=order)
    adds_up(found)
    again = json.loads(json.dumps(asdict(found)))["steps"]
    assert sum(s["amount"] for s in again[:-1]) == again[-1]["amount"]


OUTCOMES = ("position", "list", "occupancy", "staff_in_post", "demand")


def checked(plan: Plan, outcome: str, order: Order) -> None:
    """Whatever the place, the outcome and whose it is, the steps add up, and the end is what the model finds for the plan."""
    baseline = baseline_of(plan)
    alone = simulate(plan, baseline, Futures(count=2), keep=frozenset({outcome}))
    entity = alone[outcome].entities[-1]
    found = waterfall(plan, outcome, entity, order=order, futures=2)
    adds_up(found)
    assert found.steps[-1].amount == pytest.approx(float(alone[outcome].by_year(entity)[:, -1].mean()), abs=found.grid)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 1000), st.sampled_from(("position", "occupancy", "demand")))
def test_the_steps_of_a_place_add_up(seed: int, outcome: str) -> None:
    checked(with_library(make(1, 2, 1, seed, months=24)), outcome, "sequential")


@pytest.mark.large
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 1000), st.sampled_from(OUTCOMES), st.sampled_from(ORDERS))
def test_the_steps_of_any_whole_place_add_up(seed: int, outcome: str, order: Order) -> None:
    checked(whole(seed, 24, initiatives=3), outcome, order)


@pytest.mark.large
def test_threads_change_no_bit_of_a_recorded_waterfall() -> None:
    """With so many futures the months are recorded, in processes where there are some, and replayed."""
    assert waterfall(place(), "position", futures=40, threads=2) == waterfall(place(), "position", futures=40)


def test_a_recording_proves_who_cannot_move_a_figure() -> None:
    """Need hangs on people and growth: nobody else is played. Taken step by step, where nothing is proved, the figures are the same."""
    plan, pod = place(), "emergency_admission"
    moving = movers(plan)
    worlds = Worlds(plan, Futures(count=30), moving, "demand", pod, 1)
    found = worlds.figures(tile(trial(len(moving)), 30))
    can = {m.id for m, may in zip(moving, worlds.may_move(), strict=True) if may}
    assert {"people", "demand"} <= can
    assert can.isdisjoint({"prices", "funding", "efficiency"})
    assert worlds.done == 4 * 30
    few = Worlds(plan, Futures(count=2), moving, "demand", pod, 1)
    assert (few.figures(tile(trial(len(moving)), 2)) == found[:2]).all()
    assert few.may_move().all()


def test_a_world_in_which_nothing_moves_stays_as_it_was() -> None:
    """Need of a pod hangs on people and growth alone: with both still a year later it is that of the base year."""
    pod = "emergency_admission"
    found = fall("demand", entity=pod)
    under_way = found.of("under_way")[0].amount  # 2016/17 and 2017/18 have as many days
    assert abs(under_way) <= 1e-9 * found.steps[0].amount
    moving = {s.id for s in found.of("driver", "commitment", "initiative") if s.amount != 0.0}
    assert {"people", "demand"} <= moving
    assert moving.isdisjoint({"prices", "funding", "efficiency"})


@pytest.mark.large
def test_threads_change_no_bit() -> None:
    found = waterfall(place(), "position", order="sequential", futures=COUNT, threads=2)
    assert found == fall(order="sequential")


def test_an_initiative_and_its_twin_have_the_same_share() -> None:
    """Two that do the same, each with the same fixed delay and reach: the same to the grid of figures."""
    plan = with_library(make(1, 2, 3, 3, months=24))
    usual = {"initiative.delay": 0.0, "initiative.peak": 0.6}
    fixed = tuple(
        a.model_copy(update={"distribution": Fixed(kind="fixed", value=usual[a.id])}) if a.id in usual else a
        for a in plan.assumptions
    )
    one = next(i for i in plan.initiatives if "shorten" in i.name)
    early = {"start": plan.about.start, "requires": (), "ramp_months": 0}
    pair = tuple(one.model_copy(update={"id": id_, **early}) for id_ in ("first", "second"))
    found = waterfall(plan.changed(initiatives=pair, assumptions=fixed), "position", futures=2)
    first, second = (next(s for s in found.steps if s.id == id_) for id_ in ("first", "second"))
    assert first.amount != 0.0
    assert first.amount == pytest.approx(second.amount, abs=4 * found.grid)
    assert first.alone == pytest.approx(second.alone, abs=4 * found.grid)


def test_an_initiative_without_effects_has_nothing() -> None:
    plan = place()
    nothing = plan.initiatives[0].model_copy(update={"id": "nothing", "effects": (), "capital": None, "requires": ()})
    found = waterfall(plan.changed(initiatives=(*plan.initiatives, nothing)), "position", order="sequential", futures=2)
    step = next(s for s in found.steps if s.id == "nothing")
    assert (step.amount, step.alone, step.last, step.low, step.high) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert step in found.idle


def test_what_requires_another_brings_nothing_alone_and_all_once_it_is_there() -> None:
    plan = place()
    moving = movers(plan)
    one, other = sorted(plan.initiatives, key=lambda i: i.id)[:2]
    chained = (one, other.model_copy(update={"requires": (one.id,)}), *plan.initiatives[2:])
    worlds = Worlds(plan.changed(initiatives=chained), Futures(count=2), moving, "position", "system", 1)
    live = np.array([[m.id == other.id for m in moving], [False] * len(moving)])
    found = worlds.figures(tile(live, 2))
    assert (found[:, 0] == found[:, 1]).all()
    assert worlds.done == 2  # one world for both


def test_a_plan_kept_as_in_the_base_year_has_its_people_and_no_dates() -> None:
    plan = whole(1, 24)
    still = as_in_base_year(plan, frozenset({"people", "dates"}))
    people = build_baseline(still.tables, plan.about.start, plan.about.months).people
    assert np.ptp(people, axis=0).max() < 1e-9
    base_year = baseline_of(plan, 12)
    assert np.allclose(people[0], base_year.people[0])
    pools = build_baseline(still.tables, plan.about.start, 24).pools
    assert all(np.ptp(p.open[11:]) == 0.0 for p in pools)
    assert as_in_base_year(still, frozenset({"dates"})) is still


def test_worlds_without_initiatives_and_without_efficiency_are_the_runs_that_go_together() -> None:
    """Do minimum is the plan with its initiatives off; do nothing is that without background efficiency.

    Not to the bit: who is touched by no initiative of a plan is summed together there.
    """
    plan = place()
    moving = movers(plan)
    worlds = Worlds(plan, Futures(count=2), moving, "position", "system", 1)
    minimum = np.array([m.kind != "initiative" for m in moving])
    nothing = minimum & np.array([m.id != "efficiency" for m in moving])
    found = worlds.figures(tile(np.array([minimum, nothing]), 2))
    baseline = baseline_of(plan)
    for n, variant in enumerate((do_minimum(plan), do_nothing(plan))):
        alone = simulate(variant, baseline, Futures(count=2), keep=frozenset({"position"}))
        assert np.allclose(found[:, n], alone["position"].by_year("system"), rtol=1e-9, atol=1e-3)
        assert (found[:, n, 1] != found[:, 1 - n, 1]).all()


def test_the_order_in_which_a_plan_lists_its_initiatives_changes_nothing() -> None:
    plan = place()
    turned_ = plan.changed(initiatives=plan.initiatives[::-1], assumptions=plan.assumptions[::-1])
    assert waterfall(turned_, "position", order="sequential", futures=COUNT) == fall(order="sequential")


def test_names_that_do_not_exist_are_told_with_the_nearest() -> None:
    for asked, said in (
        (("positon", "system", None), "Did you mean position"),
        (("position", "sistem", None), "Did you mean system"),
        (("position", "system", "2031/32"), "from 2016/17 to 2017/18"),
    ):
        with pytest.raises(PlanError) as refused:
            waterfall(place(), asked[0], asked[1], asked[2], futures=2)
        assert [said in p.mend for p in refused.value.problems] == [True]


@pytest.mark.large
def test_errors_over_futures_are_those_of_the_figures_themselves() -> None:
    """s/√n of the change, found again from the two worlds at its ends; a whole has no more than its parts."""
    found, moving = fall(), movers(place())
    ends = np.repeat(np.array([[False], [True]]), len(moving), axis=1)
    figures = Worlds(place(), Futures(count=COUNT), moving, "position", "system", 1).figures(tile(ends, COUNT))
    before, whole = figures[:, 0, 0], figures[:, 1, 1]
    for error, of in ((found.change_error, whole - before), (found.steps[-1].futures_error, whole)):
        assert error == pytest.approx(float(of.std(ddof=1)) / math.sqrt(COUNT), rel=1e-9)
    moved, own = (
        sum(s.futures_error or 0.0 for s in found.of(*kinds))
        for kinds in (("under_way", "driver", "commitment", "initiative"), ("initiative",))
    )
    assert found.change_error is not None
    assert found.own_error is not None
    assert 0.0 < found.change_error <= moved
    assert found.own_error <= own
