"""Checks of promises, assumptions and scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from placeplan.core.errors import Problem, nearest
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.tables import Reconciliation
from placeplan.core.units import KNOWN_UNITS, UnitError, check_unit
from placeplan.futures.assumptions import DRIVERS
from placeplan.plan.checks.about import is_year, years_of
from placeplan.plan.checks.base import check, known, listed, not_an_aim, unknown
from placeplan.plan.checks.entities import entities_of
from placeplan.plan.draft import Draft
from placeplan.plan.library import library
from placeplan.plan.located import Item, Path
from placeplan.plan.promises import MOST_HARD, Promise
from placeplan.plan.schema import ELEMENTS


@check("duplicate-id")
def ids_stand_once(draft: Draft) -> Iterator[Problem]:
    """No two assumptions, promises, boards or other entries of one list have one id."""
    for part in ELEMENTS[2:]:  # initiatives and contracts are named by their files
        items: tuple[Item[Any], ...] = getattr(draft, part)
        first: dict[str, Item[Any]] = {}
        for item in items:
            before = first.setdefault(item.value.id, item)
            if before is not item and item.own:
                what = f"“{item.value.id}” stands here a second time; the first is in line {before.at()}."
                yield item.problem("duplicate-id", what, "Keep one of them, or give it another id.", "id")


@check("unknown-organisation", "look-alike")
def promises_are_somebodys(draft: Draft) -> Iterator[Problem]:
    """A promise is of an organisation of the plan or of the system."""
    for item in _own(draft):
        yield from unknown(draft, item, "organisation", item.value.organisation, "organisation", ("system",))


def _own(draft: Draft) -> tuple[Item[Promise], ...]:
    return tuple(item for item in draft.promises if item.own)


@check("unknown-outcome")
def promises_are_about_outcomes(draft: Draft) -> Iterator[Problem]:
    """A promise is about an outcome that the model computes."""
    for item in _own(draft):
        yield from not_an_aim(item, item.value.outcome, "outcome")


@check("unknown-organisation", "unknown-outcome", "look-alike")
def published_totals_are_of_something(draft: Draft) -> Iterator[Problem]:
    """A row of reconcile.csv names an organisation of the plan and an outcome."""
    outcomes = (*OUTCOMES, "bed_days", "operating_income", "activity_by_age")
    for item in draft.rows("reconcile", Reconciliation):
        yield from unknown(draft, item, "organisation", item.value.organisation, "organisation", ("system",))
        if item.value.outcome not in outcomes:
            near = nearest(item.value.outcome, outcomes)
            what, mend = f"There is no outcome “{item.value.outcome}”.", f"Write one of: {', '.join(outcomes)}."
            yield item.problem("unknown-outcome", what, mend, "outcome", near)


@check("unknown-entity", "not-computed")
def promises_are_of_what_is_there(draft: Draft) -> Iterator[Problem]:
    """What is promised is computed of whom it is promised; what a plan does not model cannot be computed of anybody."""
    for item in _own(draft):
        promise = item.value
        name, there = promise.entity or promise.organisation, entities_of(draft, promise.outcome)
        if not there or name in there or name not in known(draft, "organisation") | there | {promise.entity, "system"}:
            continue
        near = nearest(name, sorted(there))
        what = f"The model has no {promise.outcome} of “{name}”."
        own = sorted(t for t in there if t.startswith(f"{name}/")) or sorted(there)
        mend = f"Write “{near}”." if near and promise.entity else f"Write an entity: {listed(own)}."
        if promise.entity or not there & {*known(draft, "organisation"), "system"}:
            yield item.problem("unknown-entity", what, mend, "entity", near)
        else:
            yield item.warning("not-computed", what, mend, "entity")


def _bounds(promise: Promise) -> Iterator[tuple[Path, str, float]]:
    """Each bound with its path and financial year ("" for all)."""
    for side in ("at_least", "at_most"):
        bound = getattr(promise, side)
        if isinstance(bound, dict):
            yield from (((side, year), year, value) for year, value in bound.items())
        elif bound is not None:
            yield (side,), "", bound


@check("no-bound", "bounds-cross", "above-one")
def promises_can_be_kept(draft: Draft) -> Iterator[Problem]:
    """A promise has a bound, its bounds leave room, and bounds of shares are shares."""
    for item in _own(draft):
        bounds = list(_bounds(item.value))
        if not bounds:
            what, mend = "It has neither at_least nor at_most.", "Give at_least, at_most, or both."
            yield item.problem("no-bound", what, mend)
        low, high = item.value.at_least, item.value.at_most
        if isinstance(low, float) and isinstance(high, float) and low > high:
            what = f"at_least is {low:g}, above at_most {high:g}."
            yield item.problem("bounds-cross", what, "Mend one of the two.", "at_least")
        for path, _, bound in bounds:
            if item.value.outcome in OUTCOMES and OUTCOMES[item.value.outcome].share and bound > 2.0:
                what = f"{item.value.outcome} is a share; {bound:g} is far above 1."
                yield item.problem("above-one", what, "Write a share: 92 % is 0.92.", path)


@check("bad-year", "outside-run")
def promises_are_due_in_the_run(draft: Draft) -> Iterator[Problem]:
    """Years of bounds and due dates are financial years of the run."""
    years = years_of(draft)
    for item in _own(draft):
        named = [(path, year) for path, year, _ in _bounds(item.value) if year]
        named += [(("due_from",), item.value.due_from)] if item.value.due_from else []
        for path, year in named:
            if not is_year(year):
                what = f"“{year}” is not a financial year."
                yield item.problem("bad-year", what, "Write a financial year as 2016/17.", path)
            elif years and year not in years:
                what = f"{year} is not a year of the run, {years[0]} to {years[-1]}."
                yield item.problem("outside-run", what, "Choose a year of the run.", path)


@check("too-many-hard")
def few_promises_decide(draft: Draft) -> Iterator[Problem]:
    """At most 12 promises decide."""
    hard = [item for item in _own(draft) if item.value.hard]
    if len(hard) > MOST_HARD:
        what = f"{len(hard)} promises would decide the verdict; at most {MOST_HARD} may."
        mend = "Write hard: false for those that are aims."
        yield hard[MOST_HARD].problem("too-many-hard", what, mend, "hard")


@check("wrong-unit", "unknown-unit")
def units_are_known_and_the_librarys(draft: Draft) -> Iterator[Problem]:
    """An assumption is in a known unit; one that replaces the library's is in the same."""
    units = {i.value.id: i.value.unit for i in library().assumptions}
    for item in draft.assumptions:
        try:
            unit = check_unit(item.value.unit)
        except UnitError as error:
            near = nearest(item.value.unit, KNOWN_UNITS)
            what = f"{str(error)[:1].upper()}{str(error)[1:]}."
            mend = f"Write “{near}”." if near else f"Write one of: {', '.join(KNOWN_UNITS)}."
            yield item.problem("unknown-unit", what, mend, "unit", near)
            continue
        wanted = units.get(item.value.id, unit)
        if item.own and unit != check_unit(wanted):
            what = f"{item.value.id} is in “{item.value.unit}”; the model reads it in “{wanted}”."
            yield item.problem("wrong-unit", what, f"Give it in {wanted}, and write unit: {wanted}.", "unit", wanted)


