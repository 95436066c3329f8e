"""Rows that belong to the rows of another sheet: found by the id in their first column, and told where nobody has it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from placeplan.core.errors import nearest
from placeplan.core.tables import TABLES
from placeplan.plan.spreadsheet import short
from placeplan.plan.workbook.columns import MORE
from placeplan.plan.workbook.flat import Flat
from placeplan.plan.workbook.layout import Layout, layouts
from placeplan.plan.workbook.opened import Row, Sheet, Workbook

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
"""A name that a file of an element may have."""
Kin = dict[str, list[tuple[int, Row]]]
"""Rows by the field in which they stand."""


def children_of(book: Workbook) -> dict[str, dict[str, Kin]]:
    """Rows of the sheets of lists: by sheet of the parent, its id and the field."""
    found: dict[str, dict[str, Kin]] = {}
    for sheet in book.sheets.values():
        layout = sheet.layout
        if not layout.parent or not _leads(book, sheet):
            continue
        for number, row in sheet.rows:
            settle(book, layout, number, row)
            name = str(row.get(layout.lead, "")) if layout.lead else ""
            cells = {k: v for k, v in row.items() if k != layout.lead}
            found.setdefault(layout.parent, {}).setdefault(name, {}).setdefault(layout.part, []).append((number, cells))
    return found


def flats(own: Kin) -> dict[str, list[Flat]]:
    """Rows as the elements of lists."""
    return {name: [Flat(dict(row)) for _, row in rows] for name, rows in own.items()}


def _leads(book: Workbook, sheet: Sheet) -> bool:
    """Whether rows can say whose they are; tells once, for all of them, of a column that is not there."""
    name, lead = sheet.layout.sheet, sheet.layout.lead
    if not lead or lead in sheet.places:
        return True
    meant = [p for p in book.problems if (p.file, p.code, p.nearest) == (book.where(name), "unknown-column", lead)]
    if sheet.rows and not meant:
        what = f"The sheet {name} has no column “{lead}”: of none of its rows it is said whose it is."
        mend = f"Add the column {lead}; in each row stands an id of the sheet {sheet.layout.parent}."
        book.tell(name, sheet.head, 0, "missing-column", what, mend)
    return False


def settle(book: Workbook, layout: Layout, number: int, row: Row) -> None:
    """Refuses a cell ``more`` that is no JSON."""
    if MORE in row and layout.sheet not in TABLES:
        try:
            json.loads(str(row[MORE]))
        except ValueError:
            del row[MORE]
            place = book.sheets[layout.sheet].places[MORE]
            what, mend = "The cell more is not JSON.", 'Write it as {"field": value}, or leave it blank.'
            book.tell(layout.sheet, number, place, "not-json", what, mend)


def tell_orphans(book: Workbook, parent: str, parents: Mapping[str, Kin]) -> None:
    """Tells of rows whose parent is not there."""
    known = [str(row.get("id", "")) for _, row in book.sheets[parent].rows] if parent in book.sheets else []
    if layouts()[parent].file.endswith("/"):
        known = [one for one in known if NAME.fullmatch(one)]
    for name, kin in parents.items():
        near = nearest(name, known)
        for field_name, rows in kin.items():
            sheet = f"{parent}.{field_name}"
            place = book.sheets[sheet].places.get(layouts()[sheet].lead, 1)
            for number, _ in rows:
                what = (
                    f"There is no “{short(name)}” in the sheet {parent}."
                    if name
                    else f"It is not said whose row of {parent} this is."
                )
                mend = f"Write “{near}”." if near else f"Write an id of the sheet {parent}, or take the row away."
                book.tell(sheet, number, place, "row-of-nobody", what, mend, near)
