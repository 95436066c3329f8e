"""The pages of docs/reference are what the classes say today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_reference_is_current(root: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, root / "scripts" / "reference.py", tmp_path], check=True)
    written = {page.name: page.read_text(encoding="utf-8") for page in tmp_path.iterdir()}
    committed = {name: (root / "docs" / "reference" / name).read_text(encoding="utf-8") for name in written}
    assert [name for name in written if written[name] != committed[name]] == [], "run `make docs-reference`"
