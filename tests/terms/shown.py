"""The sentences of the model, the terms of each, and what the tests say when a term is set to zero."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from terms.zeroed import VARIABLE, WORD

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


@dataclass(frozen=True)
class Entry:
    """One term of a sentence, and the tests that have to say so when it is set to zero."""

    sentence: str
    term: str
    tests: tuple[str, ...]


def sections() -> dict[str, list[dict[str, Any]]]:
    """The sentences by section, as they are written down."""
    return {f.stem: YAML(typ="safe").load(f) for f in sorted(FOLDER.glob("*.yaml"))}


def entries() -> list[Entry]:
    """Every term of every sentence."""
    return [
        Entry(f"{section} {row['sentence']}", term["zero"], _all(term["fails"]))
        for section, rows in sections().items()
        for row in rows
        for term in row.get("terms", ())
    ]


def shown(row: dict[str, Any]) -> tuple[str, ...]:
    """Tests that show a sentence in which nothing can be set to zero."""
    return _all(row.get("shown_by", ()))


def _all(tests: str | list[str]) -> tuple[str, ...]:
    return (tests,) if isinstance(tests, str) else tuple(tests)


def came_of(term: str, *tests: str) -> dict[str, str]:
    """What each test came to with the term set to zero: it says so, it breaks, or it passes."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "--tb=no",
        "--no-header",
    ]
    run = subprocess.run(
        [*command, *(f"tests/{t}" for t in tests)], cwd=ROOT, env=os.environ | {VARIABLE: term}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    lines = [line.split(" ", 2)[1:] for line in run.stdout.splitlines() if line.startswith(f"{WORD} ")]
    found = {test.removeprefix("tests/"): what for what, test in lines}
    return found or {"": f"breaks: {(run.stdout + run.stderr)[-2000:]}"}
