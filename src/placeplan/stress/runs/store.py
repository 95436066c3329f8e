"""Figures by future: in memory, or in finished parts on disk of which one column at a time is read.

A part holds some futures of one run. It is written aside and then renamed, so that a part is there whole or not at all, and
carries a sum of its bytes, so that a spoilt one is not believed. A run that was stopped goes on from the parts that it left.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np

from placeplan.core.errors import PlanError
from placeplan.core.units import size_of
from placeplan.plan.aside import FULL, left_aside, put_in_place
from placeplan.plan.located import problem

Column = np.ndarray[Any, np.dtype[Any]]
SUFFIX = ".part"
LOCK = "lock"
HEAD = 16
"""Bytes before the layout: what it is, the sum of all that follows, the layout's length."""
MAGIC = b"plcpart1"


class Columns(Protocol):
    """Named figures of some futures."""

    @property
    def count(self) -> int:
        """Futures."""

    @property
    def years(self) -> tuple[str, ...]:
        """Financial years of the run."""

    def of(self, name: str) -> Column:
        """A column, ``[future]``, or ``[future, entry]`` where it has several; KeyError where there is none."""

    def entry(self, name: str, at: int) -> Column:
        """One entry of a column of several, ``[future]``."""


@dataclass(frozen=True)
class InMemory:
    """Columns that are at hand."""

    count: int
    years: tuple[str, ...]
    values: Mapping[str, Column]

    def of(self, name: str) -> Column:
        """A column."""
        return self.values[name]

    def entry(self, name: str, at: int) -> Column:
        """One entry of it."""
        return self.values[name][:, at]

    def first(self, count: int) -> InMemory:
        """The same of the first so many futures."""
        return InMemory(count, self.years, {name: column[:count] for name, column in self.values.items()})


@dataclass(frozen=True)
class Part:
    """A finished part on disk."""

    path: Path
    count: int
    years: tuple[str, ...]
    layout: Mapping[str, tuple[int, str, tuple[int, ...]]]
    """By column: where its bytes begin, their type, and its shape with the futures last."""

    def read(self, name: str, at: int | None = None) -> Column:
        """A column, ``[…, future]``, or one entry of it."""
        start, dtype, shape = self.layout[name]
        if at is not None:
            start, shape = start + at * shape[-1] * np.dtype(dtype).itemsize, shape[1:]
        return np.fromfile(self.path, dtype, int(np.prod(shape)), offset=start).reshape(shape)


@dataclass(frozen=True)
class Rows:
    """Parts of one run, one after the other."""

    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """Futures."""
        return sum(p.count for p in self.parts)

    @property
    def years(self) -> tuple[str, ...]:
        """Financial years of the run."""
        return self.parts[0].years

    def of(self, name: str) -> Column:
        """A column of all futures."""
        found: Column = np.concatenate([p.read(name) for p in self.parts], axis=-1)
        return found.T

    def entry(self, name: str, at: int) -> Column:
        """One entry of it."""
        found: Column = np.concatenate([p.read(name, at) for p in self.parts])
        return found


def _packed(columns: Mapping[str, Column], years: Sequence[str], count: int) -> bytes:
    """A part as it stands in its file."""
    blocks = {n: np.ascontiguousarray(np.asarray(c).T) for n, c in columns.items()}
    at, places = 0, {}
    for name, block in blocks.items():
        places[name] = (at, block.dtype.str, block.shape)
        at += block.nbytes
    layout = json.dumps({"count": count, "years": list(years), "columns": places}).encode()
    layout += b" " * (-len(layout) % 8)
    rest = b"".join((len(layout).to_bytes(4, "little"), layout, *(b.tobytes() for b in blocks.values())))
    return MAGIC + zlib.crc32(rest).to_bytes(4, "little") + rest


@lru_cache(maxsize=64)
def _layout(text: bytes) -> tuple[int, tuple[str, ...], dict[str, tuple[int, str, tuple[int, ...]]]]:
    """Futures, years and columns of a layout; parts of one run share it."""
    found, start = json.loads(text), HEAD + len(text)
    columns = {n: (start + at, dtype, tuple(shape)) for n, (at, dtype, shape) in found["columns"].items()}
    return found["count"], tuple(found["years"]), columns


