"""Reverse stress on a made-up place whose money is linear in two assumptions, so that the mildest world is known in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures import hillford as h
from fixtures.runs import runs_of
from placeplan.futures.assumptions import Correlation
from placeplan.futures.copula import pearson
from placeplan.futures.sample import Futures
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import keep
from placeplan.stress.worlds.inputs import library_widths, own_widths
from placeplan.stress.worlds.mildest import SURER, Search, search_all
from placeplan.stress.worlds.reverse import Reverse, ReverseFinding, as_far, ask, run, tell

WORLDS = 300
MIDDLE, FIRST_SAVING, SECOND_SAVING = 6.8e6, 4e6, 6e6
"""The hospital's position with everything in the middle, and what two lines of savings bring where they are delivered in full."""


def saver(sd_one: float = 0.1, sd_two: float = 0.05, at_least: float = 6e6, **more: Any) -> Plan:
    """Its position is ``6.8 + 4 (x₁ − 0.5) + 6 (x₂ − 0.8)`` £m, x₁ and x₂ being normal with these deviations."""
    one = h.assumption("cip.identified", {"kind": "normal", "mean": 0.5, "sd": sd_one}, "efficiency")
    two = h.assumption("cip.in_progress", {"kind": "normal", "mean": 0.8, "sd": sd_two}, "efficiency")
    return h.hillford(
        one, two, promises=(h.money(at_least), h.beds(hard=False)),
        initiatives=(h.initiative("a", h.saves(FIRST_SAVING)), h.initiative("b", h.saves(SECOND_SAVING, "in_progress"))),
    ).changed(**more)  # fmt: skip


def due(plan: Plan) -> list[Promise]:
    return [p for p in plan.promises if p.hard]


def searched(plan: Plan, worlds: int = WORLDS) -> Search:
    """In the plan's own widths, of its one hard promise."""
    return search_all(own_widths(runs_of(plan, Futures(count=20))), due(plan), worlds)[0][0]


def stands(search: Search) -> dict[str, tuple[float, float]]:
    """Of the nearest point, by assumption: its value and its deviations."""
    return {m.assumption: (m.value, m.deviations) for m in search.points[0].moved}


def test_of_a_linear_promise_distance_and_point_are_those_of_the_plane() -> None:
    """Room £0.8m; slopes 4 × 0.1 and 6 × 0.05 £m a deviation, together 0.5: β = 1.6, at 1.6 × (−0.8, −0.6) deviations."""
    found = searched(saver())
    assert found.room == pytest.approx(MIDDLE - 6e6)
    assert found.beta == pytest.approx(1.6, abs=2e-3)
    assert list(stands(found)) == ["cip.identified", "cip.in_progress"], "the most moved first, and nothing else"
    assert stands(found)["cip.identified"] == (pytest.approx(0.5 - 0.128, abs=1e-3), pytest.approx(-1.28, abs=0.01))
    assert stands(found)["cip.in_progress"] == (pytest.approx(0.8 - 0.048, abs=1e-3), pytest.approx(-0.96, abs=0.01))
    assert (found.points[0].low, found.points[0].high) == (found.beta, found.beta), "money hangs on no chance here"
    assert found.points[0].settled


def test_of_a_promise_that_the_middle_world_breaks_the_nearest_world_that_keeps_it_is_told() -> None:
    """Room −£0.5m and 0.5 a deviation: β = −1."""
    found = searched(saver(at_least=7.3e6))
    assert found.beta == pytest.approx(-1.0, abs=2e-3)
    assert stands(found)["cip.identified"][1] == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("rank", [0.6, -0.4])
