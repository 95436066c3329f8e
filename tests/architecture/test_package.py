"""The built package holds everything that placeplan needs to run, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the built package by name."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as built:
        return {name: built.read(name) for name in built.namelist()}


def test_it_holds_all_code_and_data(root: Path, wheel: dict[str, bytes]) -> None:
    files = (path for path in (root / "src" / "placeplan").rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert {name for name in wheel if ".dist-info/" not in name} == {
        p.relative_to(root / "src").as_posix() for p in files
    }


def test_it_names_its_licence_and_command(wheel: dict[str, bytes]) -> None:
    told = {Path(name).name: data.decode() for name, data in wheel.items() if ".dist-info/" in name}
    assert "License-Expression: MIT" in told["METADATA"]
    assert "placeplan = placeplan.cli:main" in told["entry_points.txt"]
    assert "MIT License" in told["LICENSE"]
