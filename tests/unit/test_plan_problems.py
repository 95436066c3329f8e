"""Every broken folder is told where, why and how to mend it; every code is provoked."""

from __future__ import annotations

import ast
import io
import os
from pathlib import Path

import pytest

from fixtures.asked_cases import ASKED, CLOSURE
from fixtures.broken_cases import BROKEN
from fixtures.broken_plans import GOOD, WHOLE, Broken, swap, write
from fixtures.spoiled_workbooks import SPOILED
from placeplan.core.errors import PlanError, Problem
from placeplan.plan import textfile
from placeplan.plan.checks import CHECKS
from placeplan.plan.codes import CODES, CONTENT, WARNINGS
from placeplan.plan.folder import read_draft, read_plan, read_plan_with_warnings

HERE = "unit/test_plan_problems.py"
BATCHES, ENGINES, ROOM = "unit/test_batches.py", "unit/test_engines.py", "unit/test_room.py"
PEOPLE = "unit/test_population_verb.py::test_bad_input_is_told_with_its_place"
BOOKS, LOST = "unit/test_workbook.py", "unit/test_workbook_lost.py"
ELSEWHERE = {
    "no-plan": f"{HERE}::test_a_folder_that_is_not_there",
    "symlink": f"{HERE}::test_links_are_refused",
    "nobody-left": "web/test_administering.py::test_the_last_who_runs_the_workbench_cannot_take_themselves_away",
    "too-large": f"{HERE}::test_a_huge_file_is_not_read",
    "unreadable-file": f"{HERE}::test_what_is_no_file_is_not_opened",
    "outside-folder": f"{HERE}::test_a_set_of_assumptions_is_a_name_not_a_path",
    "unknown-evidence": f"{HERE}::test_effects_beyond_the_evidence_are_asked_about",
    "total-row": f"{HERE}::test_a_row_of_totals_is_told_as_one",
    "unknown-recipe": "unit/test_recipes.py::test_an_unknown_row_names_the_nearest",
    "no-recipe": "unit/test_recipes.py::test_rows_that_no_effect_can_say_are_told_in_words",
    "recipe-for-whom": "unit/test_recipes.py::test_a_study_of_some_people_asks_who_they_are_here",
    "entry-not-added": "unit/test_adding.py::test_what_cannot_be_added_to_is_refused",
    "entry-gone": "unit/test_entries.py::test_what_is_gone_is_told_where_it_stood",
    "entry-changed": "unit/test_entries.py::test_what_was_changed_is_told_with_its_fields",
    "unknown-number": "properties/test_numbers.py::test_what_cannot_be_is_told_with_its_mend",
    "unknown-headline": "unit/test_headlines.py::test_an_address_that_is_none_is_told_with_the_nearest_and_all_that_is_wrong_at_once",
    "number-elsewhere": "properties/test_numbers.py::test_what_an_assumption_gives_leads_to_it",
    "same-value": "web/test_challenges.py::test_the_number_that_is_there_already_is_no_challenge",
    "not-open": "web/publishing/test_right_of_reply.py::test_an_offer_is_taken_back_with_its_reason_and_answers_stay",
    "signed-for-others": "web/test_signing_alone.py::test_nobody_signs_for_an_organisation_whose_people_sign_here",
    "changed-meanwhile": "web/publishing/test_publishing.py::test_nobody_publishes_what_they_did_not_see",
    "not-run": "web/test_signing.py::test_what_the_organisation_gains_or_loses_comes_before_it_signs",
    "too-many-today": "web/test_challenges.py::test_a_place_takes_so_many_in_a_day",
    "unsafe-file": "web/test_scanning.py::test_what_a_scanner_finds_is_refused_before_it_is_read_and_nothing_is_kept",
    "no-room": "web/test_room.py::test_both_are_told_at_once_and_what_is_kept_already_is_asked_for_again",
    "not-in-version": "web/test_answering_challenges.py::test_what_is_accepted_names_the_version_that_has_it",
    "one-or-other": "properties/test_numbers.py::test_without_another_plan_or_number_it_says_so",
    "web-not-installed": "web/test_starting.py::test_without_the_extra_it_says_what_is_missing",
    "unknown-setting": "web/test_asked.py::test_every_mistake_is_told_at_once",
    "weak-key": "web/test_asked.py::test_every_mistake_is_told_at_once",
    "not-alone": "web/test_starting.py::test_a_folder_is_not_opened_where_others_reach_the_workbench",
    "not-a-backup": "web/test_backup.py::test_what_is_no_whole_backup_is_refused_and_nothing_is_kept",
    "database-in-use": "web/test_backup.py::test_a_backup_is_not_mixed_with_what_is_there",
    "job-failed": "web/test_jobs.py::test_a_job_that_crashes_ends_in_words",
    "unknown-footprint": "unit/test_first_plan.py::test_names_that_are_not_known_are_told_with_the_nearest",
    "several-footprints": "unit/test_first_plan.py::test_names_that_are_not_known_are_told_with_the_nearest",
    "too-many-files": "unit/test_first_plan.py::test_a_folder_of_too_many_files_says_which_were_not_looked_at",
    "no-published-files": "unit/test_first_plan.py::test_a_folder_without_a_file_that_fits_is_told",
    "no-people": "unit/test_first_plan.py::test_a_folder_without_a_file_that_fits_is_told",
    "unknown-set": f"{HERE}::test_a_set_that_is_not_there_names_the_nearest",
    "folder-in-use": "unit/test_cli.py::test_new_touches_nothing_that_is_there",
    "no-findings": "unit/test_pack_told.py::test_what_is_no_report_is_told",
    "pack-not-installed": "unit/test_pack_told.py::test_all_that_stands_in_the_way_is_told_together",
    "not-asked": "unit/test_publish_told.py::test_nothing_is_published_before_those_named_could_answer",
    "may-still-answer": "unit/test_publish_told.py::test_nothing_is_published_before_those_named_could_answer",
    "asked-or-not": "unit/test_publish_told.py::test_all_that_stands_in_the_way_is_told_together",
    "other-plan": "unit/test_publish_told.py::test_a_report_of_another_place_or_name_is_refused",
    "draft-and-site": "unit/test_publish_told.py::test_a_draft_is_marked_and_brings_the_file_to_fill_in",
    "withdrawn": "unit/test_withdrawing.py::test_what_cannot_be_withdrawn_is_told_and_nothing_is_written",
    "site-changed": "unit/test_publish_told.py::test_what_somebody_changed_by_hand_is_not_written_over",
    "name-too-long": "unit/test_cli.py::test_a_name_that_is_too_long_is_told_shortly",
    "cannot-write": "unit/test_cli.py::test_a_report_that_could_not_be_written_is_refused_before_the_run",
    "unknown-period": "unit/test_explain.py::test_all_names_that_are_unknown_are_told_together",
    "no-figure": "unit/test_waterfall_told.py::test_a_figure_that_some_futures_lack_is_told",
    "no-year-in-common": "properties/test_compare.py::test_plans_of_other_years_are_told_apart",
    "unknown-ending": "unit/test_waterfall_told.py::test_all_that_a_user_gets_wrong_is_told_together",
    "too-many-sets": "unit/test_stress_incentives.py::test_of_many_organisations_the_verb_asks_how_to_sample",
    "one-form": "unit/test_contract_verb.py::test_all_that_a_user_gets_wrong_is_told_together",
    "no-contracts": "unit/test_contract_verb.py::test_a_plan_without_contracts_has_nothing_to_look_at",
    "unknown-form": "unit/test_payment_forms.py::test_a_form_that_is_not_there_is_told_with_the_nearest",
    "no-slider": "unit/test_sliding.py::test_a_plan_that_cannot_be_recorded_has_no_slider",
    "unknown-slider": "unit/test_sliding.py::test_all_that_is_wrong_with_values_is_told_at_once",
    "too-many-values": "web/test_slider.py::test_what_cannot_be_set_is_told_all_at_once",
    "beyond-slider": "unit/test_sliding.py::test_all_that_is_wrong_with_values_is_told_at_once",
    "unknown-promise": "unit/test_mending.py::test_a_promise_that_is_not_there_is_refused_with_the_nearest_name",
    "too-many-orders": "unit/test_orders_asked.py::test_all_that_is_wrong_with_what_is_asked_is_told_together",
    "unused-option": "unit/test_orders_asked.py::test_orders_that_no_test_takes_are_told_and_not_dropped",
    "unknown-test": "unit/test_stress_tests.py::test_an_unknown_test_is_told_with_the_nearest_name",
    "unknown-engine": f"{ENGINES}::test_a_wrong_engine_is_told",
    "engine-address": f"{ENGINES}::test_a_wrong_engine_is_told",
    "engine-not-installed": f"{ENGINES}::test_an_engine_of_which_something_is_missing_is_told",
    "no-answer": f"{ENGINES}::test_an_engine_that_cannot_be_joined_is_told",
    "other-version": f"{ENGINES}::test_a_worker_of_another_version_is_told",
    "worker-lost": f"{ENGINES}::test_a_worker_that_dies_again_and_again_is_told",
    "spark-failed": f"{ENGINES}::test_a_batch_that_fails_on_spark_is_told",
    "run-under-way": f"{BATCHES}::test_a_run_that_ends_leaves_the_parts_of_the_next",
    "too-few-futures": f"{ROOM}::test_no_futures_are_refused",
    "too-many-futures": f"{ROOM}::test_more_futures_than_there_is_room_for_are_refused_before_anything_is_run",
    "variant-unpaired": PEOPLE,
    "totals-overlap": PEOPLE,
    "totals-not-met": PEOPLE,
    "areas-not-said": "unit/test_published_people.py::test_areas_that_hold_others_are_asked_about",
    "beyond-excel": f"{BOOKS}::test_a_text_that_no_cell_holds_is_told",
    "not-a-workbook": f"{BOOKS}::test_what_is_no_workbook_is_told_as_what_it_is",
    "password": f"{BOOKS}::test_what_is_no_workbook_is_told_as_what_it_is",
    "macros": f"{BOOKS}::test_macros_are_refused",
    "above-head": f"{BOOKS}::test_what_may_be_meant_is_asked_about",
    "hidden-cells": f"{BOOKS}::test_what_may_be_meant_is_asked_about",
    "text-like-formula": f"{BOOKS}::test_what_may_be_meant_is_asked_about",
    "column-gone": f"{LOST}::test_a_column_that_held_something_and_is_gone_is_told",
    "second-head": f"{LOST}::test_names_that_stand_again_do_not_hide_the_rows_above_them",
    "sheet-gone": f"{BOOKS}::test_what_may_be_meant_is_asked_about",
    "note-on-cell": f"{BOOKS}::test_what_may_be_meant_is_asked_about",
    "formula-value": f"{BOOKS}::test_a_value_that_excel_calculated_is_used_and_told",
    "plan-too-large": f"{ROOM}::test_a_plan_that_does_not_fit_says_how_large_it_is_and_what_to_do",
}
"""The test that provokes each code that no case of text does; it names the code."""
SHOWN = (
    "column misspelt", "key twice", "bomb", "Latin-1", "thousands", "O for zero", "Cyrillic letter", "flows do not sum",
    "circle", "age inside a band", "payee gone", "thirteen hard", "outcome unknown",
)  # fmt: skip
"""Cases whose whole text is kept in tests/golden/problems.txt."""


