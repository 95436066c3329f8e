"""``placeplan pack`` as a command: what it writes, and what it says where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.sample_findings import bare
from placeplan.cli.reports import packing
from placeplan.cli.root import app
from placeplan.core.errors import PlanError


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report's folder."""
    folder = tmp_path_factory.mktemp("reports") / "hillford"
    folder.mkdir()
    (folder / "findings.json").write_text(bare().model_dump_json(), encoding="utf-8")
    return folder


def test_a_pack_is_written_beside_its_report_and_never_over_anything(report: Path) -> None:
    run = CliRunner().invoke(app, ["pack", str(report)])
    assert run.exit_code == 0, run.output
    pack = report.with_name("hillford-pack")
    assert {p.name for p in pack.iterdir()} == {
        "board-pack.docx", "board-pack.pdf", "results.xlsx", "results.nc", "findings.json", "data", "datapackage.json",
    }  # fmt: skip
    before = {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()}
    with pytest.raises(PlanError) as refused:
        packing.pack(report, None)
    assert sorted(p.code for p in refused.value.problems) == ["folder-in-use"]
    assert {p: p.read_bytes() for p in pack.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "There is no"),
        (b"", "does not hold the findings"),
        (b"{}", "and "),
        (b"\xff\xfe\x00", "is no text"),
        (b'{"placeplan": "9.9"}', "does not hold the findings"),
    ],
)
def test_what_is_no_report_is_told(text: bytes | None, says: str, report: Path, tmp_path: Path) -> None:
    """No folder, half a file, no JSON, another version's: what it is and what to do, under the code ``no-findings``."""
    folder = report.with_name("hilford") if text is None else tmp_path / "old"
    if text is not None:
        folder.mkdir()
        (folder / "findings.json").write_bytes(text)
    with pytest.raises(PlanError) as refused:
        packing.pack(folder, tmp_path / "out")
    (told,) = refused.value.problems
    assert told.code == "no-findings"
    assert says in told.what
    assert "placeplan test" in told.mend
    assert told.nearest == ("hillford" if text is None else "")
    assert not (tmp_path / "out").exists()


def test_all_that_stands_in_the_way_is_told_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No report, a folder in the way and the extra missing (``pack-not-installed``)."""
    monkeypatch.setattr(packing, "find_spec", lambda _: None)
    (tmp_path / "out").mkdir()
    with pytest.raises(PlanError) as refused:
        packing.pack(tmp_path / "nothing", tmp_path / "out")
    assert sorted(p.code for p in refused.value.problems) == ["folder-in-use", "no-findings", "pack-not-installed"]


def test_a_pack_that_fails_leaves_nothing(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr("placeplan.report.pack.package.write_parquet", fails)
    with pytest.raises(OSError, match="No space left"):
        packing.pack(report, tmp_path / "out")
    assert not list(tmp_path.iterdir())
