"""Claims and realism: each test against figures worked by hand on a small made-up place, and against what was published."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.core.tables import AreaPeople
from placeplan.effects.prevent import Prevent
from placeplan.futures.assumptions import Assumption
from placeplan.futures.evidence import as_share, effect_of, percentile
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes, Series
from placeplan.plan.benchmarks import comparators, evidence_for, outside_views
from placeplan.plan.initiatives import Initiative
from placeplan.plan.library import with_library
from placeplan.plan.schema import Plan
from placeplan.stress.alone import awaited
from placeplan.stress.base import chosen, needs_of
from placeplan.stress.claimed.haircut import as_studied, cuts
from placeplan.stress.claimed.levels import assumed_elsewhere, claimed_ratios
from placeplan.stress.claimed.shortfall import STEPS, Measured, progress, shortfalls, walk
from placeplan.stress.results.tests import StressFinding, StressRow
from placeplan.stress.scene import Scene
from placeplan.stress.tests.equity import gaps

EMERGENCIES = 20_000.0
PAY = 60e6
SAVED = 0.5
"""Of an identified saving, in Hillford."""


def plan(*initiatives: Initiative, years: int = 2, planted: Any = ()) -> Plan:
    """Hillford with some initiatives, over some years in which nothing else changes."""
    found = hillford.hillford(*planted, initiatives=initiatives)
    return found.changed(about=found.about.model_copy(update={"months": 12 * years}))


def claim(pounds: float) -> dict[str, Any]:
    return {"what": f"saves {pounds}", "outcome": "position", "value": pounds, "unit": "£ a year", "source": "made up"}


def less(share: float, pod: str = "emergency_admission") -> dict[str, Any]:
    """A claim of less care."""
    return {"what": f"{share} less", "value": -share, "unit": "share", "pod": pod, "source": "made up"}


def scene_of(of: Plan, name: str) -> Scene:
    return Scene(runs_of(of, Futures(seed=1, count=2)), needs_of(chosen(name)))


def told(of: Plan, name: str) -> StressFinding:
    (test,) = chosen(name)
    return test.find(scene_of(of, name))


def row(finding: StressFinding, beginning: str) -> StressRow:
    return next(r for r in finding.rows if r.what.startswith(beginning))


def avoids(share: float, key: str = "avoid", **fields: Any) -> Initiative:
    return hillford.initiative(key, hillford.prevents(share), **fields)


def test_a_level_is_held_against_doing_nothing_and_its_fall_against_the_trend() -> None:
    """A tenth less of what would not have changed is ``0.9^(1/2) − 1`` a year over two years, and nobody's people explain it."""
    found = told(plan(avoids(0.1), years=3), "trend")
    assert found.figure == pytest.approx(0.1, abs=2e-3)  # not all of the day's chance is averaged away
    assert found.result == "fail"
    assert "5.1% less a year" in found.sentence
    assert "no change" in found.sentence  # the trend


def test_growth_that_is_slowed_is_no_fall() -> None:
    """Half a percent less where care grows by 3 % a year is no absolute fall, and studies found as much."""
    grows = hillford.normal("growth.emergency_admission", 0.03, 1e-9)
    found = told(plan(avoids(0.01), years=3, planted=(grows,)), "trend")
    assert found.result == "pass"
    assert "2.5% more a year" in found.sentence  # 1.03 × 0.99^(1/2) − 1
    assert "the trend is 3.0% more" in found.sentence


def test_the_mildest_claim_for_a_part_counts_and_initiatives_multiply() -> None:
    """25 and 20 % fewer of two parts are at least 20 % of all; with another's 10 % they leave 0.8 × 0.9."""
    both = plan(avoids(0.0, claims=(less(0.25), less(0.2))), avoids(0.0, "more", claims=(less(0.1),)))
    assert claimed_ratios(both) == {"emergency_admission": pytest.approx(0.72)}
    found = told(both, "trend")
    assert found.result == "fail"
    assert "The plan claims 28.0% less of emergency admissions" in found.sentence


def test_nothing_less_is_no_fall() -> None:
    assert told(plan(hillford.initiative("save", hillford.saves(1e6))), "trend").result == "pass"


def test_what_the_plans_of_2016_assumed_is_in_the_library() -> None:
    """Nuffield Trust 2017: emergencies 15.7 % fewer on average, between 3 and 30."""
    row_ = evidence_for(plan())["stp_expected_nel"]
    own = effect_of(row_)
    assert own is not None
    places = [percentile(as_share(own), cut) for cut in (0.03, 0.157, 0.30)]
    assert places == pytest.approx([0.025, 0.5, 0.975], abs=1e-3)


