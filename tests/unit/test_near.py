"""Where things are: shapes as they are written, names by which people find their area, and what changes at each site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.broken_plans import WHOLE, write
from placeplan.core.shapes import inside, middle, read_shape, simpler, written
from placeplan.core.tables.near import plain
from placeplan.footprint.near import Spot, drawn, locality_rows, outlines
from placeplan.model.simulate import baseline_of
from placeplan.plan.folder import read_plan
from placeplan.stress.elements.areas import areas
from placeplan.stress.elements.places import sites

CORNERS = st.lists(
    st.tuples(st.integers(-17999, 17999), st.integers(-8999, 8999)), min_size=3, max_size=12, unique=True
)


@given(st.lists(CORNERS, min_size=1, max_size=3))
def test_what_is_written_is_read_again(drawn: list[list[tuple[int, int]]]) -> None:
    rings = tuple(tuple((x / 100, y / 100) for x, y in [*ring, ring[0]]) for ring in drawn)
    assert read_shape(written(rings)) == rings


@given(CORNERS, st.floats(0.001, 5))
def test_a_simpler_outline_keeps_its_ends_and_stays_as_near_as_was_asked(
    corners: list[tuple[int, int]], least: float
) -> None:
    ring = tuple((x / 100, y / 100) for x, y in [*corners, corners[0]])
    less = simpler(ring, least)
    assert less[0] == less[-1] == ring[0]
    assert set(less) <= set(ring)
    assert simpler(ring, 0.0) == ring or len(simpler(ring, 0.0)) >= len(less)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("LINESTRING (0 0, 1 1)", "neither"), ("POINT 0 0", "neither"), ("POINT (0 0", "brackets"), ("POINT ((0 0))", "brackets"),
        ("POLYGON (0 0, 1 0, 1 1, 0 0)", "brackets"), ("POINT (0 0) x", "brackets"), ("POINT (0, 0)", "pair"), ("POINT (0 91)", "nowhere"),
        ("POINT (1e999 0)", "nowhere"), ("POINT (nan 0)", "pair"), ("POINT (0 0, 1 1)", "one pair"), ("POLYGON ((0 0, 1 0, 0 0))", "three corners"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 2))", "where it began"), ("MULTIPOLYGON ((0 0, 1 0, 1 1, 0 0))", "brackets"),
    ],
)  # fmt: skip
def test_what_is_no_shape_is_told_in_a_sentence(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_shape(text)


def test_a_hole_is_not_inside_and_the_middle_is_of_the_largest_part() -> None:
    rings = read_shape("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))")
    assert inside((1, 1), rings)
    assert not inside((4, 4), rings)
    assert middle(rings) == (4.5, 4.5)
    assert middle(read_shape("POINT (1 2)")) == (1.0, 2.0)


@pytest.mark.parametrize("typed", ["ZZ1", "zz1", " zz1 1aa", "ZZ11AA", "Z Z 1 1 A A"])
def test_a_postcode_is_found_by_its_first_half_however_it_is_typed(typed: str) -> None:
    assert plain(typed) == "zz1"


def test_a_file_that_is_none_of_outlines_is_passed_over_and_islands_too_small_to_see_are_left_out(
    tmp_path: Path,
) -> None:
    square = [[0, 50], [1, 50], [1, 51], [0, 51], [0, 50]]
    feature = {
        "properties": {"n": 1, "LAD13CD": "E06000028"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[square], [square[:3] + square[:1]]]},
    }
    for name, text in (
        ("a", "{"),
        ("b", "[1]"),
        ("c", '{"features": [1]}'),
        ("d", json.dumps({"features": [feature]})),
    ):
        (tmp_path / f"{name}.geojson").write_text(text, encoding="utf-8")
    held = outlines(tmp_path, ["E06000028", "E06000029"])
    assert list(held) == ["E06000028"]
    assert [len(r) for r in held["E06000028"]] == [5, 4]
    assert drawn(held["E06000028"]) == (held["E06000028"][0],)
    spots = [
        Spot((0.2, 50.8), "zz1 1aa", "ASH MILL"),
        Spot((5, 50), "ZZ2 2AA"),
        Spot((9, 50), "ZZ3 3AA", "", "E06000029"),
        Spot((0.2, 50.8), "no code"),
    ]
    rows = locality_rows(["E06000028", "E06000029"], spots, held)
    assert [(r["name"], r["area"]) for r in rows] == [
        ("ZZ1", "E06000028"),
        ("ZZ3", "E06000029"),
        ("Ash Mill", "E06000028"),
    ]


def test_findings_say_what_changes_at_each_site_and_by_what_names_an_area_is_found(tmp_path: Path) -> None:
    texts = {
        **WHOLE,
        "localities.csv": "name,area,source\nZZ10,north,made up\nNorthbrook,north,made up\nZZ2,north,made up\n",
        "shapes.csv": 'kind,id,shape,source\nsite,W0H01,POINT (-1.86 50.75),made up\narea,north,"POLYGON ((-1.9 50.7, -1.8 50.7, -1.8 50.8, -1.9 50.7))",a map\n',
    }
    move = "  - kind: relocate\n    scope: {pods: [outpatient_first], sites: [W0H]}\n    share: 0.25\n    to: {W0H01: 1.0}\n  - kind: spend"
    texts["initiatives/home_first.yaml"] = texts["initiatives/home_first.yaml"].replace("  - kind: spend", move, 1)
    plan = read_plan(write(texts, tmp_path))
    baseline = baseline_of(plan)
    north = next(a for a in areas(plan, baseline) if a.id == "north")
    assert north.localities == ("ZZ2", "ZZ10", "Northbrook")
    assert north.shape[0][0] == (-1.9, 50.7)
    assert north.shape_source == "a map"
    found = {s.id: s for s in sites(plan, baseline)}
    assert found["W0H01"].at == (-1.86, 50.75)
    assert found["W0H01"].organisation == "W0H"
    assert {c.way for c in found["W0H01"].changes if "25%" in c.what} == {"more"}
    assert {c.way for c in found["W0H"].changes if "25%" in c.what} == {"less"}
    moved = [m for m in north.moves if m.new == found["W0H01"].name]
    given = sum(
        float(s.cells.sum())
        for s in baseline.streams
        if (s.area, s.site, s.pod) == ("north", "W0H", "outpatient_first")
    )
    assert [m.contacts for m in moved] == [pytest.approx(0.6 * 0.25 * given)]  # it reaches six in ten
    assert given > 0
