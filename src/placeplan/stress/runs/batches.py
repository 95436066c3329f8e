"""Futures in batches: what is asked of each, who runs it, and what is read off it before the next begins.

A batch is some futures of one plan or of several side by side. All that is kept of it are columns of figures by future, so
that a run of a hundred thousand futures holds no more in memory than one of a thousand.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from threading import RLock
from typing import Any, Protocol

import numpy as np

from placeplan.baseline.build import build_baseline
from placeplan.compare.lanes import WIDE
from placeplan.core.forms import turn, turns, unturned
from placeplan.core.records import digest_of
from placeplan.engine.caches import sources
from placeplan.engine.shelf import Shelf
from placeplan.futures.assumptions import Assumption
from placeplan.futures.sample import Futures, changed, draw
from placeplan.model.dated import usual
from placeplan.model.draws import Draws, WhatIf
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.recordings import ROOM, Recordings, alone
from placeplan.model.simulate import entities, simulate
from placeplan.model.variants import in_form
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.runs.spread import cores

BATCH = 1000
"""Futures in a batch, and those of which all outcomes that are shown are held."""
DRAWN = 4
"""Batches of which a process remembers what was drawn."""
WORKER_ROOM = 150_000_000
"""Bytes of recordings that a worker keeps."""


class Simulate(Protocol):
    """The model's one door."""

    def __call__(
        self,
        plan: Plan,
        baseline: Any,
        futures: Futures,
        changes: tuple[Change, ...] = ...,
        threads: int = ...,
        draws: Mapping[str, Array] | None = ...,
        what_if: WhatIf = ...,
        keep: frozenset[str] | None = ...,
        until: int | None = ...,
        recordings: Recordings | None = ...,
    ) -> Outcomes:
        """Outcomes of the plan in these futures."""


class Reader(Protocol):
    """Reads figures off the outcomes of a batch."""

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes that it reads."""

    def columns(self, outcomes: Outcomes) -> dict[str, Any]:
        """Columns by name, ``[future]`` or ``[future, entry]``."""


Readers = tuple[Reader, ...]


Named = tuple[tuple[str, float], ...]
"""Figures by name."""


@dataclass(frozen=True)
class Job:
    """One run: a variant of the plan, its futures, changes of its assumptions, and what organisations lose."""

    what: str
    plan: Plan
    futures: Futures
    changes: tuple[Change, ...] = ()
    lost: Named = ()
    """Shares of capacities (`model.draws.capacity`) that are gone from the first month."""
    dated: Named = ()
    """What is otherwise from a month on, by name (`model.dated`)."""

    def key(self, readers: Readers) -> str:
        """What tells its parts from those of any other run, whichever of its futures they hold."""
        futures = replace(self.futures, first=0, count=1, ids=None).digest
        return digest_of(
            [sources(), self.plan.digest, futures, repr((self.changes, self.lost, self.dated)), repr(readers)]
        )[:20]

    def batches(self, size: int = BATCH) -> Iterator[Job]:
        """The same in successive batches."""
        n = self.futures.count
        for low, high in pairwise([*range(0, n, size), n]):
            yield replace(self, futures=replace(self.futures, first=self.futures.first + low, count=high - low))


@dataclass(frozen=True)
class Task:
    """Jobs that are run side by side in one call, as they are variants of one plan, and what is read off each."""

    plan: Plan
    jobs: tuple[Job, ...]
    readers: Readers

    @property
    def count(self) -> int:
        """Futures in all."""
        return sum(j.futures.count for j in self.jobs)

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes that are read."""
        return frozenset[str]().union(*(r.keep for r in self.readers))


Found = tuple[tuple[str, ...], list[dict[str, Any]]]
"""Financial years of a run, and the columns of each job."""