def told(problems: tuple[Problem, ...], case: Broken) -> list[Problem]:
    return [p for p in problems if (p.code, p.file, p.row, p.column) == (case.code, case.file, case.row, case.column)]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_folder_is_told_with_file_row_column_and_mend(case: Broken, tmp_path: Path) -> None:
    with pytest.raises(PlanError) as refused:
        read_plan(write(case.texts(), tmp_path))
    errors = tuple(p for p in refused.value.problems if p.severity == "error")
    found = told(errors, case)
    assert found, "\n".join(f"{p.code}: {p.where}: {p.what}" for p in errors)
    assert case.mend in found[0].mend
    assert len(errors) <= 3, "one slip should not be told as many"


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.name)
def test_what_should_be_asked_about_is_a_warning(case: Broken, tmp_path: Path) -> None:
    _, problems = read_plan_with_warnings(write(case.texts(), tmp_path))
    found = told(problems, case)
    assert found, "\n".join(f"{p.code}: {p.where}: {p.what}" for p in problems)
    assert found[0].severity == "warning"
    assert case.mend in found[0].mend


def test_names_behind_an_open_quote_do_not_seem_unknown(tmp_path: Path) -> None:
    """Of a table that breaks off nobody knows what the rest held: one slip is told once, and no wrong name is offered."""
    opened = GOOD["organisations.csv"].replace(",Westshire", ',"Westshire', 1)
    assert opened != GOOD["organisations.csv"]
    _, problems = read_draft(write({**WHOLE, "organisations.csv": opened}, tmp_path))
    assert [p.code for p in problems] == ["broken-csv"]


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("plan.yaml", "base_year: 2026/27", "base_year: 2026", "base_year is 2026, which is not a financial year."),
        ("plan.yaml", "months: 60", "months: 0", "months is 0; it must be at least 12."),
        ("plan.yaml", "months: 60", "months: 61", "months is 61; it must be a multiple of 12."),
        ("plan.yaml", None, "- one\n", "This is a list, where named fields should stand."),
    ],
)
def test_a_refusal_is_told_in_words_of_the_field(
    file: str, old: str | None, new: str, what: str, tmp_path: Path
) -> None:
    text = new if old is None else str(GOOD[file]).replace(old, new)
    _, problems = read_draft(write({**GOOD, file: text}, tmp_path))
    assert what in [p.what for p in problems]


