"""Which designs to run next: children of good ones, their neighbours and the best of a straight-line fit, sorted by a cheap guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from placeplan.core.streams import Floats
from placeplan.explore.plan_b import pareto
from placeplan.explore.plan_b.ledger import Ledger
from placeplan.explore.plan_b.objectives import Objective, parts
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.space import Designs, Space, distinct
from placeplan.explore.plan_b.straight import straight
from placeplan.explore.plan_b.surrogate import Fit, fit, lack_of, nearby, own_effects, smoothed, some

GENERATION = 96
"""Designs run in a generation."""
CHILDREN = 4
"""Children for each design that is run."""
AROUND = 24
"""Good designs of which all neighbours are guessed at."""
ANYHOW = 8
"""One in so many of those run is not the guess's choice."""
SCREENED = 16
"""Futures over which designs are spread that are run in one only."""
EVERY = 3
"""Generations after which the guess is fitted again."""
STRAIGHT = (0, 9)
"""Generations in which the straight-line fit is solved, and how strictly to fit is tried out."""
NEAR = (0.1, 0.25, 0.5, 1.0)
"""How far from the plan its solutions may lie, in shares of the farthest."""


@dataclass
class Explorer:
    """Designs run in a few futures each, and what they are guessed to be worth."""

    book: Ledger
    objectives: Sequence[Objective]
    futures: int
    """Futures in which a design is run."""
    seed: int
    means: dict[int, Floats] = field(default_factory=dict)
    """By place in the book: mean of each objective, and the variance of its difference from plan A, ``[2, objective]``."""
    screened: list[tuple[Designs, Floats]] = field(default_factory=list)
    """Designs run in one future, and their differences from plan A ``[design, objective]``."""
    fits: dict[int, Fit] = field(default_factory=dict)
    """By objective that is not a design's own."""
    lacking: dict[int, float] = field(default_factory=dict)

    @property
    def space(self) -> Space:
        """What may be changed."""
        return self.book.space

    def parts(self, places: Places, futures: int) -> Floats:
        """What each future adds, ``[design, objective, future]``; runs what is not run yet."""
        self.book.run(places, futures)
        return self.read(places, self.book.scores(places, futures), 0)

    def read(self, places: Places, scores: Floats, first: int) -> Floats:
        """The same of scores ``[design, future, outcome]`` in the futures from ``first`` on."""
        plan = self.book.scores(np.array([0]), first + scores.shape[1])[0, first:]
        designs = self.book.table(places)
        return parts(self.objectives, scores, plan, self.space.costs(designs), self.space.distances(designs))

    def run(self, designs: Designs) -> None:
        """Runs designs and keeps what they come to."""
        places = self.book.places(designs)
        new = np.array([n for n in places if int(n) not in self.means], dtype=np.int64)
        if len(new):
            plan = self.parts(np.array([0]), self.futures)[0]
            found = self.parts(new, self.futures)
            means, noise = found.mean(axis=2), (found - plan).var(axis=2)
            self.means |= {int(n): np.stack((m, v)) for n, m, v in zip(new, means, noise, strict=True)}

    def screen(self, designs: Designs) -> None:
        """Runs each design in one future, spread over a few, and keeps its difference from plan A there."""
        if not len(designs):
            return
        of = np.arange(len(designs)) % SCREENED
        plan = self.parts(np.array([0]), SCREENED)[0]
        scores, before = self.book.ask(designs, of[:, None]), self.book.scores(np.array([0]), SCREENED)[0]
        for future in range(min(SCREENED, len(designs))):
            few = designs[of == future]
            costs, far = self.space.costs(few), self.space.distances(few)
            one = parts(self.objectives, scores[of == future], before[future : future + 1], costs, far)
            self.screened.append((few, one[:, :, 0] - plan[:, future]))

    def refit(self, *, anew: bool) -> None:
        """Guesses again, from all that was run; anew: how strictly is tried out, too."""
        places, means, noise = self.known()
        designs = self.book.table(places)
        plan = self.means[0][0]
        for k, o in enumerate(self.objectives):
            if o.kind in ("cost", "distance"):
                continue
            x, y, n = designs, means[:, k] - plan[k], np.full(len(places), float(self.futures))
            if o.kind == "mean" and self.screened:
                x = np.concatenate([x, *(d for d, _ in self.screened)])
                y = np.concatenate([y, *(s[:, k] for _, s in self.screened)])
                n = np.concatenate([n, np.ones(len(x) - len(n))])
            before = None if anew else self.fits.get(k)
            self.fits[k] = fit(self.space, x, y, n, self.seed, self.lacking.get(k, 0.0), before)
            if before is not None:
                continue
            one = float(noise[:, k].mean())
            lack = lack_of(self.fits[k], one / n) ** 2
            self.lacking[k] = min(1.0, lack / one) if one > 0 else 1.0

    def known(self) -> tuple[Places, Floats, Floats]:
        """Places run, mean of each objective and variance of its difference from plan A, ``[design, objective]``."""
        places = np.array(sorted(self.means), dtype=np.int64)
        both = np.array([self.means[int(n)] for n in places])
        return places, both[:, 0], both[:, 1]

    def worth(self) -> tuple[Places, Floats]:
        """Places run, and each objective with the noise of few futures taken out as far as the guess allows."""
        places, means, noise = self.known()
        guessed = self.guess(self.book.table(places))
        found = means.copy()
        for k in self.fits:
            v = noise[:, k] / self.futures
            lack = np.sqrt(self.lacking[k] * float(noise[:, k].mean()))
            found[:, k] = smoothed(means[:, k], guessed[:, k], v, float(lack)) if v.any() else means[:, k]
        return places, found

    def guess(self, designs: Designs) -> Floats:
        """Each objective of designs that need not have been run, ``[design, objective]``."""
        found = np.empty((len(designs), len(self.objectives)))
        plan = self.means[0][0]
        for k, o in enumerate(self.objectives):
            if o.kind == "cost":
                found[:, k] = o.sign * self.space.costs(designs)
            elif o.kind == "distance":
                found[:, k] = o.sign * self.space.distances(designs)
            else:
                found[:, k] = plan[k] + self.fits[k].guess(designs) if k in self.fits else plan[k]
        return found

    def boxed(self, values: Floats) -> Floats:
        """Values in steps that matter."""
        return pareto.boxed(values, np.array([o.step for o in self.objectives]))

    def generation(self, step: int, count: int = GENERATION) -> int:
        """Proposes, runs and guesses anew; returns how many new designs were run."""
        if step % EVERY == 0:
            self.refit(anew=step in STRAIGHT)
        places, values = self.worth()
        designs = self.book.table(places)
        allowed = self.space.allowed(designs)
        designs, values = designs[allowed], values[allowed]
        good = pareto.best(self.boxed(values), 2 * count)
        new = self._proposed(designs[good], self.boxed(values[good]), step, count)
        if len(new):
            off = values[good] - self.guess(designs[good])
            guessed = self.boxed(self.guess(new) + nearby(new, designs[good], off))
            chosen = self._chosen(guessed, self.boxed(values[good]), step, count)
            self.run(new[chosen])
            return len(chosen)
        return 0

    def _proposed(self, designs: Designs, values: Floats, step: int, count: int) -> Designs:
        """New designs within the budgets, each once."""
        found = [pareto.scattered(self.space, count, self.seed, 1000 + step)]
        if len(designs):
            found.append(pareto.children(self.space, designs, values, CHILDREN * count, self.seed, step))
            found += [pareto.around(self.space, d, self.seed, step) for d in designs[:AROUND]]
        if step in STRAIGHT:
            found.append(self._straight())
        every = distinct(np.concatenate(found))
        return every[[not self.book.has(d) for d in every]]

    def _chosen(self, guessed: Floats, values: Floats, step: int, count: int) -> Places:
        """Places of those to run: the best by the guess beside the best that were run, and a few any."""
        first = values[pareto.front(values)] if len(values) else values
        both = np.concatenate((first, guessed))
        order = pareto.best(both, len(first) + count)
        order = order[order >= len(first)] - len(first)
        few = count - count // ANYHOW
        anyhow = some(order[few:], count - min(few, len(order)), self.seed, step)
        return np.concatenate((order[:few], anyhow))

    def _straight(self) -> Designs:
        """Where effects add up: the best of each objective, at several distances from the plan."""
        space = self.space
        if not self.fits:
            return np.zeros((0, len(space.columns)), dtype=np.int64)
        far = space.tables[1]
        limit = far.max(axis=1).sum()
        found = []
        for k in sorted(self.fits):
            price = lever_effects(space, self.fits[k])
            for share in NEAR:
                one = straight(space, price, -far[None], np.array([-share * limit]))
                if one is not None:
                    found.append(one)
        return space.settled(np.array(found, dtype=np.int64).reshape(-1, len(space.columns)))


def lever_effects(space: Space, guess: Fit) -> Floats:
    """What each value adds by itself in a fit, ``[lever, value]``."""
    found = np.zeros((len(space.sizes), max(space.sizes)))
    for v in range(max(space.sizes)):
        designs = np.minimum(v, np.array(space.sizes) - 1)[None]
        found[:, v] = own_effects(space, designs, guess.main)[0]
    return found
