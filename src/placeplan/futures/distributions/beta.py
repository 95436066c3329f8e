"""A share between 0 and 1."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from placeplan.core.records import described
from placeplan.core.streams import Floats
from placeplan.futures.curves import beta_quantile
from placeplan.futures.distributions.base import DistributionBase, Positive


class Beta(DistributionBase, kind="beta"):
    """A share between 0 and 1, by mean and standard deviation, or by the two shape numbers a and b.

    >>> [round(s, 4) for s in Beta(mean=0.85, sd=0.1).shape], Beta(a=2, b=6).expectation()
    ([9.9875, 1.7625], 0.25)
    """

    kind: Literal["beta"] = "beta"
    mean: Annotated[float, Field(gt=0, lt=1)] | None = described("share; with sd", default=None)
    sd: Positive | None = described("share; with mean", default=None)
    a: Positive | None = described("number; weight of what counts, with b", default=None)
    b: Positive | None = described("number; weight of what doesn't, with a", default=None)

    example: ClassVar[dict[str, Any]] = {"kind": "beta", "mean": 0.85, "sd": 0.1}

    @model_validator(mode="after")
    def _one_pair(self) -> Self:
        pairs = (self.mean is not None, self.sd is not None, self.a is not None, self.b is not None)
        if pairs not in {(True, True, False, False), (False, False, True, True)}:
            raise ValueError("give a beta either mean and sd, or a and b")
        if self.mean is not None and self.sd is not None and self.sd**2 >= self.mean * (1 - self.mean):
            raise ValueError(f"sd must be below √(mean (1 − mean)) = {math.sqrt(self.mean * (1 - self.mean)):.4g}")
        return self

    @property
    def shape(self) -> tuple[float, float]:
        """The two shape numbers; from mean m and sd s: ``a = m (m (1 − m) / s² − 1)``, ``b`` likewise for 1 − m."""
        if self.mean is not None and self.sd is not None:
            weight = self.mean * (1 - self.mean) / self.sd**2 - 1
            return self.mean * weight, (1 - self.mean) * weight
        return float(self.a or 0), float(self.b or 0)

    def expectation(self) -> float:
        """``a / (a + b)``."""
        a, b = self.shape
        return a / (a + b)

    def _quantile(self, u: Floats) -> Floats:
        return beta_quantile(*self.shape, u)