def test_what_moves_together_is_as_far_as_its_covariance_says(rank: float) -> None:
    """Mahalanobis: ``β = room / √(aᵀΣa)``; together they break it sooner, against each other later."""
    one = Correlation(members=("cip.identified", "cip.in_progress"), rank_correlation=rank, source="made up")
    found = searched(saver(correlations=(one,)))
    a, r = np.array([0.4, 0.3]), pearson(rank)
    sigma = np.array([[1.0, r], [r, 1.0]])
    beta = 0.8 / np.sqrt(a @ sigma @ a)
    assert found.beta == pytest.approx(beta, abs=3e-3)
    each = sigma @ a * 0.8 / (a @ sigma @ a)
    assert stands(found)["cip.identified"][1] == pytest.approx(-each[0], abs=0.02)
    assert stands(found)["cip.in_progress"][1] == pytest.approx(-each[1], abs=0.02)


def test_a_partner_without_width_changes_nothing_and_is_not_told() -> None:
    one = Correlation(members=("beds.cost", "cip.identified"), rank_correlation=0.7, source="made up")
    found = searched(saver(correlations=(one,)))
    assert found.beta == pytest.approx(1.6, abs=3e-3)
    assert set(stands(found)) == {"cip.identified", "cip.in_progress"}


def test_distance_and_share_of_futures_that_break_agree() -> None:
    """Of a linear promise in normals the share is ``Φ(−β)`` exactly: 0.055 here, within its binomial error over 2,000 futures."""
    plan, futures = saver(), Futures(count=2000)
    runs = runs_of(plan, futures)
    inputs = own_widths(runs)
    room = inputs.paired(inputs.drawn(futures), due(plan))[0]
    share = as_far(1.6)
    assert (room < 0).mean() == pytest.approx(share, abs=4 * np.sqrt(share / 2000))


def test_worlds_of_the_normals_behind_futures_are_those_futures() -> None:
    """Which is why what was run before may say where to begin."""
    plan, futures = saver(), Futures(count=30)
    runs = runs_of(plan, futures)
    inputs = own_widths(runs)
    drawn = runs.here.draws(plan, _job(plan, futures))
    again = inputs.values(inputs.drawn(futures))
    for name in inputs.wide:
        assert again[name] == pytest.approx(drawn[name], rel=1e-9)


def _job(plan: Plan, futures: Futures) -> Any:
    return Job("", plan, futures)


def test_worlds_that_meet_chances_of_their_own_are_the_futures_of_the_plan() -> None:
    """Room to a promise on beds, where days' chances count, in the very futures that a verdict is about."""
    bed = h.beds(0.92, statistic="worst")
    plan, futures = h.hillford(h.GROWTH, promises=(bed,)), Futures(count=9)
    runs = runs_of(plan, futures)
    inputs = own_widths(runs)
    outcomes = next(runs.outcomes([_job(plan, futures)], frozenset({"occupancy"})))
    assert inputs.paired(inputs.drawn(futures), [bed])[0] == pytest.approx(
        keep(bed, outcomes, plan.about.judge_from).margin, abs=1e-6
    )


def test_whoever_is_surer_of_their_own_figures_gains_in_their_own_widths_alone() -> None:
    """Half the width, twice the distance; in the library's widths nothing changes, not even for figures taken as certain."""
    wide, narrow = (_both(saver(sd_one, sd_two)) for sd_one, sd_two in ((0.1, 0.05), (0.05, 0.025)))
    assert narrow.own.beta == pytest.approx(2 * wide.own.beta, rel=3e-3)  # type: ignore[operator]
    assert narrow.library == wide.library
    assert wide.library.beta is not None
    assert wide.library.beta < wide.own.beta  # type: ignore[operator]
    assert wide.library.inputs > wide.own.inputs


def _both(plan: Plan) -> Reverse:
    return run(runs_of(plan, Futures(count=20)), WORLDS).promises[0]


def test_library_widths_keep_the_plans_own_middle_and_stay_in_reach() -> None:
    plan = saver()
    inputs = library_widths(runs_of(plan, Futures(count=20)))
    middle = inputs.values(np.zeros((1, len(inputs.names))))
    for a in plan.assumptions:
        if a.per == "plan":
            assert middle[a.id][0] == pytest.approx(a.distribution.middle, abs=1e-9)
    far = inputs.values(np.array([[-6.0], [6.0]]) * np.ones(len(inputs.names)))
    assert far["beds.escalation"].min() >= 0
    assert far["stay.delay_share"].min() >= 0


