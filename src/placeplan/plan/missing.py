"""Whether a place that somebody names holds a plan at all, and where one may be meant."""

from __future__ import annotations

from pathlib import Path

from placeplan.core.errors import MOST_NEAR, Problem, either
from placeplan.core.tables import TABLES
from placeplan.plan.located import problem

ANY = ("plan.yaml", *(f"{name}.csv" for name in TABLES))
"""A folder with none of these holds no plan, not one in which much is missing."""
GIVE = "Give the folder that holds plan.yaml, or make one: placeplan new FOLDER."


def no_plan(folder: Path) -> Problem | None:
    """Why there is no plan, if there is none; a folder with a part of one is a plan with problems."""
    if folder.is_dir():
        if any((folder / name).exists() or (folder / name).is_symlink() for name in ANY):
            return None
        what = f"“{folder}” holds no plan: neither plan.yaml nor any of its tables."
        inside = [str(path.parent) for path in sorted(folder.glob("*/plan.yaml"))][:MOST_NEAR]
        mend = f"Did you mean {either(inside)}? {GIVE}" if inside else GIVE
        return problem(folder.name or str(folder), 0, "", "no-plan", what, mend)
    what, mend = f"There is no folder “{folder}”.", GIVE
    if folder.is_file():
        what = f"“{folder}” is a file."
        if (folder.parent / "plan.yaml").is_file():
            mend = f"Give the folder in which it lies: “{folder.parent}”."
    return problem(folder.name, 0, "", "no-plan", what, mend)
