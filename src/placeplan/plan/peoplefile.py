"""The folder that `placeplan population` reads: tables of people, rates, variants and totals, checked together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.core.tables import (
    PRINCIPAL,
    AreaPeople,
    Component,
    Member,
    Projection,
    Row,
    Total,
    Variant,
    age_edges,
)
from placeplan.plan.checks import cohorts, sums
from placeplan.plan.checks.base import listed, unknown
from placeplan.plan.csvfile import read_table
from placeplan.plan.draft import Draft
from placeplan.plan.located import Item, problem
from placeplan.plan.textfile import read_text

R = TypeVar("R", bound=Row)
READ: dict[str, type[Row]] = {
    "areas": AreaPeople, "components": Component, "population": Projection, "variants": Variant, "totals": Total,
    "members": Member,
}  # fmt: skip
"""Tables that are read, by name; only areas.csv has to be there, and one of components, population and totals."""
UNIQUE = {
    "areas": ("area", "sex", "age"), "components": ("area", "sex", "age"), "population": ("area", "sex", "age", "year"),
    "variants": ("variant",), "totals": ("of", "sex", "age", "year", "variant"), "members": ("area",),
}  # fmt: skip


@dataclass(frozen=True)
class PeopleFolder:
    """What was read, row by row with its place."""

    tables: dict[str, tuple[Item[Any], ...]]
    others: tuple[str, ...]
    """Files that are there and were not read."""

    def rows(self, name: str, cls: type[R]) -> tuple[R, ...]:
        """Bare rows of a table."""
        return tuple(i.value for i in self.tables.get(name, ()) if isinstance(i.value, cls))

    def at(self, total: Total) -> Item[Any]:
        """Where a total stands."""
        return next(i for i in self.tables["totals"] if i.value is total)


def read_people(
    folder: Path, made: Mapping[str, Sequence[Row]] | None = None, read: Collection[str] = ()
) -> PeopleFolder:
    """The tables of the folder; raises PlanError with every problem that they have.

    Args:
        folder: holds the tables.
        made: tables that the folder has not, as they were made of other files.
        read: the files that they were made of.
    """
    if not folder.is_dir():
        what = f"“{folder}” is a file." if folder.is_file() else f"There is no folder “{folder}”."
        mend = "Give the folder that holds areas.csv."
        raise PlanError([problem(folder.name, 0, "", "no-plan", what, mend)])
    problems: list[Problem] = []
    given = made or {}
    tables = {
        name: tuple(Item(row, row.source, 0) for row in given[name])
        if name in given
        else _table(folder, name, cls, problems)
        for name, cls in READ.items()
    }
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    others = tuple(n for n in names if n.removesuffix(".csv") not in READ and n not in read)
    if not any(f"{n}.csv" in names or n in given for n in ("components", "population", "totals")):
        near = next((n for n in others if nearest(n, ["components.csv", "population.csv", "totals.csv"])), "")
        what = "Nothing says how people change: there is no components.csv, population.csv or totals.csv."
        mend = f"Add one of them{f'; “{near}” may be misspelt' if near else ''}."
        problems.append(problem("components.csv", 0, "", "missing-file", what, mend))
    draft = Draft(tables=dict(tables), refused=frozenset(p.file for p in problems))
    problems += _checked(draft)
    if problems:
        raise PlanError(problems)
    return PeopleFolder(tables, others)


def _table(folder: Path, name: str, cls: type[Row], problems: list[Problem]) -> tuple[Item[Any], ...]:
    path = folder / f"{name}.csv"
    if not path.exists():
        if name == "areas":
            what, mend = "areas.csv is missing.", "Add people of the base year, by area, sex and age."
            problems.append(problem("areas.csv", 0, "", "missing-file", what, mend))
        return ()
    text = read_text(path, path.name)
    if isinstance(text, Problem):
        problems.append(text)
        return ()
    items, _, wrong = read_table(text, path.name, cls)
    problems += wrong
    if not items and not wrong:
        what, mend = f"{path.name} has a header and no row.", "Add its rows, or take the file away."
        problems.append(problem(path.name, 1, "", "empty-table", what, mend))
    return items


def _checked(draft: Draft) -> Iterator[Problem]:
    """Everything that is wrong between rows and tables."""
    for check in (
        sums.an_area_has_one_name, sums.ages_follow_each_other, sums.ages_are_the_same_everywhere, sums.areas_have_people,
        sums.projections_lie_in_their_range, cohorts.components_make_a_projection,
    ):  # fmt: skip
        yield from check(draft)
    for name in READ:
        yield from _stand_once(draft, name)
    for item in draft.rows("population", Projection):
        yield from unknown(draft, item, "area", item.value.area, "area")
    for member in draft.rows("members", Member):
        yield from unknown(draft, member, "area", member.value.area, "area")
    yield from _variants(draft)
    if draft.whole("areas", "members") and draft.tables["areas"]:
        yield from _totals(draft)


def _stand_once(draft: Draft, name: str) -> Iterator[Problem]:
    first: dict[tuple[Any, ...], int] = {}
    for item in draft.tables.get(name, ()):
        key = tuple(getattr(item.value, c) for c in UNIQUE[name])
        if key in first:
            said = ", ".join(f"{c} {v}" for c, v in zip(UNIQUE[name], key, strict=True) if v)
            what = f"Line {item.row} repeats line {first[key]}: {said}."
            yield item.problem("duplicate-row", what, "Keep one of the two rows.", UNIQUE[name][0])
        first.setdefault(key, item.row)


def _variants(draft: Draft) -> Iterator[Problem]:
    """A driver has one low and one high variant."""
    first: dict[tuple[str, str], Item[Variant]] = {}
    for item in draft.rows("variants", Variant):
        driver, side = item.value.driver, item.value.side
        if bool(driver) != bool(side) or (driver and item.value.variant == PRINCIPAL):
            what = "A variant has both driver and side, or neither; the principal one has neither."
            yield item.problem("variant-unpaired", what, "Fill in both, or leave both blank.", "driver")
        elif driver:
            before = first.setdefault((driver, side), item)
            if before is not item:
                what = f"{item.value.variant} is {side} for {driver}, and so is {before.value.variant}."
                mend = "Keep one of them, or leave driver and side of the other blank: it is shown then."
                yield item.problem("variant-unpaired", what, mend, "side")


def _totals(draft: Draft) -> Iterator[Problem]:
    """Totals are of areas or parents, on edges of age bands, and count nobody twice."""
    areas = {i.value.area for i in draft.rows("areas", AreaPeople)}
    parents = {i.value.parent for i in draft.rows("members", Member)}
    others = {i.value.of for i in draft.rows("totals", Total)} - areas - parents
    edges = {age_edges(i.value.age) for i in draft.rows("areas", AreaPeople)}
    starts, ends = {a for a, _ in edges}, {b for _, b in edges}
    told: set[str] = set()
    for item in draft.rows("totals", Total):
        name = item.value.of
        if name in others and (parents or len(others) > 1) and name not in told:
            told.add(name)
            near = nearest(name, areas | parents)
            what = f"Nothing says which areas belong to “{name}”."
            mend = f"Write “{near}”, or add its areas to members.csv." if near else "Add its areas to members.csv."
            yield item.problem("unknown-area", what, mend, "of", near)
        first, last = age_edges(item.value.age)
        if first not in starts or last not in ends or last < first:
            what = f"Ages {item.value.age} cut through a band of areas.csv."
            mend = f"Let totals begin and end where its bands do: {listed({i.value.age for i in draft.rows('areas', AreaPeople)}, 30)}."
            yield item.problem("ages-differ", what, mend, "age")
    yield from _twice(draft)


def _twice(draft: Draft) -> Iterator[Problem]:
    """No two totals of one area or parent, year and variant hold the same people."""
    seen: dict[tuple[str, int, str, str], list[Item[Total]]] = {}
    for item in draft.rows("totals", Total):
        row = item.value
        first, last = age_edges(row.age)
        for sex in ("F", "M") if row.sex == "all" else (row.sex,):
            before = seen.setdefault((row.of, row.year, row.variant, sex), [])
            twin = next(
                (b for b in before if age_edges(b.value.age)[0] <= last and first <= age_edges(b.value.age)[1]), None
            )
            if twin is not None and (twin.value.sex, twin.value.age) != (row.sex, row.age):
                what = f"It holds people who are in the total of line {twin.row} as well."
                yield item.problem("totals-overlap", what, "Give totals that share nobody.", "age")
                break
            before.append(item)
