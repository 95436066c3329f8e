"""The runs that a verdict needs: the same futures met by several plans, shocks and coalitions, and how far they have come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np

from placeplan.compare.lanes import WIDE, Tell, laid
from placeplan.core.errors import PlanError
from placeplan.engine.caches import sources
from placeplan.engine.shelf import Shelf
from placeplan.futures.assumptions import DRIVERS
from placeplan.futures.sample import Futures
from placeplan.model.draws import CHANCE, WhatIf
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.recording import Way
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import (
    BATCH,
    Found,
    Job,
    Readers,
    Task,
    Workplace,
    parcels,
    split,
    tasks_of,
    together,
    turned,
    work,
)
from placeplan.stress.runs.kept import Judging
from placeplan.stress.runs.spread import Spread, Spreading
from placeplan.stress.runs.store import Part, Rows, Store
from placeplan.stress.runs.together import kept_together

EVERYTHING = frozenset((*DRIVERS, "other", CHANCE))
"""All that can be held: the central world."""

AVAILABLE = "capital.available"
SURE = 3.0
"""Chance of building money where it is held and likelier than not: beyond 1 even times a stated half."""


class HaltedError(Exception):
    """What runs beside this has failed, or was stopped."""


@dataclass
class Progress:
    """Futures run so far, of those foreseen; tests that go side by side count together."""

    tell: Tell | None = None
    total: int = 0
    done: int = 0
    halted: bool = False
    """Whether whoever runs futures is to end."""
    _lock: Lock = field(default_factory=Lock)

    def add(self, futures: int, what: str) -> None:
        """Count futures that were run; the total gives way where it was foreseen too low. Raises `HaltedError` where all is to end."""
        if self.halted:
            raise HaltedError
        with self._lock:
            self.done += futures
            self.total = max(self.total, self.done)
            if self.tell:
                self.tell(self.done, self.total, what)

    def finish(self) -> None:
        """All is done."""
        self.total = self.done
        if self.tell:
            self.tell(self.done, self.total, "done")


@dataclass
class Waiting:
    """Batches of some jobs: those that were finished before, and the tasks that are left."""

    jobs: Sequence[Job]
    readers: Readers
    parts: list[dict[int, Part]]
    """Of each job, by its first future."""
    tasks: dict[int, tuple[Task, list[tuple[int, Job]]]]
    """By number, a task with the jobs of which it runs a batch."""


@dataclass
class Runs:
    """Runs one plan and its variants on the same futures."""

    plan: Plan
    futures: Futures
    here: Workplace
    """This process."""
    store: Store
    """Where finished batches stand."""
    spread: Spread = field(default_factory=Spread)
    """Who runs batches besides this process."""
    progress: Progress = field(default_factory=Progress)
    batch: int = BATCH
    """Futures in a batch."""
    later: Workplace = field(init=False)
    """This process for batches after the first, which are recorded anew, as less is asked of them."""
    _begun: dict[tuple[tuple[str, Futures], ...], tuple[Waiting, Spreading, list[int]]] = field(default_factory=dict)
    """Runs that were begun before their rows are asked for, with the numbers of the tasks that were left for then."""

    def __post_init__(self) -> None:
        self.later = self.here.anew()

    @property
    def judged(self) -> frozenset[str]:
        """The outcomes that promises are about."""
        return frozenset(p.outcome for p in self.plan.promises)

    @property
    def judging(self) -> Judging:
        """Reads whether promises are kept, and the room that is left."""
        return Judging(self.plan.promises, self.plan.about.judge_from)

    def side_by_side(self, jobs: Sequence[Job], readers: Readers | None = None) -> list[Rows]:
        """Runs of variants of the plan that share its tables and contracts, as few calls as may be."""
        return self._run(
            self._wait(jobs, readers, lambda some, r: tasks_of(self.plan, some, r, self._wide)), shared=True
        )

    @property
    def _wide(self) -> int:
        """Lanes of one call."""
        return max(self.batch, self.batch * WIDE // BATCH)

    def apart(self, jobs: Sequence[Job], readers: Readers | None = None) -> list[Rows]:
        """Runs that cannot share a call with the plan itself: in other forms, with other tables, or with something held."""
        keys = self._keys(jobs, readers)
        if keys not in self._begun:
            return self._run(self._wait_apart(jobs, readers), shared=False)
        waiting, spreading, left = self._begun.pop(keys)
        self._collect(waiting, spreading)
        return self._run(replace(waiting, tasks={n: waiting.tasks[n] for n in left}), shared=False)

    def begin(self, jobs: Sequence[Job], readers: Readers | None = None) -> None:
        """Begins runs that `apart` will ask for, so that no core is idle meanwhile; without processes they wait until then.

        So do those that the plan's own recording does for, and those of which everything was recorded before: they take
        less time than starting a process.
        """
        waiting = self._wait_apart(jobs, readers)
        left = [n for n, (task, _) in waiting.tasks.items() if self._foreseen(task)]
        sent = replace(waiting, tasks={n: found for n, found in waiting.tasks.items() if n not in left})
        if sent.tasks and self.spread.many and not self._at_hand(sent):
            self._begun[self._keys(jobs, readers)] = waiting, self._send(sent), left

    def _foreseen(self, task: Task) -> bool:
        """Whether the plan's own recording will do for a task, which is then made for it too."""
        recorded = (
            self.spread.engine.here and 2 * self.futures.count >= self.here.recordings.many
        )  # with doing nothing beside it
        if not recorded or task.plan.digest != self.plan.digest:
            return False
        self.here.recordings.foresee(self.plan, Way(turned=tuple(turned(task.plan, task.jobs))))
        return True

    def _keys(self, jobs: Sequence[Job], readers: Readers | None) -> tuple[tuple[str, Futures], ...]:
        """What tells some runs from others."""
        return tuple((job.key(readers or (self.judging,)), job.futures) for job in jobs)

    def again(self, what: str, redrawn: frozenset[str]) -> Rows:
        """The plan in the same futures, some of it drawn anew."""
        return self.side_by_side([Job(what, self.plan, replace(self.futures, redrawn=redrawn))])[0]

    def outcomes(self, jobs: Sequence[Job], keep: frozenset[str]) -> Iterator[Outcomes]:
        """Outcomes of variants of the plan, whole and in this process: for a few futures."""
        for task in tasks_of(self.plan, jobs, ()):
            yield from self.here.outcomes(self.plan, task.jobs, keep)
            self.progress.add(task.count, task.jobs[-1].what)

    @property
    def _shelf(self) -> Shelf | None:
        """Where recordings stay from one run to the next."""
        return self.here.recordings.shelf

    def put(self, job: Job, readers: Readers, outcomes: Outcomes) -> None:
        """Keeps what is read off the first batch of a job, whose outcomes are at hand."""
        key, first = job.key(readers), job.futures.first
        columns = {name: column for r in readers for name, column in r.columns(outcomes).items()}
        self.store.put(key, first, outcomes.count, columns, outcomes.years)

    def _wait_apart(self, jobs: Sequence[Job], readers: Readers | None) -> Waiting:
        return self._wait(jobs, readers, lambda some, r: together(self.plan, some, r, self._wide))

    def _wait(
        self, jobs: Sequence[Job], readers: Readers | None, divide: Callable[[Sequence[Job], Readers], Iterator[Task]]
    ) -> Waiting:
        """What is finished of some jobs, and tasks for the rest."""
        readers = readers or (self.judging,)
        parts: list[dict[int, Part]] = []
        left: list[tuple[int, Job]] = []
        for n, job in enumerate(jobs):
            key = job.key(readers)
            parts.append({})
            for batch in job.batches(self.batch):
                part = self.store.find(key, batch.futures.first, batch.futures.count)
                if part is None:
                    left.append((n, batch))
                    continue
                parts[n][batch.futures.first] = part
                self.progress.add(0 if self.store.own(part) else part.count, job.what)
        of = {id(batch): (n, batch) for n, batch in left}
        divided = enumerate(divide([b for _, b in left], readers))
        tasks = {number: (task, [of[id(batch)] for batch in task.jobs]) for number, task in divided}
        return Waiting(jobs, readers, parts, tasks)

    def _run(self, waiting: Waiting, *, shared: bool) -> list[Rows]:
        """Runs what is left: in this process, or spread where that takes less time."""
        if self.spread.many and not (self._recorded() if shared else self._at_hand(waiting)):
            self._collect(waiting, self._send(waiting))
        elif waiting.tasks:
            for task, batches in waiting.tasks.values():
                first = batches[0][1].futures.first < self.batch
                place = self.here if first or not shared else self.later
                self._put(waiting, batches, place.do(task))
        return self._rows(waiting)

    def _recorded(self) -> bool:
        """Whether the plan is replayed here by all cores: on one machine, until it was found that it cannot be."""
        return self.spread.engine.here and self.plan.digest not in self.here.recordings.refused

    def _at_hand(self, waiting: Waiting) -> bool:
        """Whether all that runs apart need was recorded before, as the first batch of each plan tells."""
        first = {id(task.plan): task for task, _ in reversed(waiting.tasks.values())}
        return self.spread.engine.here and all(self.here.at_hand(task) for task in first.values())

    def _send(self, waiting: Waiting) -> Spreading:
        tasks = {number: task for number, (task, _) in waiting.tasks.items()}
        return self.spread.begin(work, parcels(tasks, self._shelf if self.spread.engine.here else None))

    def _collect(self, waiting: Waiting, spreading: Spreading) -> None:
        """Takes in what workers found."""
        for number, (theirs, found) in spreading.found():
            if theirs != sources():
                what = "A worker has another version of placeplan than this process."
                raise PlanError(
                    [problem("--engine", 0, "", "other-version", what, "Install the same version everywhere.")]
                )
            self._put(waiting, waiting.tasks[number][1], found)

    def _put(self, waiting: Waiting, batches: Sequence[tuple[int, Job]], found: Found) -> None:
        """Keeps a finished task."""
        years, columns = found
        for (n, batch), values in zip(batches, columns, strict=True):
            f = batch.futures
            waiting.parts[n][f.first] = self.store.put(batch.key(waiting.readers), f.first, f.count, values, years)
            self.progress.add(f.count, batch.what)

    def _rows(self, waiting: Waiting) -> list[Rows]:
        return [Rows(tuple(parts[first] for first in sorted(parts))) for parts in waiting.parts]

    def drawn(self, names: tuple[str, ...]) -> Mapping[str, Array]:
        """What the plan draws in all futures, one assumption at a time, as it is asked for."""
        return Drawn(self, names)

    def baseline(self, plan: Plan) -> Any:
        """The base year of a plan."""
        return self.here.baseline(plan)

    def first(self, count: int) -> Futures:
        """The first futures of the run, at most ``count`` of them."""
        return replace(self.futures, count=min(count, self.futures.count))

    def central(self) -> Job:
        """The central world: everything at its median, chance at its expectation, one future."""
        return Job("the central world", self.plan, replace(self.futures, count=1, held=EVERYTHING))

    def coalitions(
        self, live: Sequence[frozenset[str]], positions: Sequence[int], until: int | None = None, what: str = "causes"
    ) -> Iterator[tuple[int, Outcomes]]:
        """For each coalition, outcomes of the futures at these positions with only its driver groups live.

        The drawn values of the open run are kept for live groups and replaced by the central world's for the others, so
        that many coalitions run side by side, those with chance live apart from those without; only the first ``until``
        months are run. Yields the coalition's index with its outcomes.
        """
        numbers = tuple(int(self.futures.numbers()[p]) for p in positions)
        few = replace(self.futures, ids=numbers, count=len(numbers), first=0)
        drawn = self.here.draws(self.plan, Job("", self.plan, few))
        central = self.here.draws(self.plan, self.central())
        for held in (frozenset({CHANCE}), frozenset[str]()):
            mine = [i for i, s in enumerate(live) if (CHANCE in s) == (not held)]
            per_run = max(1, WIDE // len(numbers))
            for start in range(0, len(mine), per_run):
                batch = mine[start : start + per_run]
                found = self.here.simulate(
                    self.plan,
                    self.baseline(self.plan),
                    replace(few, ids=numbers * len(batch), count=len(numbers) * len(batch), held=held),
                    (),
                    self.here.threads,
                    draws=held_draws(self.plan, [live[i] for i in batch], drawn, central),
                    what_if=WhatIf(
                        never_built(self.plan, [live[i] for i in batch], central, len(numbers)),
                        dated=kept_together(self.plan, [live[i] for i in batch], central, len(numbers)),
                    ),
                    keep=self.judged,
                    until=until,
                    recordings=self.here.recordings,
                )
                self.progress.add(found.count, what)
                yield from zip(batch, split(found, [len(numbers)] * len(batch)), strict=True)


class Drawn(Mapping[str, Array]):
    """Drawn values by name, ``[future]``; where there are many futures, drawn again from their keys when they are asked for."""

    def __init__(self, runs: Runs, names: tuple[str, ...]) -> None:
        self.runs, self.names = runs, dict.fromkeys(names)
        self.last: tuple[frozenset[str] | None, dict[str, Array]] = frozenset(), {}

    def __getitem__(self, name: str) -> Array:
        if name not in self.names:
            raise KeyError(name)
        few = self.runs.futures.count <= self.runs.batch
        own = None if few else frozenset({name.partition("@")[0]})
        if self.last[0] != own:
            job = Job("", self.runs.plan, self.runs.futures)
            self.last = own, self.runs.here.draws(self.runs.plan, job, own)
        return self.last[1][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def held_draws(
    plan: Plan, live: Sequence[frozenset[str]], drawn: Mapping[str, Array], central: Mapping[str, Array]
) -> dict[str, Array]:
    """Drawn values of several coalitions one after the other, ``[coalition × future]`` by name.

    drawn: those of the open run, ``[future]``; central: those of the central world, ``[1]``. What is not live stands at
    the central world's value. Processes of the world follow their assumptions: without demand growth the local departure
    has no spread and no shock comes; without capital its money comes where that is likelier than not (`never_built` says
    where a stated probability makes it unlikelier).
    """
    drivers = {a.id: a.driver for a in plan.assumptions}
    secured = {i.capital.secured for i in plan.initiatives if i.capital}
    count = len(next(iter(drawn.values())))

    def still(name: str) -> float:
        middle, key = float(central[name][0]), name.partition("@")[0]
        if key in ("departure.sd", "departure.provider", "shock.probability"):
            return 0.0
        if key in secured:
            return SURE if middle * _available(central, name.partition("@")[2]) > 0.5 else 0.0
        if key == AVAILABLE:
            return SURE if middle else 0.0
        return middle

    def among(name: str) -> Any:
        return np.repeat([drivers.get(name.partition("@")[0], "other") in s for s in live], count)

    return laid(drawn, np.tile(np.arange(count), len(live)), still, among)


def never_built(plan: Plan, live: Sequence[frozenset[str]], central: Mapping[str, Array], count: int) -> dict[str, Any]:
    """By initiative whose building money comes with a stated probability of at most a half: where it never begins.

    ``[coalition × future]``, true without capital; what is likelier stands in `held_draws`.
    """
    still = np.repeat(["capital" not in s for s in live], count)
    return {
        i.id: still
        for i in plan.initiatives
        if i.capital and not isinstance(i.capital.secured, str) and i.capital.secured * _available(central, i.id) <= 0.5
    }


def _available(central: Mapping[str, Array], initiative: str) -> float:
    """Share of building money that is there at all, in the central world: an initiative's own, or the plan's."""
    found = central.get(f"{AVAILABLE}@{initiative}", central.get(AVAILABLE))
    return 1.0 if found is None else float(found[0])
