"""How sure it is that a set is at rest: the futures drawn again, and each future by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from placeplan.explore.arrays import Flags, Floats
from placeplan.explore.resample import drawn_again
from placeplan.incentives.game import Game, count_players
from placeplan.incentives.replies import SAME, Z

DRAWS = 200
"""Times that the futures are drawn again: a share of one half is then known to 3.5 of 100 (standard error)."""


@dataclass(frozen=True)
class Sureness:
    """How sure it is that nobody would change alone what it does, by set."""

    drawn: Floats
    """Share of the draws of as many futures, with replacement, in which the set is at rest by their means, ``[set]``."""
    known: Floats
    """Share of futures in which it would be at rest if that future were known, ``[set]``."""
    some: float
    """Share of the draws in which some set is at rest."""


def sureness(game: Game, seed: int, draws: int = DRAWS) -> Sureness:
    """`Sureness` of a game: which sets are at rest is told from means over futures, and other futures have other means.

    Source: Efron (1979), the bootstrap. Deterministic for the seed, on any machine.
    """
    futures = game.money.shape[2]
    weights = _drawn(futures, seed, "sets at rest", draws)
    by_draw = _rests(game, weights)
    return Sureness(by_draw.mean(axis=0), _rests(game, np.eye(futures)).mean(axis=0), float(by_draw.any(axis=1).mean()))


def _rests(game: Game, weights: Floats) -> Flags:
    """Which sets are at rest, ``[draw, set]``; weights: how often each draw has each future, ``[draw, future]``."""
    found: Flags = np.ones((len(weights), len(game.money)), dtype=bool)
    every = np.arange(len(game.money))
    for i, lean in enumerate(_leanings(game, weights)):
        without = every[~(every >> i & 1).astype(bool)]
        found[:, without] &= lean <= 0
        found[:, without | 1 << i] &= lean >= 0
    return found


def _leanings(game: Game, weights: Floats) -> Iterator[Floats]:
    """By player, `replies.leaning` in each draw where the others of a set without it do as they do, ``[draw, set without it]``."""
    small = SAME * np.abs(game.money).max(initial=1.0)
    every = np.arange(len(game.money))
    for i in range(count_players(len(every))):
        without = every[~(every >> i & 1).astype(bool)]
        money = game.money[without | 1 << i, i] - game.money[without, i]
        kept = game.kept[without | 1 << i, i] - game.kept[without, i]
        yield _leans(money, kept, weights, small)


def _leans(money: Floats, kept: Floats, weights: Floats, small: float) -> Floats:
    """`replies.leaning` in each draw, ``[draw, row]``; money, kept: by how much carrying is better, ``[row, future]``."""
    mean = _means(money, weights)
    found: Floats = np.where(np.abs(mean) <= small, 0.0, np.sign(mean))
    some = np.flatnonzero(kept.any(axis=1))
    if len(some):
        own, square = _means(kept[some], weights), _means(kept[some] ** 2, weights)
        count = weights.sum(axis=1, keepdims=True)
        variance = np.maximum(square - own**2, 0.0) / np.maximum(count - 1.0, 1.0)
        clear = np.abs(own) > Z * np.sqrt(variance)
        found[:, some] = np.where(clear, np.sign(own), found[:, some])
    return found


def leaves_in(money: Floats, kept: Floats, seed: int, draws: int = DRAWS) -> Floats:
    """Share of draws of as many futures, with replacement, in which each would rather leave, ``[player]``.

    money, kept: by how much going along is better than leaving, in £ and in duties kept, ``[player, future]``.

    >>> leaves_in(np.array([[-1.0, -1.0], [1.0, 2.0]]), np.zeros((2, 2)), seed=1).tolist()
    [1.0, 0.0]
    """
    leans = _leans(money, kept, _drawn(money.shape[1], seed, "who would leave", draws), SAME)
    found: Floats = (leans < 0).mean(axis=0)
    return found


def _drawn(futures: int, seed: int, name: str, draws: int) -> Floats:
    """How often each draw has each future, ``[draw, future]``."""
    weights = np.zeros((draws, futures))
    for n, places in enumerate(drawn_again(seed, name, futures, draws)):
        weights[n] = np.bincount(places, minlength=futures)
    return weights


def _means(samples: Floats, weights: Floats) -> Floats:
    """Weighted means of ``samples[set, future]``, ``[draw, set]``."""
    found: Floats = weights @ samples.T / weights.sum(axis=1, keepdims=True)
    return found
