"""Two plans on the same futures: what they share drops out, and the difference is that of each future."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from fixtures.places import place, run
from fixtures.whole import whole
from placeplan.cli import app
from placeplan.compare.plans import differences, figures_of, paired
from placeplan.core.errors import PlanError
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of, simulate
from placeplan.model.variants import without
from placeplan.plan.schema import Plan
from placeplan.plan.write import write_plan
from placeplan.stress.runs.kept import keep
from placeplan.stress.versus import Versus, compare, read_both

MONTHS, COUNT = 12, 40
FIGURES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


@cache
def versus(swapped: bool = False) -> Versus:
    """A place with everything, and the same without its first initiative."""
    plans = whole(1, MONTHS), one_less()
    return compare(*(plans[::-1] if swapped else plans), COUNT, threads=1)


@cache
def one_less() -> Plan:
    plan = whole(1, MONTHS)
    return without(plan, plan.initiatives[0].id)


@cache
def ran(less: bool) -> Outcomes:
    plan = one_less() if less else whole(1, MONTHS)
    baseline = baseline_of(plan)
    return simulate(plan, baseline, Futures(count=COUNT), keep=frozenset({"position"}))


@given(FIGURES)
def test_a_plan_is_as_good_as_itself(figures: list[float]) -> None:
    """Nothing differs in any future, so the difference is 0 and its interval has no width."""
    p = paired(np.array(figures), np.array(figures))
    assert (p.difference, p.low, p.high, p.more, p.less) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert p.narrower == (inf if np.var(figures) > 0 else 1.0)


@given(FIGURES)
def test_the_other_way_round_is_the_same_with_its_sign_turned(figures: list[float]) -> None:
    first = np.array(figures)
    second = first[::-1] + np.arange(len(first))
    one, other = paired(first, second), paired(second, first)
    assert (one.more, one.less, one.narrower) == (other.less, other.more, other.narrower)
    assert np.allclose([one.low, one.high], [-other.high, -other.low], rtol=1e-9, atol=1e-6)


def test_pairing_takes_out_what_both_share() -> None:
    """Var(b − a) is that of the change alone where both share a large spread; in futures of their own the two variances add."""
    shared, change = np.linspace(-100.0, 100.0, 201), np.tile([1.0, 3.0, 2.0], 67)
    p = paired(shared, shared + change)
    assert p.difference == pytest.approx(2.0)
    assert p.narrower == pytest.approx((shared.var(ddof=1) + (shared + change).var(ddof=1)) / change.var(ddof=1))
    assert p.narrower > 10_000
    assert p.low < 2.0 < p.high
    assert (p.more, p.less) == (1.0, 0.0)


@pytest.mark.large
def test_differences_are_those_of_each_future() -> None:
    """The mean difference of two runs is the difference of their means; futures of their own would tell far less."""
    last = ran(False).years[-1]
    found = {d.entity: d.paired for d in versus().figures if d.year == last}
    for entity, p in found.items():
        one, other = (ran(less)["position"].by_year(entity)[:, -1] for less in (False, True))
        assert p.difference == pytest.approx(float((other - one).mean()), rel=1e-9, abs=1e-3)
        assert p.more == pytest.approx(float((other > one + 1e-9 * abs(one)).mean()))
    assert found["system"].narrower > 10


@pytest.mark.large
def test_the_room_of_a_promise_is_compared_in_each_future() -> None:
    """Where a promise is nearest to its bound, by how much more room the second plan leaves, and how much surer pairing makes that."""
    plan, rooms = whole(1, MONTHS), []
    for run_of in (whole(1, MONTHS), one_less()):
        baseline = baseline_of(run_of)
        kept = frozenset(p.outcome for p in plan.promises)
        rooms.append(simulate(run_of, baseline, Futures(count=COUNT), keep=kept))
    for told in versus().promises:
        promise = next(p for p in plan.promises if p.id == told.id)
        one, other = (keep(promise, outcomes, plan.about.judge_from).margin for outcomes in rooms)
        assert told.room == paired(one, other)
        assert told.unit == rooms[0][promise.outcome].unit
    assert sum(p.room.narrower > 10 for p in versus().promises) > len(versus().promises) / 2


def test_plans_change_places() -> None:
    one, other = versus(), versus(swapped=True)
    changes = {"surer": "less sure", "less sure": "surer", "alike": "alike"}
    assert [changes[p.change] for p in one.promises] == [p.change for p in other.promises]
    assert one.promises
    assert one.only == ()


def test_other_futures_are_not_compared() -> None:
    small = (run(place(), Futures(count=2, first=first)) for first in (0, 5))
    with pytest.raises(ValueError, match="same futures"):
        differences(*(figures_of(r, ["position"]) for r in small), [])


@pytest.mark.large
def test_batches_change_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only figures by year and what is kept stay in memory, however many futures there are."""
    monkeypatch.setattr("placeplan.stress.versus.BATCH", 16)
    told: list[int] = []
    found = compare(whole(1, MONTHS), one_less(), COUNT, threads=1, progress=lambda done, total, _: told.append(done))
    assert found == versus()
    assert told == [0, 14, 27, 40, 40, 54, 67, 80]


