"""The workbench on a real PostgreSQL: all its tests, and a backup that goes from SQLite to there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.postgres import running

pytestmark = pytest.mark.large


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running() as address:
        yield address


def test_all_that_holds_on_sqlite_holds_there(root: Path, postgres: str) -> None:
    tests = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        "not large",
        "tests/web",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    given = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        tests, cwd=root, env=given | {"DATABASE_URL": postgres}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_a_backup_goes_from_sqlite_to_postgresql_and_back(postgres: str, tmp_path: Path) -> None:
    def placeplan(*arguments: str, database: str = "", folder: str) -> str:
        given = os.environ | ({"DATABASE_URL": database} if database else {})
        command = [sys.executable, "-m", "placeplan.cli", "web", *arguments, "--folder", str(tmp_path / folder)]
        return subprocess.run(command, env=given, capture_output=True, text=True, check=True, input="").stdout

    placeplan("person", "ana@example.org", "Ana", folder="first")
    first = placeplan("backup", str(tmp_path / "a.zip"), folder="first")
    placeplan("restore", str(tmp_path / "a.zip"), database=postgres, folder="second")
    second = placeplan("backup", str(tmp_path / "b.zip"), database=postgres, folder="second")
    placeplan("restore", str(tmp_path / "b.zip"), folder="third")
    assert first.partition(": ")[2].rpartition(",")[0] == second.partition(": ")[2].rpartition(",")[0]
    assert "Ana" in placeplan("person", "ana@example.org", "Ana", folder="third")
