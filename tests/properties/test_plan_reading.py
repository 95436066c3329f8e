"""Whatever stands in a folder, reading raises nothing but PlanError; what is written reads back to the same plan."""

from __future__ import annotations

import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.broken_plans import WHOLE, Texts, write
from placeplan.core.errors import PlanError, Problem
from placeplan.core.tables import Activity, AreaPeople
from placeplan.plan.csvfile import read_table
from placeplan.plan.folder import read_draft, read_plan
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.plan.textfile import decode
from placeplan.plan.write import csv_text, plan_files, write_plan, yaml_text
from placeplan.plan.yamlfile import Tree, read_yaml

NAMES = sorted(WHOLE)
PIECES = st.sampled_from([
    "", ",", '"', "\n", "\r", "\t", ":", "-", "&a", "*a", "<<: *a", "[", "]", "{", "}", "#", "!!python/object:os.system", "|", ">",
    "null", ".nan", "1e999", "-1", "99999999999999999999", "W0H", "other", "\ufeff", "\u200b", "А", "é", "\x00", "\x1b", "💥",
    "---", "...", "%YAML 9.9", "? ", "'", "2016-13", "true", "no", "0x10", "1_000", "  - kind: block\n", "kind: prevent",
])  # fmt: skip
PARSED: dict[tuple[str, str], Tree] = {}


@pytest.fixture(autouse=True)
def parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text is parsed once, however many folders hold it: most files of each are those of the others."""

    def once(text: str, name: str) -> Tree:
        if (text, name) not in PARSED:
            PARSED[text, name] = read_yaml(text, name)
        return deepcopy(PARSED[text, name])

    monkeypatch.setattr("placeplan.plan.reader.read_yaml", once)


FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def read(texts: Texts) -> list[Problem]:
    """Problems of a folder with these files."""
    folder = Path(tempfile.mkdtemp())
    try:
        problems = read_draft(write(texts, folder))[1]
        if any(p.severity == "error" for p in problems):
            with pytest.raises(PlanError):
                read_plan(folder)
        return problems
    finally:
        shutil.rmtree(folder)


@FEW
@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_any_bytes_in_any_file_are_told(name: str, data: bytes) -> None:
    problems = read(dict(WHOLE) | {name: data})
    assert all(p.code and p.what and p.why and p.mend for p in problems)


@FEW
@given(st.data())
def test_any_slip_of_the_hand_is_told(data: st.DataObject) -> None:
    """Cut, paste or repeat something anywhere in one or two files."""
    texts: Texts = dict(WHOLE)
    for name in data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)):
        text = str(texts[name])
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 30, len(text))))
        piece = data.draw(PIECES | st.just(text[start:end] * 2) | st.text(max_size=5))
        texts[name] = (text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass")
    for problem in read(texts):
        assert problem.file in texts or problem.file.startswith(("initiatives/", "contracts/"))
        assert "\n" not in problem.mend


@settings(max_examples=300)
@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_any_text_as_yaml(text: str) -> None:
    tree = read_yaml(text, "x.yaml")
    assert tree.problems or tree.data is None or tree.lines


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_as_text_and_table(data: bytes) -> None:
    text = decode(data, "activity.csv")
    if isinstance(text, str):
        items, _, problems = read_table(text, "activity.csv", Activity)
        assert items or problems or "\n" in text or "\r" in text


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)


@settings(max_examples=200)
@given(st.dictionaries(WORDS.filter(bool), WORDS | st.floats(-1e9, 1e9) | st.lists(WORDS, max_size=3), max_size=4))
def test_yaml_that_is_written_reads_back(data: dict[str, object]) -> None:
    tree = read_yaml(yaml_text(data), "x.yaml")
    assert (tree.problems, tree.data or {}) == ([], data)


@given(
    st.lists(
        st.builds(
            AreaPeople,
            area=st.sampled_from(["a", "b1"]), name=WORDS.map(str.strip).filter(bool), sex=st.sampled_from("FM"),
            age=st.sampled_from(["0-4", "90+"]), people=st.floats(0, 1e9), source=WORDS.map(str.strip).filter(bool),
            note=WORDS.map(str.strip), quintile=st.none() | st.integers(1, 5),
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_rows_that_are_written_read_back(rows: list[AreaPeople]) -> None:
    items, _, problems = read_table(csv_text(AreaPeople, rows), "areas.csv", AreaPeople)
    assert problems == []
    assert [item.value for item in items] == rows


@settings(max_examples=12)
@given(st.integers(1, 6), st.integers(4, 9), st.integers(0, 10), st.integers(1, 50))
def test_a_plan_that_is_written_reads_back_to_the_same_digest(
    areas: int, some: int, initiatives: int, seed: int
) -> None:
    plan = make(areas, some, initiatives, seed)
    assert there_and_back(plan).digest == with_library(plan).digest


def test_what_was_read_is_written_without_the_library(tmp_path: Path) -> None:
    plan = read_plan(write(dict(WHOLE), tmp_path / "plan"))
    write_plan(plan, tmp_path / "again")
    again = read_plan(tmp_path / "again")
    assert again.digest == plan.digest
    assert set(plan_files(again)) == set(WHOLE)
    assert again.places["table/beds/0"] == "beds.csv, line 2"
    assert again.places["assumption/prices.pay"].startswith("library/assumptions/prices.yaml, line ")


def there_and_back(plan: Plan) -> Plan:
    """The plan written to a folder and read from it."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_plan(plan, folder)
        return read_plan(folder)
    finally:
        shutil.rmtree(folder)
