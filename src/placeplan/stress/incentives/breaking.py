"""Whose leaving breaks the plan: the promises that decide, run again without each, and without those who would follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from placeplan.incentives.breaking import Break, break_of, ranked
from placeplan.incentives.game import Game
from placeplan.incentives.parts import Parts
from placeplan.incentives.replies import leanings, leavings
from placeplan.model.outcomes import Array
from placeplan.stress.incentives.had import Had
from placeplan.stress.incentives.replies import Reply
from placeplan.stress.incentives.worlds import Worlds, where_gone


def breaks_of(
    worlds: Worlds, replies: Mapping[str, Reply], planned: Had, alone: Had, game: Game | None
) -> tuple[Break, ...]:  # fmt: skip
    """Each player's `Break`, whose leaving breaks most first.

    planned: the plan, one world; alone: each player gone, one world a player; game: all sets, from which it is told who would
    leave because of it; None: it leaves alone.
    """
    players, count = worlds.parts.players, planned.money.shape[-1]
    gone = _gone(worlds.parts, game)
    more = [n for n, own in enumerate(gone) if len(own) > 1]
    followed = worlds.run([where_gone(worlds.parts, gone[n], replies) for n in more], count) if more else None
    without = list(alone.promised)
    for place, n in enumerate(more):
        assert followed is not None
        without[n] = followed.promised[place]
    asks = np.array([p.asks for p in worlds.reader.hard])
    return ranked(
        [
            break_of(n, planned.promised[0], without[n], asks, len(gone[n]) - 1, _lost(worlds, n, planned, alone))
            for n in range(len(players))
        ]
    )


def _gone(parts: Parts, game: Game | None) -> Sequence[frozenset[str]]:
    """By player, itself and those who would leave because of it."""
    alone = [frozenset({p}) for p in parts.players]
    if game is None:
        return alone
    each = leavings(game, leanings(game))
    return [own | frozenset(game.named(one.followers)) for own, one in zip(alone, each, strict=True)]


def _lost(worlds: Worlds, player: int, planned: Had, alone: Had) -> Array:
    """£ present value that all other organisations of the place have less where one leaves, ``[future]``."""
    change = planned.money[0] - alone.money[player]
    found: Array = change.sum(axis=0) - change[worlds.organisations.index(worlds.parts.players[player])]
    return found
