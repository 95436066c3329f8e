"""The verb ``contracts``: what is printed and written, and everything that a user can get wrong, told at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures.broken_plans import GOOD_FORM, SHORT, WHOLE, write
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.plan.folder import read_plan
from placeplan.stress.results.contracts import Laboratory

QUICK = ["--futures", "20"]
BLOCK = GOOD_FORM.replace("id: blended", "id: mine").replace("local_start: 2027-04\nnational_start: 2028-04\n", "")
CONTRACT = WHOLE["contracts/hospital_tariff.yaml"].replace("price.elective", "3700")


def called(*words: str) -> str:
    done = CliRunner().invoke(app, ["contracts", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: str) -> set[tuple[str, str]]:
    done = CliRunner().invoke(app, ["contracts", *words])
    assert isinstance(done.exception, PlanError), done.output
    return {(p.file, p.code) for p in done.exception.problems if p.severity == "error"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Westshire over two years with its tariff, and a form of payment that lies elsewhere."""
    folder = tmp_path_factory.mktemp("verb")
    (folder / "mine.yaml").write_text(BLOCK.replace("removes: [hospital_block]\n", ""), encoding="utf-8")
    return write({**SHORT, "contracts/hospital_tariff.yaml": CONTRACT}, folder / "plan").parent


def test_the_register_and_the_term_sheets_are_printed(place: Path) -> None:
    told = called(str(place / "plan"), *QUICK)
    first = told.strip().splitlines()[0]
    assert first.startswith("Made up. 1 contract pays £")
    for said in (
        "→ To see what another form",
        "Who carries which risk",
        "The contracts",
        "Emergency admissions: £2,500 each",
        "In force from the start",
    ):
        assert said in " ".join(told.split()), said


def test_a_page_and_its_data_are_written_and_the_plan_is_not_changed(place: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in (place / "plan").rglob("*") if p.is_file()}
    told = called(str(place / "plan"), "--form", str(place / "mine.yaml"), "--out", str(tmp_path / "out"), *QUICK)
    page = (tmp_path / "out" / "contracts.html").read_text(encoding="utf-8")
    found = Laboratory.model_validate_json((tmp_path / "out" / "contracts.json").read_text(encoding="utf-8"))
    assert found.sentence in " ".join(told.split())
    assert [f.name for f in found.forms] == ["As planned", "Blended payment"]
    for said in (
        found.sentence.split("£")[0],
        "Term sheet: ",
        "Refused on 2026-11-02 (Board)",
        "Who carries which risk",
    ):
        assert said in page, said
    assert before == {p.name: p.read_bytes() for p in (place / "plan").rglob("*") if p.is_file()}
    again = called(
        str(place / "plan"), "--form", str(place / "mine.yaml"), "--out", str(tmp_path / "out"), "--json", *QUICK
    )
    assert json.loads(again) == json.loads(found.model_dump_json())


def test_a_plan_is_written_as_it_is_paid_in_one_form(place: Path, tmp_path: Path) -> None:
    called(str(place / "plan"), "--form", str(place / "mine.yaml"), "--write", str(tmp_path / "new"), *QUICK)
    plan = read_plan(tmp_path / "new")
    assert {c.id: c.name for c in plan.contracts} == {"hospital_tariff": "piecewise", "planned": "tariff"}
    assert plan.payment_forms == ()


def test_all_that_a_user_gets_wrong_is_told_together(place: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    plan = str(place / "plan")
    assert refused(plan, "--form", "blendet", "--out", str(tmp_path), "--write", str(tmp_path)) == {
        ("--form", "unknown-form"), ("--out", "folder-in-use"), (tmp_path.name, "folder-in-use"),
    }  # fmt: skip
    assert refused(plan, "--write", str(tmp_path / "new")) == {("--write", "one-form")}
    assert refused(plan, "--only", "hospital_tarif") == {("--only", "unknown-contract")}


def test_a_plan_without_contracts_has_nothing_to_look_at(tmp_path: Path) -> None:
    assert refused(str(write(dict(SHORT), tmp_path / "bare"))) == {("contracts", "no-contracts")}
