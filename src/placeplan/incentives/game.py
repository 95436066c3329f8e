"""A game: what each player has, by who of them carries its part and who leaves, in each future.

A set of players is told by a number: bit i stands for the i-th player, so that set 0 is nobody and the last set everybody.
Players stand in order of id, whatever order they were named in, so that order changes no bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from placeplan.explore.arrays import Flags, Floats, Whole


def members(players: int) -> Flags:
    """Who is in each set, ``[set, player]``.

    >>> members(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    found: Flags = (np.arange(1 << players)[:, None] >> np.arange(players) & 1).astype(bool)
    return found


def count_players(sets: int) -> int:
    """Of how many players there are so many sets; ``ValueError`` where their number is no power of 2.

    >>> count_players(8)
    3
    """
    players = sets.bit_length() - 1
    if sets != 1 << players:
        raise ValueError("give a value for each of the 2ⁿ sets")
    return players


def worth(payoffs: Any) -> Any:
    """What a set has together when its members carry their parts and the others leave: ``v(S) = Σ_{i in S} payoff_i(S)``.

    payoffs: £ ``[set, player, …]``; returns ``[set, …]``, nought for nobody.

    >>> worth(np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0], [3.0, 4.0]])).tolist()
    [0.0, 2.0, 2.0, 7.0]
    """
    there = members(payoffs.shape[1])
    return np.where(there.reshape(*there.shape, *([1] * (payoffs.ndim - 2))), payoffs, 0.0).sum(axis=1)


def gain_of_carrying(payoffs: Any) -> Any:
    """What a player has more by carrying its part than by leaving, the others doing what they do in the set.

    ``payoff_i(S + i) − payoff_i(S − i)``, the same in both of these sets; payoffs: £ ``[set, player, …]``.

    >>> gain_of_carrying(np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0], [3.0, 4.0]]))[:, 0].tolist()
    [1.0, 1.0, 3.0, 3.0]
    """
    found = np.empty_like(payoffs)
    every = np.arange(len(payoffs))
    for i in range(count_players(len(payoffs))):
        found[:, i] = payoffs[every | 1 << i, i] - payoffs[every & ~(1 << i), i]
    return found


@dataclass(frozen=True)
class Game:
    """What each player has under each set of those who carry their part; the others leave, each with its best reply."""

    players: tuple[str, ...]
    """In order of id."""
    money: Floats
    """Net present value of its surplus, £, ``[set, player, future]``."""
    kept: Floats
    """1 where it keeps its own statutory duties, else 0, ``[set, player, future]``."""
    others: Floats | None = None
    """What organisations of the place that play no part have, £, ``[set, future]``; None: there are none."""

    def __post_init__(self) -> None:
        sets, players, _ = self.money.shape
        if list(self.players) != sorted(set(self.players)):
            raise ValueError("name each player once, in order of id")
        if count_players(sets) != players or len(self.players) != players or self.kept.shape != self.money.shape:
            raise ValueError("give money and kept for each set, player and future")

    @property
    def all(self) -> int:
        """The set of everybody."""
        return len(self.money) - 1

    def without(self, player: int) -> int:
        """The set of everybody but one."""
        return self.all & ~(1 << player)

    @cached_property
    def worth(self) -> Floats:
        """`worth` of each set, £, ``[set, future]``."""
        found: Floats = worth(self.money)
        return found

    @cached_property
    def together(self) -> Floats:
        """What all organisations of the place have, whoever carries its part, £, ``[set, future]``."""
        found: Floats = self.money.sum(axis=1)
        return found if self.others is None else found + self.others

    def named(self, number: int) -> tuple[str, ...]:
        """Who is in a set."""
        return tuple(p for i, p in enumerate(self.players) if number >> i & 1)


def in_order(names: Sequence[str], payoffs: Floats) -> tuple[tuple[str, ...], Floats]:
    """Players in order of id, with payoffs ``[set, player, …]`` whose sets and players are told in that order.

    >>> names, found = in_order(["b", "a"], np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    >>> names, found.tolist()
    (('a', 'b'), [[0.0, 0.0], [4.0, 3.0], [2.0, 1.0], [6.0, 5.0]])
    """
    order = sorted(range(len(names)), key=lambda i: names[i])
    before: Whole = (members(len(names)).astype(np.int64) << np.array(order)).sum(axis=1)
    return tuple(names[i] for i in order), payoffs[before][:, order]


def sizes(players: int) -> Whole:
    """How many are in each set, ``[set]``.

    >>> sizes(2).tolist()
    [0, 1, 1, 2]
    """
    found: Whole = members(players).sum(axis=1).astype(np.int64)
    return found


def proper(players: int) -> Iterator[int]:
    """Sets that are neither nobody nor everybody."""
    return iter(range(1, (1 << players) - 1))
