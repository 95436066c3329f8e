"""The row in which the names of a sheet's columns stand: found, and told where names are strange or rows escape them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from placeplan.core.errors import nearest
from placeplan.plan.spreadsheet import short
from placeplan.plan.workbook.cells import as_text
from placeplan.plan.workbook.opened import Sheet, Workbook

HEAD_WITHIN = 15
"""The names of columns are looked for in so many rows."""
Grid = Sequence[Sequence[Any]]


def place_columns(book: Workbook, sheet: Sheet, grid: Grid) -> None:
    """Find the row of names, and tell of names that are not known and of rows that do not stand below them."""
    known = sheet.layout.by_name
    scores = [_names_in(row, known) for row in grid[:HEAD_WITHIN]]
    best = max(scores, default=0)
    if best == 0:
        _headless(book, sheet, grid)
        return
    # names that stand again further down, where more of them may be known, do not make titles of the rows between
    sheet.head = next(n for n, score in enumerate(scores, start=1) if 2 * score >= best)
    _above(book, sheet, grid)
    for place, cell in enumerate(grid[sheet.head - 1], start=1):
        column = str(cell).strip() if cell is not None else ""
        if column in known and column not in sheet.places:
            sheet.places[column] = place
        else:
            _stray(book, sheet, grid, place, column)
    _again(book, sheet, grid)


def _names_in(row: Sequence[Any], known: Container[str]) -> int:
    """How many cells of a row are names of columns."""
    return sum(cell.strip() in known for cell in row if isinstance(cell, str))


def _headless(book: Workbook, sheet: Sheet, grid: Grid) -> None:
    """Tells of a sheet that holds something and has no names."""
    if any(cell not in ("", None) for row in grid for cell in row):
        what = f"The sheet {sheet.layout.sheet} has no row with the names of its columns."
        names = ", ".join(c.name for c in sheet.layout.columns[:8])
        mend = f"Write the names in one row above the figures: {names} …"
        book.tell(sheet.layout.sheet, 1, 0, "missing-head", what, mend)


def _above(book: Workbook, sheet: Sheet, grid: Grid) -> None:
    """Tells of what stands above the names and is not of our head: a title is passed over, a row of the table is not."""
    name, title = sheet.layout.sheet, sheet.layout.title
    ours = {c.above for c in sheet.layout.columns} | {c.unit for c in sheet.layout.columns} | {title}
    names = {place for place, c in enumerate(grid[sheet.head - 1], start=1) if _names_in([c], sheet.layout.by_name)}
    for number, row in enumerate(grid[: sheet.head - 1], start=1):
        filled = {place: str(c).strip() for place, c in enumerate(row, start=1) if c is not None and str(c).strip()}
        others = [place for place, text in filled.items() if text not in ours]
        beneath = [place for place in others if place in names]
        if title not in filled.values() and len(beneath) > max(1, len(filled) - len(others)):
            sheet.above.add(number)
            what = f"Row {number} is filled like a row of the table, and stands above the names of the columns."
            mend = f"Move the names, which stand in row {sheet.head}, above it; a title stands in one cell only."
            book.tell(name, number, beneath[0], "above-head", what, mend)
        elif others:
            what = f"“{short(row[others[0] - 1])}” stands above the names of the columns and is not read."
            mend = "Nothing has to be done if it is a title; a figure belongs below the names."
            book.tell(name, number, others[0], "above-head", what, mend, severity="warning")


def _again(book: Workbook, sheet: Sheet, grid: Grid) -> None:
    """Tells of rows below the names that are names again."""
    known = sheet.layout.by_name
    for number, row in enumerate(grid[sheet.head :], start=sheet.head + 1):
        names = _names_in(row, known)
        if names > 1 and 2 * names > sum(cell not in ("", None) for cell in row):
            sheet.again.add(number)
            what = f"The names of the columns stand here again; the first are in row {sheet.head}."
            mend = "Take the row away; where the columns below it have another order, put them in that of the first."
            book.tell(sheet.layout.sheet, number, 0, "second-head", what, mend)


def _stray(book: Workbook, sheet: Sheet, grid: Grid, place: int, column: str) -> None:
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
