"""What an initiative has to say, and what it may be: tags, owners, roles, budgets, curves, switches of payment."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

import placeplan.effects  # noqa: F401 – registers the kinds
from fixtures import hillford
from fixtures.broken_cases import INIT
from fixtures.broken_plans import WHOLE, swap, write
from placeplan.contracts.base import Contract
from placeplan.core.errors import PlanError
from placeplan.effects.base import Effect
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.folder import read_plan, read_plan_with_warnings
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan


def refused(tmp_path: Path, old: str, new: str) -> set[tuple[str, str]]:
    """Codes and fields with which the good plan is refused once its initiative is changed."""
    texts: dict[str, Any] = dict(WHOLE)
    swap(INIT, old, new)(texts)
    with pytest.raises(PlanError) as error:
        read_plan(write(texts, tmp_path))
    return {(p.code, p.column) for p in error.value.problems if p.file == INIT and p.severity == "error"}


def run(plan: Plan) -> Outcomes:
    baseline = baseline_of(plan)
    return simulate(plan, baseline, Futures(seed=1, count=10))


@pytest.mark.shows(16)
@pytest.mark.parametrize(
    ("line", "field"), [("origin: local\n", "origin"), ("evidence_grade: moderate\n", "evidence_grade")]
)
def test_an_initiative_without_origin_or_evidence_grade_is_refused(line: str, field: str, tmp_path: Path) -> None:
    assert refused(tmp_path, line, "") == {("missing-field", field)}


@pytest.mark.shows(33)
@pytest.mark.parametrize(
    ("line", "code", "field"),
    [("owner: W0H\n", "missing-field", "owner"), ("start: 2027-04\n", "start-or-trigger", "start")],
)
def test_an_initiative_without_owner_or_date_is_refused(line: str, code: str, field: str, tmp_path: Path) -> None:
    """A date, or a trigger that gives one."""
    assert refused(tmp_path, line, "") == {(code, field)}


@pytest.mark.shows(38)
def test_each_partner_has_one_role_of_three(tmp_path: Path) -> None:
    second = "    role: follow\n  - organisation: W0C\n    role: lead\n"
    assert refused(tmp_path / "two", "    role: follow\n", second) == {("two-roles", "partners (2nd).organisation")}
    assert refused(tmp_path / "none", "    role: follow\n", "") == {("missing-field", "partners (1st).role")}
    assert refused(tmp_path / "other", "role: follow", "role: watch") == {("unknown-choice", "partners (1st).role")}


@pytest.mark.shows(24)
def test_an_initiative_without_a_budget_is_flagged(tmp_path: Path) -> None:
    texts: dict[str, Any] = dict(WHOLE)
    assert not [p for p in read_plan_with_warnings(write(dict(texts), tmp_path / "with"))[1] if p.code == "no-budget"]
    swap(INIT, "budget: 1800000\n", "")(texts)
    _, problems = read_plan_with_warnings(write(texts, tmp_path / "without"))
    assert [(p.code, p.file) for p in problems if p.column == "budget"] == [("no-budget", INIT)]


@pytest.mark.shows(7, 63)
def test_a_plan_may_change_care_and_not_only_cost() -> None:
    assert {"prevent", "shift", "shorten", "spend"} <= set(Effect.kinds())
    themes = set(get_args(Initiative.model_fields["theme"].annotation))
    assert {"prevention", "out_of_hospital", "records", "efficiency"} <= themes


@pytest.mark.shows(22)
def test_a_technology_is_taken_up_along_its_curve_after_its_delay() -> None:
    record = hillford.initiative(
        "record", hillford.prevents(0.1), theme="records", start="2016-07", delay=3, ramp_months=6, peak=0.5
    )
    uptake = run(hillford.hillford(initiatives=[record]))["uptake"].of("record")[0]
    assert (uptake[:6] == 0).all(), "from October: three months planned, three late"
    assert (uptake[6:12] > uptake[5:11]).all()
    assert uptake[12:] == pytest.approx(0.5)
    assert uptake.max() <= 0.5


@pytest.mark.shows(14)
def test_another_rule_of_payment_is_a_switch_that_moves_money_alone() -> None:
    new = {"kind": "block", "id": "pooled", "about": "One budget", "payer": "CCG", "payee": "HOS", "amount": 55e6,
           "starts": "by_initiative", "source": "made up"}  # fmt: skip
    switch = hillford.initiative("one_budget", {"kind": "recontract", "old": "care", "new": "pooled"}, start="2017-04")
    plan = hillford.hillford()
    plan = plan.changed(contracts=(*plan.contracts, Contract.parse(new)))
    before, after = run(plan), run(plan.changed(initiatives=(switch,)))
    for name in ("activity", "admissions", "occupied", "operating_cost"):
        assert (before[name].values == after[name].values).all(), name
    assert (before["position"].by_year("HOS")[:, -1] > after["position"].by_year("HOS")[:, -1]).all()
    assert before["position"].by_year("system") == pytest.approx(after["position"].by_year("system"))
