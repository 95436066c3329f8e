"""Write the sheets of a plan as an Excel workbook: heads that stay in view, units, notes, drop-down lists, protected ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from placeplan.plan.workbook.book import Book, Row
from placeplan.plan.workbook.choices import Choices, choices_of
from placeplan.plan.workbook.columns import Column
from placeplan.plan.workbook.guide import guide
from placeplan.plan.workbook.layout import ABOUT, CHOICES, GUIDE, KEPT, Layout, layouts

SPARE = 1000
"""Further rows for which drop-down lists stand ready."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet might take for a formula."""
WIDEST = 60
HEAD = 2
"""Rows of the head: units, names."""
FORMATS: dict[str, dict[str, Any]] = {
    "unit": {"italic": True, "font_color": "#5B6770", "text_wrap": True, "valign": "top", "bg_color": "#F3F5F7"},
    "head": {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "valign": "top", "num_format": "@"},
    "needed": {
        "bold": True,
        "bg_color": "#DCE6F1",
        "bottom": 1,
        "valign": "top",
        "font_color": "#9C0006",
        "num_format": "@",
    },
    "text": {"num_format": "@", "locked": False, "valign": "top"},
    "wrap": {"num_format": "@", "locked": False, "valign": "top", "text_wrap": True},
    "risky": {"num_format": "@", "locked": False, "valign": "top", "text_wrap": True, "quote_prefix": True},
    "number": {"locked": False, "valign": "top"},
    "whole": {"locked": False, "valign": "top", "num_format": "#,##0"},
    "fixed": {"num_format": "@", "locked": True, "valign": "top", "bg_color": "#F3F5F7"},
    "title": {"bold": True, "font_size": 14},
    "plain": {"text_wrap": True, "valign": "top"},
}
ALLOWED = {
    "select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "format_rows": True,
    "format_cells": True, "insert_rows": True, "delete_rows": True, "sort": True, "autofilter": True,
}  # fmt: skip
"""What may be done in a protected sheet."""


def draw(book: Book, path: Path, told: Callable[[str], None] = lambda _: None) -> None:
    """Write the workbook to a new file; ``told`` hears the name of each sheet before it is written."""
    from xlsxwriter import Workbook  # noqa: PLC0415 – only where a workbook is written

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(str(path), options) as made:
        pen = _Pen(made, choices_of(book))
        pen.guide(book)
        for layout in layouts().values():
            told(layout.sheet)
            pen.sheet(layout, book.rows.get(layout.sheet, []))
        pen.choices()


