"""Futures in batches: what is asked of each, who runs it, and what is read off it before the next begins.

A batch is some futures of one plan or of several side by side. All that is kept of it are columns of figures by future, so
that a run of a hundred thousand futures holds no more in memory than one of a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from placeplan.compare.lanes import WIDE
from placeplan.core.forms import turn, turns, unturned
from placeplan.core.records import digest_of
from placeplan.engine.caches import sources
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import in_form
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan

BATCH = 1000
"""Futures in a batch, and those of which all outcomes that are shown are held."""


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


def turned(plan: Plan, jobs: Sequence[Job]) -> dict[str, list[bool]]:
    """By turn of a switch, in which of some jobs it stands there; nothing where all stand as the plan's own form.

    Where any is turned, so that it could be turned otherwise: one recording does for all forms.
    """
    own, forms = plan.about.form, [j.plan.about.form for j in jobs]
    if all(form == own for form in forms):
        return {}
    return {turn(s, value): [getattr(form, s) == value for form in forms] for s, value in turns(own)}


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
