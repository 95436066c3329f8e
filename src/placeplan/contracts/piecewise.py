"""Piecewise: an agreed amount for agreed activity, other rates above and below, within a floor and a cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import numpy as np

from placeplan.contracts.base import At, Contract, Line, Number, Period, Price, Wording, named, value
from placeplan.core.records import Quantity, described
from placeplan.core.tables import NonNegative


def piecewise_payment(contacts: Any, baseline: Any, price: Any, rate_below: Any, rate_above: Any) -> Any:
    """Payment for activity around a baseline.

    ``baseline × price + price × (rate_above × max(contacts − baseline, 0) − rate_below × max(baseline − contacts, 0))``

    contacts, baseline: number of the same months; price: £ a contact; rates: shares of the price; returns £.
    Numbers or arrays ``[future]``. Source: marginal rate emergency rule of the NHS National Tariff (70 % from 2015/16);
    blended payment of 2019/20 (20 % both ways) is the same rule.

    >>> piecewise_payment(110, 100, 2000, 1.0, 0.7)
    214000.0
    >>> piecewise_payment(90, 100, 2000, 0.2, 0.2)
    196000.0
    """
    above = np.maximum(contacts - baseline, 0.0)
    below = np.maximum(baseline - contacts, 0.0)
    paid = baseline * price + price * (rate_above * above - rate_below * below)
    return paid if np.ndim(paid) else float(paid)


class Piecewise(Contract, kind="piecewise"):
    """Pays one pod at its price up to a baseline and at other rates beyond it, settled over the year."""

    plainly: ClassVar[str] = "an agreed amount, and other rates for each contact more or fewer"

    kind: Literal["piecewise"] = "piecewise"
    pod: str
    """Pod that is paid for."""
    price: Price = described("£ a contact")
    baseline: NonNegative = described("contacts a year")
    rate_below: NonNegative = described(
        "share of the price taken back for each contact below the baseline", default=1.0
    )
    rate_above: NonNegative = described("share of the price paid for each contact above the baseline", default=1.0)
    floor: NonNegative | None = described("£ a year, base-year prices, at least", default=None)
    cap: NonNegative | None = described("£ a year, base-year prices, at most", default=None)
    settles: Literal["month", "year"] = "year"
    """``year``: baseline, floor and cap are the year's, so that months above and below it make up for each other."""

    example: ClassVar[dict[str, object]] = {
        "kind": "piecewise",
        "id": "emergency_marginal",
        "about": "Emergencies, 70 % of the price above the agreed number",
        "payer": "11J",
        "payee": "RBD",
        "pod": "emergency_admission",
        "price": 2100,
        "baseline": 20000,
        "rate_above": 0.7,
        "source": "made up",
    }

    def pods(self) -> tuple[str, ...]:
        """The one pod."""
        return (self.pod,)

    def by_contact(self) -> tuple[tuple[str, str], ...]:
        """Each contact of its pod, by the rates."""
        return self.pays_for()

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The price, and the most that is paid."""
        return ((self.price, ("price",)), *(((self.cap, ("cap",)),) if self.cap is not None else ()))

    def capped(self) -> tuple[float, float, Quantity] | None:
        """The cap, the baseline and the price."""
        return None if self.cap is None else (self.cap, self.baseline, self.price)

    def quantities(self) -> tuple[str, ...]:
        """The price, if it is an assumption."""
        return named(self.price)

    def says(self, words: Wording) -> Iterator[str]:
        """The price up to the baseline, the rates beyond it, floor and cap."""
        yield f"{words.name(self.pod)}: {words.pounds(self.price)} each for {words.number(self.baseline)} a year"
        yield f"Each one more: {words.share(self.rate_above)} of the price"
        yield f"Each one fewer: {words.share(self.rate_below)} of the price is taken back"
        if self.floor is not None:
            yield f"At least {words.pounds(self.floor)} a year"
        if self.cap is not None:
            yield f"At most {words.pounds(self.cap)} a year"

    def lines(self, words: Wording) -> Iterator[Line]:
        """Its pod at the price and the rates around the baseline."""
        rates = f"above {words.number(self.baseline)} a year {words.share(self.rate_above)} of that, below it {words.share(self.rate_below)} is taken back"
        said = f"{words.name(self.pod)}: {words.pounds(self.price)} each ({rates})"
        yield Line(self.payee, said)

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """All of it."""
        return (self.payment(period),)

    def payment(self, period: Period) -> Number:
        """`piecewise_payment` within the period's share of floor and cap, £ in base-year prices, ``[future]``."""
        share = period.shares[self.pod]
        price = value(self.price, period.prices)
        paid = piecewise_payment(
            period.activity[self.pod], self.baseline * share, price, self.rate_below, self.rate_above
        )
        if self.floor is not None:
            paid = np.maximum(paid, self.floor * share)
        if self.cap is not None:
            paid = np.minimum(paid, self.cap * share)
        return paid
