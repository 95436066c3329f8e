"""What a run of the model yields: named series over futures, months and entities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placeplan.core.outcomes import Yearly

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Series:
    """One outcome: ``values[future, month, entity]`` with its entities, unit and yearly aggregate."""

    values: Array
    entities: tuple[str, ...]
    unit: str
    yearly: Yearly

    def of(self, entity: str) -> Array:
        """Values of one entity, ``[future, month]``; raises ``KeyError`` where there is no such entity."""
        try:
            found: Array = self.values[:, :, self.entities.index(entity)]
        except ValueError:
            raise KeyError(entity) from None
        return found

    def by_year(self, entity: str) -> Array:
        """Yearly figures of one entity, ``[future, year]``: months summed or averaged, or the last of them, by twelve."""
        monthly = self.of(entity)
        blocks = monthly.reshape(monthly.shape[0], -1, 12)
        return over(blocks, self.yearly)


def over(values: Array, yearly: Yearly) -> Array:
    """Values over the months of their last axis: the sum, the mean, or the last month's."""
    found: Array = (
        values.sum(axis=-1) if yearly == "sum" else values.mean(axis=-1) if yearly == "mean" else values[..., -1]
    )
    return found


@dataclass(frozen=True)
class Outcomes:
    """Everything that `simulate` found, for the futures ``first … first + count − 1``."""

    series: Mapping[str, Series]
    months: tuple[str, ...]
    """Months in order, ``2016-04``."""
    years: tuple[str, ...]
    """Financial years in order, ``2016/17``."""
    plan_digest: str
    seed: int
    first: int
    """Number of the first future."""
    count: int
    draws: Mapping[str, Array]
    """Drawn assumptions by name, ``[future]`` (or ``name@entity`` where each entity draws its own)."""

    def __getitem__(self, name: str) -> Series:
        return self.series[name]

    @property
    def digest(self) -> str:
        """SHA-256 over names, entities and the bits of every value."""
        h = hashlib.sha256(f"{self.plan_digest}/{self.seed}/{self.first}/{self.count}".encode())
        for name in sorted(self.series):
            s = self.series[name]
            h.update(f"{name}{s.entities}{s.unit}".encode())
            h.update(np.ascontiguousarray(s.values).tobytes())
        return h.hexdigest()


def join(parts: Sequence[Outcomes]) -> Outcomes:
    """Outcomes of successive blocks of futures as one; raises ``ValueError`` where plan or seed differ."""
    head = parts[0]
    if len(parts) == 1:
        return head
    if any(p.plan_digest != head.plan_digest or p.seed != head.seed for p in parts):
        raise ValueError("these outcomes are of different plans or seeds")
    series = {
        name: Series(np.concatenate([p[name].values for p in parts]), s.entities, s.unit, s.yearly)
        for name, s in head.series.items()
    }
    draws = {name: np.concatenate([p.draws[name] for p in parts]) for name in head.draws}
    return Outcomes(
        series, head.months, head.years, head.plan_digest, head.seed, head.first, sum(p.count for p in parts), draws
    )
