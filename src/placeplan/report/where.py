"""Where a page's links lead: to a place on the same page, or to pages and files of a site. The templates are the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote


def anchor(text: str) -> str:
    """An id for an address, of letters, digits and dashes only.

    >>> anchor('p-wh.beds"><script>')
    'p-wh-beds-script'
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


class Where:
    """A page that stands alone: promises lie on it, the other things have no page, and data stands in its addresses."""

    def promise(self, name: str) -> str:
        """Address of a promise."""
        return f"#{anchor(f'p-{name}')}"

    def page(self, kind: str, name: str) -> str:
        """Address of the page of an initiative, organisation or area; blank where it has none."""
        del kind, name
        return ""

    def part(self, name: str) -> str:
        """Address of a part of the report."""
        return f"#{name}"

    def csv(self, name: str, rows: Iterable[Sequence[object]], columns: Sequence[str]) -> str:
        """Address of a table."""
        del name
        return f"data:text/csv;charset=utf-8,{quote(as_csv(rows, columns))}"


ALONE = Where()
"""The one page of a report."""


FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes text for a formula by."""


def as_csv(rows: Iterable[Sequence[object]], columns: Sequence[str], end: str = "\n") -> str:
    """A table as CSV (RFC 4180 where lines end in CR LF); what is not known is empty, and text that a spreadsheet would run gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


def _harmless(value: object) -> object:
    """Text that would be run as a formula with an apostrophe before it.

    >>> _harmless("=cmd|' /C calc'!A0"), _harmless(-1.5), _harmless(None)
    ("'=cmd|' /C calc'!A0", -1.5, None)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
