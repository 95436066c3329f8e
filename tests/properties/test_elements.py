"""A plan's files by element: what is not changed keeps every byte, and two who change it at once lose nothing."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.broken_plans import WHOLE
from placeplan.plan.elements.compose import composed, kept
from placeplan.plan.elements.cut import as_text, cut
from placeplan.plan.elements.edit import Files, changed, elements
from placeplan.plan.elements.merge import merged
from placeplan.plan.elements.parts import parts, parts_in
from placeplan.plan.elements.refer import renamed
from placeplan.plan.elements.threeway import GONE, same
from placeplan.plan.folder import read_draft
from placeplan.plan.write import write_files
from placeplan.plan.yamlfile import read_yaml

RECORDS = """\
# who decides
boards:
  - id: joint
    name: Joint committee   # meets monthly
    members:
      - organisation: N1H
      - organisation: N1C
    source: made up
decisions:
  # the first
  - {id: d1, board: joint, initiatives: [home_first], decided: approved, date: 2016-04, source: minutes}
"""
PLAN: Files = {f: t.encode() for f, t in WHOLE.items()} | {"authority.yaml": RECORDS.encode(), "README.md": b"# Ours\n"}
ALL = [(p.name, e.name, e.group) for p in parts().values() for e in elements(p, PLAN)]


def with_change(files: Files, change: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {p: d for p, d in (dict(files) | change).items() if d is not None}


def content(files: Files) -> dict[Any, Any]:
    """Everything that some files say, by element."""
    return {(f, s.key): s.data for f, d in files.items() if parts_in(f) for s in cut(f, as_text(d)) if s.part}


@pytest.fixture(
    scope="module", params=["dorset-2016", "lincolnshire-2016", "north-central-london-2016", "nottinghamshire-2016"]
)
def example(request: pytest.FixtureRequest, root: Path) -> Files:
    folder = root / "examples" / request.param
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.suffix in (".csv", ".yaml", ".md")
    }


def test_every_file_of_every_example_comes_back_byte_for_byte(example: Files) -> None:
    for file, data in example.items():
        for text in (as_text(data), as_text(data).replace("\n", "\r\n"), "\ufeff" + as_text(data)):
            found = cut(file, text)
            assert "".join(s.text for s in found) == text
            if parts_in(file):
                assert composed(file, [kept(s) for s in found]) == text
                assert any(s.part for s in found), file
    for part in parts().values():
        for e in list(elements(part, example))[:5]:
            assert changed(example, part, e.name, copy.deepcopy(e.data), e.group) == {e.file: example[e.file]}


def test_only_the_lines_of_what_is_changed_change(example: Files) -> None:
    for part in parts().values():
        for e in list(elements(part, example))[:2]:
            for name, value in e.data.items():
                new = value + 1 if isinstance(value, int | float) and not isinstance(value, bool) else "another word"
                if name in part.keys or not isinstance(value, str | int | float) or isinstance(value, bool):
                    continue
                after = changed(example, part, e.name, e.data | {name: new}, e.group)[e.file]
                was, now = as_text(example[e.file]).splitlines(), as_text(after or b"").splitlines()
                ops = [
                    o for o in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes() if o[0] != "equal"
                ]
                assert len(ops) == 1, (e.file, e.name, name)
                written = len(str(value)) // 20 + 2  # a text over several lines becomes one
                assert ops[0][2] - ops[0][1] <= written, (e.file, e.name, name)
                assert ops[0][4] - ops[0][3] == 1, (e.file, e.name, name)


@st.composite
def changes(draw: st.DrawFn, files: Files = PLAN) -> dict[str, bytes]:
    """Some files after up to four changes of fields, elements that come and elements that go."""
    now = dict(files)
    for _ in range(draw(st.integers(0, 4))):
        part_name, name, group = draw(st.sampled_from(ALL))
        part = parts()[part_name]
        there = next((e for e in elements(part, now) if e.name == name and e.group == group), None)
        if there is None:
            continue
        data = _another(draw, part.table, there.data, part.keys)
        what = draw(
            st.sampled_from(["change"] * 4 + (["add", "remove"] if part.keys and part_name != "organisations" else []))
        )
        if what == "add":
            name = f"new{draw(st.integers(0, 3))}"
            data = data | {part.keys[0]: [name, "x"] if part_name == "correlations" else name}
            if any(part.file_of(name) == f for f in now if part.folder):
                continue
            fresh = next(
                (s.name for s in cut(part.file_of(name), as_text(now.get(part.file_of(name), b""))) if s.name == name),
                None,
            )
            now = now if fresh else with_change(now, changed(now, part, name, data, group))
        else:
            now = with_change(now, changed(now, part, name, None if what == "remove" else data, group))
    return now


def _another(draw: st.DrawFn, table: bool, data: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The fields of an element with one of them saying something else."""
    found = copy.deepcopy(dict(data))
    name = draw(st.sampled_from([n for n in found if n not in keys] or list(found)))
    value = found[name]
    words = st.sampled_from(["one", "two, three", 'a "word"', "# no comment", "é: x", "- dash"])
    if table or isinstance(value, str):
        found[name] = draw(words)
    elif isinstance(value, bool):
        found[name] = not value
    elif isinstance(value, int | float):
        found[name] = draw(st.sampled_from([0, 1, 2.5, -3]))
    elif isinstance(value, list):
        found[name] = [*value, value[0] if value else "one"] if draw(st.booleans()) or len(value) < 2 else value[1:]
    elif isinstance(value, dict) and value:
        found[name] = _another(draw, False, value, ())
    return found


