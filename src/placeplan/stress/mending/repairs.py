"""What would mend a plan: the smallest changes that keep a promise, or all that can be kept, as surely as asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placeplan.explore.abreast import abreast
from placeplan.explore.plan_b.cheapest import repairs
from placeplan.explore.plan_b.ledger import Stop, never
from placeplan.explore.plan_b.repair import Ask, Repair, Repairs
from placeplan.plan.promises import Promise
from placeplan.stress.levers.memory import Memory
from placeplan.stress.levers.screen import Screened, shortfall
from placeplan.stress.mending.plan_b import allowed, leading, moved, space_of

ONE, ALL = 4_000, 16_000
"""Lanes of a search for one promise, and for all together; what one has run, the others need not."""
FUTURES = 200
"""Futures of the last stage, and fresh ones of the final figures."""
HELPING, EACH = 8, 4
"""Levers that are searched over for one promise; and of each promise where all are mended together."""
Asking = Callable[[tuple[Any, Any]], Any]
"""Somebody to ask what became of designs ``[design, lever]`` in futures ``[design, future]``."""
HELPS = 0.05
"""Standard deviations of a promise's room that a lever adds at least, to be one of them."""
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
    memory = Memory(some.candidates, lambda scores: scores.kept)
    count = min(futures, some.candidates.futures.count)
    budget = allowed(seed, count, 0, stop)
    promises = some.promises
    place = {p.id: n for n, p in enumerate(promises)}

    def mend(
        which: Sequence[Promise], levers: Sequence[int], lanes: int, likely: Any = None
    ) -> Callable[[Asking], Repairs]:
        """A search over some levers, told over all of them; likely: designs over all of them that may do."""
        at = np.array(levers, dtype=np.int64)
        asks = [Ask(p.id, place[p.id], p.asks) for p in which]
        least = 3 * 2 * count + 8 * budget.ladder[1]

        def go(ask: Asking) -> Repairs:
            found = repairs(
                space_of(some.only(levers), changes=CHANGES), lambda d, n: ask((_whole(some, at, d), n)), asks,
                replace(budget, lanes=max(lanes, least)), likely=None if likely is None else likely[:, at],
            )  # fmt: skip
            return _told(some, at, found)

        return go

    kept = some.planned.kept[0].mean(axis=0)
    lacking = [n for n, p in enumerate(promises) if kept[n] < p.asks and (not only or p.id in only)]
    found = abreast(memory.several, [mend([promises[n]], helping(some, n), one) for n in lacking])
    broken = [
        Broken(promises[n], float(kept[n]), shortfall(some.planned.room[0, :, n], promises[n].asks), f)
        for n, f in zip(lacking, found, strict=True)
    ]
    lost = {b.promise.id for b in broken if not b.found.repairs}
    asked = tuple(p for p in promises if p.id not in lost and (not only or p.id in only))
    several = len(asked) > 1 and any(b.found.repairs for b in broken)
    useful = _useful(some, broken, [place[p.id] for p in asked])
    together = (
        mend(asked, useful, all_, side_by_side(some, broken))(lambda asks: memory.evaluate(*asks)) if several else None
    )
    ended = all(b.found.complete for b in broken) and (together is None or together.complete)
    return Mended(tuple(broken), together, asked, some, count, not ended)


def helping(screened: Screened, promise: int, most: int = HELPING) -> list[int]:
    """Levers that add most to a promise's room by themselves, in order of place; at least one, as a search needs something to search."""
    gain = screened.helps(promise)
    order = sorted(range(len(gain)), key=lambda n: (-gain[n], n))[:most]
    return sorted([n for n in order if gain[n] >= HELPS] or order[:1])


def _useful(screened: Screened, broken: Sequence[Broken], asked: Sequence[int]) -> list[int]:
    """Levers that mend one promise, and those that help any that is asked most."""
    found = {
        n
        for b in broken
        for r in b.found.repairs
        for n, one in enumerate(screened.levers)
        if r.design[n] != one.planned
    }
    return sorted(found.union(*(helping(screened, n, EACH) for n in asked)))


def side_by_side(screened: Screened, broken: Sequence[Broken]) -> Any:
    """All that mends one promise at once, ``[design, lever]``: the cheapest of each, and the surest; of a lever the step farther from the plan."""
    planned = screened.candidates.levered.planned
    mended = [b.found.repairs for b in broken if b.found.repairs]
    cheapest, surest = [own[0] for own in mended], [max(own, key=least_kept) for own in mended]
    every = []
    for repairs_ in (cheapest, surest):
        design = planned.copy()
        for one in (np.array(r.design) for r in repairs_):
            design = np.where(np.abs(one - planned) > np.abs(design - planned), one, design)
        every.append(design)
    return np.unique(np.array(every, dtype=np.int64), axis=0)


def _whole(screened: Screened, at: Any, designs: Any) -> Any:
    """Designs over all levers, ``[design, lever]``, of those over some of them, at these places."""
    found = np.repeat(screened.candidates.levered.planned[None], len(designs), axis=0)
    found[:, at] = designs
    return found


def _told(screened: Screened, at: Any, found: Repairs) -> Repairs:
    """What was found over some levers, with designs over all of them."""

    def whole(r: Repair | None) -> Repair | None:
        if r is None:
            return None
        design = tuple(int(v) for v in _whole(screened, at, np.array([r.design]))[0])
        return replace(r, design=design, undone=())

    told = tuple(r for r in map(whole, found.repairs) if r)
    return replace(found, planned=whole(found.planned), repairs=told, nearest=whole(found.nearest))


def worst_first(broken: Sequence[Broken]) -> list[Broken]:
    """Those that are furthest from what is asked come first."""
    return sorted(broken, key=lambda b: (b.kept - b.promise.asks, b.promise.id))


def least_kept(repair: Repair) -> float:
    """Of the promises asked, the share of the one that is kept least."""
    return float(np.min(repair.kept))
