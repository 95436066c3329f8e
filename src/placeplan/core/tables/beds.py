"""Beds of the base year and how long people stay in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Month, NonNegative, Pool, Row, Share


class BedStock(Row):
    """Beds of one pool at one site in the base year."""

    site: Id
    pool: Pool
    available: NonNegative = described("beds open, daily average")
    occupied: NonNegative | None = described("beds occupied, daily average of the base year", default=None)
    """Counted at midnight, or by day where `count` says so."""
    escalation: NonNegative | None = described(
        "further beds that can be opened at a premium; blank: by assumption", default=None
    )
    ring_fenced: NonNegative | None = described("of the beds open: kept for planned patients", default=None)
    slots: NonNegative | None = described(
        "theatre slots for planned admissions of this pool a working day; blank: by assumption", default=None
    )
    delayed: NonNegative | None = described(
        "of the beds occupied: by people ready to leave; blank: by assumption", default=None
    )
    count: Literal["midnight", "daytime"] = "midnight"
    """When patients were counted; by day there are also people who come and go on one day."""
    valid_from: Month | None = None
    """First month in which these beds are open; blank: from the start."""
    valid_to: Month | None = None
    """Last month in which these beds are open; blank: to the end."""


class Stay(Row):
    """Mean stay of a pod's admissions in one pool; a blank `nights` is worked out from the occupied beds."""

    site: Id
    pod: Id
    pool: Pool
    nights: Annotated[float, Field(ge=0, le=1000)] | None = described(
        "midnights per admission; blank: fitted to the beds occupied, else by assumption", default=None
    )
    share: Share = described("share of the pod's admissions at the site that begin in this pool", default=1.0)
    then: Pool | None = None
    """Pool of the same site in which the stay goes on: critical, then medical; blank: people leave from here."""


class Boarding(Row):
    """Beds that one pool of a site lends to another pool's emergencies when that one is full."""

    site: Id
    pool: Pool
    """The pool that is full."""
    to_pool: Pool
    """The pool that has room."""
    order: Annotated[int, Field(ge=1, le=20)] = described("1: tried first", default=1)
    share: Share = described("share of the other pool's open beds that may be lent so", default=1.0)
    longer: Annotated[float, Field(ge=1, le=5)] | None = described(
        "nights against those in the own pool, ratio; blank: by assumption", default=None
    )
