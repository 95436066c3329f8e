"""A small commented plan to start from."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable


def starter() -> Mapping[str, str]:
    """The files of the starter plan: name → text. A made-up place, whose figures are to be replaced by one's own."""
    return dict(_texts("", files("placeplan").joinpath("library").joinpath("starter")))


def _texts(prefix: str, folder: Traversable) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in sorted(folder.iterdir(), key=lambda p: p.name):
        if part.is_dir():
            found += _texts(f"{prefix}{part.name}/", part)
        else:
            found.append((f"{prefix}{part.name}", part.read_text(encoding="utf-8")))
    return found