@pytest.mark.parametrize(("pod", "asked"), [("emergency_admission", False), ("outpatient_first", True)])
def test_beds_whose_patients_move_elsewhere_do_not_close_alone(pod: str, asked: bool, tmp_path: Path) -> None:
    moves = (
        f"  - kind: relocate\n    scope: {{pods: [{pod}], sites: [W0H]}}\n    share: 1\n    to: {{W0H01: 1}}\nsource:"
    )
    ward = CLOSURE.replace("source:", moves)
    _, problems = read_draft(write({**WHOLE, "initiatives/closure.yaml": ward}, tmp_path))
    assert ("beds-close-alone" in {p.code for p in problems}) is asked


def test_a_file_in_place_of_its_folder_is_told_with_the_folder(tmp_path: Path) -> None:
    (problem,) = read_draft(write(dict(GOOD), tmp_path) / "plan.yaml")[1]
    assert (problem.code, problem.mend) == ("no-plan", f"Give the folder in which it lies: “{tmp_path}”.")


def test_a_misspelt_folder_is_told_with_the_nearest_that_holds_a_plan(tmp_path: Path) -> None:
    """Part by part; a folder of a like name without a plan is not meant."""
    plan = write(dict(GOOD), tmp_path / "examples" / "westshire")
    (tmp_path / "examples" / "westshire2").mkdir()
    for wrong in ("examples/westshire2x", "exmples/westshir", "examples/westshier"):
        (told,) = read_draft(tmp_path / wrong)[1]
        assert (told.code, told.nearest) == ("no-plan", str(plan))
        assert told.mend.startswith(f"Did you mean “{plan}”?")
    for far in ("zzz", "zzz/westshire", "examples/zzz"):
        (told,) = read_draft(tmp_path / far)[1]
        assert told.nearest == ""


