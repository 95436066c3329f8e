"""The sheets of a workbook as rows: names of columns found, every cell checked for what spreadsheets do to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from placeplan.core.errors import PlanError, nearest
from placeplan.plan.located import problem
from placeplan.plan.spreadsheet import is_error, short
from placeplan.plan.workbook.columns import Column
from placeplan.plan.workbook.guess import Codes, guessed
from placeplan.plan.workbook.heads import place_columns
from placeplan.plan.workbook.hidden import Looks, letters_of, look
from placeplan.plan.workbook.layout import ABOUT, CHOICES, GUIDE, KEPT, Layout, fields_of_files, layouts
from placeplan.plan.workbook.opened import Row, Sheet, Told, Workbook
from placeplan.plan.workbook.package import AGAIN, check_file
from placeplan.plan.workbook.unseen import cells_in, unseen


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
            place_columns(book, sheet, grid)
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


def _fill(book: Workbook, grids: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """Read the cells of every sheet whose columns are known."""
    codes = Codes()
    for name, sheet in book.sheets.items():
        if sheet.head:
            codes.learn(sheet.layout, sheet.places, grids[name][sheet.head :])
    about = _fields(grids, book.sheets.get(ABOUT))
    for name, sheet in book.sheets.items():
        columns = [(sheet.layout.by_name[c], p) for c, p in sheet.places.items()]
        for number, given in _rows(sheet, grids[name]):
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


def _rows(sheet: Sheet, grid: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows of the table with their numbers; those above the names too, so that nothing seems to be missing besides."""
    for number, given in enumerate(grid if sheet.head else (), start=1):
        if (number > sheet.head and number not in sheet.again) or number in sheet.above:
            yield number, given


def _fields(grids: Mapping[str, Any], about: Sheet | None) -> dict[tuple[str, str], Column]:
    """What each value of the sheet ``about`` is."""
    if about is None or "file" not in about.places:
        return {}
    files = {str(row[about.places["file"] - 1]).strip() for row in grids[ABOUT]}
    sets = tuple(m[1] for f in files if (m := re.fullmatch(r"assumptions-(.+)\.yaml", f)))
    return {(file, c.name): c for file, columns in fields_of_files(sets).items() for c in columns}


def _one(
    book: Workbook, codes: Codes, sheet: Sheet, number: int, place: int, name: str, column: Column, value: Any, row: Row
) -> None:
    """One cell: kept as it is where it may be so, else told."""
    facts = column.facts
    if isinstance(value, str):
        if sheet.layout.sheet != KEPT and is_error(value):
            what, mend = f"The cell holds the error {value.strip()}.", "Mend the formula, or write the value."
            book.tell(sheet.layout.sheet, number, place, "cell-error", what, mend)
        elif value.strip():
            row[name] = value.strip() if _is_name(sheet.layout, name, column) else value
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


def _is_name(layout: Layout, name: str, column: Column) -> bool:
    """Whether a code or the name of a row stands there: blanks around it, which nobody sees, are not part of it."""
    return column.code or name in layout.fixed or name == layout.lead


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