def test_growth_of_england_is_in_the_library() -> None:
    """Hobro and Wyatt 2023: emergencies 2.17 % a year before what schemes avoided, −0.14 % after it, beyond people and age."""
    known = {c.id: c.central for c in comparators()}
    assert (known["england_emergency_gross"], known["england_emergency"]) == (0.0217, -0.0014)
    assert len(outside_views()) == 78
    assert all(v.p10 < v.p50 < v.p90 < 0 for v in outside_views())


@pytest.mark.parametrize(
    ("share", "place", "result"), [(0.23, 0.5, "pass"), (0.33, 0.904, "amber"), (0.5, 0.99, "fail")]
)
def test_an_effect_has_its_percentile_among_studies(share: float, place: float, result: str) -> None:
    """Rushcliffe: 23 % fewer (5 to 38, in 95 of 100 cases) admissions of people in care homes, who are whom this reaches."""
    reached = avoids(share, evidence=("care_home_rushcliffe",), peak=0.1)
    found = told(plan(reached), "evidence")
    assert found.result == result
    assert found.figure == pytest.approx(place, abs=0.02)
    assert "[care_home_rushcliffe]" in found.rows[0].shown


def test_an_effect_has_its_percentile_among_the_plans_of_2016_and_outside_experts() -> None:
    """15.7 % fewer emergencies was the average of 30 plans (Nuffield Trust 2017), and lies among what many kinds can be lessened by."""
    evidence = evidence_for(plan())
    experts, plans = assumed_elsewhere(0.157, ["emergency_admission"], "demand", evidence)
    assert plans.percentile == pytest.approx(0.5, abs=1e-6)
    assert 0.3 < experts.percentile < 0.6
    assert experts.rows == sum(v.acts_on == "demand" and v.pods == "emergency_admission" for v in outside_views())
    assert [s.what[:7] for s in assumed_elsewhere(0.1, ["emergency_admission"], "stay", evidence)] == ["experts"]
    assert (
        "plans of 2016 50%" in told(plan(avoids(0.157, evidence=("care_home_rushcliffe",))), "evidence").rows[0].shown
    )


def test_a_study_of_a_part_is_a_limit_and_no_more() -> None:
    """An effect on everybody that is smaller than that on a part is not known to be right; a larger one is wrong."""
    for share, result in ((0.02, "shown"), (0.5, "fail")):
        assert told(plan(avoids(share, evidence=("care_home_rushcliffe",))), "evidence").rows[0].result == result


def test_harm_to_a_part_says_nothing_against_less_harm_to_all() -> None:
    adverse = avoids(-0.05, evidence=("mdt_fylde_epc",))
    assert told(plan(adverse), "evidence").result == "pass"
    assert told(plan(avoids(0.05, evidence=("mdt_fylde_epc",))), "evidence").result == "fail"


def test_what_no_study_has_a_figure_for_is_told() -> None:
    found = told(plan(avoids(0.05)), "evidence")
    assert found.result == "amber"
    assert "has no study with a figure" in found.sentence
    assert "No evidence is named by: Avoid" in found.behind


@given(*[st.floats(-1e8, 1e8)] * 6, st.floats(0, 1), st.floats(0, 1))
def test_the_steps_sum_to_the_difference(
    claimed: float, found: float, alone: float, average: float, payments: float, cost: float, come: float, filled: float
) -> None:
    """Whatever the figures, claim less every step is what is found, and no step but the rest gives anything back."""
    claimed = abs(claimed)
    steps = walk(Measured(claimed, found, alone, average, payments, cost, come, filled))
    assert tuple(steps) == STEPS
    assert claimed - math.fsum(steps.values()) == pytest.approx(found, abs=1e-6)
    assert all(v >= 0 for name, v in steps.items() if name != "rest")


def test_a_saving_delivered_in_half_leaves_the_other_half_to_the_rest() -> None:
    """Half of an identified saving comes, from the first month on, and nothing else takes from it."""
    scene = scene_of(plan(hillford.initiative("save", hillford.saves(2e6), claims=(claim(1.5e6),))), "claims")
    (one,) = shortfalls(scene)
    assert one.found == pytest.approx(SAVED * 2e6)
    assert one.steps["rest"] == pytest.approx(0.5e6)
    assert sum(one.steps.values()) == pytest.approx(0.5e6)
    found = chosen("claims")[0].find(scene)
    assert (found.result, found.figure) == ("amber", pytest.approx(2 / 3))


