"""A file looked at before it is read: its bytes, encoding, separator, header and lines. Nothing is guessed that is not told."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from placeplan.baseline.extracts.maps import RecordMap, found_columns, missing_columns, plain_name
from placeplan.baseline.extracts.scan import BadPackingError, Scan, digest_of_file, first_text
from placeplan.core.csvtext import SEPARATORS, lines_of

HEADER_WITHIN = 20
"""Lines from the top among which the header is looked for."""
MOST_BREAKS = 40
"""Lines over which a header with line breaks in its cells may go."""
EMPTY, HALF, NO_TABLE = "records-empty-file", "records-half-a-file", "records-not-a-table"
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
    two_ends: bool = False
    """Some lines end in one way, others in another."""
    twice: tuple[str, ...] = ()
    """Columns of the map that stand there more than once; the first is read."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Parquet: column → type."""
    wrong: str = ""
    """Why it cannot be read at all."""
    code: str = NO_TABLE
    """Code of that problem."""

    @property
    def note(self) -> str:
        """How it differs from plain CSV; "" where it does not."""
        lines = f"{self.skip} line{'s' if self.skip > 1 else ''}"
        said = {
            f"parted by {SEPARATORS[self.separator]}": self.separator != ",",
            "not UTF-8 throughout, read as Latin-1": self.encoding == "latin-1",
            "in UTF-16": self.encoding == "utf-16",
            "with a byte-order mark": self.bom,
            f"with {lines} above the header": bool(self.skip),
            "with line ends of two kinds": self.two_ends,
            f"with more than one column {', '.join(self.twice)}, of which the first is read": bool(self.twice),
        }
        return ", ".join(words for words, is_so in said.items() if is_so)


def look_at(path: Path, layout: RecordMap) -> Look:
    """What a CSV file is; reads it once, whatever its size."""
    size = path.stat().st_size
    if not size:
        return Look(path, digest_of_file(path), 0, wrong="is empty (0 bytes)", code=EMPTY)
    try:
        text, encoding, bom = first_text(path)
        found = _header(text, layout)
        wrong = _no_text(text) or ("" if found else _no_header(text, layout))
        if wrong or not found:
            return Look(path, digest_of_file(path), size, encoding, bom, wrong=wrong)
        separator, header, skip = found
        seen = Scan(path, separator, skip)
    except BadPackingError as failed:
        return Look(path, digest_of_file(path), size, wrong=str(failed), code=HALF if failed.cut else NO_TABLE)
    return Look(
        path, seen.digest.hexdigest(), size, seen.encoding, bom, separator, header, skip, max(seen.lines - 1, 0),
        seen.cut, seen.spaced, seen.two_ends, _twice(layout, header),
    )  # fmt: skip


def _no_text(text: str) -> str:
    """Why a file is no text; "" where it is."""
    kind = next((said for magic, said in NOT_TEXT.items() if text.startswith(magic)), "")
    if kind:
        return f"is {kind}, not CSV"
    return "has bytes of zero among its text, as UTF-16 without a mark does" if "\0" in text[:1000] else ""


def _twice(layout: RecordMap, header: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that are read and stand in a header more than once."""
    number = Counter(plain_name(name) for name in header)
    return tuple(name for name in dict.fromkeys(found_columns(layout, header).values()) if number[plain_name(name)] > 1)


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
    if len(best) > 1:
        return missing_said(layout, found_columns(layout, best)) or "has no header in its first lines"
    signs = Counter(sign for sign in "".join(first[:1]) if not (sign.isalnum() or sign in "_ \"'\r\n"))
    seems = next((sign for sign, number in signs.most_common(1) if number > 2), "")
    told = f"; its cells seem to be parted by “{seems}”" if seems and seems not in SEPARATORS else ""
    *most, last = SEPARATORS.values()
    return f"has no header with the columns of the map, parted by {', '.join(most)} or {last}{told}"


def missing_said(layout: RecordMap, found: dict[str, str]) -> str:
    """Which columns are needed and not there, as the end of a sentence; "" where none is missing."""
    lacking = missing_columns(layout, found)
    if not lacking:
        return ""
    if len(lacking) > 4:
        return "has no header with the columns of the map in its first lines"
    return "has no column for " + "; ".join(
        f"{word.removeprefix('code_')}: {' or '.join(names_of(layout, word)[:4])}" for word in lacking
    )


def names_of(layout: RecordMap, word: str) -> tuple[str, ...]:
    """Names under which a word's column is known."""
    return layout.codes.get(word[5:], ()) if word.startswith("code_") else getattr(layout.columns, word)
