"""Closures: capacity first, the beds that are freed, and the four tests."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures import hillford
from fixtures.stressed import SOURCE, dorset, found, opens, plan, row_of, shuts
from placeplan.core.tables import Activity, Stay
from placeplan.stress.closures.closing import closings, late_on_paper, receiving
from placeplan.stress.closures.four_tests import four_tests
from placeplan.stress.seen import beds_needed
from placeplan.stress.tests.closures import ENGLAND, nights_of
from placeplan.stress.tests.triangulation import claim_pairs


def test_capacity_a_month_after_the_closure_fails_and_with_it_passes() -> None:
    """The plan's own dates and every future say the same, as nothing is late here."""
    late = plan(shuts(), opens(start="2016-05"))
    (closing,) = closings(late)
    assert late_on_paper(closing, receiving(late, closing), "2016-04") == 1
    told = found(late, "closures")
    assert row_of(told, "capacity first").result == "fail"
    assert "1 month late" in told.sentence
    assert told.figure == 0.0
    assert row_of(found(plan(shuts(), opens()), "closures"), "capacity first").result == "pass"


def test_what_a_closure_requires_comes_first_however_late() -> None:
    """The run waits for it, so that capacity comes first in every future; the plan's own dates are still told as late."""
    told = found(plan(shuts(requires=("opens",)), opens(start="2016-08")), "closures")
    row = row_of(told, "capacity first")
    assert (row.figure, row.result) == (1.0, "pass")
    assert "4 months late" in row.shown


def test_a_closure_that_names_nothing_is_not_shown_to_have_any() -> None:
    told = found(plan(shuts()), "closures")
    assert row_of(told, "capacity first").result == "amber"
    assert "nothing is named" in told.sentence
    assert found(plan(opens()), "closures").result == "not asked"


@pytest.mark.parametrize(("shut", "result"), [(40.0, "pass"), (80.0, "fail")])
def test_beds_shut_are_held_against_bed_days_taken_away(shut: float, result: str) -> None:
    """A fifth fewer of the admissions that fill 270 beds frees 54 of them."""
    fewer = hillford.initiative("fewer", hillford.prevents(0.2))
    row = row_of(found(plan(fewer, shuts(shut)), "closures"), "beds freed")
    assert row.result == result
    assert "frees 5" in row.shown


@pytest.mark.parametrize(
    ("opened", "result", "told"), [(60.0, "pass", "met"), (10.0, "fail", "not met; 10 other beds")]
)
def test_a_few_places_are_not_enough_for_many_beds(opened: float, result: str, told: str) -> None:
    """60 beds shut and none is freed; 3.3 nights for each admission are fewer than England's. Capacity is there first."""
    many = tuple(a.model_copy(update={"activity": 30000.0}) for a in hillford.hillford().tables["activity"])
    of = found(plan(shuts(60.0, requires=("opens",)), opens(opened), activity=many), "closures")
    assert row_of(of, "capacity first").result == "pass"
    row = row_of(of, "bed test")
    assert row.result == result
    assert row.shown.startswith(told)


def test_those_who_find_no_bed_need_one_as_long_as_the_others() -> None:
    assert beds_needed(np.array([90.0]), np.array([1000.0]), np.array([900.0])) == pytest.approx(100.0)
    assert beds_needed(np.array([90.0]), np.array([0.0]), np.array([0.0])) == pytest.approx(90.0)


def test_nights_for_each_admission_are_occupied_days_over_admissions() -> None:
    """270 × 365 over 20,000 admissions are 4.9 nights, more than England's; half of the admissions elsewhere make it 9.9."""
    (closing,) = closings(plan(shuts()))
    nights = nights_of(plan(shuts()), closing)
    assert nights == pytest.approx(270 * 365 / 20000)
    assert nights is not None
    assert nights > ENGLAND
    half = Stay(site="HOS", pod="emergency_admission", pool="general", share=0.5, **SOURCE)
    assert nights_of(plan(shuts(), stays=(half,)), closing) == pytest.approx(2 * nights)


def test_the_four_tests_are_answered_from_what_the_plan_says() -> None:
    leaves = {
        "kind": "relocate",
        "scope": {"pods": ["outpatient_first"], "sites": ["HOS"]},
        "share": 0.9,
        "to": {"OTH": 1.0},
    }
    asked = [
        {"who": "Patients", "asked": 3, "affected": 4, **SOURCE},
        {"who": "Staff", "asked": 0, "affected": 2, **SOURCE},
    ]
    bare = hillford.initiative(
        "leaves",
        leaves,
        evidence_grade="adverse",
        involvement=asked,
        partners=[{"organisation": "CCG", "role": "step_aside"}],
    )
    good = hillford.initiative(
        "leaves",
        leaves,
        evidence_grade="strong",
        involvement=asked[:1],
        partners=[{"organisation": "CCG", "role": "follow"}],
    )
    there = tuple(Activity(pod="outpatient_first", site=s, activity=9.0, **SOURCE) for s in ("OTH", "FAR"))
    for initiative, more, states in (
        (bare, (), ["not met"] * 4),
        (good, there, ["met"] * 4),
        (hillford.initiative("words", closes=("A ward",), evidence_grade="none"), (), ["not shown"] * 4),
    ):
        of = plan(initiative)
        of = of.changed(tables={**of.tables, "activity": (*of.tables["activity"], *more)})
        (closing,) = closings(of)
        assert [a.state for a in four_tests(of, closing)] == states


def test_dorsets_closures_are_found_with_what_they_lack() -> None:
    """Studies of closed A&E departments find harm; 240 beds are said to close, and the tables hold 196."""
    each = {c.initiative.id: c for c in closings(dorset())}
    assert {"acute_beds", "community_hubs", "maternity_children", "one_acute_network"} <= set(each)
    assert each["acute_beds"].lost == pytest.approx(196.0)
    assert each["one_acute_network"].beds == {}  # 317 beds close, and as many open
    lacks = {a.test: a.state for a in four_tests(dorset(), each["one_acute_network"])}
    assert lacks["evidence"] == "not met"
    said = {p.what.partition(":")[0]: p for p in claim_pairs(dorset())}
    assert said["Fewer acute beds"].difference == pytest.approx(240 / 196 - 1)
    assert said["Community hubs"].result == "pass"
