"""How long people travel to care."""

from __future__ import annotations

from typing import Literal

from placeplan.core.records import Id, described
from placeplan.core.tables.base import NonNegative, Row


class Travel(Row):
    """Time from an area to a site, one way."""

    area: Id
    site: Id
    mode: Literal["car", "public_transport"] = "car"
    """How they travel; nearness goes by car where car is given."""
    minutes: NonNegative = described("minutes, one way")