@check("unknown-assumption", "impossible-correlation", "look-alike")
def correlations_can_hold(draft: Draft) -> Iterator[Problem]:
    """Members of a correlation are assumptions; many cannot all move against each other."""
    for item in draft.correlations:
        for n, name in enumerate(item.value.members) if item.own else ():
            yield from unknown(draft, item, "assumption", name, ("members", n))
        least = -1.0 / (len(item.value.members) - 1)
        if item.own and len(item.value.members) > 2 and item.value.rank_correlation <= least:
            what = f"{len(item.value.members)} numbers cannot all have the correlation {item.value.rank_correlation:g}."
            yield item.problem("impossible-correlation", what, f"Write one above {least:.2f}.", "rank_correlation")


@check("change-of-nothing", "unknown-assumption", "unknown-driver")
def changes_reach_something(draft: Draft) -> Iterator[Problem]:
    """A change of a scenario names assumptions or a driver that are there, and says how."""
    ids = {i.value.id for i in (*draft.assumptions, *library().assumptions)}
    for item in draft.scenarios:
        for n, c in enumerate(item.value.changes) if item.own else ():
            ways = [w for w in ("set", "add", "scale", "quantile") if getattr(c, w) is not None]
            if bool(c.assumption) == bool(c.driver) or not ways:
                what = "It names no assumption or driver (or both), or says nothing of what becomes of it."
                mend = "Give assumption or driver, and one of set, add, scale, quantile."
                yield item.problem("change-of-nothing", what, mend, ("changes", n))
            elif c.driver and c.driver not in (*DRIVERS, "other"):
                what, near = f"There is no driver “{c.driver}”.", nearest(c.driver, DRIVERS)
                mend = f"Write one of: {', '.join(DRIVERS)}."
                yield item.problem("unknown-driver", what, mend, ("changes", n, "driver"), near)
            elif c.assumption and not any(fnmatchcase(name, c.assumption) for name in ids):
                yield from unknown(draft, item, "assumption", c.assumption, ("changes", n, "assumption"))


@check("unknown-scenario", "look-alike")
def scenarios_include_scenarios(draft: Draft) -> Iterator[Problem]:
    """Included scenarios are there."""
    for item in draft.scenarios:
        for n, name in enumerate(item.value.includes) if item.own else ():
            yield from unknown(draft, item, "scenario", name, ("includes", n))
