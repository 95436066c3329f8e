"""Which promises cannot all hold, whatever is done with the levers of a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.explore.conflict.finding import Conflicts, find_conflicts
from placeplan.explore.conflict.problem import EITHER, LESS, MORE, UNKNOWN, Asks, Lever, Problem
from placeplan.explore.conflict.tally import Effort
from placeplan.plan.promises import Promise
from placeplan.stress.levers.lever import Lever as PlanLever
from placeplan.stress.levers.levered import Designs
from placeplan.stress.levers.screen import Screened

LEVERS = 40
"""Levers that are looked at together, those that matter most; the others stay as planned."""
LEAST = 0.02
"""Standard deviations of some promise's room that a lever has to move by itself to be among them."""
EFFORT = Effort(looks=(32, 128, 512))


@dataclass(frozen=True)
class Searched:
    """What was found, of which promises, with which levers."""

    found: Conflicts
    promises: tuple[Promise, ...]
    levers: tuple[PlanLever, ...]
    futures: int
    """Most futures that a setting met."""


def search(
    screened: Screened, seed: int, effort: Effort = EFFORT, stop: Callable[[], bool] = lambda: False
) -> Searched:
    """Looks for sets of hard promises that no setting of the leading levers keeps; money from outside is none of them."""
    strength = screened.strength()
    own = [n for n, one in enumerate(screened.levers) if one.kind != "funding" and strength[n] >= LEAST]
    leading = sorted(sorted(own, key=lambda n: (-strength[n], n))[:LEVERS])
    some = screened.only(leading)
    candidates, promises = some.candidates, some.promises

    def run(settings: Any, futures: Any) -> Any:
        kept: Any = candidates.at(places(some.levers, settings), futures).kept > 0.5
        return kept

    found = find_conflicts(problem(some), run, seed, effort, stop)
    return Searched(found, promises, some.levers, effort.looks[-1])


def problem(screened: Screened) -> Problem:
    """Levers and promises, with what each lever does to each promise by itself in the runs at hand."""
    levers = tuple(Lever(one.id, one.steps) for one in screened.levers)
    signs = [_signs(screened, n) for n in range(len(levers))]
    asks = tuple(
        Asks(p.id, p.asks, tuple(signs[n][i] for n in range(len(levers)))) for i, p in enumerate(screened.promises)
    )
    return Problem(levers, asks, tuple(one.steps[one.planned] for one in screened.levers))


def _signs(screened: Screened, n: int) -> list[int]:
    """What a lever does to each promise, as it did by itself; unknown where some steps help and others harm."""
    ways = screened.ways(n)
    up = np.where(ways.up ^ ways.down, ways.up, ways.change > 0)
    found = np.where(ways.still, EITHER, np.where(ways.up & ways.down, UNKNOWN, np.where(up, MORE, LESS)))
    return [int(s) for s in found]


def places(levers: tuple[PlanLever, ...], settings: Any) -> Designs:
    """Places of steps, ``[setting, lever]``, of settings in the levers' own values."""
    found = np.empty(settings.shape, dtype=np.int64)
    for n, one in enumerate(levers):
        found[:, n] = np.searchsorted(np.array(one.steps), settings[:, n] - 1e-9)
    return found
