"""Two plans on the same futures: what differs, how surely, and how much surer that is for their being the same futures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import Any

import numpy as np

from placeplan.core.intervals import Z95
from placeplan.model.outcomes import Outcomes

Array = np.ndarray[Any, np.dtype[np.float64]]
ALIKE = 1e-9
"""Share of the larger figure by which two figures of one future may differ and still count as the same."""


@dataclass(frozen=True)
class Paired:
    """A figure in the same futures of two plans."""

    first: float
    second: float
    """Means over the futures."""
    low: float
    high: float
    """95 % interval of the mean difference."""
    more: float
    less: float
    """Shares of futures in which the second plan's figure is larger, and smaller."""
    narrower: float
    """How many times less the variance of the mean difference is than it would be in futures of their own."""

    @property
    def difference(self) -> float:
        """Mean of the second plan less that of the first."""
        return self.second - self.first


def paired(first: Array, second: Array) -> Paired:
    """Compares a figure future by future, ``[future]`` each.

    ``difference = mean(b − a) ± 1.96 × √(Var(b − a) / n)``; ``narrower = (Var a + Var b) / Var(b − a)``: in futures of their
    own the variances of the two means would add. Without any spread of the difference it is infinite where the figures
    themselves spread, else 1.

    What is common to both plans drops out: figures from 0 to 30 that differ by 1 or 2 are told apart in four futures.

    >>> p = paired(np.array([0.0, 10.0, 20.0, 30.0]), np.array([1.0, 12.0, 21.0, 32.0]))
    >>> p.difference, round(p.low, 2), round(p.high, 2), p.more, round(p.narrower)
    (1.5, 0.93, 2.07, 1.0, 1021)
    """
    change, n = second - first, len(first)
    spread = float(change.var(ddof=1)) if n > 1 else inf
    apart = float(first.var(ddof=1) + second.var(ddof=1)) if n > 1 else inf
    half = Z95 * sqrt(spread / n)
    middle = float(change.mean())
    hair = ALIKE * np.maximum(np.abs(first), np.abs(second))
    narrower = 1.0 if apart in (0.0, inf) else apart / spread if spread > 0 else inf
    return Paired(
        float(first.mean()), float(first.mean()) + middle, middle - half, middle + half,
        float((change > hair).mean()), float((change < -hair).mean()), narrower,
    )  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One figure of a year in two plans."""

    outcome: str
    entity: str
    unit: str
    year: str
    paired: Paired


@dataclass(frozen=True)
class Figures:
    """Yearly figures of one plan in some futures."""

    values: Mapping[tuple[str, str], Array]
    """By outcome and entity, ``[future, year]``."""
    units: Mapping[str, str]
    """By outcome."""
    years: tuple[str, ...]
    seed: int
    first: int
    """Number of the first future."""
    count: int


def figures_of(outcomes: Outcomes, wanted: Iterable[str]) -> Figures:
    """Yearly figures of some outcomes, every entity of each."""
    every = [(name, e) for name in wanted for e in outcomes[name].entities]
    return Figures(
        {(name, e): outcomes[name].by_year(e) for name, e in every}, {name: outcomes[name].unit for name, _ in every},
        outcomes.years, outcomes.seed, outcomes.first, outcomes.count,
    )  # fmt: skip


def joined(parts: Sequence[Figures]) -> Figures:
    """Figures of successive blocks of futures as one."""
    values = {at: np.concatenate([p.values[at] for p in parts]) for at in parts[0].values}
    return replace(parts[0], values=values, count=sum(p.count for p in parts))


def differences(first: Figures, second: Figures, years: Iterable[str]) -> list[Difference]:
    """Figures of two plans year by year, in the order of the first's; what only one of them has is left out.

    Args:
        first: figures of one plan.
        second: figures of the other, in the same futures.
        years: financial years that both have.

    Raises:
        ValueError: where the futures are not the same.
    """
    if (first.seed, first.first, first.count) != (second.seed, second.first, second.count):
        raise ValueError("two plans are compared on the same futures only")
    found, wanted = [], list(years)
    for (outcome, entity), one in first.values.items():
        other = second.values.get((outcome, entity))
        if other is None:
            continue
        for year in wanted:
            a, b = one[:, first.years.index(year)], other[:, second.years.index(year)]
            found.append(Difference(outcome, entity, first.units[outcome], year, paired(a, b)))
    return found
