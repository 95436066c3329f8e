"""Changed plans abreast: many settings of a plan's levers in the same futures, in as few calls as may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.compare.lanes import WIDE
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Array, Outcomes
from placeplan.plan.promises import Promise
from placeplan.stress.levers.levered import Designs, Levered
from placeplan.stress.runs.batches import Job
from placeplan.stress.runs.kept import columns_of, judged
from placeplan.stress.runs.progress import Progress
from placeplan.stress.runs.workplace import Workplace

DRAWN = 2048
"""Most futures that are drawn to be found again."""
POSITION, UNMET = "position", "unmet_share"


@dataclass(frozen=True)
class Scores:
    """What became of some designs in some futures."""

    kept: Array
    """1 kept, 0 broken, ``[design, future, promise]``."""
    room: Array
    """Least room left to each promise, in its outcome's unit, ``[design, future, promise]``."""
    position: Array
    """£ a year, mean of the years judged, ``[design, future, organisation]``."""
    unmet: Array
    """Share of need that is not met, mean over kinds of care and years judged, ``[design, future, quintile]``."""

    def some(self, designs: Any) -> Scores:
        """Those of some of the designs, by place ``[design]``."""
        return Scores(self.kept[designs], self.room[designs], self.position[designs], self.unmet[designs])

    @property
    def all_kept(self) -> Array:
        """1 where every promise is kept, ``[design, future]``."""
        found: Array = self.kept.min(axis=2)
        return found


@dataclass
class Candidates:
    """Runs designs of a levered plan."""

    levered: Levered
    promises: tuple[Promise, ...]
    """Those that count; each is known and due."""
    futures: Futures
    here: Workplace
    progress: Progress
    what: str
    """What progress says is run."""
    fair: bool = False
    """Whether need that is not met is told by quintile of deprivation, where the plan's areas have one."""
    lanes: int = 0
    """Lanes run so far."""

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Those with money of their own, in order of id."""
        rows = self.levered.plan.tables["money"]
        own = {getattr(r, "organisation", "") for r in rows}
        return tuple(
            sorted(
                o.id for o in self.levered.plan.tables["organisations"] if isinstance(o, Organisation) and o.id in own
            )
        )

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes that are read."""
        by_quintile = self.fair and self.levered.plan.level("equity") != "off"
        return frozenset(p.outcome for p in self.promises) | {POSITION} | ({UNMET} if by_quintile else set())

    def run(self, designs: Designs, first: int, count: int) -> Scores:
        """Designs ``[design, lever]`` in the futures ``first … first + count − 1``, counted from those of the run."""
        return self.at(designs, np.arange(first, first + count))

    def at(self, designs: Designs, numbers: Any) -> Scores:
        """Designs ``[design, lever]`` in futures of any number, counted from the run's first: ``[future]`` for all, or ``[design, future]``."""
        of = np.broadcast_to(np.asarray(numbers), (len(designs), np.shape(numbers)[-1]))
        which = np.repeat(np.arange(len(designs)), of.shape[1])
        every = self.lanes_of(designs[which], of.reshape(-1))
        return Scores(*(one.reshape(*of.shape, one.shape[1]) for one in every))

    def lanes_of(self, designs: Designs, numbers: Any) -> tuple[Array, ...]:
        """The parts of `Scores`, ``[lane, …]``: in each lane a design ``[lane, lever]`` and a future by its number ``[lane]``."""
        known, at = _futures(numbers)
        ids = tuple(int(n) + self.futures.first for n in known)
        futures = replace(self.futures, first=0, count=len(ids), ids=ids)
        drawn = self.here.draws(self.levered.plan, Job(self.what, self.levered.plan, futures))
        parts = [
            self._some(designs[low : low + WIDE], at[low : low + WIDE], futures, drawn)
            for low in range(0, len(at), WIDE)
        ]
        return tuple(np.concatenate(p) for p in zip(*parts, strict=True))

    def _some(self, designs: Designs, at: Any, futures: Futures, drawn: Mapping[str, Array]) -> tuple[Array, ...]:
        """The parts of `Scores`, ``[lane, …]``: in each lane a design and the place of a future.

        Beside them run two lanes, as planned and with every lever moved, so that one recording holds for all calls.
        """
        plan, here, levers = self.levered.plan, self.here, self.levered.levers
        moved = np.array([[lv.planned for lv in levers], [lv.planned - 1 if lv.planned else 1 for lv in levers]])
        designs, at = np.concatenate((designs, moved.reshape(2, -1))), np.concatenate((at, [0, 0]))
        ids = tuple(int(n) for n in futures.numbers()[at])
        outcomes = here.simulate(
            plan, here.baseline(plan), replace(futures, ids=ids, count=len(ids), first=0), (), here.threads,
            draws=self.levered.drawn({name: values[at] for name, values in drawn.items()}, self.levered.steps(designs)),
            what_if=self.levered.what_if(designs), keep=self.keep, recordings=here.recordings,
        )  # fmt: skip
        self.lanes += len(at) - 2
        self.progress.add(len(at) - 2, self.what)
        return self._read(outcomes)

    def _read(self, outcomes: Outcomes) -> tuple[Array, ...]:
        """What is read of each lane but the last two."""
        judge_from = self.levered.plan.about.judge_from
        read = [columns_of(p, outcomes, judge_from, full=False) for p in self.promises]
        kept, room = (
            np.array([r[f"{p.id}/{what}"][:-2] for p, r in zip(self.promises, read, strict=True)], dtype=float)
            for what in ("whole", "least")
        )
        years = list(judged(outcomes.years, judge_from))
        series = outcomes[POSITION]
        position = np.array([series.by_year(o)[:-2, years].mean(axis=1) for o in self.organisations])
        return kept.T, room.T, position.T, self._unmet(outcomes, years)[:-2]

    def _unmet(self, outcomes: Outcomes, years: list[int]) -> Array:
        """Share of need that is not met, ``[lane, quintile]``; no quintile where it is not asked for."""
        if UNMET not in self.keep:
            return np.zeros((outcomes.count, 0))
        series = outcomes[UNMET]
        quintiles = sorted({e.partition("/")[0] for e in series.entities})
        by = {q: [series.by_year(e)[:, years] for e in series.entities if e.startswith(f"{q}/")] for q in quintiles}
        return np.stack([np.mean(shares, axis=(0, 2)) for shares in by.values()], axis=1)


def _futures(numbers: Any) -> tuple[Any, Any]:
    """Numbers of the futures whose draws are looked up, and where among them each lane's stands.

    The first 64, 128, 256 … up to the largest asked for, so that what was drawn is found again; where these would be too many, those asked for.
    """
    upto = max(64, 1 << int(numbers.max()).bit_length()) if len(numbers) else 64
    if upto <= DRAWN:
        return np.arange(upto), numbers
    known, at = np.unique(numbers, return_inverse=True)
    return known, at
