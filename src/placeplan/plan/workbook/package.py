"""What kind of file a workbook is, looked at before anything reads it: empty, locked, with macros, or made to fill the memory."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from placeplan.core.errors import PlanError, Problem
from placeplan.core.units import size_of
from placeplan.plan.located import problem
from placeplan.plan.textfile import LARGEST

MOST_PARTS = 5_000
MOST_BYTES = 2 * 1024**3
"""Largest workbook that is read, unpacked."""
TIGHTEST = 400
"""How many times smaller than its content a large part may be packed; sheets are packed about ten to fifty times smaller."""
SMALL = 20 * 1024**2
"""Below this many bytes nothing is too tightly packed."""
CHUNK = 1 << 20
AGAIN = "Open it in Excel or LibreOffice and save it as an Excel workbook (*.xlsx)."


def check_file(path: Path) -> None:
    """Raise PlanError where a file is no workbook that can be read safely."""
    found = _refused(path)
    if found is not None:
        raise PlanError([found])


def _refused(path: Path) -> Problem | None:
    if not path.is_file():
        what = f"“{path}” is a folder." if path.is_dir() else f"There is no file “{path}”."
        mend = "Give a workbook; placeplan export FOLDER plan.xlsx writes one."
        return problem(path.name, 0, "", "not-a-workbook", what, mend)
    size = path.stat().st_size
    if size == 0:
        return problem(
            path.name, 0, "", "empty-file", f"{path.name} has 0 bytes.", "Take a copy of it that was saved whole."
        )
    if size > LARGEST:
        what = f"{path.name} has {size_of(size)}; at most {LARGEST // 1024**2} MB are read."
        return problem(path.name, 0, "", "too-large", what, "Keep large tables as CSV.")
    return _by_its_start(path) or _zipped(path)


def _by_its_start(path: Path) -> Problem | None:
    """What the first bytes of a file say that it is; None where it is packed as workbooks are."""
    with path.open("rb") as file:
        start = file.read(8)
        if start[:4] == b"\xd0\xcf\x11\xe0":
            return _old(file, path.name)
    if start[:2] == b"PK":
        return None
    what = f"{path.name} is no Excel workbook, whatever its name says."
    return problem(path.name, 0, "", "not-a-workbook", what, AGAIN)


def _old(file: BinaryIO, name: str) -> Problem:
    """A file of the kind that Excel wrote until 2003, in which locked workbooks are packed still."""
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read():
        what, mend = f"{name} is locked by a password.", "Save it without one: File, Info, Protect Workbook, Encrypt."
        return problem(name, 0, "", "password", what, mend)
    return problem(name, 0, "", "not-a-workbook", f"{name} is a workbook of Excel before 2007.", AGAIN)


def _zipped(path: Path) -> Problem | None:
    name = path.name
    try:
        with ZipFile(path) as packed, path.open("rb") as file:
            parts = packed.infolist()
            refused = _odd(parts, name)
            if refused is not None:
                return refused
            for part in parts:
                for _ in unpacked(file, part):
                    pass
    except (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        what = f"{name} is damaged: {str(error).rstrip('.') or 'it cannot be unpacked'}."
        return problem(name, 0, "", "not-a-workbook", what, "Take a copy of it that was saved whole.")
    return None


def _odd(parts: list[ZipInfo], name: str) -> Problem | None:
    """What the list of a workbook's parts shows, before any is opened."""
    names = [part.filename for part in parts]
    total = sum(part.file_size for part in parts)
    tight = any(p.file_size > SMALL and p.file_size > TIGHTEST * max(p.compress_size, 1) for p in parts)
    if total > MOST_BYTES or len(parts) > MOST_PARTS or tight:
        what = f"{name} unpacks to {size_of(total)} in {len(parts):,} parts: it is made to fill the memory, or damaged."
        return problem(name, 0, "", "too-large", what, "Do not open it. Ask whoever sent it for the tables as CSV.")
    if any(part.flag_bits & 1 for part in parts):
        return problem(name, 0, "", "password", f"{name} is locked by a password.", "Save it without one.")
    if any(re.search(r"(?i)vbaProject|macrosheets/|\.bin$", n) and "printerSettings" not in n for n in names):
        if "xl/workbook.bin" in names:
            return problem(name, 0, "", "not-a-workbook", f"{name} is a binary workbook (*.xlsb).", AGAIN)
        if any("vba" in n.lower() or "macrosheets" in n.lower() for n in names):
            what = f"{name} holds macros: programs that run when it is opened."
            return problem(name, 0, "", "macros", what, "Save it as *.xlsx, which holds none.")
    if "xl/workbook.xml" not in names or len(set(names)) < len(names):
        kind = (
            "a workbook of LibreOffice (*.ods)"
            if "content.xml" in names
            else "no Excel workbook, though it is packed as one"
        )
        return problem(name, 0, "", "not-a-workbook", f"{name} is {kind}.", AGAIN)
    return None


def unpacked(file: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """A part of a workbook in chunks; ValueError where it is larger than it says, whatever its checksum says."""
    file.seek(part.header_offset)
    head = struct.unpack("<4s5H3I2H", file.read(30))
    file.seek(head[9] + head[10], 1)
    if part.compress_type not in (0, 8):
        raise ValueError("a part is packed in a way that Excel does not know")
    left, size, out = part.compress_size, 0, zlib.decompressobj(-15)
    while left > 0:
        data = file.read(min(CHUNK, left))
        if not data:
            raise ValueError("it ends too early")
        left -= len(data)
        while data:
            chunk = out.decompress(data, CHUNK) if part.compress_type else data
            data = out.unconsumed_tail if part.compress_type else b""
            size += len(chunk)
            if size > part.file_size:
                raise ValueError("a part is larger than it says")
            yield chunk
