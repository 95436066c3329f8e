"""One block of futures, month by month, in the order of the model notes (§ 6).

Dated events → uptake (staff in post at its start) → demand → effects → flow → contacts → packages → beds by day → lists →
spills (felt next month) → staff → contracts and money → triggers. Each step is one method below, and one part of the model;
every feedback waits a month, so that nothing needs a fixed point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.capacity.beds import BedCounts
from placeplan.core.calendar import days_in, financial_year
from placeplan.core.outcomes import BEDS, CONTACTS, EQUITY, STAFF, WAITS
from placeplan.core.tables import MoneyLine, Organisation
from placeplan.model import uptake as up
from placeplan.model.activity_plans import ActivityPlans
from placeplan.model.bed_record import BedRecord
from placeplan.model.cash import Balances
from placeplan.model.clinics import Clinics
from placeplan.model.cohorts import overlap_of
from placeplan.model.compile import Compiled, compile_effects
from placeplan.model.courses import Courses, Named
from placeplan.model.dated import of_closures
from placeplan.model.demand import BEYOND, segments
from placeplan.model.departure import areas_apart, shifts_health
from placeplan.model.draws import Draws
from placeplan.model.equity import Equity
from placeplan.model.flow import Flow, flow
from placeplan.model.list_base import waited_for
from placeplan.model.lists import Lists
from placeplan.model.money import Ledger
from placeplan.model.need import Need
from placeplan.model.outcomes import Outcomes
from placeplan.model.paybill import PayBill
from placeplan.model.payments import LINES, Payments, homes
from placeplan.model.places import Travels, nearness, quintiles, resolve
from placeplan.model.programmes import Programmes
from placeplan.model.record import MonthMoney, Recorder
from placeplan.model.settings import Settings
from placeplan.model.social_care import SocialCare
from placeplan.model.staffbook import Staffbook
from placeplan.model.starts import Starts
from placeplan.model.stays import StayEffects
from placeplan.model.unforeseen import Unforeseen
from placeplan.model.wards import Besides, Wards
from placeplan.model.workforce import Workforce
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
        self.form = plan.about.form
        self.effects = compile_effects(plan)
        moves = resolve(self.effects.on("sites"), baseline, nearness(plan.tables["travel"]))
        self.flow_effects = [Named(i, p) for i, p in (*self.effects.on("demand"), *moves)]
        touching = [e.primitive for e in self.flow_effects]
        apart, overlap = areas_apart(plan, draws), overlap_of(plan)
        self.segments = segments(
            baseline, touching, homes(plan.contracts, baseline.areas), overlap, apart, shifts_health(draws)
        )
        acute = {o.id for o in organisations if o.type == "acute"}
        self.need = Need(baseline, draws, apart, acute)
        self.courses = courses = Courses(self.segments, self.flow_effects, self.need)
        self.travels = Travels(plan.tables["travel"], self.segments, courses.parcels, quintiles(plan.tables["areas"]))
        self.equity = Equity(baseline, courses, self.need)
        self.initiatives = tuple(sorted(plan.initiatives, key=lambda i: i.id))
        self.balances = Balances(plan, baseline, draws)
        self.starts = Starts(self.initiatives, baseline.months, draws, self.balances.building, plan.relationships)
        self.started, ends = self.starts.month, self.starts.ends
        self.workforce = Workforce(plan, baseline, draws, self.effects, self.started, ends)
        residents = tuple(sorted({s.home for s in self.segments if s.home != BEYOND}))
        self.clinics = Clinics(plan, baseline, draws, self.workforce, self.effects, self.started, ends, residents)
        self.social = SocialCare(plan, baseline, draws, self.workforce, self.effects.on("packages"))
        self.wards = Wards(baseline, draws, self.social.exits, self.form.stays)
        self.bed_record = BedRecord(self.wards)
        self.payments = Payments(
            baseline,
            plan.contracts,
            organisations,
            draws,
            self.effects.on("contract"),
            self.started,
            ends,
            by_line=keep is None or LINES in keep,
        )
        self.plans = ActivityPlans(self.payments, waited_for(plan, baseline) | frozenset(self.clinics.places))
        self.lists = Lists(plan, baseline, draws, self.wards, self.plans.within(self.clinics.capacity))
        self.stay = StayEffects(baseline, self.effects.on("stay"), draws, overlap)
        self.delay = StayEffects(baseline, self.effects.on("delay"), draws, overlap)
        lines = tuple(r for r in plan.tables["money"] if isinstance(r, MoneyLine))
        self.ledger = Ledger(baseline, lines, draws, organisations, self.form.cost_release)
        improved = self.effects.on("cost", verb="scale")
        self.untouched = Ledger(baseline, lines, draws, organisations, self.form.cost_release) if improved else None
        self.unforeseen = Unforeseen(baseline, draws, acute)
        self.paybill = PayBill(self.workforce, self.ledger)
        self.staffbook = Staffbook(self.workforce, self.paybill)
        undone = Workforce(plan, baseline, draws, Compiled(()), self.started, ends) if improved else None
        self.undone = PayBill(undone, self.untouched) if undone and self.untouched else None
        self.usual = Clinics(plan, baseline, draws, undone, Compiled(()), {}, {}) if undone else None
        self.social.books(self.ledger, lines, (self.untouched, undone) if undone and self.untouched else None)
        self.programmes = Programmes(
            plan,
            baseline,
            draws,
            self.effects,
            self.started,
            ends,
            self.ledger,
            self.organisations,
            self.workforce.staffed,
        )
        self.settings = Settings(organisations, lines, self.initiatives)
        watched = {(i.trigger.outcome, i.trigger.entity) for i in self.initiatives if i.trigger}
        self.recorder = Recorder(self.inside, draws.count, keep, self.payments.reads() | watched)

    def month(self, number: int) -> None:
        """Runs one month and records it."""
        uptake = self._uptake(number)
        care = self._care(number, uptake)
        self._contacts(number, care, uptake)
        self.social.begin(number, care, self.programmes)
        self.lists.enter(number, care, self.programmes.beds_added(number, "slots"))
        counts, opened = self._beds(number, care, uptake)
        self._lists(number, counts, care, uptake)
        self._staff(number, uptake)
        if self.equity.quintiles and self.recorder.asks(EQUITY):
            waits = self.lists.waiting() | self.clinics.waiting()
            self.equity.record(self.recorder, number, care, waits)
        self._money(number, care, counts, opened)
        self.starts.look(number, self.recorder)

    def _uptake(self, number: int) -> dict[str, Array]:
        """How far each initiative has come, with the staff in post at the month's start, ``[future]``."""
        self.workforce.begin(number)
        uptake = up.uptakes(
            self.initiatives, self.started, self.starts.ends, number, self.draws, self.workforce.staffed
        )
        self.workforce.month(number, uptake)
        if self.undone:
            self.undone.workforce.begin(number)
            self.undone.workforce.month(number, {})
        return uptake

    def _care(self, number: int, uptake: dict[str, Array]) -> Flow:
        """Need, effects and flow: the care demanded of each site."""
        care = flow(number, self.courses, self.need, uptake, of_closures(self.draws, uptake, self.started))
        for place in self.wards.base:
            if place not in care.activity:
                care.activity[place] = np.zeros(self.draws.count)
        return care

    def _contacts(self, number: int, care: Flow, uptake: dict[str, Array]) -> None:
        """Care given up to what contracts have agreed and each door can; what spilled last month comes first."""
        self.clinics.arrive(care)
        care.asked = dict(care.activity)
        self.plans.month(number, care, self.recorder)
        self.clinics.month(number, care, uptake, self.plans.most)
        if self.usual is not None:
            usual = Flow(activity=care.untouched, untouched=dict(care.untouched))
            self.usual.arrive(usual)
            self.usual.month(number, usual, {})
        if self.recorder.asks(CONTACTS):
            self.clinics.record(self.recorder)

    def _beds(self, number: int, care: Flow, uptake: dict[str, Array]) -> tuple[BedCounts, Array]:
        """The days of the month in beds; what they counted, and the beds open ``[pool, future]``."""
        added = self.programmes.beds_added(number)
        opened = self.wards.opened(number, added)
        stay, delay = self.stay.month(uptake), self.delay.month(uptake)
        besides = Besides(slots=self.programmes.beds_added(number, "slots"))
        counts = self.wards.month(number, care.activity, added, stay, delay, besides)
        if self.recorder.asks(BEDS):
            others = self.wards.doors.others(care.activity, care.resident)
            self.bed_record.month(self.recorder, counts, opened, days_in(self.baseline.months[number]), others)
        self.social.settle(counts, self.wards, opened, self.recorder)
        return counts, opened

    def _staff(self, number: int, uptake: dict[str, Array]) -> None:
        """People leave and are hired; the next month begins with those who are then in post."""
        self.workforce.step(number, uptake)
        if self.recorder.asks(STAFF):
            self.staffbook.record(self.recorder, number)
        self.ledger.drivers |= self.paybill.drivers()
        if self.undone and self.untouched:
            self.undone.workforce.step(number, {})
            self.untouched.drivers |= self.undone.drivers()

    def _lists(self, number: int, counts: BedCounts, care: Flow, uptake: dict[str, Array]) -> None:
        """Who was admitted leaves the lists; then all that was given is known."""
        self.lists.month(counts, care)
        if self.recorder.asks(WAITS):
            self.lists.record(self.recorder)
        self.recorder.care(care, uptake, self.started, number)
        if self.recorder.asks(("travel_minutes",)):
            self.recorder.each("travel_minutes", self.travels.names, self.travels.month(care.given))

    def _money(self, number: int, care: Flow, counts: Any, opened: Array) -> None:
        """Contracts, lines, programmes and positions of one month."""
        site = self.baseline.site_organisation
        by_org = self.recorder.by_organisation(care.activity, site)
        residents = {home: self.recorder.by_organisation(own, site) for home, own in care.resident.items()}
        paid = self.payments.month(number, by_org, residents, self.need.month(number)[:2], self.recorder.history)
        beds = self.recorder.beds_of_organisations(self.wards, opened)
        self.ledger.closed = self.programmes.contacts_closed(number)
        lines = self.ledger.month(number, by_org, beds)
        saved = self.programmes.improvements(number)
        lines = self.programmes.after_efficiency(number, lines, saved, self._untouched(number, care, lines))
        escalation: dict[str, Any] = {org: np.zeros(self.draws.count) for org in self.organisations}
        for n, pool in enumerate(self.baseline.pools):
            org = pool.organisation
            cost, premium = (self.draws.of(q, pool.id, org) for q in ("beds.cost", "beds.escalation_premium"))
            own = escalation_cost(counts.escalation[n], cost, premium)
            escalation[org] = escalation[org] + own * self.ledger.prices("prices.general", number, org)
        self.payments.record(self.recorder, paid)
        unforeseen_cost, unforeseen_income = self.unforeseen.month(number, self.ledger.lines, lines, escalation)
        month = MonthMoney(
            lines=self.ledger.lines,
            amounts=lines,
            paid=paid,
            programmes=self.programmes.costs(number, self.paybill.of_initiatives(number)),
            escalation=escalation,
            saved=saved,
            interest=self.balances.interest(number),
            balance=self.social.balance,
            unforeseen_cost=unforeseen_cost,
            unforeseen_income=unforeseen_income,
        )
        self.recorder.money(month, position)
        self.social.end(number, self.recorder)
        self.balances.record(self.recorder, number, self.started)
        if self.recorder.asks(("spend_share",)):
            self.settings.record(self.recorder, month)

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
