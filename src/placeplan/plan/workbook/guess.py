"""What a code was before a spreadsheet made a date or a number of it, as far as the other cells show it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from placeplan.plan.workbook.columns import Column
from placeplan.plan.workbook.layout import Layout

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATED = re.compile(
    rf"({'|'.join(MONTHS)})[a-z]*[-/ ]?(\d{{1,4}})|(\d{{1,4}})[-/ ]?({'|'.join(MONTHS)})[a-z]*", re.IGNORECASE
)
_POWER = re.compile(r"\d+[eE]\d+|\d+")


@dataclass
class Codes:
    """The codes that stand in a workbook as text and could have been taken for dates or numbers."""

    dated: dict[tuple[int, int], str] = field(default_factory=dict)
    """By month and number: MAR01 is (3, 1)."""
    powers: dict[float, str] = field(default_factory=dict)
    """By the number that is made of them: 5E1 is 50."""
    words: set[str] = field(default_factory=set)
    """All of them."""

    def learn(self, layout: Layout, places: Mapping[str, int], rows: Sequence[Sequence[Any]]) -> None:
        """Look through the columns of codes."""
        for column in layout.columns:
            place = places.get(column.name)
            if place is not None and column.code:
                words = {w for row in rows if isinstance(w := row[place - 1], str)}
                for word in (w.strip() for words_of in words for w in words_of.split("\n")):
                    self._learn(word)

    def _learn(self, word: str) -> None:
        self.words.add(word)
        dated = _DATED.fullmatch(word)
        if dated:
            month = (dated[1] or dated[4]).lower()
            self.dated.setdefault((MONTHS.index(month) + 1, int(dated[2] or dated[3])), word)
        elif _POWER.fullmatch(word) and "e" in word.lower():
            self.powers.setdefault(float(word), word)


def guessed(value: Any, column: Column, codes: Codes) -> str:
    r"""What was probably typed; "" where it cannot be told.

    >>> import datetime as d
    >>> from placeplan.plan.workbook.columns import Facts
    >>> month = Column("start", ("start",), Facts(text=True, pattern=r"^\d{4}-(0[1-9]|1[0-2])$"))
    >>> guessed(d.date(2016, 4, 1), month, Codes())
    '2016-04'
    >>> guessed(50.0, Column("id", ("id",), Facts(text=True, pattern="id")), Codes(powers={50.0: "5E1"}))
    '5E1'
    """
    if isinstance(value, dt.date):
        return _of_date(value, column.facts.pattern, codes)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return codes.powers.get(float(value), "") if column.code else ""
    return ""


def _of_date(value: dt.date, pattern: str, codes: Codes) -> str:
    """What a date was, by the pattern of what may stand there: a month, a day, an age band, a code."""
    if pattern.startswith(r"^\d{4}-(0") and "(-(0[1-9]" not in pattern:
        return f"{value.year}-{value.month:02d}" if value.day == 1 else ""
    if pattern.startswith(r"^\d{4}-(0"):
        return f"{value.year}-{value.month:02d}-{value.day:02d}"
    if pattern.startswith(r"^(\d{1,3}-"):
        return _age(value, codes)
    keys = ((value.month, value.day), (value.month, value.year), (value.month, value.year % 100))
    return next((codes.dated[k] for k in keys if k in codes.dated), "") if pattern else ""


def _age(value: dt.date, codes: Codes) -> str:
    """The age band of which a date was made: 1-4 became 1 April or 4 January, 10-14 became October 2014."""
    day = f"{min(value.day, value.month)}-{max(value.day, value.month)}"
    year = f"{value.month}-{value.year % 100}"
    return year if year in codes.words and day not in codes.words else day