@settings(deadline=None, max_examples=25)
@given(changes())
def test_merging_with_oneself_or_with_what_was_changes_nothing_else(x: dict[str, bytes]) -> None:
    for ours, theirs in ((x, PLAN), (PLAN, x), (x, x)):
        found = merged(PLAN, ours, theirs)
        assert not found.conflicts
        assert with_change(theirs, found.change) == x


@settings(deadline=None, max_examples=40)
@given(changes(), changes())
def test_it_does_not_matter_who_comes_first(a: dict[str, bytes], b: dict[str, bytes]) -> None:
    one, other = merged(PLAN, a, b), merged(PLAN, b, a)
    assert {c.spot for c in one.conflicts} == {c.spot for c in other.conflicts}
    if not one.conflicts:
        assert content(with_change(b, one.change)) == content(with_change(a, other.change))


@settings(deadline=None, max_examples=40)
@given(changes(), changes())
def test_what_only_one_changed_is_there_and_files_can_be_read(a: dict[str, bytes], b: dict[str, bytes]) -> None:
    found = merged(PLAN, a, b)
    now = content(with_change(b, found.change))
    was, ours, theirs = content(PLAN), content(a), content(b)
    for key in {*was, *ours, *theirs, *now}:
        w, o, t = (side.get(key, GONE) for side in (was, ours, theirs))
        if same(w, o) or same(w, t):
            assert same(now.get(key, GONE), t if same(w, o) else o), key
    for file, data in with_change(b, found.change).items():
        if file.endswith(".yaml"):
            assert not read_yaml(as_text(data), file).problems


@settings(deadline=None, max_examples=25)
@given(changes(), changes(), st.sampled_from(["ours", "theirs", "base"]))
def test_each_conflict_is_settled_by_choosing(a: dict[str, bytes], b: dict[str, bytes], side: str) -> None:
    first = merged(PLAN, a, b)
    chosen = {c.key: getattr(c, side) for c in first.conflicts}
    assert len(chosen) == len(first.conflicts), "each has a name of its own"
    assert not merged(PLAN, a, b, chosen).conflicts


