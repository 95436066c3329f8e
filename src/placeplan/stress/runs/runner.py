"""The runs that a verdict needs: the same futures met by several plans, shocks and coalitions, and how far they have come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from placeplan.compare.lanes import WIDE
from placeplan.core.errors import PlanError
from placeplan.engine.caches import sources
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.recording import Way
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import BATCH, Job, Readers, Task, tasks_of, together, turned
from placeplan.stress.runs.drawn import Drawn
from placeplan.stress.runs.kept import Judging
from placeplan.stress.runs.parcels import parcels, work
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.spread import Spread, Spreading
from placeplan.stress.runs.store import Part, Rows, Store
from placeplan.stress.runs.workplace import Found, Workplace


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
        return Drawn(self.here, self.plan, self.futures, self.batch, names)

    def baseline(self, plan: Plan) -> Any:
        """The base year of a plan."""
        return self.here.baseline(plan)

    def first(self, count: int) -> Futures:
        """The first futures of the run, at most ``count`` of them."""
        return replace(self.futures, count=min(count, self.futures.count))
