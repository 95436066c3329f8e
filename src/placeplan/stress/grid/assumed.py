"""Every assumption that a run used, with its spread and how much the worst promise moves with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from placeplan.futures.assumptions import Assumption
from placeplan.model.outcomes import Array, Outcomes
from placeplan.stress.results.ground import Assumed
from placeplan.stress.runs.kept import Kept
from placeplan.stress.say import number

Effect = Literal["large", "some", "small", "none", "not measured"]
ORDER: dict[str, int] = {"large": 0, "some": 1, "small": 2, "none": 3, "not measured": 4}


def ranks(values: Array) -> Array:
    """Ranks from 0, ties sharing their mean rank.

    >>> ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [1.5, 0.0, 1.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Array = (last - 1 - (counts - 1) / 2)[inverse]
    return mean


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's rank correlation; 0 where either never changes.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([9.0, 4.0, 1.0]))
    -1.0
    """
    a, b = (r - r.mean() for r in (ranks(one), ranks(other)))
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return round(float((a * b).sum()) / size, 12) if size else 0.0


def worst_hard(hard: Sequence[Kept]) -> Kept | None:
    """The hard promise kept in fewest futures against what it asks (the first by id of equals)."""
    return min(hard, key=lambda k: (float(k.whole.mean()) - k.promise.asks, k.promise.id), default=None)


def effects(outcomes: Outcomes, worst: Kept | None) -> dict[str, float]:
    """Rank correlation of each drawn assumption with the margin; of its entities' draws, the largest in size."""
    found: dict[str, float] = {}
    if worst is None:
        return found
    margin = worst.margin
    for name, values in outcomes.draws.items():
        key = name.partition("@")[0]
        rho = rank_correlation(values, margin) if np.ptp(values) > 0 else 0.0
        if abs(rho) >= abs(found.get(key, 0.0)):
            found[key] = rho
    return found


def size_of(rho: float, futures: int) -> Effect:
    """An effect in a word; below twice its chance error (2/√n) it is none.

    >>> [size_of(r, 1000) for r in (0.6, -0.3, 0.1, 0.05)]
    ['large', 'some', 'small', 'none']
    """
    if abs(rho) < 2 / np.sqrt(max(futures, 1)):
        return "none"
    return "large" if abs(rho) >= 0.5 else "some" if abs(rho) >= 0.2 else "small"


def list_assumed(assumptions: Sequence[Assumption], outcomes: Outcomes, worst: Kept | None) -> tuple[Assumed, ...]:
    """Assumptions used, those that matter most first; those that the run never drew are left out."""
    rho = effects(outcomes, worst)
    used = {name.partition("@")[0] for name in outcomes.draws}
    futures = worst.count if worst else 0
    rows = [_row(a, rho, futures) for a in assumptions if a.id in used]
    rows.sort(key=lambda r: (ORDER[r.effect], -abs(rho.get(r.id, 0.0)), r.id))
    return tuple(rows)


def _row(a: Assumption, rho: Mapping[str, float], futures: int) -> Assumed:
    low, middle, high = (float(q) for q in np.atleast_1d(a.distribution.quantile(np.array([0.1, 0.5, 0.9]))))
    measured = a.id in rho and not a.fixed
    effect: Effect = size_of(rho[a.id], futures) if measured else "none" if a.fixed and rho else "not measured"
    return Assumed(
        id=a.id, about=a.about, value=number(middle, a.unit), low=number(low, a.unit), high=number(high, a.unit),
        unit=a.unit, kind=a.kind, level=a.level, driver=a.driver, source=a.source, effect=effect,
    )  # fmt: skip
