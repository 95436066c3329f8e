"""Triangulation: what is said on two sides of one thing has to agree."""

from __future__ import annotations

import pytest

from fixtures import hillford
from fixtures.outcomes import outcomes
from fixtures.stressed import SOURCE, of_beds, plan, row_of, shuts
from placeplan.core.tables import Reconciliation
from placeplan.stress.tests.triangulation import Triangulation, claim_pairs, contract_pairs, staff_pairs


@pytest.mark.parametrize(("open_beds", "result"), [(400.0, "pass"), (310.0, "pass"), (285.0, "amber")])
def test_bed_days_over_occupancy_are_the_beds_needed(open_beds: float, result: str) -> None:
    """270 beds occupied are 293 at 92 %, and what chance makes of it: 310 are enough, 285 are not."""
    row = row_of(Triangulation().find(of_beds(open_beds)), "bed-days")
    assert row.result == result
    assert row.figure == pytest.approx(270 / 0.92 / open_beds - 1, abs=0.03)


def side(organisation: str, pounds: float) -> Reconciliation:
    return Reconciliation(
        what=f"{organisation} says", organisation=organisation, outcome="contract_payment", entity="care", period="2016/17",
        statistic="sum", published=pounds, unit="£", kind="predicted", **SOURCE,
    )  # fmt: skip


@pytest.mark.parametrize(("payer", "payee", "result"), [(60e6, 60e6, "pass"), (60e6, 61.2e6, "fail")])
def test_two_sides_of_a_contract_that_disagree_are_found(payer: float, payee: float, result: str) -> None:
    (pair,) = contract_pairs(plan(reconcile=(side("CCG", payer), side("HOS", payee))))
    assert pair.result == result
    assert pair.difference == pytest.approx(payer / payee - 1)


def test_one_side_alone_is_not_compared() -> None:
    assert contract_pairs(plan(reconcile=(side("CCG", 60e6),))) == []
    told = Triangulation().find(of_beds(400.0))
    assert row_of(told, "Both sides").result == "not asked"
    assert row_of(told, "All contracts").result == "pass"


def test_beds_said_and_beds_planned_are_set_beside_each_other() -> None:
    said = {"what": "80 beds fewer", "outcome": "beds_open", "value": -80, "unit": "beds", "source": "made up"}
    (pair,) = claim_pairs(plan(shuts(60.0, claims=(said,))))
    assert (round(pair.difference, 3), pair.result) == (0.333, "amber")
    assert pair.shown == "−80 said, −60 general beds in the plan’s tables"


def test_staff_whose_work_outgrows_them_are_found() -> None:
    """Care 10 % up on as many staff over two years is 4.9 % a year each."""
    of = plan(unit_costs=hillford.hillford().tables["unit_costs"])
    made = outcomes({
        ("activity", "HOS/emergency_admission"): [[100.0, 105.0, 110.0]], ("staff_in_post", "HOS"): [[50.0] * 3], ("agency", "HOS"): [[0.0] * 3],
    })  # fmt: skip
    (pair,) = staff_pairs(of, made)
    assert pair.difference == pytest.approx(1.1**0.5 - 1)
    assert pair.result == "fail"
    assert "do not fit" in Triangulation().tell(of, ([pair], 1))["sentence"]