def test_comments_of_both_stay() -> None:
    """Two who change the same element, each with a comment: both comments and both changes are there."""
    text = as_text(PLAN["authority.yaml"])
    ours = text.replace("    source: made up", "    # by us\n    source: minutes of May")
    theirs = text.replace("name: Joint committee", "name: Joint board").replace(
        "    members:", "    # by them\n    members:"
    )
    found = merged(
        PLAN, dict(PLAN) | {"authority.yaml": ours.encode()}, dict(PLAN) | {"authority.yaml": theirs.encode()}
    )
    now = as_text(found.change["authority.yaml"] or b"")
    assert not found.conflicts
    for said in (
        "# by us",
        "# by them",
        "minutes of May",
        "Joint board",
        "# meets monthly",
        "# who decides",
        "# the first",
    ):
        assert said in now


def test_records_of_both_sides_are_kept() -> None:
    entry = (
        "  - {id: d%s, board: joint, initiatives: [home_first], decided: deferred, date: 2017-0%s, source: minutes}\n"
    )
    ours, theirs = (dict(PLAN) | {"authority.yaml": (RECORDS + entry % (n, n)).encode()} for n in (2, 3))
    found = merged(PLAN, ours, theirs)
    assert not found.conflicts
    now = [e.name for e in elements(parts()["decisions"], with_change(theirs, found.change))]
    assert sorted(now) == ["d1", "d2", "d3"]


def test_the_same_field_in_two_ways_is_a_conflict_with_all_three_values() -> None:
    def said(value: str) -> Files:
        e = next(elements(parts()["boards"], PLAN))
        return with_change(PLAN, changed(PLAN, e.part, e.name, e.data | {"name": value}))

    (found,) = merged(PLAN, said("Ours"), said("Theirs")).conflicts
    assert (found.spot.part, found.spot.name, found.field) == ("boards", "joint", "name")
    assert (found.base, found.ours, found.theirs) == ("Joint committee", "Ours", "Theirs")


def test_a_row_in_a_new_column_and_another_row_go_together() -> None:
    rows = list(elements(parts()["activity"], PLAN))
    ours = with_change(PLAN, changed(PLAN, rows[0].part, rows[0].name, rows[0].data | {"note": "of us"}))
    theirs = with_change(PLAN, changed(PLAN, rows[1].part, rows[1].name, rows[1].data | {"source": "theirs"}))
    found = merged(PLAN, ours, theirs)
    now = {e.name: e.data for e in elements(parts()["activity"], with_change(theirs, found.change))}
    assert now[rows[0].name]["note"] == "of us"
    assert now[rows[1].name]["source"] == "theirs"


def test_what_cannot_be_cut_is_a_conflict_of_the_file() -> None:
    broken, ours = (dict(PLAN) | {"promises.yaml": t} for t in (b"promises: [", b"promises: []\n"))
    (found,) = merged(PLAN, ours, broken).conflicts
    assert (found.spot.file, found.spot.part) == ("promises.yaml", "")


def test_what_one_takes_away_or_renames_and_another_names_is_told_where_it_is_named(tmp_path: Path) -> None:
    """No conflict, as each changed something of their own; the merged plan says itself that nothing has that name."""
    price = next(e for e in elements(parts()["assumptions"], PLAN) if e.name == "price.elective")
    tariff = next(e for e in elements(parts()["contracts"], PLAN) if e.name == "hospital_tariff")
    prices = tariff.data["prices"] | {"outpatient_first": price.name}
    theirs = with_change(PLAN, changed(PLAN, tariff.part, tariff.name, tariff.data | {"prices": prices}))
    for n, change in enumerate((changed(PLAN, price.part, price.name, None), renamed(PLAN, price, "price.electives"))):
        found = merged(PLAN, with_change(PLAN, change), theirs)
        assert not found.conflicts
        texts = {file: data.decode() for file, data in with_change(theirs, found.change).items()}
        write_files(texts, tmp_path / str(n))
        told = [p for p in read_draft(tmp_path / str(n))[1] if p.code == "unknown-assumption" and p.file == tariff.file]
        assert any("outpatient_first" in p.column and price.name in p.what for p in told)
        assert n == 0 or all(p.nearest == "price.electives" for p in told)
