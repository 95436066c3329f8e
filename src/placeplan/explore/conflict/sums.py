"""Promises that cannot all hold because what helps one takes as much from another: proved by a weighted sum of their room.

Where all of some promises hold, none of them lacks room, so no sum of their room with weights of at least 0 is below 0: a limit on
all of them together that holds whatever the levers do. By corners alone such a conflict needs a box for nearly every way to set
the levers, as each lever helps one promise and harms another; in the right sum they cancel, and one corner tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.explore.conflict.finding import Conflict, find_conflicts
from placeplan.explore.conflict.problem import Asks, Problem
from placeplan.explore.conflict.tally import Effort
from placeplan.explore.one_thread import in_one_thread

DIGITS = 3
"""Of a weight, so that the last bits of a linear solver decide nothing."""

Rooms = Callable[[Floats, Whole], Floats]
"""Room left to each promise, ``[setting, future, promise]``, at least 0 exactly where it is kept, under settings
``[setting, lever]`` in futures of these numbers ``[future]``."""


def may_fail(asked: Iterable[float]) -> float:
    """Largest share of futures in which not all of some promises hold, each holding as often as asked: ``Σ (1 − pᵢ)``.

    Source: Fréchet (1935), Fundamenta Mathematicae 25:379; Bonferroni's inequality.

    >>> round(may_fail([0.8, 0.7]), 3)
    0.5
    """
    return sum(1.0 - p for p in asked)


@in_one_thread
def weights(room: Floats, effects: Sequence[Floats]) -> tuple[Floats, float]:
    """Weights, summing to 1, for which the best that levers can do for the sum is least, and that best, if effects add up.

    ``min over w of Σᵢ wᵢ roomᵢ + Σⱼ max over steps of Σᵢ wᵢ effectⱼ[step, i]``, by linear programming (HiGHS): the dual of
    setting the levers. Only a guess of which sum to try: what is proved of the sum does not rest on it.

    Args:
        room: left as things stand, ``[promise]``, each in a scale of its own.
        effects: by lever, what each of its steps adds to it, ``[step, promise]``.

    Two promises lack 1 each. One lever moves up to 4 from one to the other, a second adds 1 to both. The best of the plain
    sum is −2 + 0 + 2 = 0; no other weights do better, as the first lever then adds to it.

    >>> found = weights(np.array([-1.0, -1.0]), [np.array([[-4.0, 4.0], [0, 0], [4, -4]]), np.array([[0.0, 0], [1, 1]])])
    >>> found[0].tolist(), found[1]
    ([0.5, 0.5], 0.0)
    """
    from scipy.optimize import linprog  # noqa: PLC0415 – slow to import

    count, levers = len(room), len(effects)
    rows = [
        np.column_stack([e, *(np.full(len(e), -float(k == j)) for k in range(levers))]) for j, e in enumerate(effects)
    ]
    none = np.zeros((0, count + levers))
    above = np.concatenate([none, *rows])
    found = linprog(
        np.concatenate([room, np.ones(levers)]), A_ub=above, b_ub=np.zeros(len(above)),
        A_eq=np.concatenate([np.ones(count), np.zeros(levers)])[None], b_eq=[1.0],
        bounds=[(0.0, None)] * count + [(None, None)] * levers, method="highs",
    )  # fmt: skip
    if found.x is None:
        return np.full(count, 1.0 / count), 0.0
    w = np.round(found.x[:count], DIGITS)
    best = float(room @ w + sum(float((e @ w).max()) for e in effects))
    return w, best


@dataclass(frozen=True)
class Sum:
    """A weighted sum of the room of some promises."""

    promises: tuple[str, ...]
    places: tuple[int, ...]
    """Of these promises among those of the problem."""
    weights: tuple[float, ...]
    """Above 0, in 1 / (the promise's own unit)."""
    asks: float
    """Share of futures in which it has to be at least 0 if each promise holds as often as asked: ``1 − may_fail``."""

    def of(self, rooms: Floats) -> Floats:
        """The sum, ``[…]``, of rooms ``[…, promise]``."""
        found: Floats = rooms[..., list(self.places)] @ np.array(self.weights)
        return found

    def kept(self, rooms: Rooms) -> Callable[[Floats, Whole], Flags]:
        """Whether the sum is at least 0, ``[setting, future, 1]``, as a search runs it."""
        return lambda settings, futures: (self.of(rooms(settings, futures)) >= 0.0)[..., None]


def sum_of(problem: Problem, among: Sequence[str], w: Sequence[float]) -> Sum | None:
    """The sum of promises with these weights; None where fewer than two count, or what is asked leaves room for none to hold."""
    at = {p.name: n for n, p in enumerate(problem.promises)}
    some = [(name, at[name], float(x)) for name, x in zip(among, w, strict=True) if x > 0]
    asks = 1.0 - may_fail(problem.promises[n].p for _, n, _ in some)
    if len(some) < 2 or asks <= 0:
        return None
    names, places, each = zip(*some, strict=True)
    return Sum(names, places, each, asks)


@in_one_thread
def prove(
    problem: Problem, one: Sum, signs: tuple[int, ...], rooms: Rooms, seed: int, effort: Effort,
    stop: Callable[[], bool] = lambda: False,
) -> Conflict | None:  # fmt: skip
    """The proof that a sum lies below 0 too often at every setting, so that its promises cannot all hold; None where there is none.

    If a setting keeps each promise as often as asked, all hold together in ``asks`` of the futures at least, and in these
    the sum is at least 0. So the sum is searched as if it were a promise, with all that guards such a search: walks, signs
    checked on all runs, proofs tried, and told on fresh futures where futures do not move evenly.

    signs: what each lever does to the sum, ``[lever]``.
    """
    alone = Problem(problem.levers, (Asks("sum", one.asks, signs),), problem.start)
    found = find_conflicts(alone, one.kept(rooms), seed, effort, stop)
    return found.conflicts[0] if found.conflicts else None
