"""Plan in, changed plan out: do nothing, do minimum, strict, without one initiative, a provider that fails, another form."""

from __future__ import annotations

from placeplan.core.forms import Form
from placeplan.core.tables import BedStock, ContactCapacity, Row, Site
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


def provider_fails(plan: Plan, organisation: str, beds_lost: float, contacts_lost: float = 0.0) -> Plan:
    """One provider stops its initiatives and loses a share of its beds, and of the contacts that it can give, from the first month."""
    sites = {s.id for s in plan.tables["sites"] if isinstance(s, Site) and s.organisation == organisation}
    sites.add(organisation)
    beds = tuple(
        _fewer(b, beds_lost) if isinstance(b, BedStock) and b.site in sites else b for b in plan.tables["beds"]
    )
    used = next((a.distribution.middle for a in plan.assumptions if a.id == "contacts.used"), 1.0)
    contacts = tuple(
        _fewer_contacts(c, contacts_lost, used) if isinstance(c, ContactCapacity) and c.site in sites else c
        for c in plan.tables.get("contacts", ())
    )
    kept = tuple(i for i in plan.initiatives if i.owner != organisation)
    return plan.changed(initiatives=kept, tables=plan.tables | {"beds": beds, "contacts": contacts})


def _fewer(row: BedStock, share: float) -> Row:
    """A row of beds with a share of them shut; those occupied in the base year stay, as they tell the stays."""
    return row.model_copy(update={"available": row.available * (1.0 - share)})


def _fewer_contacts(row: ContactCapacity, share: float, used: float) -> Row:
    """A door that gives a share less than it could; used: share of its capacity used, where the row does not say."""
    if not share:
        return row
    if row.capacity is not None or share >= 1.0:
        return row.model_copy(update={"capacity": (row.capacity or 0.0) * (1.0 - share)})
    if row.wte is not None and row.contacts_per_wte is not None:
        return row.model_copy(update={"wte": row.wte * (1.0 - share)})
    usual = row.used or (1.0 if row.unmet == "list" else used)
    return row.model_copy(update={"used": usual / (1.0 - share)})
