"""Tasks as they are sent to workers, and what a worker does with one."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from placeplan.engine.caches import sources
from placeplan.engine.shelf import Shelf
from placeplan.futures.sample import Futures
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.runs.batches import Job, Named, Readers, Task
from placeplan.stress.runs.workplace import Found, Workplace, workplace

WORKER_ROOM = 150_000_000
"""Bytes of recordings that a worker keeps."""


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


@lru_cache(maxsize=1)
def _workplace(shelf: Shelf | None) -> Workplace:
    """This worker's own, for as long as it lives."""
    return workplace(1, shelf, WORKER_ROOM)


def work(sent: Parcel) -> tuple[str, Found]:
    """What a worker does: a task, with the digest of the sources that it was done by."""
    return sources(), _workplace(sent.shelf).do(sent.task())
