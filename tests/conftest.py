"""What all tests share: the list of requirements, the data folder, hypothesis' settings."""

from __future__ import annotations

import csv
import gc
import os
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import settings

from placeplan.cli.root import RARELY

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "docs" / "requirements.csv"

# The same cases on every machine, and no limit of time that a busy machine would break.
settings.register_profile("placeplan", deadline=None, derandomize=True)
settings.load_profile("placeplan")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data, given by PLACEPLAN_DATA; tests that need it are left out where it is not given."""
    folder = os.environ.get("PLACEPLAN_DATA")
    if not folder:
        pytest.skip("PLACEPLAN_DATA names no folder of real data")
    return Path(folder)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The workbench's SQLite in a file, as it is used: one in memory has a single connection, so nobody could write at once."""
    given = django_settings.DATABASES["default"]
    if given["ENGINE"].endswith("sqlite3"):
        given.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements", action="store_true", help="list which requirement is shown by which test; run none"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Objects are looked through as rarely as by the command line. Where PLACEPLAN_ZERO names a term of the model, the tests run with it set to zero (tests/terms)."""
    gc.set_threshold(*RARELY)
    if term := os.environ.get("PLACEPLAN_ZERO"):
        config.pluginmanager.register(import_module("terms.zeroed").Zeroed(term))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a test that claims to show a requirement that is not on the list."""
    known = _requirements()
    for item in items:
        for number in _shown_by(item):
            if number not in known:
                message = f"{item.nodeid}: there is no requirement {number!r} in docs/requirements.csv"
                raise pytest.UsageError(message)


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.getoption("requirements"):
        print("\n".join(_report(session.items)))  # noqa: T201


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    return True if session.config.getoption("requirements") else None


def _requirements() -> dict[int, str]:
    with REQUIREMENTS.open(encoding="utf-8", newline="") as file:
        return {int(row["id"]): row["requirement"] for row in csv.DictReader(file)}


def _shown_by(item: pytest.Item) -> list[int]:
    return [number for mark in item.iter_markers("shows") for number in mark.args]


def _report(items: list[pytest.Item]) -> list[str]:
    tests: dict[int, list[str]] = defaultdict(list)
    for item in items:
        for number in _shown_by(item):
            name = item.nodeid.partition("[")[0]
            if name not in tests[number]:
                tests[number].append(name)
    known = _requirements()
    lines = [""]
    for number, text in known.items():
        lines.append(f"{number:3d} {'shown' if tests[number] else '-    '} {text}")
        lines.extend(f"          {name}" for name in tests[number])
    shown = sum(bool(tests[number]) for number in known)
    return [*lines, "", f"{shown} of {len(known)} requirements are shown by a test; the others are still to be built."]
