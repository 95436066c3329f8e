"""A plan with its levers set as planned is the plan, bit for bit; set otherwise, the plan that says so itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.core.tables import BedStock
from placeplan.futures.sample import Futures
from placeplan.model.recordings import Recordings
from placeplan.model.simulate import simulate
from placeplan.model.variants import without
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.stress.levers.candidates import Candidates, Scores
from placeplan.stress.levers.lever import Lever
from placeplan.stress.levers.levered import Levered, lever, only
from placeplan.stress.levers.screen import Screened, every_step, screen
from placeplan.stress.runs.kept import columns_of, due_in, years_judged
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.workplace import workplace

COUNT = 6


@cache
def whole() -> Plan:
    """A made-up place with everything, and initiatives of every kind."""
    return with_library(make(areas=2, organisations=9, initiatives=12, months=24, detail="whole"))


@cache
def small() -> Plan:
    """Hillford with a ward that closes, a service and a saving, each late by chance."""
    closes = hillford.initiative(
        "ward", {"kind": "resize", "site": "HOS", "pool": "general", "beds": -28, "redundancy": 1e5}
    )
    team = hillford.initiative(
        "team", hillford.prevents(0.1), {"kind": "spend", "organisation": "HOS", "recurrent": 5e5}, peak=0.8
    )
    saving = hillford.initiative(
        "save", hillford.saves(2e7), start="2016-10"
    )  # more than the team takes off the same line
    late = hillford.normal("initiative.delay", 4.0, 3.0)
    return hillford.hillford(late, initiatives=(closes, team, saving))


def candidates(plan: Plan, levered: Levered | None = None) -> Candidates:
    hard = tuple(p for p in plan.promises if p.hard and due_in(p, years_judged(plan)).any())
    return Candidates(levered or lever(plan), hard, Futures(seed=3, count=COUNT), workplace(1), Progress(), "trying")


def by_itself(c: Candidates, plan: Plan) -> Scores:
    """What becomes of a plan that is written down so."""
    run = simulate(plan, c.here.build(plan), replace(c.futures, count=COUNT), keep=c.keep)
    judge_from = plan.about.judge_from
    read = [columns_of(p, run, judge_from, full=False) for p in c.promises]
    years = [n for n, y in enumerate(run.years) if y >= judge_from]
    kept, room = (
        np.array([[r[f"{p.id}/{w}"] for p, r in zip(c.promises, read, strict=True)]], dtype=float)
        for w in ("whole", "least")
    )
    position = np.array([[run["position"].by_year(o)[:, years].mean(axis=1) for o in c.organisations]])
    found = (np.swapaxes(a, 1, 2) for a in (kept, room, position))
    return Scores(*found, np.zeros((1, COUNT, 0)))


def same(a: Scores, b: Scores) -> bool:
    return all(np.array_equal(x, y) for x, y in ((a.kept, b.kept), (a.room, b.room), (a.position, b.position)))


def set_to(levered: Levered, **steps: float) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The plan with some levers, by id with _ for blanks, at some steps."""
    design = levered.planned[None].copy()
    for name, step in steps.items():
        n = next(n for n, one in enumerate(levered.levers) if one.id.replace(" ", "_") == name)
        design[0, n] = levered.levers[n].steps.index(step)
    return design


@pytest.mark.parametrize("plan", [small, pytest.param(whole, marks=pytest.mark.large)])
def test_as_planned_it_is_the_plan_bit_for_bit(plan: Any) -> None:
    c = candidates(plan())
    assert same(c.run(c.levered.planned[None], 0, COUNT), by_itself(c, plan()))


def test_every_initiative_left_out_is_the_plan_without_it() -> None:
    c = candidates(small())
    for one in small().initiatives:
        found = c.run(set_to(c.levered, **{f"size_of_{one.id}": 0.0}), 0, COUNT)
        assert same(found, by_itself(c, without(small(), one.id))), one.id


def changed(plan: Plan, key: str, **fields: Any) -> Plan:
    return plan.changed(initiatives=tuple(i.model_copy(update=fields) if i.id == key else i for i in plan.initiatives))


