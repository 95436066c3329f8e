"""Distributions: how sure we are of a number. Each is one kind with its quantile, expectation and median.

A value is the quantile of a uniform number, so that one draw serves any distribution and stays paired when the
distribution changes. Values are rounded to 12 significant digits: exp and beta functions may differ in their last
bits between machines, sampled values may not.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from placeplan.core.kinds import Kind
from placeplan.core.records import described
from placeplan.core.streams import Floats, normal_quantile
from placeplan.futures.curves import (
    P90,
    beta_quantile,
    half_mean,
    normal_cdf,
    normal_density,
    refuse_disorder,
    round_significant,
)

LEAST_MASS = 1e-6
"""A truncation that leaves less of the distribution than this is refused: it would be another distribution."""

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


class _Peaked(DistributionBase):
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


class Triangular(_Peaked, kind="triangular"):
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


class Pert(_Peaked, kind="pert"):
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


class _Truncated(DistributionBase):
    """What the normal and the lognormal share: bounds beyond which nothing lies."""

    lower: float | None = described("the assumption's unit; nothing lies below, the rest keeps its shape", default=None)
    upper: float | None = described("the assumption's unit; nothing lies above, the rest keeps its shape", default=None)

    @model_validator(mode="after")
    def _something_left(self) -> Self:
        refuse_disorder(lower=self.lower, upper=self.upper)
        low, high = self._scores()
        if normal_cdf(high) - normal_cdf(low) < LEAST_MASS:
            raise ValueError("the bounds cut away almost the whole distribution")
        return self

    def _scores(self) -> tuple[float, float]:
        """Normal scores of the bounds; infinite where there is none."""
        return (
            -math.inf if self.lower is None else self._score(self.lower),
            math.inf if self.upper is None else self._score(self.upper),
        )

    def _score(self, value: float) -> float:
        raise TypeError(f"{type(self).__name__} is not a kind of distribution")

    def _normal(self, u: Floats) -> Floats:
        """Normal scores of u within the bounds."""
        if self.lower is None and self.upper is None:
            return normal_quantile(u)
        low, high = self._scores()
        first = normal_cdf(low)
        inside = np.clip(first + u * (normal_cdf(high) - first), 1e-300, 1.0 - 2.0**-53)
        return np.clip(normal_quantile(inside), low, high)


class Normal(_Truncated, kind="normal"):
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


class LogNormal(_Truncated, kind="lognormal"):
    """A number whose logarithm is normal, cut off at its bounds if given: ratios, costs, nights.

    >>> cost = LogNormal(median=1.4, sd_log=0.25)
    >>> cost.middle, round(cost.expectation(), 4)
    (1.4, 1.4444)
    """

    kind: Literal["lognormal"] = "lognormal"
    median: Positive = described("the assumption's unit; of the curve before it is cut off")
    sd_log: Positive = described("standard deviation of the natural logarithm")

    example: ClassVar[dict[str, Any]] = {"kind": "lognormal", "median": 1.4, "sd_log": 0.25, "upper": 3.0}

    @model_validator(mode="after")
    def _bounds_above_zero(self) -> Self:
        if any(bound is not None and bound <= 0 for bound in (self.lower, self.upper)):
            raise ValueError("bounds of a lognormal must be above 0")
        return self

    def expectation(self) -> float:
        """``median exp(s²/2) (Φ(b − s) − Φ(a − s)) / (Φ(b) − Φ(a))`` with s = sd_log and the bounds' scores a and b."""
        low, high = self._scores()
        moved = normal_cdf(high - self.sd_log) - normal_cdf(low - self.sd_log)
        return self.median * math.exp(self.sd_log**2 / 2) * moved / (normal_cdf(high) - normal_cdf(low))

    def _score(self, value: float) -> float:
        return math.log(value / self.median) / self.sd_log if value > 0 else -math.inf

    def _quantile(self, u: Floats) -> Floats:
        result: Floats = self.median * np.exp(self.sd_log * self._normal(u))
        return result


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


Distribution = Annotated[SerializeAsAny[DistributionBase], BeforeValidator(DistributionBase.parse)]
"""A distribution of any registered kind, chosen by its ``kind``."""
