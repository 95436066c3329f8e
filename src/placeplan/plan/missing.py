"""Whether a place that somebody names holds a plan at all, and where one may be meant."""

from __future__ import annotations

from pathlib import Path

from placeplan.core.errors import MOST_NEAR, Problem, either, nearest
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
    near = _nearest(folder)
    what, mend = f"There is no folder “{folder}”.", f"Did you mean “{near}”? {GIVE}" if near else GIVE
    if folder.is_file():
        what = f"“{folder}” is a file."
        if (folder.parent / "plan.yaml").is_file():
            mend = f"Give the folder in which it lies: “{folder.parent}”."
    return problem(folder.name, 0, "", "no-plan", what, mend, near)


def _nearest(folder: Path) -> str:
    """A folder with a plan whose path is like this one, part by part; blank where none is."""
    here = Path(folder.anchor)
    parts = folder.relative_to(here).parts
    for n, part in enumerate(parts, 1):
        if (here / part).is_dir():
            here /= part
            continue
        try:
            known = [p.name for p in here.iterdir() if p.is_dir() and (n < len(parts) or (p / "plan.yaml").is_file())]
        except OSError:
            return ""
        near = nearest(part, known)
        if not near:
            return ""
        here /= near
    return str(here) if (here / "plan.yaml").is_file() else ""
