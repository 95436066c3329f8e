"""Numbers of a plan: every one has an address that leads back to it, and another in its place changes nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from fixtures.whole import whole
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.plan.draft import Draft
from placeplan.plan.folder import read_draft
from placeplan.plan.numbers.address import parsed
from placeplan.plan.numbers.change import Change, Setting, changed, laid_over, setting_of
from placeplan.plan.numbers.find import Numbers, numbers_in, search
from placeplan.plan.numbers.number import Number, Value, shown
from placeplan.plan.numbers.texts import with_cell, with_scalar
from placeplan.plan.write import write_plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with everything, one year."""
    found = tmp_path_factory.mktemp("plans") / "whole"
    write_plan(whole(1, 12), found)
    return found


@cache
def draft_of(folder: Path) -> Draft:
    return read_draft(folder)[0]


@cache
def numbers(folder: Path) -> Numbers:
    return numbers_in(draft_of(folder))


@cache
def _one_of_each(folder: Path) -> tuple[Number, ...]:
    """The first number of each field of each file or folder, written and not, own and of the library."""
    first = {
        (n.address.file.partition("/")[0], n.address.parts[-1], n.written, n.own): n
        for n in reversed(numbers(folder).open.values())
    }
    return tuple(first.values())


def test_every_address_leads_back_to_its_number(folder: Path) -> None:
    every = numbers(folder).every
    assert len(every) > 500
    assert all(str(parsed(at)) == at and str(n.address) == at for at, n in every.items())


def test_numbers_are_of_every_kind(folder: Path) -> None:
    files = {n.address.file.partition("/")[0] for n in numbers(folder).open.values()}
    assert {
        "plan.yaml",
        "assumptions.yaml",
        "initiatives",
        "contracts",
        "promises.yaml",
        "beds.csv",
        "money.csv",
    } <= files


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.large)])
def test_another_number_changes_that_one_alone(folder: Path, step: int) -> None:
    """Of each field, or of some, one: it reads back as what was written, and every other number, written or not, is as it was."""
    before = {at: n.value for at, n in numbers(folder).every.items()}
    seen = 0
    some = _one_of_each(folder)[::step]
    for number in some:
        value = "2017-07" if number.month else 1 if number.value == 2 else 2
        with laid_over(folder, {number.address.file: _with(folder, number, value)}) as copy:
            draft, problems = read_draft(copy)
        if any(p.severity == "error" and p.file == number.address.file for p in problems):
            continue  # the value is refused: its problem is told, and what it was in is left out
        after = {at: n.value for at, n in numbers_in(draft).every.items()}
        apart = {at for at in before.keys() | after.keys() if before.get(at) != after.get(at)}
        assert apart == {str(number.address)}, number
        assert after[str(number.address)] == value
        seen += 1
    assert seen > len(some) / 2


def _with(folder: Path, number: Number, value: Value) -> bytes:
    make = with_cell if number.address.file.endswith(".csv") else with_scalar
    path = folder / number.address.file
    return make(path.read_bytes() if path.is_file() else b"", number, value, draft_of(folder))


def test_only_the_line_of_a_written_number_changes(folder: Path) -> None:
    for number in _one_of_each(folder):
        if not (number.written and number.own):
            continue
        old = (folder / number.address.file).read_bytes()
        new = _with(folder, number, "2017-07" if number.month else 2)
        lines = [n for n, (a, b) in enumerate(zip(old.splitlines(), new.splitlines(), strict=True), 1) if a != b]
        assert lines in ([number.row], []), number.address


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_is_shown_as_what_it_is(value: float) -> None:
    assert float(shown(value)) == value


@pytest.mark.parametrize(
    ("setting", "code", "near"),
    [
        ("beds.csv/S1,generl/available=3", "unknown-number", None),
        ("nowhere.csv/x/y=3", "unknown-number", None),
        ("=3", "unknown-number", None),
        ("beds.csv/available", "missing-value", ""),
        ("{share}=12 %", "unit-in-number", "0.12"),
        ("{share}=many", "not-a-number", ""),
        ("{share}=.nan", "not-finite", ""),
        ("{share}=1e999", "not-finite", ""),
        ("{share}=12", "above-one", "0.12"),
        ("{share}=-1", "negative", ""),
        ("{share}=" + "9" * 5000, "not-a-number", ""),
    ],
)
def test_what_cannot_be_is_told_with_its_mend(folder: Path, setting: str, code: str, near: str | None) -> None:
    share = next(str(n.address) for n in numbers(folder).open.values() if n.address.file == "flows.csv")
    with pytest.raises(PlanError) as refused:
        changed(folder, [setting_of(setting.format(share=share))])
    assert code in [p.code for p in refused.value.problems]
    if near is not None:
        assert near in [p.nearest for p in refused.value.problems]


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    with pytest.raises(PlanError) as refused:
        changed(folder, [Setting("a/b", "1"), Setting("plan.yaml/months", "x")])
    assert [p.code for p in refused.value.problems] == ["unknown-number", "not-a-number"]


def test_what_an_assumption_gives_leads_to_it(folder: Path) -> None:
    given_by = next(n for n in numbers(folder).every.values() if n.assumption in _assumed(folder))
    with pytest.raises(PlanError) as refused:
        changed(folder, [Setting(str(given_by.address), "1")])
    assert [p.code for p in refused.value.problems] == ["number-elsewhere"]
    assert refused.value.problems[0].nearest in numbers(folder).open


