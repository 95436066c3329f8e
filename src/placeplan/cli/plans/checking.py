"""The verb ``check``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import typer

from placeplan.cli.tell import print_json, print_problems
from placeplan.core.errors import PlanError, Problem
from placeplan.core.tables import Level
from placeplan.plan.entries import taken_back
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.plan.schema import COMPONENTS, Plan

LEVELS: dict[Level, str] = {
    "local": "The place's own figures",
    "published": "Published figures",
    "default": "Library or borrowed figures",
    "off": "Not modelled",
}
"""Levels of detail in words, the best first."""
MADE_UP = "Made-up figures"
"""What the own figures of a made-up place are."""


def check_folder(folder: Path, before: Path | None, assumption_set: str, as_json: bool) -> int:
    """Read a plan and tell everything found, also of what was on record in the version before; returns the exit status."""
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    try:
        plan, problems = read_plan_with_warnings(folder, assumption_set)
    except PlanError as error:
        problems = error.problems
    if before is not None:
        problems = (*problems, *taken_back(before, folder))
    errors = sum(p.severity == "error" for p in problems)
    levels = {c: plan.level(c) for c in COMPONENTS} if plan else {}
    own = MADE_UP if plan and plan.about.synthetic else LEVELS["local"]
    if as_json:
        found = [p.as_dict() for p in problems]
        print_json({"ok": not errors, "digest": plan.digest if plan else None, "levels": levels, "problems": found})
    else:
        print_problems(problems)
        typer.echo("\n".join([*_levels(levels, own), _summary(folder, problems, errors)]))
    return 1 if errors else 0


def _levels(levels: Mapping[str, Level], own: str) -> Iterator[str]:
    """How much the plan knows, a line for each level of detail that a component stands on."""
    for level, called in (LEVELS | {"local": own}).items():
        names = [component for component, stands in levels.items() if stands == level]
        if names:
            yield f"{called}: {', '.join(names)}."


def _summary(folder: Path, problems: tuple[Problem, ...], errors: int) -> str:
    """One line on what was found."""
    warnings = len(problems) - errors
    asks = f" {_count(warnings, 'warning')} to think about." if warnings else ""
    if errors:
        mended = "it is" if errors == 1 else "they are"
        return f"{_count(errors, 'problem')} in {folder}. The plan cannot be run before {mended} mended.{asks}"
    return f"{folder} can be run.{asks}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
