"""Aligned payment: what it makes of contracts by the contact, and Dorset under it: paid the same in the base year, with less at risk."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from placeplan.contracts.base import Contract, Period
from placeplan.footprint.aligned import aligned, paid_in_base
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.folder import read_plan_with_forms
from placeplan.plan.laid import laid
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.runs.held import EVERYTHING

DORSET = Path(__file__).resolve().parents[2] / "examples" / "dorset-2016"
ACUTE = {"RBD": "RBD01", "RD3": "RD304", "RDZ": "RDZ20"}
SOLD: dict[str, Any] = {
    "payer": "C",
    "payee": "H",
    "about": "Hospital, care: prices",
    "source": "made up",
    "uplift": "u",
}
TARIFF: dict[str, Any] = {**SOLD, "kind": "tariff", "id": "t", "prices": {"a": 10.0, "b": 3.0, "c": 7.0, "d": 5.0}}
MARGINAL: dict[str, Any] = {
    **SOLD,
    "kind": "piecewise",
    "id": "m",
    "pod": "a",
    "price": 10.0,
    "baseline": 80.0,
    "rate_above": 0.7,
}
YEAR = {"a": 100.0, "b": 40.0, "c": 20.0}
RATES = {"a": 0.2, "b": 0.75}


def paid(contracts: list[dict[str, Any]], year: dict[str, float]) -> float:
    """What some contracts pay for a year's care."""
    read = [Contract.parse(c) for c in contracts]
    period = Period(activity=year, shares=dict.fromkeys((*year, ""), 1.0))
    return float(sum(c.payment(period) for c in read))


@pytest.mark.parametrize("contract", [TARIFF, MARGINAL])
def test_it_pays_in_the_base_year_what_the_contract_did_and_its_rate_for_each_more(contract: dict[str, Any]) -> None:
    made = list(aligned(contract, YEAR, RATES, "fixed"))
    before = paid_in_base(contract, YEAR)
    mean = 10.0 if contract is TARIFF else 9.4
    assert paid(made, YEAR) == pytest.approx(before)
    assert paid(made, {**YEAR, "a": 110.0}) - before == pytest.approx(10 * 0.2 * mean)
    assert paid(made, {**YEAR, "a": 90.0}) - before == pytest.approx(-10 * 0.2 * mean)
    assert made[0]["id"] == contract["id"]  # so that it takes its place


def test_what_has_no_rate_becomes_one_sum_and_what_is_mostly_by_contact_rises_as_before() -> None:
    block, a, b = aligned(TARIFF, YEAR, RATES, "fixed")
    assert (block["kind"], block["amount"], block["covers"]) == ("block", 140, ["c"])  # of d there is none
    assert [c["uplift"] for c in (block, a, b)] == ["fixed", "fixed", "u"]
    assert [c["about"] for c in (block, a)] == [
        "Hospital, all else that was paid by the contact: a fixed sum",
        "Hospital, a: a sum for the number of the base year, 20% of the price for each one more or fewer",
    ]


@cache
def dorset() -> tuple[Plan, dict[str, PaymentForm]]:
    plan, forms, _ = read_plan_with_forms(DORSET, ["payment_2016", "aligned"])
    return plan, {f.id: f for f in forms}


@cache
def residents() -> dict[str, dict[str, float]]:
    """Care of Dorset's people in the base year by hospital and pod, from the tables as they stand."""

    def rows(name: str) -> list[dict[str, str]]:
        with (DORSET / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    away = {r["site"]: float(r["share"]) for r in rows("flows") if r["area"] == "outside"}
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for r in rows("activity"):
        found[r["site"]][r["pod"]] = float(r["activity"]) * (1 - away.get(r["site"], 0.0))
    return found


def test_each_hospital_of_dorset_is_paid_in_the_base_year_what_it_was_by_the_contact() -> None:
    plan, forms = dorset()
    own = {c.id: c.model_dump() for c in plan.contracts}
    for trust, site in ACUTE.items():
        year = residents()[site]
        before = [own[f"{trust.lower()}_{name}"] for name in ("planned", "emergency")]
        after = [c.model_dump() for c in forms["aligned"].contracts if c.payee == trust]
        assert len(after) == 5
        assert paid(after, year) == pytest.approx(paid(before, year), rel=1e-6)
        more = {**year, "emergency_admission": year["emergency_admission"] + 100}
        assert (paid(after, more) - paid(after, year)) < 0.3 * (paid(before, more) - paid(before, year))


def test_both_forms_end_what_the_plans_own_agreement_would_begin_and_nothing_else() -> None:
    plan, forms = dorset()
    blocks = {c.id for c in plan.contracts if c.starts == "by_initiative"}
    assert blocks == set(forms["payment_2016"].removes) == set(forms["aligned"].removes)
    by_contact, aligned_ = (laid(plan, forms[name]) for name in ("payment_2016", "aligned"))
    assert {c.id for c in by_contact.contracts} == {c.id for c in plan.contracts} - blocks
    pays = {(c.payer, c.payee) for c in by_contact.contracts}
    assert {(c.payer, c.payee) for c in aligned_.contracts} == pays
    assert all(c.source for c in forms["aligned"].contracts)
    assert "recalled" in forms["aligned"].source  # no rate is told as surer than it is


def run(form: str, count: int, **what: Any) -> Outcomes:
    plan, forms = dorset()
    own = laid(plan, forms[form].model_copy(update={"local_start": plan.about.start}))
    keep = frozenset({"contract_payment", "position"})
    return simulate(own, baseline_of(own), Futures(seed=1, count=count, **what), keep=keep, until=12)


@pytest.mark.large
@pytest.mark.parametrize(("held", "near"), [(EVERYTHING, 2e-4), (frozenset(), 1.5e-3)])
def test_dorset_run_under_either_form_from_the_first_month_on_pays_each_provider_the_same_in_the_base_year(
    held: frozenset[str], near: float
) -> None:
    """In the central world to 2 in 10,000; in drawn futures, which bring a little more or less care, to the share at risk."""
    plan, _ = dorset()
    count = 1 if held else 20
    income = []
    for form in ("payment_2016", "aligned"):
        outcomes = run(form, count, held=held)
        by_payee: dict[str, Any] = defaultdict(lambda: np.zeros(count))
        for contract, payee in payees(form):
            by_payee[payee] += outcomes["contract_payment"].by_year(contract)[:, 0]
        income.append(dict(by_payee))
    assert income[0].keys() == income[1].keys() >= {"RBD", "RD3", "RDZ", "RDY", "RYF", "practices"}
    for payee, before in income[0].items():
        assert income[1][payee] == pytest.approx(before, rel=near), payee
    assert plan.about.base_year == "2016/17"


def payees(form: str) -> list[tuple[str, str]]:
    """Contracts of Dorset under a form, each with whom it pays."""
    plan, forms = dorset()
    own = laid(plan, forms[form].model_copy(update={"local_start": plan.about.start}))
    return [(c.id, c.payee) for c in own.contracts]
