"""A file looked at before it is read: its bytes, encoding, separator, header and lines. Nothing is guessed that is not told."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from placeplan.baseline.extracts.maps import RecordMap, found_columns, missing_columns
from placeplan.baseline.extracts.scan import BadPackingError, Scan, digest_of_file, first_text
from placeplan.core.csvtext import SEPARATORS, lines_of

HEADER_WITHIN = 20
"""Lines from the top among which the header is looked for."""
MOST_BREAKS = 40
"""Lines over which a header with line breaks in its cells may go."""
NOT_TEXT = {
    "PK\x03\x04": "a spreadsheet or an archive",
    "\xd0\xcf\x11\xe0": "an old spreadsheet",
    "%PDF": "a PDF",
    "PAR1": "Parquet",
}


@dataclass(frozen=True)
class Look:
    """What a file is."""

    path: Path
    digest: str
    """SHA-256 of its bytes as they lie."""
    size: int
    encoding: str = "utf-8"
    """``utf-8``, ``latin-1`` (also for files of mixed encodings) or ``utf-16``."""
    bom: bool = False
    separator: str = ","
    header: tuple[str, ...] = ()
    skip: int = 0
    """Lines above the header."""
    lines: int = 0
    """Lines with something in them below the header, as a reader of CSV counts them."""
    cut: bool = False
    """The last line has no end."""
    spaced: bool = True
    """There may be space around what stands in cells."""
    wrong: str = ""
    """Why it cannot be read at all."""

    @property
    def name(self) -> str:
        """Its name, without the way to it."""
        return self.path.name


def look_at(path: Path, layout: RecordMap) -> Look:
    """What a CSV file is; reads it once, whatever its size."""
    size = path.stat().st_size
    if not size:
        return Look(path, digest_of_file(path), 0, wrong="is empty (0 bytes)")
    try:
        text, encoding, bom = first_text(path)
        kind = next((said for magic, said in NOT_TEXT.items() if text.startswith(magic)), "")
        found = None if kind else _header(text, layout)
        if found is None:
            why = f"is {kind}, not CSV" if kind else _no_header(text, layout)
            return Look(path, digest_of_file(path), size, encoding, bom, wrong=why)
        separator, header, skip = found
        seen = Scan(path, separator, skip)
    except BadPackingError as failed:
        return Look(path, digest_of_file(path), size, wrong=str(failed))
    return Look(
        path, seen.digest.hexdigest(), size, seen.encoding, bom, separator, header, skip,
        lines=max(seen.lines - 1, 0), cut=seen.cut, spaced=seen.spaced,
    )  # fmt: skip


def _header(text: str, layout: RecordMap) -> tuple[str, tuple[str, ...], int] | None:
    """Separator, header and the number of lines above it: the line in which most columns of the map stand."""
    best: tuple[int, str, tuple[str, ...], int] | None = None
    lines = list(islice(lines_of(text), HEADER_WITHIN + MOST_BREAKS))
    for skip in range(min(len(lines), HEADER_WITHIN)):
        for separator in SEPARATORS:
            cells = tuple(cell.strip() for cell in _first_record(lines[skip : skip + MOST_BREAKS], separator))
            found = found_columns(layout, cells)
            if not missing_columns(layout, found) and (best is None or len(found) > best[0]):
                best = (len(found), separator, cells, skip)
    return best[1:] if best else None


def _first_record(lines: list[str], separator: str) -> list[str]:
    """Cells of the record that begins with the first of some lines; none where its quotes never end."""
    try:
        return next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return []


def _no_header(text: str, layout: RecordMap) -> str:
    """Why no header was found, with what is missing."""
    first = list(islice(lines_of(text), MOST_BREAKS))
    best = max((tuple(_first_record(first, s)) for s in SEPARATORS), key=len, default=())
    lacking = missing_columns(layout, found_columns(layout, best))
    if len(best) > 1 and len(lacking) <= 4:
        names = "; ".join(f"{w.removeprefix('code_')}: {' or '.join(names_of(layout, w)[:4])}" for w in lacking)
        return f"has no column for {names}"
    return "has no header with the columns of the map in its first lines"


def names_of(layout: RecordMap, word: str) -> tuple[str, ...]:
    """Names under which a word's column is known."""
    return layout.codes.get(word[5:], ()) if word.startswith("code_") else getattr(layout.columns, word)
