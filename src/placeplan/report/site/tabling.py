"""A file beside each table of a page: whatever a page shows in rows can be taken away, without its template having to say so."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

from placeplan.report.site.links import Links
from placeplan.report.where import anchor

TABLE: Final = re.compile(r"<table\b.*?</table>", re.DOTALL)
OWN: Final = 'class="csv"'
"""What a link to a file has."""
ENDS: Final = re.compile(r"<table\b|<h2\b|</section>|</figure>")
"""Where the surroundings of a table end: a link before that is the table's own."""
LEAST: Final = 2
"""Rows of a table that says anything: its head and one more."""
BREAKS: Final = {"p", "div", "li"}


class Cells(HTMLParser):
    """Rows of a table as what a screen reader says: what is only drawn is left out."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self.caption, self.rows = "", list[list[str]]()
        self._to: list[str] | None = None
        self._open: list[tuple[str, bool]] = []
        self.feed(table)

    @property
    def _silent(self) -> bool:
        return any(hidden for _, hidden in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A cell begins, or something that is not to be heard."""
        if tag == "br":
            self._say("; ")
            return
        self._open.append((tag, dict(attrs).get("aria-hidden") == "true" or tag == "svg"))
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th", "caption"}:
            self._to = []
        elif tag in BREAKS:
            self._say(" ")

    def handle_endtag(self, tag: str) -> None:
        """A cell ends."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag in {"td", "th", "caption"} and self._to is not None:
            text = " ".join("".join(self._to).split()).strip("; ").replace(" ;", ";")
            self._to = None
            if tag == "caption":
                self.caption = text
            else:
                self.rows[-1].append(text)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A line ends; other tags that close at once say nothing."""
        if tag == "br":
            self._say("; ")

    def handle_data(self, data: str) -> None:
        """Words of a cell."""
        if not self._silent:
            self._say(data)

    def _say(self, text: str) -> None:
        if self._to is not None:
            self._to.append(text)


def with_files(page: str, where: Links, about: str) -> str:
    """A page with a link to a file below each table that has none.

    Args:
        page: the page as HTML.
        where: its links, which keep the tables.
        about: what the page is called, for tables without a caption.
    """
    text, at = [], 0
    for match in TABLE.finditer(page):
        text.append(page[at : match.end()])
        at = match.end()
        end = ENDS.search(page, at)
        if OWN not in page[at : end.start() if end else len(page)]:
            text.append(_link(match[0], where, about))
    return "".join((*text, page[at:]))


def _link(table: str, where: Links, about: str) -> str:
    cells = Cells(table)
    if len(cells.rows) < LEAST:
        return ""
    what = cells.caption or about
    name = anchor(f"{where.own.removesuffix('.html')} {what}")[:90].strip("-").lower()
    head, *rows = cells.rows
    address = escape(where.csv(name, rows, head))
    return f'\n<div class="figs"><a class="csv" download="{name}.csv" href="{address}">Data<span class="vh"> of {escape(what)}</span> (CSV)</a></div>'
