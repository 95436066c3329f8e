"""The rows of a table in DuckDB, as they were written, each with its line: nothing is left out here."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from placeplan.core.csvtext import CsvError, records
from placeplan.core.errors import PlanError
from placeplan.series.opened import Opened
from placeplan.series.recognise import LOOKED_AT, Place, heads, the_one
from placeplan.series.why import problem

Records = Iterable[tuple[int, Sequence[str]]]
"""Line on which a record begins, and its cells."""


def load(opened: Opened, sheet: str, asked: str) -> tuple[duckdb.DuckDBPyConnection, Place]:
    """Find the layout of a file (or one of its sheets) and put its rows into ``raw(line, n, c0, c1 …)``.

    ``n`` is how many cells a row has; 0 for a blank line. Rows above the header are there as well, with their lines.

    Raises:
        PlanError: where no layout fits, or the quotes of a text do not match.
    """
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    if opened.parquet is not None:
        return connection, _parquet(connection, opened, asked)
    if sheet:
        rows = opened.sheets[sheet]
        place = the_one(opened.name, [(",", rows[: LOOKED_AT + 40])], asked, sheet)
        written: Records = enumerate(rows, start=1)
    else:
        place = the_one(opened.name, list(heads(opened.text)), asked)
        written = _records(opened, place.delimiter)
    _fill(connection, written, place)
    return connection, place


def _records(opened: Opened, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        yield from records(opened.text, delimiter)
    except CsvError as broken:
        mend = "Fetch the file anew; where it was edited, put text that holds a quote in quotes, and the quote twice."
        raise PlanError([problem(opened.name, broken.line, "", "broken-csv", str(broken), mend)]) from broken


def _fill(connection: duckdb.DuckDBPyConnection, written: Records, place: Place) -> None:
    """Writes every record but the header's into ``raw``, by way of a clean file."""
    width = len(place.header)
    with tempfile.TemporaryDirectory(prefix="placeplan-series-") as folder:
        clean = Path(folder) / "clean.csv"
        with clean.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            for count, (line, cells) in enumerate(written, start=1):
                if place.line - place.lines < count <= place.line:
                    continue
                kept = _trimmed(cells, width)
                above = count <= place.line
                extra = [c for c in kept[width:] if c.strip()]
                shown = [*kept[:width], *[""] * (width - len(kept))]
                writer.writerow([line, -1 if above and any(shown) else len(kept), *shown, " ".join(extra)])
        names = ", ".join(f"c{i}: 'VARCHAR'" for i in range(width))
        connection.execute(
            "create table raw as select * from read_csv($1, auto_detect = false, header = false, delim = ',', quote = '\"', "
            "escape = '\"', nullstr = '\x01', parallel = false, max_line_size = 16777216, new_line = '\\n', "
            f"columns = {{line: 'BIGINT', n: 'BIGINT', {names}, extra: 'VARCHAR'}})",
            [str(clean)],
        )


def _trimmed(cells: Sequence[str], width: int) -> Sequence[str]:
    """Cells without blank ones beyond the header's; none at all for a blank line."""
    end = len(cells)
    while end and not cells[end - 1].strip() and (end > width or not any(c.strip() for c in cells)):
        end -= 1
    return cells[:end]


def _parquet(connection: duckdb.DuckDBPyConnection, opened: Opened, asked: str) -> Place:
    path = str(opened.parquet).replace("'", "''")
    try:
        connection.execute(f"create view file as select * from read_parquet('{path}')")
        names = [row[0] for row in connection.execute("describe file").fetchall()]
        first = connection.execute(f"select * from file limit {LOOKED_AT}").fetchall()
        rows = [["" if c is None else str(c) for c in row] for row in first]
        place = the_one(opened.name, [(",", [names, *rows])], asked)
        columns = ", ".join(f'coalesce("{n.replace(chr(34), chr(34) * 2)}"::varchar, \'\') as c{i}' for i, n in enumerate(names))  # fmt: skip
        connection.execute(
            f"create table raw as select row_number() over () as line, {len(names)} as n, {columns}, '' as extra from file"
        )
    except duckdb.Error as failed:
        what = f"{opened.name} is Parquet that cannot be read: {str(failed).splitlines()[0]}"
        raise PlanError([problem(opened.name, 0, "", "half-file", what, "Fetch the file anew.")]) from failed
    return place
