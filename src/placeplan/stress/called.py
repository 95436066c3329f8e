"""Names in sentences: organisations, an assumption with whose it is, a promise with who made it."""

from __future__ import annotations

from collections.abc import Callable

from placeplan.core.tables import Organisation
from placeplan.plan.promises import Promise
from placeplan.plan.schema import Plan
from placeplan.stress.say import lower_first

WHOLE = "Whole system"


def names(plan: Plan) -> dict[str, str]:
    """Full names of the organisations, and of the system."""
    found = {o.id: o.name for o in plan.tables["organisations"] if isinstance(o, Organisation)}
    return {**found, "system": WHOLE}


def drawn_names(plan: Plan) -> Callable[[str], str]:
    """What turns the name of a draw into words: ``initiative.delay@hubs`` into how many months an initiative is late (Hubs)."""
    about = {a.id: a.about for a in plan.assumptions}
    whose = {**names(plan), **{i.id: i.name for i in plan.initiatives}}

    def called(name: str) -> str:
        key, _, entity = name.partition("@")
        return lower_first(about[key]) + (f" ({whose.get(entity, entity)})" if entity else "")

    return called


def promise_name(plan: Plan, promise: Promise) -> str:
    """“No deficit in any year” of Hillford Hospital."""
    return f"“{promise.name}” of {names(plan).get(promise.organisation, promise.organisation)}"