def part_at(path: Path) -> Part | None:
    """The part in a file; None where there is none, or what is there is not whole."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    if found[:8] != MAGIC or zlib.crc32(found[12:]).to_bytes(4, "little") != found[8:12]:
        return None
    return Part(path, *_layout(found[HEAD : HEAD + int.from_bytes(found[12:16], "little")]))


@dataclass
class Store:
    """A folder of parts; without one, a temporary one that is gone at the end."""

    folder: Path | None = None
    again: int = 0
    """Parts of this run that an earlier call had left."""
    _mine: set[Path] = field(default_factory=set)
    """Parts that this call wrote."""
    _found: set[Path] = field(default_factory=set)
    """Parts that it found."""
    _depth: int = 0
    """How often it was opened and not closed: parts go when whoever opened it first is done."""
    _lock: int | None = None
    _temporary: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        self._depth += 1
        if self._depth > 1:
            return self
        if self.folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="placeplan-")
            return self
        self._lock = _locked(self.folder)
        return self

    def __exit__(self, failed: type[BaseException] | None, *_rest: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        if self._temporary:
            self._temporary.cleanup()
        if self.folder and self._lock is not None:
            try:
                _tidied(self.folder, everything=failed is None)
            finally:
                os.close(self._lock)

    @property
    def kept(self) -> int:
        """Parts there are of this run."""
        return len(self._mine | self._found)

    @property
    def path(self) -> Path:
        """Where parts stand."""
        return self.folder or Path(self._temporary.name if self._temporary else "")

    def find(self, key: str, first: int, count: int) -> Part | None:
        """The part of a run that begins with a future, if it was finished before."""
        part = part_at(self._path(key, first, count))
        if part is not None and not self.own(part):
            self.again += part.path not in self._found
            self._found.add(part.path)
        return part

    def own(self, part: Part) -> bool:
        """Whether this call wrote a part."""
        return part.path in self._mine

    def put(self, key: str, first: int, count: int, columns: Mapping[str, Column], years: Sequence[str]) -> Part:
        """Write a part; raises OSError with the folder's name where there is no room."""
        path = self._path(key, first, count)
        data = _packed(columns, years, count)
        try:
            with put_in_place(path, sure=True) as aside:
                aside.write_bytes(data)
        except OSError as failed:
            what = f"{os.strerror(failed.errno or 0)}: {_room(failed.errno, len(data))}"
            raise OSError(failed.errno, what, str(self.path)) from failed
        self._mine.add(path)
        return Part(path, *_layout(data[HEAD : HEAD + int.from_bytes(data[12:16], "little")]))

    def _path(self, key: str, first: int, count: int) -> Path:
        return self.path / f"{key}-{first}-{count}{SUFFIX}"


def _room(number: int | None, size: int) -> str:
    """What to do about a part that could not be written."""
    return (
        f"a part of {size_of(size)} found no room; make some, or run fewer futures" if number in FULL else "see to it"
    )


def _locked(folder: Path) -> int:
    """Keeps a second run out of a folder; the lock goes with this process, however it ends.

    Who has it takes its file away in the end. So a file that was opened meanwhile, and is no longer the one of that name, locks
    nothing: it is opened anew.
    """
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        except FileNotFoundError:  # the folder went since
            continue
        _take(lock, folder)
        if _still_there(lock, folder / LOCK):
            return lock
        os.close(lock)


def _take(lock: int, folder: Path) -> None:
    """Takes a lock; raises PlanError where another process has it."""
    try:
        import fcntl  # noqa: PLC0415 – where there is no such thing, nothing is locked

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return
    except OSError:
        os.close(lock)
        what = f"Another run is under way that will write the same report; its parts are in “{folder}”."
        mend = "Wait for it, or give another folder."
        raise PlanError([problem("--out", 0, "", "run-under-way", what, mend)]) from None


def _still_there(lock: int, path: Path) -> bool:
    """Whether an open file is still the one of its name."""
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except FileNotFoundError:
        return False


def _tidied(folder: Path, *, everything: bool) -> None:
    """Removes what nobody needs: all parts after a success; else what was being written. The lock goes last.

    Then the folder, where it is empty and nobody else has come in.
    """
    for path in folder.iterdir():
        if left_aside(path) or (everything and path.suffix == SUFFIX):
            path.unlink(missing_ok=True)
    (folder / LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
