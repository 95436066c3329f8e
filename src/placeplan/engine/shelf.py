"""Programs kept on disk from one run to the next, as recording a plan takes longer than reading what was recorded of it.

They are kept for this version of the package, of Python, NumPy and SciPy, and this kind of machine. Nothing hangs on the folder: it may be emptied at any
time, and what is spoilt in it, or cannot be written, is recorded again.
"""

from __future__ import annotations

import json
import os
import platform
import struct
import tempfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from placeplan.core.records import digest_of
from placeplan.engine.caches import sources, user_cache
from placeplan.engine.prune import Program

ROOM = 500_000_000
"""Bytes that are kept; what was not read for longest gives way."""
SUFFIX = ".program"
QUICK = 1
"""Level of packing: half a second for a program of 80 MB, which then takes 11."""
TYPES: tuple[np.dtype[Any], ...] = (np.dtype("<i4"), np.dtype("<f8"), np.dtype("<u8"))
"""Of a program's code, constants and keys."""


@dataclass(frozen=True)
class Shelf:
    """A folder of programs, each with a label of plain data."""

    folder: Path
    room: int = ROOM

    @classmethod
    def of_user(cls) -> Shelf:
        """The user's own."""
        return cls(user_cache() / "recorded")

    def find(self, key: str) -> tuple[Program, Any] | None:
        """The program of a key, with its label; None where there is none that can be read."""
        path = self._path(key)
        try:
            label, *parts = _unpacked(path.read_bytes())
            about = json.loads(label)
            code, constants, keys = (np.frombuffer(p, k) for p, k in zip(parts, TYPES, strict=True))
            steps = np.ascontiguousarray(code.reshape(-1, about["steps"]).T)
            inputs = tuple(about["inputs"])
            program = Program(steps, about["rows"], constants.copy(), keys.copy(), inputs, about["outputs"])
        except (OSError, ValueError, KeyError, TypeError, struct.error, zlib.error):
            return None
        with suppress(OSError):
            os.utime(path)
        return program, about["label"]

    def put(self, key: str, program: Program, label: Any) -> None:
        """Keeps a program; where that cannot be done, it is not kept."""
        about = {
            "steps": len(program.code), "rows": program.rows, "inputs": program.inputs, "outputs": program.outputs,
            "label": label,
        }  # fmt: skip
        arrays = zip((program.code.T, program.constants, program.keys), TYPES, strict=True)
        parts = [json.dumps(about).encode(), *(np.ascontiguousarray(a, dtype).tobytes() for a, dtype in arrays)]
        path = self._path(key)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                aside = Path(file.name)
                with suppress(OSError):
                    file.write(_packed(parts))
                    file.close()
                    aside.replace(path)
            aside.unlink(missing_ok=True)
        with suppress(OSError):
            self._make_room()

    def _path(self, key: str) -> Path:
        made_by = [sources(), np.__version__, version("scipy"), platform.machine(), platform.python_version()]
        return self.folder / f"{digest_of([key, *made_by])[:32]}{SUFFIX}"

    def _make_room(self) -> None:
        """What was not read for longest gives way, and what was left half written."""
        known = [(path, path.stat()) for path in self.folder.iterdir()]
        left = self.room
        for path, stat in sorted(known, key=lambda k: k[1].st_mtime, reverse=True):
            left -= stat.st_size
            if left < 0:
                path.unlink(missing_ok=True)


def _packed(parts: Iterable[bytes]) -> bytes:
    """Some bytes as one piece; what was packed carries its own sum.

    >>> _unpacked(_packed([b"one", b"", b"three"]))
    [b'one', b'', b'three']
    """
    small = [zlib.compress(p, QUICK) for p in parts]
    return b"".join([struct.pack(f"<{len(small) + 1}Q", len(small), *map(len, small)), *small])


def _unpacked(whole: bytes) -> list[bytes]:
    (many,) = struct.unpack_from("<Q", whole)
    sizes = struct.unpack_from(f"<{many}Q", whole, 8)
    found, at = [], 8 * (many + 1)
    for size in sizes:
        found.append(zlib.decompress(memoryview(whole)[at : at + size]))
        at += size
    return found
