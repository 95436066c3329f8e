"""A choice: one of a few values, each with its chance."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from placeplan.core.records import described
from placeplan.core.streams import Floats
from placeplan.futures.distributions.base import DistributionBase, Positive


class Choice(DistributionBase, kind="choice"):
    """One of some values, each as often as its weight says: ``P(value) = weight / Σ weights``.

    The values ascend, so that a higher uniform number never gives a lower value.

    >>> variants = Choice(values=(-0.01, 0.0, 0.02), weights=(0.3, 0.5, 0.2))
    >>> variants.quantile(np.array([0.29, 0.31, 0.79, 0.81])).tolist(), round(variants.expectation(), 4)
    ([-0.01, 0.0, 0.0, 0.02], 0.001)
    """

    kind: Literal["choice"] = "choice"
    values: Annotated[tuple[float, ...], Field(min_length=1)] = described("the assumption's unit; ascending")
    weights: Annotated[tuple[Positive, ...], Field(min_length=1)] = described(
        "number; how often each value comes, against the others"
    )
    names: tuple[str, ...] = ()
    """What each value stands for, in the order of the values; blank: nothing."""

    example: ClassVar[dict[str, Any]] = {"kind": "choice", "values": [-0.01, 0.0, 0.02], "weights": [0.3, 0.5, 0.2]}

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        if len(self.values) != len(self.weights) or (self.names and len(self.names) != len(self.values)):
            raise ValueError("give each value one weight and, where there are names, one name")
        if any(low > high for low, high in zip(self.values, self.values[1:], strict=False)):
            raise ValueError("write the values from the lowest to the highest")
        return self

    def expectation(self) -> float:
        """``Σ weight × value / Σ weights``."""
        together = math.fsum(w * v for w, v in zip(self.weights, self.values, strict=True))
        return together / math.fsum(self.weights)

    def _quantile(self, u: Floats) -> Floats:
        edges = np.cumsum(self.weights)[:-1] / math.fsum(self.weights)
        found: Floats = np.asarray(self.values, dtype=np.float64)[np.searchsorted(edges, u, side="right")]
        return found
