"""Where a user's programs keep what can be made again, and the digest of what it was made by."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = frozenset({".py", ".csv", ".yaml"})


def user_cache() -> Path:
    """Folder for what can be made again; it may be emptied at any time. A temporary one for a user without a home."""
    try:
        if sys.platform == "win32":
            own = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            own = Path.home() / "Library" / "Caches"
        else:
            own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        own = Path(tempfile.gettempdir())
    return own / "placeplan"


def writable(folder: Path) -> bool:
    """Whether a folder is there, or can be made, and takes files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


@cache
def sources() -> str:
    """Digest of this package's code and library: what was found by other equations or defaults is not used again."""
    return digest_of_files(p for p in PACKAGE.rglob("*") if p.suffix in SOURCES and not p.name.startswith("."))


def digest_of_files(paths: Iterable[Path], before: str = "") -> str:
    """Digest of some sources of this package and of a text before them, 16 hexadecimal digits."""
    found = hashlib.blake2b(before.encode(), digest_size=8)
    for path in sorted(paths):
        found.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        found.update(path.read_bytes() + b"\0")
    return found.hexdigest()
