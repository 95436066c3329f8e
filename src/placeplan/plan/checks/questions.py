"""Warnings: what a plan may do, and should be asked about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from placeplan.core.errors import Problem
from placeplan.core.tables import Activity, BedStock, MoneyLine, Organisation, Package, Pod
from placeplan.plan.checks.base import check, site_organisations
from placeplan.plan.checks.effects import UNIDENTIFIED, primitives
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.initiatives import of_nothing
from placeplan.plan.library import evidence_of, library, references

BALANCING = re.compile(r"\b(balanc\w*|unidentified|to be (found|identified)|gap|plug)\b", re.IGNORECASE)
SHORTEST_BUILD = 24
"""Months that a building takes where the plan does not say."""


@check("unidentified-saving")
def savings_have_a_source(draft: Draft) -> Iterator[Problem]:
    """A saving that nobody has found counts as nothing."""
    for item, path, p in primitives(draft):
        if p.verb == "scale" and p.table == "cost" and (p.ratio == 0.0 or p.line == UNIDENTIFIED):
            what = f"{p.organisation} is to save {_money(p.quantity)}, and nobody has said on what."
            yield item.warning("unidentified-saving", what, "Name the cost line and its maturity.", (*path, "saving"))


def _money(quantity: float | str) -> str:
    return quantity if isinstance(quantity, str) else f"£{quantity:,.0f} a year"


@check("balancing-line")
def nothing_is_balanced_by_a_line(draft: Draft) -> Iterator[Problem]:
    """A line whose name says that it only closes a gap is asked about."""
    for item in draft.rows("money", MoneyLine):
        if BALANCING.search(item.value.line):
            what = f"“{item.value.line}” ({_money(item.value.amount)}) reads like a line that closes a gap."
            yield item.warning("balancing-line", what, "Say what it is, or take it away and show the gap.", "line")


@check("negative-amount")
def amounts_are_positive(draft: Draft) -> Iterator[Problem]:
    """A negative amount is asked about where no note says why."""
    for item in draft.rows("money", MoneyLine):
        if item.value.amount < 0 and not item.value.note:
            what = f"“{item.value.line}” is {item.value.amount:,.0f} £ a year as {item.value.direction}."
            yield item.warning("negative-amount", what, "Change the sign, or say in note why it is so.", "amount")


@check("missing-base-line")
def base_years_are_complete(draft: Draft) -> Iterator[Problem]:
    """Every organisation has income (or is paid) and cost (or pays) in the base year."""
    comes: set[str] = set()
    goes: set[str] = set()
    for line in draft.rows("money", MoneyLine):
        (comes if line.value.direction == "income" else goes).add(line.value.organisation)
    for contract in draft.contracts:
        comes.add(contract.value.payee)
        goes.add(contract.value.payer)
    for item in draft.rows("organisations", Organisation) if draft.whole("money") and draft.whole_elements() else ():
        name = item.value.id
        if item.value.type != "outside" and (name in comes) != (name in goes):
            lacks = "income" if name in goes else "cost"
            what = f"{item.value.name} ({name}) has no {lacks} in the base year."
            mend = f"Add its {lacks} to money.csv, or the contract that brings it."
            yield item.warning("missing-base-line", what, mend, "id")


@check("costs-do-not-move")
def costs_move_with_activity(draft: Draft) -> Iterator[Problem]:
    """Some cost of every provider moves with its activity or beds."""
    sites = site_organisations(draft)
    active = {sites.get(i.value.site) for i in draft.rows("activity", Activity) if i.value.activity}
    costs = [i.value for i in draft.rows("money", MoneyLine) if i.value.direction == "cost"]
    moving = {
        line.organisation
        for line in costs
        if line.driver == "staff" or (line.driver != "none" and line.variable + line.stepped > 0)
    }
    for item in draft.rows("organisations", Organisation) if draft.whole("money", "activity") else ():
        if item.value.id in (active & {line.organisation for line in costs}) - moving:
            what = f"{item.value.name} ({item.value.id}) treats people, and none of its cost moves with them."
            yield item.warning("costs-do-not-move", what, "Give a cost line a driver and its variable share.", "id")


@check("driver-elsewhere")
def drivers_move_at_the_organisation(draft: Draft) -> Iterator[Problem]:
    """A line's driver is activity or beds that its own organisation has in the base year."""
    sites = site_organisations(draft)
    rows = [i.value for i in draft.rows("activity", Activity) if i.value.activity]
    has = {(sites.get(r.site), r.pod) for r in rows} | {(sites.get(r.site), "activity") for r in rows}
    has |= {(sites.get(i.value.site), "beds") for i in draft.rows("beds", BedStock)}
    public = [i.value for i in draft.rows("packages", Package) if i.value.funder == "public"]
    has |= {(p.council, driver) for p in public for driver in ("packages", "charges", p.kind)}
    for item in draft.rows("money", MoneyLine) if draft.whole("activity", "beds", "organisations", "sites") else ():
        line = item.value
        if line.driver not in ("none", "staff") and (line.organisation, line.driver) not in has:
            what = f"“{line.line}” moves with {line.driver}, of which {line.organisation} has none in the base year."
            mend = "Name a driver that it has, or none; as it stands the line never moves."
            yield item.warning("driver-elsewhere", what, mend, "driver")


