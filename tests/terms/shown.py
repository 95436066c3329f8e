"""The sentences of the model, the terms of each, and what the tests say when a term is set to zero."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from terms.ready import ROOT, Ready
from terms.zeroed import VARIABLE, WORD

FOLDER = Path(__file__).parent
OPTIONS = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--tb=no", "--no-header")


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


def came_of(term: str, tests: Sequence[str], ready: Ready) -> dict[str, str]:
    """What each test came to with the term set to zero: it says so, it breaks, or it passes.

    They run where the model is loaded already, and where one of them is silent there, again in a process that loads it anew.
    """
    found = _run(term, tests, ready.test)
    return _run(term, tests, _anew) if silent(found, tests) else found


def silent(found: Mapping[str, str], tests: Sequence[str]) -> list[str]:
    """Tests of which no case says so."""
    cases = [case for case, what in found.items() if what == "says"]
    return [test for test in tests if not any(case == test or case.startswith(f"{test}[") for case in cases)]


def _run(term: str, tests: Sequence[str], way: Callable[[str, list[str], Path], None]) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told"
        way(term, [*OPTIONS, *(f"tests/{t}" for t in tests)], told)
        text = told.read_text(encoding="utf-8")
    lines = [line.split(" ", 2)[1:] for line in text.splitlines() if line.startswith(f"{WORD} ")]
    found = {test.removeprefix("tests/"): what for what, test in lines}
    return found or {"": f"breaks: {text[-2000:]}"}


def _anew(term: str, options: list[str], told: Path) -> None:
    """Tests in a process of their own."""
    command = [sys.executable, "-m", "pytest", *options]
    with told.open("w", encoding="utf-8") as out:
        subprocess.run(command, cwd=ROOT, env=os.environ | {VARIABLE: term}, check=False, stdout=out, stderr=out)
