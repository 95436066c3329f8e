"""Block: one amount a year, whatever the activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from placeplan.contracts.base import Array, Contract, Price, value
from placeplan.core.records import described


def block_payment(amount: Any, month_share: Any) -> Any:
    """Payment of a month under a block: ``amount × month_share``.

    amount: £ a year; month_share: the month's share of the year's days; returns £ of the month.

    >>> block_payment(1_200_000, 1 / 12)
    100000.0
    """
    return amount * month_share


class Block(Contract, kind="block"):
    """Pays a fixed amount a year."""

    kind: Literal["block"] = "block"
    amount: Price = described("£ a year, base-year prices")
    covers: tuple[str, ...] = ()
    """Pods whose activity it pays for, whatever their number."""

    example: ClassVar[dict[str, object]] = {
        "kind": "block",
        "id": "community_block",
        "about": "Community and mental-health care",
        "payer": "11J",
        "payee": "RDY",
        "amount": 195000000,
        "source": "made up",
    }

    def pods(self) -> tuple[str, ...]:
        """Pods covered."""
        return tuple(sorted(self.covers))

    def quantities(self) -> tuple[str, ...]:
        """The amount, if it is an assumption."""
        return (self.amount,) if isinstance(self.amount, str) else ()

    def payment(
        self, activity: dict[str, Array], prices: dict[str, Array | float], shares: Mapping[str, float]
    ) -> Array | float:
        """`block_payment`, £ of the month in base-year prices, ``[future]``."""
        paid: Array | float = block_payment(value(self.amount, prices), shares[""])
        return paid
