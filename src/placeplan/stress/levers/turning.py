"""Plan B as it is turned to in some month: what has begun by then goes on, the rest is done as plan B has it.

Every month of turning is a lane of one run: what is turned is what is drawn, and which initiatives begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.compare.lanes import WIDE
from placeplan.core.calendar import years_of
from placeplan.core.tables import CapitalRow
from placeplan.model.building import Building
from placeplan.model.draws import Draws, WhatIf
from placeplan.model.outcomes import Array, Outcomes
from placeplan.model.starts import Starts, months_late
from placeplan.model.uptake import NEVER, month_number
from placeplan.plan.initiatives import Initiative
from placeplan.stress.levers.candidates import Candidates
from placeplan.stress.levers.capacity import RECRUIT
from placeplan.stress.levers.lever import Base, Lever
from placeplan.stress.levers.levered import Designs, behind
from placeplan.stress.runs.batches import Job, part
from placeplan.stress.runs.kept import columns_of

STARTED = "started"
WHAT = "turning to plan B"
Flags = np.ndarray[Any, np.dtype[np.bool_]]


def earliest(month: Any, ahead: float, own: Any) -> Any:
    """Month in which what has not begun can begin at the earliest: ``least(month + ahead, own)``.

    month: of turning; ahead: months of building and recruiting; own: start in plan A, for which all is under way.

    >>> float(earliest(12.0, 9.0, 30.0)), float(earliest(12.0, 9.0, 14.0))
    (21.0, 14.0)
    """
    return np.minimum(month + ahead, own)


def put_off(wanted: Any, soonest: Any) -> Any:
    """Months by which a start has to move: ``most(0, soonest − wanted)``.

    >>> float(put_off(5.0, 21.0)), float(put_off(30.0, 21.0))
    (16.0, 0.0)
    """
    return np.maximum(0.0, soonest - wanted)


def first_month(begun: Flags) -> Array:
    """First month in which something is there, ``[future]``, of ``[future, month]``; `NEVER` where it never is.

    >>> first_month(np.array([[False, True, True], [False, False, False]])).tolist()
    [1.0, 1000000.0]
    """
    return np.where(begun.any(axis=1), begun.argmax(axis=1).astype(float), NEVER)


@dataclass
class Turner:
    """Runs plan B as turned to in some month, each future in its own."""

    candidates: Candidates
    design: Designs
    """Plan B, ``[lever]``."""
    numbers: Any
    """Of the futures, counted from the run's first, ``[future]``."""
    starts: dict[str, Array] = field(default_factory=dict)
    """By initiative, the month in which plan A begins it, ``[future]``; `NEVER` where it does not. Known once plan A was run."""

    @property
    def months(self) -> int:
        """Of the run; who turns then or later does not turn."""
        return self.candidates.levered.plan.about.months

    @property
    def keep(self) -> frozenset[str]:
        """Outcomes that are read."""
        waits = any(i.trigger for i in self.own)
        return frozenset(p.outcome for p in self.candidates.promises) | ({STARTED} if waits else set())

    @cached_property
    def own(self) -> tuple[Initiative, ...]:
        """The plan's initiatives."""
        levered = self.candidates.levered
        return tuple(i for i in levered.plan.initiatives if i.id not in levered.options)

    @cached_property
    def options(self) -> dict[str, tuple[Initiative, float]]:
        """Of ours, those that a lever opens, with the months from turning until they can begin."""
        levered = self.candidates.levered
        by_id = {i.id: i for i in levered.plan.initiatives}
        return {one.opens: (by_id[one.opens], self.ahead(one)) for one in levered.levers if one.opens}

    def ahead(self, one: Lever) -> float:
        """Months from turning until what a lever sets can begin: building and recruiting; money is there at once."""
        i = next(i for i in self.candidates.levered.plan.initiatives if i.id == (one.opens or one.of))
        return 0.0 if one.kind == "funding" else float(max(i.months_ahead, RECRUIT if one.opens else 0))

    def lead(self, one: Lever) -> float:
        """The same of the step at which plan B has it; what is left out, halved, kept or put off needs no time ahead."""
        step = one.steps[self.design[self.candidates.levered.levers.index(one)]]
        sooner = one.opens or one.kind == "building" or (one.kind == "start" and step < 0)
        return self.ahead(one) if sooner else 0.0

    def kept(self, month: Any) -> Array:
        """1 kept, 0 broken, ``[future, promise]``, where plan B is turned to in a month, the same for all or ``[future]``."""
        return np.concatenate([self.judged(o) for o in self.run(month)])

    def judged(self, outcomes: Outcomes) -> Array:
        """1 kept, 0 broken, ``[future, promise]``."""
        judge_from = self.candidates.levered.plan.about.judge_from
        promises = self.candidates.promises
        found = [columns_of(p, outcomes, judge_from, full=False)[f"{p.id}/whole"] for p in promises]
        return np.array(found, dtype=float).T

    def plan(self) -> Iterator[Outcomes]:
        """Plan A, in parts of the futures; from it is known when what waits for a trigger begins."""
        waiting, seen = self._start(), list[dict[str, Array]]()
        for outcomes in self.run(self.months):
            seen.append({i: first_month(outcomes[STARTED].of(i) > 0) for i in waiting})
            yield outcomes
        self.starts |= {i: np.concatenate([s[i] for s in seen]) for i in waiting}

    def _start(self) -> list[str]:
        """Works out when plan A begins each initiative, beyond the run's end too; those that it cannot tell, as they wait for a trigger."""
        (futures, drawn), levered = self._futures, self.candidates.levered
        designs = np.repeat(levered.planned[None], len(self.numbers), axis=0)
        set_ = levered.drawn(drawn, levered.steps(designs))
        draws = Draws(futures, set_, levered.what_if(designs))
        months = self.candidates.here.baseline(levered.plan).months
        rows = [r for r in levered.plan.tables.get("capital", ()) if isinstance(r, CapitalRow)]
        starts = Starts(
            levered.plan.initiatives, months, draws, Building(rows, years_of(months), draws), levered.plan.relationships
        )
        self.starts = {i.id: starts.month[i.id] for i in self.own}
        return sorted(starts.waiting)

    def run(self, month: Any) -> Iterator[Outcomes]:
        """Outcomes where plan B is turned to in a month, the same for all or ``[future]``, in parts of the futures."""
        every = np.broadcast_to(np.asarray(month, dtype=float), (len(self.numbers),))
        for low in range(0, len(every), WIDE):
            at = np.arange(low, min(low + WIDE, len(every)))
            yield self._some(at, every[at])

    @cached_property
    def _futures(self) -> tuple[Any, Mapping[str, Array]]:
        """The futures and what is drawn in them."""
        c = self.candidates
        ids = tuple(int(n) + c.futures.first for n in self.numbers)
        futures = replace(c.futures, first=0, count=len(ids), ids=ids)
        return futures, c.here.draws(c.levered.plan, Job(WHAT, c.levered.plan, futures))

    def _some(self, at: Any, month: Array) -> Outcomes:
        """Some futures; beside them run plan A and a plan with everything moved, so that one recording holds for all calls."""
        c, (futures, drawn) = self.candidates, self._futures
        plan, levers = c.levered.plan, c.levered.levers
        at, month = np.append(at, [0, 0]), np.append(month, [float(self.months)] * 2)
        going = self._going(at, month)
        designs = self._designs(going, month)
        designs[-1] = [one.planned - 1 if one.planned else 1 for one in levers]
        set_ = c.levered.drawn({n: v[at] for n, v in drawn.items()}, c.levered.steps(designs))
        slips = self._slips(set_, at, month, going)
        set_ |= {n: set_[n] + slips[n] for n in slips}
        ids = tuple(int(n) for n in futures.numbers()[at])
        outcomes = c.here.simulate(
            plan, c.here.baseline(plan), replace(futures, ids=ids, count=len(ids), first=0), (), c.here.threads,
            draws=set_, what_if=self._what_if(designs), keep=self.keep, recordings=c.here.recordings,
        )  # fmt: skip
        c.lanes += len(at) - 2
        c.progress.add(len(at) - 2, WHAT)
        return part(outcomes, slice(0, len(at) - 2))

    def _going(self, at: Any, month: Array) -> dict[str, Flags]:
        """By initiative, the lanes in which plan A has begun it by the month, or builds or recruits for it, or for what waits for it."""
        if not self.starts:
            return {i.id: np.ones(len(at), dtype=bool) for i in self.own}
        found: dict[str, Flags] = {}

        def going(i: Initiative) -> Flags:
            if i.id not in found:
                found[i.id] = (month > 0) & (self.starts[i.id][at] - i.months_ahead < month)
                for waits in self.own:
                    if i.id in waits.requires:
                        found[i.id] = found[i.id] | going(waits)
            return found[i.id]

        return {i.id: going(i) for i in self.own}

    def _designs(self, going: Mapping[str, Flags], month: Array) -> Designs:
        """What each lever is set to, ``[lane, lever]``: as in plan B, or as in plan A where it goes on or nobody turns."""
        levers = self.candidates.levered.levers
        designs = np.repeat(np.asarray(self.design, dtype=np.int64)[None], len(month), axis=0)
        never = month >= self.months
        for n, one in enumerate(levers):
            stays = never if one.opens else never | going[one.of]
            designs[stays, n] = one.planned
        return designs

    def _slips(self, drawn: Mapping[str, Array], at: Any, month: Array, going: Mapping[str, Flags]) -> dict[str, Array]:
        """By name of a slip, the months that turning adds to it, ``[lane]``; one in the last lane."""
        first, turns = self.candidates.levered.plan.about.start, (month > 0) & (month < self.months)
        found = {}
        for i in self.own:
            own, slip = self.starts.get(i.id, np.full(len(self.numbers), NEVER))[at], f"start.slip@{i.id}"
            late = months_late(behind(Base(i.delay, i.id), drawn, len(at)), drawn[slip])
            wanted = month_number(i.start or first, first) + late
            moves = turns & ~going[i.id] & (i.trigger is None)
            found[slip] = np.where(moves, put_off(wanted, earliest(month, i.months_ahead, own)), 0.0)
        for key, (i, ahead) in self.options.items():
            planned = month_number(i.start or first, first)
            found[f"start.slip@{key}"] = np.where(turns, put_off(planned, month + ahead), 0.0)
        for months in found.values():
            months[-1] += 1.0
        return found

    def _what_if(self, designs: Designs) -> WhatIf:
        return self.candidates.levered.what_if(designs)