@dataclass
class Workplace:
    """Where tasks are done: baselines, draws and recordings made so far."""

    simulate: Simulate
    build: Callable[[Plan], Any]
    """Baseline of a plan; built anew only where the plan's tables differ."""
    entities: Callable[[Plan, Any], Mapping[str, Sequence[str]]]
    """Who draws on their own account, by the ``per`` of an assumption."""
    threads: int = 1
    recordings: Recordings = field(default_factory=Recordings)
    """The plan's months as recorded, for all calls of many futures."""
    _baselines: list[tuple[Any, Any]] = field(default_factory=list)
    _drawn: list[tuple[Plan, Mapping[str, Sequence[str]], Futures, dict[str, Array]]] = field(default_factory=list)
    """Plans, who draws and the futures, with what was drawn."""
    _lock: RLock = field(default_factory=RLock)

    def anew(self) -> Workplace:
        """The same without recordings: for a plan of its own, or for many futures of which less is asked."""
        return replace(self, recordings=Recordings(shelf=self.recordings.shelf, threads=self.threads))

    @alone
    def baseline(self, plan: Plan) -> Any:
        """The base year of a plan, remembered by its tables."""
        for tables, built in self._baselines:
            if tables is plan.tables:
                return built
        built = self.build(plan)
        self._baselines = [*self._baselines[-3:], (plan.tables, built)]
        return built

    @alone
    def draws(self, plan: Plan, job: Job, only: frozenset[str] | None = None) -> dict[str, Array]:
        """Everything that a variant draws, for all initiatives of the plan; what was drawn last is remembered without changes."""
        given, own = job.plan, self.entities(plan, self.baseline(plan))
        if only is not None:
            return draw(given.assumptions, given.correlations, job.changes, job.futures, own, only=only)
        known, drawn = self._remembered(given, own, job.futures)
        new = frozenset(a.id for a in given.assumptions if known.get(a.id) is not a)
        if new:
            fresh = draw(given.assumptions, given.correlations, (), job.futures, own, only=new, threads=self.threads)
            kept = {name: v for name, v in drawn.items() if name.partition("@")[0] not in new}
            drawn = dict(sorted((kept | fresh).items(), key=lambda named: named[0].partition("@")[0]))
            for values in drawn.values():
                values.flags.writeable = False  # they are handed out again
            self._drawn = [*self._drawn[1 - DRAWN :], (given, own, job.futures, drawn)]
        return changed(drawn, given.assumptions, job.changes)

    def _remembered(
        self, plan: Plan, own: Mapping[str, Sequence[str]], futures: Futures
    ) -> tuple[dict[str, Assumption], dict[str, Array]]:
        """Assumptions that were drawn by the same in these futures, by id, and what was drawn, each from what it is alone."""
        drawn_by = {(a.id, a.per) for a in plan.assumptions}
        for before, who, when, drawn in reversed(self._drawn):
            alike = before.correlations == plan.correlations and who == own and when == futures
            if alike and {(a.id, a.per) for a in before.assumptions} == drawn_by:
                return {a.id: a for a in before.assumptions}, drawn
        return {}, {}

    def outcomes(self, plan: Plan, jobs: Sequence[Job], keep: frozenset[str]) -> list[Outcomes]:
        """Outcomes of variants of a plan that share its tables and contracts, in one call.

        A variant's own draws stand in its lanes, what it leaves out of the plan never begins there, and its form's switches
        are turned there: a call of many lanes takes little longer than one of a hundred.
        """
        drawn = [self.draws(plan, j) for j in jobs]
        numbers = tuple(int(n) for j in jobs for n in j.futures.numbers())
        counts = [j.futures.count for j in jobs]
        left_out = [{i.id for i in plan.initiatives} - {i.id for i in j.plan.initiatives} for j in jobs]
        lost, dated = (
            sorted({name for own in every for name, _ in own})
            for every in ([j.lost for j in jobs], [j.dated for j in jobs])
        )
        what_if = WhatIf(
            {i: np.repeat([i in out for out in left_out], counts) for i in sorted(set().union(*left_out))},
            {name: np.repeat([dict(j.lost).get(name, 0.0) for j in jobs], counts) for name in lost},
            {name: np.repeat(there, counts) for name, there in turned(plan, jobs).items()},
            {name: np.repeat([dict(j.dated).get(name, usual(name)) for j in jobs], counts) for name in dated},
        )
        whole = self.simulate(
            plan,
            self.baseline(plan),
            replace(jobs[0].futures, ids=numbers, count=len(numbers), first=0),
            (),
            self.threads,
            draws={name: np.concatenate([d[name] for d in drawn]) for name in drawn[0]},
            what_if=what_if,
            keep=keep,
            recordings=self.recordings,
        )
        return split(whole, counts)

    def at_hand(self, task: Task) -> bool:
        """Whether what a task needs was recorded before, here or by an earlier run."""
        first, there = task.jobs[0], turned(task.plan, task.jobs)
        what_if = WhatIf(turned={name: np.zeros(first.futures.count, dtype=bool) for name in there})
        draws = Draws(first.futures, self.draws(task.plan, first), what_if)
        return self.recordings.known(task.plan, draws, task.keep, None) is not None

    def do(self, task: Task) -> Found:
        """Runs a task and reads what is asked of it."""
        years: tuple[str, ...] = ()
        found = []
        for outcomes in self.outcomes(task.plan, task.jobs, task.keep):
            years = outcomes.years
            found.append({name: column for r in task.readers for name, column in r.columns(outcomes).items()})
        return years, found


