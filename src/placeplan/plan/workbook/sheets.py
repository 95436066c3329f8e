"""The sheets of a workbook as rows: names of columns found, every cell checked for what spreadsheets do to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from placeplan.core.errors import PlanError, Problem, nearest
from placeplan.plan.located import problem
from placeplan.plan.spreadsheet import short
from placeplan.plan.workbook.cells import Cell, as_text
from placeplan.plan.workbook.columns import Column
from placeplan.plan.workbook.guess import Codes, guessed
from placeplan.plan.workbook.hidden import Looks, letters_of, look
from placeplan.plan.workbook.layout import ABOUT, CHOICES, GUIDE, KEPT, Layout, fields_of_files, layouts
from placeplan.plan.workbook.package import AGAIN, check_file
from placeplan.plan.workbook.unseen import cells_in, unseen

HEAD_WITHIN = 15
"""The names of columns are looked for in so many rows."""
Row = dict[str, Cell]
Told = Callable[[str], None]


@dataclass
class Sheet:
    """The rows of a sheet that hold something, each with its number, and the place of each column."""

    layout: Layout
    head: int = 0
    """Row in which the names of the columns stand."""
    places: dict[str, int] = field(default_factory=dict)
    """Column → place, counted from 1."""
    rows: list[tuple[int, Row]] = field(default_factory=list)


@dataclass
class Workbook:
    """What was read of a workbook."""

    path: Path
    told: Told = lambda _: None
    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    blank: set[tuple[str, str]] = field(default_factory=set)
    """Sheet and cell of what is blank only because it is merged with others."""

    def tell(
        self, sheet: str, row: int, place: int, code: str, what: str, mend: str, near: str = "", **more: Any
    ) -> None:
        """Keep a problem of a cell (``place`` counted from 1; 0: of the row or, without one, the sheet)."""
        cell = f"{letters_of(place)}{row}" if place and row else ""
        column = (
            next((n for n, p in self.sheets[sheet].places.items() if p == place), "") if sheet in self.sheets else ""
        )
        shown = f"{cell} ({column})" if cell and column else cell
        self.problems.append(problem(self.where(sheet), row, shown, code, what, mend, near, **more))

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.path.name

    def where(self, sheet: str) -> str:
        """How a sheet is called in problems."""
        return f"{self.name}, sheet {sheet}"


def read_workbook(path: Path, told: Told = lambda _: None) -> Workbook:
    """Every sheet of a workbook.

    Args:
        path: the workbook.
        told: hears the name of each sheet before it is read.

    Raises:
        PlanError: where nothing of it can be read safely; all that is wrong with cells is in ``problems``.
    """
    check_file(path)
    try:
        looks = look(path)
    except ValueError as error:
        what = f"{path.name} cannot be read: {error}."
        raise PlanError([problem(path.name, 0, "", "not-a-workbook", what, AGAIN)]) from None
    book = Workbook(path, told)
    wide = [name for name, one in looks.items() if one.too_wide]
    for name in wide:
        what = f"Something stands far away in the sheet {name}: it reaches to row {looks[name].rows:,}, column {letters_of(looks[name].columns)}."
        mend = "Press Ctrl+End in it, delete the rows and columns beyond the table, and save."
        book.tell(name, 0, 0, "too-large", what, mend)
    if wide:
        raise PlanError(book.problems)
    grids = dict(_grids(book))
    _named(book, grids)
    for name, grid in grids.items():
        if name in book.sheets:
            sheet = book.sheets[name]
            _place_columns(book, sheet, grid)
            unseen(book, name, looks.get(name, Looks()), sheet.head, max(sheet.places.values(), default=0))
            book.blank |= (
                {(name, cell) for ref in looks[name].merged for cell in cells_in(ref)} if name in looks else set()
            )
    _fill(book, grids)
    return book


def _grids(book: Workbook) -> Iterator[tuple[str, list[list[Any]]]]:
    from python_calamine import (  # noqa: PLC0415 – only where a workbook is read
        CalamineError,
        CalamineWorkbook,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        with CalamineWorkbook.from_path(str(book.path)) as found:
            for sheet in found.sheets_metadata:
                book.told(sheet.name)
                if sheet.visible != SheetVisibleEnum.Visible:
                    what = f"The sheet {sheet.name} is hidden. What is hidden counts like everything else."
                    mend = "Show it: right-click a tab, Unhide."
                    book.tell(sheet.name, 0, 0, "hidden-cells", what, mend, severity="warning")
                if sheet.typ != SheetTypeEnum.WorkSheet:
                    yield sheet.name, [["a chart"]]
                elif sheet.name not in (GUIDE, CHOICES):
                    yield sheet.name, found.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        what = f"{book.name} is damaged: {str(error).rstrip('.')}."
        raise PlanError([problem(book.name, 0, "", "not-a-workbook", what, AGAIN)]) from None


def _named(book: Workbook, grids: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Which sheets are ours; tells of those that are not and hold something."""
    known = layouts()
    for name, grid in grids.items():
        if name in known:
            book.sheets[name] = Sheet(known[name])
        elif any(cell not in ("", None) for row in grid for cell in row):
            near = nearest(name, [k for k in known if k not in grids])
            mend = (
                f"Rename it “{near}”, or take it away."
                if near
                else "Take it away, or move it to a workbook of its own."
            )
            book.tell(name, 0, 0, "unknown-sheet", f"A plan has no sheet “{short(name)}”.", mend, near)


