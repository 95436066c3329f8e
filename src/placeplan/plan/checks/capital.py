"""Checks of building money by year, cash and control totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from placeplan.core.errors import Problem
from placeplan.core.tables import SYSTEM, Balance, CapitalRow, ControlTotal, MoneyLine
from placeplan.plan.checks.about import is_year, year_of, years_of
from placeplan.plan.checks.base import check, unknown
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item


@check("unknown-organisation", "unknown-initiative", "look-alike")
def money_by_year_is_somebodys(draft: Draft) -> Iterator[Problem]:
    """Building money, cash and control totals are of organisations of the plan; limits and totals also of the system."""
    for row in draft.rows("balances", Balance):
        yield from unknown(draft, row, "organisation", row.value.organisation, "organisation")
    for item in _dated(draft):
        yield from unknown(draft, item, "organisation", item.value.organisation, "organisation", (SYSTEM,))
    for row_ in draft.rows("capital", CapitalRow):
        if row_.value.initiative and draft.whole_elements():
            yield from unknown(draft, row_, "initiative", row_.value.initiative, "initiative")


def _dated(draft: Draft) -> list[Item[Any]]:
    return [*draft.rows("capital", CapitalRow), *draft.rows("control_totals", ControlTotal)]


@check("bad-year", "outside-run")
def money_by_year_is_of_the_run(draft: Draft) -> Iterator[Problem]:
    """Limits, receipts and control totals are of financial years of the run."""
    years = years_of(draft)
    for item in _dated(draft):
        year = item.value.year
        if not is_year(year):
            what = f"“{year}” names two years that do not follow each other."
            yield item.problem("bad-year", what, "Write a financial year as 2016/17.", "year")
        elif years and year not in years:
            what = f"{year} is not a year of the run, {years[0]} to {years[-1]}."
            yield item.problem("outside-run", what, "Choose a year of the run, or leave the row out.", "year")


@check("not-of-system", "not-for-a-limit", "month-outside-year")
def sums_come_once_to_somebody(draft: Draft) -> Iterator[Problem]:
    """A receipt or grant comes to an organisation, in its year; a limit has neither month nor initiative."""
    for item in draft.rows("capital", CapitalRow):
        row = item.value
        if row.kind != "limit" and row.organisation == SYSTEM:
            what, mend = f"The {row.kind} comes to the whole system.", "Name the organisation that gets it."
            yield item.problem("not-of-system", what, mend, "organisation")
        for column in ("month", "initiative") if row.kind == "limit" else ():
            if getattr(row, column):
                what = f"The limit of {row.year} has the {column} {getattr(row, column)}."
                yield item.problem("not-for-a-limit", what, f"Leave {column} blank.", column)
        if row.kind != "limit" and row.month and is_year(row.year) and year_of(row.month) != row.year:
            what = f"{row.month} does not lie in {row.year}."
            yield item.problem(
                "month-outside-year", what, f"Write year: {year_of(row.month)}, or mend the month.", "month"
            )


@check("kind-and-direction")
def kinds_fit_their_direction(draft: Draft) -> Iterator[Problem]:
    """Depreciation is a cost, a charge is financing, an allocation is income."""
    wanted = {"depreciation": "cost", "charge": "financing", "allocation": "income"}
    for item in draft.rows("money", MoneyLine):
        should = wanted.get(item.value.kind, item.value.direction)
        if item.value.direction != should:
            what = f"“{item.value.line}” is of kind {item.value.kind} and stands under {item.value.direction}."
            yield item.problem("kind-and-direction", what, f"Write direction {should}, or another kind.", "kind")
