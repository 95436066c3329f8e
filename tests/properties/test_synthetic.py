"""A made-up place of any size is a sound plan, labelled made up everywhere, the same on every machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placeplan.contracts.base import Contract
from placeplan.core.tables import TABLES, Organisation
from placeplan.effects.base import Effect
from placeplan.plan.folder import read_plan_with_warnings
from placeplan.plan.library import with_library
from placeplan.plan.schema import COMPONENTS, Plan
from placeplan.plan.synthetic import Detail, make
from placeplan.plan.write import plan_files, write_plan

ON_PURPOSE = {
    "before-required", "beyond-evidence", "saving-counted-twice", "unidentified-saving", "beds-close-alone", "no-funds",
    "backlog-worked-down", "people-not-read",
}  # fmt: skip
"""What a made-up plan may be asked about, as real ones are."""


@settings(max_examples=6)
@given(
    areas=st.integers(1, 8),
    organisations=st.integers(2, 16),
    initiatives=st.integers(0, 20),
    seed=st.integers(0, 10**6),
)
def test_any_size_passes_every_check_and_reads_back(
    areas: int, organisations: int, initiatives: int, seed: int
) -> None:
    """Any numbers of areas, organisations and initiatives make a folder without a problem, that reads back the same."""
    _passes(make(areas, organisations, initiatives, seed), areas, organisations, initiatives)


@settings(max_examples=6)
@given(
    areas=st.integers(1, 4),
    organisations=st.integers(2, 14),
    initiatives=st.integers(0, 18),
    seed=st.integers(0, 10**6),
    years=st.integers(1, 3),
)
def test_any_whole_place_passes_every_check_and_reads_back(
    areas: int, organisations: int, initiatives: int, seed: int, years: int
) -> None:
    """So does one with every part of the model, of any length."""
    plan = make(areas, organisations, initiatives, seed, months=12 * years, detail="whole")
    _passes(plan, areas, organisations, initiatives)


def _passes(plan: Plan, areas: int, organisations: int, initiatives: int) -> None:
    inside = [o for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type != "outside"]
    assert len({r.area for r in plan.tables["areas"]}) == areas  # type: ignore[attr-defined]
    assert (len(inside), len(plan.initiatives)) == (organisations, initiatives)
    assert [o.type for o in inside].count("commissioner") == 1
    with tempfile.TemporaryDirectory() as folder:
        write_plan(plan, Path(folder) / "plan")
        read, warnings = read_plan_with_warnings(Path(folder) / "plan")
    assert read.digest == with_library(plan).digest
    assert all(w.severity == "warning" for w in warnings)
    assert {w.code for w in warnings} <= ON_PURPOSE


def test_it_has_everything_the_model_can_do() -> None:
    """All kinds of effects and contracts, requirements, claims, capital, promises, and people with low and high."""
    plan = make()
    assert {e.name for i in plan.initiatives for e in i.effects} == {"prevent", "shift", "shorten", "resize", "spend", "recontract"}  # fmt: skip
    assert {c.name for c in plan.contracts} == {"tariff", "piecewise", "block"}
    assert any(i.requires for i in plan.initiatives)
    assert any(i.claims for i in plan.initiatives)
    assert any(i.capital for i in plan.initiatives)
    assert {i.status for i in plan.initiatives} == {"aspiration", "commitment"}
    assert 0 < sum(p.hard for p in plan.promises) <= 12
    assert all(r.low <= r.people <= r.high for r in plan.tables["population"])  # type: ignore[attr-defined]
    assert plan.tables["flows"]
    assert plan.tables["sites"]


@pytest.mark.parametrize("detail", ["plain", "whole"])
def test_it_is_labelled_made_up_everywhere(detail: Detail) -> None:
    """No row, initiative, contract, promise or assumption can be taken for a real one."""
    plan = make(areas=2, organisations=9, initiatives=16, detail=detail)
    assert plan.about.synthetic
    elements = [*plan.initiatives, *plan.contracts, *plan.promises, *plan.assumptions]
    elements += [row for rows in plan.tables.values() for row in rows]
    assert all(e.source.startswith("Synthetic: made up") for e in elements)
    named = [*plan.initiatives, *plan.tables["organisations"], *plan.tables["areas"], *plan.tables["sites"]]
    assert all("synthetic" in e.name for e in (*named, plan.about))  # type: ignore[union-attr]


def test_a_whole_place_has_every_part_kind_and_table() -> None:
    """No component is off, and every kind of effect, contract, organisation and trigger is there."""
    plan = make(areas=2, organisations=9, initiatives=16, detail="whole", months=24)
    assert {c for c in COMPONENTS if plan.level(c) == "off"} == set()
    assert {e.name for i in plan.initiatives for e in i.effects} == set(Effect.kinds())
    assert {c.name for c in plan.contracts} == set(Contract.kinds())
    assert len({o.type for o in plan.tables["organisations"]}) == 10  # type: ignore[attr-defined]
    assert any(i.trigger for i in plan.initiatives)
    assert any(c.activity_plan for c in plan.contracts)
    given = {name for name in TABLES if plan.tables[name]}
    assert set(TABLES) - given == {"pods", "rates", "seasons", "unit_costs", "components", "evidence"}, (
        "what the library gives"
    )


GOLDEN = "e32c03a57a5f913f2eff053ccc624120382c1c917d49b1edaefc58c2fb9582a4"


def test_the_same_seed_is_the_same_place_on_every_machine() -> None:
    """A golden digest: a change here changes every made-up place ever shown."""
    assert make().digest == GOLDEN
    assert plan_files(make(seed=5)) == plan_files(make(seed=5))
    assert make(seed=5).digest != make(seed=6).digest


def test_twice_the_areas_are_about_twice_the_work() -> None:
    """Counted in calls, which are the same on every machine; a square would be four times."""

    def calls(areas: int) -> int:
        found = 0

        def see(*_: object) -> None:
            nonlocal found
            found += 1

        before = sys.getprofile()
        sys.setprofile(see)
        try:
            make(areas=areas)
        finally:
            sys.setprofile(before)
        return found

    make(areas=1)
    assert calls(100) <= 2.5 * calls(50)


@pytest.mark.parametrize("sizes", [(0, 2, 0), (1, 1, 0), (1, 2, -1)])
def test_too_small_is_refused(sizes: tuple[int, int, int]) -> None:
    """A place has somebody who pays and somebody who gives care."""
    with pytest.raises(ValueError, match="at least one area and two organisations"):
        make(*sizes)
