"""A plan that goes to a workbook and back is the same plan, and what was not changed has the same bytes."""

from __future__ import annotations

import datetime as dt
import difflib
import io
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.broken_plans import COMMENTED, GOOD, WHOLE, write
from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_plan
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.plan.workbook.book import book_of, plan_texts, stored, unstored
from placeplan.plan.workbook.cells import as_cell, as_text, decoded, encoded
from placeplan.plan.workbook.columns import Facts
from placeplan.plan.workbook.draw import draw
from placeplan.plan.workbook.load import load
from placeplan.plan.write import write_files, write_plan

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@contextmanager
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def there_and_back(folder: Path, change: Any = None) -> dict[str, str]:
    """The files that come back, of a workbook that was changed on the way or not."""
    book = folder.with_suffix(".xlsx")
    draw(book_of(folder), book)
    if change:
        opened = openpyxl.load_workbook(book)
        change(opened)
        opened.save(book)
    return load(book).files


def texts_with(changes: Mapping[str, str]) -> dict[str, Any]:
    return {**WHOLE, **changes}


SIZES = (st.integers(1, 4), st.integers(4, 9), st.integers(0, 9), st.integers(1, 99))


@settings(max_examples=1, deadline=None, suppress_health_check=SLOW)
@given(*SIZES)
def test_a_made_up_place_comes_back_with_every_byte(areas: int, some: int, initiatives: int, seed: int) -> None:
    comes_back(make(areas, some, initiatives, seed, detail="whole"))


@pytest.mark.large
@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(*SIZES, st.sampled_from(["plain", "whole"]))
def test_made_up_places_come_back_with_every_byte(areas: int, some: int, made: int, seed: int, detail: Any) -> None:
    comes_back(make(areas, some, made, seed, detail=detail))


def comes_back(plan: Plan) -> None:
    with place() as top:
        write_plan(plan, top / "plan")
        files = there_and_back(top / "plan")
        assert files == plan_texts(top / "plan")
        write_files(files, top / "again")
        assert read_plan(top / "again").digest == with_library(plan).digest


@pytest.mark.large
def test_dorset_comes_back_with_every_byte(root: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(root / "examples" / "dorset-2016", tmp_path / "dorset")
    files = there_and_back(folder)
    assert files == plan_texts(folder)
    write_files(files, tmp_path / "again")
    assert read_plan(tmp_path / "again").digest == read_plan(folder).digest


@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_comments_blank_lines_line_ends_and_ways_to_write_numbers_come_back(data: st.DataObject) -> None:
    layout_comes_back(data)


@pytest.mark.large
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_many_layouts_come_back(data: st.DataObject) -> None:
    layout_comes_back(data)


def layout_comes_back(data: st.DataObject) -> None:
    """However the files are laid out: what is written is written again."""
    with place() as top:
        folder = write(dict(WHOLE), top / "plan")
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            path.write_bytes(_laid_out(data, path).encode())
        before = plan_texts(folder)
        assert there_and_back(folder) == before


def _laid_out(data: st.DataObject, path: Path) -> str:
    """A file in another layout that says the same."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".csv":
        more = data.draw(st.sampled_from(["", "\n", ",".join("" for _ in lines[0].split(","))]))
        lines.insert(data.draw(st.integers(1, len(lines))), more.strip("\n"))
        if data.draw(st.booleans()):
            lines = [
                line.replace("made up", '"made up"').replace(",425,", ",425.00,").replace("21000", "2.1e4")
                for line in lines
            ]
    else:
        begin = [n for n, line in enumerate(lines) if line[:1] not in (" ", "")] or [0]
        lines.insert(data.draw(st.sampled_from(begin)), data.draw(st.sampled_from(["# Why: =cmd", "", "#", "# é 💥"])))
    newline = data.draw(st.sampled_from(["\n", "\r\n"]))
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    return mark + newline.join(lines) + data.draw(st.sampled_from(["", newline, newline * 2]))


def changed_lines(before: str, after: str) -> list[str]:
    return [
        d for d in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0) if d[:1] in "+-" and d[:3] not in ("+++", "---")
    ]  # fmt: skip


def cell(opened: Any, sheet: str, key: str, column: str) -> Any:
    """A cell by the first cell of its row that is ``key``."""
    page = opened[sheet]
    names = [c.value for c in page[3]]
    row = next(r for r in page.iter_rows(min_row=3) if any(c.value == key for c in r))
    return row[names.index(column)]


def test_a_change_changes_its_own_line_only(tmp_path: Path) -> None:
    """Two promises change places, and one of them and a bed count change: comments go along, all else stays."""
    folder = write(texts_with({"promises.yaml": COMMENTED}), tmp_path / "plan")
    before = plan_texts(folder)

    def change(opened: Any) -> None:
        cell(opened, "promises", "balance", "asks").value = 0.9
        cell(opened, "beds", "W0H", "occupied").value = 430
        first, second = ([c.value for c in opened["promises"][r]] for r in (4, 5))
        for n, (a, b) in enumerate(zip(first, second, strict=True), start=1):
            opened["promises"].cell(4, n).value, opened["promises"].cell(5, n).value = b, a

    after = there_and_back(folder, change)
    text = after["promises.yaml"]
    assert set(text.splitlines()) ^ set(COMMENTED.splitlines()) == {
        "    asks: 0.80   # as agreed", "    asks: 0.9    # as agreed",
    }  # fmt: skip
    assert text.index("# Beds") < text.index("id: beds") < text.index("id: balance  # the law")
    assert changed_lines(before["beds.csv"], after["beds.csv"]) == [
        "-W0H,general,460,425,20,,,made up", "+W0H,general,460,430,20,,,made up",
    ]  # fmt: skip
    assert {n for n in before if before[n] != after[n]} == {"promises.yaml", "beds.csv"}


def test_rows_that_are_added_and_taken_away_are_so_in_the_files(tmp_path: Path) -> None:
    folder = write(texts_with({"promises.yaml": COMMENTED}), tmp_path / "plan")

    def change(opened: Any) -> None:
        opened["promises"].delete_rows(4)
        names = [c.value for c in opened["areas"][3]]
        new = {"area": "south", "name": "South Westshire", "council": "W0L", "age": "0-64", "source": "made up"}
        for sex in "FM":
            for age in ("0-64", "65-84", "85+"):
                row = new | {"sex": sex, "people": 10.5, "age": age}
                opened["areas"].append([row.get(n) for n in names])

    files = there_and_back(folder, change)
    assert "id: balance" not in files["promises.yaml"]
    assert "# Beds\n  - {id: beds" in files["promises.yaml"]
    assert files["areas.csv"].startswith(str(WHOLE["areas.csv"]))
    assert "\nsouth,South Westshire,W0L,M,85+,10.5,made up\n" in files["areas.csv"]


FACTS = st.builds(
    Facts, number=st.booleans(), text=st.booleans(), truth=st.booleans(), many=st.booleans(), named=st.booleans()
)
PLAIN = st.text(max_size=12) | st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.15G}")) | st.integers(-(10**12), 10**12)


@settings(max_examples=150)
@given(PLAIN | st.lists(PLAIN, max_size=4) | st.dictionaries(st.text(max_size=6), PLAIN, max_size=3), FACTS)
def test_a_value_of_yaml_comes_back_from_its_cell_or_gets_none(value: Any, facts: Facts) -> None:
    found = encoded(value, facts)
    assert found is None or decoded(found, facts) == value


@settings(max_examples=150)
@given(st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.text(max_size=9), FACTS)
def test_what_a_cell_gives_back_is_what_a_cell_would_hold(text: str, facts: Facts) -> None:
    """Reading and writing again changes nothing more: the key by which rows are found is stable."""
    once = as_text(as_cell(text, facts))
    assert as_text(as_cell(once, facts)) == once


@settings(max_examples=150)
@given(st.text())
def test_any_text_is_kept_by_the_sheet_of_what_was_written(text: str) -> None:
    assert unstored(stored(text)) == text


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_any_bytes_in_a_workbook_are_told(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Cut it, or change bytes anywhere: it is read, or told as problems; nothing else happens."""
    whole = _small(tmp_path_factory)
    start = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    spoiled = whole[:start] + (b"" if cut else data.draw(st.binary(min_size=1, max_size=6)) + whole[start + 6 :])
    with place() as top:
        (top / "x.xlsx").write_bytes(spoiled)
        with suppress(PlanError):
            assert load(top / "x.xlsx").files


KEPT: dict[str, bytes] = {}


def _small(factory: pytest.TempPathFactory) -> bytes:
    if "x" not in KEPT:
        top = factory.mktemp("small")
        draw(book_of(write(dict(WHOLE), top / "plan")), top / "plan.xlsx")
        KEPT["x"] = (top / "plan.xlsx").read_bytes()
    return KEPT["x"]


ODD = st.one_of(
    st.sampled_from([None, True, 0, -1, 12, 1e300, 0.1 + 0.2, "", " ", "[]", "{}", "[1", '{"a": 1}', '"x"', "a: 1\nb: 2", "=1+1", "~", "null",
                     "../../x", "\n", "é💥", "1,200", "12%", dt.date(2016, 4, 1), dt.time(3, 4), "x" * 300]),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9),
)  # fmt: skip


