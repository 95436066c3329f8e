"""Care of the base year: points of delivery, activity, flows, need by age, seasons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Name, described
from placeplan.core.tables.base import AgeBand, NonNegative, Positive, Row, Share


class Pod(Row):
    """A point of delivery: how one kind of care is counted, where it is given, whether it uses beds."""

    id: Id
    name: Name
    """Name in words: emergency admissions."""
    setting: Literal["acute", "community", "mental_health", "primary", "ambulance", "social"]
    unit: Annotated[str, StringConstraints(min_length=1)]
    """What is counted: admissions, attendances, contacts, weeks."""
    beds: Literal["none", "emergency", "elective"] = "none"
    """Whether a contact fills a bed, and by which door."""
    urgent: bool | None = None
    """Whether a hard winter brings more of it; blank: yes for acute care that fills beds as an emergency."""

    @property
    def rises_in_winter(self) -> bool:
        """Whether a hard winter brings more of it."""
        return (self.setting == "acute" and self.beds == "emergency") if self.urgent is None else self.urgent


class Activity(Row):
    """Contacts of the base year in one point of delivery at one site."""

    pod: Id
    site: Id
    """Site or organisation id; ``outside`` for residents' care given beyond the footprint."""
    area: str = ""
    """Area of residence; ``outside`` for people from beyond; blank where `flows.csv` or the areas' need divides the row."""
    activity: NonNegative = described("contacts a year, in the pod's unit")


class Flow(Row):
    """Share of a site's activity in a pod that comes from one area."""

    pod: str
    """Pod id, or ``all``."""
    site: Id
    area: Id
    """Area id, or ``outside`` for people from beyond the footprint."""
    share: Share = described("share of the site's activity in the pod")


class Rate(Row):
    """How need depends on age and sex: only the shape counts, the level comes from the activity."""

    pod: Id
    sex: Literal["F", "M", "all"]
    age: AgeBand
    per_1000: NonNegative = described("per 1,000 people a year")


class Season(Row):
    """A month's activity per calendar day against the year's mean."""

    pod: Id
    month: Annotated[int, Field(ge=1, le=12)] = described("calendar month")
    index: NonNegative = described("ratio to the year's mean, per calendar day")


class UnitCost(Row):
    """National average cost of a contact, used only to weigh pods against each other."""

    pod: Id
    cost: Positive = described("£ a contact")
