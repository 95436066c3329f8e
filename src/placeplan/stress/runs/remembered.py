"""What plans draw in some futures, remembered, as many tests ask for the same worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from placeplan.core.streams import Floats
from placeplan.futures.assumptions import Assumption
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import CHANCE
from placeplan.plan.schema import Plan

REMEMBERED = 6
"""Plans and futures of which is remembered what was drawn: tests go side by side, and each asks for its own."""
Entities = Mapping[str, Sequence[str]]
"""Who draws on their own account, by the ``per`` of an assumption."""


class _Drawn(NamedTuple):
    """Values by name, ``[future]``, with what they were drawn for."""

    plan: Plan
    own: Entities
    worlds: Futures
    values: dict[str, Floats]


@dataclass
class Worlds:
    """Draws the assumptions of plans, none of them twice in the same futures, as long as it is remembered."""

    threads: int = 1
    _known: list[_Drawn] = field(default_factory=list)

    def of(self, plan: Plan, own: Entities, futures: Futures) -> dict[str, Floats]:
        """What a plan draws without changes, ``[future]`` by name, in order of id; whoever draws is given by `own`."""
        worlds = without_chance(futures)
        known, drawn = self._remembered(plan, own, worlds)
        new = frozenset(a.id for a in plan.assumptions if known.get(a.id) is not a)
        if new:
            fresh = self._fresh(plan, own, worlds, new)
            kept = {name: v for name, v in drawn.items() if name.partition("@")[0] not in new}
            drawn = dict(sorted((kept | fresh).items(), key=lambda named: named[0].partition("@")[0]))
            for values in drawn.values():
                values.flags.writeable = False  # they are handed out again
            left = [one for one in self._known if one.plan is not plan or not begins(worlds, one.worlds)]
            self._known = [*left[1 - REMEMBERED :], _Drawn(plan, own, worlds, drawn)]
        return drawn

    def _fresh(self, plan: Plan, own: Entities, worlds: Futures, new: frozenset[str]) -> dict[str, Floats]:
        """What these assumptions draw; of worlds the first of which are remembered, the others alone are drawn."""
        fewer = (k for k in self._known if k.plan is plan and k.own == own and k.worlds.count < worlds.count)
        begun = next((k for k in fewer if begins(worlds, k.worlds)), None)
        rest = after(worlds, begun.worlds.count) if begun else worlds
        drawn = draw(plan.assumptions, plan.correlations, (), rest, own, only=new, threads=self.threads)
        return {n: np.concatenate((begun.values[n], v)) for n, v in drawn.items()} if begun else drawn

    def _remembered(
        self, plan: Plan, own: Entities, worlds: Futures
    ) -> tuple[dict[str, Assumption], dict[str, Floats]]:
        """Assumptions that were drawn by the same in these futures or in more, by id, and what was drawn, each from what it is alone."""
        drawn_by = {(a.id, a.per) for a in plan.assumptions}
        for one in reversed(self._known):
            alike = one.plan.correlations == plan.correlations and one.own == own and begins(one.worlds, worlds)
            if alike and {(a.id, a.per) for a in one.plan.assumptions} == drawn_by:
                values = {name: v[: worlds.count] for name, v in one.values.items()}
                return {a.id: a for a in one.plan.assumptions}, values
        return {}, {}


def without_chance(futures: Futures) -> Futures:
    """Futures as far as what is drawn hangs on them: whether chance is held, and which replicate of it they meet, does not count.

    >>> without_chance(Futures(held=frozenset({"chance"}), chance=1)) == Futures()
    True
    """
    return replace(futures, held=futures.held - {CHANCE}, chance=0)


def after(futures: Futures, count: int) -> Futures:
    """Futures but for the first so many.

    >>> after(Futures(count=10, first=3), 4).numbers().tolist(), after(Futures(ids=(7, 9, 2)), 1).ids
    ([7, 8, 9, 10, 11, 12], (9, 2))
    """
    if futures.ids is not None:
        return replace(futures, ids=futures.ids[count:], count=futures.count - count)
    return replace(futures, first=futures.first + count, count=futures.count - count)


def begins(more: Futures, futures: Futures) -> bool:
    """Whether some futures are the first of others.

    >>> begins(Futures(count=1000), Futures(count=200)), begins(Futures(count=200), Futures(count=1000))
    (True, False)
    """
    ids = None if more.ids is None else more.ids[: futures.count]
    return futures.count <= more.count and replace(more, count=futures.count, ids=ids) == futures
