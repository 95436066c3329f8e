"""Prove that some promises cannot all hold: cut all settings into boxes, in each of which one of them fails even at its best corner."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from placeplan.explore.conflict.problem import UNKNOWN, Box, Setting, whole
from placeplan.explore.conflict.tally import Seen, SpentError, Tally

ABREAST = 8
"""Boxes cut at once, so that what has to be run is run in few calls."""
FEW = 4
"""Promises looked at in a box before the others are: those first that fail most nearly."""

Try = Callable[[Setting], bool]


@dataclass(frozen=True)
class Closed:
    """A box in which each of these promises fails, each by itself."""

    box: Box
    by: tuple[int, ...]


@dataclass(frozen=True)
class Cover:
    """What came of it."""

    closed: tuple[Closed, ...]
    proved: bool
    """Whether the boxes closed are all."""
    witness: bool
    """Whether a setting that keeps all was found instead."""
    cut_short: bool
    """Whether it ended for want of futures; else what is open is so near to what is asked that it stays open."""


def cover(tally: Tally, among: tuple[int, ...], works: Try) -> Cover:
    """Cuts boxes until all are closed, or a setting is found that ``works`` says keeps all, or the tally is spent."""
    return _Covering(tally, among, works).cover()


class _Covering:
    """One search."""

    def __init__(self, tally: Tally, among: tuple[int, ...], works: Try) -> None:
        problem = tally.problem
        self.tally, self.works = tally, works
        self.signs = {i: problem.promises[i].signs for i in among}
        endless = [j for j, lever in enumerate(problem.levers) if lever.between]
        root = whole(problem, among)
        self.among = tuple(i for i in among if not any(s[j] == UNKNOWN for s in [self.signs[i]] for j in endless))
        self.all = among
        self.root = root
        self.closed: list[Closed] = []
        self.open: list[Box] = []
        self.heap: list[tuple[float, int, Box]] = []
        self.met = 0

    def cover(self) -> Cover:
        """All of it."""
        if not self.among:
            return Cover((), proved=False, witness=False, cut_short=False)
        witness = cut_short = False
        try:
            witness = self._take([self.root])
            while self.heap and not witness:
                witness = self._take(self._halves())
        except SpentError:
            cut_short = True
        proved = not (self.heap or self.open or witness or cut_short)
        return Cover(tuple(self.closed), proved=proved, witness=witness, cut_short=cut_short)

    def _halves(self) -> list[Box]:
        """The halves of the boxes in which most is kept at the corners."""
        found: list[Box] = []
        for _ in range(min(ABREAST, len(self.heap))):
            box = heapq.heappop(self.heap)[2]
            cut = self._cut(box)
            found.extend(cut)
        self.tally.see([c for b in found for c in self._corners(b, self._order(b)[:FEW]).values()])
        return found

    def _cut(self, box: Box) -> tuple[Box, ...]:
        """Along the lever that moves most of P over what of it is left; the box itself goes to those open where none is left."""
        levers, widths = self.tally.problem.levers, self.tally.problem.widths
        left = (np.array(box.high) - np.array(box.low)) / widths
        moves = self.tally.effects()[list(self.all)].max(axis=0)
        for j in np.argsort(-(moves + 0.02) * left, kind="stable").tolist():
            cut = box.cut(j, levers[j]) if left[j] > 0 else None
            if cut:
                self._learn(box, cut, j)
                return cut
        self.open.append(box)
        return ()

    def _learn(self, box: Box, cut: tuple[Box, Box], j: int) -> None:
        """What it does to the best corners to lose half of a lever, where that was run before."""
        for i in self.among:
            one = self.tally.known.get(self._corner(box, i))
            for half in cut:
                corner = self._corner(half, i)
                other = self.tally.known.get(corner)
                far = abs(corner[j] - self._corner(box, i)[j]) / self.tally.problem.widths[j]
                if one and other and far:
                    self.tally.learn(j, float(far), one, other)

    def _take(self, boxes: list[Box]) -> bool:
        """Closes boxes, or keeps them to be cut; whether one of them shows a setting that keeps all."""
        for box in boxes:
            by, margin = self._settle(box)
            if by:
                self.closed.append(Closed(box, by))
                continue
            if self._works(box):
                return True
            if box.low == box.high:
                again = self._settle(box)[0]  # it may have been run on more futures since
                (self.closed.append(Closed(box, again)) if again else self.open.append(box))
                continue
            self.met += 1
            heapq.heappush(self.heap, (-margin, -self.met, box))
        return False

    def _works(self, box: Box) -> bool:
        """Whether the middle of a box keeps all, as far as its first futures say, and then for certain."""
        middle = box.middle(self.tally.problem.levers)
        seen = self.tally.see([middle])[0]
        at = list(self.all)
        return bool((seen.p[at] >= self.tally.problem.p[at]).all()) and self.works(middle)

    def _settle(self, box: Box) -> tuple[tuple[int, ...], float]:
        """The promises that fail in a box, and by how much the one that is nearest to it does not."""
        order = self._order(box)
        margin = 1.0
        for first in range(0, len(order), FEW):
            corners = self._corners(box, order[first : first + FEW])
            self.tally.see(list(corners.values()))
            while True:
                seen = {i: self.tally.known[c] for i, c in corners.items()}
                by = tuple(i for i, s in seen.items() if s.high[i] < self.tally.problem.p[i])
                again = None if by else self._again(box, corners, seen)
                if again is None:
                    break
                self.tally.see([again], self.tally.look(again) + 1)
            if by:
                return by, margin
            margin = min([margin, *(self._margin(i, s) for i, s in seen.items())])
        return (), margin

    def _again(self, box: Box, corners: dict[int, Setting], seen: dict[int, Seen]) -> Setting | None:
        """A corner that more futures may show to fail: a look to come would do if the share stays, or nothing is left to cut.

        The last look costs more than a few cuts, so it is kept for where nothing is left to cut.
        """
        looks, point = self.tally.effort.looks, box.low == box.high
        short = sorted((self._margin(i, s), i) for i, s in seen.items() if self._margin(i, s) < 0)
        for _, i in short:
            more = looks[self.tally.look(corners[i]) + 1 :] if point else looks[self.tally.look(corners[i]) + 1 : -1]
            if more:
                narrows = (seen[i].futures / more[-1]) ** 0.5
                nearer = seen[i].p[i] + (seen[i].high[i] - seen[i].p[i]) * narrows
                if point or nearer < self.tally.problem.p[i]:
                    return corners[i]
        return None

    def _margin(self, i: int, seen: Seen) -> float:
        return float(seen.p[i] - self.tally.problem.p[i])

    def _order(self, box: Box) -> list[int]:
        """Promises whose best corner bounds them in a box: those first that were least kept there or, where it was not run, anywhere."""
        bounded = [i for i in self.among if box.bounds(self.signs[i])]
        known = {i: self.tally.known.get(self._corner(box, i)) for i in bounded}
        return sorted(bounded, key=lambda i: (self._margin(i, seen) if (seen := known[i]) else 0.0, i))

    def _corners(self, box: Box, among: list[int]) -> dict[int, Setting]:
        return {i: self._corner(box, i) for i in among}

    def _corner(self, box: Box, i: int) -> Setting:
        return box.corner(self.signs[i], self.tally.problem.start)