class _Pen:
    """Draws sheets into one workbook."""

    def __init__(self, made: Any, choices: Choices) -> None:
        self.made, self.offered = made, choices
        self.formats = {name: made.add_format(given) for name, given in FORMATS.items()}

    def guide(self, book: Book) -> None:
        """The first sheet: how to use the workbook, and what each sheet holds."""
        page = self.made.add_worksheet(GUIDE)
        page.set_column(0, 0, 26)
        page.set_column(1, 1, 110)
        page.hide_gridlines(2)
        for number, (first, second, style) in enumerate(guide(book)):
            page.write_string(number, 0, first, self.formats[style])
            page.write_string(number, 1, second, self.formats["plain"])
            if first in layouts():
                page.write_url(number, 0, f"internal:'{first}'!A1", None, first)
        page.protect("", ALLOWED)

    def choices(self) -> None:
        """The sheet from which drop-down lists read."""
        page = self.made.add_worksheet(CHOICES)
        for number, (name, words) in enumerate(self.offered.lists.items()):
            page.write_string(0, number, name, self.formats["head"])
            for row, word in enumerate(words, start=1):
                page.write_string(row, number, word)
            page.set_column(number, number, 24)
        page.freeze_panes(1, 0)
        page.protect("", ALLOWED)

    def sheet(self, layout: Layout, rows: Sequence[Row]) -> None:
        """One sheet: head, rows, lists; grey where nothing stands in it."""
        page = self.made.add_worksheet(layout.sheet)
        page.set_tab_color("#2F6DA8" if rows else "#C9CFD4")
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + SPARE + HEAD}"})
        for place, column in enumerate(layout.columns):
            self._head(page, place, column, layout)
            self._column(page, place, column, rows, column.name in layout.fixed)
        page.freeze_panes(HEAD, 1 if layout.sheet != ABOUT else 2)
        page.autofilter(HEAD - 1, 0, HEAD - 1 + max(len(rows), 1), len(layout.columns) - 1)
        self._offer(page, layout, rows)
        page.protect("", ALLOWED)

    def _head(self, page: Any, place: int, column: Column, layout: Layout) -> None:
        page.write_string(0, place, column.unit, self.formats["unit"])
        page.write_string(1, place, column.name, self.formats["needed" if column.required else "head"])
        note = note_of(column, layout)
        if note:
            page.write_comment(1, place, note, {"x_scale": 2.2, "y_scale": 0.5 + len(note) / 160, "font_size": 9})

    def _column(self, page: Any, place: int, column: Column, rows: Sequence[Row], fixed: bool) -> None:
        """The cells of a column; its format holds for rows that come later, so that codes stay text."""
        numbers = [v for r in rows if isinstance(v := r.get(column.name), float | int) and not isinstance(v, bool)]
        whole = bool(numbers) and column.unit.startswith("£") and all(float(n).is_integer() for n in numbers)
        as_number = self.formats["whole" if whole else "number"]
        usual = as_number if column.facts.number and not column.code else self.formats["text"]
        longest = max((_length(r.get(column.name)) for r in rows[:500]), default=0)
        page.set_column(
            place, place, min(max(longest, len(column.name), min(len(column.unit), 20), 8) + 3, WIDEST), usual
        )
        as_text, fixed_text = self.formats["wrap" if longest > WIDEST else "text"], self.formats["fixed"]
        for number, row in enumerate(rows, start=HEAD):
            cell = row.get(column.name, "")
            if isinstance(cell, bool):
                page.write_boolean(number, place, cell, fixed_text if fixed else self.formats["number"])
            elif isinstance(cell, str):
                if cell:
                    style = self.formats["risky"] if cell.startswith(RISKY) else fixed_text if fixed else as_text
                    page.write_string(number, place, cell, style)
            else:
                page.write_number(number, place, cell, as_number)

    def _offer(self, page: Any, layout: Layout, rows: Sequence[Row]) -> None:
        """Drop-down lists and limits, for the rows that are there and for those to come."""
        if layout.sheet == KEPT:
            return
        if layout.sheet == ABOUT:
            for number, row in enumerate(rows, start=HEAD):
                given = self.offered.of_field(str(row["file"]), str(row["field"]))
                if given:
                    page.data_validation(number, 2, number, 2, given)
            return
        for place, column in enumerate(layout.columns):
            given = self.offered.of(column)
            if given:
                page.data_validation(HEAD, place, HEAD + len(rows) + SPARE, place, given)


def _length(cell: Any) -> int:
    return (
        max((len(line) for line in cell.split("\n")), default=0)
        if isinstance(cell, str)
        else 12
        if cell is not None
        else 0
    )


def note_of(column: Column, layout: Layout) -> str:
    """The comment on a column's name: what it is, its unit, what may be written."""
    said = [column.note] if column.note else []
    if column.unit:
        said.append(f"Unit: {column.unit}.")
    if column.facts.choices:
        said.append(f"One of: {', '.join(column.facts.choices)}.")
    if column.child is not None:
        said.append(f"Its rows stand in the sheet {layout.sheet}.{column.name}; write [] where there is none.")
    elif column.facts.many:
        said.append("A list: one entry a line (Alt+Enter).")
    elif column.facts.named:
        said.append("Names with values, one a line (Alt+Enter): NAME: VALUE.")
    if column.required:
        said.append("Needed.")
    return "\n".join(said)
