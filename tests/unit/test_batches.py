"""Futures in batches: the same figures however they are divided, whoever runs them, and whatever is lost on the way."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor

from fixtures import hillford
from fixtures.batches import FULL, FUTURES, JOBS, PLAN, bits
from fixtures.outcomes import outcomes, promise
from fixtures.runs import runs_of
from placeplan.core.errors import PlanError
from placeplan.futures.sample import Futures, draw
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import do_nothing
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.fans import build_fans
from placeplan.stress.grid.first_break import first_breaks
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.runs import remembered
from placeplan.stress.runs import store as store_
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import Judging, keep, keep_all
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.runner import Runs
from placeplan.stress.runs.store import InMemory, Rows, Store, part_at
from placeplan.stress.runs.workplace import Workplace


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Sequence[Rows]]:
    """All futures in one batch, in this process."""
    runs = runs_of(PLAN, FUTURES, tmp_path_factory.mktemp("at-once"))
    return runs, runs.side_by_side(JOBS, FULL)


@pytest.fixture(scope="module")
def whole(at_once: tuple[Runs, Sequence[Rows]]) -> list[dict[str, bytes]]:
    """The bits of all futures in one batch."""
    return bits(at_once[1])


@pytest.fixture(scope="module")
def by_fives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Runs, Sequence[Rows]]:
    """All futures in batches of five, and two that are left."""
    runs = runs_of(PLAN, FUTURES, tmp_path_factory.mktemp("fives"), batch=5)
    return runs, runs.side_by_side(JOBS, FULL)


@pytest.fixture(scope="module")
def outcomes_at_once() -> Outcomes:
    """The plan's outcomes in all futures."""
    shown = frozenset({"position", "occupancy", "occupied", "beds_open"})
    return next(runs_of(PLAN, FUTURES).outcomes(JOBS[:1], shown))


