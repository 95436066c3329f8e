"""Every value between two alike."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from placeplan.core.records import described
from placeplan.core.streams import Floats
from placeplan.futures.curves import refuse_disorder
from placeplan.futures.distributions.base import DistributionBase


class Uniform(DistributionBase, kind="uniform"):
    """Every value between low and high alike: ``low + u (high − low)``.

    >>> Uniform(low=2, high=6).expectation()
    4.0
    """

    kind: Literal["uniform"] = "uniform"
    low: float = described("the assumption's unit")
    high: float = described("the assumption's unit")

    example: ClassVar[dict[str, Any]] = {"kind": "uniform", "low": 0.0, "high": 12.0}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        refuse_disorder(low=self.low, high=self.high)
        return self

    def expectation(self) -> float:
        """Half-way."""
        return (self.low + self.high) / 2

    def _quantile(self, u: Floats) -> Floats:
        return self.low + u * (self.high - self.low)
