"""Files and folders that appear whole or not at all: written aside, then put in place."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from placeplan.core.errors import PlanError
from placeplan.plan.located import problem

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What systems say where there is no room."""
OUT = "--out"
ASIDE = re.compile(r"\..+\.\d+-\d+(-before)?")
"""Names under which something is written: its own, then the process and its thread."""
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What they say where there is no permission."""


@contextmanager
def put_in_place(out: Path, *, sure: bool = False, once: bool = False) -> Iterator[Path]:
    """A path beside ``out`` to write a file or a folder to; in the end it takes the place of what was there.

    Whatever fails on the way leaves what was there as it was, and nothing beside it. Each thread writes beside the others.

    Args:
        out: where it is to stand; folders above it are made.
        sure: whether a file has to be on the disk, not only on its way, before it is put in place.
        once: whether a folder that somebody else put there meanwhile says the same, and stays.

    Raises:
        OSError: with the name of ``out`` and what to do, where it cannot be written.
    """
    out = out.absolute()
    own = f"{os.getpid()}-{threading.get_ident()}"
    aside, before = (out.with_name(f".{out.name}.{end}") for end in (own, f"{own}-before"))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove(aside)
        yield aside
        if sure:
            _sync(aside)
        _settle(aside, out) if once else _swap(aside, out, before)
    except OSError as failed:
        if (
            failed.filename is not None
            and aside.name not in Path(str(failed.filename)).parts
            and failed.filename != str(out)
        ):
            raise
        raise OSError(failed.errno, f"{failed.strerror or failed}: {what_to_do(failed.errno)}", str(out)) from failed
    finally:
        _remove(aside)


def left_aside(path: Path) -> bool:
    """Whether a file or folder is what `put_in_place` was writing when its process ended.

    >>> left_aside(Path(".figures.part.4217-140213")), left_aside(Path("figures.part"))
    (True, False)
    """
    return ASIDE.fullmatch(path.name) is not None


def _swap(aside: Path, out: Path, before: Path) -> None:
    """Puts what was written in place; a folder that was there goes back where that fails."""
    if not aside.is_dir() or not out.is_dir() or out.is_symlink():
        aside.replace(out)
        return
    _remove(before)
    out.rename(before)
    try:
        aside.rename(out)
    except BaseException:
        before.rename(out)
        raise
    _remove(before)


def _settle(aside: Path, out: Path) -> None:
    """Puts a folder in place, unless one is there by now."""
    try:
        aside.rename(out)
    except OSError:
        if not out.is_dir():
            raise


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    """Removes a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def refuse_unwritable(out: Path, given: str = OUT) -> None:
    """Raise PlanError where nothing can be written beside ``out``: it is tried, as only that tells on every system.

    given: option or place by which it was named.
    """
    there = next(path for path in out.absolute().parents if path.exists())
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.name[:40]}-", dir=there):
            return
    except OSError as failed:
        why = "there is no permission to write there" if failed.errno in FORBIDDEN else "nothing can be made there"
        why = why if there.is_dir() else "that is no folder"
        what = f"“{out}” cannot be written: {why} (“{there}”)."
    mend = f"Give another place{f' with {given}' if given == OUT else ''}."
    raise PlanError([problem(given, 0, "", "cannot-write", what, mend)])


def what_to_do(number: int | None) -> str:
    """What to do about a file that could not be written.

    >>> what_to_do(errno.ENOSPC), what_to_do(errno.EROFS), what_to_do(None)
    ('it found no room; make some, or write elsewhere', 'there is no permission to write there; write elsewhere', 'see to it, or write elsewhere')
    """
    if number in FULL:
        return "it found no room; make some, or write elsewhere"
    return (
        "there is no permission to write there; write elsewhere"
        if number in FORBIDDEN
        else "see to it, or write elsewhere"
    )
