"""What becomes of what a plan promises where one leaves it: which promises break, and whose leaving breaks most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Floats


@dataclass(frozen=True)
class Break:
    """The plan's hard promises where one leaves, and with it whoever leaves because of it."""

    player: int
    before: Floats
    """Share of futures in which each is kept where all carry their part, ``[promise]``."""
    after: Floats
    """The same without it, ``[promise]``."""
    broken: tuple[int, ...]
    """Promises that are kept as surely as they ask before, and not after."""
    fewer: Floats
    """How many fewer are kept, ``[future]``."""
    all_kept: tuple[float, float]
    """Share of futures in which all are kept, before and after."""
    follow: int
    """How many leave because of it; 0 too where that is not known."""
    others: Floats
    """£ that the others have less in all where it leaves alone, ``[future]``."""


def break_of(
    player: int, planned: Floats, without: Floats, asks: Floats, follow: int, others: Floats
) -> Break:  # fmt: skip
    """`Break` of one player; planned, without: 1 where a promise is kept, ``[promise, future]``; asks: ``[promise]``.

    The plan keeps both of two promises; without the player one is kept in half of the futures, of which 4 of 5 were asked for:

    >>> kept = np.ones((2, 2))
    >>> found = break_of(0, kept, np.array([[1.0, 1.0], [1.0, 0.0]]), np.full(2, 0.8), 0, np.zeros(2))
    >>> found.broken, found.fewer.tolist(), found.all_kept
    ((1,), [0.0, 1.0], (1.0, 0.5))
    """
    before, after = planned.mean(axis=1), without.mean(axis=1)
    broken = tuple(int(n) for n in np.flatnonzero((before >= asks) & (after < asks)))
    whole = [float(kept.all(axis=0).mean()) for kept in (planned > 0, without > 0)]
    fewer = (planned - without).sum(axis=0)
    return Break(player, before, after, broken, fewer, (whole[0], whole[1]), follow, others)


def ranked(breaks: Sequence[Break]) -> tuple[Break, ...]:
    """Whose leaving breaks most first: most promises broken, then most fewer kept, then most who follow, then what the others lose.

    >>> lost, money = (break_of(n, np.ones((1, 2)), np.full((1, 2), 1.0 - n), np.ones(1), 0, np.full(2, 5.0 - 5 * n)) for n in (1, 0))
    >>> [one.player for one in ranked((money, lost))]
    [1, 0]
    """

    def key(one: Break) -> tuple[float, ...]:
        return (
            -len(one.broken), -round(float(one.fewer.mean()), 9), -one.follow, -float(one.others.mean()), one.player,
        )  # fmt: skip

    return tuple(sorted(breaks, key=key))