@check("before-required")
def requirements_come_first(draft: Draft) -> Iterator[Problem]:
    """An initiative starts when what it requires is at full uptake."""
    others = {i.value.id: i.value for i in draft.initiatives}
    for item in draft.initiatives:
        for n, name in enumerate(item.value.requires):
            other = others.get(name)
            if other is None or item.value.start is None or other.start is None:
                continue
            if _month(item.value.start) < _month(other.start) + other.ramp_months:
                what = f"It starts in {item.value.start}; {name} starts in {other.start} and needs {other.ramp_months} months."
                yield item.warning("before-required", what, "Start it later, or require less.", ("requires", n))


def _month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:]) - 1


@check("before-building")
def buildings_take_time(draft: Draft) -> Iterator[Problem]:
    """An initiative that needs building money leaves time to build."""
    run = run_months(draft)
    for item in draft.initiatives if run else ():
        capital = item.value.capital
        build = getattr(capital, "build_months", SHORTEST_BUILD)
        start = item.value.start
        if run and start and capital and capital.need > 0 and _month(start) < _month(run[0]) + build:
            what = f"It starts in {item.value.start} and needs £{capital.need:,.0f} of building first, about {build} months."
            yield item.warning("before-building", what, "Start it later, or give the months that it takes.", "start")


@check("beds-close-alone")
def beds_close_for_a_reason(draft: Draft) -> Iterator[Problem]:
    """Beds close with, or after, something that lets fewer people need them, or their patients move to another site."""
    filling = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds != "none"}
    acting = {item.value.id for item, _, p in primitives(draft) if p.table in ("demand", "stay", "delay")}
    for item, path, p in primitives(draft):
        closes = p.table == "beds" and not isinstance(p.quantity, str) and p.quantity < 0
        if (
            closes
            and item.value.id not in acting
            and not item.value.requires
            and not _moves(draft, item.value.id, p.site, filling)
        ):
            what = f"{-float(p.quantity):g} beds close at {p.site}, and nothing that comes first is named."
            yield item.warning("beds-close-alone", what, "Name under requires what lets people do without.", path)


def _moves(draft: Draft, initiative: str, site: str, filling: set[str]) -> bool:
    """Whether an initiative moves care that fills beds away from a site."""
    moved = [p.scope for item, _, p in primitives(draft) if item.value.id == initiative and p.table == "sites"]
    return any((not s.sites or site in s.sites) and (not s.pods or filling & set(s.pods)) for s in moved)


@check("beyond-evidence", "unknown-evidence")
def effects_stay_within_the_evidence(draft: Draft) -> Iterator[Problem]:
    """No effect is stronger than any study found, and none counts where studies found nothing."""
    evidence = evidence_of(draft)
    for item in draft.initiatives:
        i = item.value
        for n, name in enumerate(i.evidence):
            if (
                evidence
                and name not in evidence
                and name not in {s.value.id for s in draft.sources}
                and " " not in name
            ):
                what = f"There is no evidence “{name}” in the library, evidence.csv or sources.yaml."
                yield item.warning(
                    "unknown-evidence",
                    what,
                    "Name a row of evidence, the library's or your own, or a source.",
                    ("evidence", n),
                )
        found = [s for name in i.evidence if name in evidence and (s := evidence[name].strongest) is not None]
        yield from _too_strong(draft, item.value.id, max(found, default=None), i.evidence_grade in ("none", "adverse"))


