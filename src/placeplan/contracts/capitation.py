"""Capitation: a sum for each weighted head, with a corridor beyond which the risk is shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from placeplan.contracts.base import (
    At,
    Contract,
    GivenOut,
    Leg,
    Line,
    Number,
    Period,
    Price,
    Wording,
    named,
    value,
)
from placeplan.contracts.measures import Reading
from placeplan.core.records import Quantity, Record, described
from placeplan.core.tables import Share


def capitated_sum(heads: Any, per_head: Any) -> Any:
    """Payment for a population: ``heads × per_head``.

    heads: weighted heads × share of the year; per_head: £ a weighted head a year; returns £. Numbers or arrays ``[future]``.
    Source: NHS England, Technical Guide to Allocation Formulae and Pace of Change, 2016/17 (weighted capitation).

    >>> capitated_sum(100_000 / 12, 1_200)
    10000000.0
    """
    return heads * per_head


def corridor_payment(actual: Any, expected: Any, band: Any, share_above: Any, share_below: Any) -> Any:
    """What the payer adds (negative: takes back) beyond a corridor around the capitated sum.

    ``share_above × most(0, actual − expected × (1 + band)) − share_below × most(0, expected × (1 − band) − actual)``

    actual: cost, or activity at stated prices, £; expected: the capitated sum of the same months, £; band, shares: shares.
    Source: risk corridors as in NHS England's whole-population contract guidance (gain and loss share), 2017.

    >>> [round(float(corridor_payment(a, 100.0, 0.02, 0.5, 0.5)), 9) for a in (90.0, 99.0, 106.0)]
    [-4.0, 0.0, 2.0]
    """
    above = np.maximum(actual - expected * (1.0 + band), 0.0)
    below = np.maximum(expected * (1.0 - band) - actual, 0.0)
    return share_above * above - share_below * below


class Corridor(Record):
    """How far the payee bears that its people need more or less than was paid for, and who bears the rest."""

    measure: Literal["activity", "cost"]
    """``activity``: this year's contacts at stated prices; ``cost``: last year's operating cost of the payee."""
    band: Share = described("share of the sum on either side that the payee bears alone")
    share_above: Share = described("share of what lies above the band that the payer adds", default=0.5)
    share_below: Share = described("share of what lies below the band that the payee gives back", default=0.5)
    prices: dict[str, Price] = described("£ a contact, by pod", default_factory=dict)
    cost_share: Share = described("share of the payee's operating cost that is for these people", default=1.0)

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        if (self.measure == "activity") != bool(self.prices):
            raise ValueError("give prices where activity is measured, and none where cost is")
        return self


class Capitation(Contract, kind="capitation"):
    """Pays a sum for each weighted head of its areas, whatever is done; beyond a corridor the risk is shared.

    Weighted heads are people by age and sex × the footprint's relative need, by cost; they grow and age with the people.
    """

    weighs_heads: ClassVar[bool] = True
    looks_back: ClassVar[bool] = True

    plainly: ClassVar[str] = "a sum for each head, whatever is done"

    kind: Literal["capitation"] = "capitation"
    per_head: Price = described("£ a weighted head a year, base-year prices")
    covers: tuple[str, ...] = ()
    """Pods whose care it pays for."""
    corridor: Corridor | None = None
    """Blank: the payee bears every variance."""
    settles: Literal["month", "year"] = "year"
    """``year``: the corridor is the year's, so that months above and below it make up for each other."""

    example: ClassVar[dict[str, object]] = {
        "kind": "capitation",
        "id": "whole_population",
        "about": "All hospital and community care of the north, for one sum a head",
        "payer": "11J",
        "payee": "RDY",
        "areas": ["north"],
        "per_head": 950,
        "covers": ["community_contact"],
        "corridor": {"measure": "activity", "band": 0.02, "prices": {"emergency_admission": 2100}},
        "source": "made up",
    }

    def pods(self) -> tuple[str, ...]:
        """Pods covered, and those with a price in the corridor."""
        return tuple(sorted({*self.covers, *(self.corridor.prices if self.corridor else ())}))

    def pays(self) -> tuple[tuple[Quantity, At], ...]:
        """The sum a head, and the prices of the corridor."""
        prices = self.corridor.prices if self.corridor else {}
        return ((self.per_head, ("per_head",)), *((p, ("corridor", "prices", pod)) for pod, p in prices.items()))

    def says(self, words: Wording) -> Iterator[str]:
        """The sum a head, and the corridor."""
        yield f"{words.pounds(self.per_head)} a year for each head, weighted by need"
        c = self.corridor
        if c is None:
            yield "Whoever is paid bears it all if people need more or less than that"
            return
        of = "care at stated prices" if c.measure == "activity" else "last year's cost"
        yield f"Where {of} is within {words.share(c.band)} of that sum, who is paid bears it alone"
        yield f"Above that {words.share(c.share_above)} of the rest is paid more; below it {words.share(c.share_below)} is paid back"
        for pod in sorted(c.prices):
            yield f"{words.name(pod)}: counted at {words.pounds(c.prices[pod])} each"
        if c.cost_share != 1.0:
            yield f"{words.share(c.cost_share)} of its cost is counted"

    def lines(self, words: Wording) -> Iterator[Line]:
        """What the corridor counts: each kind of care at its price, or the payee's cost."""
        c = self.corridor
        if c is None:
            return
        beyond = f"corridor of {words.share(c.band)}: {words.share(c.share_above)} of what lies above, {words.share(c.share_below)} of what lies below"
        if c.measure == "cost":
            yield Line(self.payee, f"Last year's cost, {beyond}")
            return
        each = ", ".join(f"{words.name(pod)} at {words.pounds(c.prices[pod])} each" for pod in sorted(c.prices))
        yield Line(self.payee, f"{each}, {beyond}")

    def line_pays(self, period: Period) -> tuple[Number, ...]:
        """What the corridor adds, or takes back: it is of all care that it counts together."""
        if self.corridor is None:
            return ()
        expected = capitated_sum(period.heads, value(self.per_head, period.prices))
        return (self._shared(self.corridor, expected, period),)

    def quantities(self) -> tuple[str, ...]:
        """Assumptions among the sum a head and the prices."""
        prices = self.corridor.prices if self.corridor else {}
        return named(self.per_head, *(p for _, p in sorted(prices.items())))

    def shares(self) -> tuple[GivenOut, ...]:
        """The part of the payee's cost that a corridor counts."""
        if self.corridor is None or self.corridor.measure != "cost":
            return ()
        return (GivenOut("cost", (self.payee,), self.corridor.cost_share, ("corridor", "cost_share")),)

    def outcomes(self) -> tuple[Reading, ...]:
        """Last year's operating cost of the payee, where the corridor is around cost."""
        return (self._cost,) if self.corridor and self.corridor.measure == "cost" else ()

    @property
    def _cost(self) -> Reading:
        return Reading("operating_cost", self.payee, "year")

    def legs(self, period: Period) -> tuple[Leg, ...]:
        """`capitated_sum`, and `corridor_payment` where there is a corridor."""
        expected = capitated_sum(period.heads, value(self.per_head, period.prices))
        legs = (Leg(self.payer, self.payee, expected, "capitated"),)
        if self.corridor is None:
            return legs
        return (*legs, Leg(self.payer, self.payee, self._shared(self.corridor, expected, period), "corridor"))

    def _shared(self, corridor: Corridor, expected: Number, period: Period) -> Number:
        """`corridor_payment` of activity in the period, or, spread over the year, of last year's cost."""
        rule = (corridor.band, corridor.share_above, corridor.share_below)
        if corridor.measure == "activity":
            worth: Number = 0.0
            for pod, price in sorted(corridor.prices.items()):
                worth = worth + period.activity[pod] * value(price, period.prices)
            return corridor_payment(worth, expected, *rule)
        last = period.last_year
        if last is None or self._cost not in period.outcomes:
            return 0.0 * expected
        cost = period.outcomes[self._cost] * corridor.cost_share * last.shares[""] / last.index
        paid = capitated_sum(last.heads, value(self.per_head, period.prices))
        return corridor_payment(cost, paid, *rule) * period.shares[""]