def test_a_folder_without_any_of_a_plans_files_holds_no_plan(tmp_path: Path) -> None:
    """One problem, not one for each file; a plan further in is named, and one file is enough for a plan with problems."""
    (tmp_path / "notes.md").write_text("x", encoding="utf-8")
    (alone,) = read_draft(tmp_path)[1]
    assert (alone.code, "holds no plan" in alone.what) == ("no-plan", True)
    write(dict(GOOD), tmp_path / "westshire")
    (near,) = read_draft(tmp_path)[1]
    assert near.mend.startswith(f"Did you mean “{tmp_path / 'westshire'}”?")
    (tmp_path / "beds.csv").write_text(GOOD["beds.csv"], encoding="utf-8")
    assert {p.code for p in read_draft(tmp_path)[1]} >= {"missing-file"}


OUTSIDER = "kind: tariff\nid: beyond\nabout: x\npayer: OUT\npayee: W0H\nsource: made up\nprices: "
POOR = {"money.csv": GOOD["money.csv"].replace("income,10000000,", "income,1000000,")}
"""The hospital without other income that could be for people from beyond."""


@pytest.mark.parametrize(
    ("texts", "asked"),
    [
        ({}, ""),
        (POOR, "elective_admission, emergency_admission, outpatient_first"),
        (
            POOR | {"contracts/beyond.yaml": OUTSIDER + "{emergency_admission: 9}\n"},
            "elective_admission, outpatient_first",
        ),
        (POOR | {"contracts/beyond.yaml": OUTSIDER.replace("tariff", "block").replace("prices: ", "amount: 9\n")}, ""),
        (POOR | {"money.csv": POOR["money.csv"] + "W0H,visits,income,9,activity,,,,,,made up\n"}, ""),
        (POOR | {"flows.csv": "pod,site,area,share,source\nall,W0H,north,1,made up\n"}, ""),
    ],
)
def test_people_from_beyond_are_paid_for_by_whom_the_plan_says(
    texts: dict[str, str], asked: str, tmp_path: Path
) -> None:
    """From outside, by income that moves with care or is large enough; the care left over is named."""
    outside = {"organisations.csv": WHOLE["organisations.csv"] + "OUT,Others,outside,,,made up\n"}
    _, problems = read_draft(write({**WHOLE, **outside, **texts}, tmp_path))
    found = [p.what for p in problems if p.code == "beyond-unpaid"]
    assert len(found) == bool(asked)
    assert all(f"({asked})" in what for what in found)
    if texts == POOR:
        assert found[0].startswith("10% of W0H's care, about £9,500,000 a year")


