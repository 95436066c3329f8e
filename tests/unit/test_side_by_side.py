"""Tests of a plan that go side by side find what they find one after the other, and end together."""

from __future__ import annotations

from threading import Event
from typing import Any, cast

import pytest

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.core.errors import PlanError
from placeplan.futures.sample import Futures
from placeplan.stress.base import StressTest, chosen, known
from placeplan.stress.run import ask_tests
from placeplan.stress.runs.progress import HaltedError
from placeplan.stress.scene import Scene
from placeplan.stress.side_by_side import _abreast


def test_what_is_found_hangs_on_no_other_test() -> None:
    """Tests with runs of their own, among them two that ask for the same levers, at once and one after the other."""
    own = hillford.initiative("save", hillford.saves(2e6))
    plan = hillford.hillford(initiatives=(own,))
    tests = "timing,repairs,conflict,reverse,tornado"
    assert [t.side_by_side for t in chosen(tests)] == [False, True, True, True, True]
    one, other = (ask_tests(plan, chosen(tests), 24, threads=threads) for threads in (1, 2))
    assert [t.model_dump_json() for t in one] == [t.model_dump_json() for t in other]
    assert [t.test for t in other] == tests.split(",")


def test_only_tests_that_keep_nothing_go_side_by_side() -> None:
    """Those that write parts, or hand work to other processes, do not."""
    beside = {name for name, test in known().items() if test.side_by_side}
    assert beside == {"carries", "conflict", "learn", "plan-b", "repairs", "reverse", "tornado", "worlds"}


class _Asks:
    """Runs futures until it is told to end."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails, self.begun, self.ended = fails, Event(), Event()

    def find(self, scene: Scene) -> Any:
        self.begun.set()
        if self.fails:
            raise self.fails
        try:
            while True:
                scene.runs.progress.add(1, "futures")
        except HaltedError:
            self.ended.set()
            raise


def test_where_one_fails_the_others_end_at_their_next_run() -> None:
    """And what is told is why the first of them failed."""
    scene = Scene(runs_of(hillford.hillford(), Futures(count=2)))
    others = [_Asks(), _Asks()]
    failing = _Asks(PlanError([]))
    with pytest.raises(PlanError):
        _abreast(cast("list[StressTest]", [*others, failing]), scene)
    assert all(o.ended.is_set() for o in others if o.begun.is_set())
    with pytest.raises(HaltedError):
        scene.runs.progress.add(1, "futures")
    found: Any = scene.runs.progress.done
    assert found > 0


def test_where_one_fails_what_goes_on_beside_them_ends_too() -> None:
    """Whoever asks for futures in the meantime ends, and the failure is told; so is what fails there itself."""
    scene = Scene(runs_of(hillford.hillford(), Futures(count=2)))
    with pytest.raises(PlanError):
        _abreast(cast("list[StressTest]", [_Asks(PlanError([]))]), scene, lambda: [_Asks().find(scene)])
    scene, beside = Scene(runs_of(hillford.hillford(), Futures(count=2))), _Asks()

    def stopped() -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _abreast(cast("list[StressTest]", [beside]), scene, stopped)
    assert beside.ended.is_set() or not beside.begun.is_set()
