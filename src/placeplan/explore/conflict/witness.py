"""Look for a setting that keeps some promises, and make certain of it on fresh futures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from placeplan.explore.conflict.problem import Box, Lever, Setting, whole
from placeplan.explore.conflict.shares import at_least
from placeplan.explore.conflict.tally import Seen, Tally

STARTS = 3
"""Settings from which the search sets out."""
PASSES = 6
"""Times that it goes through all levers from each."""
ABREAST = 8
"""Levers tried at once."""

Score = tuple[float, float]


@dataclass(frozen=True)
class Witness:
    """A setting on fresh futures, and the promises that it keeps for certain."""

    setting: Setting
    seen: Seen
    keeps: frozenset[int]


class Witnesses:
    """All settings that were tried on fresh futures."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.tried: dict[Setting, Witness] = {}
        self._tries: Counter[tuple[int, ...]] = Counter()

    def works(self, setting: Setting, among: tuple[int, ...]) -> bool:
        """Whether a setting keeps promises: first on as many futures as tell, then for certain on fresh ones.

        For each set of promises as many settings are tried as there are looks at most, so that `Effort.level` is that of all.
        """
        if setting in self.tried:
            return self.tried[setting].keeps.issuperset(among)
        if self._tries[among] >= len(self.tally.effort.looks) or (n := self._futures(setting, among)) is None:
            return False
        seen = self.tally.fresh([setting], n)[0]
        self._tries[among] += 1
        keeps = frozenset(np.flatnonzero(seen.low >= self.tally.problem.p).tolist())
        self.tried[setting] = Witness(setting, seen, keeps)
        return keeps.issuperset(among)

    def _futures(self, setting: Setting, among: tuple[int, ...]) -> int | None:
        """Fresh futures that will do if the shares stay within one standard deviation; None where a promise is not kept, or too nearly not."""
        at, looks, p = list(among), self.tally.effort.looks, self.tally.problem.p
        share = np.ones(len(at))
        for look in range(len(looks)):
            share = self.tally.see([setting], look)[0].p[at]
            if (share < p[at]).any():
                return None
            for n in looks[: look + 2]:
                below = np.sqrt(n * share * (1.0 - share) + 1.0)
                if (at_least(np.maximum(n * share - below, 0.0), n, self.tally.level) >= p[at]).all():
                    return n
        return looks[-1] if (at_least(looks[-1] * share, looks[-1], self.tally.level) >= p[at]).all() else None

    def seek(self, among: tuple[int, ...]) -> bool:
        """Whether a setting is found that keeps promises: uphill, a lever at a time, from the best settings known."""
        box = whole(self.tally.problem, among)
        middle = box.middle(self.tally.problem.levers)
        corners = [box.corner(self.tally.problem.promises[i].signs, self.tally.problem.start) for i in among]
        self.tally.see([_inside(box, self.tally.problem.start), middle, *corners])
        starts = [s for s in self.tally.known if box.holds(s)]
        starts.sort(key=lambda s: (tuple(-x for x in self.score(s, among)), s))
        for start in starts[:STARTS]:
            found = self.climb(box, start, among)
            if self.score(found, among)[0] >= 0 and self.works(found, among):
                return True
        return False

    def score(self, setting: Setting, among: tuple[int, ...]) -> Score:
        """How far a setting is from keeping promises, the more the better: all that is missing, and what is to spare of the scarcest."""
        at = list(among)
        over = self.tally.known[setting].p[at] - self.tally.problem.p[at]
        return float(np.minimum(over, 0.0).sum()), float(over.min(initial=1.0))

    def climb(self, box: Box, at: Setting, among: tuple[int, ...]) -> Setting:
        """Uphill from one setting inside a box until no lever helps, or little doubt is left.

        Few levers at once: each by itself, then those that help together, the most helpful first.
        """
        for _ in range(PASSES):
            before, order = at, [j for j in self._by_effect(among) if box.low[j] < box.high[j]]
            for first in range(0, len(order), ABREAST):
                moves = [
                    m for j in order[first : first + ABREAST] for m in _moves(self.tally.problem.levers[j], box, at, j)
                ]
                self.tally.see(moves)
                both = self._together(at, moves, among)
                self.tally.see(both)
                at = max([at, *moves, *both], key=lambda s: self.score(s, among))
                if self._clear(at, among):
                    return at
            if at == before:
                break
        return at

    def _together(self, at: Setting, moves: list[Setting], among: tuple[int, ...]) -> list[Setting]:
        """Of the moves that help, the best two together, the best three, and so on; of one lever only its best."""
        here = self.score(at, among)
        helps = sorted(
            (m for m in moves if self.score(m, among) > here), key=lambda m: self.score(m, among), reverse=True
        )
        found, now, moved = [], at, set[int]()
        for move in helps:
            j = next(k for k, (a, b) in enumerate(zip(at, move, strict=True)) if a != b)
            if j not in moved:
                moved.add(j)
                now = (*now[:j], move[j], *now[j + 1 :])
                found.append(now)
        return found[1:]

    def _clear(self, setting: Setting, among: tuple[int, ...]) -> bool:
        """Whether the futures that found it leave little doubt."""
        at = list(among)
        return bool((self.tally.known[setting].low[at] >= self.tally.problem.p[at]).all())

    def _by_effect(self, among: tuple[int, ...]) -> list[int]:
        effects = self.tally.effects()[list(among)].max(axis=0)
        found: list[int] = np.argsort(-effects, kind="stable").tolist()
        return found


def _inside(box: Box, setting: Setting) -> Setting:
    return tuple(min(max(x, a), b) for a, x, b in zip(box.low, setting, box.high, strict=True))


def _moves(lever: Lever, box: Box, at: Setting, j: int) -> list[Setting]:
    """Settings that differ in one lever: at each end, and half-way there."""
    low, here, high = box.low[j], at[j], box.high[j]
    if lever.between:
        values = {low, (low + here) / 2.0, (here + high) / 2.0, high}
    else:
        inside = [v for v in lever.values if low <= v <= high]
        n = inside.index(here)
        values = {
            inside[k] for k in (0, n // 2, max(n - 1, 0), min(n + 1, len(inside) - 1), (n + len(inside)) // 2, -1)
        }
    return [(*at[:j], v, *at[j + 1 :]) for v in sorted(values - {here})]
