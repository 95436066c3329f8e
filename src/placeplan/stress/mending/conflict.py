"""Which promises cannot all hold, whatever is done with the levers of a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.explore.conflict.finding import SHOWN, Conflict, Conflicts, find_conflicts
from placeplan.explore.conflict.problem import EITHER, LESS, MORE, UNKNOWN, Asks, Lever, Problem
from placeplan.explore.conflict.sums import Sum, prove, sum_of, weights
from placeplan.explore.conflict.tally import Effort
from placeplan.plan.promises import Promise
from placeplan.stress.levers.by_kind import helps
from placeplan.stress.levers.candidates import Candidates
from placeplan.stress.levers.lever import Lever as PlanLever
from placeplan.stress.levers.levered import Designs
from placeplan.stress.levers.screen import Screened, ways_of

LEVERS = 40
"""Levers that are looked at together, those that matter most; the others stay as planned."""
LEAST = 0.02
"""Standard deviations of some promise's room that a lever has to move by itself to be among them."""
SURE = 0.95
"""How sure all proofs together are; a fifth of what may err is left for sums."""
EFFORT = Effort(looks=(32, 128, 512), sure=1.0 - (1.0 - SURE) * 0.8)
SUMS = 3
"""Sums that are tried at most, each with such a budget."""
OF_SUM = Effort(budget=5_000, looks=EFFORT.looks, sure=1.0 - (1.0 - SURE) * 0.2 / SUMS)


@dataclass(frozen=True)
class BySum:
    """Promises that cannot all hold, as a sum of their room cannot be kept."""

    promises: tuple[str, ...]
    sum: Sum
    proof: Conflict


@dataclass(frozen=True)
class Searched:
    """What was found, of which promises, with which levers."""

    found: Conflicts
    promises: tuple[Promise, ...]
    levers: tuple[PlanLever, ...]
    futures: int
    """Most futures that a setting met."""
    sums: tuple[BySum, ...] = ()
    by_kind: int = 0
    """Of all pairs of lever and promise, those whose sign follows from the model's equations."""

    @property
    def proved(self) -> tuple[tuple[str, ...], ...]:
        """Sets of promises that cannot all hold, however that was proved."""
        return (*(c.promises for c in self.found.conflicts), *(s.promises for s in self.sums))


@dataclass
class Ran:
    """Runs settings, and none of them twice in the same futures."""

    candidates: Candidates
    levers: tuple[PlanLever, ...]
    known: dict[tuple[bytes, bytes], Floats] = field(default_factory=dict)

    def rooms(self, settings: Floats, futures: Whole) -> Floats:
        """Room left, ``[setting, future, promise]``, at least 0 where a promise is kept and below 0 where it is not."""
        keys = [(s.tobytes(), futures.tobytes()) for s in settings]
        new = [n for n, key in enumerate(keys) if key not in self.known]
        if new:
            scores = self.candidates.at(places(self.levers, settings[new]), futures)
            for n, kept, room in zip(new, scores.kept, scores.room, strict=True):
                self.known[keys[n]] = room_kept(kept, room)
        return np.stack([self.known[key] for key in keys])

    def kept(self, settings: Floats, futures: Whole) -> Flags:
        """Whether each promise is kept, ``[setting, future, promise]``."""
        found: Flags = self.rooms(settings, futures) >= 0.0
        return found


def room_kept(kept: Any, room: Any) -> Any:
    """Room that says by its sign whether a promise is kept: bounds count as met where they are missed by a hair.

    >>> room_kept(np.array([1.0, 1.0, 0.0]), np.array([5.0, -1e-12, -3.0])).tolist()
    [5.0, 0.0, -3.0]
    """
    return np.where(kept > 0.5, np.maximum(room, 0.0), np.minimum(room, -1e-300))


def search(
    screened: Screened, seed: int, effort: Effort = EFFORT, stop: Callable[[], bool] = lambda: False
) -> Searched:
    """Looks for sets of hard promises that no setting of the leading levers keeps; money from outside is none of them."""
    strength = screened.strength()
    own = [n for n, one in enumerate(screened.levers) if one.kind != "funding" and strength[n] >= LEAST]
    some = screened.only(sorted(sorted(own, key=lambda n: (-strength[n], n))[:LEVERS]))
    asked, ran = problem(some), Ran(some.candidates, some.levers)
    found = find_conflicts(asked, ran.kept, seed, effort, stop)
    sums, spent = _sums(some, asked, [n.promises for n in found.not_found], ran, seed, stop)
    found = replace(found, spent=found.spent + spent)
    levered = some.candidates.levered
    known = sum(helps(levered, one, p) is not None for one in some.levers for p in some.promises)
    return Searched(_without(found, sums), some.promises, some.levers, effort.looks[-1], sums, known)


