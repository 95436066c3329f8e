"""Cash, control totals and what may be built: what the money of a month is set against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import days_in, financial_year, year_days, years_of
from placeplan.core.tables import SYSTEM, Balance, CapitalRow, ControlTotal, Organisation
from placeplan.model.building import Building
from placeplan.model.draws import Draws
from placeplan.model.record import Recorder
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


def cash_at_end(before: Any, position: Any, depreciation: Any, capital: Any, receipts: Any) -> Any:
    """Cash at a month's end: ``before + position + depreciation − capital + receipts``, £ nominal, ``[future]``.

    Depreciation is in the position and takes no cash; capital takes cash and is in no position; receipts: sales and grants.

    A deficit of 4 of which 3 are depreciation, 5 built, a site sold for 2:

    >>> cash_at_end(10.0, -4.0, 3.0, 5.0, 2.0)
    6.0
    """
    return before + position + depreciation - capital + receipts


def interest_due(cash: Any, rate: Any, share: Any) -> Any:
    """Interest of a month on what was borrowed at its start: ``most(0, −cash) × rate × share``, £ nominal.

    cash: £ at the end of the month before; rate: share a year; share: the month's share of its year's days.

    >>> [float(interest_due(c, 0.04, 0.25)) for c in (-100.0, 100.0)]
    [1.0, 0.0]
    """
    return np.maximum(-cash, 0.0) * rate * share


def month_of_year(amount: Any, days: int, year: int) -> Any:
    """A year's sum in one of its months, by days: ``amount × days / year``, so that the months sum to it.

    >>> month_of_year(365.0, 31, 365)
    31.0
    """
    return amount * days / year


class Balances:
    """What organisations have in cash and have agreed, for one block of futures. Off where the plan gives no such table."""

    def __init__(self, plan: Plan, baseline: Baseline, draws: Draws) -> None:
        self.months, self.draws = baseline.months, draws
        rows = [r for r in plan.tables.get("capital", ()) if isinstance(r, CapitalRow)]
        self.building = Building(rows, years_of(baseline.months), draws)
        self.due = sorted(
            (r for r in rows if r.kind != "limit"), key=lambda r: (r.organisation, r.year, r.kind, r.initiative)
        )
        self.came = [draws.zeros() > 0.0 for _ in self.due]
        self.organisations = sorted({r.organisation for r in self.due})
        zero = np.zeros(draws.count)
        self.cash: dict[str, Any] = {
            r.organisation: r.cash + zero
            for r in sorted((r for r in plan.tables.get("balances", ()) if isinstance(r, Balance)), key=lambda r: r.organisation)
        }  # fmt: skip
        controls = [r for r in plan.tables.get("control_totals", ()) if isinstance(r, ControlTotal)]
        self.controls = {(r.organisation, r.year): r.position for r in controls}
        self.agreed = sorted({r.organisation for r in controls})
        self.there = {o.id: o for o in plan.tables["organisations"] if isinstance(o, Organisation)}

    def interest(self, number: int) -> dict[str, Any]:
        """Interest of the month on cash that was below 0 at the end of the last, by organisation, £ nominal, ``[future]``."""
        name = self.months[number]
        share = days_in(name) / year_days(name)
        return {o: interest_due(c, self.draws.of("finance.interest", o), share) for o, c in self.cash.items()}

    def record(self, recorder: Recorder, number: int, started: Mapping[str, Array]) -> None:
        """Receipts, cash, building money and control totals of a month whose money has been recorded."""
        received = self._received(number, started)
        for org in self.organisations:
            recorder.put("receipts", org, received[org])
        if self.organisations:
            recorder.put("receipts", SYSTEM, sum(received.values(), np.zeros(self.draws.count)))
        interest = self.interest(number)
        for org, before in self.cash.items():
            position, worn, built = (recorder.latest(o, org) for o in ("position", "depreciation", "capital_spend"))
            position = position - recorder.last.get(
                ("reserves_used", org), 0.0
            )  # reserves are cash that was there before
            self.cash[org] = cash_at_end(before, position, worn, built, received.get(org, 0.0))
            recorder.put("interest", org, interest[org])
            recorder.put("cash", org, self.cash[org])
        self._set_against(recorder, number)

    def _set_against(self, recorder: Recorder, number: int) -> None:
        """Spending beside its limit, positions beside what was agreed; NaN in a year that has neither."""
        name = self.months[number]
        year, zero = financial_year(name), np.zeros(self.draws.count)
        for entity, by_year in self.building.limits.items():
            limit = month_of_year(by_year[self.building.years.index(year)], days_in(name), year_days(name)) + zero
            recorder.put("capital_limit", entity, limit)
            recorder.put("capital_room", entity, limit - recorder.latest("capital_spend", entity))
        for entity in self.agreed:
            agreed = month_of_year(self.controls.get((entity, year), np.nan), days_in(name), year_days(name))
            recorder.put("against_control_total", entity, recorder.latest("position", entity) - agreed)

    def _received(self, number: int, started: Mapping[str, Array]) -> dict[str, Any]:
        """Receipts and grants of a month by organisation, £ nominal: each comes once, when due and its initiative has begun."""
        found: dict[str, Any] = {o: np.zeros(self.draws.count) for o in self.organisations}
        for n, row in enumerate(self.due):
            due = row.month or f"{int(row.year[:4]) + 1:04d}-03"
            begun = started[row.initiative] <= number if row.initiative in started else not row.initiative
            comes = ~self.came[n] & begun & (self.months[number] >= due)
            self.came[n] = self.came[n] | comes
            found[row.organisation] = found[row.organisation] + row.amount * comes
        return found
