"""The layers of docs/architecture.md hold, and the contracts that hold them would notice a wrong import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# A wrong import, the file it is planted in, and the contract that has to break.
PLANTED = [
    ("core/errors.py", "import placeplan.core.kinds", "core"),
    ("core/errors.py", "import placeplan.plan", "layers"),
    ("effects/base.py", "import placeplan.futures.assumptions", "layers"),
    ("baseline/__init__.py", "import placeplan.plan.schema", "layers"),
    ("model/__init__.py", "import placeplan.stress.findings", "layers"),
    ("model/__init__.py", "from placeplan.effects import shift", "no-single-kind"),
    ("plan/schema.py", "from placeplan.contracts.tariff import Tariff", "no-single-kind"),
    ("stress/runs/kept.py", "import placeplan.stress.grid.rows", "stress-rooms"),
    ("model/__init__.py", "import duckdb", "pure"),
    ("baseline/extracts/tables.py", "import duckdb", "counts-only"),
]


def _lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--contract", contract]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """The package and its contracts, to break."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(
        root / "src" / "placeplan",
        tmp_path / "src" / "placeplan",
        ignore=lambda folder, names: [n for n in names if (Path(folder) / n).is_file() and not n.endswith(".py")],
    )
    return tmp_path


def test_the_layers_hold(copy: Path) -> None:
    for contract in sorted({contract for _, _, contract in PLANTED}):
        done = _lint(copy, contract)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("file", "wrong", "contract"), PLANTED)
def test_a_wrong_import_breaks_its_contract(copy: Path, file: str, wrong: str, contract: str) -> None:
    path = copy / "src" / "placeplan" / file
    path.write_text(path.read_text(encoding="utf-8") + f"\n{wrong}\n", encoding="utf-8")
    done = _lint(copy, contract)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_the_library_is_data_only(root: Path) -> None:
    assert [p.name for p in (root / "src" / "placeplan" / "library").rglob("*.py") if p.name != "__init__.py"] == []
