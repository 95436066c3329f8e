"""Where a command writes: refused before a long run, where nothing could be written there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from placeplan.core.errors import PlanError, nearest
from placeplan.plan.aside import OUT, refuse_unwritable
from placeplan.plan.located import problem

NEAR = 4096
"""Bytes at either end of a file in which its mark stands."""


class Kind(NamedTuple):
    """What a command writes under one ending."""

    meaning: str
    mark: bytes
    """Pattern that every such file has near its beginning or its end, so that an older one is known."""


def refuse_file(out: Path, kinds: Mapping[str, Kind]) -> None:
    """Raise PlanError where a file has none of these endings, cannot be written, or is there and was not written by the same command."""
    found, kind = [], kinds.get(out.suffix.lower())
    if kind is None:
        either = "does not end in" if len(kinds) == 1 else "ends in neither of"
        what = f"“{out.name}” {either} {' and '.join(kinds)}."
        said = " or ".join(f"{ending} ({known.meaning})" for ending, known in kinds.items())
        near = nearest(out.suffix.lower(), kinds)
        found.append(problem(OUT, 0, "", "unknown-ending", what, f"End the file's name in {said}.", near))
    try:
        refuse_other(out, kind.mark if kind else b"")
        refuse_unwritable(out)
    except PlanError as refused:
        found += refused.problems
    if found:
        raise PlanError(found)


def refuse_other(out: Path, mark: bytes) -> None:
    """Raise PlanError where a folder is there, or a file without this mark (a pattern), whatever it holds."""
    if out.is_dir():
        what, mend = f"“{out}” is a folder.", "Give the name of a file with --out."
    elif out.is_symlink() or (out.exists() and not _marked(out, mark)):
        what = f"“{out}” is there, and was not written by this command."
        mend = "Give another name with --out, or move that file away."
    else:
        return
    raise PlanError([problem(OUT, 0, "", "folder-in-use", what, mend)])


def _marked(file: Path, mark: bytes) -> bool:
    """Whether a file has a mark; one that cannot be read has none."""
    try:
        with file.open("rb") as opened:
            ends = opened.read(NEAR)
            opened.seek(max(0, file.stat().st_size - NEAR))
            ends += opened.read(NEAR)
    except OSError:
        return False
    return re.search(mark, ends) is not None
