"""The first sheet of a workbook: how to use it, and what each sheet holds."""

from __future__ import annotations

from collections.abc import Iterator

from placeplan.plan.workbook.book import Book
from placeplan.plan.workbook.layout import ABOUT, CHOICES, KEPT, layouts

HOW: tuple[tuple[str, str], ...] = (
    ("Write", "One row is one thing. The dark row has the names of the columns; the grey row above it says which are needed, and their units."),
    ("Notes", "Point at a name to read what the column is. Where “needed” stands above a name, fill in every row."),
    ("Lists", "Where a cell has an arrow, choose from the list. Some lists let you write another word."),
    ("Several", "Where a cell holds several things, write one a line (Alt+Enter)."),
    ("Nothing", "Leave a cell blank where you have no figure. Write [] where a list is empty on purpose."),
    ("Shares", "12 % is 0.12. Money is in whole pounds."),
    ("Codes", "Codes, months and ages are text. If Excel turns one into a date, format the cell as text and type it again."),
    ("Ids", "Grey cells are ids: other sheets point at them. To change one, or to take its row away, choose Review, Unprotect Sheet. There is no password."),
    ("Back", "placeplan import plan.xlsx my-place writes the plan as a folder again, or says what is wrong, by sheet and cell."),
)  # fmt: skip
"""How to use the workbook."""


def guide(book: Book) -> Iterator[tuple[str, str, str]]:
    """The lines of the first sheet: two cells and a style."""
    yield name_of(book), "", "title"
    if _about(book).get("synthetic") == "True":
        yield "Made up", "Everything here is made up; it describes no real place, organisation or plan.", "plain"
    yield "", "", "plain"
    for first, second in HOW:
        yield first, second, "plain"
    yield "", "", "plain"
    yield "Sheets", "Blue tabs have rows, grey ones are there to be filled.", "title"
    for layout in layouts().values():
        rows = len(book.rows.get(layout.sheet, ()))
        if layout.sheet != KEPT:
            yield layout.sheet, f"{layout.title.removesuffix('.')}. {_count(rows)}", "plain"
    yield (
        KEPT,
        "The files as they were written, with their comments. Leave it as it is: what you do not change keeps every letter.",
        "plain",
    )
    yield CHOICES, "What the drop-down lists offer. It is not read.", "plain"


def _count(rows: int) -> str:
    return "No row." if rows == 0 else "1 row." if rows == 1 else f"{rows:,} rows."


def name_of(book: Book) -> str:
    """What the plan is called."""
    return _about(book).get("name", "A plan")


def _about(book: Book) -> dict[str, str]:
    """The fields of plan.yaml as text."""
    return {str(r["field"]): str(r.get("value", "")) for r in book.rows.get(ABOUT, ()) if r["file"] == "plan.yaml"}
