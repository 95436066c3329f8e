"""Whether a plan can be delivered: time, building money, staff, authority; small made-up plans worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.core.tables import CapitalRow
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.plan.schema import Plan
from placeplan.stress.base import chosen, needs_of
from placeplan.stress.begun import after, before, begin, network_of
from placeplan.stress.results.tests import StressFinding, StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.tests.capital import first_year
from placeplan.stress.tests.no_capital import funded

COUNT = 4


def plan(*initiatives: Any, years: int = 2, **tables: Any) -> Plan:
    """Hillford with some initiatives and tables, over some years."""
    found = hillford.hillford(initiatives=initiatives)
    about = found.about.model_copy(update={"months": 12 * years})
    return found.changed(about=about, tables=found.tables | tables)


def does(key: str, start: str, **fields: Any) -> Any:
    """An initiative that saves a little from a month on."""
    return hillford.initiative(key, hillford.saves(1e5), start=start, **fields)


def scene_of(of: Plan, names: str = "", count: int = COUNT) -> Scene:
    return Scene(runs_of(of, Futures(seed=1, count=count)), needs_of(chosen(names)) if names else frozenset())


def found(of: Plan, name: str, count: int = COUNT) -> StressFinding:
    (test,) = chosen(name)
    return test.find(scene_of(of, name, count))


def row(told: StressFinding, what: str) -> StressRow:
    """The one row that names something."""
    (one,) = [r for r in told.rows if what in r.what]
    return one


def due(year: str) -> dict[str, Any]:
    return {"what": "done", "year": year, "source": "made up"}


def capital(**fields: Any) -> dict[str, Any]:
    return {"need": 12e6, "organisation": "HOS", "build_months": 6, "secured": 1.0, "overrun": 1.0} | fields


def chain(late: int = 2, **of_a: Any) -> tuple[Any, ...]:
    """A from October, late, three months to full use; B from December, after A; C a year to full use; D half a year."""
    return (
        does("a", "2016-10", delay=late, ramp_months=3, claims=(due("2016/17"),), **of_a),
        does("b", "2016-12", requires=("a",), claims=(due("2016/17"),)),
        does("c", "2016-04", ramp_months=12, claims=(due("2016/17"),)),
        does("d", "2016-04", ramp_months=6),
    )


def test_a_plan_as_a_network_worked_by_hand() -> None:
    """A begins in month 8 and is full after 11; B after 12, as is C; D after 6, with six months to spare."""
    of = plan(*chain())
    ids, network = network_of(of, begin(scene_of(of)))
    assert ids == ["a", "b", "c", "d"]
    assert network.start[:, 0].tolist() == [8, 11, 0, 0]
    assert network.finish[:, 0].tolist() == [11, 12, 12, 6]
    assert network.slack[:, 0].tolist() == [0, 0, 0, 6]
    told = found(of, "schedule")
    assert (told.figure, told.result) == (1.0, "amber")  # B is planned before A is in full use
    assert "B (2016-12) before A is in full use (end of 2016-12)" in told.behind
    assert "A, then B" in told.behind
    assert [r.what for r in told.rows if r.what.startswith("By ")] == ["By 2016-12: A in full use, for B"]


def test_what_comes_after_its_year_is_late() -> None:
    """Eight months late, A is full after 17 and B after 18; D, with no claim, has until the run's end."""
    told = found(plan(*chain(8)), "schedule")
    assert (told.figure, told.result) == (0.0, "fail")
    assert told.sentence.startswith("2 of 4 initiatives are likelier than not to miss the year when due.")
    assert [r.figure for r in told.rows if r.threshold] == [0.0, 0.0, 1.0, 1.0]


def test_what_is_planned_after_its_year_is_told_as_such() -> None:
    told = found(plan(does("a", "2016-12", ramp_months=12, claims=(due("2016/17"),))), "schedule")
    assert "A is due in 2016/17 but planned to be in full use only in 2017-11." in told.sentence


