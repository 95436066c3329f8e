"""Block: one amount a year, whatever the activity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from placeplan.contracts.base import At, Contract, Number, Period, Price, Wording, named, value
from placeplan.core.records import Quantity, described


def block_payment(amount: Any, month_share: Any) -> Any:
    """Payment of a month under a block: ``amount × month_share``.

    amount: £ a year; month_share: the month's share of the year's days; returns £ of the month.

    >>> block_payment(1_200_000, 1 / 12)
    100000.0
    """
    return amount * month_share


class Block(Contract, kind="block"):
    """Pays a fixed amount a year."""

    plainly: ClassVar[str] = "one amount, however many come"

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

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The amount; a contract that only limits activity may have none."""
        return () if self.activity_plan else ((self.amount, ("amount",)),)

    def quantities(self) -> tuple[str, ...]:
        """The amount, if it is an assumption."""
        return named(self.amount)

    def says(self, words: Wording) -> Iterator[str]:
        """The amount."""
        yield f"{words.pounds(self.amount)} a year"

    def payment(self, period: Period) -> Number:
        """`block_payment`, £ in base-year prices, ``[future]``."""
        return block_payment(value(self.amount, period.prices), period.shares[""])