@pytest.mark.parametrize(("row", "asked"), [("1,waits,900", False), ("0.95,waits,", False), ("0.95,waits,900", True)])
def test_a_queue_is_asked_about_where_there_is_room_for_it(row: str, asked: bool, tmp_path: Path) -> None:
    door = f"site,pod,used,unmet,backlog,source\nW0H,outpatient_first,{row},made up\n"
    _, problems = read_draft(write({**WHOLE, "contacts.csv": door}, tmp_path))
    told = [p.what for p in problems if p.code == "backlog-worked-down"]
    assert len(told) == asked
    assert all("307 more a month" in what and "about 3 months" in what for what in told)


def test_figures_without_a_range_are_told_once_for_their_table(tmp_path: Path) -> None:
    """One warning a table, at the first row, which counts the rows; none where every row has what the model reads."""
    ways = "pod,site,to_pod,to_site,coefficient,source\n" + "outpatient_first,,emergency_admission,W0H,{},made up\n"
    door = "site,pod,used,unmet,source\nW0H,outpatient_first,0.9,spills,made up\n"
    group = "cohort,age,people,need,source\n"
    for spill, cohorts, codes in (
        ("0.1", "a,65+,0.1,0.2,made up\nb,65+,0.2,0.3,made up\n", ["people-not-read", "spill-without-range"]),
        ("spill.gp_to_ae", "a,65+,0.1,,made up\nb,65+,0.2,0.2,made up\n", []),
    ):
        texts = {**WHOLE, "contacts.csv": door, "spills.csv": ways.format(spill), "cohorts.csv": group + cohorts}
        _, problems = read_draft(write(texts, tmp_path / (spill + "x")))
        told = [p for p in problems if p.code in ("people-not-read", "spill-without-range")]
        assert [p.code for p in told] == codes
        assert [p.row for p in told] == [2] * len(codes)


def test_there_are_many_cases_and_codes() -> None:
    assert len(BROKEN) >= 60
    assert len({case.code for case in BROKEN}) >= 45
    assert len({case.name for case in (*BROKEN, *ASKED)}) == len(BROKEN) + len(ASKED)


def test_every_code_is_provoked_and_explained() -> None:
    provoked = {case.code for case in (*BROKEN, *ASKED)} | set(ELSEWHERE) | {slip[2] for slip in SPOILED}
    assert set(CODES) - provoked == set()
    assert all(why.endswith(".") for why in CODES.values())


@pytest.mark.parametrize(("code", "test"), ELSEWHERE.items())
def test_who_is_said_to_provoke_a_code_names_it(code: str, test: str, root: Path) -> None:
    """The code stands as a text in the body of that test, or in its cases."""
    file, _, name = test.partition("::")
    tree = ast.parse((root / "tests" / file).read_text(encoding="utf-8"))
    (function,) = (part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef) and part.name == name)
    assert code in {part.value for part in ast.walk(function) if isinstance(part, ast.Constant)}


