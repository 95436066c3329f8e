"""Where a page's links lead: to a place on the same page, or to pages and files of a site. The templates are the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
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


def as_csv(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> str:
    """A table as CSV; text that a spreadsheet would run gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "@", "\t", "\r"} else value
