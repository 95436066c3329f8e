"""People as the ONS publishes them go straight into `placeplan population`, without anybody reformatting a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from fixtures import published
from unit.test_population_verb import call


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Estimates and projections, each as published, under names that say nothing."""
    folder = tmp_path / "given"
    folder.mkdir()
    published.mye(folder / "download.xlsx")
    for sex in ("females", "males"):
        published.z1(folder / f"download ({sex[0]}).csv", sex)
    return folder


ONE = ("--area", "E06000099", "--area", "E07000098")


def test_estimates_and_projections_make_the_tables_of_a_plan(
    given: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    """Sums by band agree with the files; the sheet of both sexes is not counted again, nor is the row of all ages."""
    status, _, err = call(monkeypatch, capsys, given, "--base", 2018, "--until", 2020, "--out", tmp_path / "o", *ONE)
    assert status == 0, err
    areas = {(r["area"], r["sex"], r["age"]): float(r["people"]) for r in rows(tmp_path / "o" / "areas.csv")}
    assert len(areas) == 2 * 2 * 19
    assert areas["E06000099", "F", "0-4"] == sum(published.people(a, "females", 3) for a in range(5))
    assert areas["E07000098", "M", "90+"] == published.people(90, "males", 5)
    later = {
        (r["area"], r["sex"], r["age"], r["year"]): float(r["people"]) for r in rows(tmp_path / "o" / "population.csv")
    }
    assert later["E06000099", "F", "0-4", "2020"] == areas["E06000099", "F", "0-4"] + 5 * 2
    assert {k[3] for k in later} == {"2019", "2020"}
    said = (tmp_path / "o" / "README.md").read_text(encoding="utf-8")
    assert "Office for National Statistics" in said
    assert "download.xlsx" in said
    assert "Open Government Licence" in said


def test_a_projection_that_begins_in_the_base_year_does_alone(
    given: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    (given / "download.xlsx").unlink()
    status, out, _ = call(
        monkeypatch, capsys, given, "--base", 2018, "--until", 2019, "--out", tmp_path / "o", *ONE, "--json"
    )
    assert status == 0
    assert any("are those of the projection" in line for line in json.loads(out)["assumed"])
    assert {r["name"] for r in rows(tmp_path / "o" / "areas.csv")} == {"Westshire", "Hill District"}


def test_areas_that_hold_others_are_asked_about(given: Path, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    """England, a region and its districts stand in the same files; and an area that is misspelt has a nearest one."""
    status, _, err = call(monkeypatch, capsys, given, "--base", 2018, "--until", 2020, "--out", tmp_path / "o")
    assert (status, "areas-not-said" in err, "E12000009" in err) == (1, True, True)
    wrong = ("--area", "E06000098")
    status, _, err = call(monkeypatch, capsys, given, "--base", 2018, "--until", 2020, "--out", tmp_path / "o", *wrong)
    assert (status, "E06000099" in err, "Traceback" in err) == (1, True, False)
    assert not (tmp_path / "o").exists()


def test_a_year_that_no_file_has_is_told(given: Path, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    status, _, err = call(monkeypatch, capsys, given, "--base", 2011, "--until", 2020, "--out", tmp_path / "o", *ONE)
    assert (status, "people of 2011" in err) == (1, True)


def test_own_tables_go_before_published_ones(given: Path, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    """A table that the folder has is taken; published files fill in what it has not."""
    call(monkeypatch, capsys, given, "--base", 2018, "--until", 2019, "--out", tmp_path / "o", *ONE)
    own = (tmp_path / "o" / "areas.csv").read_text(encoding="utf-8").replace("Westshire", "Our place")
    (given / "areas.csv").write_text(own, encoding="utf-8")
    status, _, err = call(monkeypatch, capsys, given, "--base", 2018, "--until", 2020, "--out", tmp_path / "p", *ONE)
    assert status == 0, err
    assert "Our place" in (tmp_path / "p" / "areas.csv").read_text(encoding="utf-8")
    assert len(rows(tmp_path / "p" / "population.csv")) == 2 * 2 * 19 * 2


def test_a_file_that_lacks_a_column_is_told_and_notes_stand_in_nobodys_way(
    given: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    (given / "notes.csv").write_text("AREA_NAME,remark\nWestshire,ask Jo\n", encoding="utf-8")
    (given / "leaflet.pdf").write_bytes(b"%PDF-1.4")
    status, out, _ = call(monkeypatch, capsys, given, "--base", 2018, "--until", 2020, "--out", tmp_path / "o", *ONE)
    assert (status, "Not read: leaflet.pdf, notes.csv." in out) == (0, True)
    for path in given.iterdir():
        if path.suffix in (".xlsx", ".pdf") or path.name == "notes.csv":
            path.unlink()
        else:
            path.write_text(path.read_text(encoding="utf-8").replace("AGE_GROUP", "AGES"), encoding="utf-8")
    status, _, err = call(monkeypatch, capsys, given, "--base", 2018, "--until", 2020, "--out", tmp_path / "p", *ONE)
    assert (status, "population_projected" in err, "AGE_GROUP" in err) == (1, True, True)
