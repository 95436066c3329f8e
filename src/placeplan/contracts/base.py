"""What every contract has: a payer, a payee, dates, and a rule from activity to payment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, StringConstraints

from placeplan.core.kinds import Kind
from placeplan.core.records import Id
from placeplan.core.tables import Month

Array = np.ndarray[Any, np.dtype[np.float64]]


class Contract(Kind, family="contract"):
    """Base of the ways in which one organisation pays another, month by month."""

    id: Id
    about: Annotated[str, StringConstraints(min_length=1)]
    """What is paid for, in plain words."""
    payer: Id
    """Organisation that pays."""
    payee: Id
    """Organisation that is paid."""
    areas: tuple[Id, ...] = ()
    """Areas of residence for whose people it pays; blank: all of the footprint. A payer from outside pays for others."""
    starts: Month | Literal["by_initiative"] | None = None
    """First month; blank: from the start; ``by_initiative``: when a recontract effect says so."""
    ends: Month | None = None
    """Last month; blank: to the end."""
    uplift: str = ""
    """Assumption that gives the yearly change of its prices; blank: none."""
    source: Annotated[str, StringConstraints(min_length=1)]
    level: Literal["default", "published", "local"] = "local"
    note: str = ""

    def pods(self) -> tuple[str, ...]:
        """Pods whose activity this contract pays for."""
        return ()

    def quantities(self) -> tuple[str, ...]:
        """Assumption ids on which the payment rests."""
        return ()

    def payment(
        self, activity: dict[str, Array], prices: dict[str, Array | float], shares: Mapping[str, float]
    ) -> Array | float:
        """Payment of one month in base-year prices, £, ``[future]``.

        ``activity`` holds the payee's contacts of the month by pod for the payer's people, ``[future]``;
        ``prices`` the drawn value of each assumption that the contract names; ``shares[""]`` the month's share of the year's
        days and ``shares[pod]`` the share of the base year's activity that falls in this month.
        """
        raise TypeError(f"{type(self).__name__} is not a kind of contract")


Price = Annotated[float, Field(ge=0)] | Id
"""£ a contact, or the assumption that gives it."""


def value(quantity: float | str, prices: dict[str, Array | float]) -> Array | float:
    """A number as it stands, or the drawn value of the assumption it names."""
    return prices[quantity] if isinstance(quantity, str) else quantity