def turned(plan: Plan, jobs: Sequence[Job]) -> dict[str, list[bool]]:
    """By turn of a switch, in which of some jobs it stands there; nothing where all stand as the plan's own form.

    Where any is turned, so that it could be turned otherwise: one recording does for all forms.
    """
    own, forms = plan.about.form, [j.plan.about.form for j in jobs]
    if all(form == own for form in forms):
        return {}
    return {turn(s, value): [getattr(form, s) == value for form in forms] for s, value in turns(own)}


@dataclass(frozen=True)
class Parcel:
    """A task as it is sent to a worker: the plans apart, so that a worker unpacks them once for many batches."""

    plans: bytes
    jobs: tuple[tuple[str, Futures, tuple[Change, ...], Named, Named], ...]
    readers: Readers
    shelf: Shelf | None = None
    """Where the worker finds recordings that earlier runs left."""

    def task(self) -> Task:
        """The task."""
        plan, variants = _plans(self.plans)
        jobs = tuple(
            Job(w, p, f, c, lost, dated) for (w, f, c, lost, dated), p in zip(self.jobs, variants, strict=True)
        )
        return Task(plan, jobs, self.readers)


@lru_cache(maxsize=4)
def _plans(packed: bytes) -> tuple[Plan, tuple[Plan, ...]]:
    found: tuple[Plan, tuple[Plan, ...]] = pickle.loads(packed)  # noqa: S301 – from the process that sent the task
    return found


def parcels(tasks: Mapping[int, Task], shelf: Shelf | None = None) -> dict[int, Parcel]:
    """Tasks ready to be sent; those of the same plans share their bytes."""
    packed: dict[tuple[int, ...], bytes] = {}
    found = {}
    for number, task in tasks.items():
        plans = (task.plan, *(j.plan for j in task.jobs))
        key = tuple(map(id, plans))
        if key not in packed:
            packed[key] = pickle.dumps((task.plan, plans[1:]))
        jobs = tuple((j.what, j.futures, j.changes, j.lost, j.dated) for j in task.jobs)
        found[number] = Parcel(packed[key], jobs, task.readers, shelf)
    return found


def workplace(threads: int | None = None, shelf: Shelf | None = None, room: int = ROOM) -> Workplace:
    """This process, with the model's own door; threads: all cores where it is None."""
    count = threads or cores()
    return Workplace(simulate, _built, entities, count, Recordings(room, shelf, count))


def _built(plan: Plan) -> Any:
    return build_baseline(plan.tables, plan.about.start, plan.about.months)


@lru_cache(maxsize=1)
def _workplace(shelf: Shelf | None) -> Workplace:
    """This worker's own, for as long as it lives."""
    return workplace(1, shelf, WORKER_ROOM)


def work(sent: Parcel) -> tuple[str, Found]:
    """What a worker does: a task, with the digest of the sources that it was done by."""
    return sources(), _workplace(sent.shelf).do(sent.task())


def tasks_of(plan: Plan, jobs: Sequence[Job], readers: Readers, wide: int = WIDE) -> Iterator[Task]:
    """Jobs in their order, as many side by side as fit into a run of so many lanes."""
    batch: list[Job] = []
    for job in jobs:
        if batch and sum(j.futures.count for j in batch) + job.futures.count > wide:
            yield Task(plan, tuple(batch), readers)
            batch = []
        batch.append(job)
    if batch:
        yield Task(plan, tuple(batch), readers)


def together(plan: Plan, jobs: Sequence[Job], readers: Readers, wide: int) -> Iterator[Task]:
    """Jobs that cannot share a run of the plan itself; those that differ only in switches that a future can turn share one."""
    alike: dict[tuple[str, str], list[Job]] = {}
    bases: dict[str, Plan] = {}
    for job in jobs:
        base = in_form(job.plan, unturned(job.plan.about.form, plan.about.form))
        bases[base.digest] = base
        alike.setdefault((base.digest, replace(job.futures, first=0, count=1, ids=None).digest), []).append(job)
    for (digest, _), some in alike.items():
        yield from tasks_of(bases[digest], some, readers, wide)


def split(outcomes: Outcomes, counts: Sequence[int]) -> list[Outcomes]:
    """Successive parts of a run."""
    ends = np.cumsum([0, *counts])
    return [part(outcomes, slice(int(a), int(b))) for a, b in pairwise(ends)]


def part(outcomes: Outcomes, lanes: slice) -> Outcomes:
    """Some of the futures of a run, as views."""
    series = {n: replace(s, values=s.values[lanes]) for n, s in outcomes.series.items()}
    count = len(range(*lanes.indices(outcomes.count)))
    draws = {n: d[lanes] for n, d in outcomes.draws.items()}
    return replace(outcomes, series=series, count=count, draws=draws)
