"""The kind that CONTRIBUTING writes works in a copy of the package, with nothing edited but its folder's imports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from fixtures.broken_plans import WHOLE, write

BLOCK = re.compile(r"^```python file=(?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FORM = """
from placeplan.plan.elements.controls import controls, leaves
from placeplan.plan.elements.parts import parts
data = {"effects": [{"kind": "restrict"}]}
print(*(n.name for n in leaves(controls(parts()["initiatives"].cls, data, {})) if n.name.startswith("effects.0.")))
"""
RUN = "from placeplan.cli import main; main()"


def _placeplan(source: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-c", RUN, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_kind_of_the_example_is_one_file(root: Path, tmp_path: Path) -> None:
    block = BLOCK.search((root / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert block is not None
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / block["path"]).write_text(block["text"], encoding="utf-8")
    imports = tmp_path / "src" / "placeplan" / "effects" / "__init__.py"
    imports.write_text(
        imports.read_text(encoding="utf-8").replace("prevent, recontract, ", "prevent, restrict, recontract, ", 1)
    )

    schema = _placeplan(tmp_path / "src", "schema")
    assert "Restrict" in json.dumps(json.loads(schema.stdout)["initiatives/*.yaml"])

    texts = dict(WHOLE)
    texts["initiatives/home_first.yaml"] = texts["initiatives/home_first.yaml"].replace(
        "kind: prevent", "kind: restrict"
    )
    good = _placeplan(tmp_path / "src", "check", str(write(dict(texts), tmp_path / "good")))
    assert good.returncode == 0, good.stdout + good.stderr

    texts["initiatives/home_first.yaml"] = texts["initiatives/home_first.yaml"].replace(
        "kind: restrict", "kind: restrikt"
    )
    refused = json.loads(_placeplan(tmp_path / "src", "check", str(write(texts, tmp_path / "slip")), "--json").stdout)
    assert [(p["code"], p["nearest"]) for p in refused["problems"] if p["severity"] == "error"] == [
        ("unknown-kind", "restrict")
    ]

    unknown = _placeplan(root / "src", "check", str(tmp_path / "good"))
    assert unknown.returncode == 1, "the package itself knows no such kind"

    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
    form = subprocess.run([sys.executable, "-c", FORM], env=environment, capture_output=True, text=True, check=True)
    assert {"effects.0.kind", "effects.0.share", "effects.0.scope.pods"} <= set(form.stdout.split()), (
        "its form is there"
    )