def test_without_its_money_nothing_is_there_nor_what_waits_for_it() -> None:
    of = plan(*chain(capital=capital(secured=0.0)))
    told = found(of, "schedule")
    ids, network = network_of(of, begin(scene_of(of)))
    assert network.ends[:, 0].tolist() == [False, False, True, True]
    assert "never in 100%" in told.rows[0].shown
    assert (before(of, "b"), after(of, ["a"]), ids) == (("a",), ("b",), ["a", "b", "c", "d"])


def test_building_that_slips_makes_late_what_is_built_and_what_waits() -> None:
    """In time by a month; six months later neither A nor B is."""
    told = found(plan(*chain(capital=capital())), "schedule")
    slips = [r.figure for r in told.rows if "building" in r.what]
    assert slips == [0.0, 0.0, 0.0]
    assert row(told, "£12m to build A").what == "By 2016-04: £12m to build A"
    assert row(told, "£12m to build A").shown == "nobody is named who gives it"


def test_the_network_begins_everything_when_the_model_does() -> None:
    """With delays drawn and a year's building money that is not enough for both, forward is what the model's starts are."""
    late = hillford.assumption("initiative.delay", {"kind": "uniform", "low": 0, "high": 12}, "delay")
    of = plan(
        hillford.initiative("a", hillford.saves(1e5), start="2016-10", capital=capital()),
        hillford.initiative("b", hillford.saves(1e5), start="2016-10", capital=capital()),
        does("c", "2016-12", requires=("b",)),
        years=3,
        capital=limits(12e6, "2016/17", "2017/18", "2018/19"),
    )
    of = of.changed(assumptions=tuple(late if a.id == late.id else a for a in of.assumptions))
    begun = begin(scene_of(of, count=50))
    ids, network = network_of(of, begun)
    for n, i in enumerate(ids):
        there = network.ends[n]
        assert there.any()
        if i == "c":
            assert np.array_equal(network.start[n][there], begun.start[i][there])
        assert np.array_equal(network.finish[n][there], begun.start[i][there] + 1)
    assert any((begun.start[i] > begun.wanted[i]).any() for i in "ab")  # somebody waits for money


def test_what_must_be_there_first_is_told_by_date() -> None:
    """Six months before January old and new run side by side, half a year of 2 million."""
    closes = {
        "kind": "resize",
        "site": "HOS",
        "pool": "general",
        "beds": -10,
        "double_running_months": 6,
        "double_running_cost": 2e6,
    }
    told = found(plan(hillford.initiative("ward", closes, start="2017-01")), "schedule")
    assert row(told, "side by side").what == "By 2016-07: Old and new side by side, for Ward"
    assert row(told, "side by side").shown == "£1m while both run"


def test_nothing_to_be_late_is_not_asked() -> None:
    assert found(plan(), "schedule").result == "not asked"


def limits(amount: float, *years: str) -> tuple[CapitalRow, ...]:
    return tuple(CapitalRow(organisation="HOS", year=y, kind="limit", amount=amount, source="made up") for y in years)


def built(**tables: Any) -> Plan:
    """A for 12 million that becomes 18, three in five; B for 4 million, sure; C after A."""
    return plan(
        does("a", "2016-10", capital=capital(secured=0.6, overrun=1.5)),
        does("b", "2017-10", capital=capital(need=4e6, source_of_funds="a sale")),
        does("c", "2017-04", requires=("a",)),
        **tables,
    )


@pytest.mark.shows(28)
def test_what_comes_of_the_building_money_worked_by_hand() -> None:
    """0.6 × 18 + 4 = 14.8 of 22 million; 22 million at 40 years and 3.5 % cost 0.55 and 0.760 million in the first year."""
    told = found(built(), "capital")
    assert told.figure == pytest.approx(14.8 / 22)
    assert told.result == "amber"
    assert told.sentence.startswith("£22m of building money is needed, and 67% of it comes")
    assert "Nobody is named who gives the money for A. Without building money A, B and C do not begin." in told.behind
    assert first_year(22e6, 40, 0.035) == pytest.approx(0.55e6 + 22e6 * 79 / 80 * 0.035)
    assert row(told, "Depreciation and charge").shown == "£1.3m a year"
    assert row(told, "as the plan states it").shown == "£16m"
    assert row(told, "Treasury’s bias for standard").shown == "£20m, +24%"
    assert row(told, "Most in one year").shown == "£18m"
    assert [r.result for r in told.rows[:2]] == ["amber", "pass"]