@pytest.mark.large
@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_anything_in_any_cell_is_told_or_used(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sheets are changed at random, heads too: what comes out is a plan or problems, and nothing outside its folder."""
    opened = openpyxl.load_workbook(io.BytesIO(_small(tmp_path_factory)))
    sheets = [s for s in opened.sheetnames if s not in ("read me", "choices")]
    for _ in range(data.draw(st.integers(1, 8))):
        page = opened[data.draw(st.sampled_from(sheets))]
        row, column = data.draw(st.integers(1, page.max_row + 1)), data.draw(st.integers(1, page.max_column + 1))
        page.cell(row, column).value = data.draw(ODD)
        if data.draw(st.integers(0, 9)) == 0:
            page.delete_rows(row)
    with place() as top:
        opened.save(top / "x.xlsx")
        try:
            files = load(top / "x.xlsx").files
        except PlanError as refused:
            found = refused.problems
            assert found
        else:
            write_files(files, top / "plan")
            assert read_plan(top / "plan").about


@pytest.mark.large
def test_100_000_rows_come_back_in_seconds(tmp_path: Path) -> None:
    """A population of 25 areas by year of age for 20 years: 105,000 rows with all tables, each way within a minute."""
    bands = [*(f"{a}-{a}" for a in range(99)), "99+"]
    cells = [(f"a{n}", sex, band, 80 + b / 7) for n in range(25) for sex in "FM" for b, band in enumerate(bands)]
    areas = "".join(f"{a},Area {a},W0L,{s},{b},{p},made up\n" for a, s, b, p in cells)
    years = "".join(f"{a},{s},{b},{y},{p},{p - 1},{p + 1},made up\n" for a, s, b, p in cells for y in range(2026, 2046))
    texts = dict(GOOD) | {
        "areas.csv": f"area,name,council,sex,age,people,source\n{areas}",
        "population.csv": f"area,sex,age,year,people,low,high,source\n{years}",
    }
    folder = write(texts, tmp_path / "plan")
    started = time.process_time()
    assert there_and_back(folder) == plan_texts(folder)
    assert time.process_time() - started < 120
