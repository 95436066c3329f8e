"""What people and spreadsheets do to a workbook is found and told by sheet and cell, all of it at once."""

from __future__ import annotations

import datetime as dt
import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fixtures.broken_plans import WHOLE, write
from fixtures.spoiled_workbooks import ALONE, SPOILED, Change, put
from placeplan.core.errors import PlanError, Problem
from placeplan.plan.workbook.book import book_of
from placeplan.plan.workbook.draw import draw
from placeplan.plan.workbook.hidden import look
from placeplan.plan.workbook.load import load
from unit.test_cli import called


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of a small plan."""
    top = tmp_path_factory.mktemp("made")
    texts = dict(WHOLE)  # two codes besides: one that Excel takes for a date, one that it takes for a number
    for code in ("MAR01", "5E1"):
        texts["organisations.csv"] = f"{texts['organisations.csv']}{code},Helpers,voluntary,,,made up\n"
        texts["money.csv"] = f"{texts['money.csv']}{code},costs,cost,1000,none,,,,prices.general,,made up\n"
    draw(book_of(write(texts, top / "plan")), top / "plan.xlsx")
    return (top / "plan.xlsx").read_bytes()


def spoiled(made: bytes, tmp_path: Path, *changes: Change) -> Path:
    opened = openpyxl.load_workbook(io.BytesIO(made))
    for change in changes:
        change(opened)
    opened.save(tmp_path / "plan.xlsx")
    return tmp_path / "plan.xlsx"


def problems_of(path: Path) -> tuple[Problem, ...]:
    try:
        return load(path).warnings
    except PlanError as refused:
        return refused.problems


@pytest.fixture(scope="module")
def found(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Problem, ...]]:
    """What is told of each slip: of most of them when all are made together, in one workbook."""
    together = [slip[1] for slip in SPOILED if slip[0] not in ALONE]
    every = problems_of(spoiled(made, tmp_path_factory.mktemp("all"), *together))
    alone = {s[0]: problems_of(spoiled(made, tmp_path_factory.mktemp("one"), s[1])) for s in SPOILED if s[0] in ALONE}
    return {slip[0]: every for slip in SPOILED} | alone


@pytest.mark.parametrize(("name", "change", "code", "sheet", "cell"), SPOILED, ids=[s[0] for s in SPOILED])
def test_it_is_told_at_its_cell_beside_all_others(
    found: dict[str, tuple[Problem, ...]], name: str, change: Change, code: str, sheet: str, cell: str
) -> None:
    all_told = found[name]
    there = [
        p for p in all_told if p.code == code and p.file == f"plan.xlsx, sheet {sheet}" and p.column.startswith(cell)
    ]
    assert there, [f"{p.where}: {p.code}: {p.what}" for p in all_told if p.severity == "error"]
    assert there[0].severity == "error"
    assert there[0].mend
    assert (
        len([p for p in all_told if (p.file, p.row, p.column) == (there[0].file, there[0].row, there[0].column)]) == 1
    )


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("a code became a date", "MAR01"), ("a code became a number", "5E1"), ("an age became a date", "1-4"),
     ("a month became a date", "2026-04"), ("a sheet renamed", "beds"), ("a row of nobody", "home_first"),
     ("an unknown field", "placeplan"), ("12 for 12 %", "0.12")],
)  # fmt: skip
def test_what_was_meant_is_offered(found: dict[str, tuple[Problem, ...]], name: str, nearest: str) -> None:
    code, sheet, cell = next(s[2:] for s in SPOILED if s[0] == name)
    near = {
        p.nearest for p in found[name] if p.code == code and p.file.endswith(f" {sheet}") and p.column.startswith(cell)
    }
    assert near == {nearest}


def hide(opened: Any) -> None:
    """A row, a column, a sheet; and a note on a cell that would get lost."""
    opened["money"].sheet_state = "hidden"
    opened["money"]["B5"].comment = openpyxl.comments.Comment("ask Jo", "me")
    opened["areas"].row_dimensions[5].hidden = True
    opened["areas"].column_dimensions["C"].hidden = True


def test_what_may_be_meant_is_asked_about(made: bytes, tmp_path: Path) -> None:
    """What is hidden, or stands where nothing is read, is told; the rows count all the same."""
    slips = (
        hide,
        put("beds", "A", "Beds of 2026", 1),
        put("beds", "note", "@SUM(1|2)"),
        lambda o: o.remove(o["as written"]),
    )
    loaded = load(spoiled(made, tmp_path, *slips))
    told = [(p.code, p.file.rpartition("sheet ")[2], p.column) for p in loaded.warnings]
    asked = ("hidden-cells", "above-head", "text-like-formula", "sheet-gone", "note-on-cell")
    assert sorted(t for t in told if t[0] in asked) == [
        ("above-head", "beds", "A1"), ("hidden-cells", "areas", ""), ("hidden-cells", "areas", ""),
        ("hidden-cells", "money", ""), ("note-on-cell", "money", "B5 (line)"),
        ("sheet-gone", "as written", ""), ("text-like-formula", "beds", "N4 (note)"),
    ]  # fmt: skip
    assert loaded.files["areas.csv"] == WHOLE["areas.csv"]


def test_a_value_that_excel_calculated_is_used_and_told(made: bytes, tmp_path: Path) -> None:
    """Excel saves a formula's value beside it; the workbook here is given one by hand."""
    path = spoiled(made, tmp_path, put("beds", "available", "=400+61"))
    edit(path, b"<f>400+61</f><v></v>", b"<f>400+61</f><v>461</v>")
    loaded = load(path)
    assert "W0H,general,461,425" in loaded.files["beds.csv"]
    assert [p.column for p in loaded.warnings if p.code == "formula-value"] == ["C4 (available)"]


