"""Returns into rows of a plan's tables, each of which knows its cells; every row is used or set aside with the reason."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from placeplan.core.errors import PlanError, Problem, all_nearest, either, nearest
from placeplan.core.errors import Severity as Severity_
from placeplan.core.tables import TABLES, Row
from placeplan.exchange.returns.maps import YEAR, YEARS, Block, Column, ReturnMap
from placeplan.exchange.returns.sheets import Sheet, cell
from placeplan.exchange.told import problem
from placeplan.plan.located import Item, Path
from placeplan.plan.located import problem as in_plan
from placeplan.plan.validate import build
from placeplan.plan.workbook.unseen import unseen

T_co = TypeVar("T_co", covariant=True)
SEARCHED = 40
"""Rows of a sheet in which its headings are looked for."""
ENOUGH = 0.6
"""Share of a layout's headings from which on the others are missed, rather than the sheet taken for another."""
ID = re.compile(r"[0-9]*[A-Za-z][A-Za-z0-9_.\-]*")
TOTAL = re.compile(r"(grand |sub[- ]?)?totals?\b|sum\b", re.IGNORECASE)
"""How a row of totals begins."""


@dataclass(frozen=True)
class InSheet(Item[T_co]):
    """A value with the cells in which its fields stand."""

    cells: Mapping[str, str] = field(default_factory=dict)

    def place(self, at: str = "") -> str:
        """File, sheet and cell."""
        return f"{self.file}, {self.cells[at]}" if at in self.cells else f"{self.file}, row {self.row}"

    def problem(
        self, code: str, what: str, mend: str, at: str | Path = (), nearest: str = "", severity: Severity_ = "error"
    ) -> Problem:
        """A problem in the cell of a field."""
        name = str(at if isinstance(at, str) else at[-1] if at else "")
        where = self.cells.get(name, "")
        if code == "missing-field" and where:
            code, what = "missing-value", f"The cell {where} is blank."
        told = super().problem(code, what, mend, at, nearest, severity)
        return Problem(
            told.file, told.row, f"{where} ({name})" if where else name, told.code, told.what, told.why, told.mend,
            told.nearest, told.severity,
        )  # fmt: skip


@dataclass
class Counted:
    """What became of the rows of one sheet."""

    sheet: str
    table: str
    rows: int = 0
    used: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    """Rows set aside, by reason."""
    stray: tuple[str, ...] = ()
    """Headings that no layout knows."""


