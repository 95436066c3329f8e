"""The steps of a trace: outcomes, assumptions, initiatives, contracts and rows, with their values and sources."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placeplan.baseline.build import Baseline
from placeplan.core.tables import OUTSIDE, SYSTEM, MoneyLine, Row, Spill
from placeplan.effects.base import Primitive
from placeplan.model.outcomes import Outcomes, over
from placeplan.model.relations import of_initiative
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan


@dataclass(frozen=True)
class Node:
    """One step of a trace: an outcome, an assumption, an initiative, a contract or a row of a table."""

    kind: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    equation: str = ""
    """Module and name of the function that computes it."""
    meaning: str = ""
    """How the figure arises: in words of its own, or the first line of that function's docstring."""
    where: str = ""
    """File and line of an input."""
    source: str = ""
    level: str = ""
    made_of: tuple[Node, ...] = field(default=())


@dataclass(frozen=True)
class Traced:
    """What is traced, and where its values come from."""

    plan: Plan
    baseline: Baseline
    outcomes: Outcomes
    months: slice
    future: int | None
    """Position of one future; None for the mean over all."""

    def value(self, name: str, entity: str) -> tuple[float, float, float] | None:
        """Mean (or the one future's value), 10th and 90th percentile over the months asked for."""
        if name not in self.outcomes.series or entity not in self.outcomes[name].entities:
            return None
        series = self.outcomes[name]
        part = series.of(entity)[:, self.months]
        total = over(part, series.yearly)
        if self.future is not None:
            return (float(total[self.future]),) * 3
        low, high = np.quantile(total, [0.1, 0.9])
        return float(total.mean()), float(low), float(high)


Step = Node | tuple[str, str]
"""A step of a trace: a node as it is, or the outcome and entity to go on with."""
Parents = Callable[[Traced, str], Iterator[Step]]


@dataclass(frozen=True)
class Origin:
    """Which function computes an outcome, and what it is made of."""

    equation: str
    parents: Parents


def first_line(equation: str) -> str:
    """First line of the docstring of a function named as ``module.function`` inside placeplan.

    >>> first_line("contracts.block.block_payment")
    'Payment of a month under a block: ``amount × month_share``.'
    """
    module, _, name = equation.rpartition(".")
    target: Any = importlib.import_module(f"placeplan.{module}")
    return str(getattr(target, name).__doc__).strip().splitlines()[0]


def rows(t: Traced, table: str, keep: Callable[[Any], bool], column: str) -> Iterator[Node]:
    """Rows of a table as nodes, with file, line and source."""
    for number, row in enumerate(t.plan.tables[table]):
        if keep(row):
            where = t.plan.places.get(f"table/{table}/{number}", f"{table}.csv")
            yield _row_node(table, row, where, column)


def _row_node(table: str, row: Row, where: str, column: str) -> Node:
    """One row as a node."""
    value = getattr(row, column)
    number = float(value) if isinstance(value, int | float) else None
    unit = str((type(row).model_fields[column].json_schema_extra or {}).get("unit", ""))  # type: ignore[union-attr]
    name = f"{table}.{column}: " + " ".join(str(v) for k, v in row if k in _NAMING and v not in (None, ""))
    return Node("row", name, number, None, None, unit, where=where, source=row.source, level=row.level)


_NAMING = ("id", "organisation", "site", "specialty", "pod", "pool", "area", "line", "sex", "age", "year", "month")


def assumption(t: Traced, quantity: float | str, entity: str = "") -> Iterator[Node]:
    """An assumption as a node, with what was drawn; nothing for a plain number or a blank."""
    if not isinstance(quantity, str) or not quantity:
        return
    found = next((a for a in t.plan.assumptions if a.id == quantity), None)
    drawn = t.outcomes.draws.get(f"{quantity}@{entity}", t.outcomes.draws.get(quantity))
    if found is None or drawn is None:
        return
    if t.future is not None:
        value = low = high = float(drawn[t.future])
    else:
        value, (low, high) = float(drawn.mean()), (float(q) for q in np.quantile(drawn, [0.1, 0.9]))
    where = t.plan.places.get(f"assumption/{quantity}", "assumptions.yaml")
    yield Node(
        "assumption", quantity, value, low, high, found.unit, meaning=found.about, where=where, source=found.source,
        level=found.level,
    )  # fmt: skip


def initiative(t: Traced, id_: str) -> Iterator[Node]:
    """An initiative as a node, with its assumptions."""
    i = next((i for i in t.plan.initiatives if i.id == id_), None)
    if i is None:
        return
    quantities = [i.peak, i.delay, *(q for e in i.effects for q in e.quantities())]
    if i.capital:
        quantities += [i.capital.secured, i.capital.overrun]
    quantities += [q for r in of_initiative(i, t.plan.relationships) for q in (r.weight, r.delay, r.leaves)]
    drawn = [n for q in dict.fromkeys(str(q) for q in quantities if isinstance(q, str)) for n in assumption(t, q, id_)]
    where = t.plan.places.get(f"initiative/{id_}", f"initiatives/{id_}.yaml")
    yield Node(
        "initiative", id_, None, None, None, "", meaning=i.name, where=where, source=i.source, made_of=tuple(drawn)
    )


def primitives(i: Initiative) -> list[Primitive]:
    """The elementary actions of an initiative."""
    return [p for e in i.effects for p in e.primitives()]


def organisations_of(t: Traced) -> list[str]:
    """Organisations with a position of their own."""
    return [e for e in t.outcomes["position"].entities if e != SYSTEM]


def lines_of(t: Traced, org: str, *directions: str) -> list[MoneyLine]:
    """Money lines of an organisation."""
    every = (r for r in t.plan.tables["money"] if isinstance(r, MoneyLine))
    return [r for r in every if r.organisation == org and r.direction in directions]


def initiative_outcomes(*outcomes: str) -> Parents:
    """Parents of an outcome by initiative: other outcomes of it, and the initiative itself."""

    def parents(t: Traced, entity: str) -> Iterator[Step]:
        yield from ((name, entity) for name in outcomes)
        yield from initiative(t, entity)

    return parents


def coming(t: Traced, entity: str) -> Iterator[Step]:
    """What spills from other doors to the care of one site: ``site/pod``."""
    site, _, pod = entity.partition("/")
    doors = t.outcomes["spilled"].entities if "spilled" in t.outcomes.series else ()
    for s in t.plan.tables.get("spills", ()):
        if isinstance(s, Spill) and s.to_pod == pod:
            own = [d for d in doors if d.partition("/")[2] == s.pod and not d.startswith(f"{SYSTEM}/")]
            yield from (("spilled", d) for d in own if site in (s.to_site or d.partition("/")[0], OUTSIDE))