def test_every_code_between_files_belongs_to_a_check() -> None:
    given = {code for _, codes in CHECKS for code in codes}
    assert set(CONTENT) | set(WARNINGS) <= given
    assert all(function.__doc__ for function, _ in CHECKS)


def test_the_good_plans_have_no_problem(tmp_path: Path) -> None:
    for number, texts in enumerate((GOOD, WHOLE)):
        assert read_draft(write(dict(texts), tmp_path / str(number)))[1] == []


def test_all_problems_come_together(tmp_path: Path) -> None:
    texts = dict(WHOLE)
    for change in (
        swap("plan.yaml", "months: 60", "months: 61"),
        swap("beds.csv", "460", "-460"),
        swap("money.csv", "W0H,pay", "W9H,pay"),
        swap("promises.yaml", "outcome: position", "outcome: happiness"),
    ):
        change(texts)
    with pytest.raises(PlanError) as refused:
        read_plan(write(texts, tmp_path))
    codes = {p.code for p in refused.value.problems}
    assert {"out-of-range", "negative", "unknown-organisation", "unknown-outcome"} <= codes
    assert list(refused.value.problems) == sorted(refused.value.problems)


def test_the_words_of_a_dozen_problems(tmp_path: Path, root: Path) -> None:
    """The text that people read; change tests/golden/problems.txt on purpose only."""
    out = io.StringIO()
    cases = {case.name: case for case in BROKEN}
    for name in SHOWN:
        _, problems = read_draft(write(cases[name].texts(), tmp_path / name))
        for p in told(tuple(problems), cases[name]):
            near = f"  nearest: {p.nearest}\n" if p.nearest else ""
            out.write(f"{p.where} [{p.code}]\n  {p.what}\n  {p.why}\n  {p.mend}\n{near}\n")
    golden = root / "tests" / "golden" / "problems.txt"
    if os.environ.get("PLACEPLAN_WRITE_GOLDEN"):
        golden.write_text(out.getvalue(), encoding="utf-8")
    assert out.getvalue() == golden.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as refused:
        read_plan(tmp_path / "nowhere")
    assert [p.code for p in refused.value.problems] == ["no-plan"]


@pytest.mark.parametrize("name", ["beds.csv", "initiatives/home_first.yaml", "contracts", "notes.md"])
def test_links_are_refused(name: str, tmp_path: Path) -> None:
    plan = write(dict(WHOLE), tmp_path / "plan")
    away = tmp_path / "away"
    path = plan / name
    path.rename(away) if path.exists() else away.write_text("x")
    path.symlink_to(away)
    _, problems = read_draft(plan)
    assert [(p.file, p.code) for p in problems if p.code == "symlink"] == [(name, "symlink")]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    plan = write(dict(GOOD), tmp_path)
    os.truncate(plan / "activity.csv", textfile.LARGEST + 1)
    os.truncate(plan / "plan.yaml", textfile.LARGEST_YAML + 1)
    _, problems = read_draft(plan)
    assert {p.file for p in problems if p.code == "too-large"} == {"activity.csv", "plan.yaml"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are of POSIX systems")
def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    plan = write(dict(GOOD), tmp_path)
    os.mkfifo(plan / "sites.csv")
    _, problems = read_draft(plan)
    assert [(p.file, p.code) for p in problems] == [("sites.csv", "unreadable-file")]


@pytest.mark.parametrize("name", ["../other", "/etc/passwd", "a/b", ".."])
def test_a_set_of_assumptions_is_a_name_not_a_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError) as refused:
        read_plan(write(dict(GOOD), tmp_path), name)
    assert [p.code for p in refused.value.problems] == ["outside-folder"]


def test_a_set_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    texts = dict(WHOLE) | {"assumptions-as-known.yaml": "assumptions: []\n"}
    with pytest.raises(PlanError) as refused:
        read_plan(write(texts, tmp_path), "as-know")
    assert [(p.code, p.nearest) for p in refused.value.problems] == [("unknown-set", "as-known")]


