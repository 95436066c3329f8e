"""The bytes of one file of a plan as text: size, kind and encoding, refused kindly."""

from __future__ import annotations

import stat
from pathlib import Path

from placeplan.core.errors import Problem
from placeplan.plan.located import problem

LARGEST = 200 * 1024 * 1024
"""Largest file that is read, bytes."""
LARGEST_YAML = 10 * 1024 * 1024
"""Largest YAML file that is read, bytes."""
AS_UTF8 = "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8)."


def read_text(path: Path, name: str) -> str | Problem:
    """Text of a file without its byte-order mark, or the problem that keeps it from being read."""
    limit = LARGEST if name.endswith(".csv") else LARGEST_YAML
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return problem(name, 0, "", "symlink", f"{name} is a link to another place.", "Copy the file itself here.")
        if not stat.S_ISREG(status.st_mode):
            return problem(name, 0, "", "unreadable-file", f"{name} is not a file.", "Put a plain file in its place.")
        if status.st_size > limit:
            what = f"{name} has {status.st_size / 1e6:,.0f} MB; at most {limit // 1024**2} MB are read."
            return problem(name, 0, "", "too-large", what, "Leave out what the plan does not need, or sum it up.")
        data = path.read_bytes()
    except OSError as error:
        what = f"{name} cannot be read: {error.strerror or 'unknown reason'}."
        return problem(name, 0, "", "unreadable-file", what, "Check that the file is there and that you may read it.")
    return decode(data, name)


def decode(data: bytes, name: str) -> str | Problem:
    """Bytes as text; a UTF-8 byte-order mark is dropped.

    >>> decode(b"id,name", "x.csv")
    'id,name'
    >>> decode("Café".encode("latin-1"), "x.csv").code
    'wrong-encoding'
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:200].count(0) > len(data[:200]) // 4:
        return problem(name, 0, "", "wrong-encoding", f"{name} is written in UTF-16, not UTF-8.", AS_UTF8)
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        return problem(name, 0, "", "wrong-encoding", f"{name} is a spreadsheet or an archive, not text.", AS_UTF8)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        guess = bytes([data[error.start]]).decode("cp1252", "replace")
        what = f"Line {row} holds a byte that is not UTF-8 (in Windows or Latin-1 files it stands for “{guess}”)."
        return problem(name, row, "", "wrong-encoding", what, AS_UTF8)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        return problem(name, row, "", "wrong-encoding", f"Line {row} holds a zero byte; this is not text.", AS_UTF8)
    if not text.strip():
        return problem(name, 0, "", "empty-file", f"{name} is empty.", "Fill it in, or take it away if it is optional.")
    return text
