"""Formulas and errors in a workbook: what they leave behind is told as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fixtures.broken_plans import WHOLE, write
from fixtures.spoiled_workbooks import put
from placeplan.plan.folder import read_draft
from placeplan.plan.workbook.book import book_of
from placeplan.plan.workbook.draw import draw
from placeplan.plan.workbook.load import load
from placeplan.plan.workbook.unseen import REACHES
from unit.test_workbook import edit, problems_of, spoiled

ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of a small plan with every optional file."""
    top = tmp_path_factory.mktemp("whole")
    draw(book_of(write(dict(WHOLE), top / "plan")), top / "plan.xlsx")
    return (top / "plan.xlsx").read_bytes()


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_passes_for_text_in_no_table(error: str, tmp_path: Path) -> None:
    """A source is text, and any text was taken for one; a figure is told once, as before."""
    row = f"W0H,general,460,{error},20,,,{error}"
    _, problems = read_draft(write(dict(WHOLE) | {"beds.csv": WHOLE["beds.csv"].replace("W0H,general,460,425,20,,,made up", row)}, tmp_path))  # fmt: skip
    told = [(p.row, p.column, p.code) for p in problems if p.file == "beds.csv"]
    assert told == [(2, "occupied", "not-a-number"), (2, "source", "cell-error")]
    assert all("spreadsheet's error" in p.mend for p in problems if p.file == "beds.csv")


def test_an_error_that_is_text_is_told_in_every_sheet(whole: bytes, tmp_path: Path) -> None:
    """Pasted as a value, an error is text like any other: of tables, of elements, of the plan's own fields, of ids."""
    cells = [("beds", "source", 4), ("promises", "name", 4), ("contracts", "payer", 4), ("about", "value", 5), ("sources", "id", 4)]  # fmt: skip

    def change(opened: Any) -> None:
        for (sheet, column, row), error in zip(cells, ERRORS, strict=False):
            put(sheet, column, error.lower() if sheet == "beds" else error, row)(opened)
            page = opened[sheet]
            for cell in page[row]:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type

    found = [p for p in problems_of(spoiled(whole, tmp_path, change)) if p.severity == "error"]
    told = {(p.file.rpartition("sheet ")[2], p.row) for p in found if p.code == "cell-error"}
    assert told == {(sheet, row) for sheet, _, row in cells}
    assert {p.code for p in found} == {"cell-error"}


def test_a_formula_whose_value_is_blank_has_a_value(whole: bytes, tmp_path: Path) -> None:
    """Excel saves "" as a text without letters; to open it there again would change nothing."""
    path = spoiled(whole, tmp_path, put("beds", "note", '=IF(A4="x","y","")'))
    assert [p.code for p in problems_of(path) if p.severity == "error"] == ["formula-without-value"]
    edit(path, b'<c r="N4"', b'<c t="str" r="N4"')
    loaded = load(path)
    assert loaded.files["beds.csv"] == WHOLE["beds.csv"]
    assert [p.code for p in loaded.warnings] == ["formula-value"]


@pytest.mark.parametrize(
    ("formula", "reaches"),
    [("SUM(Table1[2016])", False), ("Table1[[#This Row],[2016]]", False), ("SUM(Table1[[2016]:[2017]])*beds!C4", False),
     ("[1]beds!A1", True), ("SUM(A1,[12]beds!A1)", True), ("'[1]my beds'!A1", True), ("[1]!total", True),
     ("Table1[2016]+[1]beds!A1", True), ("SUM([0]!total)", True)],
)  # fmt: skip
def test_a_column_of_a_table_is_no_other_workbook(formula: str, reaches: bool) -> None:
    """A number in brackets is another file only where a sheet or name follows, and no name of a table goes before."""
    assert bool(REACHES.search(formula)) is reaches