def _sums(
    screened: Screened, asked: Problem, open_sets: Sequence[tuple[str, ...]], ran: Ran, seed: int, stop: Callable[[], bool]
) -> tuple[tuple[BySum, ...], int]:  # fmt: skip
    """Sets left open that a sum of room proves, and what that cost in runs of a future."""
    found: list[BySum] = []
    before, tried = ran.candidates.lanes, 0
    for among in open_sets:
        one = None if any(set(f.promises) <= set(among) for f in found) else likely_sum(screened, asked, among)
        if one is None or tried == SUMS or stop():
            continue
        tried += 1
        proof = prove(asked, one, signs_of(screened, one), ran.rooms, seed, OF_SUM, stop)
        if proof:
            found.append(BySum(one.promises, one, proof))
    return tuple(found), ran.candidates.lanes - before


def likely_sum(screened: Screened, asked: Problem, among: Sequence[str]) -> Sum | None:
    """The sum of room that levers can do least for, as each did by itself; None where it seems that they can do enough."""
    ids = [p.id for p in screened.promises]
    at = [ids.index(name) for name in among]
    if len(at) < 2 or not screened.levers:
        return None
    effects = [screened.room(n)[:, at] for n in range(len(screened.levers))]
    most = np.abs(np.concatenate(effects)).max(axis=0)
    scale = np.where(most > 0, most, 1.0)
    w, best = weights(screened.planned.room[0][:, at].mean(axis=0) / scale, [e / scale for e in effects])
    return sum_of(asked, among, (w / scale).tolist()) if best < 0 else None


def signs_of(screened: Screened, one: Sum) -> tuple[int, ...]:
    """What each lever does to a sum of room, as it did by itself, ``[lever]``; what cancels but for rounding touches it not."""
    return tuple(_seen(np.round(one.of(alone.room), 9)[..., None])[0] for alone in screened.alone)


def _without(found: Conflicts, sums: tuple[BySum, ...]) -> Conflicts:
    """What was found but for the sets in which others that a sum proved are contained."""

    def new(promises: tuple[str, ...]) -> bool:
        return not any(set(s.promises) <= set(promises) for s in sums)

    left = tuple(n for n in found.not_found if new(n.promises))
    all_told = len(found.not_found) < SHOWN and not left
    conflicts = tuple(c for c in found.conflicts if new(c.promises))
    return replace(found, conflicts=conflicts, not_found=left, complete=found.complete or (bool(sums) and all_told))


def problem(screened: Screened) -> Problem:
    """Levers and promises, with what each lever does to each promise: by its kind, else by itself in the runs at hand."""
    levers = tuple(Lever(one.id, one.steps) for one in screened.levers)
    signs = [signs_by_kind(screened, n, _seen(alone.room)) for n, alone in enumerate(screened.alone)]
    asks = tuple(
        Asks(p.id, p.asks, tuple(signs[n][i] for n in range(len(levers)))) for i, p in enumerate(screened.promises)
    )
    return Problem(levers, asks, tuple(one.steps[one.planned] for one in screened.levers))


def signs_by_kind(screened: Screened, n: int, seen: Sequence[int]) -> list[int]:
    """What a lever does to each promise as the model's equations say (`by_kind`), and as it was seen where they do not."""
    levered, lever = screened.candidates.levered, screened.levers[n]
    known = [helps(levered, lever, p) for p in screened.promises]
    return [s if k is None else {1: MORE, -1: LESS, 0: EITHER}[k] for k, s in zip(known, seen, strict=True)]


def _seen(room: Any) -> list[int]:
    """What a lever did to room ``[step, future, promise]``; unknown where some steps help and others harm, ``[promise]``."""
    ways = ways_of(room)
    up = np.where(ways.up ^ ways.down, ways.up, ways.change > 0)
    found = np.where(ways.still, EITHER, np.where(ways.up & ways.down, UNKNOWN, np.where(up, MORE, LESS)))
    return [int(s) for s in found]


def places(levers: tuple[PlanLever, ...], settings: Any) -> Designs:
    """Places of steps, ``[setting, lever]``, of settings in the levers' own values."""
    found = np.empty(settings.shape, dtype=np.int64)
    for n, one in enumerate(levers):
        found[:, n] = np.searchsorted(np.array(one.steps), settings[:, n] - 1e-9)
    return found
