"""The verbs ``fix`` and ``planb``: searches for what would mend a plan, and for another one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console

from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.core.errors import MOST_NEAR, PlanError, all_nearest, either
from placeplan.engine.shelf import Shelf
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.plan.located import problem
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.report.terminal import print_tests
from placeplan.stress.base import StressTest
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.run import ask_tests
from placeplan.stress.tests.conflict import Conflict
from placeplan.stress.tests.plan_b import PlanB
from placeplan.stress.tests.repairs import Repairs


def fix(folder: Path, promises: Sequence[str], futures: int, seed: int, minutes: float, as_json: bool) -> None:
    """Search for what mends the plan, and for promises that cannot all hold."""
    plan = read_plan_with_warnings(folder, "")[0]
    _refuse_unknown(plan, promises)
    tests: list[StressTest] = [Repairs(promises)]
    if not promises:
        tests.append(Conflict())
    _search(plan, tests, futures, seed, minutes, as_json)


def plan_b(folder: Path, money: float, changes: int, futures: int, seed: int, minutes: float, as_json: bool) -> None:
    """Search for plan B."""
    plan = read_plan_with_warnings(folder, "")[0]
    _search(plan, [PlanB(money * 1e6, changes)], futures, seed, minutes, as_json)


def _search(plan: Plan, tests: Sequence[StressTest], futures: int, seed: int, minutes: float, as_json: bool) -> None:
    """Runs searches until they are done, their time is over, or somebody presses Ctrl-C; then tells what was found."""
    with ending(minutes) as stop:

        def run(tell: Tell) -> tuple[StressFinding, ...]:
            return ask_tests(plan, tests, futures, seed, progress=tell, shelf=Shelf.of_user(), stop=stop)

        found = with_progress(run)
    if as_json:
        print_json({"tests": [t.model_dump() for t in found]})
    else:
        print_tests(found, Console(highlight=False))


@contextmanager
def ending(minutes: float) -> Iterator[Callable[[], bool]]:
    """Whether a search is to end: after so many minutes, or after a first Ctrl-C; a second one stops at once.

    The minutes count from here; 0: as long as it takes.
    """
    asked = threading.Event()
    started = monotonic()

    def stop() -> bool:
        return asked.is_set() or (minutes > 0 and monotonic() - started > 60 * minutes)

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def first(number: int, frame: Any) -> None:
        del number, frame
        asked.set()
        signal.signal(signal.SIGINT, before)
        Console(stderr=True).print("Stopping: the best so far is told in a moment. Ctrl-C again stops at once.")

    signal.signal(signal.SIGINT, first)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _refuse_unknown(plan: Plan, promises: Sequence[str]) -> None:
    """Raise PlanError for promises that the plan does not have, or that do not decide."""
    hard = [p for p in plan.promises if p.hard]
    ids = [p.id for p in hard]
    aims = {p.id for p in plan.promises if not p.hard}
    found = []
    for one in (p for p in promises if p not in ids):
        near = meant(one, hard)
        what = f"“{one}” is an aim: it does not decide." if one in aims else f"There is no promise “{one}”."
        mend = f"{f'Did you mean {either(near)}? ' if near else ''}Write one of: {', '.join(ids)}."
        found.append(problem("--promise", 0, "", "unknown-promise", what, mend, next(iter(near), "")))
    if found:
        raise PlanError(found)


def meant(name: str, promises: Sequence[Promise]) -> tuple[str, ...]:
    """Ids of the promises that somebody may have meant, three at most: by id, else by what they are about, else by a word of either.

    >>> about = {"name": "Not too full", "group": "beds", "organisation": "RBD", "source": "made up", "at_most": 0.9}
    >>> full = Promise.model_validate({"id": "rbd_full", "outcome": "occupancy", **about})
    >>> meant("rbd_ful", [full]), meant("occupency", [full]), meant("fulll", [full]), meant("xyz", [full])
    (('rbd_full',), ('rbd_full',), ('rbd_full',), ())
    """
    every: list[dict[str, list[str]]] = [{}, {}, {}]
    for p in promises:
        words = {w for text in (p.id, p.name, p.outcome) for w in text.lower().replace("_", " ").split()}
        for known, names in zip(every, ({p.id}, {p.outcome, p.group, p.name}, words), strict=True):
            for n in names:
                known.setdefault(n, []).append(p.id)
    for known in every:
        near = all_nearest(name, known)
        if near:
            return tuple(dict.fromkeys(i for n in near for i in known[n]))[:MOST_NEAR]
    return ()
