"""What moves the money of a place, in three groups: how much care there is, what is paid for it, what it costs to give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from placeplan.core.tables import MoneyLine, Organisation, StaffGroup
from placeplan.futures.assumptions import DRIVERS
from placeplan.model.draws import CHANCE
from placeplan.plan.schema import Plan

Risk = Literal["volume", "price", "cost"]
RISKS: tuple[Risk, ...] = ("volume", "price", "cost")
WORDS: Mapping[Risk, str] = {
    "volume": "how much care is given",
    "price": "what is paid for the same care",
    "cost": "what the same care costs to give",
}
"""Each in words."""
OF_COST = frozenset({"efficiency", "posts", "prices"})
"""Drivers of what care costs, where no contract pays by them alone."""
PAY = "prices.pay"
BUYS = ("commissioner", "outside")
"""Types of organisation that buy care and give none."""
LIVE: Mapping[Risk, frozenset[str]] = {
    "volume": frozenset({*DRIVERS, "other", CHANCE}) - OF_COST,
    "price": frozenset({"price"}),
    "cost": frozenset({"cost"}),
}
"""By risk, the groups that move where it alone does; chance of days goes with volume."""


def groups(plan: Plan) -> dict[str, str]:
    """By assumption, the group with which it moves: ``price``, ``cost``, or its driver, which is of volume.

    *Cost*: what a cost line of whoever gives care follows, pay, efficiency, and posts to fill. *Price*: what
    contracts name – prices, amounts, uplifts – and what income follows, such as a commissioner's allocation. A contract that
    follows what care costs names a cost: it passes that on. *Volume*: all else.
    """
    gives = {o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type not in BUYS}
    lines = [r for r in plan.tables.get("money", ()) if isinstance(r, MoneyLine)]
    costs = {r.inflator for r in lines if r.direction == "cost" and r.organisation in gives}
    if any(isinstance(r, StaffGroup) for r in plan.tables.get("staff", ())):
        costs.add(PAY)
    grown = {p.growth for c in plan.contracts for p in c.activity_plan}
    named = {a for c in plan.contracts for a in (*c.quantities(), c.uplift)} - grown
    income = {q for r in lines if r.direction == "income" for q in (r.inflator, r.growth)}
    found = {}
    for a in plan.assumptions:
        if a.id in costs:
            found[a.id] = "cost"
        elif a.id in named or (a.driver == "prices" and a.id in income):
            found[a.id] = "price"
        else:
            found[a.id] = "cost" if a.driver in OF_COST else a.driver
    return found
