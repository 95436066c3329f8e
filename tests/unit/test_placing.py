"""A command writes over what it wrote itself before, and over nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.broken_plans import SHORT, write
from placeplan.cli import app
from placeplan.core.errors import PlanError

WORDS = {
    "future.csv": ("replay", "--future", "3"),
    "future.parquet": ("replay", "--future", "3"),
    "why.html": ("waterfall", "position", "--futures", "2", "--order", "sequential"),
    "why.svg": ("waterfall", "position", "--futures", "2", "--order", "sequential"),
    "base.html": ("calibrate", "--futures", "20"),
}
"""The name of a file, with the verb that writes such a one and what it is asked."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(dict(SHORT), tmp_path / "small")


def asked(name: str, folder: Path, out: Path) -> BaseException | None:
    """What a verb fails with."""
    verb, *rest = WORDS[name]
    return CliRunner().invoke(app, [verb, str(folder), *rest, "--out", str(out)]).exception


@pytest.mark.parametrize("name", WORDS)
def test_a_file_of_its_own_is_written_anew_and_any_other_stays(name: str, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / name
    for _ in range(2):
        failed = asked(name, folder, out)
        assert failed is None or isinstance(failed, SystemExit), failed
    own = out.read_bytes()
    others = [n for n in WORDS if n != name and Path(n).suffix == out.suffix]
    for strange in (b"", b"my own notes\n", b"x" * 10_000, *(_of(n, folder, tmp_path) for n in others)):
        out.write_bytes(strange)
        refused = asked(name, folder, out)
        assert isinstance(refused, PlanError)
        assert [p.code for p in refused.problems] == ["folder-in-use"]
        assert out.read_bytes() == strange
    out.unlink()
    out.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_bytes(own)
    assert isinstance(asked(name, folder, out), PlanError)
    assert (tmp_path / "elsewhere").read_bytes() == own


def _of(name: str, folder: Path, tmp_path: Path) -> bytes:
    """What another verb writes under the same ending."""
    other = tmp_path / f"other-{name}"
    asked(name, folder, other)
    return other.read_bytes()


def test_a_comparison_takes_the_place_of_an_older_one_alone(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "both"
    words = ["compare", str(folder), str(folder), "--futures", "2", "--out", str(out)]
    for _ in range(2):
        assert CliRunner().invoke(app, words).exit_code == 0
    (out / "comparison.json").write_text('{"mine": 1}', encoding="utf-8")
    refused = CliRunner().invoke(app, words).exception
    assert isinstance(refused, PlanError)
    assert [p.code for p in refused.problems] == ["folder-in-use"]
    assert (out / "comparison.json").read_text(encoding="utf-8") == '{"mine": 1}'
