"""What returns say of a year into a plan: figures of rows that are there, and new rows; all else stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from placeplan.core.errors import PlanError, Problem
from placeplan.core.tables import Row
from placeplan.exchange.returns.maps import ReturnMap
from placeplan.exchange.returns.reading import Returns
from placeplan.exchange.told import problem
from placeplan.plan.located import Item
from placeplan.plan.schema import Plan
from placeplan.plan.validate import build


@dataclass(frozen=True)
class Changed:
    """What became of one table."""

    table: str
    changed: int
    """Rows that now have a figure of the returns."""
    added: int
    same: int
    """Rows of the plan of which the returns say nothing, or nothing new."""


def into_plan(plan: Plan, found: Returns, maps: Iterable[ReturnMap], year: str) -> tuple[Plan, list[Changed]]:
    """The plan with the figures of a year.

    A row of a return is the row of the plan with the same key (organisation and line, site and point of delivery …). What
    the return says replaces what the plan says; what it has no column for, or leaves blank, stays.

    Raises:
        PlanError: where the returns say nothing of the year, or one thing twice, or a row that would come of it cannot be.
    """
    if year not in found.years and found.years != [""]:
        what = f"The returns say nothing of {year}; they are of {', '.join(found.years)}."
        raise PlanError([problem("--year", 0, "", "no-return", what, "Say one of these years.")])
    said = found.of(year)
    tables, told, problems = dict(plan.tables), list[Changed](), list[Problem]()
    for block in {b.table: b for m in maps for b in m.blocks if b.table in said}.values():
        keys = [name for name, c in block.columns.items() if c.key] + ([block.period] if block.period else [])
        problems += list(_twice(said[block.table], keys))
        rows, counts, wrong = _merged(plan.tables[block.table], said[block.table], keys)
        problems += wrong
        tables[block.table] = rows
        told.append(Changed(block.table, *counts))
    if problems:
        raise PlanError(problems)
    return plan.changed(tables=tables), told


def _key(row: Row, keys: list[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in keys)


def _twice(items: Iterable[Item[Row]], keys: list[str]) -> Iterator[Problem]:
    """Rows of the returns that speak of one thing."""
    first: dict[tuple[Any, ...], Item[Row]] = {}
    for item in items:
        before = first.setdefault(_key(item.value, keys), item)
        if before is not item:
            who = ", ".join(str(k) for k in _key(item.value, keys) if k not in (None, ""))
            what = f"{who} stands here a second time; the first is in {before.place()}."
            yield problem(item.file, item.row, "", "key-twice", what, "Keep one of the two, or add them up.")


def _merged(
    rows: tuple[Row, ...], items: Iterable[Item[Row]], keys: list[str]
) -> tuple[tuple[Row, ...], tuple[int, int, int], list[Problem]]:  # fmt: skip
    """Rows with what is said of them, new ones last; how many changed, are new, and stayed; problems."""
    new = {_key(item.value, keys): item for item in items}
    found, problems, changed = list[Row](), list[Problem](), 0
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = _key(row, keys)
        item = None if key in seen else new.get(key)
        seen.add(key)
        given = {n: getattr(item.value, n) for n in item.value.model_fields_set} if item else {}
        if item is None or all(_same(getattr(row, n), v) for n, v in given.items() if n not in ("source", "level")):
            found.append(row)
            continue
        data = {n: v for n, v in row.model_dump().items() if v is not None} | given | {"level": "local"}
        made, wrong = build(type(row), data, item)
        problems += wrong
        found.append(made or row)
        changed += 1
    added = [item.value for key, item in new.items() if key not in seen]
    return (*found, *added), (changed, len(added), len(found) - changed), problems


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same, figures to nine digits."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    return bool(one == other)
