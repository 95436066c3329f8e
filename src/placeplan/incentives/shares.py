"""What is fair of what all have together: Shapley's share, the core, and the nucleolus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placeplan.core import streams
from placeplan.explore.arrays import Floats, Whole
from placeplan.incentives.game import count_players, members
from placeplan.incentives.linear import Impossible, Programme, solve

EVERY_SET = 12
"""Players up to whom every set is run."""
TIED = 1e-7
"""Weight in the optimum from which a set's complaint is known to be tight, and rank of what is fixed; of 1."""
ALONE = 1e-9
"""Share of the game's size by which sets alone may have more than all and still be told as equal."""


@dataclass(frozen=True)
class Division:
    """What each has of what all have together."""

    shares: Floats
    """``[player]``; they sum to the worth of everybody."""
    complaint: float
    """The largest complaint of any set: what it would have more by itself than it is given. Above 0: some set would rather go."""
    sets: Whole
    """Numbers of the sets whose complaint it is."""

    @property
    def stable(self) -> bool:
        """Whether no set has more by itself: the division lies in the core."""
        return self.complaint <= 0.0


def complaints(values: Floats, shares: Floats) -> Floats:
    """What each set would have more by itself than it is given: ``v(S) − Σ_{i in S} share_i``, ``[set]``.

    values: v, ``[set]``; shares: ``[player]``.

    >>> complaints(np.array([0.0, 0.0, 0.0, 1.0]), np.array([0.5, 0.5])).tolist()
    [0.0, -0.5, -0.5, 0.0]
    """
    found: Floats = values - members(len(shares)) @ shares
    return found


def least_core(values: Floats) -> Division:
    """A division whose largest complaint is least: ``least ε where v(S) − Σ_{i in S} share_i ≤ ε`` for every proper set S.

    The core is empty where it is above 0: then nothing that all have together keeps every set from doing better by itself.
    values: ``[set]``. Source: Maschler, Peleg and Shapley (1979), Geometric properties of the kernel, nucleolus, and related
    solution concepts, Mathematics of Operations Research 4.

    Three of whom any two can have all that there is – whoever is left out complains:

    >>> two_of_three = np.array([0.0, 0, 0, 1, 0, 1, 1, 1])
    >>> round(least_core(two_of_three).complaint, 9)
    0.333333333
    """
    return _nucleolus(values, rounds=1)


def nucleolus(values: Floats) -> Division:
    """The division whose largest complaint is least, then the next largest, and so on: there is one such.

    Nobody is given less than it has alone, where all together have enough for that. By a linear programme for each round: what
    is tight in every optimum is fixed. values: ``[set]``. Source: Schmeidler (1969), The nucleolus of a characteristic
    function game; Potters, Reijnierse and Ansing (1996) for the rounds.

    One left shoe, two right ones – a pair is worth 1, so the left shoe is worth all of it:

    >>> nucleolus(np.array([0.0, 0, 0, 1, 0, 1, 0, 1])).shares.round(9).tolist()
    [1.0, 0.0, 0.0]
    """
    return _nucleolus(values, rounds=count_players(len(values)))


def _nucleolus(values: Floats, rounds: int) -> Division:
    """The rounds of the nucleolus: values are told from what each has alone, and by their size."""
    n = count_players(len(values))
    alone = values[1 << np.arange(n)]
    rest = values - members(n) @ alone
    size = float(np.abs(rest).max()) or 1.0
    rest = rest / size
    shares = _rounds(rest, n, rounds) if n > 1 else rest[-1:]
    given = alone + shares * size
    left = complaints(values, given)[1:-1]
    most = float(left.max(initial=-np.inf)) if n > 1 else 0.0
    tight = np.flatnonzero(left >= most - ALONE * size) + 1
    near_nought = abs(most) <= ALONE * max(size, float(np.abs(values).max()))
    return Division(given, 0.0 if near_nought else most, tight)


