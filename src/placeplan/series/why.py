"""The codes of what can be wrong with a published file, why each matters, and the words for what is set aside."""

from __future__ import annotations

from placeplan.core.errors import Problem, Severity

WHY: dict[str, str] = {
    "unreadable-file": "What cannot be read cannot be used.",
    "empty-file": "An empty file says nothing, and nothing is filled in silently.",
    "half-file": "What is missing at the end would seem never to have been there.",
    "too-large": "Such a file would fill the memory.",
    "wrong-encoding": "Names would be garbled, or not read at all.",
    "broken-csv": "The cells after this place cannot be told apart.",
    "no-layout": "Figures whose meaning is not known cannot be used.",
    "two-layouts": "The same column would mean one thing or another.",
    "unknown-layout": "Only known layouts say what the columns mean.",
    "no-period": "A figure without its year cannot be set beside others.",
    "given-twice": "It would count twice.",
    "no-rows-left": "A file of which nothing is used would seem to have been read.",
    "set-aside": "They are not in the table, so that nothing wrong counts; each is in the list of what was set aside.",
    "cells-not-used": "There is no figure in them; the rest of the row counts.",
    "unknown-code": "Either the code is a slip, or the list is older than the file.",
    "period-assumed": "Figures of another year would stand under the wrong one.",
    "columns-not-read": "What stands in them is not in the table.",
    "year-not-whole": "A missing month is not zero, and a year of fewer would be too small.",
    "year-not-there": "A figure of another year would stand under the wrong one.",
    "not-of-plan": "A row that breaks a rule of the plan's table would be refused there.",
}
"""Code → why it matters, one sentence."""

ASIDE: dict[str, tuple[str, str]] = {
    "blank": ("blank line", "Nothing to do."),
    "above": ("line above the header", "Nothing to do."),
    "header": ("repeated header", "Nothing to do."),
    "total": ("row of totals", "Nothing to do: everything in it would count twice."),
    "note": ("note beside the table", "Nothing to do; read it for what it says of the figures."),
    "cells": ("row with more or fewer cells than the header", "Put text that holds a comma in double quotes, or fetch the file anew."),
    "slipped": ("row whose cells have slipped into other columns", "Fetch the file anew: 1,223 was written without quotes and became 1 and 223; nothing says which cells belong together."),
    "code": ("row without a code of the right form", "Write the code as its register does."),
    "other": ("row without a second code of the right form", "Write the code as its register does."),
    "period": ("row whose period cannot be read", "Write it as 2016-04, 30/04/2016 or April 2016, the day before the month."),
    "age": ("row whose age cannot be read", "Write it as 0-4, 90+ or 35."),
    "sex": ("row whose sex cannot be read", "Write it as F, M or all."),
    "formula": ("row with a spreadsheet's formula", "Save its value."),
    "twice": ("row that is there a second time", "Nothing to do: it counts once."),
    "contradicts": ("row that says another figure for the same thing", "Find out which of them holds, and take the other away."),
    "no_number": ("row whose figures are no numbers, or cannot be", "Write bare numbers."),
    "suppressed": ("row whose figures the publisher keeps back", "Nothing to do: it is not zero."),
    "no_figure": ("row without any figure", "Nothing to do: it says nothing that could be counted."),
}  # fmt: skip
"""Reason for which a row is set aside → what such a row is, and what to do."""

HARMLESS = frozenset({"blank", "above", "header", "total", "note", "twice", "suppressed", "no_figure"})
"""Reasons that published files have anyway."""

CELLS: dict[str, tuple[str, str]] = {
    "blank": ("blank", ""),
    "suppressed": ("suppressed by the publisher", "Nothing to do: few people could be known by it. It is not zero."),
    "formula": ("a formula or a spreadsheet's error", "Save its value."),
    "words": ("no number", "Write a bare number."),
    "below": ("below the lowest there can be", "Look it up where it was published."),
    "above": ("above the highest there can be", "Look it up where it was published."),
}
"""Reason for which a cell is not used → what it is, and what to do."""


def problem(
    file: str, row: int, column: str, code: str, what: str, mend: str, nearest: str = "", severity: Severity = "error"
) -> Problem:
    """A `Problem` whose reason is that of its code."""
    return Problem(file, row, column, code, what, WHY[code], mend, nearest, severity)
