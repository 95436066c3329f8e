"""Other ways to build the model: which matter, how they are judged, and what is said where they disagree."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import hillford
from fixtures.sample_findings import westshire
from placeplan.core.forms import MAIN, VARIANTS, Form
from placeplan.core.tables import ContactCapacity, Spill
from placeplan.model.draws import AS_PLANNED
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import simulate
from placeplan.plan.library import with_library
from placeplan.report.forms import heading, rows
from placeplan.report.page import render
from placeplan.stress.grid.wilson import wilson
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.verdict.clauses import FORMS
from placeplan.stress.verdict.forms import ACTS, NO_RANGE, paired, variants

DEARER = 30e6
"""Pounds a year that the hospital lacks where the model is built the other way."""


def test_every_switch_has_variants_a_reason_to_run_and_words() -> None:
    switches = set(Form.model_fields)
    assert set(ACTS) == switches
    assert {k for v in VARIANTS for k, x in v if x != Form.model_fields[k].default} == switches
    assert all(v.name in FORMS for v in VARIANTS)
    assert MAIN.name == "main"


def test_only_forms_that_can_matter_are_run() -> None:
    plan = hillford.hillford()
    assert {f.name for f in variants(plan)} == {"stays shorter", "stays longer"}


def test_the_plans_own_form_is_the_one_that_is_varied() -> None:
    plan = hillford.hillford()
    own = plan.changed(about=plan.about.model_copy(update={"form": Form(stays="shorter", spills="low")}))
    assert {f.stays for f in variants(own)} == {"longer"}
    assert {f.spills for f in variants(own)} == {"low"}


@pytest.mark.large
@pytest.mark.parametrize(("coefficient", "said"), [(0.2, True), ("spill.gp_to_ae", False)])
def test_a_form_of_coefficients_without_a_range_says_that_it_shows_nothing(coefficient: Any, said: bool) -> None:
    plan = hillford.hillford()
    door = ContactCapacity(site="HOS", pod="outpatient_first", used=0.9, unmet="spills", source="made up")
    way = Spill(pod="outpatient_first", to_pod="emergency_admission", coefficient=coefficient, source="made up")
    plan = with_library(plan.changed(tables=plan.tables | {"contacts": (door,), "spills": (way,)}))
    found = run_test(plan, futures=10, threads=1)
    about = {f.name: f.about for f in found.forms}
    assert {name for name, text in about.items() if NO_RANGE in text} == (
        {"spills low", "spills high"} if said else set()
    )


@given(st.integers(0, 200), st.integers(0, 200), st.integers(400, 1000))
def test_a_paired_interval_holds_the_share_it_estimates_and_is_wider_than_the_main_ones(
    up: int, down: int, kept: int
) -> None:
    change = np.array([1.0] * up + [-1.0] * down + [0.0] * (400 - up - down)) if up + down <= 400 else np.zeros(400)
    main = wilson(kept, 1000)
    found = paired(main, change)
    assert found.low <= np.clip(main.low + change.mean(), 0.0, 1.0) + 1e-9
    assert found.high >= np.clip(main.high + change.mean(), 0.0, 1.0) - 1e-9
    assert found.low <= found.p <= found.high


def built_otherwise(*args: Any, more: float = -DEARER, **kwargs: Any) -> Outcomes:
    """A model in which long stays change what the hospital has, by some pounds a year; dear where nothing is said."""
    found = simulate(*args, **kwargs)
    longer = kwargs.get("what_if", AS_PLANNED).turned.get("stays longer")
    if longer is None or "position" not in found.series:
        return found
    series = found["position"]
    values = series.values + np.where(longer, more / 12, 0.0)[:, None, None]
    return replace(found, series={**found.series, "position": replace(series, values=values)})


def test_forms_with_another_word_withhold_the_verdict_and_say_which() -> None:
    plan = hillford.workable()
    found = run_test(plan, futures=30, threads=1, model=built_otherwise)
    by_name = {f.name: f for f in found.forms}
    assert by_name["stays shorter"].word == "workable"
    assert by_name["stays longer"].word == "unworkable"
    assert by_name["stays longer"].futures == 30
    assert found.verdict == "withheld"
    assert any("If people stay longer in a full hospital, the plan is unworkable" in h for h in found.hangs_on)
    assert "which way to build the model is right" in found.sentence


def test_a_plan_is_unworkable_only_where_every_form_says_so() -> None:
    plan = hillford.unworkable()
    assert run_test(plan, futures=30, threads=1).verdict == "unworkable"
    kinder = partial(built_otherwise, more=DEARER)
    assert run_test(plan, futures=30, threads=1, model=kinder).verdict == "withheld"


def test_the_page_tells_in_how_many_forms_the_word_is_the_same() -> None:
    findings = westshire()
    assert heading(findings) == "The verdict is the same in 3 of 4 other ways to build the model"
    assert next(r.result.name for r in rows(findings)) == "spills high"
    assert [r.change for r in rows(findings)][:2] == ["−41 points", "+5 points"]
    page = render(findings)
    assert "Much of the care not given at one door spills to another" in page
    assert 'id="s-forms"' in page
    assert 'id="s-forms"' not in render(westshire(forms=()))


def test_forms_are_set_beside_the_word_of_the_main_form_where_data_withhold_the_verdict() -> None:
    forms = tuple(f.model_copy(update={"word": "fragile"}) for f in westshire().forms)
    withheld = westshire(verdict="withheld", main_word="fragile", forms=forms)
    assert (
        heading(withheld)
        == "As far as known the verdict is fragile, and the same in all 4 other ways to build the model"
    )
    assert heading(westshire(verdict="fragile", main_word="fragile", forms=forms)) == (
        "The verdict is the same in all 4 other ways to build the model"
    )


@pytest.mark.parametrize("futures", [200, 1000])
def test_nothing_changed_still_leaves_room_for_what_few_futures_cannot_show(futures: int) -> None:
    main = wilson(500, 1000)
    found = paired(main, np.zeros(futures))
    assert main.low - found.low == pytest.approx(wilson(0, futures).high)