def test_a_year_later_is_the_plan_with_another_start() -> None:
    c = candidates(small())
    found = c.run(set_to(c.levered, start_of_team=12.0), 0, COUNT)
    assert same(found, by_itself(c, changed(small(), "team", start="2017-04")))


def test_a_saving_put_off_is_the_plan_with_another_start() -> None:
    c = candidates(small())
    found = c.run(set_to(c.levered, start_of_save=12.0), 0, COUNT)
    assert same(found, by_itself(c, changed(small(), "save", start="2017-10")))


def test_half_of_it_is_half_the_reach_half_the_beds_half_the_money() -> None:
    c, plan = candidates(small()), small()
    team = next(i for i in plan.initiatives if i.id == "team")
    effects = (team.effects[0], team.effects[1].model_copy(update={"recurrent": 2.5e5}))
    half = changed(plan, "team", peak=0.4, effects=effects)
    assert same(c.run(set_to(c.levered, size_of_team=0.5), 0, COUNT), by_itself(c, half))
    save = next(i for i in plan.initiatives if i.id == "save").effects[0]
    less = save.model_copy(update={"saving": save.saving.model_copy(update={"amount": 1e7})})  # type: ignore[attr-defined]
    assert same(
        c.run(set_to(c.levered, size_of_save=0.5), 0, COUNT),
        by_itself(c, changed(plan, "save", effects=(less,), peak=0.5)),
    )


def test_half_a_closure_shuts_half_the_beds() -> None:
    c = candidates(small())
    ward = small().initiatives[0].effects[0].model_copy(update={"beds": -14.0, "redundancy": 5e4})
    half = changed(small(), "ward", effects=(ward,))
    assert same(c.run(set_to(c.levered, closures_of_ward=0.5), 0, COUNT), by_itself(c, half))


def test_more_beds_are_a_ward_with_its_cost_that_opens_late_as_others_do() -> None:
    c = candidates(small())
    one = next(x for x in c.levered.levers if x.kind == "beds")
    more = set_to(c.levered, **{one.id.replace(" ", "_"): 1.0})
    found, planned = (c.run(d, 0, COUNT) for d in (more, c.levered.planned[None]))
    beds = next(p.id for p in c.promises if p.group == "beds")
    at = [p.id for p in c.promises].index(beds)
    assert (found.room[..., at] > planned.room[..., at]).all()
    lost = (planned.position - found.position).sum(axis=2)
    assert (lost > 0).all()
    assert (lost <= 28 * 365 * 250.0 * (1 + 1e-12)).all()  # a ward for a year at £250 a bed-day, less what delay leaves


def test_money_from_outside_is_the_payee_s_pound_for_pound() -> None:
    c = candidates(small())
    own = c.levered.funded({"HOS": 1e6})
    one = next(x for x in own.levers if x.kind == "funding")
    assert [round(s * one.money) for s in one.steps] == [
        0,
        500_000,
        750_000,
        1_000_000,
        1_250_000,
        1_500_000,
        2_000_000,
        3_000_000,
    ]
    assert "give Hillford Hospital £1m a year more" in one.words
    with_it = candidates(small(), own)
    design = set_to(own, funding_of_HOS=one.steps[3])
    gain = with_it.run(design, 0, COUNT).position - with_it.run(own.planned[None], 0, COUNT).position
    hospital = with_it.organisations.index("HOS")
    np.testing.assert_allclose(gain[..., hospital], 1e6, rtol=1e-9)
    assert not gain[..., [n for n in range(gain.shape[2]) if n != hospital]].any()


def test_nobody_is_given_money_who_needs_none() -> None:
    assert not [x for x in lever(small()).funded({"HOS": -5.0}).levers if x.kind == "funding"]


def test_levers_that_are_left_out_stay_as_planned_and_their_options_never_begin() -> None:
    c = candidates(small())
    some = candidates(small(), only(c.levered, [0]))
    assert same(some.run(np.array([[c.levered.levers[0].planned]]), 0, COUNT), c.run(c.levered.planned[None], 0, COUNT))


