"""Shocks as bank regulators run them: further ones with a date, before and after management actions, low points, hurdles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.hillford import GROWTH, PAY, hillford, initiative, money, only_shock, saves
from fixtures.runs import Monthly, runs_of
from placeplan.contracts.piecewise import Piecewise
from placeplan.futures.sample import Futures
from placeplan.model.dated import ENDS, FASTER, FASTER_FROM, HALT_FROM, HALT_MONTHS, HELD_FROM
from placeplan.model.variants import without_owner
from placeplan.plan.initiatives import Trigger
from placeplan.plan.library import library
from placeplan.plan.scenarios import Scenario
from placeplan.plan.schema import Plan
from placeplan.stress.base import chosen, known
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import BLANK, Kept
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.store import InMemory
from placeplan.stress.scene import Scene
from placeplan.stress.shocks.actions import Acting, when
from placeplan.stress.shocks.further import cannot, dated, further_jobs, scenarios_of, switched
from placeplan.stress.shocks.scenarios import calm, low_point, met, run_scenarios, shock_jobs, shown

FEW = Futures(seed=1, count=6)
SLOWER = {"changes": [{"assumption": "prices.allocation", "add": -0.01}]}


def further(key: str, **fields: Any) -> Scenario:
    base = {"id": key, "name": f"Made-up {key}", "decides": False, "since": 12, "source": "made up"}
    return Scenario.model_validate(base | fields)


def put(plan: Plan, *scenarios: Scenario) -> Plan:
    """The plan with these shocks alone beside the library's."""
    return plan.changed(scenarios=scenarios)


def acts(pounds: float) -> Any:
    """Managers save so much a year once the hospital runs a deficit; half of what is only identified comes."""
    trigger = {"outcome": "position", "entity": "HOS", "below": -1000.0, "owner": "HOS", "not_before": "2017-04"}
    return initiative("act", saves(2 * pounds), start=None, trigger=trigger, name="Freeze of posts")


def position(runs: Runs, *jobs: Job) -> list[np.ndarray[Any, Any]]:
    """Position of the hospital by month, ``[future, month]``, of each run."""
    return [r.of("position") for r in runs.side_by_side(jobs, (Monthly(frozenset({"position"}), "HOS"),))]


def jobs_of(plan: Plan) -> dict[str, Job]:
    return {key: job for _, key, _, job in further_jobs(runs_of(plan, FEW), FEW.count)}


def test_money_that_grows_more_slowly_is_missing_from_its_april_on() -> None:
    """By hand: a block of £60m that grows by −1 % in place of 0 pays £0.6m less in its second year, and nothing less before."""
    plan = put(hillford(), further("Y1", **SLOWER))
    usual, slower = position(runs_of(plan, FEW), Job("plan", plan, FEW), jobs_of(plan)["Y1"])
    np.testing.assert_array_equal(slower[:, :12], usual[:, :12])
    np.testing.assert_allclose((slower - usual)[:, 12:].sum(axis=1), -0.6e6, rtol=1e-9)


def test_each_partner_leaves_in_turn_and_from_the_first_month_it_was_never_there() -> None:
    own = (initiative("ours", saves(2e6)), initiative("theirs", saves(1e6), owner="CCG"))
    plan = put(hillford(initiatives=own), further("Y2", leaves="each"), further("Y3", leaves="each", since=0))
    jobs = jobs_of(plan)
    assert {"Y2.CCG", "Y2.HOS", "Y3.CCG", "Y3.HOS"} <= set(jobs)
    gone, never = position(runs_of(plan, FEW), jobs["Y3.CCG"], Job("without", without_owner(plan, "CCG"), FEW))
    np.testing.assert_array_equal(gone, never)
    usual, later = position(runs_of(plan, FEW), Job("plan", plan, FEW), jobs["Y2.CCG"])
    np.testing.assert_array_equal(later[:, :12], usual[:, :12])
    np.testing.assert_array_equal(later[:, 12:], never[:, 12:])


