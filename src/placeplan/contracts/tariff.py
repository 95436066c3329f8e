"""Tariff: a price for each contact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from placeplan.contracts.base import At, Contract, Line, Number, Period, Price, Wording, named, value
from placeplan.core.records import Quantity, described


def tariff_payment(contacts: Any, price: Any) -> Any:
    """Payment under a tariff: ``contacts × price``.

    contacts: number of the month; price: £ a contact; returns £ of the month. Shapes: numbers or arrays ``[future]``.
    Source: NHS National Tariff Payment System 2016/17, section on national prices.

    >>> tariff_payment(100, 738)
    73800
    """
    return contacts * price


class Tariff(Contract, kind="tariff"):
    """Pays every contact of the named pods at its price."""

    plainly: ClassVar[str] = "a price for each contact"

    kind: Literal["tariff"] = "tariff"
    prices: dict[str, Price] = described("£ a contact, by pod", min_length=1)

    example: ClassVar[dict[str, object]] = {
        "kind": "tariff",
        "id": "acute_tariff",
        "about": "Hospital care at national prices",
        "payer": "11J",
        "payee": "RBD",
        "prices": {"emergency_admission": 2100, "day_case": 738},
        "source": "made up",
    }

    def pods(self) -> tuple[str, ...]:
        """Pods with a price."""
        return tuple(sorted(self.prices))

    def by_contact(self) -> tuple[tuple[str, str], ...]:
        """Every contact of its pods."""
        return self.pays_for()

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The price of each pod."""
        return tuple((price, ("prices", pod)) for pod, price in self.prices.items())

    def quantities(self) -> tuple[str, ...]:
        """Assumptions among the prices."""
        return named(*(p for _, p in sorted(self.prices.items())))

    def says(self, words: Wording) -> Iterator[str]:
        """Each price."""
        yield from (line.words for line in self.lines(words))

    def lines(self, words: Wording) -> Iterator[Line]:
        """Each pod at its price."""
        for pod in self.pods():
            said = f"{words.name(pod)}: {words.pounds(self.prices[pod])} each"
            yield Line(self.payee, said)

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """`tariff_payment` of each pod."""
        each = ((period.activity[pod], value(self.prices[pod], period.prices)) for pod in self.pods())
        return tuple(tariff_payment(contacts, price) for contacts, price in each)

    def payment(self, period: Period) -> Number:
        """Sum over pods of `tariff_payment`, £ in base-year prices, ``[future]``."""
        total: Number = 0.0
        for pod in self.pods():
            total = total + tariff_payment(period.activity[pod], value(self.prices[pod], period.prices))
        return total
