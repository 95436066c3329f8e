"""What the rows of all tables have in common: source, level, and how months, ages and shares are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Record

OUTSIDE = "outside"
"""Area of people from beyond the footprint; site of care given beyond it."""
SYSTEM = "system"
"""All organisations of the place together, in place of one of them."""

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
