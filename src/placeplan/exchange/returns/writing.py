"""Returns from a plan: its base year as the tables have it, later years as the middle of its futures."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from placeplan.core.tables import Reconciliation, Row
from placeplan.exchange.returns.headline import HEADINGS, measured
from placeplan.exchange.returns.maps import YEAR, YEARS, Block, ReturnMap
from placeplan.model.outcomes import Outcomes
from placeplan.plan.schema import Plan

Cell = str | float | None
Key = tuple[Cell, ...]
Figures = dict[tuple[str, str], Cell]
"""Figures by field and year."""
PAID = "contract_payment"
ABOUT = 2
"""Rows above the headings that say what a sheet is."""


@dataclass(frozen=True)
class Written:
    """A sheet to be written: its name, what it is about, headings and rows."""

    name: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass
class Returned:
    """Returns by name, each with its sheets, and what of the plan they do not hold."""

    books: dict[str, list[Written]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def returns_of(plan: Plan, maps: Mapping[str, ReturnMap], outcomes: Outcomes | None = None) -> Returned:
    """The returns of a plan by layouts.

    Args:
        plan: the plan.
        maps: layouts by name.
        outcomes: what a run of it found; without it the base year alone is written.
    """
    made = Returned()
    for name, layout in maps.items():
        sheets = [_sheet(plan, block, outcomes, made.told) for block in layout.blocks]
        made.books[name] = [sheet for sheet in sheets if sheet.rows]
        made.told += [
            f"{plan.about.name} has no {b.table}: sheet “{b.sheet}” is left out."
            for b, s in zip(layout.blocks, sheets, strict=True)
            if not s.rows
        ]
    if outcomes is not None:
        rows = tuple(measured(outcomes))
        head = (*HEADINGS, *_columns(outcomes))
        made.books.setdefault(next(reversed(made.books), "headline"), []).append(
            Written("Headline measures", _about(plan), head, rows)
        )
    return made


def _columns(outcomes: Outcomes) -> Iterator[str]:
    for year in outcomes.years:
        yield from (f"{year} middle", f"{year} 1 in 10 below", f"{year} 1 in 10 above")


def _about(plan: Plan) -> str:
    return f"{plan.about.name}: {plan.about.place}{' (made up)' if plan.about.synthetic else ''}"


def _sheet(plan: Plan, block: Block, outcomes: Outcomes | None, told: list[str]) -> Written:
    """One sheet: a row for each key, a column for each year where there is one by year."""
    keyed = _filled(plan, block, outcomes, told)
    years = sorted({y for values in keyed.values() for _, y in values} or {plan.about.base_year})
    fixed = [c.heading for c in block.columns.values() if not c.yearly]
    used = [
        (name, year)
        for year in years
        for name, c in block.columns.items()
        if c.yearly and (not c.optional or any(v.get((name, year)) is not None for v in keyed.values()))
    ]
    head = (*fixed, *(block.columns[name].heading.replace(YEAR, year) for name, year in used))
    rows = tuple((*key, *(values.get(at) for at in used)) for key, values in keyed.items())
    return Written(block.sheet, _about(plan), head, rows)


def _filled(plan: Plan, block: Block, outcomes: Outcomes | None, told: list[str]) -> dict[Key, Figures]:
    """The figures of a sheet by key, field and year; what has no place on it is told."""
    table, base = block.table, plan.about.base_year
    given = [*plan.tables[table], *(_contracts(plan, outcomes) if table == "reconcile" else ())]
    rows = [r for r in given if _held(r, block)]
    if len(rows) < len(given):
        told.append(f"{table}: {len(given) - len(rows)} rows have no place on “{block.sheet}”.")
    lost = sorted({name for r in rows for name in _lost(r, block)})
    if lost:
        told.append(f"{table}: “{block.sheet}” has no column for {', '.join(lost)}.")
    keyed: dict[Key, Figures] = defaultdict(dict)
    for row in rows:
        year, key = str(getattr(row, block.period)) if block.period else base, _key(row, block)
        named = [n for n, c in block.columns.items() if c.yearly]
        if any((name, year) in keyed[key] for name in named):
            told.append(f"{table}: two rows of {_said(key)} are one on “{block.sheet}”; the first is written.")
            continue
        keyed[key] |= {(name, year): _number(getattr(row, name), block, name) for name in named}
        for at, later in _later(row, block, outcomes, year).items():
            keyed[key].setdefault(at, later)
    return keyed


def _contracts(plan: Plan, outcomes: Outcomes | None) -> Iterator[Reconciliation]:
    """Both sides of each contract of which the plan says nothing itself: the base year as the model has it."""
    said = {r.entity for r in plan.tables["reconcile"] if isinstance(r, Reconciliation) and r.outcome == PAID}
    series = outcomes.series.get(PAID) if outcomes else None
    for c in (c for c in plan.contracts if series and c.id in series.entities and c.id not in said):
        assert series is not None
        published = float(f"{np.median(series.by_year(c.id)[:, 0]):.6g}")
        for side in (c.payer, c.payee):
            yield Reconciliation(
                what=f"{c.id}, {side}", organisation=side, outcome=PAID, entity=c.id, period=plan.about.base_year,
                statistic="sum", published=published, unit="£", kind="predicted", source="the model",
            )  # fmt: skip


def _held(row: Row, block: Block) -> bool:
    """Whether a row is what the sheet holds: its constants are those of the sheet."""
    if block.period and not re.fullmatch(YEARS, str(getattr(row, block.period))):
        return False
    plain = {name: text for name, text in block.constants.items() if "{" not in text}
    return all(str(getattr(row, name)) == text for name, text in plain.items())


def _lost(row: Row, block: Block) -> Iterator[str]:
    """Fields that the row says and the sheet has no column for."""
    known = {*block.columns, *block.constants, block.period, "source", "level", "note"}
    for name, of in type(row).model_fields.items():
        if name not in known and getattr(row, name) != of.get_default(call_default_factory=True):
            yield name


def _key(row: Row, block: Block) -> tuple[Cell, ...]:
    """What tells a row of the sheet from the others: its columns that are not by year, in the return's words."""
    found: list[Cell] = []
    for name, column in block.columns.items():
        if column.yearly:
            continue
        value = getattr(row, name)
        words = {meant: said for said, meant in reversed(block.words.get(name, {}).items())}
        found.append(words.get(value, value) if isinstance(value, str) else value)
    return tuple("" if v is None else v for v in found)


