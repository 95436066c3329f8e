"""Beds of the base year and how long people stay in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Month, NonNegative, Pool, Row, Share


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