def test_spending_beyond_a_limit_fails() -> None:
    """All 18 million of A are spent in 2016/17 by its date, where 12 may be; B's 4 in 2017/18, where 12 may be."""
    told = found(built(capital=limits(12e6, "2016/17", "2017/18")), "capital")
    assert told.result == "fail"
    assert "In 2016/17 £6m more is to be spent than may be." in told.sentence
    assert row(told, "in 2016/17").result == "fail"
    assert row(told, "Limit of Hillford Hospital in 2017/18").shown == "£4m to be spent, £12m allowed"


def test_nothing_that_is_built_is_not_asked() -> None:
    for name in ("capital", "no-capital"):
        assert found(plan(*chain()), name).result == "not asked"


def test_what_is_left_without_building_money_worked_by_hand() -> None:
    """Half of each saving is delivered: 1.5 million without, at most 3 million more with the building, which then costs something too."""
    of = plan(
        hillford.initiative("a", hillford.saves(6e6), start="2016-10", capital=capital(secured=0.1)),
        hillford.initiative("c", hillford.saves(3e6)),
        years=3,
    )
    scene = scene_of(of, "no-capital", 12)
    none, half, whole = chosen("no-capital")[0].run(scene).brings
    assert none == pytest.approx(1.5e6, rel=0.01)
    cost = 12e6 / 40
    assert whole == pytest.approx(4.5e6 - cost, rel=0.12)  # less charges, where they stand in the position
    assert set(np.round(half, 2)) == {round(float(none[0]), 2), round(float(whole[0]), 2)}  # each future has it or not
    told = chosen("no-capital")[0].find(scene)
    assert told.result == "fail"
    assert told.figure == pytest.approx(none.mean() / whole.mean())
    assert funded(of, 0.25).initiatives[1] == of.initiatives[1]


def first_month(scene: Scene, initiative: str) -> Any:
    """Month in which a run begins an initiative, ``[future]``; ``inf`` where it never does."""
    begun = scene.first[0]["started"].of(initiative) > 0
    return np.where(begun.any(axis=1), begun.argmax(axis=1), np.inf)


def assert_as_run(scene: Scene) -> None:
    """What is worked out without a run is what a run does, in every future, as far as the run goes."""
    begun = begin(scene)
    for i, start in begun.start.items():
        assert np.array_equal(np.where(start < len(begun.months), start, np.inf), first_month(scene, i)), i


def test_starts_are_those_of_a_run() -> None:
    """Delays drawn, money that comes in half of the futures, one that waits for another, one that waits for a trigger."""
    late = hillford.assumption("initiative.delay", {"kind": "uniform", "low": 0, "high": 12}, "delay")
    fires = {"outcome": "occupancy", "entity": "HOS/general", "above": 0.1, "lead_months": 3, "owner": "HOS"}
    of = plan(
        does("a", "2016-10", capital=capital(secured=0.5)), does("b", "2016-12", requires=("a",)),
        hillford.initiative("t", hillford.saves(1e5), start=None, trigger=fires),
    )  # fmt: skip
    of = of.changed(assumptions=tuple(late if a.id == late.id else a for a in of.assumptions))
    scene = Scene(runs_of(of, Futures(seed=1, count=30)), frozenset({"started"}))
    assert_as_run(scene)
    assert set(begin(scene).start["t"]) == {3.0}  # fires at the end of the first month
    told = chosen("schedule")[0].find(scene)
    assert row(told, "T").shown.startswith("waits for a trigger; in 100% of futures")


@pytest.mark.large
def test_dorsets_starts_are_those_of_a_run() -> None:
    """And what is last in Dorset hangs on building money: the network, and what waits for it, is rarely there in time."""
    of = read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")
    scene = Scene(runs_of(of, Futures(seed=1, count=100)), frozenset({"started"}))
    assert_as_run(scene)
    told = chosen("schedule")[0].find(scene)
    assert told.result == "fail"
    assert [r.figure < 0.3 for r in told.rows if r.what == "One acute network" and r.figure is not None] == [True]
    assert "Community hubs" in told.behind
