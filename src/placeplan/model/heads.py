"""Weighted heads: people by age and sex × the footprint's relative need, by cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.baseline.population import band_start
from placeplan.core.tables import OUTSIDE
from placeplan.model.demand import OLD

Array = np.ndarray[Any, np.dtype[np.float64]]


def relative_need(cost: Any, people: Any, mean: Any) -> Any:
    """Need of one age and sex against all people's: ``(cost ÷ people) ÷ mean``.

    cost: what the care of these people costs a year, base-year contacts × unit cost, £; people: their number; mean: cost
    of all care over all people, £. Source: the weighted capitation of NHS allocations, by age and sex only.

    >>> relative_need(3000.0, 10.0, 100.0)
    3.0
    """
    return cost / people / mean


def weighted_heads(young: Any, old: Any, more: Any, more_old: Any) -> Any:
    """Weighted heads of a place in a month: ``young × more + old × more_old``.

    young, old: Σ people × relative need under 75 and of 75 and over, on the central projection; more, more_old: people
    against the projection, ``[future]``. In the base year the footprint's weighted heads are its people.

    >>> weighted_heads(60_000.0, 40_000.0, 1.0, 1.1)
    104000.0
    """
    return young * more + old * more_old


class Heads:
    """Weighted heads of areas, month by month. An area's own use of care does not weigh: who uses more is not paid more."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline
        self.old = np.array([band_start(a) >= OLD for a in baseline.ages])
        self.weights = self._weights()

    def _weights(self) -> Array:
        """Relative need by age and sex over the whole footprint, ``[sex, age]``; 1 where nothing has a cost."""
        b = self.baseline
        known = [cost for pod, cost in sorted(b.unit_cost.items()) if pod in b.pods]
        usual = sum(known) / len(known) if known else 1.0
        cost = np.zeros((len(b.sexes), len(b.ages)))
        for s in b.streams:
            if s.area != OUTSIDE:
                cost = cost + s.cells * b.unit_cost.get(s.pod, usual)
        people = b.people[:12].mean(axis=0).sum(axis=0)
        some = np.where(people > 0, people, 1.0)
        if not cost.sum():
            return np.ones_like(cost)
        return np.asarray(relative_need(cost, some, cost.sum() / people.sum()))

    def of(self, areas: tuple[str, ...], number: int, more: Any, more_old: Any) -> Any:
        """`weighted_heads` of some areas (none named: all) in a month, ``[future]``."""
        rows = [n for n, area in enumerate(self.baseline.areas) if not areas or area in areas]
        need = self.baseline.people[number, rows].sum(axis=0) * self.weights
        return weighted_heads(need[:, ~self.old].sum(), need[:, self.old].sum(), more, more_old)