def _said(key: Iterable[Cell]) -> str:
    return ", ".join(str(k) for k in key if k not in ("", None))


def _number(value: Any, block: Block, name: str) -> Cell:
    """A figure as the return writes it: divided by what it is multiplied by when it is read."""
    return value / block.columns[name].times if isinstance(value, int | float) else value


def _later(row: Row, block: Block, outcomes: Outcomes | None, first: str) -> dict[tuple[str, str], Cell]:
    """Figures of the years after the base year: the median over futures of the outcome that a column names."""
    found: dict[tuple[str, str], Cell] = {}
    for name, column in block.columns.items():
        if outcomes is None or not column.later or getattr(row, "area", None):
            continue
        outcome, _, entity = column.later.partition(":")
        entity = entity.format_map({n: getattr(row, n) for n in type(row).model_fields})
        series = outcomes.series.get(outcome)
        if series is None or entity not in series.entities:
            continue
        by_year = np.median(series.by_year(entity), axis=0)
        for year, value in zip(outcomes.years, by_year, strict=True):
            if year > first:
                found[name, year] = float(f"{value:.6g}") / column.times
    return found


def write_books(made: Returned, folder: Path, as_csv: bool = False) -> list[str]:
    """Write the returns into a folder that is there: one workbook each, or one CSV for each sheet; names of the files."""
    names = []
    for name, sheets in made.books.items():
        if as_csv:
            for sheet in sheets:
                names.append(f"{name}-{sheet.name.casefold().replace(' ', '-')}.csv")
                (folder / names[-1]).write_text(_csv(sheet), encoding="utf-8", newline="\n")
        elif sheets:
            names.append(f"{name}.xlsx")
            _workbook(folder / names[-1], sheets)
    return names


def _csv(sheet: Written) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.head)
    writer.writerows(["" if v is None else v for v in row] for row in sheet.rows)
    return text.getvalue()


def _workbook(file: Path, sheets: Iterable[Written]) -> None:
    import xlsxwriter  # noqa: PLC0415 – only where there is a workbook to write

    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            page.write_string(0, 0, sheet.about, bold)
            for n, heading in enumerate(sheet.head):
                page.write_string(ABOUT, n, heading, bold)
            for number, row in enumerate(sheet.rows, start=ABOUT + 1):
                for n, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(number, n, value)
                    elif value is not None:
                        page.write_number(number, n, value)
            page.freeze_panes(ABOUT + 1, 1)
            page.set_column(0, max(len(sheet.head) - 1, 0), 18)
