"""What is otherwise from a month on: a partner leaves, work halts, closures are held, prices grow at another rate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures.hillford import GROWTH, PAY, assumption, hillford, initiative, saves
from fixtures.places import baseline_of, place, run, with_rows
from fixtures.whole import whole
from placeplan.core.tables import CapitalRow
from placeplan.effects.resize import Resize
from placeplan.futures.sample import Futures, draw
from placeplan.model.compile import closures, compile_effects
from placeplan.model.dated import ENDS, FASTER, FASTER_FROM, HALT_FROM, HALT_MONTHS, HELD_FROM, usual
from placeplan.model.draws import Draws, WhatIf
from placeplan.model.outcomes import Outcomes
from placeplan.model.recording import record
from placeplan.model.recordings import stoppable
from placeplan.model.simulate import entities
from placeplan.model.variants import without_owner
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic_initiatives import later

FEW = Futures(seed=1, count=20)
MONTHS = 24
MONEY = ("position", "occupancy", "activity")


def same(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Whether two arrays have the same bits."""
    return one.tobytes() == other.tobytes()


@cache
def usually() -> Outcomes:
    return run(little(), FEW)


@cache
def little() -> Plan:
    """Hillford: wards close and open, money is saved, one initiative needs another, one waits for a trigger; all are late."""
    size = {"kind": "resize", "site": "HOS", "pool": "general"}
    action = {"outcome": "occupancy", "entity": "HOS/general", "above": 0.9, "lead_months": 2, "owner": "HOS"}
    own = (
        initiative("close", size | {"beds": -20.0, "double_running_months": 2, "double_running_cost": 1e5, "redundancy": 2e5}, start="2016-10"),
        initiative("built", size | {"beds": 15.0}, start="2017-01", capital={"need": 4e6, "build_months": 6, "organisation": "HOS"}),
        initiative("save", saves(2e6), start="2016-08", owner="CCG", ramp_months=3),
        initiative("more", saves(1e6), start="2016-09", requires=("save",)),
        initiative("action", size | {"beds": 5.0}, start=None, trigger=action),
    )  # fmt: skip
    late = assumption("initiative.delay", {"kind": "normal", "mean": 2.0, "sd": 3.0}, "delay", unit="months")
    limit = CapitalRow.model_validate(
        {"kind": "limit", "organisation": "HOS", "year": "2017/18", "amount": 3e6, "source": "made up"}
    )
    return with_rows(hillford(GROWTH, PAY, late, initiatives=own, open_beds=312.0), "capital", [limit])


def met(plan: Plan, by_name: dict[str, float], futures: Futures = FEW) -> Outcomes:
    """The plan where what stands under each name is otherwise in every future."""
    return run(plan, futures, what_if=WhatIf(dated={n: np.full(futures.count, v) for n, v in by_name.items()}))


def differ(one: Outcomes, other: Outcomes, names: tuple[str, ...] = MONEY) -> list[str]:
    """Outcomes in which a bit differs."""
    return [n for n in names if not same(one[n].values, other[n].values)]


def test_what_stands_as_usual_changes_no_bit() -> None:
    """Every name at its usual value is as if nothing was said."""
    plan = little()
    names = [HALT_FROM, HALT_MONTHS, HELD_FROM, *(ENDS + i.id for i in plan.initiatives)]
    names += [FASTER + "prices.pay", FASTER_FROM + "prices.pay"]
    assert differ(met(plan, {n: usual(n) for n in names}), usually(), tuple(usually().series)) == []


def test_a_halt_of_all_work_is_the_same_plan_so_many_months_later() -> None:
    """Law: where nothing is under way, a halt of 7 months is the plan with every start 7 months later, bit for bit."""
    plan = little()
    moved = plan.changed(
        initiatives=tuple(i.model_copy(update={"start": later(i.start, 7)}) if i.start else i for i in plan.initiatives)
    )
    found = met(plan, {HALT_FROM: -1e3, HALT_MONTHS: 7.0})
    assert differ(found, run(moved, FEW), tuple(found.series)) == []
    assert differ(found, usually()) != []


