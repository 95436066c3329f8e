"""Sheets of a file, Excel or CSV, as rows of texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from placeplan.core.csvtext import CsvError, records
from placeplan.core.errors import PlanError, Problem
from placeplan.exchange.told import problem
from placeplan.plan.located import problem as told
from placeplan.plan.textfile import read_text
from placeplan.plan.workbook.cells import as_text
from placeplan.plan.workbook.hidden import Looks, letters_of, look
from placeplan.plan.workbook.package import AGAIN, check_file

EXCEL = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True)
class Sheet:
    """A sheet: where it stands, and its cells as texts; the first row is row 1."""

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    looks: Looks = field(default_factory=Looks)
    """What a reader of cells does not see: formulas, errors, merged and hidden cells."""

    @property
    def called(self) -> str:
        """File and, in a workbook, sheet."""
        return f"{self.file}, sheet {self.name}" if self.name else self.file


def cell(row: int, column: int) -> str:
    """Name of a cell; row from 1, column from 0.

    >>> cell(7, 0), cell(1, 27)
    ('A7', 'AB1')
    """
    return f"{letters_of(column + 1)}{row}"


def sheets_of(file: Path) -> tuple[Sheet, ...]:
    """The sheets of a file.

    Raises:
        PlanError: where it cannot be read safely, with the reason.
    """
    if file.suffix.casefold() not in EXCEL:
        text = read_text(file, file.name)
        if isinstance(text, Problem):
            raise PlanError([text])
        return (Sheet(file.name, "", tuple(_csv_rows(text, file.name))),)
    check_file(file)
    try:
        looks = look(file)
        wide = [_far(file.name, name, one) for name, one in looks.items() if one.too_wide]
        if wide:
            raise PlanError(wide)
        return tuple(Sheet(file.name, name, rows, looks.get(name, Looks())) for name, rows in _grids(file))
    except (OSError, ValueError) as error:
        what = f"{file.name} cannot be read: {str(error)[:120] or 'unknown reason'}."
        raise PlanError([problem(file.name, 0, "", "unreadable-return", what, AGAIN)]) from None


def _far(file: str, name: str, looks: Looks) -> Problem:
    what = f"Something stands far away in the sheet {name}: it reaches to row {looks.rows:,}, column {letters_of(looks.columns)}."
    mend = "Press Ctrl+End in it, delete the rows and columns beyond the table, and save."
    return told(f"{file}, sheet {name}", 0, "", "too-large", what, mend)


def _grids(file: Path) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 – only where there is a workbook

    try:
        with CalamineWorkbook.from_path(str(file)) as book:
            for name in book.sheet_names:
                grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                yield name, tuple(tuple(_text(value) for value in row) for row in grid)
    except CalamineError as error:
        raise ValueError(str(error)) from None


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, ...]]:
    first = text.split("\n", 1)[0]
    sign = max((",", ";", "\t"), key=first.count)
    try:
        for _, row in records(text, sign):
            yield tuple(value.strip() for value in row)
    except CsvError as broken:
        mend = "Save it as CSV again."
        raise PlanError([problem(name, broken.line, "", "unreadable-return", str(broken), mend)]) from None


def _text(value: Any) -> str:
    """A cell as it would stand in a CSV.

    >>> _text(5.0), _text(0.25), _text(None), _text(date(2026, 4, 1)), _text(True)
    ('5', '0.25', '', '2026-04-01', 'true')
    """
    if value is None or isinstance(value, str | float | int | bool):
        return as_text("" if value is None else value).strip()
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()
