"""Whether library figures, rather than the place's own, decide the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placeplan.explore.shapley import bootstrap
from placeplan.model.draws import CHANCE
from placeplan.model.outcomes import Array
from placeplan.plan.schema import Plan
from placeplan.stress.grid.wilson import state, wilson
from placeplan.stress.runs.kept import Kept

HALF = 0.5
EVENTS = ("capital", "departure", "relationship", "shock")
"""Processes of the world that the model draws itself."""


@dataclass(frozen=True)
class Carried:
    """What inputs on the level ``default`` carry of one promise's margin."""

    promise: str
    share: float
    low: float
    high: float

    @property
    def withheld(self) -> bool:
        """Whether they carry over half of its variance."""
        return self.share > HALF


def on_default(plan: Plan) -> tuple[str, ...]:
    """Assumptions of the library, or borrowed from elsewhere, that are not fixed."""
    return tuple(sorted(a.id for a in plan.assumptions if a.level == "default" and not a.fixed))


def redrawn(plan: Plan) -> frozenset[str]:
    """What is drawn anew beside the default group: every other assumption that is not fixed, and every event.

    Events – days in beds, whether capital comes or a partner leaves, the local departure of demand – are nobody's inputs.
    """
    own = (a.id for a in plan.assumptions if a.level != "default" and not a.fixed)
    return frozenset((*own, CHANCE, *EVENTS))


def deciding(hard: Sequence[Kept], shocked: frozenset[str] = frozenset()) -> tuple[Kept, ...]:
    """The hard promises that decide: not clearly kept, or too seldom kept under a shock that decides.

    ``shocked`` names the promises kept in less than half of the futures of such a shock.
    """
    return tuple(k for k in hard if _state(k) != "kept" or k.promise.id in shocked)


def _state(kept: Kept) -> str:
    return state(wilson(float(kept.whole.sum()), len(kept.whole)), kept.promise.asks)


def first_order(one: Array, other: Array) -> float:
    """First-order share of the variance carried by what both runs have in common (pick-freeze).

    ``S = (mean(y y') − m²) / (mean((y² + y'²)/2) − m²)``, ``m = mean((y + y')/2)``; ``y`` and ``y'`` share the group's
    draws and nothing else. Source: Janon, Klein, Lagnoux, Nodet and Prieur (2014) ESAIM: P&S 18:342.

    >>> same = np.array([1.0, 2.0, 4.0])
    >>> first_order(same, same), first_order(same, np.full(3, 2.0)) < 0.1
    (1.0, True)
    """
    mean = float(((one + other) / 2).mean())
    one, other = one - mean, other - mean
    spread = float(((one**2 + other**2) / 2).mean())
    return float((one * other).mean()) / spread if spread > 0 else 0.0


def carried(one: Kept, other: Kept, seed: int) -> Carried:
    """The share that the default group carries of a promise's margin, from two runs that share its draws alone."""
    pairs = np.stack([one.margin, other.margin])
    share = first_order(pairs[0], pairs[1])
    low, high = bootstrap(pairs, seed, f"carried {one.promise.id}", lambda p: np.array([first_order(p[0], p[1])]))
    return Carried(one.promise.id, share, float(low[0]), float(high[0]))
