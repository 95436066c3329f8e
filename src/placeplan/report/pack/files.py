"""Tables as files: CSV, Parquet and Excel. The same findings give the same bytes, but for Parquet's own version mark."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from placeplan.plan.workbook.style import printed
from placeplan.report import where
from placeplan.report.pack.tables import Kind, Table, Value

SQL: Final[dict[Kind, str]] = {"text": "VARCHAR", "number": "DOUBLE", "whole": "BIGINT", "flag": "BOOLEAN"}
CREATED: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""When a workbook says that it was made: the same findings give the same bytes."""
WIDEST: Final = 60
NUMBER: Final = 12
"""Widest column of numbers: Excel shows as many digits as it holds, and keeps all."""
LONGEST: Final = 32_767
"""Characters that a cell of Excel holds."""


def as_csv(table: Table) -> str:
    """A table as CSV, RFC 4180."""
    return where.as_csv(table.rows, [c.name for c in table.columns], "\r\n")


def write_parquet(table: Table, path: Path) -> None:
    """A table as Parquet, with the types of its columns."""
    import duckdb  # noqa: PLC0415 – slow to import

    named = ", ".join(f'"{c.name}" {SQL[c.kind]}' for c in table.columns)
    with duckdb.connect() as base:
        base.execute(f"CREATE TABLE found ({named})")
        if table.rows:
            marks = ", ".join("?" * len(table.columns))
            base.executemany(f"INSERT INTO found VALUES ({marks})", [list(r) for r in table.rows])  # noqa: S608 – our own names
        base.table("found").write_parquet(str(path))


def as_excel(tables: Sequence[Table], about: Sequence[tuple[str, str]]) -> bytes:
    """A workbook: what it is, then one sheet for each table with its header frozen, filtered and explained.

    Text stays text, whatever it begins with.
    """
    import xlsxwriter  # noqa: PLC0415 – only who asks for a pack needs it

    found = io.BytesIO()
    with xlsxwriter.Workbook(
        found, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": dict(about).get("Plan", ""), "created": CREATED})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#d8dde0"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("about")
        first.set_column(0, 0, 28)
        first.set_column(1, 1, 90)
        for n, (what, said) in enumerate((*about, *((t.name, t.title) for t in tables))):
            first.write_string(n, 0, what, head)
            first.write_string(n, 1, said, wrap)
            if n >= len(about):
                first.write_url(n, 0, f"internal:'{what}'!A1", None, what)
        printed(first, (28, 90), 0)
        for table in tables:
            _sheet(book, table, head, wrap)
    return found.getvalue()


def _sheet(book: Any, table: Table, head: Any, wrap: Any) -> None:
    sheet = book.add_worksheet(table.name)
    widths: list[float] = []
    for n, column in enumerate(table.columns):
        sheet.write_string(0, n, column.name, head)
        if column.about:
            sheet.write_comment(0, n, column.about, {"x_scale": 2})
        longest = max((len(str(row[n])) for row in table.rows if row[n] is not None), default=0)
        most = WIDEST if column.kind == "text" else NUMBER
        widths.append(max(len(column.name) + 4, min(longest + 2, most)))
        sheet.set_column(n, n, min(WIDEST, widths[-1]))
    for k, row in enumerate(table.rows, 1):
        for n, value in enumerate(row):
            _cell(sheet, k, n, value, wrap)
    printed(sheet, widths, 1)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)


def _cell(sheet: Any, row: int, column: int, value: Value, wrap: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST], wrap if len(value) > WIDEST else None)
    else:
        sheet.write_number(row, column, value)
