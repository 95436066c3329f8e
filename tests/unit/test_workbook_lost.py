"""Nothing that stood in a workbook is dropped, overwritten or taken for something else without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.broken_plans import COMMENTED, WHOLE, write
from fixtures.spoiled_workbooks import Change, put
from placeplan.core.errors import Problem
from placeplan.plan.workbook.book import book_of
from placeplan.plan.workbook.draw import draw
from placeplan.plan.workbook.load import load
from unit.test_workbook import problems_of, spoiled

Told = Callable[..., tuple[Problem, ...]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of a small plan with every optional file."""
    top = tmp_path_factory.mktemp("whole")
    draw(book_of(write(dict(WHOLE), top / "plan")), top / "plan.xlsx")
    return (top / "plan.xlsx").read_bytes()


@pytest.fixture
def told(whole: bytes, tmp_path: Path) -> Told:
    """What is told of the workbook after changes."""
    return lambda *changes: problems_of(spoiled(whole, tmp_path, *changes))


def places(problems: tuple[Problem, ...], code: str) -> list[tuple[str, int, str, str]]:
    """Sheet, row, cell and severity of each problem of a code."""
    return [
        (p.file.rpartition("sheet ")[2], p.row, p.column.partition(" ")[0], p.severity)
        for p in problems
        if p.code == code
    ]


def names_sorted_to(sheet: str, row: int) -> Change:
    """The names of the columns were sorted with the rows, and stand in a later row."""

    def change(opened: Any) -> None:
        page = opened[sheet]
        rows = [[cell.value for cell in given] for given in page.iter_rows(min_row=3, max_row=row)]
        for number, given in enumerate([*rows[1:], rows[0]], start=3):
            for place, value in enumerate(given, start=1):
                page.cell(number, place).value = value

    return change


@pytest.mark.parametrize(("sheet", "rows"), [("initiatives.effects", 2), ("promises", 1), ("beds", 1)])
def test_rows_above_the_names_of_columns_are_told_each(sheet: str, rows: int, told: Told) -> None:
    """They were left out of the plan; now the names have to move, and nothing else is said to be missing."""
    found = told(names_sorted_to(sheet, 3 + rows))
    assert places(found, "above-head") == [(sheet, 3 + n, f"A{3 + n}", "error") for n in range(rows)]
    assert {p.code for p in found} == {"above-head"}
    assert f"which stand in row {3 + rows}" in found[0].mend


def test_titles_above_the_names_are_only_asked_about(told: Told) -> None:
    """A title in one cell, words beside ours, one among the units."""
    found = told(put("areas", "B", "by Jo", 1), put("areas", "C", "draft", 1), put("beds", "A", "Beds of 2026", 1),
                 put("money", "B", "who pays", 2))  # fmt: skip
    assert places(found, "above-head") == [
        ("areas", 1, "B1", "warning"), ("beds", 1, "A1", "warning"), ("money", 2, "B2", "warning"),
    ]  # fmt: skip


@pytest.mark.parametrize("lost", [None, "x"])
def test_names_that_stand_again_do_not_hide_the_rows_above_them(lost: str | None, told: Told) -> None:
    """Whether or not the first names have a slip or a column less: the second row of names is told, no row is lost."""

    def change(opened: Any) -> None:
        page = opened["areas"]
        names = [cell.value for cell in page[3]]
        page.insert_rows(7)
        for place, name in enumerate(names, start=1):
            page.cell(7, place).value = name
        page["C3"].value = lost

    found = told(change)
    assert places(found, "second-head") == [("areas", 7, "", "error")]
    assert "the first are in row 3" in next(p.what for p in found if p.code == "second-head")
    assert not places(found, "above-head")
    assert {p.code for p in found} <= {"second-head", "unknown-column", "column-gone"}


@pytest.mark.parametrize(
    ("sheet", "held"),
    [("promises", "1 entry of promises.yaml"), ("sources", "1 entry of sources.yaml"),
     ("scenarios.changes", "2 entries of scenarios.yaml"), ("correlations", "1 entry of assumptions.yaml"),
     ("payment_forms.rules", "1 entry of payment_forms/blended.yaml"), ("initiatives", "1 entry of initiatives/home_first.yaml"),
     ("flows", "the table flows.csv"), ("about", "the fields of plan.yaml")],
)  # fmt: skip
@pytest.mark.parametrize("how", ["gone", "blank"])
def test_what_a_sheet_held_that_is_gone_or_blank_is_told(sheet: str, held: str, how: str, told: Told) -> None:
    """Tables, lists, folders, and lists inside other sheets; what has to be there is asked back."""
    found = told(lambda o: o.remove(o[sheet]) if how == "gone" else o[sheet].delete_rows(1, 30))
    assert places(found, "sheet-gone") == [(sheet, 0, "", "warning")]
    (gone,) = (p for p in found if p.code == "sheet-gone")
    assert gone.what == f"The sheet {sheet} is {how}, and with it {held}."
    assert gone.mend.startswith("Bring the sheet back" if sheet == "about" else "Nothing has to be done")


