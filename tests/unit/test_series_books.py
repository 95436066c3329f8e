"""Workbooks as NHS England publishes them: title rows, merged heads, notes and several sheets are read as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures import published
from placeplan.core.errors import PlanError
from placeplan.series.plan_rows import plan_rows
from placeplan.series.read import Series, read_series

OLD = Path(__file__).parent.parent / "fixtures" / "books"


def of(found: list[Series], layout: str) -> Series:
    (one,) = [s for s in found if s.layout.id == layout]
    assert one.rows == one.used + sum(one.aside.values())
    return one


def figure(one: Series, code: str, measure: str, division: str = "") -> float:
    ((value,),) = one.ask('select value from tidy where code = ? and measure = ? and "of" = ?', code, measure, division)
    return float(value)


def test_four_quarters_of_kh03_make_a_year_of_beds(tmp_path: Path) -> None:
    """Heads merged over two rows, a column without a name, England above the trusts, notes below."""
    found = [s for q in (1, 2, 3, 4) for s in read_series(published.kh03(tmp_path / f"{q}.xlsx", q, 500 + q))]
    first = of(found[:2], "kh03_book")
    assert first.place.lines == 2
    assert first.periods == ("2016/17 Q1", "2016/17 Q1")
    assert figure(first, "RX1", "available", "general_and_acute") == 501
    assert figure(first, "RX1", "occupied", "maternity") == 22.5
    assert first.aside["total"] == 1
    assert not first.problems()
    assert figure(of(found[:2], "kh03_specialties_book"), "RX1", "occupied", "103 Specialty 3") == 3.5
    rows = {r.pool: r for r in plan_rows(found, "2016/17").rows["beds"]}  # type: ignore[attr-defined]
    assert (rows["general"].available, rows["general"].occupied) == (502.5, 450.25)
    assert "beds" not in plan_rows(found[:6], "2016/17").rows  # three quarters are no year


def test_the_day_only_workbook_is_not_taken_for_the_overnight_one(tmp_path: Path) -> None:
    with pytest.raises(PlanError):
        read_series(published.kh03(tmp_path / "x.xlsx", 1, day_only=True))


def test_an_old_workbook_is_read_as_the_new_one() -> None:
    """The same quarter in Excel's format of before 2007, as the early years are published; saved by LibreOffice."""
    one = of(read_series(OLD / "kh03.xls"), "kh03_book")
    assert figure(one, "RX1", "available", "general_and_acute") == 500.5
    assert "an old Excel workbook" in one.notes


def test_twelve_months_of_activity_make_a_year(tmp_path: Path) -> None:
    """3100 a month and a month's number: 12 × 3100 + (0 + … + 11)."""
    months = [of(read_series(published.mar(tmp_path / f"{m}.xlsx", m)), "mar_book") for m in range(12)]
    assert [m.periods[0] for m in (months[0], months[11])] == ["2016-04", "2017-03"]
    made = plan_rows(months, "2016/17")
    assert {r.pod: r.activity for r in made.rows["activity"]} == {  # type: ignore[attr-defined]
        "emergency_admission": 37266, "elective_admission": 8400, "day_case": 36000, "outpatient_first": 108000,
    }  # fmt: skip
    short = plan_rows(months[:11], "2016/17")
    assert "activity" not in short.rows
    assert {p.code for p in short.problems} == {"year-not-whole"}
    again = plan_rows([*months, months[0]], "2016/17")
    assert again.rows == made.rows


def test_a_month_that_is_given_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    months = [of(read_series(published.mar(tmp_path / f"{m}.xlsx", m)), "mar_book") for m in (*range(12),)]
    revised = of(read_series(published.mar(tmp_path / "revised.xlsx", 0)), "mar_book")
    made = plan_rows([*months, revised], "2016/17")
    assert made.rows == plan_rows(months, "2016/17").rows
    assert {(p.code, p.file) for p in made.problems} == {("given-twice", "revised.xlsx [Provider Level Data]")}
    assert "RX1 in 2016-04" in made.problems[0].what


def test_activity_by_commissioner_is_not_taken_for_that_of_providers(tmp_path: Path) -> None:
    with pytest.raises(PlanError):
        read_series(published.mar(tmp_path / "x.xlsx", 0, "Commissioner"))


def test_twelve_months_of_ae_make_a_year_and_groups_over_names_are_told_apart(tmp_path: Path) -> None:
    months = [of(read_series(published.ae(tmp_path / f"{m}.xlsx", m)), "ae_book") for m in range(12)]
    assert figure(months[0], "RX1", "attendances", "type 1") == 9000
    assert figure(months[0], "RX1", "over four hours", "type 1") == 1300
    assert figure(months[0], "RX1", "emergency admissions", "not by A&E") == 610
    assert not months[0].problems()
    rows = {r.pod: r.activity for r in plan_rows(months, "2016/17").rows["activity"]}  # type: ignore[attr-defined]
    assert rows == {"ae_type1": 12 * 9000 + 66, "ae_other": 4800}


def test_lists_are_those_of_the_end_of_the_year_before_and_not_those_with_a_decision_to_admit(tmp_path: Path) -> None:
    found = read_series(published.rtt(tmp_path / "x.xlsx"))
    assert [s.name for s in found] == ["x.xlsx [Provider]", "x.xlsx [IS Provider]"]
    assert figure(found[0], "RX1", "waiting", "General Surgery") == 2100
    (row,) = plan_rows(found, "2016/17", ["RX1"]).rows["lists"]
    assert (row.site, row.listed, row.within_18) == ("RX1", 21000, 0.93)  # type: ignore[attr-defined]
    early = read_series(published.rtt(tmp_path / "y.xlsx", "June 2015"))
    assert "lists" not in plan_rows(early, "2016/17", ["RX1"]).rows


def test_a_workbook_that_does_not_say_its_month_is_asked_for_it(tmp_path: Path) -> None:
    path = published.rtt(tmp_path / "x.xlsx", "not said")
    with pytest.raises(PlanError, match="does not say of when"):
        read_series(path)
    assert read_series(path, period="2016-03")[0].periods == ("2016-03", "2016-03")
