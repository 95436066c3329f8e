"""The runs that a verdict needs: the same futures met by several plans, shocks and coalitions, and how far they have come."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from placeplan.futures.assumptions import DRIVERS
from placeplan.futures.sample import Futures, draw
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.recordings import Recordings
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.causes import CHANCE

Tell = Callable[[int, int, str], None]
"""Progress: futures done, futures in all, what is being run."""
EVERYTHING = frozenset((*DRIVERS, "other", CHANCE))
"""All that can be held: the central world."""
WIDE = 1280
"""Lanes of one wide run of several coalitions or plans side by side."""

AVAILABLE = "capital.available"
SURE = 3.0
"""Chance of building money where it is held and likelier than not: beyond 1 even times a stated half."""


class Simulate(Protocol):
    """The model's one door."""

    def __call__(
        self,
        plan: Plan,
        baseline: Any,
        futures: Futures,
        changes: tuple[Change, ...] = ...,
        threads: int | None = ...,
        draws: Mapping[str, Array] | None = ...,
        off: Mapping[str, Any] | None = ...,
        keep: frozenset[str] | None = ...,
        pool: Executor | None = ...,
        until: int | None = ...,
        recordings: Recordings | None = ...,
    ) -> Outcomes:
        """Outcomes of the plan in these futures."""


@dataclass(frozen=True)
class Job:
    """One run: a variant of the plan, its futures, and changes of its assumptions."""

    what: str
    plan: Plan
    futures: Futures
    changes: tuple[Change, ...] = ()