def _too_strong(draft: Draft, initiative: str, most: float | None, nothing: bool) -> Iterator[Problem]:
    middles = {i.value.id: i.value for i in draft.assumptions}
    for item, path, p in primitives(draft):
        if item.value.id != initiative or p.verb not in ("scale", "move") or p.table not in ("demand", "stay", "delay"):
            continue
        assumed = middles.get(p.quantity) if isinstance(p.quantity, str) else None
        share = p.quantity if not isinstance(p.quantity, str) else assumed.distribution.middle if assumed else 0.0
        if nothing and share > 0:
            what = f"It counts on a share of {share:.3g}, and its evidence grade is {item.value.evidence_grade}."
        elif most is not None and share > most + 1e-9:
            what = f"It counts on a share of {share:.3g}; the studies named found {most:.3g} at most."
        else:
            continue
        yield item.warning("beyond-evidence", what, "Use what studies found, or name a study that found more.", path)


@check("no-budget", "no-effect")
def initiatives_have_budget_and_effect(draft: Draft) -> Iterator[Problem]:
    """An initiative has money set aside and does something."""
    for item in draft.initiatives:
        i = item.value
        if i.budget is None and (i.effects or not i.not_modelled):
            what = f"No budget is given for {i.name}."
            yield item.warning(
                "no-budget", what, "Give budget, £ a year set aside for it (0 if it costs nothing).", "budget"
            )
        if not i.effects and not i.not_modelled:
            what, mend = f"{i.name} has no effect.", "Give its effects, or say under not_modelled what cannot be held."
            yield item.warning("no-effect", what, mend, "effects")


@check("claim-of-nothing")
def claims_in_pounds_are_of_something(draft: Draft) -> Iterator[Problem]:
    """A claim in £ a year says with which outcome to compare it."""
    mend = "Write outcome: position where it is a saving; else name the outcome that it is of."
    for item in (*((draft.about,) if draft.about else ()), *draft.initiatives):
        for n, claim in enumerate(item.value.claims):
            if of_nothing(claim):
                what = f"“{claim.what}” is a figure in £ a year, and does not say what it is of."
                yield item.warning("claim-of-nothing", what, mend, ("claims", n, "outcome"))


@check("no-funds")
def building_money_has_a_giver(draft: Draft) -> Iterator[Problem]:
    """Capital names who is to give it."""
    for item in draft.initiatives:
        capital = item.value.capital
        if capital and capital.need > 0 and not capital.source_of_funds:
            what = f"Nobody is named who gives the £{capital.need:,.0f} of building money."
            mend = "Give source_of_funds: national capital, a sale of land, the trust's own cash …"
            yield item.warning("no-funds", what, mend, "capital")


@check("no-commitment")
def somebody_has_committed(draft: Draft) -> Iterator[Problem]:
    """At least one initiative is a commitment."""
    if draft.initiatives and draft.whole_elements() and all(i.value.status == "aspiration" for i in draft.initiatives):
        what = "Every initiative is an aspiration."
        mend = "Mark as commitment those with money, a decision or a contract behind them."
        yield draft.initiatives[0].warning("no-commitment", what, mend, "status")


@check("saving-above-line", "saving-counted-twice")
def savings_fit_their_line(draft: Draft) -> Iterator[Problem]:
    """Savings on a line are below its amount, and background efficiency is not taken from it too."""
    lines = {(i.value.organisation, i.value.line): i.value for i in draft.rows("money", MoneyLine)}
    taken: dict[tuple[str, str], float] = defaultdict(float)
    for item, path, p in primitives(draft):
        line = lines.get((p.organisation, p.line))
        if p.verb != "scale" or p.table != "cost" or line is None:
            continue
        taken[p.organisation, p.line] += 0.0 if isinstance(p.quantity, str) else p.quantity
        at = (*path, "saving")
        if taken[p.organisation, p.line] > line.amount:
            what = (
                f"£{taken[p.organisation, p.line]:,.0f} is to be saved on “{p.line}”, which costs £{line.amount:,.0f}."
            )
            yield item.warning("saving-above-line", what, "Save less, or on other lines.", at)
        if line.efficiency:
            what = f"Background efficiency is taken from “{p.line}” of {p.organisation} already."
            mend = "Write efficiency: false for the line, or leave the saving out."
            yield item.warning("saving-counted-twice", what, mend, at)


@check("unused-assumption")
def assumptions_are_used(draft: Draft) -> Iterator[Problem]:
    """Something reads every assumption of the plan."""
    used = references(draft) | {i.value.id for i in library().assumptions}
    used |= {f"growth.{row.value.pod}" for row in draft.rows("activity", Activity)}
    for item in draft.assumptions if draft.whole_elements() and draft.whole("money", "activity") else ():
        if item.own and item.value.id not in used:
            what = f"Nothing reads {item.value.id}."
            yield item.warning("unused-assumption", what, "Name it where it belongs, or take it away.", "id")
