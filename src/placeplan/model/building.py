"""Building money: how much may be spent in a year, and who waits where it is not enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from placeplan.core.tables import CapitalRow
from placeplan.model.dated import HALT_FROM, HALT_MONTHS, in_halt
from placeplan.model.draws import Draws
from placeplan.model.money import Prices
from placeplan.model.uptake import NEVER
from placeplan.plan.initiatives import Initiative

Array = np.ndarray[Any, np.dtype[np.float64]]

HAIR = 1e-9
"""Share of a limit by which rounding may go beyond it."""


def months_building(start: Any, build_months: int, first: Any) -> Any:
    """Months of a year in which a project is built: ``most(0, least(end, first + 12) − most(begin, first))``.

    It is built in the ``build_months`` before the start, or in the start month where that is 0; first: the year's first month.

    Built from month 9 to 15, begun in month 15: three months fall into the first year.

    >>> [float(months_building(15.0, 6, first)) for first in (0, 12, 24)]
    [3.0, 3.0, 0.0]
    """
    begin = start - build_months
    end = start + (build_months == 0)
    return np.maximum(np.minimum(end, first + 12.0) - np.maximum(begin, first), 0.0)


def spending_by_year(value: Any, months: Any, build_months: int, price: Any) -> Any:
    """What a project spends in a year: ``value / build_months × months × price``, £ nominal, whatever its cash source.

    value: need × overrun, £ in base-year prices; months: of the year in which it is built; price: index of the year.

    >>> float(spending_by_year(24e6, 12.0, 24, 1.02))
    12240000.0
    """
    return value / np.maximum(build_months, 1) * months * price


class Building:
    """The queue for building money, for one block of futures: who comes later waits for what is left."""

    def __init__(self, rows: Sequence[CapitalRow], years: Sequence[str], draws: Draws) -> None:
        self.draws, self.years = draws, years
        self.limits: dict[str, Array] = {}
        for entity in sorted({r.organisation for r in rows if r.kind == "limit"}):
            own = {r.year: r.amount for r in rows if r.kind == "limit" and r.organisation == entity}
            self.limits[entity] = np.array([own.get(year, np.nan) for year in years])
        self.taken: Mapping[str, Array] = {e: draws.zeros(len(years)) for e in self.limits}

    def place(self, initiative: Initiative, wanted: Array, last: Any, free: Any) -> Array:
        """First month from ``wanted`` on in which its spending fits into every limit, ``[future]``; `NEVER` where none does.

        last: last month in which it may begin, a number or ``[future]``; free: the futures in which it has no start yet, the only ones in which
        money is taken for it.
        """
        capital = initiative.capital
        assert capital is not None
        bound = [e for e in (capital.organisation, "system") if e in self.limits]
        if not bound:
            return wanted
        end = 12.0 * len(self.years) - 1 + capital.build_months
        end = min(last, end) if isinstance(last, float) else end
        months = np.arange(max(end + 1.0, 0.0))[:, None]
        fits = ~self._beyond(initiative, months, bound) & (months >= wanted)
        if not isinstance(last, float):
            fits &= months <= last
        since = self.draws.what_if.dated.get(HALT_FROM)
        if since is not None and not initiative.trigger:
            fits &= ~in_halt(months, initiative.months_ahead, since, self.draws.what_if.dated[HALT_MONTHS])
        soonest = np.where(fits, months, NEVER).min(axis=0, initial=NEVER)
        start = np.where(wanted < 0, wanted, soonest)  # what is there when the run begins spends nothing in it
        start = np.where(free & (wanted <= end), start, NEVER)
        spent = self.spent(initiative, start)
        for entity in bound:
            self.taken[entity][:] += spent
        return start

    def _beyond(self, initiative: Initiative, start: Array, bound: Sequence[str]) -> Any:
        """Futures in which the project would go beyond a limit if it began in a month, ``[month, future]``; start ``[month, 1]``."""
        full: Any = np.zeros((len(start), self.draws.count), dtype=bool)
        for year, spent in enumerate(self.spent(initiative, start)):
            for entity in bound:
                limit = self.limits[entity][year] * (1 + HAIR)
                full = full | ((spent > 0) & (self.taken[entity][year] + spent > limit))
        return full

    def spent(self, initiative: Initiative, start: Array) -> Array:
        """What it spends in each year of the run, £ nominal, ``[year, …, future]``; start ``[…, future]``."""
        capital = initiative.capital
        assert capital is not None
        value = capital.need * self.draws.of(capital.overrun, initiative.id)
        prices = Prices(self.draws)
        years = [
            spending_by_year(
                value, months_building(start, capital.build_months, 12.0 * y), capital.build_months, prices("prices.general", 12 * y, capital.organisation)
            )
            for y in range(len(self.years))
        ]  # fmt: skip
        return np.stack([y + np.zeros(self.draws.count) for y in years])
