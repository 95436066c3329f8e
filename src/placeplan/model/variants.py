"""Plan in, changed plan out: do nothing, do minimum, strict, without some initiatives, another form."""

from __future__ import annotations

from placeplan.core.forms import Form
from placeplan.futures.assumptions import Assumption
from placeplan.futures.distributions import Fixed
from placeplan.plan.schema import Plan


def do_minimum(plan: Plan) -> Plan:
    """The plan without its initiatives: committed capacity, contracts and background efficiency."""
    return plan.changed(initiatives=())


def do_nothing(plan: Plan) -> Plan:
    """No initiative and no efficiency at all: costs follow need and prices."""
    return do_minimum(plan).changed(assumptions=tuple(_without_efficiency(a) for a in plan.assumptions))


def _without_efficiency(assumption: Assumption) -> Assumption:
    """The assumption, or 0 in its place where it is the background efficiency."""
    if assumption.id != "efficiency.background":
        return assumption
    return assumption.model_copy(update={"distribution": Fixed(kind="fixed", value=0.0)})


def strict(plan: Plan) -> Plan:
    """Commitments only: aspirations do not count, and what requires one never begins."""
    return plan.changed(initiatives=tuple(i for i in plan.initiatives if i.status == "commitment"))


def in_form(plan: Plan, form: Form) -> Plan:
    """The plan run by the model built another way."""
    return plan.changed(about=plan.about.model_copy(update={"form": form}))


def without(plan: Plan, *initiatives: str) -> Plan:
    """The plan without some initiatives; what requires them never begins."""
    return plan.changed(initiatives=tuple(i for i in plan.initiatives if i.id not in initiatives))


def only(plan: Plan, initiatives: frozenset[str]) -> Plan:
    """The plan with some of its initiatives."""
    return plan.changed(initiatives=tuple(i for i in plan.initiatives if i.id in initiatives))


def without_owner(plan: Plan, organisation: str) -> Plan:
    """The plan without the initiatives of one organisation."""
    return plan.changed(initiatives=tuple(i for i in plan.initiatives if i.owner != organisation))
