"""The pages written from the code are what it says today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_reference_is_current(root: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, root / "scripts" / "reference.py", tmp_path], check=True)
    pages = sorted(page for page in tmp_path.rglob("*") if page.is_file())
    written = {page.relative_to(tmp_path).as_posix(): page.read_text(encoding="utf-8") for page in pages}
    committed = {name: (root / "docs" / name).read_text(encoding="utf-8") for name in written}
    assert [name for name in written if written[name] != committed[name]] == [], "run `make docs-reference`"


def test_a_word_that_is_no_folder_makes_none(root: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, root / "scripts" / "reference.py", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)  # fmt: skip
    assert "FOLDER" in done.stderr
    assert not list(tmp_path.iterdir())
