"""The rows of a plan's tables: one class a table, one field a column.

From these classes come the CSV headers, the JSON Schema, the reference page and every check of a single row.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Record, described

OUTSIDE = "outside"
"""Area of people from beyond the footprint; site of care given beyond it."""

Level = Literal["off", "default", "published", "local"]
"""How much a component knows: not modelled, library figures, published figures, the place's own."""

OrganisationType = Literal[
    "commissioner", "acute", "community", "mental_health", "ambulance", "primary_care",
    "council", "voluntary", "independent", "outside",
]  # fmt: skip
Sex = Literal["F", "M"]
AgeBand = Annotated[str, StringConstraints(pattern=r"^(\d{1,3}-\d{1,3}|\d{1,3}\+)$")]
"""An age band as people write it: ``0-4``, ``85-89``, ``90+``."""
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
"""A month, ``2016-04``."""
Source = Annotated[str, StringConstraints(min_length=1)]
"""Where a figure comes from: dataset and filter, or the title and date of a page; never a path."""
Pool = Literal["general", "medical", "surgical", "critical", "women_children", "mental_health", "community", "virtual"]
NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Row(Record):
    """One row of a table, with its source and how well it is known."""

    source: Source
    """Where the figure comes from."""
    level: Literal["default", "published", "local"] = "local"
    """``published`` or ``local``; ``default`` for figures borrowed from elsewhere."""
    note: str = ""
    """Anything a reader should know about this row."""


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


class Pod(Row):
    """A point of delivery: how one kind of care is counted, where it is given, whether it uses beds."""

    id: Id
    name: Annotated[str, StringConstraints(min_length=1)]
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


class BedStock(Row):
    """Beds of one pool at one site in the base year."""

    site: Id
    pool: Pool
    available: NonNegative = described("beds open, daily average")
    occupied: NonNegative | None = described("beds occupied at midnight, daily average of the base year", default=None)
    escalation: NonNegative | None = described("further beds that can be opened at a premium", default=None)
    valid_from: Month | None = None
    """First month in which these beds are open; blank: from the start."""
    valid_to: Month | None = None
    """Last month in which these beds are open; blank: to the end."""


class Stay(Row):
    """Mean stay of a pod's admissions in one pool; a blank `nights` is worked out from the occupied beds."""

    site: Id
    pod: Id
    pool: Pool
    nights: Annotated[float, Field(ge=0, le=1000)] | None = described("midnights per admission", default=None)
    share: Share = described("share of the pod's admissions at the site that use this pool", default=1.0)


class MoneyLine(Row):
    """One line of income or cost of an organisation in the base year; payments under contracts stand in `contracts/`."""

    organisation: Id
    line: Annotated[str, StringConstraints(min_length=1)]
    """Name of the line, unique within the organisation."""
    direction: Literal["income", "cost", "financing"]
    """``financing``: interest and public dividend capital, shown apart."""
    amount: float = described("£ a year, base-year prices")
    driver: str = "none"
    """What moves it: ``none``, ``activity`` (all the organisation's pods, weighted by unit cost), ``beds``, or a pod id."""
    variable: Share = described("share that moves with the driver at once", default=0.0)
    stepped: Share = described("share that moves in whole wards or teams; the rest is fixed", default=0.0)
    steps: Annotated[int, Field(ge=1)] | None = described("wards or teams in the base year", default=None)
    inflator: str = ""
    """Assumption that gives its price growth a year; blank: none."""
    growth: str = ""
    """Assumption that gives its volume growth a year, for lines without a driver; blank: none."""
    efficiency: bool = False
    """Whether background efficiency is taken from it."""


class UnitCost(Row):
    """National average cost of a contact, used only to weigh pods against each other."""

    pod: Id
    cost: Positive = described("£ a contact")


class Reconciliation(Row):
    """A published total of the base year, to be set beside what the model says of it."""

    what: Annotated[str, StringConstraints(min_length=1)]
    """What is compared, in plain words; unique within the table."""
    organisation: str
    """Organisation it belongs to, or ``system``."""
    outcome: Id
    """Outcome of the model, or ``bed_days``, ``operating_income`` (with contracts) or ``activity_by_age``."""
    entity: Annotated[str, StringConstraints(min_length=1)]
    """The outcome's entity; several joined by ``+`` before the slash are added: ``RBD01+RD304/general``.

    For `activity_by_age`: organisation or ``system``, pods joined by ``+``, age band: ``system/day_case/75-89``.
    """
    period: Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}( Q[1-4])?$")]
    """Financial year, or its quarter counted from April: ``2016/17 Q1``."""
    statistic: Literal["sum", "mean", "share"]
    """``sum`` or ``mean`` over the months of the period; ``share`` of the pods' activity that falls in the age band."""
    published: float
    """The published figure, in `unit`."""
    unit: Annotated[str, StringConstraints(min_length=1)]
    tolerance: Positive | None = described(
        "share of the published figure, or points of a share; blank: shown, not judged", default=None
    )
    kind: Literal["fitted", "predicted"]
    """``fitted``: the model was made to meet it; ``predicted``: it was kept back."""


TABLES: dict[str, tuple[type[Row], bool]] = {
    "organisations": (Organisation, True),
    "areas": (AreaPeople, True),
    "activity": (Activity, True),
    "beds": (BedStock, True),
    "money": (MoneyLine, True),
    "sites": (Site, False),
    "population": (Projection, False),
    "pods": (Pod, False),
    "flows": (Flow, False),
    "rates": (Rate, False),
    "seasons": (Season, False),
    "stays": (Stay, False),
    "unit_costs": (UnitCost, False),
    "reconcile": (Reconciliation, False),
}
"""Table name → its row class, and whether a plan must have it. The file is ``<name>.csv``."""

KEYS: dict[str, tuple[str, ...]] = {
    "organisations": ("id",),
    "areas": ("area", "sex", "age"),
    "activity": ("pod", "site", "area"),
    "beds": ("site", "pool", "valid_from"),
    "money": ("organisation", "line"),
    "sites": ("id",),
    "population": ("area", "sex", "age", "year"),
    "pods": ("id",),
    "flows": ("pod", "site", "area"),
    "rates": ("pod", "sex", "age"),
    "seasons": ("pod", "month"),
    "stays": ("site", "pod", "pool"),
    "unit_costs": ("pod",),
    "reconcile": ("what",),
}
"""Columns that must be unique together in each table."""
