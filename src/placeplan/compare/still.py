"""What moves a place away from its base year, and what it is for each of these movers to stand still.

A mover is switched off by putting its assumptions at the value that leaves the base year as it was, and its tables at the
base year's rows. What has no such value – how posts, lists and care at home go on from where they stood, the calendar,
terms of a contract that change by themselves, and day-to-day chance, which differs between the two years – cannot be
switched: it shows as what was under way already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from placeplan.core.calendar import months_from
from placeplan.core.tables import AreaPeople, MoneyLine, Projection, Row
from placeplan.plan.schema import Plan

Kind = Literal["driver", "commitment", "initiative"]
Held = Literal["people", "dates"]
"""Tables that are kept as in the base year: the projection of people; what begins or ends on a date."""

NAMES: dict[str, str] = {
    "people": "People and their ages",
    "demand": "Demand beyond people and age",
    "prices": "Pay and prices",
    "funding": "Funding and tariffs",
    "efficiency": "Efficiency that comes each year",
    "unforeseen": "Cost that nobody foresaw",
    "committed": "What begins or ends on a date",
}
"""Movers beside initiatives, in their order."""
STILL: dict[str, tuple[str, float]] = {
    "people.total": ("people", 0.0),
    "people.old": ("people", 0.0),
    "people.health_shift": ("people", 0.0),
    "departure.sd": ("demand", 0.0),
    "departure.provider": ("demand", 0.0),
    "shock.probability": ("demand", 0.0),
    "stay.trend": ("demand", 0.0),
    "growth.other": ("demand", 0.0),
    "prices.pay": ("prices", 0.0),
    "prices.general": ("prices", 0.0),
    "departure.cost": ("unforeseen", 0.0),
    "efficiency.background": ("efficiency", 0.0),
}
"""Assumptions that the model reads by name: their mover, and the value at which the base year stays as it was."""


@dataclass(frozen=True)
class Mover:
    """Something that changes a figure between the base year and a later one, and can be made to stand still."""

    id: str
    name: str
    kind: Kind
    still: Mapping[str, float] = field(default_factory=dict)
    """Assumptions with the values at which they change nothing."""
    holds: Held | None = None
    """Tables that are kept as in the base year when it stands still."""


def movers(plan: Plan) -> tuple[Mover, ...]:
    """Everything of a plan that moves and can be switched: drivers, commitments, then initiatives in order of id."""
    known = {a.id for a in plan.assumptions}
    by_mover: dict[str, dict[str, float]] = {name: {} for name in NAMES}
    for assumption, (mover, value) in _roles(plan).items():
        if assumption in known:
            by_mover[mover][assumption] = value
    holds: dict[str, Held] = {}
    if plan.tables.get("population") or plan.tables.get("components"):
        holds["people"] = "people"
    if as_in_base_year(plan, frozenset({"dates"})) is not plan:
        holds["committed"] = "dates"
    drivers = [
        Mover(id_, name, "commitment" if id_ == "committed" else "driver", by_mover[id_], holds.get(id_))
        for id_, name in NAMES.items()
        if by_mover[id_] or id_ in holds
    ]
    own = sorted(plan.initiatives, key=lambda i: i.id)
    return (*drivers, *(Mover(i.id, i.name, "initiative") for i in own))


def _roles(plan: Plan) -> dict[str, tuple[str, float]]:
    """By assumption, its mover and the value at which it stands still: growth of a price or a volume stands still at 0.

    A contract's uplift and growth are funding. What a money line names is funding where more income than cost follows it.
    """
    found: dict[str, tuple[str, float]] = {}
    weight: dict[str, float] = {}
    for line in plan.tables.get("money", ()):
        if not isinstance(line, MoneyLine):
            continue
        sign = -1.0 if line.direction == "cost" else 1.0
        for name, mover in ((line.growth, "demand"), (line.inflator, "prices")):
            if name:
                weight[name] = weight.get(name, 0.0) + sign * abs(line.amount)
                found.setdefault(name, (mover, 0.0))
    for name, pounds in weight.items():
        if pounds > 0:
            found[name] = ("funding", 0.0)
    for contract in plan.contracts:
        grown = (contract.uplift, *(p.growth for p in contract.activity_plan))
        found.update({name: ("funding", 0.0) for name in grown if isinstance(name, str) and name})
    pods = {f"growth.{getattr(row, 'id', '')}" for row in plan.tables.get("pods", ())}
    pods |= {f"growth.{getattr(row, 'pod', '')}" for row in plan.tables.get("activity", ())}
    return found | dict.fromkeys(sorted(pods), ("demand", 0.0)) | STILL


def as_in_base_year(plan: Plan, held: frozenset[Held]) -> Plan:
    """The plan with some tables kept as in the base year; the plan itself where that changes nothing.

    ``people``: the projection stays at the people of the base year. ``dates``: beds, organisations and contracts that
    begin after the base year never do, and those that end after it stay.
    """
    tables: dict[str, tuple[Row, ...]] = {}
    if "people" in held:
        tables["population"] = tuple(_same_people(plan))
    contracts = plan.contracts
    if "dates" in held:
        last, never = _ends(plan)
        for table in ("beds", "organisations"):
            rows = plan.tables.get(table, ())
            kept = tuple(_undated(r, "valid_from", "valid_to", last, never) for r in rows)
            if any(new is not old for new, old in zip(kept, rows, strict=True)):
                tables[table] = kept
        contracts = tuple(_undated(c, "starts", "ends", last, never) for c in plan.contracts)
    same = all(new is old for new, old in zip(contracts, plan.contracts, strict=True))
    return plan if same and not tables else plan.changed(tables=plan.tables | tables, contracts=contracts)


def _same_people(plan: Plan) -> Iterator[Projection]:
    """A projection in which the people of the base year are those of the year after."""
    for row in plan.tables["areas"]:
        if isinstance(row, AreaPeople):
            yield Projection(
                area=row.area, sex=row.sex, age=row.age, year=int(plan.about.start[:4]) + 1, people=row.people,
                source="The base year's people",
            )  # fmt: skip


def _ends(plan: Plan) -> tuple[str, str]:
    """The base year's last month, and a month after the run."""
    run = months_from(plan.about.start, plan.about.months + 1)
    return run[11], run[-1]


def _undated(item: Any, first: str, end: str, last: str, never: str) -> Any:
    """A row or contract without what happens to it after the base year."""
    starts, ends = getattr(item, first), getattr(item, end)
    change: dict[str, Any] = {}
    if starts not in (None, "by_initiative", never) and starts > last:
        change[first] = never
    if ends is not None and ends >= last:
        change[end] = None
    return item.model_copy(update=change) if change else item