def test_what_comes_in_the_middle_of_the_last_year_is_half_there() -> None:
    """Six of its twelve months: half the claim is late, and a quarter is found, as half of a saving comes."""
    saving = hillford.initiative("save", hillford.saves(2e6), claims=(claim(2e6),), start="2017-10")
    (one,) = shortfalls(scene_of(plan(saving), "claims"))
    assert one.steps["late"] == pytest.approx(1e6)
    assert one.found == pytest.approx(0.5e6, rel=0.01)  # by days


def test_what_waits_for_people_is_told_apart_from_what_is_late() -> None:
    """``uptake = peak × come × filled``: 24 % reached of 80 %, with three in five posts filled, is half of the way come."""
    one = avoids(0.1, peak=0.8)
    months = tuple(f"2016-{m:02d}" for m in range(1, 13))
    reached = {"uptake": 0.24, "staffed": 0.6}
    found = {n: Series(np.full((2, 12, 1), v), ("avoid",), "share", "mean") for n, v in reached.items()}
    come, filled = progress(one, Outcomes(found, months, ("2016/17",), "", 1, 0, 2, {}), plan(one))
    assert (come, filled) == (pytest.approx(0.5), pytest.approx(0.6))
    steps = walk(Measured(10.0, 3.0, 3.0, come=come, filled=filled))
    assert (steps["late"], steps["staffing"], steps["rest"]) == (
        pytest.approx(5.0),
        pytest.approx(2.0),
        pytest.approx(0.0),
    )


def test_two_who_save_the_same_care_share_it() -> None:
    """Half and half of the same admissions remove three quarters: alone each removes half, among both three eighths."""
    two = [avoids(0.5, key, claims=(claim(20e6),)) for key in ("one", "other")]
    scene = scene_of(plan(*two), "claims")
    for one in shortfalls(scene):
        alone = float(scene.alone[one.initiative].position.mean())
        assert one.steps["overlap"] == pytest.approx(alone - one.found)
        assert one.found / alone == pytest.approx(0.75, rel=0.02)


def test_care_that_costs_more_on_average_than_it_releases_leaves_cost_behind() -> None:
    """What a claim books at average cost and the position does not gain is stranded."""
    one = avoids(0.1, claims=(claim(3e6),))
    scene = scene_of(plan(one), "claims")
    (only,) = shortfalls(scene)
    average = -float(scene.bridge.parts["avoid"].forward.value.mean())
    assert average > 3e6
    assert only.steps["stranded"] == pytest.approx(3e6 - only.found)
    assert only.steps["rest"] == pytest.approx(0.0, abs=1.0)


def test_what_a_scheme_costs_is_a_step_of_its_own() -> None:
    """A saving of a million of which 300,000 are spent again: of the claim of a million, that is all that is missing."""
    spends = {"kind": "spend", "organisation": "HOS", "recurrent": 3e5}
    one = hillford.initiative("save", hillford.saves(2e6), spends, claims=(claim(1e6),))
    (only,) = shortfalls(scene_of(plan(one), "claims"))
    assert only.found == pytest.approx(0.7e6)
    assert only.steps["scheme"] == pytest.approx(0.3e6)
    assert only.steps["rest"] == pytest.approx(0.0, abs=1.0)


def test_what_is_not_modelled_is_told_whole() -> None:
    (one,) = shortfalls(scene_of(plan(hillford.initiative("nothing", claims=(claim(4e6),))), "claims"))
    assert (one.found, one.steps["rest"]) == (0.0, 4e6)


def test_the_same_admissions_are_not_avoided_twice() -> None:
    """10 and 20 % of 20,000 add up to 6,000 and avoid 5,600: a fifteenth is counted twice."""
    found = told(plan(avoids(0.1, "one"), avoids(0.2, "other")), "double-counting")
    admissions = row(found, "Initiatives on the same care: admissions")
    assert admissions.figure == pytest.approx(1 / 15, rel=0.02)
    assert admissions.result == "amber"
    assert found.result == "amber"


def test_what_waits_for_another_is_run_with_it() -> None:
    """Who waits brings nothing alone; with what it waits for it does, and that is no overlap."""
    waits = avoids(0.1, "waits", requires=("first",))
    of = plan(avoids(0.05, "first"), waits)
    assert awaited(of, "waits") == {"first"}
    alone = scene_of(of, "double-counting").alone
    assert -float(alone["waits"].admissions.mean()) == pytest.approx(0.1 * 0.95 * EMERGENCIES, rel=0.05)


