"""One pass over a file's bytes, whatever its size: digest, encoding, lines that hold something, spaces at the edge of cells."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np

CHUNK = 1 << 18
"""Bytes at a time: so few that what is computed of them stays close to the processor, which is 2.5 times as fast as with 4 MB."""
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16."""
MOST_UNPACKED = 200
"""Times its packed size that a file may have unpacked, beyond the first 16 MB; extracts have 5 to 40 times."""
FREE = 1 << 24
SPACE, QUOTE, LINE = 32, 34, 10


class BadPackingError(ValueError):
    """A packed file that is damaged, cut off or blown up; the message ends a sentence that begins with its name."""

    def __init__(self, what: str, *, cut: bool = False) -> None:
        super().__init__(what)
        self.cut = cut


class Scan:
    """What one pass over a file's bytes finds."""

    def __init__(self, path: Path, separator: str, skip: int) -> None:
        """Reads the file.

        separator: sign between cells; skip: lines above the header, which are no rows.

        Raises:
            BadPackingError: where it is packed, and cannot be unpacked.
        """
        self.digest, self.encoding = hashlib.sha256(), "utf-8"
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.spaced, self.tail = False, b""
        self.edges = np.zeros(256, dtype=np.bool_)
        self.edges[[ord(separator), QUOTE, 10, 13]] = True
        lines = Lines(self.edges, skip)
        for piece in chunks(path, self.digest):
            if not self.tail and piece.startswith(WIDE):
                self.encoding, lines.plain = "utf-16", False
            self._see(piece)
            lines.see(piece)
            self.tail = piece[-1:]
        self.cut = self.tail not in (b"\n", b"\r", b"\0", b"")
        self.spaced |= not lines.plain
        self.lines = lines.found if lines.plain else count_records(path, self.encoding, separator, skip)
        """Records that hold something, the header among them."""
        self.two_ends = 0 < lines.returned < lines.ended
        """Some lines end in one way, others in another."""

    def _see(self, piece: bytes) -> None:
        if self.encoding == "utf-8" and (not piece.isascii() or self.decoder.getstate()[0]):
            try:
                self.decoder.decode(piece)
            except UnicodeDecodeError:
                self.encoding = "latin-1"
        self.spaced = self.spaced or spaced(self.tail + piece, self.edges)


def chunks(path: Path, digest: Any = None) -> Iterator[bytes]:
    """Bytes of a file, unpacked where it ends in ``.gz``; ``digest`` is given the bytes as they lie.

    Raises:
        BadPackingError: where it is packed, and cannot be unpacked.
    """
    if digest is not None and path.suffix.lower() == ".gz":
        with path.open("rb") as file:
            for raw in _pieces(file):
                digest.update(raw)
    for piece in _unpacked(path) if path.suffix.lower() == ".gz" else _plain(path):
        if digest is not None and path.suffix.lower() != ".gz":
            digest.update(piece)
        yield piece


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _pieces(file)


def _unpacked(path: Path) -> Iterator[bytes]:
    most, seen = FREE + MOST_UNPACKED * path.stat().st_size, 0
    try:
        with gzip.open(path, "rb") as file:
            for piece in _pieces(file):
                seen += len(piece)
                if seen > most:
                    raise BadPackingError(f"unpacks to more than {MOST_UNPACKED} times its size, as no extract does")
                yield piece
    except EOFError as failed:
        raise BadPackingError("is packed, and the end of it is missing", cut=True) from failed
    except (gzip.BadGzipFile, zlib.error) as failed:
        raise BadPackingError("is no gzip file, or a damaged one") from failed