@dataclass
class Returns:
    """What some returns say, year by year; figures of no year stand under ""."""

    tables: dict[str, dict[str, list[Item[Row]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    problems: list[Problem] = field(default_factory=list)
    """What is wrong, and what a careful reader asks about."""
    counts: list[Counted] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Sheets that are no returns."""
    refused: set[str] = field(default_factory=set)
    """Tables of which a row was refused."""

    @property
    def years(self) -> list[str]:
        """Financial years of which something is said; [""] where figures have none."""
        return sorted(y for y in self.tables if y) or [""]

    def of(self, year: str) -> dict[str, tuple[Item[Row], ...]]:
        """Rows by table that hold in a year, those that are said of no year with them."""
        both = [self.tables.get(y, {}) for y in dict.fromkeys(("", year))]
        names = {name for tables in both for name in tables}
        return {name: tuple(item for tables in both for item in tables.get(name, ())) for name in sorted(names)}


@dataclass(frozen=True)
class Found:
    """The headings of a block in a sheet: their row, and the column of each field and year."""

    block: Block
    row: int
    columns: Mapping[tuple[str, str], int]
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the headings needed that are there."""
        needed = [f for f, c in self.block.columns.items() if not c.optional]
        return 1 - len(self.missing) / max(len(needed), 1)

    @property
    def years(self) -> list[str]:
        """Years that have a column; [""] where the block has none by year."""
        return sorted({year for _, year in self.columns if year}) or [""]


def read_returns(sheets: Iterable[Sheet], maps: Iterable[ReturnMap]) -> Returns:
    """What the sheets say, read by the layouts whose headings they have."""
    blocks, found = [b for m in maps for b in m.blocks], Returns()
    files: dict[str, bool] = {}
    for sheet in sheets:
        files.setdefault(sheet.file, False)
        best = _best(sheet, blocks)
        if best is None or best.share < ENOUGH:
            found.unread.append(sheet.called)
            continue
        files[sheet.file] = True
        if best.missing:
            found.problems += list(_missed(sheet, best))
            found.refused.add(best.block.table)
        else:
            _read(sheet, best, found)
    for name in (name for name, known in files.items() if not known):
        what = f"No sheet of {name} has the headings of a return."
        mend = "Give a layout of it by --map, or mend its headings."
        found.problems.append(problem(name, 0, "", "no-return", what, mend))
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _best(sheet: Sheet, blocks: Iterable[Block]) -> Found | None:
    """The block and row whose headings the sheet has, as many as can be."""
    tried = (
        _headings(block, row, n) for block in blocks for n, row in enumerate(sheet.rows[:SEARCHED], start=1) if any(row)
    )
    return max(tried, key=lambda f: (f.share, len(f.columns), -f.row), default=None)


def _headings(block: Block, row: tuple[str, ...], number: int) -> Found:
    at: dict[tuple[str, str], int] = {}
    for name, column in block.columns.items():
        pattern = re.escape(_plain(column.heading)).replace(re.escape(YEAR), YEARS)
        for n, text in enumerate(row):
            match = re.fullmatch(pattern, _plain(text))
            if match:
                at.setdefault((name, match.group(1) if column.yearly else ""), n)
    there = {name for name, _ in at}
    missing = tuple(n for n, c in block.columns.items() if not c.optional and n not in there)
    return Found(block, number, at, missing)


def _missed(sheet: Sheet, found: Found) -> Iterator[Problem]:
    """Headings that a layout needs and the sheet has not."""
    given = [text for text in sheet.rows[found.row - 1] if text]
    for name in found.missing:
        heading = found.block.columns[name].heading.replace(YEAR, "2026/27")
        near = nearest(heading, given)
        what = f"There is no column “{heading}”."
        mend = (
            f"Write it in place of “{near}”."
            if near
            else f"Add it, or give a layout by --map with another heading for {name}."
        )
        yield problem(sheet.called, found.row, name, "missing-heading", what, mend, near)


@dataclass(frozen=True)
class _Teller:
    """Keeps what a sheet hides as problems of its cells."""

    sheet: Sheet
    found: Found
    into: Returns

    def tell(
        self, sheet: str, row: int, place: int, code: str, what: str, mend: str, near: str = "", **more: Any
    ) -> None:
        """Keep one, if it stands in a column that is read."""
        names = {n + 1: name for (name, _), n in self.found.columns.items()}
        if place and place not in names:
            return
        at = f"{cell(row, place - 1)} ({names[place]})" if place else ""
        self.into.problems.append(in_plan(self.sheet.called, row, at, code, what, mend, near, **more))


def _read(sheet: Sheet, found: Found, into: Returns) -> None:
    """The rows under the headings."""
    used = set(found.columns.values())
    unseen(_Teller(sheet, found, into), sheet.name, sheet.looks, found.row, max(used, default=0) + 1)
    stray = tuple(t for n, t in enumerate(sheet.rows[found.row - 1]) if t and n not in used)
    count = Counted(sheet.called, found.block.table, stray=stray)
    into.counts.append(count)
    head = [_plain(t) for t in sheet.rows[found.row - 1]]
    for number, row in enumerate(sheet.rows[found.row :], start=found.row + 1):
        if not any(row):
            continue
        count.rows += 1
        mapped = [row[n] for n in used if n < len(row)]
        first = next(text for text in row if text)
        if TOTAL.match(first):
            count.aside["a row of totals"] += 1
        elif [_plain(t) for t in row] == head:
            count.aside["the headings again"] += 1
        elif not any(mapped):
            count.aside["a note"] += 1
        elif _row(sheet, found, number, row, into):
            count.used += 1
        else:
            count.aside["refused"] += 1
            into.refused.add(found.block.table)


def _row(sheet: Sheet, found: Found, number: int, row: tuple[str, ...], into: Returns) -> bool:
    """One row, once for each year of which it says something; whether it could be used."""
    cls, fine, said = TABLES[found.block.table][0], True, False
    needed = any(c.yearly and not c.optional for c in found.block.columns.values())
    for year in found.years:
        columns = {name: n for (name, y), n in found.columns.items() if y in ("", year)}
        yearly = [n for (_, y), n in found.columns.items() if y == year and year]
        if needed and yearly and not any(n < len(row) and row[n] for n in yearly):
            continue
        said = True
        where: InSheet[Any] = InSheet(
            None, sheet.called, number, cells={name: cell(number, n) for name, n in columns.items()}
        )
        texts = {name: row[n] for name, n in columns.items() if n < len(row) and row[n]}
        given, wrong = _given(found.block, texts, year, where)
        value, refused = build(cls, given, where)
        into.problems += [*wrong, *refused]
        if value is None or wrong:
            fine = False
        else:
            into.tables[year][found.block.table].append(
                InSheet(value, where.file, number, cells=where.cells)
            )  # fmt: skip
    if not said:
        what, mend = f"Row {number} says nothing of any year.", "Fill it in, or take it away."
        into.problems.append(problem(sheet.called, number, "", "no-figure-given", what, mend))
    return fine and said


def _given(
    block: Block, texts: Mapping[str, str], year: str, where: InSheet[Any]
) -> tuple[dict[str, str], list[Problem]]:
    """The fields of a row as a plan would say them."""
    given, wrong = {}, []
    for name, text in texts.items():
        told, value = _value(block, name, text, where)
        wrong += told
        given[name] = value
    if block.period:
        given[block.period] = year
    given.setdefault("source", where.file)
    for name, text in block.constants.items():
        given[name] = text.format_map(defaultdict(str, given, year=year))
    return given, wrong


def _value(block: Block, name: str, text: str, where: InSheet[Any]) -> tuple[list[Problem], str]:
    """A text of the return as a plan would write it."""
    column: Column = block.columns[name]
    if name in block.words:
        words = {_plain(said): meant for said, meant in block.words[name].items()}
        if _plain(text) in words:
            return [], words[_plain(text)]
        if ID.fullmatch(text):
            return [], text
        near = all_nearest(text, block.words[name])
        mend = f"Write {either(near)}." if near else f"Write an id, or one of: {', '.join(block.words[name])}."
        what = f"“{text}” is no {name} that the layout knows."
        told = problem(
            where.file, where.row, f"{where.cells[name]} ({name})", "unknown-word", what, mend, near[0] if near else ""
        )
        return [told], text
    if column.times != 1.0:
        try:
            return [], repr(float(text) * column.times)
        except ValueError:
            return [], text
    return [], text


def refuse(found: Returns) -> None:
    """Raise PlanError where anything could not be read; what is only asked about stays."""
    if any(p.severity == "error" for p in found.problems):
        raise PlanError(found.problems)