@pytest.mark.large
def test_designs_do_not_see_each_other_and_batches_change_no_bit() -> None:
    c = candidates(small())
    designs = np.concatenate(
        [set_to(c.levered, size_of_team=0.5), c.levered.planned[None], set_to(c.levered, start_of_team=12.0)]
    )
    together = c.run(designs, 2, 3)
    for n, design in enumerate(designs):
        alone = c.run(design[None], 2, 3)
        assert np.array_equal(together.room[n], alone.room[0])
    assert np.array_equal(c.run(designs[:1], 0, 5).room[:, 2:], together.room[:1])


def test_replayed_or_stepped_the_bits_are_the_same() -> None:
    c = candidates(small())
    stepped = replace(c, here=replace(c.here, recordings=None))  # type: ignore[arg-type] # as the model's door takes it
    design = set_to(c.levered, size_of_team=0.0, start_of_save=12.0)
    many = replace(c, futures=Futures(seed=3, count=100)).run(design, 0, 100)
    assert np.array_equal(many.room[:, :COUNT], stepped.run(design, 0, COUNT).room)
    assert isinstance(c.here.recordings, Recordings)


def test_every_lever_says_each_of_its_steps_and_who_decides() -> None:
    for plan in (small(), whole()):
        own = lever(plan)
        assert len({one.id for one in own.levers}) == len(own.levers)
        for one in own.levers:
            assert len(one.words) == len(one.steps) == len(set(one.words)), one.id
            assert one.owner in {o.id for o in plan.tables["organisations"]}, one.id  # type: ignore[attr-defined]
            assert one.distance(one.planned) == 0
            assert max(one.distance(n) for n in range(len(one.steps))) == 1


def test_a_whole_plan_has_levers_of_every_kind_that_it_can_have() -> None:
    kinds = {one.kind for one in lever(whole()).levers}
    assert {"size", "start", "beds", "funding"} <= kinds


def test_names_stay_within_what_an_id_may_have() -> None:
    long = hillford.initiative(
        "a" * 64, hillford.prevents(0.1), {"kind": "spend", "organisation": "HOS", "recurrent": 1.0}
    )
    own = lever(hillford.hillford(initiatives=(long,)))
    assert max(len(name.partition("@")[0]) for name in own.bases) <= 64


def test_beds_are_offered_where_a_hard_promise_is_about_them() -> None:
    money_only = hillford.hillford(promises=(hillford.money(),))
    assert not [x for x in lever(money_only).levers if x.kind == "beds"]
    assert [x.of for x in lever(small()).levers if x.kind == "beds"] == ["HOS.general"]
    assert any(isinstance(r, BedStock) for r in small().tables["beds"])


def test_a_lever_at_its_far_end_is_one_away() -> None:
    one = Lever("x", "size", "x", (0.0, 0.5, 1.0), 2, ("", "", ""), "A")
    assert [one.distance(n) for n in range(3)] == [1.0, 0.5, 0.0]


@cache
def screened() -> Screened:
    """Hillford where the money falls short and beds are scarce, with each lever tried by itself."""
    planted = (hillford.normal("growth.emergency_admission", 0.01, 0.01), hillford.normal("prices.pay", 0.01, 0.01))
    plan = small().changed(
        assumptions=(*(a for a in small().assumptions if a.id not in {p.id for p in planted}), *planted),
        promises=(hillford.money(9e6, asks=0.75), hillford.beds(0.9, asks=0.7)),
    )
    found = screen(runs_of(plan, Futures(seed=1, count=60)), 40)
    assert found is not None
    return found


def test_what_is_lacking_is_just_what_keeps_the_promise_as_surely_as_asked() -> None:
    s = screened()
    need = s.needs["HOS"]
    assert need > 0
    room = s.planned.room[0, :, 0]
    assert (room + need >= -1e-6).mean() >= 0.75 > (room + need * (1 - 1e-9) - 1 >= 0).mean()
    n = next(n for n, one in enumerate(s.levers) if one.kind == "funding")
    design = s.candidates.levered.planned[None].copy()
    design[0, n] = 3  # all that is lacking
    kept = s.candidates.run(design, 0, len(room)).kept[0, :, 0]
    assert kept.mean() >= 0.75


