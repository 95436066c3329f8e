"""Why a row is set aside. Rows in are rows used and rows set aside, each for one reason: the first that holds."""

from __future__ import annotations

USED = 0
"""No reason: the row counts."""

REASONS: tuple[tuple[str, str], ...] = (
    ("used", "counts"),
    ("header-again", "is a header, once more or in a second line"),
    ("totals-row", "is a row of totals"),
    ("not-counted", "is of a kind that the map does not count"),
    ("blank-date", "has no start"),
    ("unknown-date", "has a date that is none, is written in no known style, or lies years from the base year"),
    ("month-first", "has a date with the month first, as in America"),
    ("end-before-start", "ends before it starts"),
    ("other-year", "lies outside the year"),
    ("unknown-provider", "names a provider or site that the plan does not have"),
    ("unknown-pod", "has codes for which the map has no point of delivery"),
    ("duplicate", "was sent twice: a row with its number is counted already"),
    ("wrong-cells", "has more or fewer cells than the header, or quotes that do not match"),
)
"""Code and what is true of such a row, in the order in which they are looked for; the number is the place here."""

NUMBER: dict[str, int] = {code: number for number, (code, _) in enumerate(REASONS)}
"""Number of each reason."""
