"""Sheets of a file, Excel or CSV, as rows of texts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from placeplan.core.errors import PlanError, Problem
from placeplan.exchange.told import problem
from placeplan.plan.textfile import LARGEST, read_text

EXCEL = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
MOST = 1024**3
"""Most bytes that a workbook may unpack to."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: where it stands, and its cells as texts; the first row is row 1."""

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def called(self) -> str:
        """File and, in a workbook, sheet."""
        return f"{self.file}, {self.name}" if self.name else self.file


def cell(row: int, column: int) -> str:
    """Name of a cell; row from 1, column from 0.

    >>> cell(7, 0), cell(1, 27)
    ('A7', 'AB1')
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def sheets_of(file: Path) -> tuple[Sheet, ...]:
    """The sheets of a file.

    Raises:
        PlanError: where it cannot be read, with the reason.
    """
    if file.suffix.casefold() not in EXCEL:
        text = read_text(file, file.name)
        if isinstance(text, Problem):
            raise PlanError([text])
        return (Sheet(file.name, "", tuple(_csv_rows(text, file.name))),)
    refused = _unreadable(file)
    if refused:
        raise PlanError([problem(file.name, 0, "", "unreadable-return", refused, "Save it again as .xlsx, or as CSV.")])
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 – only where there is a workbook

    try:
        book = load_workbook(file)
        return tuple(
            Sheet(file.name, name, tuple(_rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False))))
            for name in book.sheet_names
        )
    except (CalamineError, OSError, ValueError) as error:
        what = f"{file.name} cannot be read: {str(error)[:120] or 'unknown reason'}."
        raise PlanError([problem(file.name, 0, "", "unreadable-return", what, "Save it again as .xlsx.")]) from None


def _unreadable(file: Path) -> str:
    """Why a workbook is not opened at all, "" where it may be."""
    if not file.is_file():
        return f"There is no file {file.name}."
    if file.stat().st_size > LARGEST:
        return f"{file.name} has more than {LARGEST // 1024**2} MB."
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST:
                return f"{file.name} would unpack to more than {MOST // 1024**3} GB."
    return ""


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, ...]]:
    first = text.split("\n", 1)[0]
    sign = max((",", ";", "\t"), key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True):
            yield tuple(value.strip() for value in row)
    except csv.Error as error:
        what = f"This is not CSV: {error}."
        raise PlanError([problem(name, 0, "", "unreadable-return", what, "Save it as CSV again.")]) from None


def _rows(rows: list[list[Any]]) -> Iterator[tuple[str, ...]]:
    yield from (tuple(as_text(value) for value in row) for row in rows)


def as_text(value: Any) -> str:
    """A cell as it would stand in a CSV.

    >>> as_text(5.0), as_text(0.25), as_text(None), as_text(date(2026, 4, 1)), as_text(True)
    ('5', '0.25', '', '2026-04-01', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).casefold()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value).strip()
