"""What records tell: every problem with why and how to mend it, and never the text of a cell."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.records import GOOD, HEADER, counted_files, lines, place
from placeplan.baseline.extracts.counts import count, read_answer, refuse_too_many
from placeplan.baseline.extracts.engines import DuckDB, need
from placeplan.baseline.extracts.sources import Source, from_files, from_table
from placeplan.baseline.extracts.tell import warnings_of
from placeplan.baseline.extracts.why import WHY
from placeplan.cli import main
from placeplan.cli.sources.record_maps import read_map
from placeplan.core.errors import PlanError, Problem, install

ROOT = Path(__file__).resolve().parents[2]
SPELLS = read_map("hes_admitted")
PROVOKED_ELSEWHERE = {
    "records-unreachable": "clusters/test_records_where_they_are.py",
    "records-unknown-table": "clusters/test_records_where_they_are.py",
    "records-empty-file": "unit/test_records.py",
    "records-not-known": "unit/test_records_spoiled.py",
    "records-unknown-map": "unit/test_records.py",
    "records-unknown-pod": "unit/test_records.py",
}


def codes(job: Callable[[], Any]) -> dict[str, Problem]:
    with pytest.raises(PlanError) as refused:
        job()
    return {p.code: p for p in refused.value.problems}


def written(folder: Path, **texts: str) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> list[Problem]:
    """Warnings about an extract without the records' numbers, with areas nobody knows, American dates, and a file cut off."""
    header = HEADER.replace("SUSSPELLID", "LOCAL_NUMBER")
    rows = [GOOD.format(n=n).replace("E06000028", "E01") for n in range(9)]
    american = "SECRETNAME,04/25/2016,,RBD01,RBD,E01,1,70,21,1,1"
    folder = tmp_path_factory.mktemp("poor") / "r"
    written(
        folder, a=lines(*rows, american, "SECRETNAME,2016-04-05", header=header), b=lines(*rows, header=header)[:-40]
    )
    with DuckDB("512MB") as engine:
        source = from_files(engine, SPELLS, folder)
        return list(warnings_of(count(engine, SPELLS, place(), source), source))


def test_what_is_doubtful_about_an_extract_is_told(poor: list[Problem]) -> None:
    found = {p.code: p for p in poor}
    assert set(found) == {
        "records-not-checked", "records-no-area", "records-month-first", "records-set-aside", "records-wrong-cells", "records-half-a-file",
    }  # fmt: skip
    assert all(p.severity == "warning" for p in poor)
    assert (found["records-wrong-cells"].file, found["records-wrong-cells"].row) == ("a.csv", 12)
    assert (found["records-half-a-file"].file, found["records-half-a-file"].row) == ("b.csv", 10)
    assert "--areas" in found["records-no-area"].mend


def test_no_cell_is_ever_quoted(poor: list[Problem]) -> None:
    """A name, a date of birth or a number in the wrong column must not come out in a message."""
    assert "SECRETNAME" not in json.dumps([p.as_dict() for p in poor])


def test_an_extract_of_which_nothing_counts_is_refused_with_the_reasons(tmp_path: Path) -> None:
    folder = written(tmp_path / "r", a=lines(*(GOOD.format(n=n).replace("2016", "2012") for n in range(9))))
    found = codes(lambda: counted_files(folder, "hes_admitted"))
    assert "9 other-year" in found["records-no-rows"].what


def test_a_row_that_is_lost_between_file_and_engine_is_refused() -> None:
    """Rows counted apart from the engine, 3, are not the 2 that came back: nothing is written."""
    source = Source((), ("a.csv",), (3,), ("",))
    answer = [(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, ""), (2, 0, 0, 0, 0, 0, 1, 0, 2, 0, "")]
    found = codes(lambda: read_answer(SPELLS, place(), source, answer, {}))
    assert found["records-rows-lost"].what == "a.csv has 3 rows, but 2 were read."


def test_a_place_or_a_map_that_cannot_be_counted_is_refused() -> None:
    large = replace(place(), sites=tuple(f"S{n}" for n in range(600)))
    wrong = SPELLS.model_copy(update={"codes": {"method": ("ADMIMETH",), "class": ("CLASSPAT",)}})
    wrong = wrong.model_copy(
        update={"pods": (*wrong.pods, wrong.pods[0].model_copy(update={"where": {"clas": ("1",)}}))}
    )
    found = codes(lambda: refuse_too_many(wrong, large))
    assert set(found) == {"records-too-many", "records-bad-map"}
    assert "600 sites" in found["records-too-many"].what


def test_engines_tell_what_they_lack() -> None:
    """A package that is missing, memory that is none, a table without columns that are needed."""
    found = codes(lambda: need("no_such_package", "records-spark"))
    assert found["records-not-installed"].mend == install("records-spark")
    assert "records-memory" in codes(lambda: DuckDB("lots"))
    with DuckDB() as engine:
        engine.connection.execute(
            "CREATE TABLE t (ADMIDATES DATE, DISDATE DATE, SITETRET TEXT, ADMIMETH TEXT, CLASSPAT TEXT)"
        )
        assert codes(lambda: from_table(engine, SPELLS, "t"))["records-no-column"].nearest == "ADMIDATES"
        ibis = need("ibis", "records")
        assert "records-engine" in codes(
            lambda: engine.answer(ibis.table({"a": "int64"}, name="nowhere").count().as_table())
        )


def test_a_folder_without_records_is_told(tmp_path: Path) -> None:
    assert "records-not-a-table" in codes(lambda: counted_files(tmp_path, "hes_admitted"))
    (tmp_path / "half.parquet").write_bytes(b"PAR1 and no end")
    found = codes(lambda: counted_files(tmp_path, "hes_admitted"))
    assert found["records-half-a-file"].file == "half.parquet"


def test_every_code_of_records_is_provoked() -> None:
    text = Path(__file__).read_text(encoding="utf-8").partition("def test_every_code")[0]
    assert all(why.endswith(".") for why in WHY.values())
    for code, file in PROVOKED_ELSEWHERE.items():
        assert code in (ROOT / "tests" / file).read_text(encoding="utf-8")
    missing = [code for code in WHY if code not in PROVOKED_ELSEWHERE and f'"{code}"' not in text]
    assert missing == []


def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["placeplan", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


@pytest.mark.large
def test_the_verbs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Records are made, counted and told, as text or JSON; what is written reads as a plan's tables; nothing is overwritten."""
    dorset = ROOT / "examples" / "dorset-2016"
    call = lambda *words: called(monkeypatch, capsys, "records", *words)  # noqa: E731
    made = call("make", dorset, tmp_path / "r", "--map", "ecds", "--rows", 3000, "--json")
    aside = json.loads(made[1])["to_be_set_aside"]
    out = tmp_path / "rates"
    status, text, _ = call("rates", dorset, tmp_path / "r", "--map", "ecds", "--out", out, "--json")
    told = json.loads(text)
    assert (made[0], status, told["audit"]["set_aside"]) == (0, 0, aside)
    assert told["audit"]["rows"] == told["audit"]["used"] + sum(aside.values())
    assert (out / "activity.csv").read_text().startswith("pod,site,area,activity,source")
    assert json.loads((out / "audit.json").read_text())["rows"] == told["audit"]["rows"]
    again = call("rates", dorset, tmp_path / "r", "--map", "ecds", "--out", out)
    assert again[0] == 1
    assert "folder-in-use" in again[2]
    assert call("rates", dorset, "spark", "--map", "ecds", "--out", tmp_path / "x")[0] == 2
    assert "hes_admitted" in json.loads(call("maps", "--json")[1])
