"""Text, YAML and CSV as they are read: types, lines, the characters that look alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.broken_plans import ASSUMPTIONS, GOOD, WHOLE, write
from placeplan.core.errors import PlanError
from placeplan.core.tables import BedStock, Organisation
from placeplan.futures.assumptions import Assumption
from placeplan.plan.csvfile import read_table
from placeplan.plan.folder import read_plan
from placeplan.plan.library import library, with_library
from placeplan.plan.located import Item, written
from placeplan.plan.lookalike import double, strange
from placeplan.plan.write import write_files, write_plan
from placeplan.plan.yamlfile import read_yaml


def test_yaml_words_keep_their_type_of_1_2() -> None:
    tree = read_yaml("a: no\nb: 2016-04\nc: on\nd: 0o7\ne: 12:30\nf: 010\ng: 'true'\nh: 1e3\ni:\n", "x.yaml")
    assert tree.data == {
        "a": "no", "b": "2016-04", "c": "on", "d": "0o7", "e": "12:30", "f": 10, "g": "true", "h": 1000.0, "i": None,
    }  # fmt: skip


def test_yaml_knows_the_line_of_every_field_and_entry() -> None:
    tree = read_yaml("a: 1\nb:\n  - c: 2\n    d: [x, y]\n  - c: 3\n", "x.yaml")
    assert {written(path): line for path, line in tree.lines.items()} == {
        "": 1, "a": 1, "b": 2, "b (1st)": 3, "b (1st).c": 3, "b (1st).d": 4, "b (1st).d (1st)": 4, "b (1st).d (2nd)": 4, "b (2nd)": 5, "b (2nd).c": 5,
    }  # fmt: skip


def test_our_own_files_may_use_aliases() -> None:
    assert read_yaml("a: &x {b: 1}\nc: *x\n", "x.yaml", aliases=True).data == {"a": {"b": 1}, "c": {"b": 1}}


def test_a_deep_nest_exhausts_nothing() -> None:
    assert [p.code for p in read_yaml("[" * 100_000, "x.yaml").problems] == ["yaml-too-deep"]
    assert [p.code for p in read_yaml("a: " + "{b: " * 100_000, "x.yaml").problems] == ["yaml-too-deep"]


def test_a_row_over_several_lines_is_named_by_its_first() -> None:
    text = 'site,pool,available,source\nA1,general,1,"one\ntwo"\nA1,medical,x,made up\n'
    items, _, problems = read_table(text, "beds.csv", BedStock)
    assert [(i.row, i.value.source) for i in items] == [(2, "one\ntwo")]
    assert [(p.row, p.code) for p in problems] == [(4, "not-a-number")]


def test_blank_lines_and_missing_optional_columns_are_fine() -> None:
    items, _, problems = read_table("id,name,type,source\n\nA1,One,acute,x\n,,,\n", "organisations.csv", Organisation)
    assert (problems, [i.row for i in items], items[0].value.level) == ([], [3], "local")


def test_an_item_finds_where_a_value_was_written() -> None:
    tree = read_yaml("effects:\n  - scope: {pods: [a]}\n    to: a\n", "x.yaml")
    item = Item("x", "x.yaml", 1, tree.lines, tree.data)
    assert item.find("a", ("effects", 0)) == ("effects", 0, "scope", "pods", 0)
    assert item.find("pods") == ("effects", 0, "scope", "pods")
    assert item.find("zzz", ("effects", 0)) == ("effects", 0)
    assert item.problem("no-effect", "", "", ("effects", 0, "nowhere")).row == 2


@pytest.mark.parametrize(
    ("name", "known", "says"),
    [
        ("RB0", ["RBO"], "the digit 0, not the letter O"),
        ("R1D", ["RlD"], "the digit 1, not the letter l"),
        ("RΒD", ["RBD"], "Greek capital letter beta"),
        ("\uff32BD", ["RBD"], "Fullwidth"),
        ("RBD\u200b", ["RBD"], "cannot be seen"),
        ("a–b", ["a-b"], "only looks like “-”"),
    ],
)
def test_look_alikes_are_told_by_character(name: str, known: list[str], says: str) -> None:
    found = double(name, known)
    assert found is not None
    assert found[0] == known[0]
    assert says in found[1]


@given(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=12))
def test_plain_characters_are_never_strange(name: str) -> None:
    assert strange(name) == ""
    assert double(name, [name]) is None


def test_a_set_replaces_assumptions_of_the_same_id(tmp_path: Path) -> None:
    late = ASSUMPTIONS.partition("  - id: price")[0].replace("mode: 0.05", "mode: 0.01")
    folder = write(dict(WHOLE) | {"assumptions-late.yaml": late}, tmp_path)
    early, later = read_plan(folder), read_plan(folder, "late")
    assert later.assumption_set == "late"
    assert [a.id for a in later.assumptions if a.level == "local"] == ["price.elective", "effect.home_first"]
    assert middle(early.assumptions) == pytest.approx(0.05)
    assert middle(later.assumptions) < 0.05
    assert early.digest != later.digest


def middle(assumptions: tuple[Assumption, ...]) -> float:
    return next(a.distribution.middle for a in assumptions if a.id == "effect.home_first")


def test_the_library_completes_what_a_plan_does_not_say(tmp_path: Path) -> None:
    plan = read_plan(write(dict(GOOD), tmp_path))
    ids = {a.id for a in plan.assumptions}
    assert {"growth.emergency_admission", "prices.pay", "people.total", "stay.delay_share"} <= ids
    assert "growth.gp_appointment" not in ids
    assert "capital.secured" not in ids
    assert {r.level for name in ("pods", "rates", "unit_costs") for r in plan.tables[name]} == {"default"}
    assert {p.organisation for p in plan.promises} == {"W0C", "W0H", "W0L"}
    assert {s.id for s in plan.scenarios} >= {f"S{n}" for n in range(1, 10)}
    assert with_library(plan).digest == plan.digest


def test_what_the_plan_says_goes_before_the_library(tmp_path: Path) -> None:
    texts = dict(GOOD) | {
        "pods.csv": "id,name,setting,unit,source\noutpatient_first,Visits,acute,attendances,made up\n",
        "scenarios.yaml": "scenarios:\n  - id: S1\n    name: Ours\n    decides: true\n    source: made up\n",
        "assumptions.yaml": ASSUMPTIONS.partition("correlations")[0].replace("effect.home_first", "people.total").replace(
            "unit: share", "unit: standard deviations"),
    }  # fmt: skip
    plan = read_plan(write(texts, tmp_path))
    assert [p.name for p in plan.tables["pods"] if p.id == "outpatient_first"] == ["Visits"]  # type: ignore[attr-defined]
    assert [s.name for s in plan.scenarios if s.id == "S1"] == ["Ours"]
    assert [a.level for a in plan.assumptions if a.id == "people.total"] == ["local"]


def test_at_most_twelve_default_promises_are_hard(tmp_path: Path) -> None:
    texts = dict(GOOD)
    for n in range(20):
        texts["organisations.csv"] += f"X{n}A,Trust {n},community,,,made up\n"
        texts["money.csv"] += f"X{n}A,pay,cost,1000,none,,,,prices.pay,,made up\n"
    plan = read_plan(write(texts, tmp_path))
    assert sum(p.hard for p in plan.promises) == 12
    assert len(plan.promises) > 20


def test_the_library_has_no_problem() -> None:
    assert len(library().assumptions) > 30
    assert len(library().scenarios) == 9


def test_a_plan_is_never_written_over_another(tmp_path: Path) -> None:
    plan = read_plan(write(dict(GOOD), tmp_path / "plan"))
    with pytest.raises(PlanError):
        write_plan(plan, tmp_path / "plan")
    with pytest.raises(PlanError):
        write_files({"a": "b"}, tmp_path / "plan" / "plan.yaml")


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_files({"a": "fine", "b": "\ud800"}, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
