"""The page of data: every file under what it is about, so that a person finds what they look for."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Final, NamedTuple

from placeplan.report.pack.package import DESCRIPTION
from placeplan.report.pack.tables import Table

LINK: Final = re.compile(
    r'<a class="csv" download="[^"]*" href="([^"#]+)">Data(?:<span class="vh"> of (.*?)</span>)?', re.DOTALL
)
TOPICS: Final = {
    "Promises": ("promises", "grid", "shocks", "forms", "causes"),
    "Money and other figures": ("fans", "bridge", "claims", "besides"),
    "Tests": ("tests", "test_rows"),
    "Changes": ("initiatives", "initiative_sides", "initiative_care", "initiative_reach", "initiative_journeys"),
    "Organisations": ("organisation_years", "payments"),
    "Places": ("areas", "area_care", "area_moves", "area_move_times"),
    "What it rests on": ("headlines", "assumptions", "reconciliation", "components", "missing", "sources", "contradictions", "warnings"),
}  # fmt: skip
"""Tables by what they are about."""
WHOLE: Final = {
    "results.xlsx": "All tables, one sheet each", "findings.json": "All that was found", "replies.json": "What those named said",
    DESCRIPTION: "What each file is, with its digest",
}  # fmt: skip
"""Files that hold everything, or say what the others are."""


class File(NamedTuple):
    """A file of data."""

    path: str
    what: str
    bytes: int
    digest: str


class Group(NamedTuple):
    """Files of one page, or on one thing."""

    heading: str
    files: tuple[File, ...]
    page: str = ""
    """Path of the page on which they stand."""


class Listing(NamedTuple):
    """All files of a version."""

    whole: tuple[File, ...]
    topics: tuple[Group, ...]
    pages: tuple[tuple[str, tuple[Group, ...]], ...]
    """Pages under the name of what they belong to, each with its files."""
    every: tuple[File, ...]


class Shown(NamedTuple):
    """A page as far as its files go."""

    path: str
    title: str
    under: str
    """Name of the page above it; blank: it stands in the menu."""
    text: str


def listing(data: Mapping[str, bytes], tables: Sequence[Table], pages: Sequence[Shown]) -> Listing:
    """Every file under what it is about. data: files by path from the folder of data; pages: in their order."""
    titles = {f"{t.name}.csv": t.title for t in tables} | WHOLE

    def file(path: str, what: str = "") -> File:
        held = data[path]
        return File(path, what or titles.get(path, path), len(held), hashlib.sha256(held).hexdigest())

    topics = [
        Group(heading, tuple(file(f"{name}.csv") for name in names if f"{name}.csv" in data))
        for heading, names in TOPICS.items()
    ]
    grouped = [
        (
            p.under or FIRST,
            Group(p.title, tuple(file(path, what) for path, what in files_of(p) if path in data), p.path),
        )
        for p in pages
    ]
    under_name: dict[str, list[Group]] = {}
    for name, group in grouped:
        if group.files:
            under_name.setdefault(name, []).append(group)
    return Listing(
        tuple(file(path) for path in WHOLE if path in data), tuple(g for g in topics if g.files),
        tuple((name, tuple(groups)) for name, groups in under_name.items()),
        tuple(file(path) for path in sorted(data)),
    )  # fmt: skip


FIRST: Final = "Pages of the menu"


def files_of(page: Shown) -> list[tuple[str, str]]:
    """Files to which a page leads below its tables and pictures, each once, with what they are of."""
    found: dict[str, str] = {}
    for address, what in LINK.findall(page.text):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unescape(address)))
        found.setdefault(path.removeprefix("data/"), unescape(what))
    return list(found.items())
