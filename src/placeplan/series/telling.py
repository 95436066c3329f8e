"""What a reader of a published file has to know, as warnings: what was set aside and why, what was assumed, what was not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from placeplan.core.errors import Problem, nearest
from placeplan.series.layout import SHAPES
from placeplan.series.recognise import LOOKED_AT, matched, position
from placeplan.series.sorting import columns_of
from placeplan.series.why import ASIDE, CELLS, HARMLESS, problem

if TYPE_CHECKING:
    from placeplan.series.read import Series

SHOWN = 3
"""Lines, codes and columns that are named; of more, how many there are."""


def problems_of(series: Series) -> list[Problem]:
    """All warnings of a file that was read."""
    return [*_aside(series), *_cells(series), *_assumed(series), *_not_read(series)]


def counted(number: int, what: str) -> str:
    """A number of things.

    >>> counted(1, "blank line"), counted(1200, "row of totals"), counted(2, "row that is there a second time")
    ('1 blank line', '1,200 rows of totals', '2 rows that are there a second time')
    """
    if number == 1:
        return f"1 {what}"
    many = re.sub(r"^((?:blank |repeated )?)(row|line|header|note)\b", r"\1\2s", what)
    for one, more in (("that is there", "that are there"), ("that says", "that say")):
        many = many.replace(one, more)
    return f"{number:,} {many}"


def _aside(series: Series) -> Iterator[Problem]:
    for why, number in series.aside.items():
        what, mend = ASIDE[why]
        lines = [r[0] for r in series.ask("select line from rows where why = ? order by line limit ?", why, SHOWN)]
        more = f" … and {number - len(lines):,} more" if number > len(lines) else ""
        said = (
            f"Set aside: {counted(number, what)} (line{'s' if number > 1 else ''} {', '.join(map(str, lines))}{more})."
        )
        column, near = "", ""
        if why == "code":
            column, said, near = _bad_code(series, said)
        if why == "slipped":
            column, said = _slipped_cell(series, said)
        if why not in HARMLESS:
            yield problem(series.name, lines[0], column, "set-aside", said, mend, near, "warning")


def _bad_code(series: Series, said: str) -> tuple[str, str, str]:
    """Column, sentence and nearest code of the rows whose code has not the right form."""
    layout = series.layout
    at = series.place.at(layout.code.column)
    written = str(series.ask(f"select trim(c{at}) from raw join rows using (line) where why = 'code' order by line limit 1")[0][0])  # fmt: skip
    known = [r[0] for r in series.ask("select distinct code from rows where why is null limit 5000")]
    near = nearest(written.upper(), known)
    near = written.upper() if written.upper() in known else near
    hint = f" Did you mean “{near}”?" if near else ""
    return series.place.header[at or 0], f"{said} “{written}” is not {SHAPES[layout.code.shape][1]}.{hint}", near


def _slipped_cell(series: Series, said: str) -> tuple[str, str]:
    """Column and sentence of the first cell that cannot stand where it does."""
    header, layout = series.place.header, series.layout
    for pattern, holds in layout.holds.items():
        for at, _ in matched(header, pattern):
            query = f"select line, trim(c{at}) from raw join rows using (line) where why = 'slipped' order by line limit {LOOKED_AT}"
            for line, written in series.ask(query):
                if not re.fullmatch(holds, written, re.IGNORECASE):
                    return header[at], f"{said} In line {line} “{header[at]}” holds “{written}”."
    return "", said


def _cells(series: Series) -> Iterator[Problem]:
    for why, number in series.cells.items():
        if why in ("figure", "blank"):
            continue
        what, mend = CELLS[why]
        query = (
            "select line, nth, list_extract(list(distinct measure), 1) from cells join columns using (nth) "
            "where why = ? group by 1, 2 order by 1, 2 limit 1"
        )
        line, at, _ = series.ask(query, why)[0]
        written = str(series.ask(f"select trim(c{at}) from raw where line = ?", line)[0][0])
        cells = f"{number:,} cells are" if number > 1 else "1 cell is"
        said = f"{cells} {what}, first “{written}”."
        yield problem(series.name, line, series.place.header[at], "cells-not-used", said, mend, severity="warning")


def _assumed(series: Series) -> Iterator[Problem]:
    if series.assumed:
        what = f"The file does not say of when it is; taken as {series.assumed}, as its layout was published for."
        mend = f"If it is of another time, say so: --period {series.assumed}."
        yield problem(series.name, 0, "", "period-assumed", what, mend, severity="warning")


def _not_read(series: Series) -> Iterator[Problem]:
    """Columns that are in the file and not in the layout."""
    layout, header = series.layout, series.place.header
    known: set[int | None] = {c.at for c in columns_of(series.place)}
    known |= {position(header, names) for names in layout.needed()} | {position(header, o.column) for o in layout.of}
    ignored = [re.compile(p, re.IGNORECASE) for p in layout.ignore]
    left = [
        h or "(no name)"
        for i, h in enumerate(header)
        if i not in known and not any(p.fullmatch(h) for p in ignored) and _holds(series, i)
    ]
    if left:
        shown = ", ".join(f"“{h}”" for h in left[:SHOWN]) + (
            f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
        )
        what = f"{len(left)} column{'s are' if len(left) > 1 else ' is'} not read: {shown}."
        yield problem(series.name, series.place.line, "", "columns-not-read", what, "Nothing to do, if you do not need them.", severity="warning")  # fmt: skip


def _holds(series: Series, at: int) -> bool:
    """Whether anything stands in a column, below its name."""
    return bool(series.ask(f"select 1 from raw join rows using (line) where why is null and trim(c{at}) <> '' limit 1"))
