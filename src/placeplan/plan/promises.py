"""Promises: what the plan must keep, how surely, and over which time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Record, described

Text = Annotated[str, StringConstraints(min_length=1)]
GROUPS: tuple[str, ...] = (
    "money", "beds", "staff", "community_care", "social_care", "capital", "waits", "stay_in",
)  # fmt: skip
"""Groups of promises in the order in which they stand inside an organisation."""

MOST_HARD = 12
"""Largest number of hard promises."""
OUTCOMES: tuple[str, ...] = (
    "demand", "activity", "left_footprint", "contacts_prevented", "arrivals", "admissions", "elective_admissions",
    "electives_deferred", "discharges", "in_beds", "occupied", "occupancy", "beds_open", "escalation_beds", "waiting_without_bed",
    "waiting_at_end", "delayed_beds", "days_over_92", "days_over_100", "started", "uptake", "contract_payment", "income",
    "contract_income", "contract_spend", "operating_cost", "cost_line", "initiative_cost", "programme_cost",
    "escalation_cost", "capital_charge", "cip_saving", "financing", "position", "capital_spend",
)  # fmt: skip
"""Outcomes of the model about which something can be promised."""
SHARES: frozenset[str] = frozenset({"occupancy", "days_over_92", "days_over_100", "uptake", "started"})
"""Those that are shares, or ratios near 1."""


class Promise(Record):
    """An outcome, a bound, a statistic over time and the probability that is asked for."""

    id: Id
    name: Text
    """What is promised, in a few plain words: Deficit within the agreed limit."""
    group: Literal["money", "beds", "staff", "community_care", "social_care", "capital", "waits", "stay_in"]
    organisation: str
    """Organisation id, or ``system``."""
    outcome: Id
    """Name of an outcome of the model."""
    entity: str = ""
    """Which of the outcome's entities; blank: the organisation itself (or its sites together)."""
    at_least: float | dict[str, float] | None = None
    """Lower bound, one number or one a financial year."""
    at_most: float | dict[str, float] | None = None
    """Upper bound, one number or one a financial year."""
    statistic: Literal["every_year", "worst", "end"] = "every_year"
    """``every_year``: each year's figure; ``worst``: every single month; ``end``: the last year's figure."""
    asks: Annotated[float, Field(gt=0, lt=1)] = described("probability asked for", default=0.8)
    hard: bool = True
    """Hard promises decide the verdict; the others are aims."""
    due_from: str | None = None
    """First financial year in which it applies; blank: the first year judged."""
    source: Text
    level: Literal["default", "published", "local"] = "local"
    note: str = ""


class PromiseFile(Record):
    """`promises.yaml`."""

    promises: tuple[Promise, ...] = ()
