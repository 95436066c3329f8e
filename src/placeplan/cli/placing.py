"""Where a command writes: refused before a long run, where nothing could be written there."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from placeplan.core.errors import PlanError, nearest
from placeplan.plan.aside import FORBIDDEN
from placeplan.plan.located import problem

OUT = "--out"


def refuse_unwritable(out: Path) -> None:
    """Raise PlanError where nothing can be written beside ``out``: it is tried, as only that tells on every system."""
    there = next(path for path in out.absolute().parents if path.exists())
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.name[:40]}-", dir=there):
            return
    except OSError as failed:
        why = "there is no permission to write there" if failed.errno in FORBIDDEN else "nothing can be made there"
        why = why if there.is_dir() else "that is no folder"
        what = f"“{out}” cannot be written: {why} (“{there}”)."
    raise PlanError([problem(OUT, 0, "", "cannot-write", what, "Give another place with --out.")])


def refuse_file(out: Path, kinds: Mapping[str, str]) -> None:
    """Raise PlanError where a file has none of these endings, or cannot be written; with all that is wrong."""
    found = []
    if out.suffix.lower() not in kinds:
        what = f"“{out.name}” ends in neither of {' and '.join(kinds)}."
        said = " or ".join(f"{ending} ({meaning})" for ending, meaning in kinds.items())
        near = nearest(out.suffix.lower(), kinds)
        found.append(problem(OUT, 0, "", "unknown-ending", what, f"End the file's name in {said}.", near))
    if out.is_dir():
        found.append(
            problem(OUT, 0, "", "folder-in-use", f"“{out}” is a folder.", "Give the name of a file with --out.")
        )
    else:
        try:
            refuse_unwritable(out)
        except PlanError as refused:
            found += refused.problems
    if found:
        raise PlanError(found)
