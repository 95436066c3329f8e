"""What each lever does by itself: the plan with one lever moved, in the same futures, for every lever and step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from placeplan.core.outcomes import MONEY
from placeplan.model.outcomes import Array
from placeplan.plan.promises import Promise
from placeplan.stress.levers.candidates import Candidates, Scores
from placeplan.stress.levers.lever import Lever
from placeplan.stress.levers.levered import Designs, Levered, lever
from placeplan.stress.runs.kept import due_in, years_judged
from placeplan.stress.runs.runner import Runs

WORLDS = 64
"""Futures in which each step of each lever is looked at."""
PLANNED = 200
"""Futures in which the plan is run as it is."""
CLEAR = 3.0
"""Standard errors by which an effect has to differ from nothing."""


def cost(given: float, change: float) -> float:
    """What a change costs: money from outside, and by how much all positions together fall, ``given + most(0, −change)``.

    £ a year; given: money from outside; change: of the sum of all organisations' positions, the money given counted in.

    >>> cost(5e6, 5e6), cost(0.0, -2e6), cost(5e6, 0.0), cost(0.0, 1e6)
    (5000000.0, 2000000.0, 5000000.0, 0.0)
    """
    return given + max(0.0, -change)


def shortfall(room: Array, asks: float) -> float:
    """By how much the bound is missed in the future that just counts, so that with it the promise is kept as surely as asked.

    The least ``x`` with ``share of futures in which room + x ≥ 0`` at least ``asks``; room in £ ``[future]``.

    >>> shortfall(np.array([-4.0, -3.0, -2.0, 1.0]), 0.75), shortfall(np.array([1.0, 2.0]), 0.5)
    (3.0, -2.0)
    """
    place = int(np.ceil(asks * len(room) - 1e-9)) - 1
    return float(-np.sort(room)[::-1][place])


class Ways(NamedTuple):
    """What a lever does to the room of each promise as it goes up, step by step, ``[promise]``."""

    up: Any
    """Whether some step clearly adds room."""
    down: Any
    """Whether some step clearly takes room away."""
    still: Any
    """Whether no step changes it in any future."""
    change: Array
    """Mean change from the first step to the last."""


def ways_of(room: Array) -> Ways:
    """Which way room goes, ``[step, future, promise]``, step by step."""
    moves = np.diff(room, axis=0)
    spread = moves.std(axis=1, ddof=1) / np.sqrt(moves.shape[1])
    mean = moves.mean(axis=1)
    return Ways(
        (mean > CLEAR * spread).any(axis=0), (mean < -CLEAR * spread).any(axis=0), (moves == 0).all(axis=(0, 1)), mean.sum(axis=0),
    )  # fmt: skip


@dataclass(frozen=True)
class Screened:
    """A plan's levers with what each does by itself."""

    candidates: Candidates
    planned: Scores
    """As planned, ``[1, future, …]``, of the first `PLANNED` futures."""
    alone: tuple[Scores, ...]
    """By lever, each of its steps, ``[step, future, …]``, of the first `WORLDS`."""
    needs: dict[str, float]
    """£ a year by which each organisation misses its promise on money in the future that just counts."""

    @property
    def levers(self) -> tuple[Lever, ...]:
        """The levers."""
        return self.candidates.levered.levers

    @property
    def promises(self) -> tuple[Promise, ...]:
        """The promises that count."""
        return self.candidates.promises

    def kept(self, n: int) -> Array:
        """By how much more often each promise is kept, ``[step, promise]``, of one lever."""
        return self._change(n, "kept")

    def room(self, n: int) -> Array:
        """Change of the mean room, ``[step, promise]``, in the outcome's unit."""
        return self._change(n, "room")

    def position(self, n: int) -> Array:
        """Change of the sum of all positions, £ a year, ``[step]``."""
        own: Array = self.alone[n].position.sum(axis=2).mean(axis=1)
        change: Array = own - own[self.levers[n].planned]
        return change

    def costs(self, n: int) -> Array:
        """What each step costs, £ a year, ``[step]``."""
        one = self.levers[n]
        change = self.position(n)
        return np.array([cost(s * one.money, float(c)) for s, c in zip(one.steps, change, strict=True)])

    def ways(self, n: int) -> Ways:
        """Which way each promise's room goes as a lever goes up."""
        return ways_of(self.alone[n].room)

    def strength(self) -> Array:
        """How much each lever matters, ``[lever]``: its largest effect on any promise's room, in standard deviations of that room."""
        spread = self.planned.room[0].std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        return np.array([float((np.abs(self.room(n)) / spread).max(initial=0.0)) for n in range(len(self.levers))])

    def helps(self, promise: int) -> Array:
        """By how much each lever can add to a promise's room by itself, ``[lever]``, in standard deviations of that room."""
        spread = float(self.planned.room[0, :, promise].std()) or 1.0
        return np.array([float(self.room(n)[:, promise].max(initial=0.0)) / spread for n in range(len(self.levers))])

    def _change(self, n: int, what: str) -> Array:
        own: Array = getattr(self.alone[n], what).mean(axis=1)
        change: Array = own - own[self.levers[n].planned]
        return change

    def only(self, keep: Sequence[int]) -> Screened:
        """The same with some of its levers, by place; the others stay as planned."""
        levered = replace(self.candidates.levered, levers=tuple(self.levers[n] for n in keep))
        return replace(
            self, candidates=replace(self.candidates, levered=levered), alone=tuple(self.alone[n] for n in keep)
        )