def test_what_needs_a_partner_that_left_never_begins() -> None:
    """An initiative that is full only after its owner has left can carry nothing."""
    own = (
        initiative("hub", saves(1.0), owner="CCG", ramp_months=18),
        initiative("team", saves(2e6), requires=("hub",)),
    )
    plan = put(hillford(initiatives=own), further("Y2", leaves="CCG"))
    read = (Monthly(frozenset({"uptake"}), "team"),)
    usual, left = runs_of(plan, FEW).side_by_side([Job("plan", plan, FEW), jobs_of(plan)["Y2"]], read)
    assert usual.of("uptake")[:, 18:].all()
    assert not left.of("uptake").any()


def emergencies(rate: float) -> Piecewise:
    """The first 18,000 of 20,000 emergencies at £1,000, the rest at a rate."""
    return Piecewise(
        id="marginal", about="Emergencies", payer="CCG", payee="HOS", pod="emergency_admission", price=1000.0, baseline=18000.0,
        rate_above=rate, source="made up",
    )  # fmt: skip


def test_a_rule_of_payment_is_replaced_from_its_month_on() -> None:
    """By hand: 70 % → 30 % of £1,000 for about 2,000 emergencies above the agreed number is £0.8m a year less."""
    base = hillford(initiatives=(initiative("block", {"kind": "spend", "organisation": "HOS", "once": 1.0}),))
    plan = put(
        base.changed(contracts=(emergencies(0.7),)),
        further("Y5", rules=[{"kind": "piecewise", "fields": {"rate_above": 0.3}}]),
    )
    job = jobs_of(plan)["Y5"]
    assert [(c.id, c.starts, c.ends) for c in job.plan.contracts] == [
        ("marginal", None, "2017-03"),
        ("marginal.Y5", "2017-04", None),
    ]
    (usual,) = position(runs_of(plan, FEW), Job("plan", plan, FEW))
    (new,) = position(runs_of(job.plan, FEW), job)
    low = base.changed(contracts=(emergencies(0.3),))
    (lower,) = position(runs_of(low, FEW), Job("low", low, FEW))
    np.testing.assert_array_equal(new[:, :12], usual[:, :12])
    np.testing.assert_allclose(new[:, 12:], lower[:, 12:], rtol=1e-9)
    assert -1.0e6 < float((new - usual)[:, 12:].sum(axis=1).mean()) < -0.6e6


def test_an_initiative_that_ends_a_contract_ends_it_under_the_new_rule_too() -> None:
    block = hillford().contracts[0].model_copy(update={"id": "block", "starts": "by_initiative"})
    turns = initiative("turns", {"kind": "recontract", "old": "marginal", "new": "block"}, start="2017-10")
    plan = put(
        hillford(initiatives=(turns,)).changed(contracts=(emergencies(0.7), block)),
        further("Y5", rules=[{"contract": "marginal", "fields": {"rate_above": 0.3}}]),
    )
    new = switched(plan, plan.scenarios[0])
    assert [(e.old, e.new) for e in new.initiatives[0].effects] == [("marginal", "block"), ("marginal.Y5", "block")]  # type: ignore[attr-defined]
    usual, other = (position(runs_of(p, FEW), Job("p", p, FEW))[0] for p in (plan, new))
    np.testing.assert_array_equal(usual[:, 18:], other[:, 18:])
    assert (usual[:, 13:17] != other[:, 13:17]).any()


def test_halts_and_held_closures_have_their_months_and_one_recording_does_for_all() -> None:
    shuts = {"kind": "resize", "site": "HOS", "pool": "general", "beds": -10}
    plan = put(
        hillford(initiatives=(initiative("shut", shuts),)),
        further("Y1", **SLOWER), further("Y3", halt=True, until=18), further("Y4", closures_held=True, since="2016-10"),
        further("Y2", leaves="HOS"),
    )  # fmt: skip
    assert dict(dated(plan.scenarios[1], plan)) == {HALT_FROM: 12.0, HALT_MONTHS: 6.0}
    assert dict(dated(plan.scenarios[2], plan)) == {HELD_FROM: 6.0}
    assert dict(dated(plan.scenarios[0], plan)) == {
        FASTER + "prices.allocation": -0.01,
        FASTER_FROM + "prices.allocation": 1.0,
    }
    assert dict(dated(plan.scenarios[3], plan, "HOS")) == {ENDS + "shut": 11.0}
    assert len({tuple(n for n, _ in job.dated) for job in jobs_of(plan).values()}) == 1