def _pieces(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def spaced(piece: bytes, edges: Any) -> bool:
    r"""Whether a space stands beside a separator, a quote or the end of a line; edges: whether each byte is one of these, ``[256]``.

    >>> comma = np.isin(np.arange(256), [44, 34, 10, 13])
    >>> [spaced(b, comma) for b in (b"a,b c\nd", b"a, b", b"a \nb")]
    [False, True, True]
    """
    every = np.frombuffer(piece, dtype=np.uint8)
    at = np.flatnonzero(every == SPACE)
    after, before = at[at + 1 < len(every)] + 1, at[at > 0] - 1
    return bool(edges[every[after]].any() or edges[every[before]].any())


class Lines:
    """Counts records that hold something, piece by piece; a line break inside quotes ends none.

    Counted apart from the engine that reads the file, so that no row can go missing between the two. Where quotes stand
    elsewhere than around cells, or lines end in another way, `plain` becomes false, and a reader of CSV has to count.
    """

    def __init__(self, edges: Any, skip: int) -> None:
        self.edges, self.skip = edges, skip
        self.found, self.plain = 0, True
        self.ended, self.returned = 0, 0
        """Ends of lines outside quotes, and those of two signs."""
        self._inside, self._fresh, self._last, self._returned = False, True, LINE, False

    def see(self, piece: bytes) -> None:
        """The next bytes."""
        if self.skip or self._returned or b"\r" in piece:
            piece = self._own_lines(piece)
        if not self.plain or not piece:
            return
        every = np.frombuffer(piece, dtype=np.uint8)
        ends = every == LINE
        something = ~ends
        if self._inside or self._last == QUOTE or QUOTE in piece:
            ends &= self._outside(every)
        self.found += int(np.count_nonzero(something[1:] & ends[:-1])) + int(self._fresh and something[0])
        self.ended += int(np.count_nonzero(ends))
        self._fresh, self._last = bool(ends[-1]), int(every[-1])

    def _own_lines(self, piece: bytes) -> bytes:
        """The piece without the lines above the header, and with line ends of one sign."""
        if self._returned:
            piece = b"\r" + piece
        self._returned = piece.endswith(b"\r")
        piece = piece.removesuffix(b"\r") if self._returned else piece
        self.returned += piece.count(b"\r\n")
        piece = piece.replace(b"\r\n", b"\n")
        self.plain = self.plain and b"\r" not in piece
        while self.skip and (end := piece.find(b"\n")) >= 0:
            piece, self.skip = piece[end + 1 :], self.skip - 1
        return b"" if self.skip else piece

    def _outside(self, every: Any) -> Any:
        """Whether each byte lies outside quotes; looks whether quotes stand around cells alone."""
        quote = every == QUOTE
        inside = (np.cumsum(quote, dtype=np.uint8) & 1).astype(np.bool_) ^ self._inside
        edge = self.edges[every]
        before = np.concatenate(([self.edges[self._last]], edge[:-1]))
        closes = quote & ~inside
        good = not (quote & inside & ~before).any() and not (closes[:-1] & ~edge[1:]).any()
        if self._last == QUOTE and not self._inside:
            good &= bool(edge[0])
        self.plain = self.plain and good
        self._inside = bool(inside[-1])
        return ~inside


def count_records(path: Path, encoding: str, separator: str, skip: int) -> int:
    """Records that hold something, by Python's reader of CSV, which knows every kind of quotes and line ends; slower."""
    opened: Any = gzip.open if path.suffix.lower() == ".gz" else open
    with opened(path, "rt", encoding=encoding, errors="replace", newline="") as text:
        reader, lines = csv.reader(islice(text, skip, None), delimiter=separator), 0
        while True:
            try:
                lines += bool(next(reader))
            except StopIteration:
                return lines
            except csv.Error:
                lines += 1


def first_text(path: Path, size: int = 1 << 16) -> tuple[str, str, bool]:
    """The beginning of a file as text, its encoding as far as that tells, and whether it has a byte-order mark.

    Raises:
        BadPackingError: where it is packed, and cannot be unpacked.
    """
    head = next(chunks(path), b"")[:size]
    if head.startswith(WIDE):
        return head.decode("utf-16", "replace"), "utf-16", True
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("latin-1"), "latin-1", False
    return text.removeprefix("\ufeff"), "utf-8", head.startswith(codecs.BOM_UTF8)


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