def test_a_budget_that_two_save_from_is_told_and_fails_where_they_save_more_than_it_is() -> None:
    of = [hillford.initiative(k, hillford.saves(20e6)) for k in ("one", "other")]
    twice = row(told(plan(*of), "double-counting"), "The same budget")
    assert twice.figure == pytest.approx(0.5)
    assert twice.result == "amber"
    more = plan(*(hillford.initiative(k, hillford.saves(40e6)) for k in ("one", "other")))
    assert row(told(more, "double-counting"), "The same budget").result == "fail"
    alone = told(plan(hillford.initiative("one", hillford.saves(20e6))), "double-counting")
    assert not any(r.what.startswith("The same budget") for r in alone.rows)


def test_nights_are_shortened_of_stays_that_happen() -> None:
    """A tenth fewer stays, each a fifth shorter: of 30 % added up, 2 % of all nights are both."""
    short = {"kind": "shorten", "scope": {"pods": ["emergency_admission"]}, "share": 0.2}
    found = told(plan(avoids(0.1), hillford.initiative("short", short)), "double-counting")
    assert row(found, "Nights shortened").figure == pytest.approx(0.02 / 0.3)


@pytest.mark.parametrize(("growth", "result"), [(-0.001, "amber"), (0.0217, "pass")])
def test_growth_that_is_slowed_already_is_not_slowed_again(growth: float, result: str) -> None:
    planted = (hillford.normal("growth.emergency_admission", growth, 1e-9),)
    found = told(plan(avoids(0.05), planted=planted), "double-counting")
    assert row(found, "Growth that schemes have slowed").result == result


def moves(induced: float, ratio: float = 1.0) -> dict[str, Any]:
    return {"kind": "shift", "scope": {"pods": ["emergency_admission"]}, "share": 0.1, "to_pod": "outpatient_first", "to_site": "HOS",
            "ratio": ratio, "induced": induced}  # fmt: skip


@pytest.mark.parametrize(("induced", "result"), [(0.0, "fail"), (0.005, "amber"), (0.029, "pass")])
def test_a_new_door_that_finds_nothing_new_fails(induced: float, result: str) -> None:
    found = told(plan(hillford.initiative("door", moves(induced, 1.2))), "induced")
    assert (found.result, found.figure) == (result, induced)


def test_without_a_new_door_nothing_is_asked() -> None:
    assert told(plan(avoids(0.1)), "induced").result == "not asked"


def test_a_saving_is_a_share_of_its_line_and_of_all() -> None:
    """3 of 60 million, 5 %, is above 2 % a year over two years, 3.96 %, and below 4 % a year, 7.84 %."""
    found = told(plan(hillford.initiative("save", hillford.saves(3e6)), years=3), "spend-share")
    assert found.figure == pytest.approx(3e6 / PAY)
    assert found.result == "amber"
    assert [r.what.partition(": ")[2] for r in found.rows] == ["all that it spends", "all that it spends", "pay"]
    nobody = told(
        plan(hillford.initiative("save", hillford.saves(6e6, "unidentified", "unidentified")), years=3), "spend-share"
    )
    assert (nobody.result, nobody.figure) == ("fail", pytest.approx(0.1))
    assert told(plan(avoids(0.1)), "spend-share").result == "not asked"


def test_equal_savings_leave_an_equal_share_to_the_last_years() -> None:
    """From the first month two of three years have two thirds; in the last year alone, all."""
    always = told(plan(hillford.initiative("save", hillford.saves(2e6)), years=3), "back-loading")
    assert always.figure == pytest.approx(2 / 3, rel=0.01)
    assert always.result == "pass"
    last = told(plan(hillford.initiative("save", hillford.saves(2e6), start="2018-04"), years=3), "back-loading")
    assert last.figure == pytest.approx(1.0)
    assert last.result == "fail"


def gapped(*initiatives: Initiative) -> Plan:
    """Pay rises by 3 % a year and income does not."""
    return plan(*initiatives, planted=(hillford.normal("prices.pay", 0.03, 1e-9),))


def test_a_plan_is_run_again_with_what_studies_found() -> None:
    """Lists of people at risk brought 1 % more admissions (0 to 2), so that a cut of a fifth, run again, closes nothing."""
    hopes = gapped(avoids(0.2, evidence=("risk_strat_prism",), claims=(claim(1e6),)))
    found = told(hopes, "haircut")
    gap = PAY * 0.03
    assert row(found, "The claim").figure == pytest.approx(1e6 / gap, rel=0.01)
    own, studied = (row(found, f"{who}: in half").figure for who in ("As the plan says", "As studies found"))
    assert own is not None
    assert studied is not None
    assert own > 1e6 / gap
    assert -own / 10 < studied < 0  # between nothing and a tenth as much, the other way
    assert found.result == "fail"


