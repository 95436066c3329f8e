"""The cheapest repairs: the smallest changes of a plan after which every promise asked is kept as surely as asked.

One change first, then several, sorted by a cheap guess; more futures only for what may do. A repair is told only where
undoing, or making smaller, any part of it breaks it again, and is scored on futures that the search never saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.core.intervals import wilson_ends
from placeplan.core.streams import Floats
from placeplan.explore.arrays import Flags
from placeplan.explore.one_thread import in_one_thread
from placeplan.explore.plan_b import pareto
from placeplan.explore.plan_b.ledger import Budget, Evaluate, Ledger, StoppedError
from placeplan.explore.plan_b.objectives import Objective
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.proposing import EVERY, GENERATION, STRAIGHT, Explorer, lever_effects
from placeplan.explore.plan_b.repair import Ask, Repair, Repairs, Undone, turned
from placeplan.explore.plan_b.repairing import BROKEN, SURE, Known, grade, shortfall
from placeplan.explore.plan_b.search import WHOLE
from placeplan.explore.plan_b.space import Designs, Space, distinct
from placeplan.explore.plan_b.straight import straight
from placeplan.explore.plan_b.surrogate import nearby, some

KEEP = 8
PATIENCE = 5
"""Generations without a change of what is found after which the search ends."""
NEARLY = 0.05
"""What may be lacking by the guess of a design that is run."""
BASES = 12
ABREAST = 8
"""Designs that meet more futures side by side: a run of many lanes takes little longer than one of a few."""
OVER = (0.7, 1.0, 1.5)
"""How much of what is lacking a straight-line fit is asked for, as shares of futures bend near 1."""


@in_one_thread
def repairs(
    space: Space,
    evaluate: Evaluate,
    asks: Sequence[Ask],
    budget: Budget,
    *,
    keep: int = KEEP,
    likely: Designs | None = None,
) -> Repairs:
    """The smallest changes after which every promise asked is kept as asked; no repair where plan A does already.

    Args:
        space: what may be changed.
        evaluate: runs designs; each outcome of `asks` is 1 where its promise is kept, else 0.
        asks: promises, each with how surely it has to be kept.
        budget: what may be run.
        keep: repairs told, at most.
        likely: designs ``[design, lever]`` that may well do, which are run first.

    Raises:
        ValueError: too few lanes for these futures, or nothing is asked.
    """
    few, most, fresh, lanes = budget.ladder[1], budget.ladder[-1], budget.fresh, budget.lanes
    need = most + fresh + 2 * (most + fresh) + 8 * few
    if not asks or lanes < need:
        raise ValueError(
            f"a search for repairs needs a promise and at least {need:,} lanes; {len(asks)} and {lanes:,} given"
        )
    named, order = space.by_name()
    back = np.argsort(order)
    by_name = sorted(range(len(asks)), key=lambda k: asks[k].name)
    sorted_asks = [asks[k] for k in by_name]
    book = Ledger(named, lambda d, n: evaluate(d[:, back], n), lanes, budget.stop)
    objectives = [
        *(Objective(a.name, "mean", (a.outcome,), more=True, span=1.0) for a in sorted_asks),
        Objective("cost", "cost"), Objective("distance", "distance"),
    ]  # fmt: skip
    known = Known(book, [a.outcome for a in sorted_asks], np.array([a.p for a in sorted_asks]), most)
    explorer = Explorer(book, objectives, few, budget.seed)
    keep = max(1, min(keep, (lanes - 2 * most) // (4 * fresh)))
    first = named.planned[None][:0] if likely is None else likely[:, order]
    return turned(_Hunt(explorer, known, budget.ladder, fresh, keep, first).go(), back, np.argsort(by_name))


@dataclass
class _Hunt:
    """One search, levers and promises in order of name."""

    explorer: Explorer
    known: Known
    ladder: Sequence[int]
    fresh: int
    keep: int
    likely: Designs
    whole: bool = False

    @property
    def book(self) -> Ledger:
        return self.explorer.book

    @property
    def spare(self) -> int:
        """Lanes that the search itself may still spend."""
        return self.book.lanes - self.book.spent - (self.keep + 1) * self.fresh - self.ladder[-1]

    def go(self) -> Repairs:
        most, book = self.ladder[-1], self.book
        book.place(book.space.planned)
        plan = np.array([0])
        try:
            self._met(plan, most)
            self.explorer.run(book.space.planned[None])
            if self.known.grade(0) == SURE:
                book.run(plan, most + self.fresh)
                return self._told(plan[:0], None, most, self.fresh, complete=True)
            self._begin()
            self._go_on()
            found = self.known.repairs()[: self.keep]
            nearest = None if len(found) else self._nearest()
            if nearest is not None:
                self._met(np.array([nearest]), most)
                found = self.known.repairs()[: self.keep]  # all futures may show that it does
                nearest = None if len(found) else nearest
            book.run(
                np.concatenate((plan, found, [] if nearest is None else [nearest])).astype(np.int64), most + self.fresh
            )
        except StoppedError:
            return self._stopped()
        return self._told(found, nearest, most, self.fresh, complete=True)

    def _met(self, places: Places, futures: int) -> None:
        self.book.run(places, futures)
        self.known.look(places)

    def _run(self, designs: Designs) -> None:
        """Runs designs at the first stage, as many as the lanes allow."""
        designs = designs[: max(0, self.spare // self.ladder[1])]
        self.explorer.run(designs)
        self.known.look(self.book.places(designs))

    def _begin(self) -> None:
        """What is likely to do; then every design where the lanes are enough, else one change at a time, and designs anywhere."""
        space, few = self.explorer.space, self.ladder[1]
        self._run(self.likely[space.allowed(self.likely)])
        if space.count <= WHOLE:
            every = space.within()
            if len(every) * few <= self.spare // 2:
                self.whole = True
                self._run(every)
                return
        single = space.neighbours(space.planned)
        self._run(single[space.allowed(single)][: max(2, self.spare // (4 * few))])
        self._run(pareto.scattered(space, min(GENERATION, max(2, self.spare // (8 * few))), self.explorer.seed, 1))
        self.explorer.screen(pareto.scattered(space, max(0, self.spare // 20), self.explorer.seed, 2))

    def _go_on(self) -> None:
        """Generations, and more futures for what may do, until nothing changes any more or the lanes are spent."""
        step = quiet_for = 0
        before: list[int] = []
        while quiet_for < PATIENCE and self.spare >= self.ladder[1]:
            spent = self.book.spent
            if not self.whole:
                self._generation(step)
            self._promote()
            now = self.known.repairs().tolist()
            decided = not any(len(self.known.undecided(n)) for n in now)
            quiet_for = quiet_for + 1 if now and now == before and decided else 0
            before, step = now, step + 1
            if self.book.spent == spent:
                return

    def _generation(self, step: int) -> None:
        """Proposes and runs designs that the guess thinks will do cheaply, or come near."""
        if step % EVERY == 0:
            self.explorer.refit(anew=step in STRAIGHT)
        places, values = self.explorer.worth()
        bases = self._bases(places, -values[:, : len(self.known.asked)])
        new = self._proposed(self.book.table(places[bases]), step)
        if not len(new):
            return
        guess = self.explorer.guess
        off = values[bases] - guess(self.book.table(places[bases]))
        kept = -(guess(new) + nearby(new, self.book.table(places[bases]), off))[:, : len(self.known.asked)]
        self._run(new[self._chosen(new, shortfall(np.clip(kept, 0.0, 1.0), self.known.asked), step)])

    def _bases(self, places: Places, kept: Floats) -> Places:
        """Where, among the places, the designs stand from which others are made: cheap ones that may do, and those that lack least."""
        short = shortfall(np.clip(kept, 0.0, 1.0), self.known.asked)
        costs = self.explorer.space.prices(self.book.table(places))
        short = np.where(self.explorer.space.allowed(self.book.table(places)), short, 99.0)
        may = np.flatnonzero(short <= NEARLY)
        cheap: Places = may[pareto.best(costs[may], BASES)] if len(may) else may
        least = np.lexsort((costs[:, 1], np.round(short, 3)))[:BASES]
        found = np.flatnonzero(np.isin(places, self.known.repairs()))
        return np.unique(np.concatenate((cheap, least, found))).astype(np.int64)

    def _proposed(self, bases: Designs, step: int) -> Designs:
        """New designs within the budgets: around the bases, parts of them undone, and where effects add up the cheapest."""
        space, seed = self.explorer.space, self.explorer.seed
        found = [
            pareto.scattered(space, GENERATION, seed, 1000 + step),
            pareto.undone(space, bases, 4 * GENERATION, seed, step),
        ]
        found += [pareto.around(space, d, seed, step) for d in bases]
        if step in STRAIGHT:
            found.append(self._straight())
        every = distinct(np.concatenate(found))
        new: Flags = space.allowed(every) & np.array([not self.book.has(d) for d in every], dtype=bool)
        return every[new]

    def _chosen(self, new: Designs, short: Floats, step: int) -> Places:
        """Half: the cheapest and nearest of those that may do; then those that lack least; a few any."""
        costs = self.explorer.space.prices(new)
        may = np.flatnonzero((short <= NEARLY) & ~self.known.covered(new, self.known.repairs()))
        cheap: Places = may[pareto.best(costs[may], GENERATION // 2)] if len(may) else may
        both = pareto.best(np.concatenate((np.round(short, 2)[:, None], costs), axis=1), GENERATION // 4)
        least = np.lexsort((costs[:, 1], np.round(short, 3)))[: GENERATION // 8]
        anyhow = some(np.arange(len(new)), GENERATION // 8, self.explorer.seed, step)
        return np.unique(np.concatenate((cheap, both, least, anyhow))).astype(np.int64)

    def _straight(self) -> Designs:
        """Where effects add up: the cheapest and the nearest that do, for several degrees of what is lacking."""
        space, fits = self.explorer.space, self.explorer.fits
        gain = np.stack([-lever_effects(space, fits[k]) for k in sorted(fits)])
        lack = self.known.asked - self.known.kept[0][1]
        cost, far, _ = space.tables
        price = [cost, far, cost / (np.abs(cost).max() or 1.0) + far / (far.max() or 1.0)]
        made = [straight(space, p, gain, np.maximum(lack, 0.0) * o) for p in price for o in OVER]
        return np.array([d for d in made if d is not None], dtype=np.int64).reshape(-1, len(space.columns))

    def _promote(self) -> None:
        """More futures for what may do: parts undone of what does, then the cheapest; as many lanes as a generation takes."""
        purse = max(GENERATION * self.ladder[1] * 2, 4 * self.ladder[-1])
        now = self.known.repairs()
        parts_ = [d for n in now for d in self.known.undecided(int(n))]
        if parts_:
            self._run(np.array([d for d in parts_ if not self.book.has(d)], dtype=np.int64).reshape(-1, len(parts_[0])))
        first = [self.book.place(d) for d in parts_ if self.book.has(d)]
        queue = list(dict.fromkeys((*first, *self._waiting(now))))
        while purse > 0:
            batch = [n for n in queue if self.known.open(n)][:ABREAST]
            stages: dict[int, list[int]] = {}
            spare = self.spare
            for place in batch:
                to, lanes = self.known.next_stage(place, self.ladder)
                if min(purse, spare - lanes) >= 0:
                    purse, spare = purse - lanes, spare - lanes
                    stages.setdefault(to, []).append(place)
            for to, places in sorted(stages.items()):
                self._met(np.array(places), to)
            if not stages:
                return

    def _waiting(self, now: Places) -> list[int]:
        """Designs that may do and would be better than what is found: those that seem to do first, the cheapest first."""
        places = np.array([n for n in sorted(self.known.kept) if n and self.known.open(n)], dtype=np.int64)
        designs = self.book.table(places)
        places = places[~self.known.covered(designs, now) & self.explorer.space.allowed(designs)]
        if not len(places):
            return []
        short = np.floor(np.array([self.known.short(int(n)) for n in places]) / NEARLY)
        rank = pareto.ranks(self.explorer.space.prices(self.book.table(places)))
        return [int(n) for n in places[np.lexsort((rank, short))]]

    def _nearest(self) -> int | None:
        """The allowed design that lacks least, of those met longest."""
        for futures in self.ladder[:0:-1]:
            places = [n for n, (met, _) in self.known.kept.items() if met >= futures and n]
            places = [n for n in places if self.explorer.space.allowed(self.book.table(np.array([n])))[0]]
            if places:
                return min(places, key=lambda n: (round(self.known.short(n), 9), n))
        return None

    def _stopped(self) -> Repairs:
        """The best so far."""
        most = self.ladder[-1]
        if 0 not in self.known.kept:
            return Repairs(None, (), None, 0, 0, False, False, False, 0, self.book.spent)
        found = self.known.repairs()[: self.keep]
        return self._told(found, None if len(found) else self._nearest(), 0, most, complete=False)

    def _told(self, found: Places, nearest: int | None, first: int, count: int, *, complete: bool) -> Repairs:
        """What is told on ``count`` futures from ``first`` on."""
        told = [self._repair(int(n), first, count) for n in found]
        good = tuple(r for r in told if r.grade > BROKEN)
        near = None if nearest is None else self._repair(nearest, first, count)
        if not good and told:
            near = min(told, key=lambda r: float(shortfall(r.kept[None], self.known.asked)[0]))
        return Repairs(
            self._repair(0, first, count), good, near, len(told) - len(good), count, first > 0, complete, self.whole,
            len(self.known.kept), self.book.spent,
        )  # fmt: skip

    def _repair(self, place: int, first: int, count: int) -> Repair:
        """One design on ``count`` futures from ``first`` on, as far as it met them."""
        met = self.book.scores(np.array([place]), first + count)[0, first:, list(self.known.outcomes)].T
        kept = met.mean(axis=0)
        low, high = wilson_ends(kept, len(met))
        design = self.book.designs[place][None]
        parts_ = [self.book.place(d) for d in self.known.lessened(place) if self.book.has(d)]
        needed = None if len(self.known.undecided(place)) else not self.known.reducible(place)
        return Repair(
            tuple(map(int, design[0])), float(self.explorer.space.costs(design)[0]),
            float(self.explorer.space.distances(design)[0]), kept, low, high, grade(kept, len(met), self.known.asked),
            self.known.kept[place][1], needed if place else None,
            tuple(Undone(tuple(map(int, self.book.designs[n])), self.known.kept[n][1], self.known.kept[n][0]) for n in parts_),
        )  # fmt: skip
