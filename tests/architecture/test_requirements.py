"""The list of requirements is whole, and the marks on tests are held to it."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

PLANTED = """
import pytest

@pytest.mark.shows(%s)
def test_planted():
    raise AssertionError("never run here")
"""


def _collect(root: Path, folder: Path, numbers: str) -> subprocess.CompletedProcess[str]:
    """`make requirements` in a copy that holds one planted test with these numbers."""
    (folder / "tests").mkdir()
    (folder / "docs").mkdir()
    shutil.copy(root / "pyproject.toml", folder)
    shutil.copy(root / "tests" / "conftest.py", folder / "tests")
    shutil.copy(root / "docs" / "requirements.csv", folder / "docs")
    (folder / "tests" / "test_planted.py").write_text(PLANTED % numbers, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "--requirements", "tests"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_requirement_has_its_own_number_and_a_way_to_show_it(root: Path) -> None:
    with (root / "docs" / "requirements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["requirement"].strip() and row["shown_by"].strip() for row in rows)


def test_a_shown_requirement_is_listed_with_its_test(root: Path, tmp_path: Path) -> None:
    done = _collect(root, tmp_path, "1, 3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "  1 shown Verdict per area" in done.stdout
    assert "tests/test_planted.py::test_planted" in done.stdout
    assert "  2 -     Staying" in done.stdout
    assert "2 of " in done.stdout


def test_an_unknown_number_is_an_error(root: Path, tmp_path: Path) -> None:
    done = _collect(root, tmp_path, "7300")
    assert done.returncode != 0
    assert "there is no requirement 7300" in done.stdout + done.stderr
