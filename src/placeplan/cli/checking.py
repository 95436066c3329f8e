"""The verb ``check``."""

from __future__ import annotations

from pathlib import Path

import typer

from placeplan.cli.tell import print_json, print_problems
from placeplan.core.errors import PlanError, Problem
from placeplan.plan.folder import read_plan_with_warnings


def check_folder(folder: Path, assumption_set: str, as_json: bool) -> int:
    """Read a plan and tell everything found; returns the exit status."""
    digest = ""
    problems: tuple[Problem, ...] = ()
    try:
        plan, problems = read_plan_with_warnings(folder, assumption_set)
        digest = plan.digest
    except PlanError as error:
        problems = error.problems
    errors = sum(p.severity == "error" for p in problems)
    if as_json:
        print_json({"ok": not errors, "digest": digest or None, "problems": [p.as_dict() for p in problems]})
    else:
        print_problems(problems)
        typer.echo(_summary(folder, problems, errors))
    return 1 if errors else 0


def _summary(folder: Path, problems: tuple[Problem, ...], errors: int) -> str:
    """One line on what was found."""
    warnings = len(problems) - errors
    asks = f" {_count(warnings, 'warning')} to think about." if warnings else ""
    if errors:
        return f"{_count(errors, 'problem')} in {folder}: it cannot be run before they are mended.{asks}"
    return f"{folder} can be run.{asks}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
