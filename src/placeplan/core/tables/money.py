"""Income and cost of the base year, cash, building money by year, and the positions that were agreed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from placeplan.core.records import Id, described
from placeplan.core.tables.base import Month, NonNegative, Row, Share

LineKind = Literal[
    "pay", "agency", "drugs", "supplies", "estate", "depreciation", "charge", "prescribing", "continuing_healthcare",
    "primary_care", "specialised", "independent_sector", "commissioned", "allocation", "fees", "other",
]  # fmt: skip
"""What a line is spent on, or comes from."""
Setting = Literal["acute", "community", "primary", "mental_health", "ambulance", "social", "prevention", "other"]
"""Where care is given, or that it is there so that less is needed."""
Year = Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}$")]
"""A financial year, ``2016/17``."""


class MoneyLine(Row):
    """One line of income or cost of an organisation in the base year; payments under contracts stand in `contracts/`.

    Commissioned lines (prescribing, continuing healthcare …) are volume × price: `growth` or a driver moves the volume,
    `inflator` the price.
    """

    organisation: Id
    line: Annotated[str, StringConstraints(min_length=1)]
    """Name of the line, unique within the organisation."""
    direction: Literal["income", "cost", "financing"]
    """``financing``: interest and public dividend capital, shown apart."""
    kind: LineKind = "other"
    """What it is spent on or comes from; ``depreciation`` costs no cash."""
    setting: Setting | None = None
    """Where the care is given that it pays for; blank: as the organisation's type says."""
    amount: float = described("£ a year, base-year prices")
    driver: str = "none"
    """What moves it: ``none``, ``activity`` (all the organisation's pods, weighted by unit cost), ``beds``, ``staff``
    (as a whole: the pay of the rows of `staff.csv` that name the line, bank and agency with it), ``packages`` and
    ``charges`` (of a council: what its packages cost, what people pay back), or a pod id."""
    variable: Share = described("share that moves with the driver at once", default=0.0)
    stepped: Share = described("share that moves in whole wards or teams; the rest is fixed", default=0.0)
    steps: Annotated[int, Field(ge=1)] | None = described("wards or teams in the base year", default=None)
    inflator: str = ""
    """Assumption that gives its price growth a year; blank: none."""
    growth: str = ""
    """Assumption that gives its volume growth a year, for lines without a driver; blank: none."""
    efficiency: bool = False
    """Whether background efficiency is taken from it."""


class CapitalRow(Row):
    """Building money of one year: how much may be spent, or a sum that comes in once."""

    organisation: str
    """Organisation id; ``system`` for a limit of all together."""
    year: Year
    """Financial year of the limit; of a receipt or grant, the year in which it is due."""
    kind: Literal["limit", "receipt", "grant"]
    """``limit``: most that may be spent, whatever its cash source; ``receipt``: a sale; ``grant``: building money given."""
    amount: NonNegative = described("£, nominal")
    month: Month | None = None
    """Month in which a receipt or grant is due; blank: the year's last."""
    initiative: str = ""
    """Initiative that has to begin before the receipt or grant comes; blank: none."""


class Balance(Row):
    """Cash that an organisation has when the run begins; without a row its cash is not followed."""

    organisation: Id
    cash: float = described("£ at the start of the run; negative: borrowed")


class ControlTotal(Row):
    """The position that an organisation, or the system, has agreed for one year."""

    organisation: str
    """Organisation id, or ``system``."""
    year: Year
    position: float = described("£ of the year, nominal; negative: an agreed deficit")