def _rounds(rest: Floats, n: int, rounds: int) -> Floats:
    """Shares of a game in which each alone has nought and the largest number is 1, ``[player]``."""
    there = members(n).astype(float)
    fixed, totals = there[-1:], rest[-1:]
    enough = rest[-1] >= -ALONE
    shares = np.zeros(n)
    free = np.arange(1, len(rest) - 1)
    for _ in range(rounds):
        if not len(free):
            break
        rows = np.hstack((-there[free], -np.ones((len(free), 1))))
        floors = np.hstack((-np.eye(n), np.zeros((n, 1))))[: n if enough else 0]
        programme = Programme(
            np.eye(n + 1)[n], np.vstack((rows, floors)), np.concatenate((-rest[free], np.zeros(len(floors)))),
            np.hstack((fixed, np.zeros((len(fixed), 1)))), totals,
        )  # fmt: skip
        found = solve(programme)
        if isinstance(found, Impossible):
            raise ArithmeticError("rounding has left no division")  # what was fixed is met by the round before
        shares = found.at[:n]
        tight = free[-found.saved[: len(free)] > TIED]
        fixed, totals = _with(fixed, totals, there[tight], rest[tight] - found.least)
        if len(fixed) == n:
            return np.asarray(np.linalg.solve(fixed, totals), dtype=np.float64)
        free = free[[np.linalg.matrix_rank(np.vstack((fixed, there[s])), tol=TIED) > len(fixed) for s in free]]
    return shares


def _with(fixed: Floats, totals: Floats, rows: Floats, sums: Floats) -> tuple[Floats, Floats]:
    """What is fixed so far, with those of some more rows that say anything new."""
    for row, total in zip(rows, sums, strict=True):
        more = np.vstack((fixed, row))
        if np.linalg.matrix_rank(more, tol=TIED) > len(fixed):
            fixed, totals = more, np.append(totals, total)
    return fixed, totals


def drawn_orders(players: int, futures: streams.Words, orders: int, seed: int, name: str = "shapley") -> Whole:
    """Orders of the players, drawn anew for each future, so that their error shrinks with futures as well: ``[future, order, place]``.

    Every second one is the one before it reversed, so that who comes early in one comes late in the other. Draws are keyed by
    seed, name, number of the future and number of the pair.

    Args:
        players: how many there are.
        futures: their numbers.
        orders: how many for each future.
        seed: of the draws.
        name: of the draws.

    >>> first, second = drawn_orders(3, np.arange(1, dtype=np.uint64), 2, seed=1)[0].tolist()
    >>> first == second[::-1], sorted(first)
    (True, [0, 1, 2])
    """
    keys = streams.keys(seed, name, [f"player {i}" for i in range(players)])
    each = [
        np.argsort(streams.words(keys, futures, pair), axis=0, kind="stable").T for pair in range((orders + 1) // 2)
    ]
    both = [order for one in each for order in (one, one[:, ::-1])]
    found: Whole = np.stack(both[:orders], axis=1).astype(np.int64)
    return found


def sets_along(orders: Whole) -> Whole:
    """Who is there once each has come, as the number of a set, ``[…, place]``; orders: ``[…, place]``.

    >>> sets_along(np.array([[2, 0, 1]])).tolist()
    [[4, 5, 7]]
    """
    found: Whole = np.cumsum(np.left_shift(1, orders), axis=-1)
    return found


def sampled_shapley(orders: Whole, worth: Floats) -> Floats:
    """Shapley shares where there are too many sets to run: mean contribution over drawn orders, in each future, ``[player, future]``.

    ``share_i = mean over orders of v(those before i, and i) − v(those before i)``; so in each future they sum to the worth of everybody,
    and each is as far from the exact share as chance makes it. Their mean over futures has the chance of the orders and that of
    the futures in its standard error. Source: Castro, Gómez and Tejada (2009), Polynomial calculation of the Shapley value based on sampling.

    Args:
        orders: ``[future, order, place]``.
        worth: v of `sets_along` them, ``[future, order, place]``; nobody is worth nought.

    Two who bring something only together, in both orders:

    >>> sampled_shapley(np.array([[[0, 1], [1, 0]]]), np.array([[[0.0, 1.0], [0.0, 1.0]]])).tolist()
    [[0.5], [0.5]]
    """
    brought = np.empty(orders.shape)
    np.put_along_axis(brought, orders, np.diff(worth, axis=2, prepend=0.0), axis=2)
    found: Floats = brought.mean(axis=1).T
    return found