def _assumed(folder: Path) -> set[str]:
    return {n.address.parts[1] for n in numbers(folder).open.values() if n.address.file == "assumptions.yaml"}


def test_the_folder_itself_stays(folder: Path) -> None:
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    n = next(n for n in numbers(folder).open.values() if n.address.file == "beds.csv")
    assert changed(folder, [Setting(str(n.address), shown(float(n.value) + 1))]).changes == (
        Change(n, float(n.value) + 1),
    )
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_several_figures_of_the_library_are_written_out_once(folder: Path) -> None:
    """Two numbers of one assumption that the plan leaves to the library: its entry comes once, with both."""
    of_library = [n for n in numbers(folder).open.values() if n.address.file == "assumptions.yaml" and not n.own]
    low = next(n for n in of_library if n.address.parts[-1] == "low")
    high = next(n for n in of_library if n.address.parts[:2] == low.address.parts[:2] and n.address.parts[-1] == "high")
    wanted = {str(low.address): float(low.value), str(high.address): float(high.value) * 1.01}
    made = changed(folder, [Setting(at, shown(v)) for at, v in wanted.items()])
    with laid_over(folder, made.files) as copy:
        draft, problems = read_draft(copy)
    assert not [p for p in problems if p.severity == "error"]
    assert {at: numbers_in(draft).every[at].value for at in wanted} == wanted


def test_the_command_line_lists_and_compares(folder: Path, tmp_path: Path) -> None:
    """The address that one verb lists is what the other takes; a promise with another bound is judged by its own."""
    listed = json.loads(CliRunner().invoke(app, ["numbers", str(folder), "promises.yaml", "at_least", "--json"]).stdout)
    first = listed[0]
    assert first["address"] in [str(n.address) for n in search(numbers(folder), "at_least")]
    words = [
        "compare",
        str(folder),
        "--with",
        f"{first['address']}=-1e12",
        "--futures",
        "4",
        "--json",
        "--out",
        str(tmp_path),
    ]
    told = json.loads(CliRunner().invoke(app, words).stdout)
    assert told == json.loads((tmp_path / "comparison.json").read_text())
    assert told["with"][0]["after"] == -1e12
    promise = first["address"].split("/")[2]
    assert told["rebound"] == [promise]
    assert {p["id"]: p["second"] for p in told["promises"]}[promise] == 1.0
    assert all(p["first"] == p["second"] for p in told["promises"] if p["id"] != promise)


def test_without_another_plan_or_number_it_says_so(folder: Path) -> None:
    told = json.loads(CliRunner().invoke(app, ["compare", str(folder), "--json"], catch_exceptions=True).stdout or "{}")
    assert told == {} or told["problems"][0]["code"] == "one-or-other"


SET = """about: As it may be  # a set
assumptions:
  - id: effect.save_12.amount
    about: What it saves
    unit: £ a year
    distribution: {kind: fixed, value: 1.5}  # ours
    kind: judgement
    driver: effect_strength
    source: made up
"""
IN_SET = "assumptions-late.yaml/assumptions/effect.save_12.amount/distribution/value"


@pytest.fixture(scope="module")
def with_set(folder: Path) -> Iterator[Path]:
    """The place with a set of assumptions beside its own."""
    with laid_over(folder, {"assumptions-late.yaml": SET.encode()}) as copy:
        yield copy


def test_numbers_of_a_set_of_assumptions_have_addresses_of_their_own(with_set: Path) -> None:
    """In the set's own file, whichever set is read; the numbers of before keep theirs."""
    for name in ("", "late"):
        found = numbers_in(read_draft(with_set, name)[0]).open
        assert found[IN_SET].value == 1.5
        assert str(found[IN_SET].address) == IN_SET
    before, after = set(numbers(with_set).open), {IN_SET}
    assert {a for a in before if a.startswith("assumptions-late")} == after
    made = changed(with_set, [Setting(IN_SET, "2.5")])
    assert made.files == {"assumptions-late.yaml": SET.replace("1.5", "2.5").encode()}
    assert made.assumption_set == "late"
    with laid_over(with_set, made.files) as copy:
        assert numbers(copy).open[IN_SET].value == 2.5


def test_a_number_of_a_set_counts_as_the_plan_is_run_with_that_set(with_set: Path, tmp_path: Path) -> None:
    """And not with the other: a run without it would find that nothing changes."""
    second = f"{IN_SET}=9000000"
    done = CliRunner().invoke(app, ["compare", str(with_set), "--with", second, "--futures", "8", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["assumption_set"] == "late"
    assert any(f["paired"]["first"] != f["paired"]["second"] for f in told["figures"])


def test_numbers_of_two_sets_at_once_are_refused(with_set: Path) -> None:
    other = {"assumptions-soon.yaml": SET.encode()}
    with laid_over(with_set, other) as copy:
        made = changed(copy, [Setting(IN_SET, "2"), Setting(IN_SET.replace("late", "soon"), "2")])
    with pytest.raises(PlanError) as told:
        _ = made.assumption_set
    assert [p.code for p in told.value.problems] == ["one-or-other"]
