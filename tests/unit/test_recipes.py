"""Recipes: one line makes an initiative from the evidence, and every row can be replaced by the plan's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from fixtures.broken_plans import WHOLE, write
from placeplan.core.errors import Problem
from placeplan.effects.base import Effect
from placeplan.futures.evidence import as_share, effect_of, pooled
from placeplan.futures.sample import Futures
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.draft import Draft
from placeplan.plan.folder import read_draft, read_plan, read_plan_with_warnings
from placeplan.plan.jsonschema import schemas
from placeplan.plan.library import library
from placeplan.plan.recipes import Recipe
from placeplan.plan.schema import Plan
from placeplan.plan.write import write_plan
from placeplan.plan.yamlfile import read_yaml
from placeplan.stress.grid.assumed import list_assumed

FILE = "initiatives/homes.yaml"
ONE_LINE = "recipe: care_home_rushcliffe\nowner: W0H\nstart: 2027-04\nscope: {age_from: 85}\n"
HEADER = (
    "id,initiative,category,effect_central,effect_low,effect_high,measure,acts_on,pods,grade,rampup_months,source\n"
)
OURS = (
    "care_home_rushcliffe,Homes in our town,prevent,-10,-20,2,change,demand,emergency_admission,weak,6,our own study\n"
)


def drafted(folder: Path, text: str, **more: str) -> tuple[Draft, list[Problem]]:
    texts: dict[str, str | bytes] = {**WHOLE, FILE: text, **{f"{n}.csv": t for n, t in more.items()}}
    return read_draft(write(texts, folder))


def planned(folder: Path, text: str, **more: str | bytes) -> Plan:
    return read_plan(write({**WHOLE, FILE: text, **{f"{n}.csv": t for n, t in more.items()}}, folder))


def told(folder: Path, text: str, **more: str) -> Problem:
    problems = [p for p in drafted(folder, text, **more)[1] if p.file == FILE and p.severity == "error"]
    assert len(problems) == 1, problems
    return problems[0]


def test_one_line_makes_a_whole_initiative(tmp_path: Path) -> None:
    plan = planned(tmp_path, ONE_LINE)
    homes = next(i for i in plan.initiatives if i.id == "homes")
    row = library().evidence["care_home_rushcliffe"]
    assert (homes.name, homes.owner, homes.start) == (row.initiative, "W0H", "2027-04")
    assert (homes.status, homes.evidence_grade, homes.evidence) == ("aspiration", "moderate", (row.id,))
    assert (homes.ramp_months, homes.peak, homes.theme) == (12, "initiative.peak", "prevention")
    assert row.source in homes.source
    assert not isinstance(homes, Recipe)
    made = Effect.parse({
        "kind": "prevent", "about": row.initiative, "share": "effect.homes",
        "scope": {"pods": ["emergency_admission"], "age_from": 85},
    })  # fmt: skip
    assert homes.effects == (made,)


def test_its_strength_is_what_the_study_found(tmp_path: Path) -> None:
    """Half of places see more than 23 % avoided of those reached; one in forty less than 5 %."""
    plan = planned(tmp_path, ONE_LINE)
    strength = next(a for a in plan.assumptions if a.id == "effect.homes")
    assert (strength.kind, strength.level, strength.driver, strength.unit) == (
        "evidence",
        "default",
        "effect_strength",
        "share",
    )
    assert [float(v) for v in strength.distribution.quantile(np.array([0.025, 0.5, 0.975]))] == pytest.approx(
        [0.05, 0.23, 0.38]
    )
    assert "care_home_rushcliffe" in strength.source


def test_a_group_of_rows_is_pooled(tmp_path: Path) -> None:
    plan = planned(tmp_path, ONE_LINE.replace("care_home_rushcliffe", "care_homes"))
    homes = next(i for i in plan.initiatives if i.id == "homes")
    rows = [library().evidence[name] for name in homes.evidence]
    assert [row.group for row in rows] == ["care_homes"] * 3
    assert (homes.name, homes.evidence_grade, homes.ramp_months) == ("Care homes", "weak", 24)
    assert all(row.population_reached in homes.about for row in rows)
    strength = next(a for a in plan.assumptions if a.id == "effect.homes")
    assert strength.distribution == as_share(pooled(rows).distribution)


def test_an_adverse_row_adds_demand(tmp_path: Path) -> None:
    plan = planned(tmp_path, ONE_LINE.replace("care_home_rushcliffe", "mdt_fylde_epc"))
    strength = next(a for a in plan.assumptions if a.id == "effect.homes")
    assert strength.distribution.middle == pytest.approx(-0.42)


def test_what_the_plan_says_goes_before_the_row(tmp_path: Path) -> None:
    """Every field; further effects stand before the one that is made; an assumption of the same id replaces the row's."""
    more = "name: Homes\nstatus: commitment\ntheme: hospital\npeak: 0.5\nramp_months: 3\nevidence: [ndpp]\nsource: our board\n"
    more += "budget: 90000\neffects:\n  - {kind: spend, organisation: W0H, recurrent: 90000}\n"
    texts = {**WHOLE, FILE: ONE_LINE + more}
    own = "- {id: effect.homes, about: Ours, unit: share, distribution: {kind: fixed, value: 0.1}, kind: judgement, source: us}\n"
    indent = "  " if "\n  - id" in WHOLE["assumptions.yaml"] else ""
    texts["assumptions.yaml"] = WHOLE["assumptions.yaml"].replace("assumptions:\n", f"assumptions:\n{indent}{own}")
    plan = read_plan(write(texts, tmp_path))
    homes = next(i for i in plan.initiatives if i.id == "homes")
    assert (homes.name, homes.status, homes.theme, homes.peak, homes.ramp_months) == (
        "Homes",
        "commitment",
        "hospital",
        0.5,
        3,
    )
    assert (homes.evidence, homes.source) == (("care_home_rushcliffe", "ndpp"), "our board")
    assert [e.name for e in homes.effects] == ["spend", "prevent"]
    assert [a.about for a in plan.assumptions if a.id == "effect.homes"] == ["Ours"]