def screen(runs: Runs, worlds: int = WORLDS, *, fair: bool = False) -> Screened | None:
    """Every lever of a plan by itself; None where no hard promise is due and known.

    worlds: futures that each step meets; fair: whether need that is not met is told by quintile too.
    """
    plan, judged = runs.plan, years_judged(runs.plan)
    hard = tuple(p for p in plan.promises if p.hard and due_in(p, judged).any())
    if not hard:
        return None
    whole = lever(plan)
    first = Candidates(whole, hard, runs.futures, runs.here, runs.progress, "the plan with all its levers", fair)
    planned = first.run(whole.planned[None], 0, min(PLANNED, runs.futures.count))
    known = [n for n in range(len(hard)) if np.isfinite(planned.room[..., n]).all()]
    if not known:
        return None
    planned = Scores(planned.kept[..., known], planned.room[..., known], planned.position, planned.unmet)
    hard = tuple(hard[n] for n in known)
    needs = _needs(whole, hard, planned)
    levered = whole.funded(needs)
    c = replace(first, levered=levered, promises=hard, what="each lever by itself")
    count = min(worlds, runs.futures.count)
    designs = every_step(levered)
    if not designs:
        return Screened(c, planned, (), needs)
    every, again = np.unique(np.concatenate(designs), axis=0, return_inverse=True)  # as planned is a step of each lever
    scores = c.run(every, 0, count)
    ends = np.cumsum([0, *map(len, designs)])
    alone = tuple(scores.some(again[a:b]) for a, b in pairwise(ends.tolist()))
    return Screened(c, planned, alone, needs)


def every_step(levered: Levered) -> list[Designs]:
    """By lever, the plan with that lever at each of its steps, ``[step, lever]``."""
    found = []
    for n, one in enumerate(levered.levers):
        designs = np.repeat(levered.planned[None], len(one.steps), axis=0)
        designs[:, n] = np.arange(len(one.steps))
        found.append(designs)
    return found


def _needs(levered: Levered, hard: Sequence[Promise], planned: Scores) -> dict[str, float]:
    """£ a year that each organisation lacks for its promise on money; the system's is the commissioner's to bear."""
    funded = [one.of for one in levered.levers if one.kind == "funding"]
    found: dict[str, float] = {}
    for n, p in enumerate(hard):
        if p.outcome not in MONEY:
            continue
        for who in [p.organisation] if p.organisation in funded else funded[:1]:
            found[who] = max(found.get(who, -np.inf), shortfall(planned.room[0, :, n], p.asks))
    return found