def test_problems_of_a_set_that_is_not_used_are_told_too(tmp_path: Path) -> None:
    texts = dict(WHOLE) | {"assumptions-late.yaml": "assumptions:\n  - id: x\n"}
    _, problems = read_draft(write(texts, tmp_path))
    assert {(p.file, p.code) for p in problems} == {("assumptions-late.yaml", "missing-field")}


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    texts = {name: b"\xef\xbb\xbf" + text.encode() for name, text in WHOLE.items()}
    assert read_draft(write(texts, tmp_path))[1] == []


def test_line_ends_of_other_systems_are_tolerated(tmp_path: Path) -> None:
    texts = {name: text.replace("\n", "\r\n").encode() for name, text in WHOLE.items()}
    assert read_draft(write(texts, tmp_path))[1] == []


def test_what_programs_leave_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    texts = dict(WHOLE) | {"~$beds.xlsx": "x", "Thumbs.db": "x", ".DS_Store": "x", "initiatives/desktop.ini": "x"}
    assert read_draft(write(texts, tmp_path))[1] == []


def test_a_misspelt_column_is_told_once(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = dict(GOOD)
    swap("beds.csv", "site,pool,available", "Site,Pool,availabel")(texts)
    _, problems = read_draft(write(texts, tmp_path))
    assert [(p.column, p.nearest) for p in problems if p.file == "beds.csv"] == [
        ("Pool", "pool"), ("Site", "site"), ("availabel", "available"),
    ]  # fmt: skip


def test_effects_beyond_the_evidence_are_asked_about(tmp_path: Path) -> None:
    """A row of the plan's own evidence counts as one of the library's does."""
    texts: dict[str, str | bytes] = dict(WHOLE) | {
        "evidence.csv": "id,initiative,category,effect_central,effect_low,measure,grade,source\n"
        "study,Made up,prevent,-3,-4,change,weak,made up\n"
    }
    swap("initiatives/home_first.yaml", "budget:", "evidence: [study, hearsay]\nbudget:")(texts)
    _, problems = read_draft(write(texts, tmp_path))
    found = [(p.code, p.column) for p in problems]
    assert ("unknown-evidence", "evidence (2nd)") in found
    assert [column for code, column in found if code == "beyond-evidence"] == ["effects (1st)", "effects (2nd)"]


def test_an_unknown_site_of_beds_is_told_once(tmp_path: Path) -> None:
    """What rests on the beds that stand nowhere is no second slip, and no mend says to write the first again."""
    texts: dict[str, str | bytes] = dict(WHOLE)
    swap("beds.csv", "W0H,general", "W0X,general")(texts)
    swap("promises.yaml", "promises:", "promises:\n  - {id: full, name: Beds, group: beds, organisation: W0H, outcome: occupancy,"
         " at_most: 0.92, source: made up}")(texts)  # fmt: skip
    _, problems = read_draft(write(texts, tmp_path))
    assert [(p.file, p.row, p.column, p.code) for p in problems] == [("beds.csv", 2, "site", "unknown-site")]


def test_all_names_that_are_equally_near_are_offered(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = dict(WHOLE)
    swap("beds.csv", "W0H,general", "W0X,general")(texts)
    (problem,) = read_draft(write(texts, tmp_path))[1]
    assert problem.mend.startswith("Write “W0C”, “W0H” or “W0L”, or add “W0X” to sites.csv")
    assert problem.nearest == "W0C"


@pytest.mark.parametrize(
    "row", ["Total,,460,425,,,,made up", ",Grand total,460,,,,,", "TOTALS:,general,460,425,,,,made up"]
)
def test_a_row_of_totals_is_told_as_one(row: str, tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = dict(WHOLE)
    texts["beds.csv"] = f"{WHOLE['beds.csv']}{row}\n"
    (problem,) = read_draft(write(texts, tmp_path))[1]
    assert (problem.file, problem.row, problem.code) == ("beds.csv", 3, "total-row")
    assert "totals do not belong" in problem.mend


def test_text_with_a_colon_is_told_to_stand_in_quotes(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = dict(WHOLE)
    swap("initiatives/home_first.yaml", "about: A team", "about: Note: a team")(texts)
    (problem,) = (p for p in read_draft(write(texts, tmp_path))[1] if p.code == "broken-yaml")
    assert problem.row == 3
    assert "Put text with a colon in quotes" in problem.mend
    assert "mapping" not in problem.what
