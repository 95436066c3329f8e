"""What would mend a plan: the smallest changes that keep a promise, or all that can be kept, as surely as asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.cheapest import repairs
from placeplan.explore.ledger import Stop, never
from placeplan.explore.repair import Ask, Repair, Repairs
from placeplan.plan.promises import Promise
from placeplan.stress.levers.memory import Memory
from placeplan.stress.levers.screen import Screened, shortfall
from placeplan.stress.plan_b import leading, moved, space_of

ONE, ALL = 8_000, 30_000
"""Lanes of a search for one promise, and for all together; what one has run, the others need not."""
FUTURES = 200
"""Futures of the last stage, and fresh ones of the final figures."""
CHANGES = 16
"""Levers that a repair moves at most."""


@dataclass(frozen=True)
class Broken:
    """A promise that the plan does not keep as surely as asked."""

    promise: Promise
    kept: float
    """Share of futures that keep it now."""
    short: float
    """By how much its bound would have to give way, in the outcome's unit, to be kept as surely as asked."""
    found: Repairs


@dataclass(frozen=True)
class Mended:
    """What mends each promise, and all together that anything mends."""

    broken: tuple[Broken, ...]
    together: Repairs | None
    """None where no promise is broken, or only one can be mended, or none."""
    asked: tuple[Promise, ...]
    """The promises that are asked of what mends all together: those that hold, and those that anything mends."""
    screened: Screened
    futures: int
    stopped: bool

    def words(self, repair: Repair) -> tuple[str, ...]:
        """What is done otherwise, in words."""
        return moved(self.screened.levers, repair.design)


def search(
    screened: Screened, seed: int, *, only: Sequence[str] = (), futures: int = FUTURES, one: int = ONE, all_: int = ALL, stop: Stop = never
) -> Mended:  # fmt: skip
    """Looks for repairs of every hard promise that is broken, then of all together.

    Args:
        screened: the plan's levers, each tried by itself.
        seed: of the run.
        only: ids of the promises that are looked at; none: all.
        futures: of the last stage, and fresh ones.
        one: lanes of the search for one promise.
        all_: lanes of the search for all together.
        stop: asked before each call; the best so far comes back.
    """
    some = leading(screened, money=True)
    memory, space = Memory(some.candidates, lambda scores: scores.kept), space_of(some, changes=CHANGES)
    count = min(futures, some.candidates.futures.count)
    ladder = (1, max(2, min(32, count // 4)), max(3, count // 2), count)
    promises = some.promises
    place = {p.id: n for n, p in enumerate(promises)}

    def mend(which: Sequence[Promise], lanes: int) -> Repairs:
        asks = [Ask(p.id, place[p.id], p.asks) for p in which]
        least = 3 * 2 * count + 8 * ladder[1]
        return repairs(
            space, memory.evaluate, asks, seed=seed, lanes=max(lanes, least), ladder=ladder, fresh=count, stop=stop
        )

    kept = some.planned.kept[0].mean(axis=0)
    broken = [
        Broken(p, float(kept[n]), shortfall(some.planned.room[0, :, n], p.asks), mend([p], one))
        for n, p in enumerate(promises) if kept[n] < p.asks and (not only or p.id in only)
    ]  # fmt: skip
    lost = {b.promise.id for b in broken if not b.found.repairs}
    asked = tuple(p for p in promises if p.id not in lost and (not only or p.id in only))
    several = len(asked) > 1 and any(b.found.repairs for b in broken)
    together = mend(asked, all_) if several else None
    ended = all(b.found.complete for b in broken) and (together is None or together.complete)
    return Mended(tuple(broken), together, asked, some, count, not ended)


def worst_first(broken: Sequence[Broken]) -> list[Broken]:
    """Those that are furthest from what is asked come first."""
    return sorted(broken, key=lambda b: (b.kept - b.promise.asks, b.promise.id))


def least_kept(repair: Repair) -> float:
    """Of the promises asked, the share of the one that is kept least."""
    return float(np.min(repair.kept))