def test_until_a_halt_nothing_is_otherwise_and_within_it_no_work_begins() -> None:
    """Causality: months before the halt are the same to the last bit; what was under way, and management actions, go on."""
    plan, since, months = little(), 5, 8
    found = met(plan, {HALT_FROM: float(since), HALT_MONTHS: float(months)})
    for name in MONEY:
        assert same(found[name].values[:, :since], usually()[name].values[:, :since])
    for i in plan.initiatives:
        start, before = (first(o, i.id) for o in (found, usually()))
        under_way = before - i.months_ahead < since
        assert (start[under_way & (before < MONTHS)] == before[under_way & (before < MONTHS)]).all()
        begun = start[~under_way & (start < MONTHS)]
        assert i.trigger or (begun - i.months_ahead >= since + months).all()


def first(o: Outcomes, initiative: str) -> np.ndarray[Any, Any]:
    """First month of an initiative, ``[future]``; a large number where it does not begin in the run."""
    begun = o["started"].of(initiative)
    return np.where(begun.any(axis=1), begun.argmax(axis=1), 10_000)


def owner() -> str:
    """Whoever leaves: the owner of what others need."""
    return "CCG"


def leaving(month: float) -> dict[str, float]:
    return {ENDS + i.id: month - 1 for i in little().initiatives if i.owner == owner()}


def test_who_leaves_before_the_first_month_was_never_there() -> None:
    """Law: who leaves before the run never begins anything, bit for bit; and it is the plan without what they own."""
    found, everyone = met(little(), leaving(0)), np.ones(FEW.count, dtype=bool)
    off = WhatIf({i.id: everyone for i in little().initiatives if i.owner == owner()})
    assert differ(found, run(little(), FEW, what_if=off), tuple(found.series)) == []
    other = run(without_owner(little(), owner()), FEW)
    for name in MONEY:
        np.testing.assert_allclose(found[name].values, other[name].values, rtol=1e-9, atol=1e-6)


def test_who_leaves_later_works_until_then() -> None:
    """From the month on nothing of theirs reaches anybody; until they would have prepared what never comes, it is the plan."""
    month = 10
    found = met(little(), leaving(month))
    until = month
    for i in little().initiatives:
        start, before = (first(o, i.id) for o in (found, usually()))
        until = min([until, *(before[start != before] - i.months_ahead)])
    assert until > 3
    for name in MONEY:
        assert same(found[name].values[:, :until], usually()[name].values[:, :until])
    assert not same(found["position"].values, usually()["position"].values)
    for name in (i.id for i in little().initiatives if i.owner == owner()):
        assert (found["uptake"].of(name)[:, month:] == 0).all()
        assert same(found["uptake"].of(name)[:, :month], usually()["uptake"].of(name)[:, :month])


def without_closures(plan: Plan) -> Plan:
    """The plan with the effects taken out that take capacity away."""

    def opens(e: Any) -> bool:
        sizes = (e.beds, e.slots, e.contacts, e.packages) if isinstance(e, Resize) else ()
        return not any(isinstance(s, float | int) and s < 0 for s in sizes) and not getattr(e, "fixed_cost_released", 0)

    def left(i: Any) -> tuple[Any, ...]:
        own = tuple(e for e in i.effects if opens(e))
        shut = len(own) < len(i.effects) or i.closes
        return tuple(e for e in own if not (shut and (e.kind == "relocate" or getattr(e, "redundancies", 0))))

    return plan.changed(initiatives=tuple(i.model_copy(update={"effects": left(i)}) for i in plan.initiatives))


