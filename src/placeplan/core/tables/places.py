"""Who and where: organisations, sites, areas, people and how many there will be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, described
from placeplan.core.tables.base import AgeBand, Month, NonNegative, OrganisationType, Row, Sex


class Organisation(Row):
    """An organisation of the plan."""

    id: Id
    """ODS code, or ONS code for a council."""
    name: Annotated[str, StringConstraints(min_length=1)]
    """Full name, as the public knows it."""
    type: OrganisationType
    """What kind of organisation it is."""
    valid_from: Month | None = None
    """First month in which it exists; blank: before the plan starts."""
    valid_to: Month | None = None
    """Last month in which it exists; blank: beyond the plan."""

    def exists(self, month: str) -> bool:
        """Whether it exists in a month."""
        return (self.valid_from or month) <= month <= (self.valid_to or month)


class Site(Row):
    """A place where an organisation gives care. Without this table every provider has one site of its own code."""

    id: Id
    """ODS site code."""
    name: Annotated[str, StringConstraints(min_length=1)]
    organisation: Id
    """The one organisation that runs it."""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = described("degrees WGS84", default=None)
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = described("degrees WGS84", default=None)


class AreaPeople(Row):
    """People of one area, sex and age band in the middle of the base year."""

    area: Id
    """Code of the area (ONS code where it has one)."""
    name: Annotated[str, StringConstraints(min_length=1)]
    """Name of the area; the same on each of its rows."""
    council: str = ""
    """Organisation id of the council that owes it social care."""
    quintile: Annotated[int, Field(ge=1, le=5)] | None = None
    """National deprivation quintile in which most of its people live, 1 the most deprived."""
    sex: Sex
    age: AgeBand
    people: NonNegative = described("people, mid-year")


class Projection(Row):
    """People of one area, sex and age band in the middle of a later year, with a likely range."""

    area: Id
    sex: Sex
    age: AgeBand
    year: Annotated[int, Field(ge=1990, le=2100)] = described("calendar year of the mid-year estimate")
    people: NonNegative = described("people, mid-year")
    low: NonNegative | None = described("people; 10th percentile", default=None)
    high: NonNegative | None = described("people; 90th percentile", default=None)
