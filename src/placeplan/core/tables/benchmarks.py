"""What a plan's figures are held beside: how care grew elsewhere, and what experts outside a place think can be avoided."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Row


class OutsideView(Row):
    """What experts who do not run a place think can be avoided of one kind of care, over some twenty years."""

    id: Id
    about: Annotated[str, StringConstraints(min_length=1)]
    """The part of the care that they were asked about."""
    acts_on: Literal["demand", "stay"]
    """Whether it is care or nights that are avoided."""
    pods: str
    """Points of delivery to which that part belongs, parted by spaces."""
    p10: Annotated[float, Field(gt=-100)] = described("percent of that part; one in ten expects a larger cut")
    p50: float = described("percent of that part; negative is less")
    p90: float = described("percent of that part; one in ten expects a smaller cut")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.p10 < self.p50 < self.p90:
            raise ValueError(f"p10, p50 and p90 have to rise; they are {self.p10:g}, {self.p50:g} and {self.p90:g}")
        return self


class Comparator(Row):
    """How care grew elsewhere each year, beyond what people and their age explain."""

    id: Id
    about: Annotated[str, StringConstraints(min_length=1)]
    """What, where and when."""
    pods: str
    """Points of delivery, parted by spaces."""
    growth: Literal["net", "gross"]
    """``net``: as it was; ``gross``: had schemes avoided nothing."""
    low: float = described("share a year")
    central: float = described("share a year")
    high: float = described("share a year")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"low, central and high have to rise; they are {self.low:g}, {self.central:g} and {self.high:g}"
            )
        return self
