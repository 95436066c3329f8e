"""What each does as the others do what they do: best replies, where nobody would change, and how a plan comes apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, identity
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from placeplan.explore.arrays import Flags, Floats, Whole
from placeplan.incentives.game import Game, count_players, gain_of_carrying, members

Z = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""
SAME = 1e-9
"""Share of the largest payoff below which a difference is none."""


def leaning(kept: Any, money: Any) -> Any:
    """Whether a player would rather carry (1) or leave (−1), or does not mind (0): its own duty first, then money.

    ``sign(kept)`` where that is clearly not 0, ``else sign(money)``; each the mean difference of carrying against leaving; clearly: its
    interval does not hold 0.

    kept: (mean, half the 95 % interval) of the difference in duties kept; money: mean difference in £.

    >>> [float(leaning(k, m)) for k, m in (((-0.2, 0.1), 5.0), ((-0.2, 0.3), 5.0), ((0.0, 0.0), 0.0))]
    [-1.0, 1.0, 0.0]
    """
    mean, half = kept
    clear = np.abs(mean) > half
    return np.sign(np.where(clear, mean, money))


def mean_and_half(samples: Any) -> tuple[Any, Any]:
    """Mean over futures, the last axis, and half of its 95 % interval: ``1.96 × sd / √futures``.

    samples: one a future, in any unit. Of one future no interval is known.

    >>> [round(float(x), 3) for x in mean_and_half(np.array([1.0, 3.0]))]
    [2.0, 1.96]
    """
    count = samples.shape[-1]
    sd = samples.std(axis=-1, ddof=1) if count > 1 else np.full(samples.shape[:-1], np.inf)
    half = np.where(sd == 0.0, 0.0, Z * sd / np.sqrt(count))
    return samples.mean(axis=-1), half


def leanings(game: Game) -> Floats:
    """`leaning` of each player in each set, ``[set, player]``: what it would rather do as the others of the set do."""
    money = gain_of_carrying(game.money).mean(axis=2)
    money = np.where(np.abs(money) <= SAME * np.abs(game.money).max(initial=1.0), 0.0, money)
    found: Floats = leaning(mean_and_half(gain_of_carrying(game.kept)), money)
    return found


def movers(leans: Floats) -> Flags:
    """Who would change what it does, ``[set, player]``: who carries and would rather leave, or the other way round."""
    there = members(leans.shape[1])
    found: Flags = np.where(there, leans < 0, leans > 0)
    return found


def at_rest(leans: Floats) -> Whole:
    """Sets in which nobody would change alone what it does: equilibria in pure strategies. Source: Nash (1950).

    A prisoner's dilemma, where each would rather leave whatever the other does:

    >>> at_rest(np.array([[-1.0, -1.0]] * 4)).tolist()
    [0]
    """
    found: Whole = np.flatnonzero(~movers(leans).any(axis=1))
    return found


@dataclass(frozen=True)
class Basins:
    """Where it ends if those who would change do so, one after the other, each as likely as the others to be next."""

    rests: Whole
    """Sets at rest."""
    shares: Floats
    """Chance of ending in each, ``[set, rest]``, by the set in which it begins."""
    never: Floats
    """Chance of going round for ever, ``[set]``."""

    @property
    def sizes(self) -> Floats:
        """Chance of ending in each rest from a set that is as likely as any other, ``[rest]``."""
        found: Floats = self.shares.mean(axis=0)
        return found


def basins(leans: Floats) -> Basins:
    """`Basins` of a game: one who would change is drawn, changes, and so on; exactly, as a Markov chain that is absorbed.

    A stag hunt ends with both or with nobody, as likely:

    >>> hunt = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    >>> basins(hunt).rests.tolist(), basins(hunt).sizes.tolist()
    ([0, 3], [0.5, 0.5])
    """
    steps, moves = _chain(leans)
    rests = np.flatnonzero(~moves.any(axis=1))
    _, of = connected_components(steps, directed=True, connection="strong")
    start, end = steps.nonzero()
    leaves = np.zeros(of.max() + 1, dtype=bool)
    leaves[of[start[of[start] != of[end]]]] = True
    closed = ~leaves[of]
    round_for_ever = closed & moves.any(axis=1)
    open_ = np.flatnonzero(~closed)
    ends = np.zeros((len(leans), len(rests) + 1))
    ends[rests, np.arange(len(rests))] = 1.0
    ends[round_for_ever, -1] = 1.0
    if len(open_):
        left = identity(len(open_), format="csr") - steps[open_][:, open_]
        ends[open_] = np.asarray(spsolve(left.tocsc(), steps[open_] @ ends)).reshape(len(open_), -1)
    return Basins(rests, ends[:, :-1], ends[:, -1])


def _chain(leans: Floats) -> tuple[csr_matrix, Flags]:
    """Chance of going from set to set ``[set, set]``, and who would move ``[set, player]``."""
    moves = movers(leans)
    start, player = np.nonzero(moves)
    chance = 1.0 / moves.sum(axis=1)[start]
    size = len(leans)
    return coo_matrix((chance, (start, start ^ (1 << player))), shape=(size, size)).tocsr(), moves


def falls_to(leans: Floats, gone: int | None = None) -> int:
    """Who still carries where one has left for good and the others leave as they would: the set when no more would go.

    All who would rather leave go at once, and nobody comes back, so that there is one end. gone: the player who left first; None:
    nobody had to.

    Each of three would carry only with both others:

    >>> need_both = np.where(members(3).sum(axis=1, keepdims=True) - members(3) == 2, 1.0, -1.0)
    >>> falls_to(need_both, 0)
    0
    """
    players = count_players(len(leans))
    now = (1 << players) - 1 & ~(0 if gone is None else 1 << gone)
    while True:
        going = [i for i in range(players) if now >> i & 1 and leans[now, i] < 0]
        if not going:
            return now
        now &= ~sum(1 << i for i in going)


@dataclass(frozen=True)
class Lost:
    """What is lost where each looks after itself: a difference, as ratios break where deficits have signs."""

    best: int
    """Set in which all have most together."""
    worst: int | None
    """Of the sets at rest, that in which all have least; None where there is none."""
    amount: Floats
    """£ by which the worst rest lies below the best, ``[future]``; nothing where nothing is at rest."""


def lost_by_selfishness(game: Game, rests: Whole) -> Lost:
    """The difference between the joint optimum and the worst equilibrium: ``most_S W(S) − least_{S at rest} W(S)``.

    W: what all organisations of the place have together, mean over futures. Source: in place of the price of anarchy (Koutsoupias and Papadimitriou
    1999), a ratio that means nothing where one of the two is a deficit.
    """
    means = game.together.mean(axis=1)
    best = int(np.argmax(means))
    if not len(rests):
        return Lost(best, None, np.zeros(0))
    worst = int(rests[np.argmin(means[rests])])
    return Lost(best, worst, game.together[best] - game.together[worst])


@dataclass(frozen=True)
class Leaving:
    """What happens to the others where one leaves a plan that all would carry."""

    player: int
    others: Floats
    """£ that the others have less in all, ``[future]``."""
    left: int
    """Who still carries once nobody more would go (`falls_to`)."""
    followers: int
    """The set of those who leave because of it, who else would have stayed."""

    @property
    def follow(self) -> int:
        """How many they are."""
        return self.followers.bit_count()


def leavings(game: Game, leans: Floats) -> tuple[Leaving, ...]:
    """What each one's leaving does to the others, in order of the players."""
    found, anyway = [], falls_to(leans)
    for i in range(len(game.players)):
        at = game.without(i)
        change = game.money[game.all] - game.money[at]
        others = change.sum(axis=0) - change[i]
        left = falls_to(leans, i)
        found.append(Leaving(i, others, left, anyway & at & ~left))
    return tuple(found)
