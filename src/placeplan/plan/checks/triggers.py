"""Checks of triggers: that an initiative begins one way or the other, and that what it watches is there."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.core.errors import Problem, nearest
from placeplan.plan.checks.base import check, listed, not_an_aim, unknown
from placeplan.plan.checks.entities import entities_of
from placeplan.plan.checks.tables import run_months
from placeplan.plan.draft import Draft
from placeplan.plan.initiatives import Initiative, Trigger
from placeplan.plan.located import Item


def triggers(draft: Draft) -> Iterator[tuple[Item[Initiative], Trigger]]:
    """Every initiative with a trigger."""
    yield from ((item, item.value.trigger) for item in draft.initiatives if item.value.trigger)


@check("start-or-trigger")
def initiatives_begin_one_way(draft: Draft) -> Iterator[Problem]:
    """An initiative has a start or a trigger."""
    for item in draft.initiatives:
        if (item.value.start is None) == (item.value.trigger is None):
            both = item.value.start is not None
            what = "It has both a start and a trigger." if both else "It has neither a start nor a trigger."
            mend = "Keep one of the two." if both else "Give start (a month), or trigger (an outcome and a bound)."
            yield item.problem("start-or-trigger", what, mend, "trigger" if both else "start")


@check("unknown-outcome", "unknown-entity")
def triggers_watch_what_is_there(draft: Draft) -> Iterator[Problem]:
    """The outcome is one of the model's, and the entity one of those that it has."""
    for item, t in triggers(draft):
        wrong = list(not_an_aim(item, t.outcome, ("trigger", "outcome")))
        if wrong:
            yield from wrong
            continue
        there = entities_of(draft, t.outcome)
        if there and t.entity not in there:
            near = nearest(t.entity, sorted(there))
            what = f"The model has no {t.outcome} of “{t.entity}”."
            mend = f"Write “{near}”." if near else f"Write one of: {listed(there)}."
            yield item.problem("unknown-entity", what, mend, ("trigger", "entity"), near)


@check("no-bound", "bounds-cross")
def triggers_have_a_bound(draft: Draft) -> Iterator[Problem]:
    """A trigger says above or below which figure it fires."""
    for item, t in triggers(draft):
        if t.above is None and t.below is None:
            what, mend = "It has neither above nor below.", "Give above, below, or both."
            yield item.problem("no-bound", what, mend, "trigger")
        elif t.above is not None and t.below is not None and t.below > t.above:
            what = f"Every figure lies above {t.above:g} or below {t.below:g}."
            yield item.problem("bounds-cross", what, "Mend one of the two.", ("trigger", "above"))


@check("unknown-organisation", "look-alike")
def triggers_have_owners(draft: Draft) -> Iterator[Problem]:
    """Who decides is an organisation of the plan."""
    for item, t in triggers(draft):
        yield from unknown(draft, item, "organisation", t.owner, ("trigger", "owner"))


@check("outside-run")
def triggers_can_fire_in_the_run(draft: Draft) -> Iterator[Problem]:
    """The first month looked at lies in the run."""
    run = run_months(draft)
    for item, t in triggers(draft):
        if run and t.not_before and not run[0] <= t.not_before <= run[1]:
            what = f"It looks from {t.not_before} on; the run goes from {run[0]} to {run[1]}."
            yield item.problem("outside-run", what, "Mend the month.", ("trigger", "not_before"))


@check("lead-too-short")
def triggers_leave_time_to_build(draft: Draft) -> Iterator[Problem]:
    """The lead time holds what has to come before the start."""
    for item, t in triggers(draft):
        ahead = item.value.months_ahead
        if t.lead_months < 1 + ahead:
            what = f"It needs {ahead} months of building or double running first, and its lead is {t.lead_months}."
            mend = f"Write lead_months: {1 + ahead} or more; as it stands it starts that late."
            yield item.warning("lead-too-short", what, mend, ("trigger", "lead_months"))
