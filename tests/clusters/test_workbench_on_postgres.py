"""The workbench on a real PostgreSQL: all its tests, and a backup that goes from SQLite to there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
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


@pytest.fixture
def empty(postgres: str) -> str:
    """Address of an empty database of that PostgreSQL."""
    name = f"empty_{time.monotonic_ns()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.replace("/postgres?", f"/{name}?")


def started(*command: str, database: str = "") -> subprocess.Popen[str]:
    """A Python of its own, on a database; without one on SQLite."""
    given = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"PYTHONPATH": os.pathsep.join(sys.path)}
    given |= {"DATABASE_URL": database} if database else {}
    return subprocess.Popen([sys.executable, *command], env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip


def ended(*processes: subprocess.Popen[str]) -> None:
    """Wait for all of them; all have to end well."""
    said = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), said


def rows(backup: Path) -> dict[str, object]:
    """All that a backup holds, by its names; PostgreSQL keeps objects without the order of their keys."""
    with zipfile.ZipFile(backup) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    return {n: [json.loads(line) for line in d.splitlines()] if n.endswith(".jsonl") else d for n, d in held.items()}


def test_a_backup_goes_from_sqlite_to_postgresql_and_back(root: Path, empty: str, tmp_path: Path) -> None:
    def web(verb: str, file: Path, folder: str, database: str = "") -> None:
        ended(started("-m", "placeplan.cli", "web", verb, str(file), "--folder", str(tmp_path / folder), database=database))  # fmt: skip

    ended(started(str(root / "tests" / "fixtures" / "everything.py"), str(tmp_path / "first")))
    files = [tmp_path / f"{n}.zip" for n in range(3)]
    web("backup", files[0], "first")
    web("restore", files[0], "second", empty)
    web("backup", files[1], "second", empty)
    web("restore", files[1], "third")
    web("backup", files[2], "third")
    held = [rows(f) for f in files]
    assert all(data for name, data in held[0].items() if name.startswith("rows/")), "something of every kind"
    assert held[0] == held[1] == held[2]


def test_many_that_start_at_once_bring_an_empty_database_up_to_date_once(empty: str, tmp_path: Path) -> None:
    """A server and its workers, each on a machine of its own: without a lock all but one would fail."""
    code = "import sys; from pathlib import Path; from placeplan.web.starting import set_up; set_up(Path(sys.argv[1]))"
    ended(*[started("-c", code, str(tmp_path / f"machine-{n}"), database=empty) for n in range(4)])
    with psycopg.connect(empty) as connection:
        applied = connection.execute("SELECT app, name, count(*) FROM django_migrations GROUP BY app, name").fetchall()
        held = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    assert {count for *_, count in applied} == {1}
    assert held == (0,)
