"""Recordings that stay on disk from one run to the next."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures.bits import same
from fixtures.places import baseline_of, place
from placeplan.effects.base import Effect
from placeplan.engine.prune import Program
from placeplan.engine.shelf import SUFFIX, Shelf
from placeplan.futures.sample import Futures
from placeplan.model import recordings as module
from placeplan.model.draws import CHANCE
from placeplan.model.recording import Way
from placeplan.model.recordings import MANY, Recordings
from placeplan.model.simulate import simulate
from placeplan.plan.schema import Plan
from placeplan.stress.run import test_plan as run_test

PLAN = place(1)
MANY_FUTURES = Futures(seed=2, count=MANY)
PROGRAM = Program(np.arange(14, dtype=np.int32).reshape(2, 7), 3, np.array([0.5, -0.0, np.nan]), np.array([2**64 - 1], dtype=np.uint64), ("a@b", "é"), 1)  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "recorded")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Plans that were recorded."""
    found: list[Plan] = []
    record = module.record_ways

    def told(plan: Plan, *args: Any, **other: Any) -> Any:
        found.append(plan)
        return record(plan, *args, **other)

    monkeypatch.setattr(module, "record_ways", told)
    return found


def run(shelf: Shelf | None, plan: Plan = PLAN, futures: Futures = MANY_FUTURES, *ways: Way) -> Any:
    made = Recordings(shelf=shelf)
    made.foresee(plan, *ways)
    return simulate(plan, baseline_of(plan), futures, recordings=made)


def test_a_program_comes_back_bit_for_bit(shelf: Shelf) -> None:
    shelf.put("key", PROGRAM, {"months": 12})
    found = shelf.find("key")
    assert found is not None
    program, label = found
    assert label == {"months": 12}
    assert program.code.tobytes() == PROGRAM.code.tobytes()
    assert program.code.flags.c_contiguous
    assert program.constants.tobytes() == PROGRAM.constants.tobytes()
    assert program.keys.tolist() == PROGRAM.keys.tolist()
    assert (program.rows, program.inputs, program.outputs) == (3, ("a@b", "é"), 1)
    assert shelf.find("another key") is None


def test_a_later_run_records_nothing_and_has_the_same_bits(shelf: Shelf, made: list[Plan]) -> None:
    first, again = run(shelf), run(shelf)
    assert len(made) == 1
    assert same(first, again)
    assert same(run(None), again)
    run(shelf, futures=replace(MANY_FUTURES, seed=3))
    assert len(made) == 3  # one of them without a shelf, one with words of another seed


def test_with_it_stays_the_one_with_chance_held(shelf: Shelf, made: list[Plan]) -> None:
    run(shelf, PLAN, MANY_FUTURES, Way(held=True))
    held = replace(MANY_FUTURES, held=frozenset({CHANCE}))
    found = run(shelf, futures=held)
    assert len(made) == 1
    assert same(found, run(None, futures=held))


SPOILT = {
    "half": lambda b: b[: len(b) // 2],
    "its end": lambda b: b[:-9] + b"\0" * 9,
    "empty": lambda _: b"",
    "something else": lambda _: b"x" * 40,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_spoilt_is_recorded_again(shelf: Shelf, made: list[Plan], spoil: Any) -> None:
    first = run(shelf)
    (path,) = shelf.folder.glob(f"*{SUFFIX}")
    path.write_bytes(spoil(path.read_bytes()))
    assert same(run(shelf), first)
    assert same(run(shelf), first)
    assert len(made) == 2


def test_other_sources_have_other_programs(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("key", PROGRAM, None)
    monkeypatch.setattr("placeplan.engine.shelf.sources", lambda: "other")
    assert shelf.find("key") is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    shelf = Shelf(tmp_path / "file")
    assert same(run(shelf), run(None))
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_what_was_not_read_for_longest_gives_way(shelf: Shelf) -> None:
    for n, name in enumerate("abc"):
        shelf.put(name, PROGRAM, None)
        os.utime(shelf._path(name), (n, n))
    assert shelf.find("a") is not None  # read just now
    each = shelf._path("a").stat().st_size
    Shelf(shelf.folder, 3 * each).put("d", PROGRAM, None)
    assert [name for name in "abcd" if shelf.find(name)] == ["a", "c", "d"]


def test_a_plan_without_promises_is_told_so_again(shelf: Shelf) -> None:
    """Nothing is read of its later runs, and nothing is written down."""
    bare = place(1, 12).changed(promises=(), scenarios=())
    words = [run_test(bare, MANY, threads=1, shelf=shelf).verdict for _ in range(2)]
    assert words == ["no promises"] * 2


def test_what_is_left_half_written_is_cleared(shelf: Shelf) -> None:
    shelf.folder.mkdir()
    (shelf.folder / "tmp1").write_bytes(b"x" * 10_000)
    os.utime(shelf.folder / "tmp1", (1, 1))
    Shelf(shelf.folder, 5_000).put("key", PROGRAM, None)
    assert [p.suffix for p in shelf.folder.iterdir()] == [SUFFIX]


def test_a_plan_with_a_kind_from_elsewhere_is_not_kept(shelf: Shelf) -> None:
    """Nobody can tell here whether the sources of somebody else's kind have changed."""
    effect = PLAN.initiatives[0].effects[0]
    foreign = type(type(effect).__name__, (type(effect),), {"__module__": "elsewhere"})
    assert issubclass(foreign, Effect)
    one = PLAN.initiatives[0].model_copy(update={"effects": (foreign.model_construct(**dict(effect)),)})
    run(shelf, PLAN.changed(initiatives=(one, *PLAN.initiatives[1:])))
    assert not shelf.folder.exists()
