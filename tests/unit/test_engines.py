"""Who runs batches besides this process: engines that are named wrongly, cannot be joined, or lose a worker, are told."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.batches import FULL, FUTURES, JOBS, PLAN
from fixtures.runs import runs_of
from placeplan.core.errors import PlanError
from placeplan.stress.runs import engines, runner, spread
from placeplan.stress.runs.engines import Engine


def test_a_batch_that_fails_on_spark_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its back end hands errors on as if they were results, over which joblib then trips."""

    def trips(_tasks: Any) -> Any:
        raise TypeError("'_ExceptionWithTraceback' object is not iterable")

    monkeypatch.setattr(spread, "Parallel", lambda **_: trips)
    monkeypatch.setattr(spread, "parallel_config", lambda **_: nullcontext())
    with pytest.raises(PlanError, match="worker said stands above") as refused:
        list(spread.Spread(Engine("spark")).begin(abs, {0: -1}).found())
    assert refused.value.problems[0].code == "spark-failed"


def test_a_worker_that_dies_again_and_again_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runs = runs_of(PLAN, FUTURES, tmp_path, workers=2, batch=6)
    monkeypatch.setattr(spread, "_numbered", _dies)
    with runs.spread, pytest.raises(PlanError, match="A worker ended 3 times") as refused:
        runs.apart(JOBS[:1], FULL)
    assert refused.value.problems[0].code == "worker-lost"
    assert "use fewer workers" in refused.value.problems[0].mend


def _dies(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_mistake_of_a_task_is_raised_and_not_tried_again() -> None:
    with spread.Spread(workers=2) as two:
        spreading = two.begin(int, {0: "1", 1: "x"})
        with pytest.raises(ValueError, match="invalid literal"):
            list(spreading.found())


@pytest.mark.parametrize(
    ("text", "code", "near"),
    [
        ("dusk://a:1", "unknown-engine", "dask://a:1"),
        ("daks", "unknown-engine", "dask://HOST:PORT"),
        ("lokal", "unknown-engine", "local"),
        ("zzz", "unknown-engine", ""),
        ("dask", "engine-address", ""),
        ("dask://foo", "engine-address", ""),
        ("dask://nobody:abc", "engine-address", ""),
        ("dask://a:0", "engine-address", ""),
        ("dask://a:65536", "engine-address", ""),
        ("ray://x", "engine-address", ""),
        ("ray://", "engine-address", ""),
        ("local://foo", "engine-address", "local"),
    ],
)
def test_a_wrong_engine_is_told(text: str, code: str, near: str) -> None:
    """With the name that was meant, its address kept, where it is near one that there is."""
    with pytest.raises(PlanError) as refused:
        Engine.named(text)
    (told,) = refused.value.problems
    assert (told.code, told.nearest) == (code, near)
    if code == "unknown-engine":
        assert told.mend.startswith(f"Did you mean {near}? Write local" if near else "Write local")


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "a-b.example_c:1", "[::1]:65535"])
def test_engines_with_an_address_keep_it(address: str) -> None:
    assert [Engine.named(f"{kind}://{address}").address for kind in ("dask", "ray")] == [address, address]


def test_an_engine_of_which_something_is_missing_is_told() -> None:
    """All that is wrong with it: what is to be installed, and an address that it would lose."""
    with pytest.raises(PlanError) as refused:
        Engine.named("spark://h:1")
    address, missing = refused.value.problems
    assert (address.code, missing.code) == ("engine-address", "engine-not-installed")
    assert "takes no address" in address.what
    assert "placeplan[spark]" in missing.mend


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ValueError("no such address"), "no-answer"),
        (ImportError("no module x"), "engine-not-installed"),
        (ConnectionError("timeout"), "no-answer"),
    ],
)
def test_an_engine_that_cannot_be_joined_is_told(
    failure: Exception, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the packages of an engine raise: half of them is not there, they do not like its address, nobody answers."""

    def fails(_: object) -> None:
        raise failure

    monkeypatch.setattr(engines, "_join_ray", fails)
    with pytest.raises(PlanError) as refused, spread.Spread(Engine("ray", "x:1")):
        pass
    assert [p.code for p in refused.value.problems] == [code]


@pytest.mark.parametrize("refusals", [0, engines.JOINS - 1, engines.JOINS])
def test_a_busy_head_is_asked_again(refusals: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that answers and then ends what it began; one that always does is told, with its reason."""
    asked: list[str | None] = []

    def init(address: str | None, **_words: object) -> None:
        asked.append(address)
        if len(asked) <= refusals:
            raise ConnectionAbortedError("Initialization failure from server:\nzombie (pid=7)\n")

    head = SimpleNamespace(is_initialized=lambda: False, init=init, shutdown=bool, register_ray=bool)
    monkeypatch.setattr(engines, "import_module", lambda _: head)
    if refusals < engines.JOINS:
        engines.join(Engine("ray", "x:1"))
        assert asked == ["ray://x:1"] * (refusals + 1)
        return
    with pytest.raises(PlanError) as refused:
        engines.join(Engine("ray", "x:1"))
    assert [p.code for p in refused.value.problems] == ["no-answer"]
    assert "zombie (pid=7)" in refused.value.problems[0].what
    assert len(asked) == engines.JOINS


def test_a_worker_of_another_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real worker, whose sources have another digest than those of this process."""
    runs = runs_of(PLAN, FUTURES, workers=2, batch=6)
    monkeypatch.setattr(runner, "sources", lambda: "other")
    with runs.spread, pytest.raises(PlanError) as refused:
        runs.apart(JOBS[:1], FULL)
    assert [p.code for p in refused.value.problems] == ["other-version"]
    assert runs.store.kept == 0, "nothing that it found is kept"


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "ANSWER", 1.0)
    with (
        pytest.raises(PlanError, match=r"Nobody answers at dask://127\.0\.0\.1:9"),
        spread.Spread(Engine.named("dask://127.0.0.1:9")),
    ):
        pass