def without(sheet: str, column: str) -> Change:
    """The workbook without a column."""
    return lambda o: o[sheet].delete_cols([cell.value for cell in o[sheet][3]].index(column) + 1)


def test_a_column_that_held_something_and_is_gone_is_told(told: Told) -> None:
    """Of tables and of YAML; nothing is said of columns that were blank, nor of one that has another name now."""
    found = told(without("beds", "escalation"), without("initiatives", "requires"), without("promises", "at_least"),
                 without("beds", "ring_fenced"), without("initiatives", "more"), put("flows", "share", "shares", 3))  # fmt: skip
    assert places(found, "column-gone") == [
        ("beds", 3, "", "warning"), ("initiatives", 3, "", "warning"), ("promises", 3, "", "warning"),
    ]  # fmt: skip
    assert [p.what.split()[2] for p in found if p.code == "column-gone"] == ["escalation", "requires", "at_least"]


def test_a_set_of_assumptions_whose_column_is_gone_is_told(tmp_path: Path) -> None:
    """Without the column, what the set says would stand among the plan's own assumptions."""
    late = WHOLE["assumptions.yaml"].partition("correlations")[0]
    draw(book_of(write(dict(WHOLE) | {"assumptions-late.yaml": late}, tmp_path / "plan")), tmp_path / "late.xlsx")
    whole = (tmp_path / "late.xlsx").read_bytes()
    found = problems_of(spoiled(whole, tmp_path, without("assumptions", "set")))
    assert places(found, "column-gone") == [("assumptions", 3, "", "warning")]


@pytest.mark.parametrize("value", ["Another plan", None])
def test_a_field_of_the_plan_that_stands_twice_is_told(value: str | None, told: Told) -> None:
    """The later row overwrote the first, whatever it held."""
    found = told(lambda o: o["about"].append(["plan.yaml", "name", value, "x"]))
    assert [p.code for p in found] == ["duplicate-row"]
    assert (found[0].column, found[0].what) == (
        "B25 (field)",
        "“name” of plan.yaml stands here a second time; the first is in row 5.",
    )


@pytest.mark.parametrize("blank", [" ", "\u00a0", "  \n"])
def test_a_blank_after_a_name_changes_no_byte(blank: str, tmp_path: Path) -> None:
    """Of an id, of the id in a list's rows, of a code, of a file and its field: comments stay, and nothing is told."""
    texts = dict(WHOLE) | {"promises.yaml": COMMENTED}
    draw(book_of(write(texts, tmp_path / "plan")), tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    loaded = load(
        spoiled(
            whole, tmp_path, put("promises", "id", f"balance{blank}"), put("initiatives", "id", f"home_first{blank}"),
            put("initiatives.effects", "initiative", f"{blank}home_first"), put("contracts", "payer", f"W0C{blank}"),
            put("about", "file", f"plan.yaml{blank}", 5), put("about", "field", f"name{blank}", 5),
        )
    )  # fmt: skip
    assert loaded.files == texts
    assert not loaded.warnings


def test_a_name_of_a_file_with_a_slip_is_offered_the_nearest(told: Told) -> None:
    """Of a file of lists that has no fields of its own nothing else is offered."""
    found = told(put("about", "file", "plan.yml", 5), put("about", "file", "promises.yaml", 6))
    slips = {p.column.partition(" ")[0]: (p.mend, p.nearest) for p in found if p.code == "unknown-field"}
    assert slips == {"A5": ("Write “plan.yaml”.", "plan.yaml"), "A6": ("Take the row away.", "")}


@pytest.mark.parametrize(("sheet", "cell", "first"), [("contracts", "A6", 4), ("initiatives", "A5", 4)])
def test_an_id_with_a_file_of_its_own_that_stands_twice_names_the_first(
    sheet: str, cell: str, first: int, told: Told
) -> None:
    """No file is named that nobody has, and nothing is said of an element that would be there twice."""
    found = told(lambda o: o[sheet].append([c.value for c in o[sheet][first]]))
    assert places(found, "duplicate-id") == [(sheet, int(cell[1:]), cell, "error")]
    assert [p.code for p in found] == ["duplicate-id"]
    assert found[0].what.endswith(f"stands here a second time; the first is in row {first}.")


def test_an_id_that_no_file_could_have_is_offered_the_one_that_was_there(told: Told) -> None:
    """Its own rows, which have the right one, are not told to write the wrong one."""
    found = told(put("initiatives", "id", "home frst"))
    assert [(p.nearest, p.mend.partition(",")[0]) for p in found if p.code == "bad-id"] == [
        ("home_first", "Write “home_first”")
    ]
    assert {p.nearest for p in found if p.code == "row-of-nobody"} == {""}


def test_the_first_column_of_a_lists_sheet_is_missed_once(told: Told) -> None:
    """Not each of its rows as a row of nobody; nor at all where the column has a name with a slip."""
    found = told(without("initiatives.effects", "initiative"), put("scenarios.changes", "scenario", "scenaro", 3))
    assert places(found, "missing-column") == [("initiatives.effects", 3, "", "error")]
    assert places(found, "unknown-column") == [("scenarios.changes", 3, "A3", "error")]
    assert not places(found, "row-of-nobody")
