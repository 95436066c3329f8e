"""What the triangular and the PERT distribution share."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from placeplan.core.records import described
from placeplan.futures.curves import refuse_disorder
from placeplan.futures.distributions.base import DistributionBase


class Peaked(DistributionBase):
    """What the triangular and the PERT distribution share: low, most likely value and high."""

    low: float = described("the assumption's unit")
    mode: float = described("the assumption's unit; the most likely value")
    high: float = described("the assumption's unit")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        refuse_disorder(low=self.low, mode=self.mode, high=self.high)
        return self

    @property
    def _width(self) -> float:
        return self.high - self.low
