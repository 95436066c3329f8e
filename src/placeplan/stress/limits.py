"""What a run does not hold: parts of the model that are off, parts of initiatives and shocks, tests that come later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from placeplan.core.tables import Level
from placeplan.futures.assumptions import DRIVERS
from placeplan.model.discipline import out_of_reach
from placeplan.model.list_base import fits, rows_of
from placeplan.plan.scenarios import Scenario
from placeplan.plan.schema import COMPONENTS, Plan
from placeplan.stress.results.ground import Component, NotModelled
from placeplan.stress.runs.kept import Kept

LEVELS: tuple[Level, ...] = ("off", "default", "published", "local")
"""Levels of detail, the lowest first."""
LEFT_OUT = "left out of this run"
"""Of a part of an initiative or a shock; the part itself says why, where it is known."""
OFF: dict[str, tuple[str, str]] = {
    "people": ("People and how they age", "this plan gives no areas"),
    "demand": ("Demand", "this plan gives no activity"),
    "flow": ("Who goes where for care", "this plan gives no activity"),
    "beds": ("Beds, day by day", "this plan gives no beds"),
    "money": ("Money", "this plan gives no money"),
    "contracts": ("Contracts between organisations", "this plan gives none"),
    "initiatives": ("Initiatives", "this plan has none"),
    "cohorts": ("Groups of people with needs of their own", "this plan gives no cohorts.csv"),
    "staff": ("Staff, vacancies and agency", "this plan gives no staff.csv"),
    "contacts": ("GP, community and mental-health contacts that run out", "this plan gives no contacts.csv"),
    "packages": ("Home care and care homes", "this plan gives no packages.csv"),
    "travel": ("Travel times", "this plan gives no travel.csv"),
    "lists": ("Waiting lists", "this plan gives no lists.csv"),
    "equity": ("Who gains and who loses by deprivation", "areas.csv gives no quintiles"),
}
"""Components of the model in words, and why each may be off."""


def components(plan: Plan, drawn: Collection[str]) -> tuple[Component, ...]:
    """Every component of the model and how much it knows here; then each group of assumptions that the run drew.

    ``drawn`` names what was drawn, with ``@`` and its entity where each has its own. A group stands on the lowest level
    of its assumptions, but for those that are fixed; a group of which nothing was drawn is left out.
    """
    used = {name.partition("@")[0] for name in drawn}
    groups = [
        Component(name=driver, level=min(levels, key=LEVELS.index))
        for driver in (*DRIVERS, "other")
        if (levels := [a.level for a in plan.assumptions if a.driver == driver and a.id in used and not a.fixed])
    ]
    return (*(Component(name=c, level=plan.level(c)) for c in COMPONENTS), *groups)


def not_modelled(plan: Plan) -> tuple[NotModelled, ...]:
    """Components that are off, then parts of initiatives and of shocks that this version cannot hold."""
    found = [NotModelled(what=OFF[c][0], why=OFF[c][1]) for c in COMPONENTS if plan.level(c) == "off"]
    for i in sorted(plan.initiatives, key=lambda i: i.id):
        found += [NotModelled(what=f"{i.name}: {part}", why=LEFT_OUT) for part in i.not_modelled]
    for s in sorted(plan.scenarios, key=lambda s: s.id):
        found += [NotModelled(what=f"Under “{s.name}”: {part}", why=LEFT_OUT) for part in not_reached(plan, s)]
    return tuple(found)


def not_reached(plan: Plan, scenario: Scenario) -> tuple[str, ...]:
    """Parts of a shock that this plan cannot feel: those said, and those that act on a component that it does not have."""
    off = [c for c in scenario.changes if c.needs and plan.level(c.needs) == "off"]
    return (*scenario.not_reached, *(f"{c.part or c.assumption}: {OFF[c.needs][1]}" for c in off))


def warnings(plan: Plan, kept: Sequence[Kept], futures: int) -> tuple[str, ...]:
    """What a reader should know before trusting the run."""
    found = []
    if futures < 1000:
        found.append(f"Only {futures} futures were run, so percentages are rounded to 5.")
    if not any(s.decides for s in plan.scenarios):
        found.append("No common shock was run that could decide.")
    if not plan.tables["population"] and not plan.tables.get("components"):
        found.append("There is no projection of people, so that their number and ages stay as in the base year.")
    found += [f"“{k.promise.name}” could not be computed and counts as not known." for k in kept if not k.known]
    hard = sum(k.promise.hard for k in kept)
    if hard > 12:
        found.append(f"{hard} promises decide; more than 12 make every plan look worse than it is.")
    return tuple(found)


def of_the_first(futures: int, first: int) -> tuple[str, ...]:
    """What is told of fewer futures than were run.

    >>> of_the_first(1000, 1000), of_the_first(5000, 1000)[0][:45]
    ((), 'Of 5,000 futures, figures beside the promises')
    """
    if futures <= first:
        return ()
    what = "figures beside the promises and of each organisation by year, published totals and what starts late"
    return (f"Of {futures:,} futures, {what} are told of the first {first:,}; all else but bridge and causes of all.",)


ALLOWED = {"within 18 weeks": 0.02, "over 52 weeks": 0.001}
"""By how much a share of a list may lie off what was published before it is told: few wait for a year."""


def unfitted(plan: Plan, baseline: Any) -> tuple[str, ...]:
    """Waits that lists.csv gives and that no order of who is next brings about."""
    told, fitted = [], fits(plan, baseline)
    for row in rows_of(plan):
        fit = fitted[row.id]
        pairs = (("within 18 weeks", row.within_18, fit.within_18), ("over 52 weeks", row.over_52, fit.over_52))
        told += [
            f"lists.csv: of list {row.id} {given:.1%} had waited {words}, and the model gives {found:.1%}."
            for words, given, found in pairs
            if given is not None and out_of_reach(given, found, ALLOWED[words])
        ]
    return tuple(told)


def closes(plan: Plan) -> tuple[str, ...]:
    """Closures and downgrades in the plan's words; what several initiatives say alike is said once, at its fullest."""
    found: dict[str, str] = {}
    for line in (c for i in sorted(plan.initiatives, key=lambda i: i.id) for c in i.closes):
        key = line.casefold().rstrip(". ").removesuffix(" closes").removesuffix(" close")
        found[key] = max(found.get(key, ""), line, key=len)
    return tuple(found.values())


def asked(plan: Plan) -> tuple[tuple[str, int, int], ...]:
    """Groups of people asked and affected, in the order in which they first appear.

    The same group with the same numbers under several initiatives is one fact and counts once, whatever its source.
    """
    facts = dict.fromkeys(
        (g.who, g.asked, g.affected) for i in sorted(plan.initiatives, key=lambda i: i.id) for g in i.involvement
    )
    found: dict[str, tuple[int, int]] = {}
    for who, some, every in facts:
        before = found.get(who, (0, 0))
        found[who] = before[0] + some, before[1] + every
    return tuple((who, some, every) for who, (some, every) in found.items())