@pytest.mark.parametrize(("batch", "job"), [(11, 1), (12, 2)])
def test_batches_of_any_size_give_the_same_bits(batch: int, job: int, whole: Any) -> None:
    rows = runs_of(PLAN, FUTURES, batch=batch).side_by_side([JOBS[job]], FULL)
    assert [len(r.parts) for r in rows] == [-(-12 // batch)]
    assert bits(rows) == [whole[job]]


def test_batches_of_several_runs_give_the_same_bits(by_fives: tuple[Runs, Sequence[Rows]], whole: Any) -> None:
    assert [len(r.parts) for r in by_fives[1]] == [3] * 3
    assert bits(by_fives[1]) == whole


def test_promises_read_from_parts_are_those_read_from_outcomes(
    by_fives: tuple[Runs, Sequence[Rows]], outcomes_at_once: Outcomes
) -> None:
    """Kept, margin, month and figure of every promise in every future, and the first breaks, from three parts and from none."""
    read = (outcomes_at_once, by_fives[1][0])
    one, other = (keep_all(PLAN.promises, run, PLAN.about.judge_from) for run in read)
    for a, b in zip(one, other, strict=True):
        for name in ("whole", "by_year", "margin_by_year", "margin", "months"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=f"{a.promise.id} {name}")
        np.testing.assert_array_equal(a.figures(0), b.figures(0))
    assert [(x.promise, x.year, x.share) for x in first_breaks(one).ranking] == [
        (x.promise, x.year, x.share) for x in first_breaks(other).ranking
    ]


def test_a_promise_unknown_in_one_batch_is_unknown() -> None:
    """What cannot be computed in some future is never counted as kept in the others."""
    run = outcomes({("position", "system"): [[1, 1, 1], [1, np.nan, 1]]})
    read = Judging((promise(),), "2016/17", full=True)
    columns = InMemory(2, run.years, read.columns(run))
    assert not keep(promise(), columns, "2016/17").known
    first = InMemory(1, run.years, {n: c[:1] for n, c in columns.values.items()})
    assert keep(promise(), first, "2016/17").known


def test_fans_are_the_percentiles_of_all_futures(
    by_fives: tuple[Runs, Sequence[Rows]], outcomes_at_once: Outcomes
) -> None:
    """Against NumPy's own percentile of the outcomes, from parts of five futures."""
    rows, every = by_fives[1][0], outcomes_at_once
    money, beds = build_fans(PLAN, FULL[1], every.months, rows, rows)
    low = np.quantile(every["position"].by_year("system"), 0.1, axis=0)
    assert [p.plan[0] for p in money.points] == low.tolist()
    used = every["occupied"].of("HOS/general").reshape(FUTURES.count, -1, 3).mean(axis=2)
    assert [p.plan[1] for p in beds.points] == np.median(used, axis=0).tolist()


QUIET = PLAN.changed(promises=(hillford.money(-1e9), hillford.beds(2.0)), initiatives=())


@pytest.mark.large
@pytest.mark.parametrize("plan", [QUIET, PLAN], ids=["holds", "breaks"])
def test_a_test_in_batches_tells_the_same_and_says_what_is_of_the_first(plan: Plan) -> None:
    """The verdict, its shares, first break, shocks and fans do not depend on how futures are divided."""
    one, other = (run_test(hillford.only_shock(plan, "S2"), 12, threads=1, batch=b).model_dump() for b in (1000, 8))
    assert "Of 12 futures" in other["warnings"][-1]
    assert "of each organisation by year" in other["warnings"][-1]
    for name in set(one) - {"seconds", "warnings", "besides", "organisations", "reconciliation", "claims", "tests"}:
        assert one[name] == other[name], name


def left_of(runs: Runs, folder: Path, of: str = "") -> list[Path]:
    """A copy of the parts that a run has finished, of one job or of all."""
    return sorted(Path(shutil.copy(part, folder)) for part in runs.store.path.glob(f"{of}*.part"))


def test_finished_batches_are_used_again_and_half_ones_are_not(
    by_fives: tuple[Runs, Sequence[Rows]], tmp_path: Path, whole: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = left_of(by_fives[0], tmp_path)
    assert len(parts) == 9
    lost = [part.count for path in parts[:3] if (part := part_at(path)) is not None]
    parts[0].unlink()
    parts[1].write_bytes(parts[1].read_bytes()[:-1])
    spoilt = bytearray(parts[2].read_bytes())
    spoilt[-3] ^= 1
    parts[2].write_bytes(bytes(spoilt))
    again = runs_of(PLAN, FUTURES, tmp_path, batch=5)
    ran: list[int] = []
    again.progress = Progress(lambda done, *_: ran.append(done))
    done: list[int] = []
    do = Workplace.do
    monkeypatch.setattr(Workplace, "do", lambda self, task: done.append(task.count) or do(self, task))
    assert bits(again.side_by_side(JOBS, FULL)) == whole
    assert again.store.again == 6
    assert sum(done) == sum(lost), "only what was lost is run anew"
    assert ran[-1] == 3 * FUTURES.count, "progress counts what is used again"


@pytest.mark.parametrize("change", ["plan", "seed", "readers"])
def test_parts_of_another_run_are_never_used(change: str, at_once: tuple[Runs, Sequence[Rows]], tmp_path: Path) -> None:
    assert len(left_of(at_once[0], tmp_path, JOBS[0].key(FULL))) == 1
    plan = PLAN.changed(initiatives=()) if change == "plan" else PLAN
    futures = Futures(seed=4, count=12) if change == "seed" else FUTURES
    other = runs_of(plan, futures, tmp_path)
    other.side_by_side([Job("plan", plan, futures)], FULL[:1] if change == "readers" else FULL)
    assert other.store.again == 0


def test_parts_are_gone_after_a_success_and_stay_after_a_failure(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    with pytest.raises(ZeroDivisionError):
        _fail_after_a_part(folder)
    (left,) = folder.glob("*.part")
    assert part_at(left).read("a").tolist() == [0.0, 1.0]  # type: ignore[union-attr]
    assert sorted(p.name for p in folder.iterdir()) == [left.name]
    with Store(folder) as store:
        assert store.find("key", 0, 2) is not None
        with pytest.raises(PlanError, match="Another run is under way"), Store(folder):
            pass
    assert not folder.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from placeplan.plan import aside
from placeplan.stress.runs.store import Store
aside._sync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
with Store(Path(sys.argv[1])) as store:
    store.put("key", 0, 2, {"a": np.arange(2.0)}, ("2016/17",))
"""
"""A process that is killed while it writes a part."""


def test_what_a_killed_process_was_writing_is_gone_after_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    (half,) = set(folder.iterdir()) - {folder / "lock"}
    assert half.stat().st_size > 0
    with Store(folder) as store:
        assert store.find("key", 0, 2) is None
    assert not folder.exists()


OTHER = "import sys; from pathlib import Path; from placeplan.stress.runs.store import Store; Store(Path(sys.argv[1])).__enter__()"
"""Another process that comes into a folder of parts."""


def test_a_lock_that_is_taken_away_while_it_is_taken_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run opens the lock of a first, which ends before the second has it: a third, in a process of its own, is kept out."""
    folder = tmp_path / "parts"
    first, second = Store(folder), Store(folder)
    first.__enter__()
    flock = fcntl.flock
    ends = iter([lambda: first.__exit__(None)])

    def late(lock: int, how: int) -> None:
        next(ends, bool)()
        flock(lock, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with second:
        third = subprocess.run([sys.executable, "-c", OTHER, str(folder)], check=False, capture_output=True, text=True)
        assert "Another run is under way" in third.stderr
        second.put("key", 0, 2, {"a": np.arange(2.0)}, ("2016/17",))
    assert not folder.exists()


def test_a_run_that_ends_leaves_the_parts_of_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is given up last: who comes in while an earlier run tidies up is kept out, not robbed."""
    folder = tmp_path / "parts"
    seen: list[str] = []
    tidied = store_._tidied

    def meanwhile(*words: Any, **how: Any) -> None:
        with pytest.raises(PlanError) as refused, Store(folder):
            pass
        seen.extend(p.code for p in refused.value.problems)
        tidied(*words, **how)

    monkeypatch.setattr(store_, "_tidied", meanwhile)
    with Store(folder):
        pass
    assert seen == ["run-under-way"]
    assert not folder.exists()


def _fail_after_a_part(folder: Path) -> None:
    with Store(folder) as store:
        store.put("key", 0, 2, {"a": np.arange(2.0)}, ("2016/17",))
        raise ZeroDivisionError


@pytest.mark.parametrize("killed", [pytest.param(False, marks=pytest.mark.large), True])
def test_processes_give_the_same_bits_whatever_becomes_of_one(killed: bool, whole: Any) -> None:
    """Batches spread by joblib over two processes; one of them is killed in the middle (kill -9)."""
    jobs = JOBS[:2]
    runs = runs_of(PLAN, FUTURES, workers=2, batch=4)
    waiting: list[int] = []

    def tell(done: int, _total: int, _what: str) -> None:
        waiting.append(done)
        if killed and len(waiting) == 2:
            os.kill(next(iter(get_reusable_executor(reuse=True)._processes)), signal.SIGKILL)

    runs.progress = Progress(tell)
    with runs.spread:
        rows = runs.apart(jobs, FULL)
    assert bits(rows) == whole[:2]
    assert len(waiting) == 6, "each batch counts once"


def test_what_was_drawn_before_is_drawn_no_more_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variant draws anew what it has otherwise; a shock changes what was drawn."""
    here = runs_of(PLAN, FUTURES).here
    new: list[int] = []
    own = here.entities(PLAN, here.baseline(PLAN))
    monkeypatch.setattr(remembered, "draw", lambda *a, **k: new.append(len(k["only"])) or draw(*a, **k))
    shock = (Change(driver="prices", add=0.02), Change(assumption="departure.sd", set=0.0))
    for plan, changes in ((PLAN, ()), (PLAN, shock), (do_nothing(PLAN), shock), (PLAN, ())):
        found = here.draws(PLAN, Job("", plan, FUTURES, changes))
        expected = draw(plan.assumptions, plan.correlations, changes, FUTURES, own)
        assert list(found) == list(expected)
        assert all(found[name].tobytes() == values.tobytes() for name, values in expected.items())
    assert new == [len(PLAN.assumptions), 1, 1]


def test_the_first_of_more_futures_are_not_drawn_again_nor_are_those_with_chance_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only more futures, others, or those in which an assumption is held are drawn; whatever is found again has the same bits."""
    here = runs_of(PLAN, FUTURES).here
    new: list[Futures] = []
    own = here.entities(PLAN, here.baseline(PLAN))
    monkeypatch.setattr(remembered, "draw", lambda *a, **k: new.append(a[3]) or draw(*a, **k))
    more, numbered = Futures(count=60), Futures(ids=(4, 9, 2, 7))
    asked = (
        Futures(count=20), more, Futures(count=20), replace(more, count=7, held=frozenset({"chance"})), replace(more, chance=1),
        replace(more, world=1), replace(more, first=1, count=9), replace(more, held=frozenset({"prices"})),
        replace(more, redrawn=frozenset({"prices.pay"})), numbered, Futures(ids=(4, 9)), Futures(ids=(9, 2)),
        Futures(ids=(8, 3)), Futures(ids=(8, 3, 2, 4)),
    )  # fmt: skip
    for futures in asked:
        found = here.draws(PLAN, Job("", PLAN, futures))
        expected = draw(PLAN.assumptions, PLAN.correlations, (), futures, own)
        assert list(found) == list(expected)
        assert all(found[name].tobytes() == values.tobytes() for name, values in expected.items())
    assert new == [
        asked[0],
        Futures(first=20, count=40),
        *(asked[n] for n in (5, 6, 7, 8, 9, 11, 12)),
        Futures(ids=(2, 4)),
    ]
