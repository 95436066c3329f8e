"""Cohorts of the base year: their shares of people and of need in each cell of area, sex and age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.core.tables import Cohort, CohortNeed, Row, cohort_shares

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Cohorts:
    """Who belongs where; with no cohorts nothing is divided."""

    names: tuple[str, ...] = ()
    """Ids in order."""
    people: Array = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))
    """Share of the cell's people, ``[area, sex, age, cohort]``."""
    need: Mapping[str, Array] = field(default_factory=dict)
    """By pod: share of the cell's need, ``[area, sex, age, cohort]``."""

    def of(self, pod: str, area: int, named: Sequence[str]) -> Array:
        """Shares of need of some cohorts in one area, ``[sex, age, cohort]``."""
        columns = [self.names.index(name) for name in named]
        return np.asarray(self.need[pod][area][..., columns])


def cohorts_of(
    tables: Mapping[str, tuple[Row, ...]], pods: Sequence[str], areas: Sequence[str], sexes: Sequence[str],
    ages: Sequence[str],
) -> Cohorts:  # fmt: skip
    """The cohorts of a plan's tables."""
    names = tuple(sorted({r.cohort for r in tables.get("cohorts", ()) if isinstance(r, Cohort)}))
    if not names:
        return Cohorts()
    shape = (len(areas), len(sexes), len(ages), len(names))
    need, people = {pod: np.zeros(shape) for pod in pods}, np.zeros(shape)
    for n, name in enumerate(names):
        own = [r for r in tables["cohorts"] if isinstance(r, Cohort) and r.cohort == name]
        more = [r for r in tables.get("cohort_need", ()) if isinstance(r, CohortNeed) and r.cohort == name]
        for pod in pods:
            of_pod = [r for r in more if r.pod == pod]
            for at in np.ndindex(*shape[:-1]):
                cell = (areas[at[0]], sexes[at[1]], ages[at[2]])
                people[(*at, n)], need[pod][(*at, n)] = cohort_shares(own, of_pod, *cell)
    return Cohorts(names, people, need)
