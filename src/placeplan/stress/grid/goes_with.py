"""What each promise goes with: the assumptions whose draws move together with its margin, over the futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from placeplan.futures.assumptions import Assumption
from placeplan.model.outcomes import Array, Outcomes
from placeplan.stress.grid.assumed import ranks
from placeplan.stress.results.promises import GoesWith
from placeplan.stress.runs.kept import Kept

SOME: Final = 0.2
"""Rank correlation in size from which on an assumption is named, as in `assumed.size_of`."""
NAMED: Final = 3
"""Assumptions named for each promise."""


def goes_with(
    assumptions: Sequence[Assumption], outcomes: Outcomes, kept: Sequence[Kept]
) -> dict[str, tuple[GoesWith, ...]]:
    """By promise, up to three assumptions that its margin moves with most; none where chance alone could do as much.

    outcomes: of the plan, with all that was drawn in every future of ``kept``.
    """
    called = {a.id: a.about for a in assumptions}
    names = [n for n, values in outcomes.draws.items() if n.partition("@")[0] in called and np.ptp(values) > 0]
    asked = [k for k in kept if k.counts]
    if not names or not asked:
        return {}
    margins = np.stack([even(k.margin) for k in asked])
    moved = np.stack([margins @ even(outcomes.draws[n]) for n in names], axis=1)  # of one assumption at a time
    least = max(SOME, by_chance(len(names), margins.shape[1]))
    return {
        k.promise.id: _told(dict(zip(names, rho, strict=True)), called, least)
        for k, rho in zip(asked, moved, strict=True)
    }


def even(values: Array) -> Array:
    """Ranks about nought with length 1, so that products of two are rank correlations; nought where nothing varies.

    >>> round(float(even(np.array([1.0, 2.0, 9.0])) @ even(np.array([3.0, 2.0, 1.0]))), 9)
    -1.0
    """
    found = ranks(values)
    about: Array = found - found.mean()
    size = float(np.sqrt(about @ about))
    return about / size if size else about


def by_chance(inputs: int, futures: int) -> float:
    """Rank correlation that the largest of so many unrelated inputs has by chance: ``√(2 ln m / n)``.

    m: inputs; n: futures.

    >>> round(by_chance(388, 200), 3), round(by_chance(388, 10_000), 3)
    (0.244, 0.035)
    """
    return float(np.sqrt(2 * np.log(max(inputs, 2)) / max(futures, 1)))


def _told(rho: Mapping[str, float], called: Mapping[str, str], least: float) -> tuple[GoesWith, ...]:
    """The strongest, each assumption once, whoever's draw it is."""
    found: dict[str, float] = {}
    for name, value in sorted(rho.items(), key=lambda x: (-abs(x[1]), x[0])):
        found.setdefault(name.partition("@")[0], value)
    first = [(name, value) for name, value in found.items() if abs(value) >= least][:NAMED]
    return tuple(
        GoesWith(assumption=n, about=called[n], harder="lower" if v > 0 else "higher", rho=round(v, 3))
        for n, v in first
    )