def test_what_libreoffice_writes_for_true_is_no_formula_to_ask_about(made: bytes, tmp_path: Path) -> None:
    """LibreOffice saves TRUE and FALSE as =TRUE() and =FALSE(), with their values."""
    path = spoiled(made, tmp_path)
    edit(path, b't="b"><v>1</v>', b't="b"><f aca="false">TRUE()</f><v>1</v>')
    assert any(one.formulas for one in look(path).values())
    loaded = load(path)
    assert loaded.files == load(spoiled(made, tmp_path)).files
    assert not [p for p in loaded.warnings if p.code == "formula-value"]


def colour_and_spaces(opened: Any) -> None:
    """Thousands of rows below a table with a colour or a space and nothing else in them."""
    for row in range(100, 4000):
        opened["beds"].cell(row, 1).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
        opened["areas"].cell(row, 2).value = " "


def others_columns(opened: Any) -> None:
    """Columns in another order with a gap, rows pushed apart, sheets in another order."""
    opened["beds"].move_range("C3:C20", cols=20)
    opened["areas"].insert_rows(6, 3)
    opened.move_sheet("beds", -3)


def numbers_as_text(opened: Any) -> None:
    """Figures with a green corner: numbers that are kept as text."""
    for (cell,) in opened["areas"].iter_rows(min_row=4, min_col=7, max_col=7):
        cell.value = str(cell.value) if cell.value is not None else None


@pytest.mark.parametrize("change", [colour_and_spaces, others_columns, numbers_as_text])
def test_what_people_do_to_a_sheet_without_changing_what_it_says_changes_nothing(
    made: bytes, tmp_path: Path, change: Change
) -> None:
    loaded = load(spoiled(made, tmp_path, change))
    assert loaded.files == load(spoiled(made, tmp_path)).files
    assert {p.severity for p in loaded.warnings} <= {"warning"}


