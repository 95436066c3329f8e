"""Checks of contracts: who pays whom, for what, when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from placeplan.core.errors import Problem
from placeplan.plan.checks.base import check, listed, unknown
from placeplan.plan.checks.effects import primitives
from placeplan.plan.checks.tables import active_pod, run_months
from placeplan.plan.draft import Draft


@check("unknown-organisation", "look-alike")
def sides_are_known(draft: Draft) -> Iterator[Problem]:
    """Payer, payee and the other partners of a pool are organisations of the plan."""
    for item in draft.contracts:
        for side in ("payer", "payee"):
            yield from unknown(draft, item, "organisation", getattr(item.value, side), side)
        for name, at in item.value.parties():
            yield from unknown(draft, item, "organisation", name, at)


@check("unknown-area", "look-alike")
def areas_of_contracts_are_known(draft: Draft) -> Iterator[Problem]:
    """The areas for whose people a contract pays are in the plan."""
    for item in draft.contracts:
        for n, area in enumerate(item.value.areas):
            yield from unknown(draft, item, "area", area, ("areas", n))


@check("payer-is-payee")
def nobody_pays_themselves(draft: Draft) -> Iterator[Problem]:
    """Payer and payee differ."""
    for item in draft.contracts:
        if item.value.payer == item.value.payee:
            what = f"{item.value.payer} pays itself."
            yield item.problem("payer-is-payee", what, "Name the other side, or take the contract away.", "payee")


@check("unknown-pod", "pod-without-activity", "look-alike")
def contracts_pay_for_activity(draft: Draft) -> Iterator[Problem]:
    """The pods of a contract are in the plan and have activity."""
    for item in draft.contracts:
        for pod in item.value.pods():
            yield from active_pod(draft, item, pod, item.find(pod))
        for n, planned in enumerate(item.value.activity_plan):
            yield from active_pod(draft, item, planned.pod, ("activity_plan", n, "pod"))


@check("unknown-assumption", "look-alike")
def prices_are_known(draft: Draft) -> Iterator[Problem]:
    """Prices, bounds and uplift name assumptions of the plan or the library."""
    for item in draft.contracts:
        for name in dict.fromkeys(item.value.assumptions()):
            for at in item.find_each(name):
                yield from unknown(draft, item, "assumption", name, at)


@check("ends-before-start", "outside-run")
def contracts_fall_in_the_run(draft: Draft) -> Iterator[Problem]:
    """A contract ends after it starts, and pays at some time of the run."""
    run = run_months(draft)
    for item in draft.contracts:
        first = item.value.starts if item.value.starts != "by_initiative" else None
        last = item.value.ends
        if first and last and last < first:
            what = f"It ends in {last}, before it starts in {first}."
            yield item.problem("ends-before-start", what, "Mend one of the two months.", "ends")
        elif run and ((first and first > run[1]) or (last and last < run[0])):
            at, month = ("starts", first) if first and first > run[1] else ("ends", last)
            what = f"{month} leaves it no month of the run, {run[0]} to {run[1]}."
            yield item.problem("outside-run", what, "Mend the month, or take the contract away.", at)


@check("contract-not-waiting")
def replacing_contracts_wait(draft: Draft) -> Iterator[Problem]:
    """A contract that an initiative begins does not begin by itself."""
    contracts = {i.value.id: i for i in draft.contracts}
    for initiative, _, p in primitives(draft):
        item = contracts.get(p.new) if p.new else None
        if item is not None and item.value.starts != "by_initiative":
            what = f"Initiative {initiative.value.id} begins it, and it starts {item.value.starts or 'with the run'}."
            yield item.problem("contract-not-waiting", what, "Write starts: by_initiative.", "starts")


@check("contract-never-starts")
def waiting_contracts_are_begun(draft: Draft) -> Iterator[Problem]:
    """A waiting contract is begun by some initiative, or with a freedom of a stage."""
    begun = {p.new for _, _, p in primitives(draft)}
    begun |= {s.new for item in draft.stages for f in item.value.freedoms for s in f.begins}
    for item in draft.contracts if draft.whole_elements() else ():
        if item.value.starts == "by_initiative" and item.value.id not in begun:
            what = (
                "No initiative has a recontract effect that begins it, and no stage has a freedom with which it does."
            )
            yield item.warning("contract-never-starts", what, "Add the effect, or a start.", "starts")


@check("cap-below-agreed")
def caps_leave_room_for_what_is_agreed(draft: Draft) -> Iterator[Problem]:
    """The most that is paid does not lie below what agreed care comes to at its price."""
    middles = {i.value.id: i.value.distribution for i in draft.assumptions}
    for item in draft.contracts:
        capped = item.value.capped()
        if capped is None:
            continue
        cap, contacts, price = capped
        if isinstance(price, str):
            price = float(middles[price].quantile(np.array([0.5]))[0]) if price in middles else 0.0
        if cap < contacts * price:
            what = f"At most £{cap:,.0f} a year is paid, and {contacts:,.0f} agreed {listed(item.value.pods())} come to £{contacts * price:,.0f}."
            yield item.warning("cap-below-agreed", what, "Raise the cap, or agree on fewer.", "cap")
