"""What each player brings, from what none of them makes to what all make together, so that the parts add up to the last bit.

A player is anything that can be there or not: growth of demand, a price, an initiative. A game gives a figure for each
coalition of them in each future.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import Any, Literal

import numpy as np

from placeplan.core import streams
from placeplan.explore.arrays import Whole
from placeplan.explore.shapley import coalitions, counted, weights
from placeplan.model.outcomes import Array

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Play = Callable[[Mask], Array]
"""Figures ``[future, coalition]`` of coalitions ``[future, coalition, player]``, true where a player is in."""
Order = Literal["shapley", "sequential", "reverse"]
MOST_EXACT = 8
"""Players up to whom every coalition may be played."""
EVERY = 20_480
"""Coalitions × futures up to which every coalition is played: eight players in 80 futures, six in 320."""
LANES = 8_000
"""Coalitions × futures that are played along orders, at most; but at least a pair of orders for each future."""
MOST_PAIRS = 4
"""Pairs of orders of a future, at most."""
ROOM = 52
"""Binary digits in which whole numbers and all their sums are exact, one left over."""


@dataclass(frozen=True)
class Parts:
    """A game shared out. All figures are multiples of one power of 2, so that sums of them are exact in any order."""

    before: Array
    """Figures of before the game, ``[future]``."""
    none: Array
    whole: Array
    """With no player and with all, ``[future]``."""
    shares: Array
    alone: Array
    last: Array
    """What each player brings: its share, added first, added last, ``[player, future]``."""
    means: tuple[float, float, float]
    """Means of `before`, `none` and `whole`."""
    share_means: tuple[float, ...]
    """Mean of each share; they add up to the mean of `whole` less that of `none` to the last bit."""
    errors: tuple[float, ...] | None
    """Standard error of each mean that comes from drawing orders, if not less; None where nothing was drawn."""
    orders: int
    """Orders drawn for each future; 0 where every coalition was played, 1 in one order."""
    grid: float
    """Figures are rounded to a multiple of this before they are shared out."""


def trial(players: int) -> Mask:
    """The coalitions that are always played, ``[coalition, player]``: nobody, all, each alone, all without each.

    >>> trial(2).astype(int).tolist()
    [[0, 0], [1, 1], [1, 0], [0, 1], [0, 1], [1, 0]]
    """
    alone = np.eye(players, dtype=bool)
    ends = np.repeat(np.array([[False], [True]]), players, axis=1)
    return np.concatenate([ends, alone, ~alone])


def share_out(
    names: Sequence[str], tried: Array, before: Array, play: Play, numbers: streams.Words, seed: int = 1,
    order: Order = "shapley", every: int = EVERY, may_move: Mask | None = None,
) -> Parts:  # fmt: skip
    """Shares out what players make together.

    ``shapley``: each player's mean contribution over all orders; exact where that takes at most ``every`` plays, else over
    orders drawn anew for each future, each beside its reverse. ``sequential``: in the order of the names; ``reverse``: in
    the opposite one.

    Args:
        names: of the players; orders that are drawn hang on them, not on their places.
        tried: figures of the coalitions of `trial`, ``[future, coalition]``.
        before: figures of before the game, ``[future]``, put on the same grid.
        play: the game.
        numbers: of the futures, ``[future]``.
        seed: of the orders.
        order: how it is shared out.
        may_move: who can change a figure at all, ``[player]``; the others bring nothing. None: all.
        every: coalitions × futures up to which every coalition is played.
    """
    n, count = len(names), len(numbers)
    moving = [int(p) for p in np.flatnonzero(np.ones(n, bool) if may_move is None else may_move)]
    if order == "shapley" and (len(moving) <= 2 or (len(moving) <= MOST_EXACT and count << len(moving) <= every)):
        orders, by = None, weights(len(moving))[1]
        figures = _every(tried, moving, n, play)
    else:
        orders = _orders([names[m] for m in moving], numbers, seed, order)
        by = orders.shape[1]
        figures = _walked(tried, moving, orders, n, play)
    grid = _Grid.of(max(map(_largest, (tried, before, figures))), 2 * (n + 3), by, count)
    shares, errors = _shared(grid, tried, figures, orders, moving)
    t = grid.whole(tried).T
    none, whole, alone, last = t[0], t[1], t[2 : 2 + n], t[2 + n :]
    ends = [e * by for e in (grid.whole(before), none, whole)]
    return Parts(
        grid.back(ends[0]), grid.back(ends[1]), grid.back(ends[2]),
        grid.back(shares), grid.back((alone - none) * by), grid.back((whole - last) * by),
        (grid.mean(ends[0]), grid.mean(ends[1]), grid.mean(ends[2])), tuple(map(grid.mean, shares)), errors,
        0 if orders is None else by, grid.step,
    )  # fmt: skip


def _shared(
    grid: _Grid, tried: Array, figures: Array, orders: Whole | None, moving: list[int]
) -> tuple[Whole, tuple[float, ...] | None]:
    """Shares in whole numbers, ``[player, future]``, and their errors where orders were drawn."""
    count, n = len(tried), tried.shape[1] // 2 - 1
    shares = np.zeros((n, count), dtype=np.int64)
    if orders is None:
        shares[moving] = counted(grid.whole(figures))[0]
        return shares, None
    each = _along(grid.whole(figures), orders)
    shares[moving] = each.sum(axis=1).T
    if orders.shape[1] == 1:
        return shares, None
    errors = np.zeros(n)
    middle = (tried[:, 2 : 2 + n] - tried[:, :1] + tried[:, 1:2] - tried[:, 2 + n :]) / 2
    errors[moving] = _errors(each.astype(np.float64) * grid.step, middle[:, moving])
    return shares, tuple(float(e) for e in errors)


@dataclass(frozen=True)
class _Grid:
    """Whole numbers in place of figures: every share of a future, and its mean over futures, is a multiple of `unit`."""

    unit: float
    by: int
    """By what contributions are divided."""
    count: int
    """Futures over which means are taken."""

    @classmethod
    def of(cls, largest: float, terms: int, by: int, count: int) -> _Grid:
        """A power of 2 so small that sums of ``terms`` figures still fit into the 53 digits of a number."""
        return cls(2.0 ** (ceil(log2(largest * terms)) - ROOM) if largest > 0 else 1.0, by, count)

    @property
    def step(self) -> float:
        """Figures are rounded to a multiple of ``by × count × unit``."""
        return self.by * self.count * self.unit

    def mean(self, shares: Whole) -> float:
        """Mean over futures of multiples of ``count × unit``."""
        return float(shares.sum()) * self.unit

    def whole(self, figures: Array) -> Whole:
        """Figures as multiples of `step`."""
        found: Whole = np.rint(figures / self.step).astype(np.int64)
        return found

    def back(self, shares: Whole) -> Array:
        """Multiples of ``count × unit`` as figures."""
        return (shares * self.count).astype(np.float64) * self.unit


def _largest(figures: Array) -> float:
    return float(np.abs(figures).max(initial=0.0))


def _every(tried: Array, moving: list[int], n: int, play: Play) -> Array:
    """Figures of every coalition of those who move, in the order of `coalitions`, ``[coalition, future]``."""
    m = len(moving)
    masks = np.zeros((1 << m, n), dtype=bool)
    for row, members in enumerate(coalitions([str(p) for p in moving])):
        masks[row, [int(p) for p in members]] = True
    size = masks.sum(axis=1)
    figures = np.zeros((1 << m, len(tried)))
    figures[0], figures[-1] = tried[:, 0], tried[:, 1]
    for i, p in enumerate(moving):
        figures[(1 << m) - 1 - (1 << i)] = tried[:, 2 + n + p] if m > 1 else tried[:, 0]
        figures[1 << i] = tried[:, 2 + p] if m > 1 else tried[:, 1]
    missing = np.flatnonzero((size > 1) & (size < m - 1))
    if len(missing):
        figures[missing] = play(np.broadcast_to(masks[missing], (len(tried), len(missing), n))).T
    return figures


def _orders(names: Sequence[str], numbers: streams.Words, seed: int, order: Order) -> Whole:
    """Orders of the players of each future, ``[future, order, place]``: given, or drawn in pairs that mirror each other."""
    m, count = len(names), len(numbers)
    if order != "shapley":
        line = np.arange(m)[:: -1 if order == "reverse" else 1]
        return np.broadcast_to(line, (count, 1, m)).astype(np.int64)
    pairs = max(1, min(MOST_PAIRS, LANES // max(1, 2 * (m - 3) * count)))
    keys = np.array([streams.key(seed, "waterfall order", name) for name in names], dtype=np.uint64)
    drawn = [np.argsort(streams.words(keys, numbers, pair), axis=0, kind="stable").T for pair in range(pairs)]
    return np.stack([o for one in drawn for o in (one, one[:, ::-1])], axis=1).astype(np.int64)


def _walked(tried: Array, moving: list[int], orders: Whole, n: int, play: Play) -> Array:
    """Figures along each order, from nobody to all, ``[future, order, place]``."""
    count, each, m = orders.shape
    figures = np.empty((count, each, m + 1))
    at, who = np.arange(count)[:, None], np.array(moving, dtype=np.int64)
    if m:
        figures[:, :, 1] = tried[at, 2 + who[orders[:, :, 0]]]
        figures[:, :, m - 1] = tried[at, 2 + n + who[orders[:, :, -1]]]
    figures[:, :, 0], figures[:, :, m] = tried[:, :1], tried[:, 1:2]
    sizes = np.arange(2, m - 1)
    if len(sizes):
        rank = np.argsort(orders, axis=2)
        mask = np.zeros((count, each, len(sizes), n), dtype=bool)
        mask[..., who] = rank[:, :, None, :] < sizes[:, None]
        played = play(mask.reshape(count, each * len(sizes), n))
        figures[:, :, 2 : m - 1] = played.reshape(count, each, len(sizes))
    return figures


def _along(steps: Whole, orders: Whole) -> Whole:
    """What each player adds in each order, ``[future, order, player]``."""
    found: Whole = np.take_along_axis(np.diff(steps, axis=2), np.argsort(orders, axis=2), axis=2)
    return found


def _errors(each: Array, middle: Array) -> Array:
    """Standard error of each player's mean share for the orders drawn, the futures being what they are, ``[player]``.

    The two orders of a pair count as one draw. Where each future has a single pair, futures differ both by their orders and in
    themselves; what they differ from the middle between first and last is then an upper bound of the former.

    each: ``[future, order, player]``; middle: of what a player adds first and last, ``[future, player]``.
    """
    count, drawn, players = each.shape
    pairs = each.reshape(count, drawn // 2, 2, players).mean(axis=2)
    if drawn == 2:
        found: Array = np.sqrt((pairs[:, 0] - middle).var(axis=0, ddof=1 if count > 1 else 0) / count)
        return found
    spread = pairs.var(axis=1, ddof=1) / (drawn // 2)
    return np.asarray(np.sqrt(spread.sum(axis=0)) / count)
