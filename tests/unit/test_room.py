"""Runs that have no room, on the disk or in memory, are refused before anything is begun."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures import hillford
from fixtures.batches import FUTURES, PLAN
from fixtures.runs import runs_of
from fixtures.whole import whole as place
from placeplan.core.errors import PlanError
from placeplan.model.draws import Draws
from placeplan.model.recording import record
from placeplan.model.recordings import stoppable
from placeplan.plan.schema import Plan
from placeplan.stress import room
from placeplan.stress.room import bytes_a_future, first_month, refuse_too_many
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.store import Store


@pytest.mark.parametrize("futures", [0, -5])
def test_no_futures_are_refused(futures: int) -> None:
    with pytest.raises(PlanError, match=f"{futures} futures cannot be run") as refused:
        run_test(PLAN, futures, threads=1)
    assert [p.code for p in refused.value.problems] == ["too-few-futures"]


def test_more_futures_than_there_is_room_for_are_refused_before_anything_is_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One limit is offered where both are too small: the smaller. Sizes stand in units that people read."""
    with pytest.raises(PlanError, match=r"take about [\d,.]+ TB on the disk") as refused:
        refuse_too_many(PLAN, 10**13, None)
    assert [p.code for p in refused.value.problems] == ["too-many-futures"]
    assert "Run at most" in refused.value.problems[0].mend
    monkeypatch.setattr(room, "memory_left", lambda: 10**6)
    with pytest.raises(PlanError, match=r"41\.6 MB of memory, and 1\.0 MB are left") as refused:  # two promises
        refuse_too_many(PLAN, 10**5, None)
    assert refused.value.problems[0].mend == "Run at most 2,000 futures, or make room."
    for disk, most in ((10**4 * bytes_a_future(PLAN), "2,000"), (1500 * bytes_a_future(PLAN), "1,000")):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=disk: SimpleNamespace(free=free))
        with pytest.raises(PlanError, match=r"on the disk, and .* of memory") as refused:
            refuse_too_many(PLAN, 10**5, None)
        assert [p.mend for p in refused.value.problems] == [f"Run at most {most} futures, or make room."]


def test_a_plan_that_does_not_fit_says_how_large_it_is_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told from its first month, before anything else of it is allocated; what is told is what recording it all takes."""
    plan = place(1, 12)
    monkeypatch.setattr(room, "ASKED", 0)
    monkeypatch.setattr(room, "memory_left", lambda: 10**6)
    with pytest.raises(PlanError, match=r"takes about .* of memory – .* for what its months do") as refused:
        run_test(plan, 20, threads=1)
    (told,) = refused.value.problems
    assert (told.code, told.file, told.column) == ("plan-too-large", "plan.yaml", "months")
    assert "rows of activity.csv and 12 months" in told.mend
    here = runs_of(plan, FUTURES).here
    steps, outputs = first_month(plan, here)
    draws = Draws(FUTURES, here.draws(plan, Job("", plan, FUTURES)))
    program = record(plan, here.baseline(plan), stoppable(plan, draws)).program
    assert 12 * steps == pytest.approx(len(program.code), rel=0.25)
    assert 12 * outputs == pytest.approx(program.outputs, rel=0.05)


def test_parts_take_no_more_than_was_foreseen(tmp_path: Path) -> None:
    plan: Plan = hillford.only_shock(PLAN, "S2")
    taken: list[int] = []

    def look(*_: object) -> None:
        taken.append(sum(p.stat().st_size for p in tmp_path.glob("parts/*.part")))

    run_test(plan, 400, threads=1, store=Store(tmp_path / "parts"), progress=look)
    assert 0 < max(taken) < 1.2 * 400 * bytes_a_future(plan)


def test_a_horizon_of_no_months_is_refused() -> None:
    runs = runs_of(PLAN, FUTURES)
    for months in (0, -12, 600):
        with pytest.raises(ValueError, match="months cannot be run"):
            runs.here.simulate(PLAN, runs.baseline(PLAN), FUTURES, until=months)