def test_promises_with_other_bounds_are_named_not_compared() -> None:
    plan = whole(1, MONTHS)
    promise = next(p for p in plan.promises if isinstance(p.at_least, float))
    looser = promise.model_copy(update={"at_least": promise.at_least - 1e6})
    other = plan.changed(promises=tuple(looser if p.id == promise.id else p for p in plan.promises[:-1]))
    found = compare(plan, other, 4, threads=1)
    assert {promise.id, plan.promises[-1].id} == set(found.only)
    assert all(p.change == "alike" and p.difference == 0 for p in found.promises)
    assert f"in any of {len(found.promises)} promises and aims" in found.sentence
    assert all(p.low < 0 < p.high for p in found.promises)  # four futures leave much open


def test_plans_of_other_years_are_told_apart() -> None:
    plan = whole(1, MONTHS)
    later = plan.changed(about=plan.about.model_copy(update={"judge_from": "2099/00"}))
    with pytest.raises(PlanError) as refused:
        compare(plan, later, 2, threads=1)
    assert [p.code for p in refused.value.problems] == ["no-year-in-common"]


def test_the_command_says_it_in_words_and_as_json(tmp_path: Path) -> None:
    """The sentence first, then promises and money; a script gets the same figures."""
    for name, plan in (("now", whole(1, 12)), ("later", one_less_of(whole(1, 12)))):
        write_plan(replace(plan), tmp_path / name)
    words = ["compare", str(tmp_path / "now"), str(tmp_path / "later"), "--futures", "4"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert "promises and aims of both" in " ".join(told.output.split())
    assert "Money in 20" in told.output
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert found["futures"] == 4
    assert {"surer", "less sure", "alike"} >= set(found["changes"].values())


def one_less_of(plan: Plan) -> Plan:
    """The plan without its last initiative that nothing requires."""
    required = {r for i in plan.initiatives for r in i.requires}
    return without(plan, next(i.id for i in reversed(plan.initiatives) if i.id not in required))


def test_problems_of_both_plans_are_told_at_once_each_with_its_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_plan(whole(1, 12), tmp_path / name)
        (tmp_path / name / "beds.csv").unlink()
    with pytest.raises(PlanError) as refused:
        read_both(tmp_path / "one", tmp_path / "two")
    files = [p.file for p in refused.value.problems if p.code == "missing-file"]
    assert files == [f"{tmp_path / name}/beds.csv" for name in ("one", "two")]


def test_a_plan_beside_itself_has_no_table_of_money(tmp_path: Path) -> None:
    write_plan(whole(1, 12), tmp_path / "one")
    told = CliRunner().invoke(app, ["compare", str(tmp_path / "one"), str(tmp_path / "one"), "--futures", "2"]).output
    assert "is the same for everybody" in " ".join(told.split())
    missing = CliRunner().invoke(app, ["compare", str(tmp_path / "one"), str(tmp_path / "none")])
    assert isinstance(missing.exception, PlanError)
    assert [p.file for p in missing.exception.problems] == ["none"]
