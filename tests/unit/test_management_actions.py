"""Management actions through the whole of a test: written, read, run beside the plan without them, and said so."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from fixtures.hillford import GROWTH, PAY, hillford, initiative, money, only_shock, saves
from fixtures.places import place
from fixtures.runs import Monthly, runs_of
from placeplan.core.errors import PlanError, Problem
from placeplan.futures.sample import Futures
from placeplan.model.explain import explain
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.folder import read_plan
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.plan.write import write_plan
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.runner import Runs
from placeplan.stress.shocks.actions import BEFORE_ACTIONS, before_actions
from placeplan.stress.shocks.scenarios import run_scenarios

FUTURES = Futures(count=60)


def action(**fields: object) -> Initiative:
    trigger = {"outcome": "position", "entity": "HOS", "below": -1e5, "lead_months": 2, "owner": "HOS"}
    return initiative(
        "action", saves(12e6), **({"start": None, "trigger": trigger, "claims": (), "partners": ()} | fields)
    )


def runs(plan: Plan) -> Runs:
    return runs_of(plan, FUTURES)


def short_of_money(*initiatives: Initiative) -> Plan:
    return only_shock(hillford(PAY, GROWTH, initiatives=initiatives, promises=(money(-1e6),)), "S3", "S1")


def test_a_trigger_is_written_and_read_back(tmp_path: Path) -> None:
    first = place(1, 48)
    watch = {
        "outcome": "position",
        "entity": "ACU1",
        "below": -1e5,
        "over": "year",
        "owner": "ACU1",
        "not_before": "2016-10",
    }
    waits = action(owner="ACU1", effects=(), trigger=watch)
    plan = first.changed(initiatives=(*first.initiatives, waits))
    write_plan(plan, tmp_path / "plan")
    text = (tmp_path / "plan" / "initiatives" / "action.yaml").read_text(encoding="utf-8")
    assert "trigger:" in text
    assert "\nstart:" not in text
    again = read_plan(tmp_path / "plan")
    assert next(i.trigger for i in again.initiatives if i.id == "action") == waits.trigger
    assert again.digest == plan.digest


@pytest.mark.shows(58)
def test_shocks_are_met_before_and_after_management_actions() -> None:
    """The note that nobody acts stands only where no initiative has a trigger; and actions change what a shock does."""
    idle, acting = (run_scenarios(runs(short_of_money(*i))) for i in ((), (action(),)))
    assert before_actions(short_of_money()) == (BEFORE_ACTIONS,)
    assert before_actions(short_of_money(action())) == ()
    assert all(BEFORE_ACTIONS in s.result.not_reached for s in idle)
    assert not any("managers" in text for s in acting for text in s.result.not_reached)
    better = [a.intervals["money"].p - b.intervals["money"].p for a, b in zip(acting, idle, strict=True)]
    assert max(better) > 0.05
    assert min(better) >= 0


def test_side_by_side_each_plan_acts_on_its_own_futures() -> None:
    """Run together or apart, the plan and the plan without its action come to the same."""
    plan = short_of_money(action())
    without = plan.changed(initiatives=())
    r = runs(plan)
    read = (Monthly(frozenset({"position"}), "system"),)
    together = r.side_by_side([Job("plan", plan, FUTURES), Job("without", without, FUTURES)], read)
    apart = runs(plan).apart([Job("plan", plan, FUTURES), Job("without", without, FUTURES)], read)
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_array_equal(one.of("position"), other.of("position"))
    assert (together[0].of("position") != together[1].of("position")).any()


def test_a_start_by_trigger_is_traced() -> None:
    plan = short_of_money(action())
    baseline = baseline_of(plan)
    node = explain(plan, baseline, simulate(plan, baseline, FUTURES), "started", "action")
    assert node.equation == "placeplan.model.starts.Starts"
    names = {n.name for n in node.made_of}
    assert "action" in names
    assert any(name.startswith("position") for name in names), names


def test_a_refusal_comes_whole_out_of_another_process() -> None:
    refused = PlanError([Problem("a.yaml", 1, "trigger", "unknown-entity", "What.", "Why.", "Mend.")])
    again = pickle.loads(pickle.dumps(refused))
    assert again.problems == refused.problems
    assert str(again) == str(refused)
    with pytest.raises(PlanError, match="What"):
        raise again
