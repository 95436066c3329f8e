"""Which layout a file has, by its beginning: so that a folder of files is known before any of them is read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from placeplan.core.errors import PlanError, Problem
from placeplan.series.opened import open_file
from placeplan.series.recognise import LOOKED_AT, candidates, heads

BEGINNING = 400_000
"""Bytes of a text, unpacked, that are looked at."""


def peek(path: Path) -> tuple[tuple[str, ...], Problem | None]:
    """Ids of the layouts that a file may have (mostly one), none where it has none; why, where it cannot be opened.

    Nothing is read but the beginning, so a fault further down is found when the file is read.
    """
    try:
        found = [p.layout.id for sheet, parted in _parted(path) for p in candidates(parted, sheet=sheet)]
        return tuple(dict.fromkeys(found)), None
    except PlanError as refused:
        return (), refused.problems[0]
    except OSError:
        return (), _refusal(path)


def _refusal(path: Path) -> Problem | None:
    try:
        open_file(path)
    except PlanError as refused:
        return refused.problems[0]
    return None


Parted = list[tuple[str, Sequence[Sequence[str]]]]
"""First records of a table, as each delimiter parts them."""


def _parted(path: Path) -> list[tuple[str, Parted]]:
    """The first records of a file; of an Excel file those of each sheet, with its name."""
    with path.open("rb") as file:
        beginning = file.read(BEGINNING)
    if beginning[:4] == b"PAR1":
        return [("", [(",", _of_parquet(path))])]
    if beginning[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or not beginning.strip():
        return [(name, [(",", rows[: LOOKED_AT + 40])]) for name, rows in open_file(path).sheets.items()]
    if beginning[:2] == b"\x1f\x8b":
        beginning = _unpacked(path)
    encoding = "utf-16" if beginning[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = beginning.decode(encoding, "replace")
    return [("", list(heads(text if len(beginning) < BEGINNING else text[: text.rfind("\n") + 1])))]


def _unpacked(path: Path) -> bytes:
    """The beginning of what gzip packed.

    Raises:
        PlanError: where it is broken.
    """
    try:
        with gzip.open(path) as packed:
            return packed.read(BEGINNING)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        open_file(path)
        return b""


def _of_parquet(path: Path) -> list[list[str]]:
    named = str(open_file(path).parquet).replace("'", "''")
    connection = duckdb.connect()
    try:
        found = connection.sql(f"select * from read_parquet('{named}') limit {LOOKED_AT}")
        return [list(found.columns), *(["" if c is None else str(c) for c in row] for row in found.fetchall())]
    except duckdb.Error:
        return []
