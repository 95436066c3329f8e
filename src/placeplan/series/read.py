"""One published file → one tidy table, and everything that was set aside with its reason: rows in = rows used + set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from placeplan.core.errors import PlanError, Problem
from placeplan.series.layout import Layout, licences
from placeplan.series.loaded import load
from placeplan.series.opened import Opened, open_file
from placeplan.series.recognise import Place
from placeplan.series.sorting import assume, sort_out
from placeplan.series.telling import problems_of
from placeplan.series.why import problem

COLUMNS = (
    "series", "code", "name", "other", "period", "measure", "of", "sex", "age", "value", "text", "unit", "source",
    "licence", "line",
)  # fmt: skip
"""Columns of the tidy table: one figure a row.

``series``: id of the layout. ``code``: whose figure it is (ODS or ONS code), ``other``: the second code of a flow. ``of``: what
divides it further. ``value``: a number in ``unit``, or ``text`` where it is none. ``line``: row of the file that it stood in.
"""


@dataclass
class Series:
    """A file that was read."""

    name: str
    """The file's name, and its sheet."""
    place: Place
    notes: list[str]
    """How the file was written, where that is worth a word."""
    connection: duckdb.DuckDBPyConnection = field(repr=False)
    assumed: str = ""
    """The period, where the file does not say it."""

    @property
    def layout(self) -> Layout:
        """What kind of file it is."""
        return self.place.layout

    def ask(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """Rows of a query on ``raw``, ``rows`` (each with ``why`` it was set aside, null if it was not), ``cells`` and ``tidy``."""
        return self.connection.execute(query, list(given) or None).fetchall()

    @cached_property
    def rows(self) -> int:
        """Rows in the file, all but the header."""
        return int(self.ask("select count(*) from raw")[0][0])

    @cached_property
    def used(self) -> int:
        """Rows of which at least one figure is used."""
        return int(self.ask("select count(*) from rows where why is null")[0][0])

    @cached_property
    def aside(self) -> dict[str, int]:
        """Reason → rows set aside for it."""
        return dict(self.ask("select why, count(*) from rows where why is not null group by 1 order by 2 desc, 1"))

    @cached_property
    def cells(self) -> dict[str, int]:
        """Cells of the rows that are used: ``figure``, and reason → cells that are not used."""
        return dict(self.ask("select coalesce(why, 'figure'), count(*) from cells group by 1 order by 2 desc, 1"))

    @cached_property
    def periods(self) -> tuple[str, str]:
        """First and last period of the figures."""
        first, last = self.ask("select min(period), max(period) from tidy")[0]
        return str(first or ""), str(last or "")

    @cached_property
    def source(self) -> str:
        """Publisher and title, as they stand with each figure."""
        return f"{self.layout.publisher}, {self.layout.title}"

    @property
    def licence(self) -> str:
        """What has to be said with figures of this file."""
        return licences()[self.layout.licence]

    def problems(self) -> list[Problem]:
        """What a reader has to know: what was set aside, what was assumed, which columns were not read; all warnings."""
        return problems_of(self)


def read_series(path: str | Path, layout: str = "", period: str = "") -> list[Series]:
    """Read a published file; an Excel file gives one series for each of its sheets that has a layout.

    Args:
        path: CSV (also packed by gzip), Excel or Parquet; its name does not matter.
        layout: id of the layout, where more than one would fit.
        period: of when the figures are, where the file does not say it: 2016/17.

    Raises:
        PlanError: where the file cannot be read, no layout fits it, or nothing of it could be used.
    """
    opened = open_file(Path(path))
    if not opened.sheets:
        return [_read(opened, "", layout, period)]
    found: list[Series] = []
    refused: list[Problem] = []
    for sheet in opened.sheets:
        try:
            found.append(_read(opened, sheet, layout, period))
        except PlanError as error:
            refused += error.problems
            opened.notes.append(f"sheet “{sheet}” was not read")
    if not found:
        raise PlanError(refused)
    return found


def _read(opened: Opened, sheet: str, layout: str, period: str) -> Series:
    connection, place = load(opened, sheet, layout)
    name = f"{opened.name} [{sheet}]" if sheet else opened.name
    when, assumed = assume(place, period, name)
    sort_out(connection, place, when)
    series = Series(name, place, opened.notes, connection, when if assumed else "")
    source, licence = (text.replace("'", "''") for text in (series.source, place.layout.licence))
    connection.execute(
        f"create view tidy as select '{place.layout.id}' as series, code, name, other, period, measure, \"of\", sex, age, "
        f"value, text, unit, '{source}' as source, '{licence}' as licence, line from figures"
    )
    if not series.used:
        raise PlanError([*problems_of(series), _nothing_left(series)])
    return series


def _nothing_left(series: Series) -> Problem:
    what = f"{series.name} has a header, and no row under it."
    if series.rows:
        what = f"Nothing of {series.name} can be used: its {series.rows:,} rows were all set aside."
    return problem(series.name, 0, "", "no-rows-left", what, "See below why, and fetch or mend the file.")