@pytest.mark.parametrize(
    "plan", [little(), pytest.param(place(1, 48), marks=pytest.mark.large)], ids=["small", "larger"]
)
def test_held_from_the_first_closures_are_taken_out_of_the_plan(plan: Plan) -> None:
    """Law: where no closure may ever be made, it is the plan without the effects that close, bit for bit."""
    few = replace(FEW, count=4)
    bare = without_closures(plan)
    assert closures(plan)
    assert closures(bare) == ()
    assert len(compile_effects(bare).every) < len(compile_effects(plan).every)
    held = met(plan, {HELD_FROM: -1e3}, few)
    assert differ(held, run(bare, few), ("position", "beds_open", "activity", "occupancy")) == []
    assert differ(held, run(plan, few), ("beds_open",)) != []


def test_a_closure_made_before_stays_closed() -> None:
    """Where closures are held from a month on, each stands as planned in the futures in which it came before."""
    plan = little()
    starts = {i: first(usually(), i) for i in closures(plan)}
    middle = float(np.median([s for own in starts.values() for s in own if s < MONTHS]))
    found = met(plan, {HELD_FROM: middle})
    all_before = [f for f in range(FEW.count) if all(s[f] < middle or s[f] >= MONTHS for s in starts.values())]
    some_after = [f for f in range(FEW.count) if f not in all_before]
    beds, before = found["beds_open"].values, usually()["beds_open"].values
    assert same(beds[all_before], before[all_before])
    assert some_after
    assert (beds[some_after] >= before[some_after]).all()
    assert (beds[some_after] > before[some_after]).any()


@pytest.mark.parametrize("step", [0.0, 1.0])
def test_prices_that_grow_otherwise_from_the_first_step_are_another_rate(step: float) -> None:
    """Law: a change from the start is the same change of the assumption, bit for bit."""
    found = met(little(), {FASTER + "prices.pay": 0.02, FASTER_FROM + "prices.pay": step})
    other = run(little(), FEW, changes=(Change(assumption="prices.pay", add=0.02),))
    assert differ(found, other) == []
    assert differ(found, usually()) != []


def longer() -> Plan:
    return little().changed(about=little().about.model_copy(update={"months": 36}))


def test_prices_are_as_usual_until_they_change() -> None:
    """From the second yearly step on: the first two years are the plan's own."""
    found = met(longer(), {FASTER + "prices.pay": 0.02, FASTER_FROM + "prices.pay": 2.0}, replace(FEW, count=2))
    other = run(longer(), replace(FEW, count=2))
    assert same(found["position"].values[:, :24], other["position"].values[:, :24])
    assert not same(found["position"].values[:, 24:], other["position"].values[:, 24:])


@pytest.mark.parametrize(
    "plan", [little(), pytest.param(whole(1, 12), marks=pytest.mark.large)], ids=["small", "whole"]
)
def test_all_of_it_is_replayed_bit_for_bit_and_each_future_has_its_own(plan: Plan) -> None:
    """One recording does for futures in which different things happen, and for those in which nothing does."""
    few = replace(FEW, count=4)
    names = {HALT_FROM: [4, np.inf, np.inf, 3], HALT_MONTHS: [5, 0, 0, 3], HELD_FROM: [np.inf, 5, np.inf, 6]}
    names |= {
        ENDS + i.id: [np.inf, np.inf, np.inf, 7] for i in plan.initiatives if i.owner == plan.initiatives[0].owner
    }
    names |= {FASTER + "prices.pay": [0, 0.01, 0, 0.03], FASTER_FROM + "prices.pay": [np.inf, 1, np.inf, 1]}
    what_if = WhatIf(dated={n: np.array(v, dtype=float) for n, v in names.items()})
    stepped = run(plan, few, what_if=what_if)
    draws = stoppable(
        plan, Draws(few, draw(plan.assumptions, plan.correlations, (), few, entities(plan, baseline_of(plan))), what_if)
    )
    found = record(plan, baseline_of(plan), draws).series(draws)
    assert [n for n, s in stepped.series.items() if not same(found[n].values, s.values)] == []
    usual_one = run(plan, replace(few, first=2, count=1))
    assert same(stepped["position"].values[2:3], usual_one["position"].values)
