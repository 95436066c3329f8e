"""Where tasks are done: baselines, draws and recordings made so far, and the model's one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, Protocol

import numpy as np

from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures, changed, draw
from placeplan.model.dated import usual
from placeplan.model.draws import Draws, WhatIf
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.recordings import ROOM, Recordings, alone
from placeplan.model.simulate import baseline_of, entities, simulate
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job, Task, split, turned
from placeplan.stress.runs.remembered import Worlds
from placeplan.stress.runs.spread import cores

Found = tuple[tuple[str, ...], list[dict[str, Any]]]
"""Financial years of a run, and the columns of each job."""


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
    worlds: Worlds = field(init=False)
    """What was drawn so far."""
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self.worlds = Worlds(self.threads)

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
        return changed(self.worlds.of(given, own, job.futures), given.assumptions, job.changes)

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


def workplace(threads: int | None = None, shelf: Shelf | None = None, room: int = ROOM) -> Workplace:
    """This process, with the model's own door; threads: all cores where it is None."""
    count = threads or cores()
    return Workplace(simulate, baseline_of, entities, count, Recordings(room, shelf, count))
