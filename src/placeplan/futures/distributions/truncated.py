"""What the normal and the lognormal share."""

from __future__ import annotations

import math
from typing import Self

import numpy as np
from pydantic import model_validator

from placeplan.core.records import described
from placeplan.core.streams import Floats, normal_quantile
from placeplan.futures.curves import normal_cdf, refuse_disorder
from placeplan.futures.distributions.base import DistributionBase

LEAST_MASS = 1e-6
"""A truncation that leaves less of the distribution than this is refused: it would be another distribution."""


class Truncated(DistributionBase):
    """What the normal and the lognormal share: bounds beyond which nothing lies."""

    lower: float | None = described("the assumption's unit; nothing lies below, the rest keeps its shape", default=None)
    upper: float | None = described("the assumption's unit; nothing lies above, the rest keeps its shape", default=None)

    @model_validator(mode="after")
    def _something_left(self) -> Self:
        refuse_disorder(lower=self.lower, upper=self.upper)
        low, high = self._scores()
        if normal_cdf(high) - normal_cdf(low) < LEAST_MASS:
            raise ValueError("the bounds cut away almost the whole distribution")
        return self

    def _scores(self) -> tuple[float, float]:
        """Normal scores of the bounds; infinite where there is none."""
        return (
            -math.inf if self.lower is None else self._score(self.lower),
            math.inf if self.upper is None else self._score(self.upper),
        )

    def _score(self, value: float) -> float:
        raise TypeError(f"{type(self).__name__} is not a kind of distribution")

    def _normal(self, u: Floats) -> Floats:
        """Normal scores of u within the bounds."""
        if self.lower is None and self.upper is None:
            return normal_quantile(u)
        low, high = self._scores()
        first = normal_cdf(low)
        inside = np.clip(first + u * (normal_cdf(high) - first), 1e-300, 1.0 - 2.0**-53)
        return np.clip(normal_quantile(inside), low, high)
