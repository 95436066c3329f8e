"""How far each changed plan is known to keep what is asked, and which of those that do are repairs: no part can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from placeplan.core.intervals import Z95, wilson_ends
from placeplan.core.streams import Floats
from placeplan.explore.arrays import Flags
from placeplan.explore.plan_b import pareto
from placeplan.explore.plan_b.ledger import Ledger
from placeplan.explore.plan_b.pareto import Places
from placeplan.explore.plan_b.space import Designs

HOPELESS = 2.5758293035489
"""Standard errors (99 %) by which a share lies below what is asked before a design is given up."""
SURE, LIKELY, BROKEN = 2, 1, 0
Grade = int
"""`SURE`: every lower end is at or above what is asked; `LIKELY`: every share is; `BROKEN`: some share is not."""


def shortfall(kept: Floats, asked: Floats) -> Floats:
    """How much is lacking in all, ``Σ max(0, p − P)``, ``[design]`` from ``[design, ask]``.

    >>> shortfall(np.array([[0.9, 0.5]]), np.array([0.8, 0.7])).round(3).tolist()
    [0.2]
    """
    found: Floats = np.maximum(0.0, asked - kept).sum(axis=1)
    return found


def grade(kept: Floats, futures: int, asked: Floats) -> Grade:
    """How surely shares ``[ask]`` of so many futures are what is asked.

    >>> [grade(np.array([k]), 1000, np.array([0.8])) for k in (0.9, 0.81, 0.79)]
    [2, 1, 0]
    """
    low, _ = wilson_ends(kept, futures, Z95)
    return SURE if (low >= asked).all() else LIKELY if (kept >= asked).all() else BROKEN


def hopeless(kept: Floats, futures: int, asked: Floats) -> bool:
    """Whether some share is below what is asked, clear of chance.

    >>> hopeless(np.array([0.5]), 32, np.array([0.8])), hopeless(np.array([0.7]), 32, np.array([0.8]))
    (True, False)
    """
    _, high = wilson_ends(kept, futures, HOPELESS)
    return bool((high < asked).any())


@dataclass
class Known:
    """What is known of every design run."""

    book: Ledger
    outcomes: Sequence[int]
    """Places of kept or broken, by ask."""
    asked: Floats
    """``[ask]``."""
    most: int
    """Futures of the last stage."""
    kept: dict[int, tuple[int, Floats]] = field(default_factory=dict)
    """By place in the book: futures, and shares that kept each ask."""

    def look(self, places: Places) -> None:
        """Reads what was run since."""
        for n in map(int, places):
            futures = min(self.book.futures(n), self.most)
            if futures and self.kept.get(n, (0, None))[0] < futures:
                scores = self.book.scores(np.array([n]), futures)[0]
                self.kept[n] = (futures, scores[:, list(self.outcomes)].mean(axis=0))

    def grade(self, place: int) -> Grade:
        """Of a design run in all futures; `BROKEN` where it is not."""
        futures, kept = self.kept.get(place, (0, np.zeros(0)))
        return grade(kept, futures, self.asked) if futures == self.most else BROKEN

    def given_up(self, place: int) -> bool:
        """Whether it is clear that it does not do."""
        futures, kept = self.kept.get(place, (0, np.zeros(0)))
        return bool(futures) and hopeless(kept, futures, self.asked)

    def open(self, place: int) -> bool:
        """Whether more futures would tell more."""
        return not self.given_up(place) and self.kept.get(place, (0, None))[0] < self.most

    def next_stage(self, place: int, ladder: Sequence[int]) -> tuple[int, int]:
        """Futures up to which it is run next, and how many more these are."""
        had = self.kept[place][0]
        to = next(n for n in ladder[1:] if n > had)
        return to, to - had

    def short(self, place: int) -> float:
        """How much is lacking, as far as is known."""
        return float(shortfall(self.kept[place][1][None], self.asked)[0])

    def lessened(self, place: int) -> Designs:
        """Designs with one part of it undone or made smaller that are within the budgets."""
        found = self.book.space.lessened(self.book.designs[place])
        return found[self.book.space.allowed(found)]

    def undecided(self, place: int) -> Designs:
        """Those of them of which it is not known whether they do."""
        found = self.lessened(place)
        return found[[not self.book.has(d) or self.open(self.book.place(d)) for d in found]]

    def reducible(self, place: int) -> bool:
        """Whether one of them does as surely."""
        own = self.grade(place)
        at = [self.book.place(d) for d in self.lessened(place) if self.book.has(d)]
        return any(self.grade(n) >= own for n in at)

    def repairs(self) -> Places:
        """Designs that do, of which no part is known to be needless, and that no other such design beats.

        Beaten is what another that is as sure makes cheaper and nearer to the plan. In order of cost, then distance.
        """
        whole = [n for n, (futures, _) in self.kept.items() if futures == self.most]
        doing = [n for n in sorted(whole) if self.grade(n) and not self.reducible(n)]
        places = np.array(doing, dtype=np.int64)
        values = self.values(places)
        found = places[pareto.front(values)] if len(places) else places
        values = self.values(found)
        return found[np.lexsort((found, values[:, 1], values[:, 0]))]

    def values(self, places: Places) -> Floats:
        """Cost, distance and how sure, ``[design, 3]``, less being better."""
        designs, space = self.book.table(places), self.book.space
        sure = np.array([-self.grade(int(n)) for n in places], dtype=np.float64)
        return np.stack([space.costs(designs), space.distances(designs), sure], axis=1)

    def covered(self, designs: Designs, repairs: Places) -> Flags:
        """Which designs cannot be better than a sure repair that is known: it is as cheap and as near, or nearer."""
        sure = np.array([n for n in repairs if self.grade(int(n)) == SURE], dtype=np.int64)
        if not len(sure) or not len(designs):
            return np.zeros(len(designs), dtype=bool)
        space = self.book.space
        values = space.prices(designs)
        return np.asarray(pareto.beating(self.values(sure)[:, :2], values).any(axis=0))
