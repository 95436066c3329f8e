"""Promises: what the plan must keep, how surely, and over which time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, Name, Record, described

Text = Annotated[str, StringConstraints(min_length=1)]
GROUPS: tuple[str, ...] = (
    "money", "beds", "staff", "community_care", "social_care", "capital", "waits", "stay_in",
)  # fmt: skip
"""Groups of promises in the order in which they stand inside an organisation."""

MOST_HARD = 12
"""Largest number of hard promises."""


class Promise(Record):
    """An outcome, a bound, a statistic over time and the probability that is asked for."""

    id: Id
    name: Name
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
