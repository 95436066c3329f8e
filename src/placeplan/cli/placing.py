"""Where a command writes: refused before a long run, where nothing could be written there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from placeplan.core.errors import PlanError, nearest
from placeplan.plan.aside import OUT, refuse_unwritable
from placeplan.plan.located import problem


def refuse_file(out: Path, kinds: Mapping[str, str]) -> None:
    """Raise PlanError where a file has none of these endings, or cannot be written; with all that is wrong."""
    found = []
    if out.suffix.lower() not in kinds:
        either = "does not end in" if len(kinds) == 1 else "ends in neither of"
        what = f"“{out.name}” {either} {' and '.join(kinds)}."
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
