"""A triangle over low and high."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.core.streams import Floats
from placeplan.futures.distributions.peaked import Peaked


class Triangular(Peaked, kind="triangular"):
    """A triangle over low and high with its tip at the most likely value.

    >>> t = Triangular(low=0, mode=6, high=30)
    >>> t.expectation(), round(t.middle, 3)
    (12.0, 11.026)
    """

    kind: Literal["triangular"] = "triangular"

    example: ClassVar[dict[str, Any]] = {"kind": "triangular", "low": 0.0, "mode": 6.0, "high": 30.0}

    def expectation(self) -> float:
        """``(low + mode + high) / 3``."""
        return (self.low + self.mode + self.high) / 3

    def _quantile(self, u: Floats) -> Floats:
        below, above = self.mode - self.low, self.high - self.mode
        left = self.low + np.sqrt(u * (self._width * below))
        right = self.high - np.sqrt((1.0 - u) * (self._width * above))
        return np.where(u * self._width < below, left, right)