def test_a_row_of_the_plan_replaces_the_librarys(tmp_path: Path) -> None:
    plan = planned(tmp_path, ONE_LINE, evidence=HEADER + OURS)
    homes = next(i for i in plan.initiatives if i.id == "homes")
    strength = next(a for a in plan.assumptions if a.id == "effect.homes")
    own = plan.tables["evidence"][0]
    assert (homes.name, homes.evidence_grade, homes.ramp_months) == ("Homes in our town", "weak", 6)
    assert strength.distribution == as_share(effect_of(own))  # type: ignore[arg-type]
    assert (strength.level, strength.source) == ("local", "care_home_rushcliffe: our own study")
    assert plan.digest != planned(tmp_path / "other", ONE_LINE).digest


def test_a_row_of_the_plan_joins_the_librarys_group(tmp_path: Path) -> None:
    ours = HEADER.replace("source", "group,source") + OURS.replace("our own", "care_homes,our own").replace(
        "rushcliffe", "here"
    )
    plan = planned(tmp_path, ONE_LINE.replace("care_home_rushcliffe", "care_homes"), evidence=ours)
    assert len(next(i for i in plan.initiatives if i.id == "homes").evidence) == 4


@pytest.mark.parametrize("own", ["", HEADER + OURS])
def test_what_is_written_reads_back_the_same(tmp_path: Path, own: str) -> None:
    plan = planned(tmp_path / "one", ONE_LINE, **({"evidence": own} if own else {}))
    write_plan(plan, tmp_path / "two")
    again = read_plan(tmp_path / "two")
    assert again.digest == plan.digest
    assert {a.id for a in again.assumptions} == {a.id for a in plan.assumptions}
    assert again.tables["evidence"] == plan.tables["evidence"]


def test_a_recipe_is_asked_only_what_no_study_can_say(tmp_path: Path) -> None:
    _, warnings = read_plan_with_warnings(write({**WHOLE, FILE: ONE_LINE}, tmp_path))
    assert [p.code for p in warnings if p.file == FILE] == ["not-said", "no-budget"]


