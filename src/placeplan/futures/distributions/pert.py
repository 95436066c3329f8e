"""A beta distribution by low, most likely value and high."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.core.streams import Floats
from placeplan.futures.curves import beta_quantile
from placeplan.futures.distributions.peaked import Peaked


class Pert(Peaked, kind="pert"):
    """A beta distribution over low and high whose mean gives the most likely value four times their weight.

    Source: Malcolm et al. (1959), Operations Research 7, 646–669. Shape: a = 1 + 4 (mode − low) / (high − low),
    b = 1 + 4 (high − mode) / (high − low).

    >>> p = Pert(low=0, mode=6, high=30)
    >>> p.expectation(), round(p.middle, 3)
    (9.0, 8.3)
    """

    kind: Literal["pert"] = "pert"

    example: ClassVar[dict[str, Any]] = {"kind": "pert", "low": 0.0, "mode": 6.0, "high": 30.0}

    def expectation(self) -> float:
        """``(low + 4 mode + high) / 6``."""
        return (self.low + 4 * self.mode + self.high) / 6

    def _quantile(self, u: Floats) -> Floats:
        if self._width == 0:
            return np.full(u.shape, self.low)
        rise = (self.mode - self.low) / self._width
        return self.low + self._width * beta_quantile(1 + 4 * rise, 1 + 4 * (1 - rise), u)
