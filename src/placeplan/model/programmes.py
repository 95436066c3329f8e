"""What initiatives cost, save, build, open and close, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import days_in, year_days
from placeplan.effects.base import Primitive
from placeplan.model import uptake as up
from placeplan.model.compile import Compiled
from placeplan.model.dated import amount_of
from placeplan.model.draws import Draws
from placeplan.model.money import SLOW_MONTHS, Ledger, capital_year_cost, cost_improvement, price_index
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


def running_cost(amount: Any, share: Any, ramp: Any) -> Any:
    """Running cost of an initiative in a month: ``amount × share × ramp``, £ in base-year prices.

    amount: £ a year when full; share: the month's share of the year; ramp: how far it has come, 0 to 1.

    >>> running_cost(1_200_000, 1 / 12, 0.5)
    50000.0
    """
    return amount * share * ramp


def building_cost(value: Any, build_months: int, building: Any) -> Any:
    """Capital spent in a month: ``value / build_months`` while it is built, £ in base-year prices.

    value: need × overrun, £; building: 1 in the months before the start.

    >>> building_cost(24.0, 24, 1)
    1.0
    """
    return building * value / max(build_months, 1)


def beds_added(beds: Any, active: Any, staffed: Any = 1.0) -> Any:
    """Beds that a `resize` adds (negative: closes) once it is active: ``beds × active × staffed``, closing not staffed.

    beds: number of beds, theatre slots or packages; active: 1 from the start on; staffed: share of the initiative's own
    posts that are filled, as a bed without its nurses is none. What closes needs nobody.

    >>> float(beds_added(-28, 1.0, 0.5)), float(beds_added(20, 1.0, 0.75))
    (-28.0, 15.0)
    """
    return beds * active * np.where(beds > 0, staffed, 1.0)


@dataclass(frozen=True)
class ProgrammeMonth:
    """What the initiatives of a run cost in one month, £ nominal, ``[future]`` each."""

    by_organisation: Mapping[str, Any]
    by_initiative: Mapping[str, Any]
    """``initiative``: its whole cost; ``organisation/initiative``: one payer's part. Depreciation is in it, charges not."""
    capital: Mapping[str, Any]
    """Capital spent, by organisation."""
    charges: Mapping[str, Any]
    """Capital charges by organisation; they are financing."""
    charge_of: Mapping[str, Any]
    """The same charges by initiative."""
    depreciation: Mapping[str, Any]
    """Depreciation by organisation; it is in the cost."""