def test_an_unknown_row_names_the_nearest(tmp_path: Path) -> None:
    found = told(tmp_path, ONE_LINE.replace("rushcliffe", "rushclif"))
    assert (found.code, found.row, found.column) == ("unknown-recipe", 1, "recipe")
    assert found.nearest == "care_home_rushcliffe"
    assert "“care_home_rushcliffe”" in found.mend


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stp_expected_nel", "what plans hoped for"),
        ("d2a", "no figure"),
        ("telehealth_wsd", "odds"),
        ("stroke_esd", "gives days"),
        ("merger_delay", "months"),
        ("vanguard_population", "points of growth"),
        ("pifu", "no share of care"),
        ("cga_ward", "asc_residential (nursing home admission), which no effect changes"),
    ],
)
def test_rows_that_no_effect_can_say_are_told_in_words(tmp_path: Path, name: str, words: str) -> None:
    found = told(tmp_path, ONE_LINE.replace("care_home_rushcliffe", name))
    assert (found.code, found.row, found.column) == ("no-recipe", 1, "recipe")
    assert words in found.what
    assert "evidence" in found.mend


def test_a_study_of_some_people_asks_who_they_are_here(tmp_path: Path) -> None:
    bare = ONE_LINE.replace("scope: {age_from: 85}\n", "")
    found = told(tmp_path / "a", bare)
    assert (found.code, found.column) == ("recipe-for-whom", "recipe")
    assert "care-home residents" in found.what
    assert told(tmp_path / "b", bare + "scope: {pods: [emergency_admission]}\n").code == "recipe-for-whom"
    assert planned(tmp_path / "c", bare + "peak: 0.07\n").initiatives
    everybody = planned(tmp_path / "d", bare.replace("care_home_rushcliffe", "risk_strat_prism"))
    assert any(i.id == "homes" for i in everybody.initiatives)


def test_slips_in_a_recipe_are_told_at_once(tmp_path: Path) -> None:
    """Missing, misspelt and wrong fields, each with its line, as in any file."""
    text = "recipe: care_home_rushcliffe\nstart: 2027-13\nscop: {age_from: 85}\n"
    found = {p.code: p for p in drafted(tmp_path, text)[1] if p.file == FILE}
    assert set(found) == {"missing-field", "bad-month", "unknown-field"}
    assert "owner" in found["missing-field"].what
    assert (found["unknown-field"].row, found["unknown-field"].nearest) == (3, "scope")
    assert told(tmp_path / "a", ONE_LINE.replace("W0H", "W0X")).code == "unknown-organisation"


def test_a_refused_row_of_evidence_is_told_once(tmp_path: Path) -> None:
    wrong = HEADER + OURS.replace("-20,2", "-5,2").replace("rushcliffe", "here")
    _, problems = drafted(tmp_path, ONE_LINE.replace("rushcliffe", "here"), evidence=wrong)
    assert [(p.file, p.code) for p in problems if p.severity == "error"] == [("evidence.csv", "bad-value")]


def test_the_schema_knows_both_ways_to_write_an_initiative() -> None:
    check = Draft202012Validator(schemas()["initiatives/*.yaml"])
    assert not list(check.iter_errors(read_yaml(ONE_LINE, FILE).data))
    assert list(check.iter_errors({"recipe": "care_homes"})), "nobody answers for it"
    assert list(check.iter_errors({"id": "a", "owner": "W0H"})), "neither recipe nor whole"


def test_a_run_says_that_it_rests_on_a_row_of_the_library(tmp_path: Path) -> None:
    """Its strength is drawn, and stands among what was assumed as a default with the study as its source."""
    plan = planned(tmp_path, ONE_LINE)
    outcomes = simulate(plan, baseline_of(plan), Futures(count=20))
    assumed = {a.id: a for a in list_assumed(plan.assumptions, outcomes, None)}
    assert (assumed["effect.homes"].level, assumed["effect.homes"].kind) == ("default", "evidence")
    assert "Rushcliffe" in assumed["effect.homes"].source
    drawn = outcomes.draws["effect.homes"]
    assert 0 < np.median(drawn) < 0.4
