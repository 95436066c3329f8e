"""The table of libraries in docs/architecture.md is the lock's."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path


def _rows(root: Path) -> dict[str, str]:
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([a-z][\w.-]*) \| (\d\S*) \|", text, re.MULTILINE))


def _locked(lock: Path) -> dict[str, str]:
    """Versions by name; for Python 3.11, where it matters."""
    pins = re.findall(r"^([a-z0-9-]+)==(\S+)(?: ; (.*?))? \\$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: version for name, version, where in pins if ">=" not in where}


def _name(requirement: str) -> str:
    return re.split(r"[><=~ \[]", requirement)[0]


def test_every_library_is_in_the_table_with_its_version(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["setup"]]
    wanted += [entry for entry in project["dependency-groups"]["dev"] if isinstance(entry, str)]
    locked = _locked(root / "requirements" / "dev.txt")
    assert _rows(root) == {_name(entry): locked[_name(entry).replace(".", "-")] for entry in wanted}


def test_what_runs_is_what_is_tested(root: Path) -> None:
    used, tested = (_locked(root / "requirements" / f"{lock}.txt") for lock in ("run", "dev"))
    assert used.items() <= tested.items()
