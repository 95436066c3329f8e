"""Problems of records, and why each kind of them matters."""

from __future__ import annotations

from dataclasses import replace

from placeplan.core.errors import Problem


def problem(
    where: str, code: str, what: str, mend: str, *, row: int = 0, column: str = "", nearest: str = ""
) -> Problem:
    """An error of this step; why it matters is the same for all of a code."""
    return Problem(where, row, column, code, what, WHY[code], mend, nearest)


def warning(p: Problem) -> Problem:
    """The same as a warning: it is told, and the rest goes on."""
    return replace(p, severity="warning")


WHY: dict[str, str] = {
    "records-not-installed": "Only those who read records need what reads them.",
    "records-unreachable": "Records are counted where they are.",
    "records-unknown-table": "Only a table that is there can be counted.",
    "records-no-column": "Without it no row of the extract can be counted.",
    "records-no-rows": "Nothing can be said from no rows.",
    "records-not-a-table": "Only CSV and Parquet files hold records that can be read.",
    "records-empty-file": "An empty file says nothing; part of the extract may be missing.",
    "records-half-a-file": "The rest of the file may be missing as well.",
    "records-wrong-cells": "Nobody can say which cell is which in such a line.",
    "records-engine": "Nothing was counted, and nothing was written.",
    "records-memory": "DuckDB has to know how much memory it may use.",
    "records-rows-lost": "Rows in must be rows used and rows set aside; nothing may be dropped.",
    "records-unknown-map": "A map says what the columns of an extract mean.",
    "records-bad-map": "A rule that looks at nothing would never hold, or always.",
    "records-unknown-pod": "Rates of a point of delivery that the plan does not know would be read by nothing.",
    "records-too-many": "A row is counted as one number of 64 bits, with a share for each part.",
    "records-no-area": "All people would seem to come from beyond the footprint.",
    "records-month-first": "Days up to the 12th of such dates may have been taken for months.",
    "records-not-known": "Such rows count at their sites, and in no rate by area, sex and age.",
    "records-not-checked": "Rows sent twice would count twice.",
    "records-set-aside": "Rates are lower by what is set aside without being wrong.",
}
"""Why each kind of problem of this step matters."""