def test_days_chances_are_averaged_out() -> None:
    """At the point the middle one of the chances turns: a little nearer most keep the promise, a little farther most break it."""
    bed = h.beds(0.92, statistic="worst")
    plan = h.hillford(h.normal("growth.emergency_admission", 0.0, 0.05), promises=(bed,))
    inputs = own_widths(runs_of(plan, Futures(count=20)))
    found = search_all(inputs, [bed], WORLDS)[0][0]
    assert found.beta is not None
    growth = {m.assumption: m.deviations for m in found.points[0].moved}
    world = np.array([growth.get(name, 0.0) for name in inputs.names])
    before, after = inputs.room(np.stack([world * 0.9, world * 1.1]), [bed], SURER)[0]
    inside, outside = (before, after) if found.beta > 0 else (after, before)
    assert found.points[0].low <= found.beta <= found.points[0].high
    assert found.points[0].low < found.points[0].high
    assert (inside < 0).sum() <= SURER // 2 < (outside < 0).sum()


def test_a_room_read_here_is_the_room_that_is_judged() -> None:
    plan, futures = saver(), Futures(count=7)
    runs = runs_of(plan, futures)
    inputs = own_widths(runs)
    found = inputs.room(np.zeros((1, len(inputs.names))), due(plan), 7)[0, 0]
    central = h.hillford(
        *(h.assumption(k, {"kind": "fixed", "value": v}, "efficiency") for k, v in (("cip.identified", 0.5), ("cip.in_progress", 0.8))),
        promises=plan.promises, initiatives=plan.initiatives,
    )  # fmt: skip
    outcomes = next(runs_of(central, futures).outcomes([_job(central, futures)], frozenset({"position"})))
    assert found == pytest.approx(keep(due(central)[0], outcomes, central.about.judge_from).margin, abs=0.1)


def test_without_a_hard_promise_or_one_that_is_due_it_is_not_asked() -> None:
    aim = saver().changed(promises=(h.money(hard=False),))
    late = saver().changed(promises=(h.money(due_from="2030/31"),))
    assert ask(saver()) == ""
    assert ask(aim) == "There is no hard promise, so nothing can be broken."
    assert ask(late) == "No hard promise is due in the years that are judged."
    found = run(runs_of(late, Futures(count=5)), WORLDS)
    assert (found.promises, found.left_out) == ((), ("Deficit within the agreed limit",))
    assert tell(found)[0] == "No hard promise could be tested."


def test_where_nothing_has_width_there_is_one_world_and_that_is_said() -> None:
    plan = saver().changed(
        assumptions=tuple(
            a.model_copy(update={"distribution": h.fixed("beds.cost", a.distribution.middle).distribution})
            for a in saver().assumptions
        )
    )
    found = searched(plan)
    assert (found.beta, found.inputs, found.points) == (None, 0, ())
    assert found.room == pytest.approx(0.8e6)


def test_it_is_told_in_natural_units_with_how_sure_it_is() -> None:
    found = ReverseFinding(promises=(_both(saver()),), left_out=("A list",), chances=SURER, worlds=600, seed=1)
    short, middle, long = tell(found)
    assert short == (
        "The mildest world that breaks “Deficit within the agreed limit” (Hillford Hospital) is 1.6 standard deviations away,"
        " with made-up cip.identified at 37.2%, not 50% and made-up cip.in_progress at 75.2%, not 80%."
    )
    assert middle == short
    assert (
        "None of 60 such worlds drawn at random within 1.6 is otherwise, so at most 4.9% of them are (95 %)" in long[0]
    )
    assert long[-1] == "Not tested: A list."
