"""A file looked at before it is read: its bytes, encoding, separator, header and lines. Nothing is guessed that is not told."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from placeplan.baseline.extracts.maps import RecordMap, found_columns, missing_columns
from placeplan.core.csvtext import SEPARATORS

CHUNK = 1 << 22
HEADER_WITHIN = 20
"""Lines from the top among which the header is looked for."""
EDGES = bytes(1 if sign == 32 else 2 if sign in b",;\t|\r\n" else 0 for sign in range(256))
"""What a byte is at the edge of a cell: 1 a space, 2 a separator or the end of a line."""
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
        lines=seen.rows(path, separator) - _filled(text, skip) - 1, cut=seen.cut, spaced=seen.spaced or seen.quotes,
    )  # fmt: skip


class _Bytes:
    """One pass over a file's bytes."""

    def __init__(self, path: Path) -> None:
        self.size, self.head, self.tail, self.encoding = 0, b"", b"", "utf-8"
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.lines, self.open, self.quotes, self.spaced = 0, False, False, False
        digest = hashlib.sha256()
        packed = path.suffix == ".gz"
        with path.open("rb") as file:
            for raw in _pieces(file):
                digest.update(raw)
                self.size += len(raw)
                if not packed:
                    self.see(raw)
        for piece in chunks(path) if packed and self.size else ():
            self.see(piece)
        self.digest = digest.hexdigest()
        if self.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.encoding, self.quotes = "utf-16", True
        self.bom = self.head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
        self.cut = self.tail not in (b"\n", b"\r", b"\0", b"")

    def see(self, piece: bytes) -> None:
        """A piece of the text: its encoding, lines that hold something, quotes, and spaces at the edge of cells."""
        if not self.head:
            self.head = piece[: 1 << 16]
        if self.encoding == "utf-8" and (not piece.isascii() or self.decoder.getstate()[0]):
            try:
                self.decoder.decode(piece)
            except UnicodeDecodeError:
                self.encoding = "latin-1"
        text = piece.replace(b"\r\n", b"\n") if b"\r" in piece else piece
        text = text.removesuffix(b"\r") if self.tail != b"\r" else text
        self.quotes = self.quotes or b'"' in text or b"\r" in text
        self.spaced = self.spaced or _spaced(self.tail + piece)
        self.lines += text.count(b"\n") - _blank(text, self.open)
        self.open = not text.endswith(b"\n") if text else self.open
        self.tail = piece[-1:]

    def rows(self, path: Path, separator: str) -> int:
        """Lines of a CSV file that hold something; a line break inside quotes ends none.

        Counted apart from the engine that reads the file, so that no row can go missing between the two.
        """
        return _count_quoted(path, self.encoding, separator) if self.quotes else self.lines + self.open


def chunks(path: Path) -> Iterator[bytes]:
    """Bytes of a file, unpacked where it ends in ``.gz``."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        yield from _pieces(file)


def _spaced(piece: bytes) -> bool:
    r"""Whether a space stands beside something that may part cells; a semicolon or a bar counts although it may not.

    >>> _spaced(b"a,b c\nd"), _spaced(b"a, b"), _spaced(b"a \nb")
    (False, True, True)
    """
    kind = np.frombuffer(piece.translate(EDGES), dtype=np.uint8)
    return bool((kind[1:] + kind[:-1] == 3).any())


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


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


def count_lines(path: Path, separator: str = ",") -> int:
    """Lines of a CSV file that hold something, the header among them."""
    return _Bytes(path).rows(path, separator)


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
