"""One block of futures, month by month, in the order of the model notes (§ 6).

Dated events → uptake → demand → effects → flow → beds by day → contracts and money. Staff, contacts, packages and
lists are off in this version; what they would add stands under "not modelled".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.calendar import days_in, financial_year
from placeplan.core.tables import MoneyLine, Organisation
from placeplan.model import uptake as up
from placeplan.model.compile import compile_effects
from placeplan.model.demand import segments
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow, Named, Need, flow
from placeplan.model.money import Ledger
from placeplan.model.outcomes import Outcomes
from placeplan.model.payments import Payments, homes
from placeplan.model.programmes import Programmes
from placeplan.model.record import MonthMoney, Recorder
from placeplan.model.stays import StayEffects
from placeplan.model.wards import Wards
from placeplan.plan.schema import Plan

Array = np.ndarray[Any, np.dtype[np.float64]]


def position(income: Any, contract_income: Any, contract_spend: Any, cost: Any, programme: Any, financing: Any) -> Any:
    """Surplus (+) or deficit (−) after financing: ``income + contract_income − contract_spend − cost − programme − financing``.

    All £ of the month, nominal, ``[future]``.

    >>> position(10.0, 90.0, 0.0, 95.0, 3.0, 4.0)
    -2.0
    """
    return income + contract_income - contract_spend - cost - programme - financing


def escalation_cost(bed_days: Any, cost: Any, premium: Any) -> Any:
    """Cost of escalation beds: ``bed_days × cost × premium``; £ of the month in base-year prices.

    >>> escalation_cost(10.0, 250.0, 1.4)
    3500.0
    """
    return bed_days * cost * premium


class Run:
    """The state of one block between two months, and what it has recorded."""

    def __init__(self, plan: Plan, baseline: Baseline, draws: Draws, keep: frozenset[str] | None = None) -> None:
        self.plan, self.baseline, self.draws = plan, baseline, draws
        organisations = [o for o in plan.tables["organisations"] if isinstance(o, Organisation)]
        self.organisations = tuple(sorted(o.id for o in organisations))
        self.inside = tuple(sorted(o.id for o in organisations if o.type != "outside"))
        self.effects = compile_effects(plan)
        self.demand_effects = [Named(i, p) for i, p in self.effects.demand]
        self.segments = segments(baseline, [p for _, p in self.effects.demand], homes(plan.contracts, baseline.areas))
        self.initiatives = tuple(sorted(plan.initiatives, key=lambda i: i.id))
        self.started = up.starts(self.initiatives, baseline.months, draws)
        self.need = Need(baseline, draws)
        self.wards = Wards(baseline, draws)
        lines = tuple(r for r in plan.tables["money"] if isinstance(r, MoneyLine))
        self.ledger = Ledger(baseline, lines, draws, organisations)
        self.untouched = Ledger(baseline, lines, draws, organisations) if self.effects.improvement else None
        ends = {i.id: up.last_month(i, baseline.months[0]) for i in self.initiatives}
        self.payments = Payments(
            baseline, plan.contracts, organisations, draws, self.effects.contract, self.started, ends
        )
        self.programmes = Programmes(plan, baseline, draws, self.effects, self.started, self.ledger, self.organisations)
        self.stay = StayEffects(baseline, self.effects.stay, draws)
        self.delay = StayEffects(baseline, self.effects.delay, draws)
        self.recorder = Recorder(self.inside, draws.count, keep)

    def month(self, number: int) -> None:
        """Runs one month and records it."""
        uptake = up.uptakes(self.initiatives, self.started, number, self.baseline.months[0], self.draws)
        care = flow(number, self.segments, self.demand_effects, self.need, uptake, self.draws)
        for place in self.wards.base:
            if place not in care.activity:
                care.activity[place] = np.zeros(self.draws.count)
        beds_added = self.programmes.beds_added(number)
        opened = self.wards.opened(number, beds_added)
        counts = self.wards.month(number, care.activity, beds_added, self.stay.month(uptake), self.delay.month(uptake))
        self.recorder.care(care, uptake, self.started, number)
        self.recorder.beds(self.wards, counts, opened, days_in(self.baseline.months[number]))
        self._money(number, care, counts, opened)

    def _money(self, number: int, care: Flow, counts: Any, opened: Array) -> None:
        """Contracts, lines, programmes and positions of one month."""
        site = self.baseline.site_organisation
        by_org = self.recorder.by_organisation(care.activity, site)
        residents = {home: self.recorder.by_organisation(own, site) for home, own in care.resident.items()}
        paid = self.payments.month(number, by_org, residents)
        beds = self.recorder.beds_of_organisations(self.wards, opened)
        lines = self.ledger.month(number, by_org, beds)
        saved = self.programmes.improvements(number)
        lines = self.programmes.after_efficiency(number, lines, saved, self._untouched(number, care, lines))
        escalation: dict[str, Any] = {org: np.zeros(self.draws.count) for org in self.organisations}
        for n, pool in enumerate(self.baseline.pools):
            org = pool.organisation
            cost, premium = (self.draws.of(q, pool.id, org) for q in ("beds.cost", "beds.escalation_premium"))
            own = escalation_cost(counts.escalation[n], cost, premium)
            escalation[org] = escalation[org] + own * self.ledger.prices("prices.general", number, org)
        self.recorder.money(
            MonthMoney(
                lines=self.ledger.lines,
                amounts=lines,
                contracts=self.plan.contracts,
                paid=paid,
                programmes=self.programmes.costs(number),
                escalation=escalation,
                saved=saved,
            ),
            position,
        )

    def _untouched(self, number: int, care: Flow, lines: list[Any]) -> list[Any]:
        """The money lines without the initiatives' effects on contacts and beds; only where a saving leans on a line."""
        if self.untouched is None:
            return lines
        by_org = self.recorder.by_organisation(care.untouched, self.baseline.site_organisation)
        opened = self.wards.opened(number, np.zeros((len(self.baseline.pools), self.draws.count)))
        return self.untouched.month(number, by_org, self.recorder.beds_of_organisations(self.wards, opened))

    def outcomes(self) -> Outcomes:
        """Everything recorded, as frozen series."""
        months = self.baseline.months[: self.recorder.months]
        years = tuple(dict.fromkeys(financial_year(m) for m in months))
        futures = self.draws.futures
        return Outcomes(
            self.recorder.series(), months, years, self.plan.digest, futures.seed, int(futures.numbers()[0]),
            self.draws.count, self.draws.values,
        )  # fmt: skip
