"""What `placeplan population` reads besides areas, rates and projections: variants, totals, and who belongs to whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, described
from placeplan.core.tables.base import AgeBand, NonNegative, Positive, Row

PRINCIPAL = "principal"
"""The variant that is thought likeliest."""


class Variant(Row):
    """Another way in which births, deaths or moves may go; the pairs of high and low give the likely range.

    What is not said goes as in the rates. The variant ``principal``, where it is given, changes the central projection, and
    all others start from it.
    """

    variant: Id
    """Id of the variant: high_fertility; ``principal``."""
    driver: Literal["", "births", "deaths", "moves"] = ""
    """What it varies; blank: it is shown, and does not widen the range."""
    side: Literal["", "low", "high"] = ""
    """Whether it is the low or the high one of its driver: of more or of fewer people."""
    births: NonNegative = described("ratio to the births of the rates", default=1.0)
    deaths: Positive = described("ratio to the deaths of the rates", default=1.0)
    arrivals: NonNegative = described("ratio to those who move in", default=1.0)
    leavers: NonNegative = described("ratio to those who move out", default=1.0)
    reached: NonNegative = described("years until the ratios are reached, in a straight line", default=0.0)


class Total(Row):
    """A total that the areas' people have to add up to: of a parent, or of one area, in a year."""

    of: Id
    """Area of areas.csv, or parent: a district, a county, a footprint."""
    sex: Literal["F", "M", "all"]
    age: AgeBand
    """Ages, on edges of the age bands of areas.csv."""
    year: Annotated[int, Field(ge=1990, le=2100)] = described("calendar year of the mid-year estimate")
    people: NonNegative = described("people, mid-year")
    variant: Id = PRINCIPAL
    """Variant of the projection that it belongs to."""


class Member(Row):
    """An area belongs to a parent. Without this table all areas belong to the one parent of totals.csv."""

    area: Id
    parent: Id
