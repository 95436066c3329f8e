"""A published file opened: text of any usual encoding, packed or not, Excel or Parquet; what is broken is refused kindly."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from placeplan.core.errors import PlanError, Problem
from placeplan.series.why import problem

LARGEST = 400 * 1024 * 1024
"""Largest file that is read, bytes, unpacked."""
ANEW = "Fetch the file anew from its publisher."


@dataclass
class Opened:
    """What is in a file: text, sheets of cells, or the path of a Parquet file (one of the three)."""

    name: str
    text: str = ""
    sheets: dict[str, list[list[str]]] = field(default_factory=dict)
    parquet: Path | None = None
    notes: list[str] = field(default_factory=list)
    """How it was written, where that is not plain UTF-8."""


def open_file(path: Path) -> Opened:
    """Open a file by its content, whatever its name ends in.

    Raises:
        PlanError: where it is not there, empty, too large, cut off, or neither text, Excel nor Parquet.
    """
    name = path.name
    data = _bytes(path, name)
    if data[:4] == b"PAR1":
        if data[-4:] != b"PAR1":
            raise PlanError([problem(name, 0, "", "half-file", f"{name} is Parquet that ends too early.", ANEW)])
        return Opened(name, parquet=path)
    if data[:4] == b"PK\x03\x04":
        macros = b"vbaProject.bin" in data
        book = "an Excel workbook" + (" with macros, which are not run" if macros else "")
        return Opened(name, sheets=_sheets(data, name), notes=[book])
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return Opened(name, sheets=_cells(data, name), notes=["an old Excel workbook"])
    notes = []
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data, name)
        notes.append("packed by gzip")
    text, said = _decoded(data, name)
    if not text.strip():
        raise PlanError([_empty(name)])
    return Opened(name, text, notes=[*notes, *said])


def _empty(name: str) -> Problem:
    return problem(name, 0, "", "empty-file", f"{name} is empty.", ANEW)


def _bytes(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            what = f"{name} is not a file."
            raise PlanError([problem(name, 0, "", "unreadable-file", what, "Give the file itself.")])
        if status.st_size > LARGEST:
            raise PlanError([_too_large(name)])
        data = path.read_bytes()
    except OSError as failed:
        what = f"{name} cannot be read: {failed.strerror or 'unknown reason'}."
        mend = "Check that the file is there and that you may read it."
        raise PlanError([problem(name, 0, "", "unreadable-file", what, mend)]) from failed
    if not data:
        raise PlanError([_empty(name)])
    return data


def _too_large(name: str) -> Problem:
    what = f"{name} has more than {LARGEST // 1024**2} MB when it is unpacked."
    return problem(name, 0, "", "too-large", what, "Take the part of it that you need.")


def _unpacked(data: bytes, name: str) -> bytes:
    """Bytes out of gzip, at most `LARGEST`."""
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            whole = packed.read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as failed:
        what = f"{name} is packed, and ends too early or is damaged."
        raise PlanError([problem(name, 0, "", "half-file", what, ANEW)]) from failed
    if len(whole) > LARGEST:
        raise PlanError([_too_large(name)])
    return whole


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    """Text, and how it was written where that is not plain UTF-8."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ["written in UTF-16"]
    said = ["with a byte-order mark"] if data.startswith(b"\xef\xbb\xbf") else []
    if b"\0" in data[:100_000]:
        what = f"{name} holds zero bytes: it is neither text, Excel nor Parquet."
        raise PlanError([problem(name, 0, "", "wrong-encoding", what, "Save it as CSV UTF-8.")])
    try:
        return data.decode("utf-8-sig"), said
    except UnicodeDecodeError:
        pass
    lines = data.splitlines(keepends=True)
    fine = [_utf8(line) for line in lines]
    other = sum(text is None for text in fine)
    mixed = any(text is not None and not text.isascii() for text in fine)
    words = f"{other} line{'s' if other > 1 else ''} written in Windows' cp1252"
    said.append(f"{words}, the others in UTF-8" if mixed else words)
    text = "".join(line.decode("cp1252", "replace") if t is None else t for t, line in zip(fine, lines, strict=True))
    return text.removeprefix("\ufeff"), said


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _sheets(data: bytes, name: str) -> dict[str, list[list[str]]]:
    """Cells of an Excel file, after a look at how much is packed in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            inside = packed.infolist()
    except zipfile.BadZipFile as failed:
        what = f"{name} is a workbook that ends too early or is damaged."
        raise PlanError([problem(name, 0, "", "half-file", what, ANEW)]) from failed
    if sum(part.file_size for part in inside) > LARGEST:
        raise PlanError([_too_large(name)])
    if not any(part.filename.startswith("xl/") for part in inside):
        what = f"{name} is an archive, no workbook."
        raise PlanError([problem(name, 0, "", "unreadable-file", what, "Unpack it, and give the file inside.")])
    return _cells(data, name)


def _cells(data: bytes, name: str) -> dict[str, list[list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 – only for Excel

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = {s: book.get_sheet_by_name(s).to_python(skip_empty_area=False) for s in book.sheet_names}
    except (CalamineError, OSError, ValueError) as failed:
        what = f"{name} is a workbook that cannot be read: {failed}."
        raise PlanError([problem(name, 0, "", "unreadable-file", what, "Save it anew, or as CSV UTF-8.")]) from failed
    sheets = {sheet: [[_cell(c) for c in row] for row in rows] for sheet, rows in found.items() if rows}
    if not sheets:
        raise PlanError([_empty(name)])
    return sheets


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, days as 2016-04-30.

    >>> _cell(3.0), _cell(date(2016, 4, 30)), _cell(None), _cell(0.5)
    ('3', '2016-04-30', '', '0.5')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
