"""How a contract is settled: month by month, or the year so far less what was paid of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from placeplan.contracts.base import Contract, Leg, Period

YEAR_END = 12


def due(owed: Any, paid: Any) -> Any:
    """Payment of a month that is settled over the year: ``owed − paid``.

    owed: the rule on the financial year so far, £; paid: what was paid of it in earlier months, £. In the base year's
    prices, which are the same in all months of a year.

    Ten contacts above the baseline in May and ten below in April: at 70 % above, April's loss is made good.

    >>> due(owed=400_000.0, paid=180_000.0)
    220000.0
    """
    return owed - paid


class ByLine(NamedTuple):
    """A contract of which each line is paid by itself, to be settled as the contract is."""

    contract: Contract

    @property
    def settles(self) -> str:
        """As the contract."""
        return self.contract.settles

    @property
    def looks_back(self) -> bool:
        """As the contract."""
        return self.contract.looks_back

    def legs(self, period: Period) -> tuple[Leg, ...]:
        """A leg for each line, by its number."""
        c = self.contract
        return tuple(Leg(c.payer, c.payee, pounds, str(n)) for n, pounds in enumerate(c.line_pays(period)))


class Settlement:
    """One contract between two months: what its financial year has come to, and what was paid of it."""

    def __init__(self, contract: Contract | ByLine, count: int, years: int) -> None:
        self.contract, self.count = contract, count
        self.years = np.full(count, float(years))
        self.begun = np.full(count, years > 0)
        self.year = Period()
        self.last: Period | None = None
        self.owed: dict[tuple[str, str, str], Any] = {}

    def month(self, first: bool, active: Any, fresh: Period) -> tuple[Leg, ...]:
        """Who pays whom in a month, £ nominal, ``[future]``; ``fresh``: the month itself; ``active``: 1 where it runs."""
        if fresh.month == 1:
            self.last, self.year, self.owed = (None if first else self.year), Period(), {}
            self.years = self.years + (self.begun & (not first))
        self.begun = self.begun | (active > 0)
        fresh = replace(fresh, years=self.years, last_year=self.last)
        if self.contract.looks_back or self.contract.settles == "year":
            self.year = _with(self.year, fresh, active)
        if self.contract.settles == "month":
            return tuple(leg._replace(pounds=leg.pounds * fresh.index * active) for leg in self.contract.legs(fresh))
        settled = (active > 0) | (fresh.month == YEAR_END)
        return tuple(self._due(leg, settled, fresh.index) for leg in self.contract.legs(self.year))

    def _due(self, leg: Leg, settled: Any, index: Any) -> Leg:
        """`due` of one leg; where the contract does not run nothing moves until the year's end."""
        name = (leg.payer, leg.payee, leg.part)
        paid = self.owed.get(name, 0.0)
        owed = np.where(settled, leg.pounds, paid)
        self.owed[name] = owed
        return leg._replace(pounds=due(owed, paid) * index)


def _with(year: Period, month: Period, active: Any) -> Period:
    """The year so far with one more month, where the contract runs."""
    return replace(
        month,
        activity=_sums(year.activity, month.activity, active),
        shares=_sums(year.shares, month.shares, active),
        others=_sums(year.others, month.others, active),
        heads=year.heads + month.heads * active,
    )


def _sums(so_far: Mapping[str, Any], more: Mapping[str, Any], active: Any) -> dict[str, Any]:
    return {name: so_far.get(name, 0.0) + value * active for name, value in more.items()}
