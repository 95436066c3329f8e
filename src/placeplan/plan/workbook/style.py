"""How a workbook looks: formats, widths, heights of rows, and how sheets are printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from placeplan.plan.workbook.book import Row
from placeplan.plan.workbook.columns import Column

HEAD = 3
"""Rows of the head: what the sheet is, units, names."""
LINE, SMALL_LINE = 15, 12.5
"""Height of a line, and of one of units, points."""
TALLEST = 12
"""So many lines of a cell are shown; the others are there as well."""
UNIT_LINES = 4
"""So many lines of units are shown; the note on the column's name has them whole."""
WIDEST, FIRST = 60, 36
"""Widest column, and widest first one, which stays in view; longer texts go on in the next line. Characters."""
LARGE = 10_000
"""Whole numbers from here on get a comma every three digits; years are below."""
SHEET_OF_PAPER = 230
"""Characters that stand side by side on A4, lying, and can be read still; wider sheets go over several pages."""
_PALE, _TOP = "#F3F5F7", {"valign": "top"}
_IN = {"align": "left", "indent": 1}
_OPEN = {**_TOP, "locked": False}
FORMATS: dict[str, dict[str, Any]] = {
    "unit": {**_TOP, "italic": True, "font_size": 9, "font_color": "#4A555D", "text_wrap": True, "bg_color": _PALE, **_IN},
    "head": {**_TOP, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "num_format": "@", **_IN},
    "sheet": {**_TOP, "bold": True, "font_size": 13, "font_color": "#1F4E79", "underline": 1},
    "text": {**_OPEN, "num_format": "@", **_IN},
    "wrap": {**_OPEN, "num_format": "@", **_IN, "text_wrap": True},
    "risky": {**_OPEN, "num_format": "@", **_IN, "text_wrap": True, "quote_prefix": True},
    "number": _OPEN,
    "whole": {**_OPEN, "num_format": "#,##0"},
    "left": {**_OPEN, **_IN},
    "fixed": {**_TOP, "num_format": "@", "locked": True, "bg_color": _PALE, **_IN, "text_wrap": True},
    "written": {**_TOP, "num_format": "@", "locked": True, "bg_color": _PALE},
    "title": {**_TOP, "bold": True, "font_size": 14},
    "plain": {**_TOP, "text_wrap": True},
}  # fmt: skip


def width_of(column: Column, rows: Sequence[Row], first: bool) -> float:
    """The width of a column: as its longest word or line needs it, with room for the arrow of the filter."""
    longest = max((_length(r.get(column.name)) for r in rows[:500]), default=0)
    head = max(len(column.name) + 2, min(len(column.above), 22))
    return min(max(longest, head, 8) + 3, max(FIRST, len(column.name) + 5) if first else WIDEST)


def _length(cell: Any) -> int:
    if isinstance(cell, str):
        return max((len(line) for line in cell.split("\n")), default=0)
    return 0 if cell is None else 12


def lines_of(text: str, width: float) -> int:
    r"""How many lines a text takes in a cell so many characters wide.

    >>> lines_of("a word", 20), lines_of("ten words or so that go on and on and on", 20), lines_of("a\nb", 20)
    (1, 3, 2)
    """
    room = max(width - 2, 1)
    return min(sum(max(ceil(len(line) / room), 1) for line in text.split("\n")), TALLEST)


def tall(rows: Sequence[Row], columns: Sequence[tuple[str, float]]) -> Iterator[tuple[int, int]]:
    """The rows that take more than one line, counted from 0, each with its lines."""
    for number, row in enumerate(rows):
        texts = ((cell, width) for name, width in columns if isinstance(cell := row.get(name), str))
        lines = max(
            (lines_of(cell, width) for cell, width in texts if len(cell) > width - 4 or "\n" in cell), default=1
        )
        if lines > 1:
            yield number, lines


def printed(page: Any, widths: Sequence[float], head: int) -> None:
    """How a sheet is printed: A4 lying, head and ids on every page, the sheet's name and the page's number below."""
    page.set_paper(9)
    page.set_landscape()
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.set_footer("&L&A&R&P of &N")
    if head:
        page.repeat_rows(0, head - 1)
    if sum(widths) <= SHEET_OF_PAPER:
        page.fit_to_pages(1, 0)
    else:
        page.repeat_columns(0)
        page.set_print_scale(60)
