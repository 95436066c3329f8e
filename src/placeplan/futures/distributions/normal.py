"""The normal distribution."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from placeplan.core.records import described
from placeplan.core.streams import Floats
from placeplan.futures.curves import normal_cdf, normal_density
from placeplan.futures.distributions.base import Positive
from placeplan.futures.distributions.truncated import Truncated


class Normal(Truncated, kind="normal"):
    """The normal distribution, cut off at its bounds if given.

    >>> Normal(mean=0.02, sd=0.01).middle, round(Normal(mean=0.0, sd=1.0, lower=0.0).expectation(), 6)
    (0.02, 0.797885)
    """

    kind: Literal["normal"] = "normal"
    mean: float = described("the assumption's unit; of the curve before it is cut off")
    sd: Positive = described("the assumption's unit; of the curve before it is cut off")

    example: ClassVar[dict[str, Any]] = {"kind": "normal", "mean": 0.02, "sd": 0.01, "lower": 0.0}

    def expectation(self) -> float:
        """``mean + sd (φ(a) − φ(b)) / (Φ(b) − Φ(a))`` with the bounds' normal scores a and b."""
        low, high = self._scores()
        inside = normal_cdf(high) - normal_cdf(low)
        return self.mean + self.sd * (normal_density(low) - normal_density(high)) / inside

    def _score(self, value: float) -> float:
        return (value - self.mean) / self.sd

    def _quantile(self, u: Floats) -> Floats:
        return self.mean + self.sd * self._normal(u)
