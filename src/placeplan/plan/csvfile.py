"""CSV tables as people write them, read strictly into rows that know their line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from placeplan.core.csvtext import SEPARATORS, CsvError, records
from placeplan.core.errors import Problem, nearest
from placeplan.core.tables import Row
from placeplan.plan.located import Item, problem
from placeplan.plan.spreadsheet import MEND_ERROR, is_error
from placeplan.plan.validate import build

R = TypeVar("R", bound=Row)
QUOTES = "Put text that holds a comma or a quote in double quotes, and write a quote inside it twice."

TOTAL = re.compile(r"(grand |sub-?|sub )?totals?:?|sum:?", re.IGNORECASE)
"""How a row of totals begins."""
COMMAS = "Part cells by commas, and write numbers without them (1200)."


def read_table(
    text: str, name: str, row_class: type[R]
) -> tuple[tuple[Item[R], ...], list[dict[str, str]], list[Problem]]:
    """Rows of a table, the cells as written (with those of rows that were refused), and every problem."""
    problems: list[Problem] = []
    lines = _lines(text, name, problems)
    header = next(lines, (1, []))[1]
    problems += _header(header, name, row_class, text)
    if problems:
        return (), [], problems
    items: list[Item[R]] = []
    written: list[dict[str, str]] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if TOTAL.fullmatch(next(cell.strip() for cell in cells if cell.strip())):
            what, mend = f"Line {line} is a row of totals.", "Take the line away: totals do not belong in a table."
            problems.append(problem(name, line, "", "total-row", what, mend))
            continue
        if len(cells) != len(header):
            what = f"Line {line} has {len(cells)} cell{'' if len(cells) == 1 else 's'}, the header {len(header)}."
            problems.append(problem(name, line, "", "wrong-cells", what, f"{COMMAS} {QUOTES}"))
            written.append(dict(zip(header, cells, strict=False)))
            continue
        given = {column: cell.strip() for column, cell in zip(header, cells, strict=True) if cell.strip()}
        written.append(given)
        row, wrong = build(row_class, given, Item(None, name, line))
        wrong += _errors(given, name, line, {p.column for p in wrong})
        problems += wrong
        if row is not None and not wrong:
            items.append(Item(row, name, line))
    return tuple(items), written, problems


def _errors(given: dict[str, str], name: str, line: int, told: set[str]) -> list[Problem]:
    """A problem for each cell that is a spreadsheet's error, where it would pass as text."""
    return [
        problem(name, line, column, "cell-error", f"{column} is the error {cell}.", MEND_ERROR)
        for column, cell in given.items()
        if column not in told and is_error(cell)
    ]


def _lines(text: str, name: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which each begins; stops with a problem where the quotes do not match."""
    try:
        for line, cells in records(text):
            yield line, [cell.strip() for cell in cells] if line == 1 else cells
    except CsvError as broken:
        problems.append(problem(name, broken.line, "", "broken-csv", str(broken), QUOTES))


def _header(header: list[str], name: str, row_class: type[Row], text: str) -> Iterator[Problem]:
    """What is wrong with the names of the columns."""
    known = list(row_class.model_fields)
    if header and header[0].startswith("sep="):
        what, mend = "Line 1 is a spreadsheet's note on separators, not the header.", "Take the line away."
        yield problem(name, 1, "", "wrong-separator", what, mend)
        return
    if len(header) == 1 and header[0] not in known:
        first = text.splitlines()[0]
        for sign, called in SEPARATORS.items():
            if sign != "," and sign in first:
                what, mend = f"The cells of {name} are parted by {called}, not commas.", "Save it as CSV with commas."
                yield problem(name, 1, "", "wrong-separator", what, mend)
                return
    yield from _unnamed(header, name)
    meant: set[str] = set()
    for position, column in enumerate(header):
        if column and column in header[:position]:
            what = f"There are two columns “{column}”."
            yield problem(name, 1, column, "duplicate-column", what, "Keep one of them.")
        elif column and column not in known:
            near = nearest(column, [k for k in known if k not in header])
            meant.add(near)
            mend = f"Write “{near}”." if near else f"Take it away; {name} may have: {', '.join(known)}."
            yield problem(name, 1, column, "unknown-column", f"There is no column “{column}” in {name}.", mend, near)
    for column, field in row_class.model_fields.items():
        if field.is_required() and column not in header and column not in meant:
            mend = f"Add the column{': ' + field.description if field.description else f' {column}.'}"
            yield problem(name, 1, column, "missing-column", f"{name} has no column “{column}”.", mend)


def _unnamed(header: list[str], name: str) -> Iterator[Problem]:
    """One problem for all columns without a name: mostly blank ones to the right of the table."""
    blank = [str(position) for position, column in enumerate(header, start=1) if not column]
    if blank:
        what = f"Column {blank[0]} has no name." if len(blank) == 1 else f"Columns {', '.join(blank)} have no name."
        mend = "Name it or take it away; where it looks empty, delete the whole column in the spreadsheet."
        yield problem(name, 1, "", "unknown-column", what, mend)
