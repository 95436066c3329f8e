"""Cost that no line of a plan foresees, and the income that comes with it: work taken over, one-offs, impairments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from placeplan.baseline.build import Baseline
from placeplan.core import streams
from placeplan.core.calendar import financial_year
from placeplan.core.quantiles import exp
from placeplan.core.tables import MoneyLine
from placeplan.model.departure import departed
from placeplan.model.draws import Draws

STAYS = 1.0
"""Share of a departure of cost that is still there a year later: all of it (decision 69)."""


def unforeseen(cost: Any, departure: Any) -> Any:
    """Money beyond what work, posts and prices explain: ``cost × (exp(departure) − 1)``, £ of the month, nominal.

    cost: what the organisation's lines and escalation beds come to; departure: how far its cost has departed by this year,
    or how far that is paid for, log. Source: back-test (decision 69).

    >>> round(float(unforeseen(100.0, 0.05)), 2), float(unforeseen(100.0, 0.0))
    (5.13, 0.0)
    """
    return cost * (exp(departure) - 1.0)


def paid_for(before: Any, departure: Any, share: Any) -> Any:
    """How much of a departure of cost income comes for this year: ``before + share × (departure − before)``, log.

    before: last year's; departure: this year's departure of cost; share: of what is missing. Source: back-test (decision
    69).

    Six tenths come at once, and six tenths of the rest a year later:

    >>> first = paid_for(0.0, 0.05, 0.6)
    >>> round(first, 4), round(paid_for(first, 0.05, 0.6), 4)
    (0.03, 0.042)
    """
    return before + share * (departure - before)


class Unforeseen:
    """What organisations spend and get beyond their lines and contracts, for one block of futures."""

    def __init__(self, baseline: Baseline, draws: Draws, organisations: Collection[str]) -> None:
        years = list(dict.fromkeys(financial_year(m) for m in baseline.months))
        self.year = [years.index(financial_year(m)) for m in baseline.months]
        """Year of each month, the base year 0."""
        self.cost: dict[str, Any] = {}
        """Departure of cost by organisation, log, ``[year, future]``: 0 in the base year, then steps that stay."""
        self.income: dict[str, Any] = {}
        """How much of it is paid for."""
        for org in sorted(organisations) if "efficiency" not in draws.futures.held else ():
            if draws.has("departure.cost", org):
                self._departs(org, draws, len(years))

    def _departs(self, org: str, draws: Draws, years: int) -> None:
        """The years of one organisation."""
        cost, income = draws.zeros(years), draws.zeros(years)
        sd, share = (draws.of(f"departure.{what}", org) for what in ("cost", "income"))
        for year in range(1, years):
            e = streams.normal(draws.world_words("departure", f"cost of {org}", year))
            cost[year] = departed(cost[year - 1], STAYS, sd, e)
            income[year] = paid_for(income[year - 1], cost[year], share)
        self.cost[org], self.income[org] = cost, income

    def month(
        self, number: int, lines: Sequence[MoneyLine], amounts: Sequence[Any], escalation: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Cost and income by organisation, £ of the month, ``[future]``; empty where nobody departs.

        amounts: by line, after efficiency and cost improvement; escalation: cost of escalation beds by organisation.
        """
        year, costs, incomes = self.year[number], {}, {}
        for org in self.cost:
            own = (
                v
                for line, v in zip(lines, amounts, strict=True)
                if line.organisation == org and line.direction == "cost"
            )
            spent = sum(own, escalation[org])
            costs[org], incomes[org] = (unforeseen(spent, of[org][year]) for of in (self.cost, self.income))
        return costs, incomes