def test_an_action_that_makes_good_what_a_shock_takes_restores_the_chance() -> None:
    """By hand: £50,000 a month less; managers act after a month, so one month is lost, and −£0.15m a year is kept, −£0.6m is not."""
    plan = put(hillford(initiatives=(acts(0.6e6),), promises=(money(-0.15e6),)), further("Y1", **SLOWER))
    asked = [a for a in further_jobs(runs_of(plan, FEW), FEW.count) if a[1] == "Y1"]
    (shock,) = met(runs_of(plan, FEW), asked, twice=True)
    assert shock.result.P == {"money": 1.0}
    assert shock.result.before == {"money": 0.0}
    (action,) = shock.result.actions
    assert (action.id, action.name, action.owner, action.lead_months, action.acted) == (
        "act", "Freeze of posts", "Hillford Hospital", 1, 1.0,
    )  # fmt: skip
    (calm,) = met(runs_of(plan, FEW), [(asked[0][0], "none", "none", Job("none", plan, FEW))], twice=True)
    assert (calm.result.P, calm.result.before, calm.result.actions[0].acted) == ({"money": 1.0}, {"money": 1.0}, 0.0)


@pytest.mark.parametrize(("actions", "times"), [((), 1), ((acts(1e6),), 2)])
def test_before_and_after_are_run_only_where_somebody_acts(actions: tuple[Any, ...], times: int) -> None:
    """Without an initiative that waits for a trigger each shock is run once, on as many futures as ever."""
    plan = only_shock(hillford(PAY, GROWTH, initiatives=actions, promises=(money(),)), "S1", "S3")
    runs = runs_of(plan, FEW)
    shocks = run_scenarios(runs)
    assert runs.progress.done == times * 2 * FEW.count
    assert [bool(s.result.before) for s in shocks] == [times == 2] * 2
    again = runs_of(plan, FEW)
    decided = run_scenarios(again, only_deciding=True)
    assert again.progress.done == 2 * FEW.count
    assert [s.intervals for s in decided] == [s.intervals for s in shocks]


def test_further_shocks_never_decide_and_are_not_run_with_every_test() -> None:
    plan = put(hillford(), *(s for s in hillford().scenarios if s.id == "S3"), further("Y1", **SLOWER))
    assert [key for _, key, _, _ in shock_jobs(runs_of(plan, FEW))] == ["S3"]
    assert [s.id for s in scenarios_of(plan)] == ["X1", "X2", "X3", "X4", "X5", "X6", "Y1"]
    assert known()["scenarios"].alone
    assert not any(item.value.decides or not item.value.further for item in library().further)


def test_a_plans_own_shock_replaces_the_librarys_and_leaves_every_other_digest() -> None:
    mine = further("X1", **SLOWER)
    plan = put(hillford(), mine)
    assert next(s for s in scenarios_of(plan) if s.id == "X1") is mine
    assert all(not s.further for s in hillford().scenarios)


def test_what_a_plan_cannot_feel_says_why() -> None:
    plan = hillford()
    reasons = {
        "it comes after the run’s last month": further("Y1", since=24, **SLOWER),
        "nobody owns an initiative": further("Y2", leaves="each"),
        "no initiative closes anything": further("Y4", closures_held=True),
        "no initiative has a date": further("Y3", halt=True, until=18),
        "nothing in this plan grows by what it changes": further(
            "Y6", changes=[{"assumption": "prices.tariff", "add": -0.01}]
        ),
        "no contract has the rule that it replaces": further(
            "Y5", rules=[{"kind": "piecewise", "fields": {"rate_above": 0.3}}]
        ),
    }
    assert {why: cannot(s, plan) for why, s in reasons.items()} == {why: why for why in reasons}