def test_days_of_the_calendar_that_begins_in_1904_are_read_as_they_are(made: bytes, tmp_path: Path) -> None:
    """Workbooks of old Macs count days from 1904; what was probably typed is found in them as well."""

    def change(opened: Any) -> None:
        opened.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        put("beds", "valid_from", dt.datetime(2026, 4, 1))(opened)  # noqa: DTZ001

    found = [p for p in problems_of(spoiled(made, tmp_path, change)) if p.code == "excel-date"]
    assert [(p.column, p.nearest) for p in found] == [("J4 (valid_from)", "2026-04")]


def test_rows_without_height_and_columns_without_width_are_hidden(made: bytes, tmp_path: Path) -> None:
    def change(opened: Any) -> None:
        opened["areas"].row_dimensions[5].height = 77
        opened["areas"].column_dimensions["B"].width = 77

    path = spoiled(made, tmp_path, change)
    edit(path, b'<col width="77"', b'<col width="0"')
    edit(path, b'ht="77"', b'ht="0"')
    told = [p.what for p in load(path).warnings if p.code == "hidden-cells"]
    assert len(told) == 2
    assert any("row 5." in what for what in told)
    assert any("column B." in what for what in told)


def edit(path: Path, old: bytes, new: bytes, part: str = "xl/worksheets/") -> None:
    """Change bytes in the parts of a workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert any(old in data for name, data in parts.items() if name.startswith(part))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data.replace(old, new, 1) if name.startswith(part) else data)


def refused(path: Path) -> Problem:
    with pytest.raises(PlanError) as found:
        load(path)
    return found.value.problems[0]


def test_what_is_no_workbook_is_told_as_what_it_is(made: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    locked = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    cases = [(b"", "empty-file"), (b"site,pool\n", "not-a-workbook"), (locked, "password"), (made[:3000], "not-a-workbook"),
             (b"\xd0\xcf\x11\xe0" + bytes(600), "not-a-workbook")]  # fmt: skip
    for data, code in cases:
        path.write_bytes(data)
        assert refused(path).code == code
    assert refused(tmp_path / "none.xlsx").code == "not-a-workbook"
    assert refused(tmp_path).code == "not-a-workbook"


@pytest.mark.parametrize(
    ("part", "says"),
    [("content.xml", "LibreOffice (*.ods)"), ("xl/workbook.bin", "binary workbook (*.xlsb)"), ("word/document.xml", "no Excel workbook")],
)  # fmt: skip
def test_other_kinds_of_workbook_are_told_how_to_become_one(tmp_path: Path, part: str, says: str) -> None:
    with zipfile.ZipFile(tmp_path / "plan.xlsx", "w") as packed:
        packed.writestr(part, b"x")
    told = refused(tmp_path / "plan.xlsx")
    assert says in told.what
    assert "*.xlsx" in told.mend


def test_macros_are_refused(made: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    assert refused(path).code == "macros"


def far_and_blank(opened: Any) -> None:
    """A cell with a colour and nothing in it, as some programs write them in the last row that there could be."""
    opened["beds"].cell(1_048_576, 16_000).fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")


def test_bombs_do_not_go_off(made: bytes, tmp_path: Path) -> None:
    """A part of 100 MB of nothing; one that says that it is small; a cell a million rows away; entities."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(100_000_000))
    assert refused(path).code == "too-large"
    path.write_bytes(made)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(1_000_000))
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10)))
    assert "larger than it says" in refused(path).what
    assert load(spoiled(made, tmp_path, far_and_blank)).files["beds.csv"] == WHOLE["beds.csv"]
    assert refused(spoiled(made, tmp_path, lambda o: o["beds"].cell(1_048_576, 16_000, 1))).code == "too-large"
    path.write_bytes(made)
    edit(path, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet')
    assert refused(path).code == "not-a-workbook"


def test_texts_of_a_plan_that_look_like_formulas_are_written_as_text(tmp_path: Path) -> None:
    """No cell of a workbook that is written is a formula, and each text comes back."""
    texts = dict(WHOLE)
    risky = "=cmd|' /C calc'!A0"
    texts["beds.csv"] = str(texts["beds.csv"]).replace("made up", risky)
    draw(book_of(write(texts, tmp_path / "plan")), tmp_path / "plan.xlsx")
    assert not any(one.formulas for one in look(tmp_path / "plan.xlsx").values())
    assert openpyxl.load_workbook(tmp_path / "plan.xlsx")["beds"]["L4"].quotePrefix
    loaded = load(tmp_path / "plan.xlsx")
    assert loaded.files["beds.csv"] == texts["beds.csv"]
    assert [p.code for p in loaded.warnings if p.file.endswith("beds")] == ["text-like-formula"]


def test_a_text_that_no_cell_holds_is_told(tmp_path: Path) -> None:
    texts = dict(WHOLE) | {"beds.csv": str(WHOLE["beds.csv"]).replace("made up", "x" * 40_000)}
    with pytest.raises(PlanError, match="32,767") as found:
        book_of(write(texts, tmp_path / "plan"))
    assert [p.code for p in found.value.problems] == ["beyond-excel"]


def test_the_workbook_helps_who_fills_it_in(made: bytes) -> None:
    """Heads stay in view, ids are protected, words are chosen from lists, names say what they mean."""
    opened = openpyxl.load_workbook(io.BytesIO(made))
    beds, organisations = opened["beds"], opened["organisations"]
    assert beds.freeze_panes == "B4"
    assert beds["C2"].value == "needed · beds open, daily average"
    assert "Counted at midnight" in beds["D3"].comment.text
    assert organisations.protection.sheet
    assert organisations["A4"].protection.locked
    assert not organisations["B4"].protection.locked
    assert (beds["A1"].value, beds["A1"].hyperlink.location) == (
        "Beds of one pool at one site in the base year.",
        "'read me'!A1",
    )
    assert (beds.print_title_rows, beds.page_setup.orientation) == ("$1:$3", "landscape")
    assert opened["as written"]["D4"].protection.locked
    rules = {str(r.sqref).partition(":")[0]: r for r in beds.data_validations.dataValidation}
    assert "general,medical" in rules["B4"].formula1
    assert rules["C4"].operator == "greaterThanOrEqual"
    assert (organisations["A4"].number_format, beds["H4"].number_format) == ("@", "General")


def test_a_plan_goes_there_and_back_by_the_verbs(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    """Nothing that is there is overwritten without --force; notes beside a plan stay."""
    folder, book, again = write(dict(WHOLE), tmp_path / "plan"), tmp_path / "plan.xlsx", tmp_path / "again"
    (folder / "NOTES.md").write_text("mine")
    status, out, _ = called(monkeypatch, capsys, "export", folder, book)
    assert (status, "NOTES.md" in out) == (0, True)
    assert called(monkeypatch, capsys, "export", folder, book)[0] == 1
    assert called(monkeypatch, capsys, "export", folder, tmp_path / "plan.csv")[0] == 1
    assert called(monkeypatch, capsys, "export", folder, book, "--force")[0] == 0
    assert called(monkeypatch, capsys, "import", book, again)[0] == 0
    status, _, err = called(monkeypatch, capsys, "import", book, folder)
    assert (status, "folder-in-use" in err) == (1, True)
    (again / "NOTES.md").write_text("mine")
    (again / "beds.csv").write_bytes(b"spoil\xe9d")
    status, out, _ = called(monkeypatch, capsys, "import", book, again, "--force", "--json")
    assert (status, json.loads(out)["written"], (again / "NOTES.md").read_text()) == (0, ["beds.csv"], "mine")
    assert (again / "beds.csv").read_text() == WHOLE["beds.csv"]


def test_a_plan_with_problems_is_not_exported(tmp_path: Path) -> None:
    texts = dict(WHOLE) | {"beds.csv": "site,pool\nW0H,general\n"}
    with pytest.raises(PlanError, match=r"beds\.csv"):
        book_of(write(texts, tmp_path / "plan"))
