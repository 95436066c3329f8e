"""One value, taken as certain."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.core.records import described
from placeplan.core.streams import Floats
from placeplan.futures.distributions.base import DistributionBase


class Fixed(DistributionBase, kind="fixed"):
    """One value, taken as certain.

    >>> Fixed(value=0.035).middle
    0.035
    """

    kind: Literal["fixed"] = "fixed"
    value: float = described("the assumption's unit")

    example: ClassVar[dict[str, Any]] = {"kind": "fixed", "value": 0.035}

    def expectation(self) -> float:
        """The value."""
        return self.value

    def _quantile(self, u: Floats) -> Floats:
        return np.full(u.shape, self.value)