def test_the_low_point_is_the_worst_of_all_years_and_the_first_of_several() -> None:
    """A planted series: kept in 3, 1, 2 and 1 of 4 futures; the first year is not due."""
    kept = np.array([[BLANK, 1, 1, 1, 0], [BLANK, 1, 0, 1, 0], [BLANK, 1, 0, 0, 0], [BLANK, 0, 0, 0, 1]], dtype=np.int8)
    years = ("2016/17", "2017/18", "2018/19", "2019/20", "2020/21")
    found = low_point(Kept(money(), years, True, InMemory(4, years, {"money/by_year": kept})))
    assert (found.year, found.P) == ("2018/19", 0.25)


def test_triggers_are_told_in_words() -> None:
    called = {"HOS": "Hillford Hospital"}
    low = Trigger(outcome="position", entity="HOS", below=-1e5, over="year", owner="HOS")
    assert when(low, called) == "position of the last twelve months of Hillford Hospital below −£0.1m"
    assert Acting(()).keep == frozenset()


def found(plan: Plan) -> StressFinding:
    (test,) = chosen("scenarios")
    return test.find(Scene(runs_of(plan, FEW)))


def test_the_stress_test_tells_each_shock_with_its_hurdle_low_point_and_actions() -> None:
    """The shock that decides is survived; one that is shown only breaks the promise before managers act, and not after."""
    s3 = next(s for s in hillford().scenarios if s.id == "S3")
    plan = put(hillford(initiatives=(acts(0.6e6),), promises=(money(-0.15e6),)), s3, further("Y1", **SLOWER))
    told = found(plan)
    rows = {row.what.partition(", by which")[0]: row for row in told.rows}
    shock = rows["Y1 Made-up Y1 (2017-04)"]
    assert (told.result, told.futures) == ("pass", FEW.count)
    assert (shock.result, shock.figure, shock.threshold) == ("pass", 1.0, 0.5)
    assert "1 of 1 hold (1 without it); this one in all of 100 (all without it); low point 2017/18: all" in shock.shown
    assert "if nobody acts none, and it fails" in shock.shown
    action = rows["Freeze of posts, if position of Hillford Hospital below −£1,000"]
    assert (
        "Hillford Hospital; 1 month from the trigger to the start; began in none of 100 to all of 100" in action.shown
    )
    assert [r.result for r in told.rows if r.what.startswith("X1")] == ["not asked"]
    assert "before and after are the same" not in told.behind


def test_a_shock_that_breaks_a_promise_fails_where_it_decides_and_asks_for_a_closer_look_where_not() -> None:
    s5 = next(s for s in hillford().scenarios if s.id == "S5")
    decided = found(put(hillford(promises=(money(-0.15e6),)), s5))
    assert decided.result == "fail"
    assert "The one shock that decides breaks a promise" in decided.sentence
    beside = found(put(hillford(promises=(money(-0.15e6),)), further("Y1", **SLOWER)))
    assert beside.result in {"amber", "fail"}
    assert "before and after are the same" in beside.behind


def test_without_a_promise_that_decides_there_is_nothing_to_break() -> None:
    assert found(hillford(promises=(money(hard=False),))).result == "not asked"


def test_a_shock_on_few_futures_is_set_beside_the_plan_in_the_same_futures() -> None:
    """A promise kept in fewer of the first futures than of all is not broken by a shock that changes nothing."""
    count = 240
    plan = put(
        hillford(PAY, promises=(money(),)), further("Y1", changes=[{"assumption": "prices.allocation", "add": 0.0}])
    )
    runs = runs_of(plan, Futures(seed=1, count=count))
    nothing = (plan.scenarios[0], "Y1", "nothing", Job("nothing", plan, runs.first(shown(count))))
    usual = calm(runs)
    (shock,) = met(runs, [nothing], usual, twice=True)
    assert shock.result.futures == 60
    assert shock.result.without == shock.result.P == {"money": float(usual[0].whole[:60].mean())}
    assert shock.result.P["money"] != float(usual[0].whole.mean())
