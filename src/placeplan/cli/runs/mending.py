"""The verbs ``fix`` and ``planb``: searches for what would mend a plan, and for another one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.text import Text

from placeplan.cli.progress import with_progress
from placeplan.cli.tell import print_json
from placeplan.compare.lanes import Tell
from placeplan.core.errors import MOST_NEAR, PlanError, all_nearest, either
from placeplan.engine.shelf import Shelf
from placeplan.plan.aside import put_in_place
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.plan.located import problem
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.plan.write import refuse_used
from placeplan.report.terminal import print_tests
from placeplan.stress.base import StressTest
from placeplan.stress.levers.written import written
from placeplan.stress.results.tests import ChangedPlan, StressFinding
from placeplan.stress.run import ask_tests
from placeplan.stress.tests.conflict import Conflict
from placeplan.stress.tests.plan_b import PlanB
from placeplan.stress.tests.repairs import Repairs


@dataclass(frozen=True)
class Asked:
    """How a search is made, and what becomes of it."""

    futures: int
    seed: int
    minutes: float
    as_json: bool
    write: Path | None = None
    """Folder for one of the changed plans."""
    which: int = 1
    """Which of them, counted from 1."""


def fix(folder: Path, promises: Sequence[str], asked: Asked) -> None:
    """Search for what mends the plan, and for promises that cannot all hold."""
    plan = read_plan_with_warnings(folder, "")[0]
    _refuse_unknown(plan, promises)
    tests: list[StressTest] = [Repairs(promises)]
    if not promises:
        tests.append(Conflict())
    _search(folder, plan, tests, asked)


def plan_b(folder: Path, money: float, changes: int, asked: Asked) -> None:
    """Search for plan B."""
    plan = read_plan_with_warnings(folder, "")[0]
    _search(folder, plan, [PlanB(money * 1e6, changes)], asked)


def _search(folder: Path, plan: Plan, tests: Sequence[StressTest], asked: Asked) -> None:
    """Runs searches until they are done, their time is over, or somebody presses Ctrl-C; then tells what was found, and writes it."""
    if asked.write is not None:
        refuse_used(asked.write)
    with ending(asked.minutes) as stop:

        def run(tell: Tell) -> tuple[StressFinding, ...]:
            return ask_tests(plan, tests, asked.futures, asked.seed, progress=tell, shelf=Shelf.of_user(), stop=stop)

        found = with_progress(run)
    console = Console(highlight=False)
    if asked.as_json:
        print_json({"tests": [t.model_dump() for t in found]})
    else:
        print_tests(found, console)
        _numbered(found, console)
    if asked.write is not None:
        _write(folder, plan, found, asked, asked.write)


def _words(changed: ChangedPlan) -> str:
    return "; ".join(m.words for m in changed.moves)


def _numbered(found: Sequence[StressFinding], console: Console) -> None:
    """The changed plans, with the numbers by which one is written."""
    every = [c for t in found for c in t.changed_plans]
    if every:
        console.print("\nEach of these can be written as a plan, by --write FOLDER --which N:")
    for n, one in enumerate(every, 1):
        console.print(Text(f"{n:>3}  {_words(one)}"))


def _write(folder: Path, plan: Plan, found: Sequence[StressFinding], asked: Asked, out: Path) -> None:
    """Write one of the changed plans into a new folder: the plan's own files, with what is otherwise."""
    every = [(t, c) for t in found for c in t.changed_plans]
    if not 1 <= asked.which <= len(every):
        what = (
            f"The search found {len(every)} changed plans, so there is no number {asked.which}."
            if every
            else "The search found no changed plan."
        )
        mend = (
            f"Give a number from 1 to {len(every)}." if every else "Search longer, or look at what the plan promises."
        )
        raise PlanError([problem("--which", 0, "", "unknown-choice", what, mend)])
    test, one = every[asked.which - 1]
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if _of_plan(p, folder)}
    made = written(files, plan, one.moves, f"{test.title}: search with {test.futures} futures, seed {test.seed}")
    with put_in_place(out) as aside:
        for path, data in (files | made.change).items():
            if data is not None:
                (aside / path).parent.mkdir(parents=True, exist_ok=True)
                (aside / path).write_bytes(data)
    said = Console(stderr=True, highlight=False)
    for line in (f"Written into {out}: {_words(one)}.", *made.told):
        said.print(Text(line))


def _of_plan(path: Path, folder: Path) -> bool:
    """Whether a file is one of a plan's folder: no hidden one, no program's."""
    parts = path.relative_to(folder).parts
    return path.is_file() and not path.is_symlink() and not any(p.startswith((".", "__")) for p in parts)


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
