"""What somebody who knows would say."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from placeplan.core.records import described
from placeplan.core.streams import Floats, normal_quantile
from placeplan.futures.curves import P90, half_mean, refuse_disorder
from placeplan.futures.distributions.base import DistributionBase


class Elicited(DistributionBase, kind="elicited"):
    """What somebody who knows would say: one in ten below p10, half below p50, one in ten above p90.

    Half a normal curve on either side of the middle, so that it goes through all three numbers. Values beyond
    `lower` or `upper` are put at the bound, so that the three numbers stay as they were said.

    >>> growth = Elicited(p10=-0.0037, p50=0.0116, p90=0.0268)
    >>> [float(v) for v in growth.quantile(np.array([0.1, 0.5, 0.9]))], round(growth.expectation(), 6)
    ([-0.0037, 0.0116, 0.0268], 0.011569)
    """

    kind: Literal["elicited"] = "elicited"
    p10: float = described("the assumption's unit; one in ten lies below")
    p50: float = described("the assumption's unit; half lies below")
    p90: float = described("the assumption's unit; one in ten lies above")
    lower: float | None = described("the assumption's unit; least possible value", default=None)
    upper: float | None = described("the assumption's unit; greatest possible value", default=None)

    example: ClassVar[dict[str, Any]] = {"kind": "elicited", "p10": 0.0, "p50": 0.04, "p90": 0.1, "upper": 0.3}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        refuse_disorder(lower=self.lower, p10=self.p10, p50=self.p50, p90=self.p90, upper=self.upper)
        return self

    @property
    def _spreads(self) -> tuple[float, float]:
        return (self.p50 - self.p10) / P90, (self.p90 - self.p50) / P90

    def expectation(self) -> float:
        """``p50 + (σ₊ − σ₋) / √(2π)`` without bounds, σ± being (p90 − p50) and (p50 − p10) over 1.2816."""
        below, above = self._spreads
        down = half_mean(below, math.inf if self.lower is None else self.p50 - self.lower)
        up = half_mean(above, math.inf if self.upper is None else self.upper - self.p50)
        return self.p50 + (up - down) / 2

    def _quantile(self, u: Floats) -> Floats:
        below, above = self._spreads
        z = normal_quantile(u)
        value = self.p50 + np.where(z < 0, below, above) * z
        return np.clip(value, self.lower, self.upper) if (self.lower, self.upper) != (None, None) else value
