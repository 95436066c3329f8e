"""Whether returns agree with each other, before anything is run: by the checks that a plan's tables go through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from placeplan.core.errors import Problem
from placeplan.core.tables import Row
from placeplan.exchange.returns.reading import Returns
from placeplan.plan.checks import triangulation
from placeplan.plan.draft import Draft
from placeplan.plan.library import library
from placeplan.plan.located import Item
from placeplan.plan.schema import Plan

BESIDE = ("organisations", "sites", "pods")
"""Tables that returns do not hold and a plan beside them gives."""


@dataclass(frozen=True)
class Agreement:
    """One thing of which two returns speak."""

    name: str
    """In words."""
    tables: tuple[str, ...]
    """Tables that it needs."""
    check: Callable[[Draft], Iterable[Problem]]


AGREEMENTS: tuple[Agreement, ...] = (
    Agreement("staff × rate = pay", ("staff", "money"), triangulation.staff_times_rate_is_pay),
    Agreement("activity ÷ productivity = staff", ("activity", "contacts"), triangulation.activity_over_productivity_is_staff),
    Agreement("bed-days ÷ days = beds", ("activity", "stays", "beds"), triangulation.bed_days_make_the_beds_occupied),
    Agreement("both sides of each contract", ("reconcile",), triangulation.both_sides_of_a_contract_agree),
)  # fmt: skip
"""What returns are asked: the checks of a plan, on the cells of returns."""


@dataclass(frozen=True)
class Difference:
    """Two figures of one thing that do not agree."""

    year: str
    agreement: str
    problem: Problem


def draft_of(found: Returns, year: str, plan: Plan | None = None) -> Draft:
    """What the returns say of a year as a draft of a plan; with what a plan beside them gives."""
    lib = library()
    tables: dict[str, tuple[Item[Row], ...]] = dict(found.of(year))
    tables.setdefault("pods", lib.tables["pods"])
    if plan is not None:
        for name in BESIDE:
            tables[name] = tuple(Item(row, f"{name}.csv", 0) for row in plan.tables[name])
    contracts = tuple(Item(c, f"contracts/{c.id}.yaml", 0) for c in plan.contracts) if plan else ()
    return Draft(
        tables=tables, contracts=contracts, assumptions=lib.assumptions,
        refused=frozenset(f"{table}.csv" for table in found.refused),
    )  # fmt: skip


def differences(found: Returns, plan: Plan | None = None) -> list[Difference]:
    """Everything in which the returns do not agree, year by year."""
    return [
        Difference(year, agreement.name, told)
        for year in found.years
        for draft in (draft_of(found, year, plan),)
        for agreement in AGREEMENTS
        for told in agreement.check(draft)
    ]


def not_asked(found: Returns) -> Mapping[str, tuple[str, ...]]:
    """What could not be asked, and the tables that are lacking or were refused."""
    there = {name for year in found.years for name in found.of(year)} - found.refused
    lacking = {a.name: tuple(t for t in a.tables if t not in there) for a in AGREEMENTS}
    return {name: tables for name, tables in lacking.items() if tables}
