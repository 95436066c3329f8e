"""Tables that records give beside those of a plan: rates in full detail, and how a week looks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, described
from placeplan.core.tables import NonNegative, Row


class CellRate(Row):
    """Care of one pod at one site to people of one area, sex and age band in the base year."""

    pod: Id
    site: Id
    area: Id
    """Area id, or ``outside`` for people from beyond the footprint."""
    sex: Literal["F", "M"]
    age: str
    activity: NonNegative = described("contacts a year, in the pod's unit, rounded")
    per_1000: NonNegative | None = described(
        "per 1,000 people of the area, sex and age a year; blank from beyond", default=None
    )


class Weekday(Row):
    """A weekday's activity against the mean day's."""

    pod: Id
    weekday: Annotated[int, Field(ge=1, le=7)] = described("1 Monday to 7 Sunday")
    index: NonNegative = described("ratio to the year's mean per calendar day")
