"""Plan B: which changed plans none beats in everything that is asked for, found within a budget of runs.

Guess → 1 → 32 → 200 → 1,000 futures, each stage for fewer designs; what is left is scored on futures that the search never
saw. Numbers in, numbers out; why so: docs/decisions/0035-own-search-for-plan-b.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from placeplan.explore.one_thread import in_one_thread
from placeplan.explore.plan_b import pareto, racing
from placeplan.explore.plan_b.front import Front, choice, told
from placeplan.explore.plan_b.ledger import Budget, Evaluate, Ledger, StoppedError
from placeplan.explore.plan_b.objectives import Objective
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.proposing import GENERATION, Explorer
from placeplan.explore.plan_b.space import Space

KEEP = 16
SHARES = (0.03, 0.47, 0.15, 0.2, 0.15)
"""Of the lanes: one future each, the first stage, the second, the last, fresh futures."""
WHOLE = 20_000
"""Designs up to which every one is run, where the lanes are enough."""


@dataclass(frozen=True)
class Purse:
    """How the lanes are shared out, in designs at each stage."""

    screen: int
    first: int
    """Lanes up to which the first stage may go."""
    second: int
    last: int
    keep: int


def purse(lanes: int, ladder: Sequence[int], fresh: int, keep: int) -> Purse:
    """Designs at each stage; plan A is run in all futures besides.

    Raises:
        ValueError: too few lanes for two designs at the last stage.

    >>> purse(200_000, (1, 32, 200, 1000), 1000, 16)
    Purse(screen=5940, first=99000, second=176, last=49, keep=16)
    """
    _, few, more, most = ladder
    left = lanes - most - fresh
    need = 2 * (most + fresh) + 8 * few
    if left < need:
        raise ValueError(
            f"a search needs at least {need + most + fresh:,} lanes with these futures; {lanes:,} are too few"
        )
    screen, first, second, last, end = (s * left for s in SHARES)
    return Purse(
        int(screen), int(screen + first), max(2, int(second / max(1, more - few))), max(2, int(last / max(1, most - more))),
        max(1, min(keep, int(end / fresh))),
    )  # fmt: skip


@in_one_thread
def search(
    space: Space, evaluate: Evaluate, objectives: Sequence[Objective], budget: Budget, keep: int = KEEP
) -> Front:
    """The designs that none beats in everything asked for, with what they come to on fresh futures.

    Args:
        space: what may be changed.
        evaluate: runs designs.
        objectives: what is asked for.
        budget: what may be run.
        keep: choices told, at most.

    Raises:
        ValueError: too few lanes for these futures.
    """
    share = purse(budget.lanes, budget.ladder, budget.fresh, keep)
    named, order = space.by_name()
    back = np.argsort(order)
    sorted_by = sorted(range(len(objectives)), key=lambda k: objectives[k].name)
    book = Ledger(named, lambda d, n: evaluate(d[:, back], n), budget.lanes, budget.stop)
    explorer = Explorer(book, [objectives[k] for k in sorted_by], budget.ladder[1], budget.seed)
    found = _Search(explorer, share, budget.ladder, budget.fresh).go()
    return told(found, back, np.argsort(sorted_by))


@dataclass
class _Search:
    """One search, its columns and objectives in order of name."""

    explorer: Explorer
    share: Purse
    ladder: Sequence[int]
    fresh: int
    whole: bool = False
    race: racing.Race | None = None

    def go(self) -> Front:
        """Explores, races and judges; where it is stopped, tells the best so far."""
        most, book = self.ladder[-1], self.explorer.book
        book.place(book.space.planned)
        try:
            book.run(np.array([0]), most)
            self.explorer.run(book.space.planned[None])
            self.explore()
            left = self._raced()
            book.run(np.append(left, 0), most + self.fresh)
        except StoppedError:
            return self._stopped()
        return self._front(left, most, self.fresh, complete=True)

    def explore(self) -> None:
        """Runs every design in a few futures where the lanes are enough, else the most promising."""
        space, few, end = self.explorer.space, self.ladder[1], self.share.first
        if space.count <= WHOLE:
            every = space.within()
            if len(every) * few <= end:
                self.whole = True
                self.explorer.run(every)
                return
        self._begin()
        step = 0
        while self._left() >= 2 and self.explorer.generation(step, min(GENERATION, self._left())):
            step += 1
        self.explorer.refit(anew=True)

    def _begin(self) -> None:
        """One change at a time, and designs anywhere, in one future and in a few."""
        explorer, space = self.explorer, self.explorer.space
        single = space.neighbours(space.planned)
        explorer.run(single[space.allowed(single)][: max(2, self._left() // 4)])
        explorer.run(pareto.scattered(space, min(GENERATION, max(2, self._left() // 4)), explorer.seed, 1))
        explorer.screen(pareto.scattered(space, self.share.screen, explorer.seed, 2))

    def _left(self) -> int:
        """Designs that the first stage can still run."""
        return (self.share.first + self.ladder[-1] - self.explorer.book.spent) // self.ladder[1]

    def _raced(self) -> Places:
        """Places of the choices: those that none beats after the last stage, the least crowded of them."""
        places, values = self.explorer.worth()
        allowed = self.explorer.space.allowed(self.explorer.book.table(places))
        places, values = places[allowed], self.explorer.boxed(values[allowed])
        picked = places[np.sort(pareto.best(values, self.share.second))]
        self.race = racing.race(
            lambda at, n: self.explorer.parts(picked[at], n), len(picked), self.ladder[2:],
            (self.share.second, self.share.last), self.explorer.objectives,
        )  # fmt: skip
        self.race = replace(self.race, crowded_out=self.race.crowded_out + len(places) - len(picked))
        return self._chosen(picked[self.race.left], self.ladder[-1])

    def _chosen(self, places: Places, futures: int) -> Places:
        """Of those run in so many futures, the ones that none beats, one for each box, the least crowded."""
        if not len(places):
            return places
        values = self.explorer.boxed(self.explorer.parts(places, futures).mean(axis=2))
        designs = self.explorer.book.table(places)
        order = np.lexsort(designs.T[::-1])
        _, first = np.unique(values[order], axis=0, return_index=True)
        one = order[np.sort(first)]
        one = one[pareto.front(values[one])]
        return places[one[pareto.best(values[one], self.share.keep)]]

    def _stopped(self) -> Front:
        """The best so far, at the stage with most futures that some design has come to."""
        book = self.explorer.book
        if book.futures(0) < self.ladder[-1]:
            return self._front(np.zeros(0, dtype=np.int64), 0, 0, complete=False)
        for futures in self.ladder[:0:-1]:
            places = book.at_least(futures)
            places = places[book.space.allowed(book.table(places))]
            if (places > 0).any():
                return self._front(self._chosen(places, futures), 0, futures, complete=False)
        return self._front(np.array([0]), 0, self.ladder[-1], complete=False)

    def _front(self, left: Places, first: int, count: int, *, complete: bool) -> Front:
        """What is told of the choices on ``count`` futures from ``first`` on."""
        objectives, book = self.explorer.objectives, self.explorer.book
        sign = np.array([o.sign for o in objectives])
        errors = tuple((objectives[k].name, f.error, f.explained) for k, f in sorted(self.explorer.fits.items()))
        rest = (self.whole, len(self.explorer.means), book.spent, *self._dropped(), errors)
        if not count:
            return Front((), None, np.zeros(len(sign)), 0, False, complete, *rest)
        at = np.append(left, 0)
        judged = self.explorer.read(at, book.scores(at, first + count)[:, first:], first)
        before = self.explorer.read(at, book.scores(at, first or count), 0).mean(axis=2)
        designs = book.table(at)
        step, span = racing.spans(objectives)
        z = float(-ndtri(racing.WRONG / max(1, len(left) - 1)))
        lost = np.append(~racing.survivors(judged[:-1], step, span, z) if len(left) else [], False).astype(bool)
        choices = [
            choice(designs[n], judged[n], judged[-1], before[n], sign, span, beaten=bool(lost[n]))
            for n in range(len(at))
        ]
        flattered = (judged.mean(axis=2) - before)[:-1]
        optimism = flattered.mean(axis=0) if len(left) else np.zeros(len(sign))
        ordered = sorted(choices[:-1], key=lambda c: c.design)
        return Front(tuple(ordered), choices[-1], optimism, count, first > 0, complete, *rest)

    def _dropped(self) -> tuple[int, int]:
        return (self.race.beaten, self.race.crowded_out) if self.race else (0, 0)
