"""Effects on stays and on the wait to leave: by kind of care, each on the people it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline, Stream
from placeplan.effects.base import Primitive
from placeplan.effects.combine import keep
from placeplan.model.cohorts import Overlap
from placeplan.model.demand import touched_cells
from placeplan.model.draws import Draws

Place = tuple[str, str]
"""Site and pod."""
Groups = tuple[tuple[float, tuple[int, ...]], ...]
"""Shares of a kind of care's patients, with the effects that touch just them."""


class StayEffects:
    """Effects of one table (``stay`` or ``delay``) on the patients of each pod at each site with beds."""

    def __init__(
        self, baseline: Baseline, effects: tuple[tuple[str, Primitive], ...], draws: Draws, overlap: Overlap = "nested"
    ) -> None:
        self.effects, self.draws = effects, draws
        self.groups: dict[Place, Groups] = {
            (pool.site, pod): _groups(baseline, [p for _, p in effects], pool.site, pod, overlap)
            for pool in baseline.pools
            for pod, _ in (*pool.emergency, *pool.elective)
        }

    def month(self, uptake: Mapping[str, Any]) -> dict[Place, Any]:
        """Factor on the nights of each pod at each site, ``[future]``: ``Σ share of patients × keep``."""
        shares = [uptake[i] * self.draws.amount(i, p) for i, p in self.effects]
        found: dict[Place, Any] = {}
        for place, groups in self.groups.items():
            parts = [part * keep([shares[n] for n in touched]) for part, touched in groups]
            found[place] = sum(parts[1:], parts[0])
        return found


def _groups(baseline: Baseline, primitives: list[Primitive], site: str, pod: str, overlap: Overlap) -> Groups:
    """Patients of a pod at a site by the exact set of effects that touch them; the shares sum to 1.

    Care that is new at a site has the patients that the pod has elsewhere.
    """
    streams = [s for s in baseline.streams if s.pod == pod]
    here = [s for s in streams if s.site == site]
    if any(s.cells.any() for s in here):
        streams = here
    found: dict[tuple[int, ...], float] = {}
    for stream in streams:
        for touched, number in _numbers(baseline, primitives, stream, site, overlap).items():
            found[touched] = found.get(touched, 0.0) + number
    total = sum(found.values())
    if not total:
        return ((1.0, ()),)
    return tuple((found[t] / total, t) for t in sorted(found))


def _numbers(
    baseline: Baseline, primitives: list[Primitive], stream: Stream, site: str, overlap: Overlap
) -> dict[tuple[int, ...], float]:
    """Base-year patients of a stream by the effects that touch them, as if they were treated at ``site``."""
    cells = touched_cells(baseline, primitives, stream, site, overlap, whoever=True)
    return {touched: float(np.sum(stream.cells * mask)) for touched, mask in cells.items()}
