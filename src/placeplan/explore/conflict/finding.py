"""Which promises cannot all hold, whatever is done: the smallest such sets, each proved, or else not found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.explore.conflict.monotone import Checked
from placeplan.explore.conflict.problem import Problem, Run, Setting
from placeplan.explore.conflict.settling import Settling
from placeplan.explore.conflict.shares import enough
from placeplan.explore.conflict.subsets import bits, members
from placeplan.explore.conflict.tally import Effort, Seen, SpentError, Tally

USUAL = Effort()
SHOWN = 20
"""Sets not found that are told one by one, at most."""


@dataclass(frozen=True)
class Shown:
    """A setting and how often each promise is kept under it, levers and promises in the order handed over."""

    setting: Setting
    p: Floats
    """``[promise]``, each with the bounds of its share (`Effort.level`)."""
    low: Floats
    high: Floats
    futures: int
    fresh: bool
    """Whether on futures that were not used to find it; else the shares flatter."""


@dataclass(frozen=True)
class Leaf:
    """One box of a proof: the promise that fails in all of it, as it fails at the corner best for it."""

    low: Setting
    high: Setting
    promise: str
    corner: Setting
    p: float
    at_most: float
    """Below what is asked."""
    futures: int


@dataclass(frozen=True)
class Conflict:
    """Promises that cannot all hold."""

    promises: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    """At every setting one of them fails."""
    without: tuple[tuple[str, Shown], ...]
    """Promises without which the others hold, and the setting that shows it."""
    twice: bool
    """Whether each box that needs it failed on fresh futures too, as futures do not move evenly with the levers."""
    best: Shown | None
    """The setting that comes nearest to keeping all."""

    @property
    def smallest(self) -> bool:
        """Whether the others hold without any one of them; else that is not known of some."""
        return len(self.without) == len(self.promises) or len(self.promises) == 1


@dataclass(frozen=True)
class NotFound:
    """Promises of which neither was shown: that they cannot all hold, or a setting that keeps them."""

    promises: tuple[str, ...]
    best: Shown | None
    needs: int | None
    """Futures that would show that the best setting keeps all, if the shares stay; None where it keeps one too seldom."""


@dataclass(frozen=True)
class Conflicts:
    """What a search found."""

    conflicts: tuple[Conflict, ...]
    """Smallest first; none holds another."""
    together: tuple[tuple[tuple[str, ...], Shown], ...]
    """The largest sets that a setting keeps; what is outside is what has to be struck for it."""
    not_found: tuple[NotFound, ...]
    """The smallest, `SHOWN` of them at most."""
    spent: int
    """Future-runs."""
    complete: bool
    """Whether each set is settled one way or the other."""
    stopped: bool
    """Whether it was stopped, or out of budget: this is the best so far."""
    looked: bool
    """Whether the budget let each lever be looked at by itself; else nothing is proved by corners."""
    dropped: tuple[tuple[str, str], ...]
    """Promise and lever of which the runs do not bear out what was said: taken for unknown."""
    uneven: tuple[str, ...]
    """Promises that some future keeps under a worse setting and not under a better, by chance."""


def find_conflicts(
    problem: Problem,
    run: Run,
    seed: int,
    effort: Effort = USUAL,
    stop: Callable[[], bool] = lambda: False,
) -> Conflicts:
    """The smallest sets of promises that no setting of the levers keeps.

    A promise is kept under a setting if its share of futures reaches what is asked of it. Where all promises can be kept
    together, the chance that any conflict is told is 1 − ``effort.sure`` at most, if the levers do what their signs say.

    Args:
        problem: levers, promises, and what each lever does to each promise.
        run: which promises are kept under settings, in futures; asked for ``effort.budget`` future-runs at most.
        seed: of the walks that look at the levers one by one.
        effort: how hard to look.
        stop: asked before each run; once true, the best so far is told.

    >>> from placeplan.explore.conflict.problem import LESS, MORE, Asks, Lever
    >>> both = Problem((Lever("beds", (0, 1, 2)),), (Asks("money", 0.7, (LESS,)), Asks("waits", 0.7, (MORE,))), (1,))
    >>> kept = lambda x, f: np.stack([x < 1.5, x > 1.5], axis=2) & (f % 16 > 0)[None, :, None]
    >>> found = find_conflicts(both, kept, 1)
    >>> [c.promises for c in found.conflicts], found.complete
    ([('money', 'waits')], True)
    """
    ordered, rows, columns = problem.by_name()
    back = np.argsort(columns)

    def turned(settings: Floats, futures: Whole) -> Flags:
        return np.asarray(run(settings[:, back], futures))[:, :, rows]

    search = Settling(Tally(ordered, turned, effort, stop))
    return _Telling(search, search.settle(seed), problem, np.argsort(rows), back).tell()


class _Telling:
    """Results by name, in the order handed over."""

    def __init__(self, search: Settling, checked: Checked, asked: Problem, rows: Whole, columns: Whole) -> None:
        self.search, self.checked = search, checked
        self.asked, self.said = asked, asked.by_name()[0].signs
        self.tally, self.rows, self.columns = search.tally, rows, columns
        self.fresh: dict[Setting, Seen] = {}
        self.place = {p.name: i for i, p in enumerate(asked.promises)}

    def tell(self) -> Conflicts:
        """All of it."""
        subsets, tally = self.search.subsets, self.tally
        undecided = subsets.undecided()
        self.fresh = self._freshly([*subsets.conflicts(), *undecided[:SHOWN]])
        lost = [(i, j) for i, j in np.argwhere(self.checked.signs != self.said).tolist()]
        return Conflicts(
            conflicts=tuple(self._conflict(m) for m in subsets.conflicts()),
            together=tuple((self.names(m), self._without(m)) for m in subsets.together() if m),
            not_found=tuple(self._not_found(m) for m in undecided[:SHOWN]),
            spent=tally.spent,
            complete=not undecided,
            stopped=self.search.ended and bool(undecided),
            looked=self.search.looked,
            dropped=tuple((tally.problem.promises[i].name, tally.problem.levers[j].name) for i, j in lost),
            uneven=self.names(bits(self.checked.uneven)),
        )

    def names(self, mask: int) -> tuple[str, ...]:
        """Promises of a set, in the order handed over."""
        found = [self.tally.problem.promises[i].name for i in members(mask)]
        return tuple(sorted(found, key=self.place.__getitem__))

    def _conflict(self, mask: int) -> Conflict:
        possible = self.search.subsets.possible()
        parts = sorted(
            ((self.names(1 << i)[0], mask & ~(1 << i)) for i in members(mask)), key=lambda p: self.place[p[0]]
        )
        best = self._best(mask)
        return Conflict(
            promises=self.names(mask),
            leaves=tuple(self._leaves(mask)),
            without=tuple((name, self._without(part)) for name, part in parts if part and possible[part]),
            twice=bool(set(members(mask)) & set(self.checked.uneven)),
            best=best,
        )

    def _not_found(self, mask: int) -> NotFound:
        names, best = self.names(mask), self._best(mask)
        at = [self.place[name] for name in names]
        asked = np.array([p.p for p in self.asked.promises])[at]
        needs = enough(best.p[at], asked, self.tally.level) if best else None
        return NotFound(names, best, needs)

    def _leaves(self, mask: int) -> Iterable[Leaf]:
        for closed in self.search.told(mask).closed:
            i = self.search.closer(closed, mask, self.checked.uneven)
            corner = self.search.corner(closed, i)
            seen = self.tally.known[corner]
            low, high = self._setting(closed.box.low), self._setting(closed.box.high)
            told = float(seen.p[i]), float(seen.high[i]), seen.futures
            yield Leaf(low, high, self.tally.problem.promises[i].name, self._setting(corner), *told)

    def _without(self, mask: int) -> Shown:
        """The setting that keeps a set, and of several the one that keeps most."""
        fits = [w for w in self.search.witnesses.tried.values() if bits(w.keeps) & mask == mask]
        best = max(fits, key=lambda w: len(w.keeps))
        return self._shown(best.setting, best.seen, fresh=True)

    def _best(self, mask: int) -> Shown | None:
        """The setting that comes nearest to keeping a set, on fresh futures if there were any left."""
        best = self._nearest(mask)
        if best is None:
            return None
        tried = self.search.witnesses.tried
        fresh = tried[best].seen if best in tried else self.fresh.get(best)
        return self._shown(best, fresh or self.tally.known[best], fresh=fresh is not None)

    def _nearest(self, mask: int) -> Setting | None:
        score = self.search.witnesses.score
        return max(self.tally.known, key=lambda s: (score(s, members(mask)), s), default=None)

    def _freshly(self, masks: Iterable[int]) -> dict[Setting, Seen]:
        """The settings that come nearest to keeping sets, on futures that were not used to find them, all at once."""
        near = [best for mask in masks if (best := self._nearest(mask)) is not None]
        new = [s for s in dict.fromkeys(near) if s not in self.search.witnesses.tried]
        looks = self.tally.effort.looks
        self.tally.release()
        try:
            return dict(zip(new, self.tally.fresh(new, looks[min(1, len(looks) - 1)]), strict=True)) if new else {}
        except SpentError:
            return {}

    def _shown(self, setting: Setting, seen: Seen, *, fresh: bool) -> Shown:
        p, low, high = (part[self.rows] for part in (seen.p, seen.low, seen.high))
        return Shown(self._setting(setting), p, low, high, seen.futures, fresh)

    def _setting(self, setting: Setting) -> Setting:
        return tuple(setting[j] for j in self.columns)
