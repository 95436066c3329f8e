"""The table of speed targets: what it holds and how it is written; nothing here is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def written(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("bench") / "deep" / "bench.json"
    command = [
        sys.executable,
        str(root / "bench" / "targets.py"),
        "--only",
        "help",
        "fused",
        "--out",
        str(out),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=root)
    found: dict[str, object] = json.loads(out.read_text(encoding="utf-8"))
    return found


def test_rows_say_what_was_asked_and_reached(written: dict[str, list[dict[str, object]]]) -> None:
    """What was not measured is neither met nor missed."""
    rows = {row["name"]: row for row in written["rows"]}
    assert rows["`placeplan --help`"]["met"] in (True, False)
    assert [row["met"] for name, row in rows.items() if "--help" not in str(name)] == [None]
    assert all(row["target"] and row["reached"] for row in rows.values())


def test_the_machine_and_the_versions_are_told(written: dict[str, dict[str, str]]) -> None:
    assert {"processor", "cores", "python", "numpy", "numba", "placeplan"} <= set(written["machine"])
