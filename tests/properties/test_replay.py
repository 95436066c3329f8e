"""One future again: what is written down of it is what a run of many sees."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from fixtures import clinic
from fixtures.whole import whole
from placeplan.baseline.build import Baseline
from placeplan.cli.runs.replaying import replay_folder
from placeplan.core.calendar import days_in
from placeplan.core.errors import PlanError
from placeplan.futures.sample import Futures, draw
from placeplan.model.diary import DRAWN, Diary, diary
from placeplan.model.recordings import MANY, Recordings
from placeplan.model.simulate import baseline_of, entities, simulate
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan

RUN = Futures(seed=5, count=MANY)
NUMBER = 7


@cache
def case() -> tuple[Plan, Baseline]:
    plan = whole(1, 12)
    return plan, baseline_of(plan)


def small() -> tuple[Plan, Baseline]:
    plan = clinic.place()
    return plan, baseline_of(plan)


def seen(plan: Plan, baseline: Baseline) -> Diary:
    return diary(plan, baseline, replace(RUN, first=NUMBER, count=1))


@cache
def written() -> Diary:
    return seen(*case())


@pytest.mark.parametrize("of", [small, pytest.param(case, marks=pytest.mark.large)])
def test_it_is_the_future_that_a_replayed_run_of_many_sees(of: Callable[[], tuple[Plan, Baseline]]) -> None:
    """Every outcome of every entity and month, bit for bit, from a compiled run of many futures."""
    many, one = simulate(*of(), RUN, recordings=Recordings()), seen(*of())
    assert list(many.series) == list(one.outcomes.series)
    for name, series in many.series.items():
        assert series.values[NUMBER].tobytes() == one.outcomes[name].values[0].tobytes(), name
    assert {n: v[NUMBER] for n, v in many.draws.items()} == {n: v[0] for n, v in one.outcomes.draws.items()}


@pytest.mark.parametrize(
    ("outcome", "summed"),
    [("occupied", False), ("waiting_without_bed", False), ("arrivals", True), ("admissions", True)],
)
def test_days_make_the_months(outcome: str, summed: bool) -> None:
    """A month's occupied beds are the mean of its midnights; its arrivals are the sum of its days'."""
    found, months = written(), case()[1].months
    for n, pool in enumerate(found.pools):
        at = 0
        for m, month in enumerate(months):
            total = np.sum(found.daily[outcome][at : (at := at + days_in(month)), n])
            expected = found.outcomes[outcome].of(pool)[0, m] * (1 if summed else days_in(month))
            assert total == pytest.approx(expected, rel=1e-12), (pool, month)


def test_the_file_holds_every_figure(tmp_path: Path) -> None:
    """CSV and Parquet have the same lines, with every bit of every number."""
    plan = tmp_path / "plan"
    write_plan(make(1, 2, 1, 3, months=24), plan)
    for name in ("a.csv", "b.parquet"):
        replay_folder(plan, 3, 1, "", tmp_path / name)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    table = duckdb.read_parquet(str(tmp_path / "b.parquet")).fetchall()
    assert [(r["period"], r["outcome"], r["entity"], float(r["value"])) for r in lines] == [row[:4] for row in table]
    by = defaultdict(set)
    for r in lines:
        by[len(r["period"])].add(r["outcome"])
    assert by[0] == {DRAWN}
    assert "position" in by[7]
    assert "occupied" in by[10]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.parquet", "plan"]


def test_another_ending_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"neither of \.csv and \.parquet"):
        replay_folder(tmp_path / "none", 0, 1, "", tmp_path / "a.xlsx")


def drawn(futures: Futures, **given: Any) -> dict[str, Any]:
    plan, baseline = case()
    return draw(plan.assumptions, plan.correlations, (), futures, entities(plan, baseline), **given)


def moved(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name.partition("@")[0] for name in one if (one[name] != other[name]).any()}


@pytest.mark.large
@pytest.mark.parametrize("recorded", [False, True])
def test_the_same_world_meets_other_days_and_the_same_days_another_world(recorded: bool) -> None:
    """A future is a pair: with the chance of another replicate all draws stay and beds differ; and the reverse."""
    recordings = Recordings() if recorded else None
    count = MANY if recorded else 5
    first, days, world = (
        simulate(*case(), Futures(seed=5, count=count, **pair), keep=frozenset({"occupied"}), recordings=recordings)
        for pair in ({}, {"chance": 1}, {"world": 1})
    )
    assert moved(dict(first.draws), dict(days.draws)) == set()
    assert (first["occupied"].values != days["occupied"].values).any()
    assert moved(dict(first.draws), dict(world.draws)) != set()


def test_days_that_are_held_are_the_same_whatever_the_chance() -> None:
    held = frozenset({"chance"})
    still = [
        simulate(*case(), Futures(seed=5, count=3, held=held, **pair), keep=frozenset({"occupied"}))
        for pair in ({}, {"chance": 1})
    ]
    assert (still[0]["occupied"].values == still[1]["occupied"].values).all()


def test_a_design_moves_what_it_names_and_nothing_else() -> None:
    """All that is not named keeps its keyed draws; given its own uniforms, a design changes no bit."""
    plan, _ = case()
    free = next(a.id for a in plan.assumptions if a.per == "plan" and a.distribution.kind == "normal")
    points = (np.arange(RUN.count) + 0.5) / RUN.count
    plain, designed = drawn(RUN), drawn(RUN, design={free: points})
    together = {m for c in plan.correlations if free in c.members for m in c.members}
    assert free in moved(plain, designed) <= {free} | together
    assert (np.diff(designed[free]) >= 0).all()


def test_only_some_assumptions_are_drawn_as_all_are() -> None:
    every = drawn(RUN)
    for a in case()[0].assumptions:
        some = drawn(RUN, only={a.id})
        assert {name.partition("@")[0] for name in some} == {a.id}
        assert all((values == every[name]).all() for name, values in some.items())


def test_a_wrong_design_is_told_whole() -> None:
    plan, _ = case()
    known = plan.assumptions[0].id
    with pytest.raises(PlanError) as refused:
        drawn(Futures(count=2), design={f"{known}x": np.array([0.5, 0.5]), known: np.array([0.5, 1.0])})
    told = {p.code: p for p in refused.value.problems}
    assert told["unknown-assumption"].nearest == known
    assert "1.0 (of future 2) is not between 0 and 1" in told["not-a-uniform"].what
    with pytest.raises(PlanError, match=r"shape \(3,\)"):
        drawn(Futures(count=2), design={known: np.full(3, 0.5)})
