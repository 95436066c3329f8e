"""A number whose logarithm is normal."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from placeplan.core.records import described
from placeplan.core.streams import Floats
from placeplan.futures.curves import normal_cdf
from placeplan.futures.distributions.base import Positive
from placeplan.futures.distributions.truncated import Truncated


class LogNormal(Truncated, kind="lognormal"):
    """A number whose logarithm is normal, cut off at its bounds if given: ratios, costs, nights.

    >>> cost = LogNormal(median=1.4, sd_log=0.25)
    >>> cost.middle, round(cost.expectation(), 4)
    (1.4, 1.4444)
    """

    kind: Literal["lognormal"] = "lognormal"
    median: Positive = described("the assumption's unit; of the curve before it is cut off")
    sd_log: Positive = described("standard deviation of the natural logarithm")

    example: ClassVar[dict[str, Any]] = {"kind": "lognormal", "median": 1.4, "sd_log": 0.25, "upper": 3.0}

    @model_validator(mode="after")
    def _bounds_above_zero(self) -> Self:
        if any(bound is not None and bound <= 0 for bound in (self.lower, self.upper)):
            raise ValueError("bounds of a lognormal must be above 0")
        return self

    def expectation(self) -> float:
        """``median exp(s²/2) (Φ(b − s) − Φ(a − s)) / (Φ(b) − Φ(a))`` with s = sd_log and the bounds' scores a and b."""
        low, high = self._scores()
        moved = normal_cdf(high - self.sd_log) - normal_cdf(low - self.sd_log)
        return self.median * math.exp(self.sd_log**2 / 2) * moved / (normal_cdf(high) - normal_cdf(low))

    def _score(self, value: float) -> float:
        return math.log(value / self.median) / self.sd_log if value > 0 else -math.inf

    def _quantile(self, u: Floats) -> Floats:
        result: Floats = self.median * np.exp(self.sd_log * self._normal(u))
        return result
