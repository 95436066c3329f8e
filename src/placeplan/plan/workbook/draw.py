"""Write the sheets of a plan as an Excel workbook: heads that stay in view, units, notes, drop-down lists, protected ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from placeplan.core.tables import TABLES
from placeplan.plan.workbook.book import Book, Row
from placeplan.plan.workbook.choices import Choices, choices_of
from placeplan.plan.workbook.columns import Column
from placeplan.plan.workbook.guide import guide, name_of
from placeplan.plan.workbook.layout import ABOUT, CHOICES, GUIDE, KEPT, Layout, layouts
from placeplan.plan.workbook.style import (
    FORMATS,
    HEAD,
    LARGE,
    LINE,
    SMALL_LINE,
    UNIT_LINES,
    lines_of,
    printed,
    tall,
    width_of,
)

SPARE = 1000
"""Further rows for which drop-down lists stand ready."""
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet might take for a formula."""
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
        made.set_properties({"title": name_of(book)})
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
        page.set_column(1, 1, 100)
        page.hide_gridlines(2)
        for number, (first, second, style) in enumerate(guide(book)):
            page.write_string(number, 0, first, self.formats[style])
            page.write_string(number, 1, second, self.formats["plain"])
            page.set_row(number, 21 if style == "title" else LINE * lines_of(second, 100))
            if first in layouts() or first == CHOICES:
                page.write_url(number, 0, f"internal:'{first}'!A1", None, first)
        printed(page, (26, 100), 0)
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
        printed(page, [24] * len(self.offered.lists), 1)
        page.protect("", ALLOWED)

    def sheet(self, layout: Layout, rows: Sequence[Row]) -> None:
        """One sheet: head, rows, lists; a grey tab where nothing stands in it."""
        page = self.made.add_worksheet(layout.sheet)
        page.set_tab_color("#2F6DA8" if rows else "#C9CFD4")
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + SPARE + HEAD}"})
        widths = [width_of(column, rows, first=place == 0) for place, column in enumerate(layout.columns)]
        self._head(page, layout, widths)
        for place, column in enumerate(layout.columns):
            page.set_column(place, place, widths[place], self._usual(column, layout))
            self._column(page, place, column, rows, layout)
        if wraps(layout):
            for number, lines in tall(rows, [(c.name, w) for c, w in zip(layout.columns, widths, strict=True)]):
                page.set_row(HEAD + number, LINE * lines)
        page.freeze_panes(HEAD, 1 if layout.sheet != ABOUT else 2)
        page.autofilter(HEAD - 1, 0, HEAD - 1 + max(len(rows), 1), len(layout.columns) - 1)
        self._offer(page, layout, rows)
        printed(page, widths, HEAD)
        page.protect("", ALLOWED)

    def _head(self, page: Any, layout: Layout, widths: Sequence[float]) -> None:
        """What the sheet is, with the way back to the first; then units and names."""
        page.write_url(0, 0, f"internal:'{GUIDE}'!A1", self.formats["sheet"], layout.title, f"Back to {GUIDE}")
        page.set_row(0, 21)
        for place, column in enumerate(layout.columns):
            page.write_string(1, place, column.above, self.formats["unit"])
            page.write_string(2, place, column.name, self.formats["head"])
            note = note_of(column, layout)
            if note:
                page.write_comment(2, place, note, {"x_scale": 2.2, "y_scale": 0.5 + len(note) / 160, "font_size": 9})
        lines = max(lines_of(c.above, w) for c, w in zip(layout.columns, widths, strict=True))
        page.set_row(1, SMALL_LINE * min(lines, UNIT_LINES))

    def _usual(self, column: Column, layout: Layout) -> Any:
        """The format of a column, which holds for rows that come later, so that codes stay text."""
        number = column.facts.number and not column.code
        return self.formats["text" if not number else "left" if layout.sheet == ABOUT else "number"]

    def _column(self, page: Any, place: int, column: Column, rows: Sequence[Row], layout: Layout) -> None:
        """The cells of a column."""
        fixed = column.name in layout.fixed or layout.sheet == KEPT
        as_number = self.formats["left" if layout.sheet == ABOUT else "number"]
        as_truth = self.formats["fixed" if fixed else "left"]
        style = "written" if layout.sheet == KEPT else "fixed" if fixed else "wrap" if wraps(layout) else "text"
        as_text = self.formats[style]
        for number, row in enumerate(rows, start=HEAD):
            cell = row.get(column.name, "")
            if isinstance(cell, bool):
                page.write_boolean(number, place, cell, as_truth)
            elif isinstance(cell, str):
                if cell:
                    page.write_string(number, place, cell, self.formats["risky"] if cell.startswith(RISKY) else as_text)
            else:
                large = abs(cell) >= LARGE and float(cell).is_integer()
                page.write_number(number, place, cell, self.formats["whole"] if large else as_number)

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


def wraps(layout: Layout) -> bool:
    """Whether long texts go on in the next line: where a sheet is of texts; tables of figures keep a line a row."""
    return layout.sheet != KEPT and layout.sheet not in TABLES


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
