"""What mends a plan and what would be another one: on a small place, with the arithmetic beside each, and as commands."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures import hillford
from fixtures.broken_plans import WHOLE, write
from fixtures.runs import runs_of
from placeplan.cli import app
from placeplan.cli.runs.mending import Asked, fix
from placeplan.core.errors import PlanError
from placeplan.core.tables import MoneyLine
from placeplan.explore.plan_b.repairing import SURE
from placeplan.futures.sample import Futures
from placeplan.plan.schema import Plan
from placeplan.stress.levers.screen import Screened, screen
from placeplan.stress.mending import plan_b, repairs
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.run import ask_tests, run_plan
from placeplan.stress.scene import Scene
from placeplan.stress.tests.plan_b import PlanB
from placeplan.stress.tests.repairs import Repairs

COUNT = 100


@cache
def crowded(more: float = 4e6) -> Plan:
    """Hillford, 270 of 320 beds full: at most 80 % asks for 18 beds more, a ward of 28 costs £2.6m a year, and `more` £ is to spare.

    A team that costs £1m a year and prevents nothing stands in the plan.
    """
    useless = hillford.initiative("team", {"kind": "spend", "organisation": "HOS", "recurrent": 1e6})
    plan = hillford.hillford(
        hillford.normal("prices.pay", 0.0, 0.002), hillford.normal("growth.emergency_admission", 0.0, 0.001),
        promises=(hillford.money(0.0, asks=0.8), hillford.beds(0.8, asks=0.7)), initiatives=(useless,),
    )  # fmt: skip
    rows = tuple(
        r.model_copy(update={"amount": r.amount - more}) if isinstance(r, MoneyLine) and r.organisation == "HOS" else r
        for r in plan.tables["money"]
    )
    return plan.changed(tables={**plan.tables, "money": rows})


@cache
def screened(more: float = 4e6) -> Screened:
    found = screen(runs_of(crowded(more), Futures(seed=1, count=COUNT)))
    assert found is not None
    return found


@cache
def mended(more: float = 4e6) -> repairs.Mended:
    return repairs.search(screened(more), 1, futures=COUNT, one=6000, all_=12000)


def test_beds_that_are_short_are_mended_by_one_ward() -> None:
    (broken,) = mended().broken
    assert broken.promise.id == "beds"
    first = broken.found.repairs[0]
    assert mended().words(first) == ("open 28 more beds at Hillford Hospital",)
    assert first.grade == SURE
    assert first.irreducible
    assert first.cost == pytest.approx(28 * 365 * 250.0, rel=0.02)


def test_by_how_much_a_bound_would_have_to_give_way_is_told() -> None:
    """270 beds of 320 are 84.4 %: 4.4 points more than is allowed."""
    (broken,) = mended().broken
    assert broken.short == pytest.approx(270 / 320 - 0.8, abs=0.01)
    assert broken.kept < 0.05


def test_where_a_ward_breaks_the_budget_money_or_what_is_useless_goes_with_it() -> None:
    """£2.5m to spare less £1m for the team: a ward of £2.6m breaks the promise on money unless the team goes or money comes."""
    found = mended(3e6)
    assert found.together is not None
    assert [p.id for p in found.asked] == ["money", "beds"]
    first = found.together.repairs[0]
    words = found.words(first)
    assert "open 28 more beds at Hillford Hospital" in words
    assert len(words) == 2
    assert words[0] == "leave out “Team”" or "a year more" in words[-1] or "“Team”" in words[0]
    assert first.grade == SURE


def test_a_promise_that_nothing_mends_is_told_with_what_comes_nearest() -> None:
    plan = crowded().changed(promises=(hillford.beds(0.2, asks=0.7),))
    levers = screen(runs_of(plan, Futures(seed=1, count=COUNT)))
    assert levers is not None
    found = repairs.search(levers, 1, futures=COUNT, one=4000)
    (broken,) = found.broken
    assert not broken.found.repairs
    assert broken.found.nearest is not None
    assert found.together is None


def test_a_plan_that_holds_needs_no_repair() -> None:
    plan = crowded().changed(promises=(hillford.money(0.0, asks=0.8),))
    told = _told(plan, Repairs())
    assert told.result == "pass"
    assert told.sentence == "Every promise that decides is kept as surely as asked."


def test_repairs_are_told_in_words_with_what_they_cost() -> None:
    told = _told(crowded(), Repairs())
    assert told.result == "amber"
    assert "one change – open 28 more beds at Hillford Hospital – at £2.6m a year" in told.sentence
    assert any("or give way by 4." in r.shown for r in told.rows)
    assert any("open 28 more beds" in r.what for r in told.rows)


def test_plan_b_leaves_out_what_is_useless_and_opens_the_ward() -> None:
    found = plan_b.search(screened(), plan_b.allowed(1, COUNT, 20_000))
    assert found.front.complete
    every = {found.moved(c): c for c in found.front.choices}
    both = next(
        c for words, c in every.items() if {"leave out “Team”", "open 28 more beds at Hillford Hospital"} <= set(words)
    )
    assert found.value(both, "promises kept")[0] >= 0.99
    saver = max(found.front.choices, key=lambda c: -found.value(c, "deficit")[0])
    assert "leave out “Team”" in found.moved(saver)
    assert found.change(saver, "deficit")[0] == pytest.approx(-1e6, rel=0.1)


def test_plan_b_moves_no_more_than_is_allowed() -> None:
    found = plan_b.search(screened(), plan_b.allowed(1, COUNT, 12_000), changes=1)
    assert all(len(found.moved(c)) <= 1 for c in found.front.choices)


def test_money_from_outside_is_used_only_where_it_may_be() -> None:
    none = plan_b.search(screened(), plan_b.allowed(1, COUNT, 12_000))
    assert not any("a year more" in w for c in none.front.choices for w in none.moved(c))


def test_plan_b_is_told_with_its_picture() -> None:
    told = _told(crowded(), PlanB(lanes=20_000))
    assert told.points is not None
    assert told.points.points[0].label == "A"
    labels = [p.label for p in told.points.points]
    assert [r.what.split(".")[0] for r in told.rows[: len(labels)]] == labels
    assert "Turn" in told.sentence
    assert any(r.what == "Lead time: open 28 more beds at Hillford Hospital" for r in told.rows)
    assert told.sentence.startswith("The plan keeps 1.0 of its 2 promises in a usual future. At best 2.0:")


def test_stopped_in_the_middle_the_best_so_far_is_told_and_marked() -> None:
    asked = iter([False] * 6 + [True] * 10_000)
    found = repairs.search(screened(), 1, futures=COUNT, one=6000, all_=12000, stop=lambda: next(asked))
    assert found.stopped
    told = Repairs().tell(crowded(), found)
    assert "best so far" in told["behind"]


def test_what_a_search_that_ended_early_did_not_find_is_no_proof_that_there_is_none() -> None:
    """Stopped before anything could be tried: amber, and said so; searched to the end with nothing found: it fails."""
    asked = iter([False] * 2 + [True] * 10_000)
    found = repairs.search(screened(), 1, futures=COUNT, one=6000, all_=12000, stop=lambda: next(asked))
    assert not any(b.found.repairs or b.found.complete for b in found.broken)
    told = Repairs().tell(crowded(), found)
    assert told["result"] == "amber"
    assert "The search ended before it found anything that mends" in told["sentence"]
    assert "Nothing that was tried" not in told["sentence"]
    assert "not searched to the end" in told["rows"][0].shown
    done = replace(found, broken=tuple(replace(b, found=replace(b.found, complete=True)) for b in found.broken))
    whole = Repairs().tell(crowded(), done)
    assert whole["result"] == "fail"
    assert "Nothing that was tried mends" in whole["sentence"]


def _told(plan: Plan, test: Repairs | PlanB) -> StressFinding:
    return test.find(Scene(runs_of(plan, Futures(seed=1, count=COUNT))))


def _written(folder: Path) -> Path:
    write(WHOLE, folder)
    return folder


def test_commands_say_what_was_found(tmp_path: Path) -> None:
    folder = _written(tmp_path)
    found = CliRunner().invoke(app, ["fix", str(folder), "--futures", "20", "--json"])
    assert found.exit_code == 0, found.output
    tests = json.loads(found.stdout)["tests"]
    assert [t["test"] for t in tests] == ["repairs", "conflict"]


def test_a_change_that_was_found_is_written_as_a_plan_that_keeps_what_was_told(tmp_path: Path) -> None:
    plan, out = _written(tmp_path / "plan"), tmp_path / "mended"
    asked = ["fix", str(plan), "--futures", "20"]
    told = CliRunner().invoke(app, [*asked, "--write", str(out), "--which", "2"])
    assert told.exit_code == 0, told.output
    assert "Written into" in told.output
    assert "start “Home first” a year later" in " ".join(told.output.partition("Written into")[2].split())
    (new,) = [p.name for p in (out / "initiatives").iterdir() if not (plan / "initiatives" / p.name).exists()]
    assert new == "more_funding_W0H.yaml"
    assert "status: aspiration" in (out / "initiatives" / new).read_text(encoding="utf-8")
    found = (run_plan(folder, 20, threads=1).promises for folder in (plan, out))
    assert [next(p.P for p in promises if p.hard) for promises in found] == [0.0, 1.0]
    assert "is there already" in _said(asked, out)
    assert "no number 99" in _said([*asked, "--which", "99"], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def _said(asked: list[str], out: Path) -> str:
    """What a command says that is refused."""
    refused = CliRunner().invoke(app, [*asked, "--write", str(out)])
    assert refused.exit_code != 0
    return " ".join(f"{refused.output} {refused.exception}".split())


def test_a_promise_that_is_not_there_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    folder = _written(tmp_path)
    with pytest.raises(PlanError) as refused:
        fix(folder, ["nonsense", "occupancy"], Asked(20, 1, 0, as_json=True))
    problems = refused.value.problems
    assert {p.code for p in problems} == {"unknown-promise"}
    assert "There is no promise “nonsense”." in problems[0].what
    assert all("Write one of:" in p.mend for p in problems)


def test_without_hard_promises_nothing_is_asked() -> None:
    aims = crowded().changed(promises=(hillford.money(0.0, hard=False),))
    (told,) = ask_tests(aims, [PlanB()], 20, threads=1)
    assert told.result == "not asked"