def _place_columns(book: Workbook, sheet: Sheet, grid: Sequence[Sequence[Any]]) -> None:
    """Find the row of names, and tell of names that are not known."""
    known = sheet.layout.by_name
    scores = [sum(str(c).strip() in known for c in row if isinstance(c, str)) for row in grid[:HEAD_WITHIN]]
    best = max(scores, default=0)
    name = sheet.layout.sheet
    if best == 0:
        if any(cell not in ("", None) for row in grid for cell in row):
            what = f"The sheet {name} has no row with the names of its columns."
            mend = (
                f"Write the names in one row above the figures: {', '.join(c.name for c in sheet.layout.columns[:8])} …"
            )
            book.tell(name, 1, 0, "missing-head", what, mend)
        return
    sheet.head = scores.index(best) + 1
    _above(book, sheet, grid)
    for place, cell in enumerate(grid[sheet.head - 1], start=1):
        column = str(cell).strip() if cell is not None else ""
        if column in known and column not in sheet.places:
            sheet.places[column] = place
        else:
            _stray(book, sheet, grid, place, column)


def _above(book: Workbook, sheet: Sheet, grid: Sequence[Sequence[Any]]) -> None:
    """Tells of what stands above the names and is not of our head: it is not read."""
    ours = {c.above for c in sheet.layout.columns} | {c.unit for c in sheet.layout.columns} | {"", sheet.layout.title}
    for number, row in enumerate(grid[: sheet.head - 1], start=1):
        place = next((p for p, c in enumerate(row, start=1) if c is not None and str(c).strip() not in ours), 0)
        if place:
            what = f"“{short(row[place - 1])}” stands above the names of the columns and is not read."
            mend = "Nothing has to be done if it is a title; a figure belongs below the names."
            book.tell(sheet.layout.sheet, number, place, "above-head", what, mend, severity="warning")


def _stray(book: Workbook, sheet: Sheet, grid: Sequence[Sequence[Any]], place: int, column: str) -> None:
    """A column that has no name, a name twice, or an unknown one."""
    name, known = sheet.layout.sheet, sheet.layout.by_name
    if column in known:
        what, mend = f"There are two columns “{column}”.", "Keep one of them."
        book.tell(name, sheet.head, place, "duplicate-column", what, mend)
    elif column:
        near = nearest(column, [k for k in known if k not in grid[sheet.head - 1]])
        mend = f"Write “{near}”." if near else "Take the column away; what a reader should know goes into note."
        book.tell(
            name, sheet.head, place, "unknown-column", f"There is no column “{short(column)}” in {name}.", mend, near
        )
    else:
        below = enumerate(grid[sheet.head :], start=sheet.head + 1)
        first = next((n for n, row in below if place <= len(row) and row[place - 1] not in ("", None)), 0)
        if first:
            value = grid[first - 1][place - 1]
            shown = as_text(value) if isinstance(value, str | int | float) else value
            what = f"“{short(shown)}” stands in a column without a name."
            book.tell(name, first, place, "unknown-column", what, "Name the column, or take it away.")


