"""Income and cost of the base year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Row, Share


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
