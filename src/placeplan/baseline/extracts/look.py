"""A file looked at before it is read: its bytes, encoding, separator, header and lines. Nothing is guessed that is not told."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from placeplan.baseline.extracts.maps import RecordMap, found_columns, missing_columns

CHUNK = 1 << 22
HEADER_WITHIN = 20
"""Lines from the top among which the header is looked for."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
NOT_TEXT = {b"PK\x03\x04": "a spreadsheet or an archive", b"\xd0\xcf\x11\xe0": "an old spreadsheet", b"%PDF": "a PDF"}


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
    wrong: str = ""
    """Why it cannot be read at all."""

    @property
    def name(self) -> str:
        """Its name, without the way to it."""
        return self.path.name


def look_at(path: Path, layout: RecordMap) -> Look:
    """What a CSV file is; reads it once, whatever its size."""
    seen = _Bytes(path)
    if not seen.size:
        return Look(path, seen.digest, 0, wrong="is empty (0 bytes)")
    kind = next((said for magic, said in NOT_TEXT.items() if seen.head.startswith(magic)), "")
    if kind:
        return Look(path, seen.digest, seen.size, wrong=f"is {kind}, not CSV")
    text = seen.head.decode(seen.encoding, "replace").removeprefix("\ufeff")
    found = _header(text, layout)
    if found is None:
        return Look(path, seen.digest, seen.size, seen.encoding, seen.bom, wrong=_no_header(text, layout))
    separator, header, skip = found
    return Look(
        path, seen.digest, seen.size, seen.encoding, seen.bom, separator, header, skip,
        lines=count_lines(path, seen.encoding, separator) - _filled(text, skip) - 1, cut=seen.cut,
    )  # fmt: skip


class _Bytes:
    """One pass over a file's bytes."""

    def __init__(self, path: Path) -> None:
        import codecs  # noqa: PLC0415

        digest, self.size, self.head, tail = hashlib.sha256(), 0, b"", b""
        decoder, self.encoding = codecs.getincrementaldecoder("utf-8")(), "utf-8"
        with path.open("rb") as raw:
            while chunk := raw.read(CHUNK):
                digest.update(chunk)
                self.size += len(chunk)
        for chunk in chunks(path):
            self.head = self.head or chunk[: 1 << 16]
            tail = chunk[-1:] or tail
            if self.encoding == "utf-8":
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    self.encoding = "latin-1"
        self.digest = digest.hexdigest()
        if self.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.encoding = "utf-16"
        self.bom = self.head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
        self.cut = tail not in (b"\n", b"\r", b"\0", b"")


def chunks(path: Path) -> Iterator[bytes]:
    """Bytes of a file, unpacked where it ends in ``.gz``."""
    with cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _header(text: str, layout: RecordMap) -> tuple[str, tuple[str, ...], int] | None:
    """Separator, header and the number of lines above it: the line in which most columns of the map stand."""
    best: tuple[int, str, tuple[str, ...], int] | None = None
    for skip, line in enumerate(text.splitlines()[:HEADER_WITHIN]):
        for separator in SEPARATORS:
            cells = tuple(cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=separator), []))
            found = found_columns(layout, cells)
            if not missing_columns(layout, found) and (best is None or len(found) > best[0]):
                best = (len(found), separator, cells, skip)
    return best[1:] if best else None


def _filled(text: str, skip: int) -> int:
    """Lines above the header that hold something."""
    return sum(bool(line) for line in text.splitlines()[:skip])


def _no_header(text: str, layout: RecordMap) -> str:
    """Why no header was found, with what is missing."""
    first = (text.splitlines() or [""])[0]
    best = max((tuple(next(csv.reader([first], delimiter=s), [])) for s in SEPARATORS), key=len, default=())
    lacking = missing_columns(layout, found_columns(layout, best))
    if len(best) > 1 and len(lacking) <= 4:
        names = "; ".join(f"{w.removeprefix('code_')}: {' or '.join(names_of(layout, w)[:4])}" for w in lacking)
        return f"has no column for {names}"
    return "has no header with the columns of the map in its first lines"


def names_of(layout: RecordMap, word: str) -> tuple[str, ...]:
    """Names under which a word's column is known."""
    return layout.codes.get(word[5:], ()) if word.startswith("code_") else getattr(layout.columns, word)


def count_lines(path: Path, encoding: str, separator: str) -> int:
    """Lines of a CSV file that hold something; a line break inside quotes ends none.

    Counted apart from the engine that reads the file, so that no row can go missing between the two.
    """
    lines, something = 0, False
    for chunk in chunks(path):
        if encoding == "utf-16" or b'"' in chunk or b"\r" in chunk.replace(b"\r\n", b""):
            return _count_quoted(path, encoding, separator)
        text = chunk.replace(b"\r", b"")
        lines += text.count(b"\n") - _blank(text, something)
        something = not text.endswith(b"\n") if text else something
    return lines + something


def _blank(text: bytes, something: bool) -> int:
    """Blank lines of a piece; something: the line that goes on in it holds something."""
    found, at = int(not something and text.startswith(b"\n")), text.find(b"\n\n")
    while at >= 0:
        found += 1
        at = text.find(b"\n\n", at + 1)
    return found


def _count_quoted(path: Path, encoding: str, separator: str) -> int:
    """The same by Python's reader of CSV, which knows quotes; slower."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding=encoding, errors="replace", newline="") as text:
        reader, lines = csv.reader(text, delimiter=separator), 0
        while True:
            try:
                lines += bool(next(reader))
            except StopIteration:
                return lines
            except csv.Error:
                lines += 1
