"""Tells of what a sheet hides: formulas, errors, merged and hidden cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, Protocol

from placeplan.plan.spreadsheet import short
from placeplan.plan.workbook.hidden import Looks, letters_of, number_of

REACHES = re.compile(
    r"(?i)\||(?<![A-Za-z0-9_.])\[\d+\](?=[^\[\]]*!)|\b(cmd|dde|webservice|hyperlink|filterxml|rtd|call|register\.id|exec|importxml|importdata)\s*[(|]"
)
"""Formulas that reach out of the workbook: to programs, to other files ([1]Sheet!A1, but not Table[2016]), to the network."""
PLAIN = re.compile(r"(?i)(of:)?=?(true|false)\(\)")
"""How LibreOffice writes TRUE and FALSE: no formula that could be out of date."""
SHOWN = 5
"""So many cells are named; the others are counted."""


class Teller(Protocol):
    """Keeps problems of cells."""

    def tell(
        self, sheet: str, row: int, place: int, code: str, what: str, mend: str, near: str = "", **more: Any
    ) -> None:
        """Keep one."""


def unseen(book: Teller, sheet: str, looks: Looks, head: int, last: int) -> None:
    """Tell of all that a sheet hides: below its head, up to its last column."""
    for ref, formula, saved in looks.formulas:
        row, place = place_of(ref)
        if REACHES.search(formula):
            what = f"A formula reaches out of the workbook: ={short(formula)}."
            book.tell(
                sheet, row, place, "formula-outside", what, "Do not let it run. Take it away, and write the value."
            )
        elif not saved:
            what = f"The formula ={short(formula)} has no value: the workbook was saved by a program that does not calculate."
            mend = "Open it in Excel, save it there, and import it again; or write the value."
            book.tell(sheet, row, place, "formula-without-value", what, mend)
    for ref, error in looks.errors:
        row, place = place_of(ref)
        what, mend = f"The cell shows the error {error or '#N/A'}.", "Mend the formula, or write the value."
        book.tell(sheet, row, place, "cell-error", what, mend)
    values = [
        r
        for r, formula, saved in looks.formulas
        if saved and not REACHES.search(formula) and not PLAIN.fullmatch(formula)
    ]
    if values:
        what = f"{_cells(values)} hold{'s a formula' if len(values) == 1 else ' formulas'}; the value that was saved is used."
        mend = "Look whether these values are up to date; the formulas themselves are not kept."
        row, place = place_of(values[0])
        book.tell(sheet, row, place, "formula-value", what, mend, severity="warning")
    _others(book, sheet, looks, head, last)


def _others(book: Teller, sheet: str, looks: Looks, head: int, last: int) -> None:
    for ref in looks.merged:
        row, place = place_of(ref.partition(":")[0])
        below = place_of(ref.rpartition(":")[2])[0]
        if below >= head:
            what = f"The cells {ref} are merged: only the first of them holds the value."
            mend = "Unmerge them (Home, Merge & Center), and write the value in every row that it belongs to."
            book.tell(sheet, row, place, "merged-cells", what, mend)
    notes = [ref for ref in looks.notes if place_of(ref)[0] > head]
    if notes:
        row, place = place_of(notes[0])
        what = (
            f"{'A note stands' if len(notes) == 1 else 'Notes stand'} on {_some(notes)}: notes on cells are not kept."
        )
        mend = "Write what a reader should know into the column note, or as a comment in the plan's files."
        book.tell(sheet, row, place, "note-on-cell", what, mend, severity="warning")
    if looks.hidden_rows:
        rows = [str(n) for n in looks.hidden_rows]
        what = (
            f"Hidden: {'row' if len(rows) == 1 else 'rows'} {_some(rows)}. What is hidden counts like everything else."
        )
        mend = "Show it (select all, right-click, Unhide; clear the filter), and delete what should not count."
        book.tell(sheet, looks.hidden_rows[0], 0, "hidden-cells", what, mend, severity="warning")
    spans = [(a, min(b, last)) for a, b in looks.hidden_columns if a <= last]
    if spans:
        names = [letters_of(a) if a == b else f"{letters_of(a)} to {letters_of(b)}" for a, b in spans]
        what = f"Hidden: {'column' if len(names) == 1 else 'columns'} {_some(names)}. What is hidden counts like everything else."
        book.tell(sheet, 0, 0, "hidden-cells", what, "Show it (select all, right-click, Unhide).", severity="warning")


def place_of(ref: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 1.

    >>> place_of("C5"), place_of("?")
    ((5, 3), (0, 0))
    """
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})", ref)
    return (int(found[2]), number_of(found[1])) if found else (0, 0)


def cells_in(ref: str, most: int = 10_000) -> list[str]:
    """The cells of a range, as many as are worth naming.

    >>> cells_in("A3:B4")
    ['A3', 'B3', 'A4', 'B4']
    """
    (top, left), (bottom, right) = (place_of(end) for end in (ref.partition(":")[0], ref.rpartition(":")[2]))
    every = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    return [f"{letters_of(column)}{row}" for row, column in islice(every, most)]


def _cells(refs: Sequence[str]) -> str:
    return f"{'Cell' if len(refs) == 1 else 'Cells'} {_some(refs)}"


def _some(names: Sequence[str]) -> str:
    """The first few of many.

    >>> _some(["A1", "B2"]), _some([str(n) for n in range(9)])
    ('A1, B2', '0, 1, 2, 3, 4 and 4 more')
    """
    rest = len(names) - SHOWN
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:SHOWN])} and {rest} more"
