"""What spreadsheets leave behind in the cells of a CSV: errors, formulas, dates made of codes, brackets for a minus."""

from __future__ import annotations

import re

NUMBER = re.compile(
    r"[-+]?[£$€]?\s*[-+]?[\d][\d.,\s]*\s*(%|k|m|bn|p|£|€|GBP|EUR|USD|million|thousand|percent|per cent)?", re.IGNORECASE
)
"""A number with a unit or separators."""
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\d{{1,4}}[-/ ]({_MONTHS})|({_MONTHS})[-/ ]\d{{1,4}}|\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}", re.IGNORECASE
)
MEND_ERROR = "It is a spreadsheet's error: mend the formula there, and save the value."
_TRACES: tuple[tuple[str, str], ...] = (
    (r"#.*", MEND_ERROR),
    (r"=.*", "It is a spreadsheet's formula: save its value."),
    (r"\(.*\d.*\)", "Write a bare number; one below zero has a minus sign, not brackets: -1200."),
    (r"[−–—]\s*\d.*", "Write the minus as a plain hyphen: -1200."),
    (r"n\.?/?a\.?|nil|none|tbc|unknown|[-–—.*:x]+", "Write a bare number, or leave the cell blank where nobody knows it."),
)  # fmt: skip
"""Pattern of what stands for a number, and how to mend it."""

_ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"])
"""What a spreadsheet shows in place of a value that it could not calculate."""


def is_error(text: str) -> bool:
    """Whether a text is a spreadsheet's error, which stands for no value anywhere.

    >>> is_error(" #N/A"), is_error("#1 of the list")
    (True, False)
    """
    return text.strip().upper() in _ERRORS


def as_number(text: str) -> str:
    """How to mend what stands for a number and is none.

    >>> as_number("#REF!")
    "It is a spreadsheet's error: mend the formula there, and save the value."
    >>> as_number("many")
    'Write a bare number.'
    """
    text = text.strip()
    if _DATE.fullmatch(text):
        return "A spreadsheet made a date of it: format the column as a number there, and type the figure again."
    found = (mend for pattern, mend in _TRACES if re.fullmatch(pattern, text, re.IGNORECASE))
    return next(found, "Write a bare number.")


def as_code(text: str) -> str:
    """How to mend what was a code or an age band until a spreadsheet changed it; "" where it shows no trace of one.

    >>> as_code("65-Jul").partition(":")[0], as_code("1E+05").partition(":")[0], as_code("R B")
    ('A spreadsheet made a date of it', 'A spreadsheet made a number of it', '')
    """
    again = "format the column as text there, and type the code again."
    if _DATE.fullmatch(text):
        return f"A spreadsheet made a date of it: {again}"
    if re.fullmatch(r"\d(\.\d+)?E\+\d+", text, re.IGNORECASE):
        return f"A spreadsheet made a number of it: {again}"
    return MEND_ERROR if text.startswith("#") else ""


def short(value: object, most: int = 40) -> str:
    """A value as it is shown in a message, cut where it is long.

    >>> short("9" * 50)
    '9999999999999999999999999999999999999999…'
    """
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}…"
