"""Checks of what the forms of contract say: measures, pools, shares of other payments, activity plans."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.contracts.base import At, Contract
from placeplan.contracts.measures import Condition, Measure
from placeplan.core.errors import Problem, nearest
from placeplan.core.outcomes import OUTCOMES
from placeplan.core.tables import Pod
from placeplan.plan.checks.base import check, known, listed, not_an_aim, unknown
from placeplan.plan.checks.entities import entities_of
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item

EXACT = 1e-6
"""How far shares that sum to 1 may lie off."""
FAR = 2.0
"""A share above this is a percentage."""


def _measures(draft: Draft) -> Iterator[tuple[Item[Contract], Measure, At]]:
    for item in draft.contracts:
        yield from ((item, m, at) for m, at in item.value.measures())


@check("unknown-outcome")
def contracts_measure_outcomes(draft: Draft) -> Iterator[Problem]:
    """What a contract measures is an outcome of the model, and one that may be an aim."""
    for item, measure, at in _measures(draft):
        yield from not_an_aim(item, measure.outcome, (*at, "outcome"))


@check("unknown-site", "unknown-initiative", "look-alike")
def measures_are_of_somebody(draft: Draft) -> Iterator[Problem]:
    """What a contract measures is of an organisation, a site, a pod, an initiative, a contract or the system."""
    others = known(draft, "initiative") | known(draft, "contract") | known(draft, "pod") | known(draft, "assumption")
    for item, measure, at in _measures(draft):
        name = measure.entity.partition("/")[0]
        if measure.outcome in ("uptake", "started"):
            yield from unknown(draft, item, "initiative", name, (*at, "entity"))
        else:
            yield from unknown(draft, item, "site", name, (*at, "entity"), ("system", *others))


@check("unknown-entity")
def measures_are_computed(draft: Draft) -> Iterator[Problem]:
    """What a contract measures is computed of whom it measures; a part of a contract's payment stands behind its id and a slash."""
    there = {n for kind in ("site", "initiative", "contract", "pod", "assumption") for n in known(draft, kind)} | {
        "system"
    }
    for item, measure, at in _measures(draft):
        computed, name = entities_of(draft, measure.outcome), measure.entity.partition("/")[0]
        own = name if measure.outcome == "contract_payment" else measure.entity
        if computed and name in there and own not in computed:
            near = nearest(measure.entity, sorted(computed))
            some = sorted(e for e in computed if e.partition("/")[0] == name) or sorted(computed)
            what = f"The model has no {measure.outcome} of “{measure.entity}”."
            mend = f"Write “{near}”, or another of: {listed(some)}." if near else f"Write one of: {listed(some)}."
            yield item.problem("unknown-entity", what, mend, (*at, "entity"), near)


@check("above-one")
def bounds_of_shares_are_shares(draft: Draft) -> Iterator[Problem]:
    """A bound or a baseline of an outcome that is a share is one."""
    for item, measure, at in _measures(draft):
        bounds = {(*at, side): getattr(measure, side, None) for side in ("at_least", "at_most")}
        bounds[("baseline",)] = getattr(item.value, "baseline", None)
        for path, bound in bounds.items():
            share = measure.outcome in OUTCOMES and OUTCOMES[measure.outcome].share
            if share and isinstance(bound, float) and bound > FAR:
                what = f"{measure.outcome} is a share; {bound:g} is far above 1."
                yield item.problem("above-one", what, "Write a share: 92 % is 0.92.", path)


@check("no-bound", "bounds-cross")
def conditions_can_be_met_and_missed(draft: Draft) -> Iterator[Problem]:
    """A condition has a bound, and its bounds leave room."""
    for item, condition, at in _measures(draft):
        if not isinstance(condition, Condition):
            continue
        low, high = condition.at_least, condition.at_most
        if low is None and high is None:
            what, mend = "It has neither at_least nor at_most.", "Give at_least, at_most, or both."
            yield item.problem("no-bound", what, mend, at)
        elif isinstance(low, float) and isinstance(high, float) and low > high:
            what = f"at_least is {low:g}, above at_most {high:g}."
            yield item.problem("bounds-cross", what, "Mend one of the two.", (*at, "at_least"))


@check(
    "bounds-cross", "payer-not-contributing", "balance-not-shared", "pool-too-small", "negative", "no-effect", "pays-without-gain",
    "price-of-zero", "contact-paid-twice",
)  # fmt: skip
def contracts_hold_together(draft: Draft) -> Iterator[Problem]:
    """What a form of contract finds in its own fields: floors above caps, pools that do not add up."""
    for item in draft.contracts:
        for fault in item.value.faults():
            tell = item.warning if fault.asked else item.problem
            yield tell(fault.code, fault.what, fault.mend, fault.at, fault.nearest)


@check("unknown-contract", "share-of-a-share", "look-alike")
def shares_are_of_a_payment(draft: Draft) -> Iterator[Problem]:
    """A share of a payment names a contract that pays for itself."""
    contracts = {i.value.id: i.value for i in draft.contracts}
    for item in draft.contracts:
        for name in item.value.rests_on():
            yield from unknown(draft, item, "contract", name, "share_of")
            if name in contracts and contracts[name].rests_on():
                what = f"{name} is itself a share of {contracts[name].rests_on()[0]}."
                yield item.problem("share-of-a-share", what, "Name the contract that pays for the care.", "share_of")


@check("profile-not-one", "turned-away")
def activity_plans_can_be_kept(draft: Draft) -> Iterator[Problem]:
    """A plan's months sum to its year, and it does not turn emergencies away unasked."""
    urgent = {i.value.id for i in draft.rows("pods", Pod) if i.value.beds == "emergency"}
    for item in draft.contracts:
        for n, plan in enumerate(item.value.activity_plan):
            at = ("activity_plan", n)
            if plan.profile is not None and abs(sum(plan.profile) - 1.0) > EXACT:
                what = f"The months of {plan.pod} sum to {sum(plan.profile):g}."
                yield item.problem("profile-not-one", what, "Mend the shares so that they sum to 1.", (*at, "profile"))
            if plan.pod in urgent:
                what = f"Beyond {plan.contacts:,.0f} a year {item.value.payee} would turn {plan.pod} away."
                mend = "Limit planned care, or pay less beyond a baseline (piecewise)."
                yield item.warning("turned-away", what, mend, (*at, "pod"))