class Programmes:
    """The initiatives of a run as money and beds, for one block of futures."""

    def __init__(
        self, plan: Plan, baseline: Baseline, draws: Draws, effects: Compiled, started: Mapping[str, Array],
        ends: Mapping[str, Any], ledger: Ledger, organisations: tuple[str, ...], staffed: Callable[[str], Any],
    ) -> None:  # fmt: skip
        self.baseline, self.draws, self.effects, self.ledger = baseline, draws, effects, ledger
        self.started, self.ends, self.organisations = started, ends, organisations
        self.initiatives = {i.id: i for i in sorted(plan.initiatives, key=lambda i: i.id)}
        self.release = plan.about.form.cost_release
        self.staffed = staffed
        self.inflators = {(r.organisation, r.line): r.inflator for r in ledger.lines if r.direction == "cost"}
        """Inflator of each cost line, by (organisation, line)."""
        self.efficiency: dict[tuple[str, int], Any] = {}

    def active(self, initiative: str, number: int) -> Any:
        """1 from the start month to the end month, ``[future]``."""
        return (self.started[initiative] <= number).astype(float) * (number <= self.ends[initiative])

    def amount(self, initiative: str, p: Primitive) -> Any:
        """How much one of its primitives does, ``[future]``."""
        return amount_of(self.draws, initiative, p, self.started)

    def added(self, initiative: str, amount: Any, number: int) -> Any:
        """What an initiative opened of a capacity (negative: closed) by a month, as far as its posts are filled, ``[future]``."""
        return beds_added(amount, self.active(initiative, number), self.staffed(initiative))

    def beds_added(self, number: int, table: Literal["beds", "slots"] = "beds") -> Array:
        """Beds (or theatre slots a working day) added or taken away by initiatives so far, ``[pool, future]``."""
        added: Array = self.draws.zeros(len(self.baseline.pools))
        place = {p.id: n for n, p in enumerate(self.baseline.pools)}
        for initiative, p in self.effects.on(table):
            beds = self.amount(initiative, p)
            added[place[f"{p.site}/{p.pool}"]] += self.added(initiative, beds, number)
        return added

    def contacts_closed(self, number: int) -> dict[tuple[str, str], Any]:
        """Contacts a month that initiatives have closed so far, by (organisation, pod), ``[future]``."""
        found: dict[tuple[str, str], Any] = {}
        for initiative, p in self.effects.on("contacts", verb="add"):
            at = (self.baseline.site_organisation[p.site], p.pod)
            closed = np.maximum(-self.amount(initiative, p), 0.0) * self._ramp(initiative, number)
            found[at] = found.get(at, 0.0) + closed
        return found

    def _ramp(self, initiative: str, number: int) -> Any:
        """How far an initiative has come, 0 to 1, ``[future]``; 0 after its end."""
        ramp = up.ramp(number - self.started[initiative], self.initiatives[initiative].ramp_months)
        return ramp * self.active(initiative, number)

    def _share(self, number: int) -> float:
        """The month's share of its year's days."""
        name = self.baseline.months[number]
        return days_in(name) / year_days(name)

    def improvements(self, number: int) -> dict[tuple[str, str, str], Any]:
        """Cost improvement delivered this month by (initiative, organisation, line), £ nominal, before the overlap.

        ``amount × share delivered × ramp × prices``; the share delivered is drawn by maturity, 0 where unidentified.
        """
        found: dict[tuple[str, str, str], Any] = {}
        for initiative, p in self.effects.on("cost", verb="scale"):
            at = (p.organisation, p.line)
            if at not in self.inflators:
                continue
            ramp = self._ramp(initiative, number)
            if p.timing == "once":
                ramp = np.where(number - self.started[initiative] < p.months, ramp, 0.0)
            amount = self.draws.amount(initiative, p) * self.draws.of(p.ratio, initiative)
            saving = running_cost(amount, self._share(number), ramp) * self.ledger.prices(
                self.inflators[at], number, p.organisation
            )
            found[initiative, *at] = found.get((initiative, *at), 0.0) + saving
        return found

    def after_efficiency(
        self, number: int, lines: list[Any], saved: dict[tuple[str, str, str], Any], untouched: list[Any]
    ) -> list[Any]:
        """Lines less background efficiency and cost improvement; `saved` is brought down to what counts.

        untouched: the lines as they would be without the initiatives' effects on contacts and beds.
        """
        found, own = [], defaultdict(list)
        for name in sorted(saved):
            own[name[1:]].append(name)
        for line, value, usual in zip(self.ledger.lines, lines, untouched, strict=True):
            names, less = own[line.organisation, line.line], line.efficiency and line.direction == "cost"
            if not names and not less:
                found.append(value)
                continue
            background = value * (self._more_efficient(line.organisation, number) if less else 0.0)
            planned = sum((saved[name] for name in names), np.zeros(self.draws.count))
            counted = np.minimum(
                cost_improvement(planned, background, usual - value), np.maximum(value - background, 0.0)
            )
            part = counted / np.where(planned > 0, planned, 1.0) if names else 1.0
            for name in names:
                saved[name] = saved[name] * part
            found.append(value - background - counted)
        return found

    def _more_efficient(self, organisation: str, number: int) -> Any:
        """Share of cost that background efficiency has taken away since the base year, ``[future]``."""
        at = (organisation, number // 12)
        if at not in self.efficiency:
            rate = self.draws.of("efficiency.background", organisation)
            self.efficiency[at] = 1.0 - price_index(-rate, number // 12)
        return self.efficiency[at]

    def costs(self, number: int, staff: Mapping[tuple[str, str], Any]) -> ProgrammeMonth:
        """What the initiatives cost, build and are charged in one month.

        staff: pay of their own posts and redundancies, £ nominal, by (organisation, initiative).
        """
        zero = np.zeros(self.draws.count)
        parts: dict[tuple[str, str], Any] = dict(staff)
        capital, charges = dict.fromkeys(self.organisations, zero), dict.fromkeys(self.organisations, zero)
        charge_of: dict[str, Any] = {}
        worn = dict.fromkeys(self.organisations, zero)
        prices = {o: self.ledger.prices("prices.general", number, o) for o in self.organisations}
        for initiative, p in self.effects.on("cost", "fixed_cost", verb="add"):
            org = p.organisation or self.baseline.site_organisation[p.site]
            parts[org, initiative] = (
                parts.get((org, initiative), zero) + self._cost(initiative, p, number) * prices[org]
            )
        for i in self.initiatives.values():
            if i.capital:
                org = i.capital.organisation
                spent, depreciation, charge = self._capital(i.id, number)
                capital[org] = capital[org] + spent * prices[org]
                charge_of[i.id] = charge * prices[org]
                charges[org] = charges[org] + charge_of[i.id]
                worn[org] = worn[org] + depreciation * prices[org]
                parts[org, i.id] = parts.get((org, i.id), zero) + depreciation * prices[org]
        by_org = dict.fromkeys(self.organisations, zero)
        by_initiative: dict[str, Any] = dict.fromkeys(self.initiatives, zero)
        for org, initiative in sorted(parts):
            amount = parts[org, initiative]
            by_org[org] = by_org[org] + amount
            by_initiative[initiative] = by_initiative[initiative] + amount
            by_initiative[f"{org}/{initiative}"] = amount
        return ProgrammeMonth(by_org, by_initiative, capital, charges, charge_of, worn)

    def _capital(self, initiative: str, number: int) -> tuple[Any, Any, Any]:
        """Capital spent, depreciation and charge of a month, £ in base-year prices, ``[future]``.

        Assets are held at what they would cost now, so that depreciation and charge rise with prices.
        """
        capital, start = self.initiatives[initiative].capital, self.started[initiative]
        assert capital is not None
        value = capital.need * self.draws.of(capital.overrun, initiative)
        build = capital.build_months
        building = (number >= start - build) & (number < start) if build else number == start
        rate = self.draws.of("capital.charge", initiative, capital.organisation)
        left = 1.0 - (number - start + 0.5) / (12.0 * capital.life_years)
        depreciation, charge = capital_year_cost(value, capital.life_years, rate, left)
        owned = self._share(number) * (number >= start)
        return building_cost(value, build, building), depreciation * owned, charge * owned

    def _cost(self, initiative: str, p: Primitive, number: int) -> Any:
        """One cost primitive in one month, £ in base-year prices, ``[future]``; fixed cost released is negative."""
        start, share = self.started[initiative], self._share(number)
        amount = self.amount(initiative, p)
        if p.table == "fixed_cost":
            later = self.draws.in_form("cost_release", self.release, lambda way: SLOW_MONTHS if way == "slow" else 0)
            return -running_cost(amount, share, self.active(initiative, number) * (number >= start + later))
        if p.timing == "once" and p.months:
            return running_cost(amount, share, (number >= start - p.months) & (number < start))
        if p.timing == "once":
            return amount * (number == start)
        return running_cost(amount, share, self._ramp(initiative, number))