def _fill(book: Workbook, grids: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Read the cells of every sheet whose columns are known."""
    codes = Codes()
    for name, sheet in book.sheets.items():
        if sheet.head:
            codes.learn(sheet.layout, sheet.places, grids[name][sheet.head :])
    about = _fields(grids, book.sheets.get(ABOUT))
    for name, sheet in book.sheets.items():
        columns = [(sheet.layout.by_name[c], p) for c, p in sheet.places.items()]
        for number, given in enumerate(grids[name][sheet.head :], start=sheet.head + 1) if sheet.head else ():
            row: Row = {}
            for column, place in columns:
                value = given[place - 1]
                if value == "" or value is None:
                    continue
                if name == ABOUT and column.name == "value":
                    column = about.get((str(row.get("file")), str(row.get("field"))), column)  # noqa: PLW2901 – the field's own
                    _one(book, codes, sheet, number, place, "value", column, value, row)
                else:
                    _one(book, codes, sheet, number, place, column.name, column, value, row)
            if row:
                sheet.rows.append((number, row))


def _fields(grids: Mapping[str, Any], about: Sheet | None) -> dict[tuple[str, str], Column]:
    """What each value of the sheet ``about`` is."""
    if about is None or "file" not in about.places:
        return {}
    files = {str(row[about.places["file"] - 1]) for row in grids[ABOUT]}
    sets = tuple(m[1] for f in files if (m := re.fullmatch(r"assumptions-(.+)\.yaml", f)))
    return {(file, c.name): c for file, columns in fields_of_files(sets).items() for c in columns}


def _one(
    book: Workbook, codes: Codes, sheet: Sheet, number: int, place: int, name: str, column: Column, value: Any, row: Row
) -> None:
    """One cell: kept as it is where it may be so, else told."""
    facts = column.facts
    if isinstance(value, str):
        if value.strip():
            row[name] = value
            if sheet.layout.sheet != KEPT and re.match(r"\s*[=@]|\s*[+-]\s*[A-Za-z(].*[(|!]", value):
                _like_formula(book, sheet, number, place, value)
        return
    if isinstance(value, bool):
        if facts.truth or column.name == "value":
            row[name] = value
            return
    elif isinstance(value, int | float) and (facts.number or (facts.truth and not facts.text and value in (0, 1))):
        row[name] = float(value)
        return
    guess = guessed(value, column, codes)
    if guess:
        row[name] = guess
    what, mend, code = _changed(value, name, column, guess)
    book.tell(sheet.layout.sheet, number, place, code, what, mend, guess)


def _like_formula(book: Workbook, sheet: Sheet, number: int, place: int, value: str) -> None:
    what = f"“{short(value)}” is text that a spreadsheet may take for a formula and run."
    mend = (
        "It is kept as text. Begin it with another sign if it is no formula, or take it away if you did not write it."
    )
    book.tell(sheet.layout.sheet, number, place, "text-like-formula", what, mend, severity="warning")


def _changed(value: Any, name: str, column: Column, guess: str) -> tuple[str, str, str]:
    """What a spreadsheet made of a cell: what is wrong, how to mend it, code."""
    text = "Format the cell as text, and type it again"
    again = f"{text}: {guess}." if guess else f"{text}."
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        shown = value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
        if column.facts.number and not column.facts.text:
            mend = "Format the cell as a number, and type the figure again."
            return f"{name} is the date {shown}, where a number belongs.", mend, "excel-date"
        return f"{name} is the date {shown}: a spreadsheet made a date of what was typed.", again, "excel-date"
    if isinstance(value, bool):
        return (
            f"{name} is {str(value).upper()}, where {'a number' if column.facts.number else 'text'} belongs.",
            again,
            "excel-number",
        )
    if column.facts.truth and not column.facts.text:
        return f"{name} is {value:g}, where TRUE or FALSE belongs.", "Write TRUE or FALSE.", "not-true-or-false"
    made = "a spreadsheet may have made a number of a code" if column.code else "text belongs here"
    return f"{name} is the number {value:.15g}: {made}.", again, "excel-number"