@dataclass
class Progress:
    """Futures run so far, of those foreseen."""

    tell: Tell | None = None
    total: int = 0
    done: int = 0

    def add(self, futures: int, what: str) -> None:
        """Count futures that were run; the total gives way where it was foreseen too low."""
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
class Runs:
    """Runs one plan and its variants on the same futures."""

    plan: Plan
    futures: Futures
    simulate: Simulate
    build: Callable[[Plan], Any]
    """Baseline of a plan; built anew only where the plan's tables differ."""
    entities: Callable[[Plan, Any], Mapping[str, Sequence[str]]]
    """Who draws on their own account, by the ``per`` of an assumption."""
    pool: Executor | None = None
    """Processes that run blocks of futures side by side; None: this one alone."""
    progress: Progress = field(default_factory=Progress)
    recordings: Recordings = field(default_factory=Recordings)
    """The plan's months as recorded, for all calls of many futures."""
    _begun: dict[tuple[str, str, str], Callable[[], Outcomes]] = field(default_factory=dict)
    """Runs that were begun before their outcomes are asked for."""
    _baselines: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def judged(self) -> frozenset[str]:
        """The outcomes that promises are about."""
        return frozenset(p.outcome for p in self.plan.promises)

    def side_by_side(self, jobs: Sequence[Job], also: frozenset[str] = frozenset()) -> list[Outcomes]:
        """Runs of variants of the plan that share its tables and contracts, as few calls as may be.

        A variant's own draws stand in its lanes, and what it leaves out of the plan never begins there: a call of many
        lanes takes little longer than one of a hundred. Outcomes judged are kept, and those named ``also``.
        """
        found: list[Outcomes] = []
        for batch in _batches(jobs):
            drawn = [self._draws(j) for j in batch]
            numbers = [int(n) for j in batch for n in j.futures.numbers()]
            counts = [j.futures.count for j in batch]
            left_out = [{i.id for i in self.plan.initiatives} - {i.id for i in j.plan.initiatives} for j in batch]
            off = {i: np.repeat([i in out for out in left_out], counts) for i in sorted(set().union(*left_out))}
            draws = {name: np.concatenate([d[name] for d in drawn]) for name in drawn[0]}
            futures = replace(batch[0].futures, ids=tuple(numbers), count=len(numbers), first=0)
            whole = self.simulate(
                self.plan,
                self.baseline(self.plan),
                futures,
                (),
                draws=draws,
                off=off,
                keep=self.judged | also,
                pool=self.pool,
                recordings=self.recordings,
            )
            self.progress.add(len(numbers), batch[-1].what)
            found += _split(whole, counts)
        return found

    def _draws(self, job: Job) -> dict[str, Array]:
        """Everything that a variant draws, for all initiatives of the plan."""
        entities = self.entities(self.plan, self.baseline(self.plan))
        return draw(job.plan.assumptions, job.plan.correlations, job.changes, job.futures, entities)

    def apart(self, jobs: Sequence[Job]) -> list[Outcomes]:
        """Runs that cannot share a call: of plans with other tables, or with something held. Each in its own process."""
        waiting = [self._begun.pop(n) if (n := _name(j)) in self._begun else self._begin(j) for j in jobs]
        found = []
        for job, wait in zip(jobs, waiting, strict=True):
            found.append(wait())
            self.progress.add(job.futures.count, job.what)
        return found

    def begin(self, jobs: Sequence[Job]) -> None:
        """Begins runs that `apart` will ask for, so that no core is idle meanwhile; without processes they wait until then."""
        if self.pool:
            self._begun |= {_name(j): self._begin(j) for j in jobs}

    def _begin(self, job: Job) -> Callable[[], Outcomes]:
        """A run in a process of its own, or here when its outcomes are asked for."""
        run = partial(self.simulate, keep=self.judged, pool=None, recordings=Recordings())
        asked = (job.plan, self.baseline(job.plan), job.futures, job.changes)
        return self.pool.submit(run, *asked).result if self.pool else partial(run, *asked)

    def again(self, what: str, redrawn: frozenset[str]) -> Outcomes:
        """The plan in the same futures, some of it drawn anew."""
        futures = replace(self.futures, redrawn=redrawn)
        found = self.simulate(
            self.plan, self.baseline(self.plan), futures, keep=self.judged, pool=self.pool, recordings=self.recordings
        )
        self.progress.add(futures.count, what)
        return found

    def baseline(self, plan: Plan) -> Any:
        """The base year of a plan, remembered by its tables."""
        for tables, built in self._baselines:
            if tables is plan.tables:
                return built
        built = self.build(plan)
        self._baselines.append((plan.tables, built))
        return built

    def first(self, count: int) -> Futures:
        """The first futures of the run, at most ``count`` of them."""
        return replace(self.futures, count=min(count, self.futures.count))

    def central(self) -> Job:
        """The central world: everything at its median, chance at its expectation, one future."""
        return Job("the central world", self.plan, replace(self.futures, count=1, held=EVERYTHING))

    def coalitions(
        self,
        live: Sequence[frozenset[str]],
        open_run: Outcomes,
        central: Outcomes,
        positions: Sequence[int],
        until: int | None = None,
    ) -> Iterator[tuple[int, Outcomes]]:
        """For each coalition, outcomes of the futures at these positions with only its driver groups live.

        The drawn values of the open run are kept for live groups and replaced by the central world's for the others, so
        that many coalitions run side by side, those with chance live apart from those without; only the first ``until``
        months are run. Yields the coalition's index with its outcomes.
        """
        numbers = [int(self.futures.numbers()[p]) for p in positions]
        at = np.asarray(positions, dtype=np.int64)
        for held in (frozenset({CHANCE}), frozenset[str]()):
            mine = [i for i, s in enumerate(live) if (CHANCE in s) == (not held)]
            per_run = max(1, WIDE // len(numbers))
            for start in range(0, len(mine), per_run):
                batch = mine[start : start + per_run]
                draws = held_draws(self.plan, [live[i] for i in batch], open_run, central, at)
                futures = replace(
                    self.futures, ids=tuple(numbers * len(batch)), count=len(numbers) * len(batch), held=held
                )
                found = self.simulate(
                    self.plan,
                    self.baseline(self.plan),
                    futures,
                    (),
                    draws=draws,
                    off=never_built(self.plan, [live[i] for i in batch], central, len(numbers)),
                    keep=self.judged,
                    pool=self.pool,
                    until=until,
                    recordings=self.recordings,
                )
                self.progress.add(futures.count, "causes")
                yield from zip(batch, _split(found, [len(numbers)] * len(batch)), strict=True)


def _name(job: Job) -> tuple[str, str, str]:
    """What tells one run from another."""
    return job.plan.digest, job.futures.digest, repr(job.changes)


def held_draws(
    plan: Plan, live: Sequence[frozenset[str]], open_run: Outcomes, central: Outcomes, at: Any
) -> dict[str, Array]:
    """Drawn values of several coalitions one after the other, ``[coalition × future]`` by name.

    What is not live stands at the central world's value. Processes of the world follow their assumptions: without demand
    growth the local departure has no spread and no shock comes; without capital its money comes where that is likelier
    than not (`never_built` says where a stated probability makes it unlikelier).
    """
    drivers = {a.id: a.driver for a in plan.assumptions}
    secured = {i.capital.secured for i in plan.initiatives if i.capital}
    available = _available(central)
    found = {}
    for name, values in open_run.draws.items():
        key = name.partition("@")[0]
        middle = float(central.draws[name][0])
        if key in ("departure.sd", "shock.probability"):
            middle = 0.0
        elif key in secured:
            middle = SURE if middle * available > 0.5 else 0.0
        elif key == AVAILABLE:
            middle = SURE if middle else 0.0
        still = np.full(len(at), middle)
        found[name] = np.concatenate([values[at] if drivers.get(key, "other") in s else still for s in live])
    return found


def never_built(plan: Plan, live: Sequence[frozenset[str]], central: Outcomes, count: int) -> dict[str, Any]:
    """By initiative whose building money comes with a stated probability of at most a half: where it never begins.

    ``[coalition × future]``, true without capital; what is likelier stands in `held_draws`.
    """
    still = np.repeat(["capital" not in s for s in live], count)
    return {
        i.id: still
        for i in plan.initiatives
        if i.capital and not isinstance(i.capital.secured, str) and i.capital.secured * _available(central) <= 0.5
    }


def _available(central: Outcomes) -> float:
    """Share of building money that is there at all, in the central world."""
    return float(central.draws[AVAILABLE][0]) if AVAILABLE in central.draws else 1.0


def _batches(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Jobs in their order, as many together as fit into a wide run."""
    batch: list[Job] = []
    for job in jobs:
        if batch and sum(j.futures.count for j in batch) + job.futures.count > WIDE:
            yield batch
            batch = []
        batch.append(job)
    if batch:
        yield batch


def _split(outcomes: Outcomes, counts: Sequence[int]) -> list[Outcomes]:
    """Successive parts of a run."""
    ends = np.cumsum([0, *counts])
    return [part(outcomes, slice(int(a), int(b))) for a, b in itertools.pairwise(ends)]


def part(outcomes: Outcomes, lanes: slice) -> Outcomes:
    """Some of the futures of a run, as views."""
    series = {n: replace(s, values=s.values[lanes]) for n, s in outcomes.series.items()}
    count = len(range(*lanes.indices(outcomes.count)))
    draws = {n: d[lanes] for n, d in outcomes.draws.items()}
    return replace(outcomes, series=series, count=count, draws=draws)
