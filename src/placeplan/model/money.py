"""Money: each organisation's income and cost by month, nominal £."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import days_in, year_days
from placeplan.core.tables import MoneyLine, Organisation
from placeplan.model.dated import FASTER, FASTER_FROM, price_path
from placeplan.model.draws import Draws

Array = np.ndarray[Any, np.dtype[np.float64]]


def line_amount(amount: Any, variable: Any, stepped: Any, index: Any, steps: Any) -> Any:
    """One cost (or income) line before prices: ``amount × (variable × index + stepped × steps + 1 − variable − stepped)``.

    amount: £ of the month in base-year prices; index: driver against the base year; steps: wards or teams open against
    the base year. Fewer contacts release the variable part at once, the stepped part only when a ward or team closes,
    the fixed part only when a site does. Source: tests T04 and T16 of the stress notes.

    A tenth fewer contacts releases 2 % of cost that is 20 % variable:

    >>> round(line_amount(100.0, 0.2, 0.55, 0.9, 1.0), 3)
    98.0
    """
    return amount * (variable * index + stepped * steps + (1.0 - variable - stepped))


def teams_open(before: Any, trailing: Any, base: Any) -> Any:
    """Wards or teams open: never fewer by themselves, one more once work exceeds half a team beyond those there are.

    ``teams' = most(before, floor(trailing × base + ½))``; trailing: mean of the driver over the last twelve months.

    >>> [float(teams_open(10.0, t, 10)) for t in (0.9, 1.04, 1.06)]
    [10.0, 10.0, 11.0]
    """
    return np.maximum(before, np.floor(trailing * base + 0.5))


def teams_left(open_now: Any, closed: Any, base: Any) -> Any:
    """Teams paid for after a `resize` closed some of a service: ``most(0, open_now − floor(closed × base))``.

    open_now: teams open if nothing were closed; closed: share of the base year's contacts that the closed part gave; base:
    teams of the base year. A closed part goes in whole teams.

    >>> [float(teams_left(10.0, c, 10)) for c in (0.0, 0.19, 0.2)]
    [10.0, 9.0, 8.0]
    """
    return np.maximum(open_now - np.floor(np.round(closed * base, 6)), 0.0)


def released_slowly(open_now: Any, open_before: Any) -> Any:
    """Wards or teams still paid for in the form `slow`: ``most(open_now, open_before)``.

    open_now: wards or teams open this month; open_before: the most that were open in any of the twelve months before. What
    opens is paid for at once; what closes is released when it has stayed closed for a year. Source: own judgement; T04 of
    the stress notes.

    >>> [float(released_slowly(now, before)) for now, before in ((0.9, 1.0), (1.1, 1.0))]
    [1.0, 1.1]
    """
    return np.maximum(open_now, open_before)


def volume_price(amount: Any, volume: Any, price: Any) -> Any:
    """A line without a driver, and every commissioned one: ``amount × volume × price``, £ of the month, nominal.

    amount: £ of the month in the base year; volume, price: each against the base year. Prescribing of £100 with 2 % more
    items a year that cost 3 % more each:

    >>> round(volume_price(100.0, 1.02, 1.03), 2)
    105.06
    """
    return amount * volume * price


def price_index(rate: Any, years: int) -> Any:
    """Prices against the base year after whole years at one rate: ``(1 + rate)^years``, by repeated multiplication.

    >>> round(price_index(0.02, 3), 6)
    1.061208
    """
    index: Any = 1.0
    for _ in range(years):
        index = index * (1.0 + rate)
    return index


def cost_improvement(planned: Any, background: Any, activity: Any = 0.0) -> Any:
    """Saving counted on a line from which others have taken: ``most(0, planned − most(0, background) − most(0, activity))``.

    planned: £ of the month as drawn; background: £ that background efficiency takes from the line; activity: £ by which
    the initiatives' effects on contacts and beds have made it smaller. Where either is negative it has made the line
    larger: nothing was saved, so nothing is taken off what is planned, and nothing is added to it.
    Source: test T05 of the stress notes (the same pound is not saved twice).

    >>> [float(cost_improvement(5.0, 3.0, a)) for a in (0.0, 1.5, 4.0, -1.0)]
    [2.0, 0.5, 0.0, 2.0]
    >>> [float(cost_improvement(planned, -3.0)) for planned in (0.0, 5.0)]
    [0.0, 5.0]
    """
    return np.maximum(planned - np.maximum(background, 0.0) - np.maximum(activity, 0.0), 0.0)


def capital_year_cost(value: Any, life_years: Any, charge: Any, left: Any) -> tuple[Any, Any]:
    """Depreciation and charge of a building, £ a year: ``value / life_years`` and ``value × left × charge``, 0 after its life.

    value: £, new; left: share of its life still to come. Source: straight-line depreciation; 3.5 % public dividend
    capital charge on what the asset is still worth.

    >>> tuple(round(float(x), 2) for x in capital_year_cost(40.0, 40, 0.035, 0.75))
    (1.0, 1.05)
    """
    return value / life_years * (left > 0), value * np.maximum(left, 0.0) * charge


SLOW_MONTHS = 12
"""Months by which the form `slow` releases stepped and fixed cost later."""


def driver_of(line: MoneyLine) -> str:
    """Name of a line's driver in `Ledger.drivers`: each line that follows staff has a pay bill of its own.

    >>> driver_of(MoneyLine(organisation="RBD", line="pay", direction="cost", amount=1, driver="staff", source="made up"))
    'staff: pay'
    """
    return f"staff: {line.line}" if line.driver == "staff" else line.driver


class Prices:
    """Indices of prices (or of growth) of a run, each worked out once a year."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self.known: dict[tuple[Any, ...], Any] = {}

    def __call__(self, rate: float | str, number: int, *organisations: str) -> Any:
        """`price_index` of a rate (or the assumption that gives it) in a month, ``[future]``; 1 where there is none.

        `dated.price_path` where the rate changes.
        """
        if not rate:
            return 1.0
        at = (rate, number // 12, *organisations)
        if at not in self.known:
            drawn, dated, years = self.draws.of(rate, *organisations), self.draws.what_if.dated, number // 12
            more = dated.get(f"{FASTER}{rate}")
            self.known[at] = (
                price_index(drawn, years)
                if more is None
                else price_path(drawn, more, dated[f"{FASTER_FROM}{rate}"], years)
            )
        return self.known[at]


Follows = tuple[str, str, str]
"""What a line follows: (organisation, driver, growth). Lines that follow the same thing have the same index."""


class Ledger:
    """The money lines of a run: drivers, steps and prices, for one block of futures."""

    def __init__(
        self, baseline: Baseline, lines: tuple[MoneyLine, ...], draws: Draws, organisations: Sequence[Organisation],
        release: Literal["steps", "slow", "at_once"] = "steps",
    ) -> None:  # fmt: skip
        self.baseline, self.draws, self.release = baseline, draws, release
        self.organisations = {o.id: o for o in organisations}
        self.lines = tuple(sorted(lines, key=lambda r: (r.organisation, r.line)))
        self.base = self._base_activity()
        self.pods = {org: sorted({p for o, p, _ in self.base if o == org}) for org in {o for o, _, _ in self.base}}
        self.base_beds = {
            org: sum(p.open[:12].mean() for p in baseline.pools if p.organisation == org)
            for org in {p.organisation for p in baseline.pools}
        }
        self.follows: list[Follows] = [(r.organisation, driver_of(r), r.growth) for r in self.lines]
        self.steps = [np.full(draws.count, float(line.steps or 1)) for line in self.lines]
        costs = [cost for pod, cost in sorted(baseline.unit_cost.items()) if pod in baseline.pods]
        self.usual_cost = sum(costs) / len(costs) if costs else 1.0
        ones = np.ones(draws.count)
        self.trail: dict[Follows, list[Any]] = {at: [ones] * 12 for at in self.follows}
        """Index of each of the last twelve months."""
        self.trailing: dict[Follows, Any] = {}
        """Mean of them, of this month."""
        self.wards: list[list[Any]] = [[ones] * SLOW_MONTHS for _ in self.lines]
        self.prices = Prices(draws)
        self.drivers: dict[tuple[str, str], Any] = {}
        """Drivers beside activity and beds, by (organisation, driver): this month against the base year's, ``[future]``."""
        self.closed: dict[tuple[str, str], Any] = {}
        """Contacts a month that a `resize` has closed, by (organisation, pod), ``[future]``."""

    def _base_activity(self) -> dict[tuple[str, str, int], float]:
        """Base-year contacts by (organisation, pod, month of the year from April), on the central projection."""
        found: dict[tuple[str, str, int], float] = {}
        for s in self.baseline.streams:
            org = self.baseline.site_organisation.get(s.site)
            if org is None:
                continue
            for k, share in enumerate(self.baseline.base_profile(s.pod)):
                name = (org, s.pod, k)
                found[name] = found.get(name, 0.0) + float(s.cells.sum()) * float(share)
        return found

    def index(
        self, line: MoneyLine, number: int, by_org: Mapping[tuple[str, str], Any], beds: Mapping[str, Any]
    ) -> Any:
        """The line's driver against the base year, ``[future]``.

        Activity is weighed by unit cost, care that initiatives bring to the organisation included; a pod without a unit
        cost weighs as the mean of those that have one.
        """
        org, month = line.organisation, number % 12
        if line.driver == "none":
            return self.prices(line.growth, number, org)
        if (org, driver_of(line)) in self.drivers:
            return self.drivers[org, driver_of(line)]
        if line.driver == "staff":
            return 1.0
        if line.driver == "beds":
            base = self.base_beds.get(org, 0.0)
            left = self.draws.left("beds", org)  # beds that are lost are not beds that were closed
            return np.where(left > 0.0, beds[org] / np.maximum(base * left, 1e-12), 1.0) if base else 1.0
        pods = [line.driver]
        if line.driver == "activity":
            pods = sorted({p for o, p in by_org if o == org}.union(self.pods.get(org, ())))
        weights = self._weights(pods)
        base = sum(w * self.base.get((org, p, month), 0.0) for p, w in weights.items())
        now: Any = sum(w * by_org[org, p] for p, w in weights.items() if (org, p) in by_org)
        return now / base if base else 1.0

    def month(self, number: int, by_org: Mapping[tuple[str, str], Any], beds: Mapping[str, Any]) -> list[Any]:
        """Each line's £ of the month in its own prices, before efficiency and cost improvement, ``[line][future]``."""
        name = self.baseline.months[number]
        share = days_in(name) / year_days(name)
        self.trailing = {}
        indices: dict[Follows, Any] = {}
        found: list[Any] = []
        for n, (line, at) in enumerate(zip(self.lines, self.follows, strict=True)):
            if line.organisation in self.organisations and not self.organisations[line.organisation].exists(name):
                found.append(np.zeros(self.draws.count))
                continue
            if at not in indices:
                indices[at] = self.index(line, number, by_org, beds)
            index, amount = indices[at], line.amount * share
            price = self.prices(line.inflator, number, line.organisation)
            if line.driver in ("none", "staff"):
                found.append(volume_price(amount, index, price))
                continue
            value = line_amount(amount, line.variable, line.stepped, index, self._steps(n, line, index))
            found.append(value * price)
        return found

    def _weights(self, pods: Sequence[str]) -> dict[str, float]:
        """By what contacts of some pods are weighed: unit cost, or 1 where there is one pod alone."""
        return {p: self.baseline.unit_cost.get(p, self.usual_cost) if len(pods) > 1 else 1.0 for p in pods}

    def _steps(self, n: int, line: MoneyLine, index: Any) -> Any:
        """Wards or teams paid for against the base year, ``[future]``, as the form of the model releases them."""
        if not line.stepped:
            return 1.0
        return self.draws.in_form("cost_release", self.release, lambda way: self._released(way, n, line, index))

    def _released(self, way: str, n: int, line: MoneyLine, index: Any) -> Any:
        """Wards or teams paid for in one form."""
        if way == "at_once":
            return index
        now = self._open(n, line, index)
        if way == "steps":
            return now
        before = np.max(np.stack(self.wards[n]), axis=0)
        self.wards[n] = [*self.wards[n][1:], now + np.zeros(self.draws.count)]
        return released_slowly(now, before)

    def _open(self, n: int, line: MoneyLine, index: Any) -> Any:
        """Wards or teams open against the base year, ``[future]``."""
        base = float(line.steps or 1)
        if line.driver == "beds":
            return np.ceil(np.round(index * base, 6)) / base
        self.steps[n] = teams_open(self.steps[n], self._trailing(self.follows[n], index), base)
        return teams_left(self.steps[n], self._closed(line), base) / base

    def _trailing(self, at: Follows, index: Any) -> Any:
        """Mean of an index over the last twelve months, ``[future]``: once a month for all lines that follow it."""
        if at not in self.trailing:
            self.trail[at] = [*self.trail[at][1:], index]
            self.trailing[at] = sum(self.trail[at][1:], self.trail[at][0]) / 12.0
        return self.trailing[at]

    def _closed(self, line: MoneyLine) -> Any:
        """Share of the base year's contacts of a line that a `resize` has closed, weighed by unit cost, ``[future]``."""
        org = line.organisation
        pods = self.pods.get(org, []) if line.driver == "activity" else [line.driver]
        closed = [(p, self.closed[org, p]) for p in pods if (org, p) in self.closed]
        if not closed:
            return 0.0
        weights = self._weights(pods)
        base = sum(w * self.base.get((org, p, k), 0.0) for p, w in weights.items() for k in range(12)) / 12.0
        return sum(weights[p] * number for p, number in closed) / base if base else 0.0
