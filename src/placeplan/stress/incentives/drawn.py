"""Fair shares where too many organisations carry a part to run every set: along orders that are drawn for each future."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from placeplan.core.errors import PlanError
from placeplan.explore.arrays import Whole
from placeplan.incentives.parts import gone_from
from placeplan.incentives.shares import EVERY_SET, drawn_orders, sampled_shapley, sets_along
from placeplan.model.outcomes import Array
from placeplan.plan.located import problem
from placeplan.stress.incentives.replies import Reply
from placeplan.stress.incentives.worlds import FEWEST, World, Worlds, where_gone

MOST = 1000
"""Orders of a future, at most. Twenty bring margins that are hardly smaller than two do (decision 48); these would take hours."""


@dataclass(frozen=True)
class Drawn:
    """What is fair and what is, in the same futures, £ present value; both sum to the same in each of them."""

    shares: Array
    """Shapley shares, each from this future's own orders, ``[player, future]``."""
    has: Array
    """What each has with the plan, ``[player, future]``."""
    orders: int
    """Drawn for each future."""

    @property
    def futures(self) -> int:
        """In how many."""
        return len(self.has[0])


def along(players: int, orders: int) -> int:
    """Sets that so many orders pass in one future, at most; nobody is not run.

    >>> along(13, 2), along(2, 100)
    (25, 3)
    """
    return min(orders * (players - 1) + 1, (1 << players) - 1)


def every_set(players: int, orders: int) -> bool:
    """Whether every set is run: of few players, where no orders are asked for or they would pass as many sets.

    >>> every_set(12, 0), every_set(2, 4), every_set(12, 200), every_set(13, 0)
    (True, True, False, False)
    """
    return players <= EVERY_SET and (not orders or along(players, orders) >= (1 << players) - 1)


def refuse_many_orders(orders: int) -> None:
    """Raise PlanError where more orders are asked for than could be run, or would tell anything more."""
    if orders > MOST:
        what = f"{orders:,} orders in each future are more than the {MOST:,} that can be run."
        mend = "Write --orders 20: each future gets orders of its own, so that more of them hardly make margins smaller. More --futures do."
        raise PlanError([problem("--orders", 0, "", "too-many-orders", what, mend)])


def drawn_shares(worlds: Worlds, replies: Mapping[str, Reply], count: int, orders: int, work: float) -> Drawn:
    """Shapley shares from orders drawn for each future, in as many futures as may be run for so much work."""
    players, seed, numbers = worlds.parts.players, worlds.runs.futures.seed, worlds.runs.first(count).numbers()
    first = np.unique(sets_along(drawn_orders(len(players), numbers[:1], orders, seed)))
    each = max(min(count, FEWEST), worlds.afforded(_worlds_of(worlds, replies, first), count, work))
    drawn = drawn_orders(len(players), numbers[:each], orders, seed)
    sets = sets_along(drawn)
    future = np.broadcast_to(np.arange(each)[:, None, None], sets.shape)
    once, back = np.unique(np.stack((future.ravel(), sets.ravel())), axis=1, return_inverse=True)
    worlds.runs.progress.spare(count * along(len(players), orders) - once.shape[1])
    money = worlds.money_of(_worlds_of(worlds, replies, once[1]), once[0], count)
    own = money[[worlds.organisations.index(p) for p in players]]
    there = (once[1] >> np.arange(len(players))[:, None] & 1).astype(bool)
    worth = np.where(there, own, 0.0).sum(axis=0)[back.reshape(sets.shape)]
    return Drawn(sampled_shapley(drawn, worth), own[:, there.all(axis=0)], orders)


def _worlds_of(worlds: Worlds, replies: Mapping[str, Reply], sets: Whole) -> list[World]:
    """The world that each of some sets leaves; a set that comes again is looked up."""
    players = worlds.parts.players
    different = {int(s): where_gone(worlds.parts, gone_from(players, int(s)), replies) for s in np.unique(sets)}
    return [different[int(s)] for s in sets]
