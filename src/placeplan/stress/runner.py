"""The runs that a verdict needs: the same futures met by several plans, shocks and coalitions, and how far they have come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from placeplan.futures.assumptions import DRIVERS
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.scenarios import Change
from placeplan.plan.schema import Plan
from placeplan.stress.causes import CHANCE

Tell = Callable[[int, int, str], None]
"""Progress: futures done, futures in all, what is being run."""
EVERYTHING = frozenset((*DRIVERS, "other", CHANCE))
"""All that can be held: the central world."""
WIDE = 1024
"""Lanes of one wide run of several coalitions or plans side by side."""


SWITCHED = frozenset({CHANCE, "capital", "demand_growth"})
"""Groups with events that the model draws itself and holds for a whole run: days in beds, whether capital comes, and the
local departure of demand."""


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
    ) -> Outcomes:
        """Outcomes of the plan in these futures."""


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
    pool: Executor | None = None
    """Processes that run blocks of futures side by side; None: this one alone."""
    progress: Progress = field(default_factory=Progress)
    _baselines: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def judged(self) -> frozenset[str]:
        """The outcomes that promises are about."""
        return frozenset(p.outcome for p in self.plan.promises)

    def outcomes(
        self,
        what: str,
        plan: Plan | None = None,
        futures: Futures | None = None,
        changes: Sequence[Change] = (),
        also: frozenset[str] = frozenset(),
    ) -> Outcomes:
        """One run of a plan (the plan itself where none is given): the outcomes judged, and those named ``also``."""
        plan, futures = plan or self.plan, futures or self.futures
        keep = self.judged | also
        found = self.simulate(
            plan, self.baseline(plan), futures, tuple(changes), draws=None, off=None, keep=keep, pool=self.pool
        )
        self.progress.add(len(futures.numbers()), what)
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

    def central(self) -> Outcomes:
        """The central world: everything at its median, chance at its expectation, one future."""
        return self.outcomes("the central world", futures=replace(self.futures, count=1, held=EVERYTHING))

    def coalitions(
        self, live: Sequence[frozenset[str]], open_run: Outcomes, central: Outcomes, positions: Sequence[int]
    ) -> Iterator[tuple[int, Outcomes]]:
        """For each coalition, outcomes of the futures at these positions with only its driver groups live.

        The drawn values of the open run are kept for live groups and replaced by the central world's for the others, so
        that many coalitions run side by side, apart only by what the model itself holds (`SWITCHED`). Yields the
        coalition's index with its outcomes.
        """
        numbers = [int(self.futures.numbers()[p]) for p in positions]
        drivers = {a.id: a.driver for a in self.plan.assumptions}
        for held in _held_together(live):
            mine = [i for i, s in enumerate(live) if SWITCHED - s == held]
            per_run = max(1, WIDE // len(numbers))
            for start in range(0, len(mine), per_run):
                batch = mine[start : start + per_run]
                draws = self._side_by_side([live[i] for i in batch], open_run, central, positions, drivers)
                futures = replace(
                    self.futures, ids=tuple(numbers * len(batch)), count=len(numbers) * len(batch), held=held
                )
                found = self.simulate(
                    self.plan, self.baseline(self.plan), futures, (), draws=draws, keep=self.judged, pool=self.pool
                )
                self.progress.add(futures.count, "causes")
                for at, i in enumerate(batch):
                    yield i, part(found, slice(at * len(numbers), (at + 1) * len(numbers)))

    @staticmethod
    def _side_by_side(
        live: Sequence[frozenset[str]],
        open_run: Outcomes,
        central: Outcomes,
        positions: Sequence[int],
        drivers: Mapping[str, str],
    ) -> dict[str, Array]:
        """Drawn values of several coalitions one after the other, ``[coalition × future]`` by name."""
        at = np.asarray(positions, dtype=np.int64)
        found = {}
        for name, values in open_run.draws.items():
            driver = drivers.get(name.partition("@")[0], "other")
            middle = np.full(len(at), float(central.draws[name][0]))
            found[name] = np.concatenate([values[at] if driver in s else middle for s in live])
        return found

    def with_off(
        self, what: str, plans: Sequence[frozenset[str]], count: int, keep: frozenset[str]
    ) -> Iterator[tuple[int, Outcomes]]:
        """For each set of initiatives, outcomes of the first ``count`` futures as if these were not in the plan."""
        numbers = [int(n) for n in self.first(count).numbers()]
        per_run = max(1, WIDE // len(numbers))
        everyone = sorted({i for s in plans for i in s})
        for start in range(0, len(plans), per_run):
            batch = plans[start : start + per_run]
            off = {i: np.repeat([i in s for s in batch], len(numbers)) for i in everyone}
            futures = replace(self.futures, ids=tuple(numbers * len(batch)), count=len(numbers) * len(batch))
            found = self.simulate(self.plan, self.baseline(self.plan), futures, (), off=off, keep=keep, pool=self.pool)
            self.progress.add(futures.count, what)
            for at in range(len(batch)):
                yield start + at, part(found, slice(at * len(numbers), (at + 1) * len(numbers)))


def _held_together(live: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """The sets of `SWITCHED` groups held by these coalitions, in a fixed order."""
    return sorted({SWITCHED - s for s in live}, key=sorted)


def part(outcomes: Outcomes, lanes: slice) -> Outcomes:
    """Some of the futures of a run, as views."""
    series = {n: replace(s, values=s.values[lanes]) for n, s in outcomes.series.items()}
    count = len(range(*lanes.indices(outcomes.count)))
    draws = {n: d[lanes] for n, d in outcomes.draws.items()}
    return replace(outcomes, series=series, count=count, draws=draws)
