"""The base of the distributions, and how one is chosen by its kind."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BeforeValidator, Field, SerializeAsAny

from placeplan.core.kinds import Kind
from placeplan.core.streams import Floats
from placeplan.futures.curves import round_significant

Positive = Annotated[float, Field(gt=0)]


class DistributionBase(Kind, family="distribution"):
    """Base of the distributions."""

    def quantile(self, u: Floats) -> Floats:
        """Value below which the share u of the distribution lies.

        Args:
            u: probabilities strictly between 0 and 1, any shape.

        Returns:
            Values in the assumption's unit, same shape, rounded to 12 significant digits.
        """
        return round_significant(self._quantile(np.asarray(u, dtype=np.float64)))

    def expectation(self) -> float:
        """Mean, in the assumption's unit."""
        raise TypeError(f"{type(self).__name__} is not a kind of distribution")

    @property
    def middle(self) -> float:
        """Median, in the assumption's unit: the value at which the assumption is held."""
        return float(self.quantile(np.array([0.5]))[0])

    def _quantile(self, u: Floats) -> Floats:
        raise TypeError(f"{type(self).__name__} is not a kind of distribution")


Distribution = Annotated[SerializeAsAny[DistributionBase], BeforeValidator(DistributionBase.parse)]
"""A distribution of any registered kind, chosen by its ``kind``."""