def test_each_step_by_itself_is_the_run_of_that_step() -> None:
    s = screened()
    for n, designs in enumerate(every_step(s.candidates.levered)):
        k = len(designs) - 1
        found = s.candidates.run(designs[k][None], 0, 40)
        assert np.array_equal(found.room[0], s.alone[n].room[k]), s.levers[n].id


def test_levers_move_promises_the_way_that_anybody_would_expect() -> None:
    s = screened()
    by = {one.id: s.ways(n) for n, one in enumerate(s.levers)}
    assert by["funding of HOS"].up.tolist() == [True, False]
    assert by["funding of HOS"].still.tolist() == [False, True]
    assert by["beds of HOS.general"].down.tolist() == [True, False]
    assert by["beds of HOS.general"].up.tolist() == [False, True]
    assert by["size of save"].up[0]
    assert by["closures of ward"].down[1]
    assert by["closures of ward"].change[1] < 0


def test_what_it_costs_is_what_it_gives_and_what_it_loses() -> None:
    s = screened()
    for n, one in enumerate(s.levers):
        costs = s.costs(n)
        assert (costs >= 0).all()
        assert costs[one.planned] == 0
        if one.kind == "funding":
            np.testing.assert_allclose(costs, [step * one.money for step in one.steps], rtol=1e-9, atol=1e-6)


def test_the_levers_that_matter_come_first() -> None:
    s = screened()
    order = np.argsort(-s.strength())
    strength = s.strength()
    assert (np.diff(strength[order]) <= 0).all()
    beds = next(n for n, one in enumerate(s.levers) if one.kind == "beds")
    spread = s.planned.room[0].std(axis=0)
    assert strength[beds] == pytest.approx((np.abs(s.room(beds)) / spread).max())
    some = s.only(order[:2].tolist())
    assert [one.id for one in some.levers] == [s.levers[n].id for n in order[:2]]


@pytest.mark.large
def test_need_that_is_not_met_is_told_by_quintile_where_it_is_asked_for() -> None:
    c = replace(candidates(whole()), fair=True)
    found = c.run(c.levered.planned[None], 0, COUNT)
    run = simulate(whole(), c.here.build(whole()), replace(c.futures, count=COUNT), keep=frozenset({"unmet_share"}))
    years = [n for n, y in enumerate(run.years) if y >= whole().about.judge_from]
    series = run["unmet_share"]
    first = min(e.partition("/")[0] for e in series.entities)
    own = [series.by_year(e)[:, years].mean(axis=1) for e in series.entities if e.startswith(f"{first}/")]
    np.testing.assert_allclose(found.unmet[0, :, 0], np.mean(own, axis=0))
    assert candidates(whole()).run(c.levered.planned[None], 0, 2).unmet.shape == (1, 2, 0)


def test_without_a_hard_promise_nothing_is_screened() -> None:
    aims = small().changed(promises=(hillford.money(hard=False),))
    assert screen(runs_of(aims, Futures(seed=1, count=3))) is None


@cache
def idle() -> Plan:
    """A first plan: everything but initiatives, so that the library's assumptions on delays are not in it."""
    return with_library(make(areas=1, organisations=3, initiatives=0, months=24))


def test_a_plan_without_initiatives_has_levers_that_can_be_run() -> None:
    """What is only looked for is the first initiative that such a plan has: it begins as any would."""
    plan = idle()
    assert "start.slip" not in {a.id for a in plan.assumptions}
    levered = lever(plan)
    assert levered.levers
    one = candidates(plan, levered)
    assert same(one.run(levered.planned[None], 0, COUNT), by_itself(one, plan))
    moved = np.array([[len(x.steps) - 1 - x.planned for x in levered.levers]])
    assert not same(one.run(moved, 0, COUNT), one.run(levered.planned[None], 0, COUNT))