def test_an_effect_without_a_study_lies_around_nothing_and_keeps_its_width() -> None:
    share = Assumption.model_validate({
        "id": "effect.own", "about": "Made up", "unit": "share", "kind": "judgement", "driver": "effect_strength", "source": "made up",
        "distribution": {"kind": "elicited", "p10": 0.05, "p50": 0.1, "p90": 0.15},
    })  # fmt: skip
    once, alone = avoids("effect.own"), avoids(0.1, "alone")  # type: ignore[arg-type]
    of = plan(once, alone, planted=(share,))
    changed = as_studied(of, cuts(of))
    known = {a.id: a.distribution for a in changed.assumptions}
    for name in ("effect.own", "studied.alone.0"):
        assert known[name].middle == 0.0
    assert known["effect.own"].quantile(np.array([0.9]))[0] == pytest.approx(0.05)
    assert known["studied.alone.0"].quantile(np.array([0.9]))[0] == pytest.approx(0.1)
    assert changed.initiatives[0] == of.initiatives[0]  # its assumption keeps its id, and its draws


def test_without_a_gap_nothing_can_be_closed() -> None:
    assert told(plan(avoids(0.1)), "haircut").result == "shown"


def series(measure: str, most: float, least: float, pod: str = "emergency_admission") -> Series:
    """One measure of the most and the least deprived fifth, the same in each of twelve months of two futures."""
    names = tuple(f"car/{pod}/{q}" if measure == "travel_minutes" else f"{q}/{pod}" for q in ("q1", "q5"))
    return Series(np.full((2, 12, 2), [most, least]), names, "made up", "mean")


def outcomes(**measures: tuple[float, float]) -> Outcomes:
    months, found = tuple(f"2016-{m:02d}" for m in range(1, 13)), {n: series(n, *v) for n, v in measures.items()}
    return Outcomes(found, months, ("2016/17",), "", 1, 0, 2, {})


@pytest.mark.parametrize(
    ("minutes", "unmet", "result"), [(20.5, 0.102, "pass"), (23.0, 0.102, "amber"), (20.0, 0.13, "fail")]
)
def test_gaps_by_deprivation_are_told_by_how_much_they_widen(minutes: float, unmet: float, result: str) -> None:
    """With nothing done the most deprived travel as long as the least, and as much of their need is not met, 10 %."""
    nothing = outcomes(unmet_share=(0.1, 0.1), travel_minutes=(20.0, 20.0), activity_per_1000=(30.0, 20.0))
    with_plan = outcomes(unmet_share=(unmet, 0.1), travel_minutes=(minutes, 20.0), activity_per_1000=(30.0, 20.0))
    found = sorted(
        gaps(plan(), with_plan, nothing),
        key=lambda g: ("pass", "amber", "fail").index(g.result) if g.result != "shown" else -1,
    )
    assert found[-1].result == result
    assert [g.plan for g in found if g.result == "shown"] == [pytest.approx(1.5)]


def test_equity_is_not_asked_of_places_that_do_not_say_who_is_deprived() -> None:
    assert "column quintile" in told(plan(avoids(0.1)), "equity").sentence


def test_a_place_of_two_fifths_is_told() -> None:
    """A scheme for the least deprived alone: their care for each 1,000 people falls by what it avoids, nobody else's does."""
    of = fifths(avoids(0.2))
    scene = scene_of(of, "equity")
    given_ = [
        g for g in gaps(of, *scene.first) if g.measure == "activity_per_1000" and g.what == "Emergency admissions"
    ]
    assert given_[0].plan / given_[0].nothing == pytest.approx(1 / 0.8, rel=0.02)
    assert chosen("equity")[0].find(scene).result == "pass"


def fifths(i: Initiative) -> Plan:
    """Hillford with a deprived and a rich half; the initiative is for the rich."""
    of = plan(i, years=2)
    rows = [r for r in of.tables["areas"] if isinstance(r, AreaPeople)]
    halves = [
        r.model_copy(update={"area": area, "name": area, "people": r.people / 2, "quintile": q})
        for r in rows
        for area, q in (("low", 1), ("high", 5))
    ]
    (effect,) = i.effects
    assert isinstance(effect, Prevent)
    own = i.model_copy(
        update={"effects": (effect.model_copy(update={"scope": effect.scope.model_copy(update={"areas": ("high",)})}),)}
    )
    return with_library(of.changed(tables=of.tables | {"areas": tuple(halves)}, initiatives=(own,)))
