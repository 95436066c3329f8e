"""Parameter files of the NHP model: drawn as they are there, carried where a plan has a place for them, all else told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.nhp import SHARES, everything, full, made_up, plan_in, text_of
from placeplan.core.errors import PlanError
from placeplan.exchange.nhp.back import export_plan
from placeplan.exchange.nhp.beside import read_variants
from placeplan.exchange.nhp.drawing import between, removed
from placeplan.exchange.nhp.files import Beside, export_params, import_params
from placeplan.exchange.nhp.into import Given, into_plan, when
from placeplan.exchange.nhp.layout import BOUNDS, strategies
from placeplan.exchange.nhp.places import trust_of
from placeplan.exchange.nhp.reading import params_of
from placeplan.futures.distributions import DistributionBase
from placeplan.futures.numbers import Futures
from placeplan.futures.sample import draw
from placeplan.model.demand import growth_factor
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.folder import read_plan


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return plan_in(tmp_path / "plan")


def drawn_of(plan: Any, *names: str) -> dict[str, Any]:
    """20,000 draws of some assumptions."""
    assumed = [a for a in plan.assumptions if a.id in names]
    return draw(assumed, plan.correlations, (), Futures(count=20_000), {})


def imported(tmp_path: Path, data: dict[str, Any], shares: str = SHARES, **more: Any) -> Any:
    file = tmp_path / "params.json"
    file.write_text(text_of(data), encoding="utf-8")
    (tmp_path / "shares.csv").write_text(shares, encoding="utf-8")
    beside = Beside(shares=tmp_path / "shares.csv", **more)
    return import_params(file, tmp_path / "plan", tmp_path / "out", beside)[0]


# ---- law: what is drawn is what the interval says ----


@given(
    key=st.sampled_from(sorted(set(BOUNDS) - {"non-demographic_adjustment", "baseline_adjustment"})),
    ends=st.tuples(st.integers(1, 99), st.integers(1, 99)),
)
@settings(max_examples=60, deadline=None)
def test_one_draw_in_ten_lies_below_the_interval_and_one_above(key: str, ends: tuple[int, int]) -> None:
    """Law: of what is kept P10 and P90 are the ends of the interval, at any bounds (nhp_model, helpers.rnorm)."""
    least, most = BOUNDS[key]
    low, high = (least + min(most - least, 1.0) * e / 100 for e in sorted(ends))
    spread = between(removed(high), removed(low), removed(most), removed(least))
    kept = 1.0 - spread.quantile(np.array([0.9, 0.5, 0.1]))
    np.testing.assert_allclose(kept, [low, (low + high) / 2, high], atol=1e-9)
    every = 1.0 - spread.quantile(np.linspace(1e-6, 1 - 1e-6, 2001))
    assert least - 1e-9 <= every.min() <= every.max() <= most + 1e-9


def test_draws_agree_with_the_normal_that_the_other_model_draws(plan: Path, tmp_path: Path) -> None:
    """Mean (0.85 + 0.95) / 2 and standard deviation 0.1 / 2.563103, as helpers.rnorm has them, in 20,000 futures."""
    made = imported(tmp_path, made_up())
    drawn = 1.0 - drawn_of(made.plan, "nhp.IP-AA-029")["nhp.IP-AA-029"]
    assert abs(drawn.mean() - 0.9) < 0.001
    assert abs(drawn.std() - 0.1 / 2.563103) < 0.001
    assert abs((drawn < 0.85).mean() - 0.1) < 0.01


def test_growth_compounds_year_by_year(plan: Path, tmp_path: Path) -> None:
    """Worked by hand: 1.0 to 1.02 a year has the middle 1.01; after 4 years 1.01⁴ = 1.04060401."""
    made = imported(tmp_path, made_up())
    growth = next(a for a in made.plan.assumptions if a.id == "growth.emergency_admission")
    low, middle, high = (growth_factor(g, 4.0, 0.0) for g in growth.distribution.quantile(np.array([0.1, 0.5, 0.9])))
    assert [low, middle, high] == pytest.approx([1.0, 1.04060401, 1.02**4])


# ---- carrying ----


def test_every_key_is_accounted_for_once(plan: Path, tmp_path: Path) -> None:
    """Conservation: each multiplier acts, changes nothing, is kept or has no counterpart; none is lost or told twice."""
    data = made_up("v3.7")
    made = imported(tmp_path, data)
    fated = [t.key for t in made.of("carried", "kept", "neutral", "aside")]
    params = params_of(text_of(data), "x")
    assert len(fated) == len(set(fated))
    assert {e.key for e in params.entries} <= set(fated)
    assert {"seed", "model_runs", "health_status_adjustment", "demographic_factors.variant_probabilities"} <= set(fated)


def test_a_mitigator_acts_on_its_share_of_the_care(plan: Path, tmp_path: Path) -> None:
    """What is removed is the assumption, the part that it is about the peak, from the month of its step on."""
    made = imported(tmp_path, made_up())
    smoking = next(i for i in made.plan.initiatives if i.id == "nhp.IP-AA-029")
    assert (smoking.peak, smoking.start, smoking.ramp_months, smoking.delay) == (0.03, "2028-04", 0, 0.0)
    effect = smoking.effects[0].model_dump()
    assert effect["kind"] == "prevent"
    assert (effect["share"], effect["scope"]["pods"]) == ("nhp.IP-AA-029", ("emergency_admission",))
    kinds = {i.id: i.effects[0].name for i in made.plan.initiatives if i.id.startswith("nhp.")}
    assert kinds["nhp.IP-EF-021"] == "shorten"
    assert kinds["nhp.IP-EF-007"] == "shift"
    assert kinds["nhp.expat.ip.elective.100"] == "relocate"
    assert kinds["nhp.waiting_list_adjustment.ip.110"] == "prevent"


def test_what_a_plan_has_nothing_like_is_told_and_kept(plan: Path, tmp_path: Path) -> None:
    made = imported(tmp_path, made_up())
    kept = {t.key: t.why for t in made.of("kept")}
    assert kept["efficiencies.op.convert_to_tele_adult_surgical"] == "A plan has nothing like it."
    assert "nhp.OP-EF-002" in {a.id for a in made.plan.assumptions}


def test_without_shares_nothing_acts_that_reaches_a_part(plan: Path, tmp_path: Path) -> None:
    """They are asked for, in a table to fill in; with it filled in they act."""
    made = imported(tmp_path, made_up(), "key,share,source\n", ask=tmp_path / "ask.csv")
    assert not [i for i in made.plan.initiatives if i.id.startswith("nhp.")]
    asked = (tmp_path / "ask.csv").read_text(encoding="utf-8").splitlines()
    assert asked[0] == "key,share,source,note"
    assert {line.split(",")[0] for line in asked[1:]} == {k for k, _ in made.asked}
    assert "activity_avoidance.ip.smoking" in dict(made.asked)


@pytest.mark.large
def test_the_plan_that_comes_of_it_runs_and_removes_what_it_says(plan: Path, tmp_path: Path) -> None:
    """Worked by hand: 30 % of what 8 % of emergency admissions are is 2.4 % of them, once fully in."""
    data = made_up(efficiencies={"ip": {}, "op": {}}, expat={"ip": {}, "op": {}, "aae": {}})
    data["activity_avoidance"]["ip"] = {"frail_elderly_high": {"interval": [0.7, 0.7]}}
    data["waiting_list_adjustment"] = {"ip": {}, "op": {}}
    data["time_profile_mappings"] = {"activity_avoidance": {"ip": {"frail_elderly_high": "step2027"}}}
    made = imported(tmp_path, data, "key,share,source\nIP-AA-017,0.08,made up\n")
    with_it = read_plan(tmp_path / "out")
    bare = with_it.changed(initiatives=tuple(i for i in with_it.initiatives if not i.id.startswith("nhp.")))
    asked = [
        simulate(p, baseline_of(p), Futures(count=1))["activity"].by_year("N1H/emergency_admission")
        for p in (with_it, bare)
    ]
    np.testing.assert_allclose(asked[0][:, -1] / asked[1][:, -1], 1 - 0.08 * 0.3, rtol=1e-6)
    assert made.plan.digest == with_it.digest


@pytest.mark.large
def test_every_multiplier_that_a_file_may_have_can_stand_in_a_plan(plan: Path, tmp_path: Path) -> None:
    """All 536 of v3.7, each with a share: told once, no problem in the plan, and the file comes back."""
    data = full((3, 7))
    params = params_of(text_of(data), "x")
    keys = [e.key for e in params.entries if not e.neutral and e.path[0] != "non-demographic_adjustment"]
    made = imported(tmp_path, data, "key,share,source\n" + "".join(f"{key},0.02,made up\n" for key in keys))
    assert sorted(t.key for t in made.of("carried", "kept") if t.key in keys) == sorted(keys)
    assert len(made.of("carried")) > 400
    export_params(tmp_path / "out", tmp_path / "back.json", tmp_path / "params.json", "")
    assert json.loads((tmp_path / "back.json").read_text(encoding="utf-8")) == data


def test_what_is_told_of_all_is_not_told_of_each(plan: Path, tmp_path: Path) -> None:
    """Values that nothing uses and budgets that no such file gives are no warnings of the new plan."""
    (tmp_path / "params.json").write_text(text_of(made_up()), encoding="utf-8")
    made, warnings = import_params(tmp_path / "params.json", plan, tmp_path / "out", Beside())
    assert made.of("kept")
    assert not [w for w in warnings if "nhp." in w.what or "nhp." in w.file]


# ---- variants ----

VARIANTS = (
    "variant,year,people,people_75,source\n"
    "principal_proj,2026,100000,10000,made up\nprincipal_proj,2036,105000,13000,made up\n"
    "high,2026,100000,10000,made up\nhigh,2036,110000,13100,made up\n"
    "low,2026,100000,10000,made up\nlow,2036,101000,12900,made up\n"
)


def test_each_variant_comes_as_often_as_the_file_says(plan: Path, tmp_path: Path) -> None:
    """Law: of 20,000 futures 60, 30 and 10 in 100 have the people of each variant, old people of the same one."""
    (tmp_path / "variants.csv").write_text(VARIANTS, encoding="utf-8")
    made = imported(tmp_path, made_up(), variants=tmp_path / "variants.csv")
    drawn = drawn_of(made.plan, "people.total", "people.old")
    values, counts = np.unique(drawn["people.total"], return_counts=True)
    np.testing.assert_allclose(counts / 20_000, [0.1, 0.6, 0.3], atol=0.012)
    assert np.ptp(values) == pytest.approx(np.log(110 / 101) / 10)
    matched = np.unique(drawn["people.old"], return_inverse=True)[1]
    assert (matched == 2 - np.unique(drawn["people.total"], return_inverse=True)[1]).mean() > 0.97


def test_people_of_a_variant_are_what_the_variant_says(plan: Path, tmp_path: Path) -> None:
    """All people of the plan, times the factor of the variant, grow as the variant does: e^(10 z) × planned = 1.10."""
    (tmp_path / "variants.csv").write_text(VARIANTS, encoding="utf-8")
    params, start = params_of(text_of(made_up()), "x"), read_plan(plan)
    found = read_variants(tmp_path / "variants.csv", params, start)
    planned = np.exp(np.log(1.05) - 10 * found["principal_proj"][0])
    assert planned * np.exp(10 * found["high"][0]) == pytest.approx(1.10)


def test_without_the_people_of_variants_their_chances_are_told(plan: Path, tmp_path: Path) -> None:
    told = {t.key: t.why for t in imported(tmp_path, made_up()).of("aside")}
    assert "principal_proj 0.6, high 0.3, low 0.1" in told["demographic_factors.variant_probabilities"]


@pytest.mark.parametrize("row", ["hihg,2036,1,1,made up\n", "high,2040,1,1,made up\n", ""])
def test_variants_without_two_years_are_refused(row: str, plan: Path, tmp_path: Path) -> None:
    text = VARIANTS + row if row else VARIANTS.replace("low,2036,101000,12900,made up\n", "")
    (tmp_path / "variants.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        imported(tmp_path, made_up(), variants=tmp_path / "variants.csv")
    assert {p.code for p in refused.value.problems} == {"variants-differ"}
    assert ("high" in {p.nearest for p in refused.value.problems}) == row.startswith("hihg")
    assert not (tmp_path / "out").exists()


# ---- what is wrong beside the file ----


def test_a_share_of_what_is_not_there_and_a_trust_that_is_not_there_are_told(plan: Path, tmp_path: Path) -> None:
    for shares, code, near in (
        ("key,share,source\nactivity_avoidance.ip.smokin,0.1,x\n", "unknown-share", "activity_avoidance.ip.smoking"),
        ("key,share,source\nIP-AA-029,0.1,x\nIP-AA-029,0.1,x\n", "key-twice", ""),
    ):
        with pytest.raises(PlanError) as refused:
            imported(tmp_path, made_up(), shares)
        assert [(p.code, p.nearest) for p in refused.value.problems] == [(code, near)]
    with pytest.raises(PlanError) as refused:
        imported(tmp_path, made_up(trust="N1X"))
    assert [p.code for p in refused.value.problems] == ["no-such-trust"]
    assert not (tmp_path / "out").exists()


# ---- times ----


@pytest.mark.parametrize(
    ("profile", "start", "ramp"),
    [("none", "2026-04", 0), ("linear", "2026-04", 48), ("step2028", "2028-04", 0), ("step2020", "2026-04", 0),
     ("step2040", "", 0), ("front_loaded", "2026-04", 48), ("", "2026-04", 48)],
)  # fmt: skip
def test_time_profiles_become_months(profile: str, start: str, ramp: int, plan: Path) -> None:
    """A line from April 2026 to April 2030 is 48 months; what is curved is told."""
    found = when(profile, params_of(text_of(made_up()), "x"), read_plan(plan))
    assert found[:2] == (start, ramp)
    assert bool(found[2]) == (profile in ("front_loaded", "step2040"))


# ---- and back ----


@pytest.mark.parametrize("version", [(1, 2), (3, 3), (5, 0), (5, 2)])
def test_a_file_comes_back_as_it_was(version: tuple[int, int], plan: Path) -> None:
    """Round trip over the file that it came from: the same data; every mitigator of the version is in it."""
    params, start = params_of(text_of(everything(version)), "x"), read_plan(plan)
    made = into_plan(params, start, Given(trust_of(start, params, "")))
    assert json.loads(export_plan(made.plan, version, params).text) == everything(version)


def test_a_file_comes_back_through_a_folder(plan: Path, tmp_path: Path) -> None:
    """The same from file to folder to file."""
    imported(tmp_path, made_up())
    export_params(tmp_path / "out", tmp_path / "back.json", tmp_path / "params.json", "")
    assert json.loads((tmp_path / "back.json").read_text(encoding="utf-8")) == made_up()


def test_what_a_plan_holds_comes_back_without_the_first_file(plan: Path, tmp_path: Path) -> None:
    """Mitigators, adjustments and growth are those of the file; what had to be assumed is told; the result is valid."""
    data = everything()
    params, start = params_of(text_of(data), "x"), read_plan(plan)
    made = into_plan(params, start, Given(trust_of(start, params, "")))
    back = export_plan(made.plan, (4, 1), None, "N1H")
    for key in ("activity_avoidance", "efficiencies", "waiting_list_adjustment"):
        assert back.data[key] == data[key]
    assert back.data["expat"]["ip"]["elective"] == data["expat"]["ip"]["elective"]
    assert back.data["non-demographic_adjustment"]["values"]["ip"] == data["non-demographic_adjustment"]["values"]["ip"]
    again = params_of(back.text, "back.json")
    assert {e.key for e in again.entries} >= {".".join(p) for p, s in strategies().items() if s.known_to((4, 1))}
    assert any("Assumed" in why for _, why in back.told)
    assert ("home_first", "An initiative of the plan's own.") in back.told


def test_a_changed_assumption_is_written_back(plan: Path, tmp_path: Path) -> None:
    """What the plan says of a mitigator afterwards is what the file says; a skewed one is told to be so."""
    params, start = params_of(text_of(made_up()), "x"), read_plan(plan)
    made = into_plan(params, start, Given(trust_of(start, params, "")))
    pert = DistributionBase.parse({"kind": "pert", "low": 0.0, "mode": 0.1, "high": 0.5})
    assumptions = tuple(
        a.model_copy(update={"distribution": pert}) if a.id == "nhp.IP-AA-029" else a for a in made.plan.assumptions
    )
    back = export_plan(made.plan.changed(assumptions=assumptions), (4, 1), params)
    low, high = back.data["activity_avoidance"]["ip"]["smoking"]["interval"]
    assert 1 - np.array([high, low]) == pytest.approx(pert.quantile(np.array([0.1, 0.9])))
    assert "activity_avoidance.ip.smoking" in dict(back.told)


def test_importing_again_replaces_what_the_first_file_brought(plan: Path, tmp_path: Path) -> None:
    params, start = params_of(text_of(made_up()), "x"), read_plan(plan)
    trust = Given(trust_of(start, params, ""))
    once = into_plan(params, start, trust).plan
    assert into_plan(params, once, trust).plan.digest == once.digest
