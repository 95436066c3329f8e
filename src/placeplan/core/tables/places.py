"""Who and where: organisations, sites, areas, people and how many there will be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, Name, described
from placeplan.core.tables.base import AgeBand, Month, NonNegative, OrganisationType, Row, Sex


class Organisation(Row):
    """An organisation of the plan."""

    id: Id
    """ODS code, or ONS code for a council."""
    name: Name
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
    name: Name
    organisation: Id
    """The one organisation that runs it."""


class AreaPeople(Row):
    """People of one area, sex and age band in the middle of the base year."""

    area: Id
    """Code of the area (ONS code where it has one)."""
    name: Name
    """Name of the area; the same on each of its rows."""
    council: str = ""
    """Organisation id of the council that owes it social care."""
    quintile: Annotated[int, Field(ge=1, le=5)] | None = described("fifth, 1 the most deprived", default=None)
    """National deprivation quintile in which most of its people live."""
    sex: Sex
    age: AgeBand
    people: NonNegative = described("people, mid-year")


def has_quintiles(rows: Iterable[Row]) -> bool:
    """Whether every area states its deprivation quintile, so that the model can tell them apart."""
    areas = [r for r in rows if isinstance(r, AreaPeople)]
    return bool(areas) and all(r.quintile is not None for r in areas)


class Projection(Row):
    """People of one area, sex and age band in the middle of a later year, with a likely range."""

    area: Id
    sex: Sex
    age: AgeBand
    year: Annotated[int, Field(ge=1990, le=2100)] = described("calendar year of the mid-year estimate")
    people: NonNegative = described("people, mid-year")
    low: NonNegative | None = described("people; 10th percentile", default=None)
    high: NonNegative | None = described("people; 90th percentile", default=None)


class Component(Row):
    """Births, deaths and moves of one sex and age: from these a projection is made where there is no `population.csv`.

    A row holds for every age of its band, which begins and ends where it likes; ages without a row have neither births,
    deaths nor moves.
    """

    area: str = ""
    """Area id; blank: every area without rows of its own."""
    sex: Literal["F", "M", "all"]
    age: AgeBand
    deaths: NonNegative = described("deaths a year per 1,000 people of the age", default=0.0)
    births: NonNegative = described("live births a year per 1,000 women of the age; read on women's rows", default=0.0)
    moves: float = described("people who move in less those who move out, a year per 1,000 people", default=0.0)
    """Where only the balance is known; beside `arrivals` and `leavers` it comes on top."""
    arrivals: NonNegative = described("people who move in, a year per 1,000 people of the base year", default=0.0)
    """Their number stays as it was, however many live there later."""
    leavers: Annotated[float, Field(ge=0, le=1000)] = described(
        "people who move out, a year per 1,000 people", default=0.0
    )
