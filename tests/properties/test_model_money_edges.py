"""Money where plans are unusual: contracts in chains, ends, organisations that come and go, new care, short-lived assets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.hillford import assumption, hillford
from fixtures.hillford import initiative as made
from fixtures.places import CENTRAL, run, with_rows
from placeplan.contracts.base import Contract
from placeplan.core.tables import Activity, AreaPeople, MoneyLine, Season, UnitCost
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
EMERGENCY, VISIT = "emergency_admission", "outpatient_first"
SOURCE: dict[str, Any] = {"source": "made up"}


def block(key: str, **fields: Any) -> Contract:
    base = {"kind": "block", "id": key, "about": key, "payer": "CCG", "payee": "HOS", "amount": 12e6}
    return Contract.parse(base | SOURCE | fields)


def planned(key: str, *effects: dict[str, Any], **fields: Any) -> Initiative:
    return made(key, *effects, **({"start": "2016-07", "delay": 0.0} | fields))


def switch(old: str, new: str) -> dict[str, Any]:
    return {"kind": "recontract", "old": old, "new": new}


def paying(plan: Plan, *keys: str) -> list[list[bool]]:
    """For each contract, whether it pays in each month."""
    o = run(plan, ONE)["contract_payment"]
    return [(o.of(k)[0] != 0).tolist() for k in keys]


def months(first: int, last: int = 24) -> list[bool]:
    return [first <= m < last for m in range(24)]


@pytest.mark.parametrize(("one", "two"), [("a", "b"), ("b", "a")])
def test_contracts_replace_each_other_in_turn_whatever_the_initiatives_are_called(one: str, two: str) -> None:
    """First A gives way to B, then B to C, then C to A again: one of them pays in every month."""
    waits = {"starts": "by_initiative"}
    plan = hillford().changed(
        contracts=(block("A"), block("B", **waits), block("C", **waits)),
        initiatives=(
            planned(one, switch("A", "B"), start="2016-07"), planned(two, switch("B", "C"), start="2016-10"),
            planned("back", switch("C", "A"), start="2017-04"),
        ),
    )  # fmt: skip
    a, b, c = paying(plan, "A", "B", "C")
    assert b == months(3, 6)
    assert c == months(6, 12)
    assert a == [m < 3 or m >= 12 for m in range(24)]


def test_a_contract_that_waited_ends_when_it_says_so() -> None:
    plan = hillford().changed(
        contracts=(block("A"), block("B", starts="by_initiative", ends="2016-12")),
        initiatives=(planned("pay", switch("A", "B")),),
    )
    assert paying(plan, "A", "B") == [[m < 3 for m in range(24)], months(3, 9)]


def test_the_old_contract_comes_back_when_its_initiative_ends() -> None:
    plan = hillford().changed(
        contracts=(block("A"), block("B", starts="by_initiative")),
        initiatives=(planned("pay", switch("A", "B"), end="2016-12"),),
    )
    assert paying(plan, "A", "B") == [[m < 3 or m >= 9 for m in range(24)], months(3, 9)]


def test_what_starts_after_its_end_never_starts_and_costs_nothing() -> None:
    """Delayed beyond its last month it spends nothing, and what requires it never begins; nor what it was too short for."""
    spend = {"kind": "spend", "organisation": "HOS", "once": 1e6, "recurrent": 1e6}
    late = planned("late", spend, delay=9.0, end="2016-12")
    short = planned("short", end="2016-12", ramp_months=8)
    o = run(
        hillford(initiatives=(late, short, planned("after", requires=("late",)), planned("next", requires=("short",)))),
        ONE,
    )
    assert not o["initiative_cost"].of("late").any()
    assert not o["started"].of("late").any()
    assert not o["started"].of("after").any()
    assert not o["started"].of("next").any()
    assert o["started"].of("short").any()


def test_care_that_is_new_to_an_organisation_costs_it_money() -> None:
    """A line that moves with activity moves with pods that a shift brings, weighed by their unit cost."""
    plan = hillford()
    shift = {
        "kind": "shift",
        "share": 0.2,
        "to_pod": VISIT,
        "to_site": "NEW",
        "scope": {"pods": [VISIT], "sites": ["HOS"]},
    }
    new = plan.tables["organisations"][1].model_copy(update={"id": "NEW", "name": "New", "type": "community"})
    plan = with_rows(plan, "organisations", (*plan.tables["organisations"], new))
    rows = (*plan.tables["activity"], Activity(pod="community_contact", site="NEW", activity=50000.0, **SOURCE))
    line = MoneyLine(
        organisation="NEW", line="pay", direction="cost", amount=1e6, driver="activity", variable=1.0, **SOURCE
    )
    plan = with_rows(with_rows(plan, "activity", rows), "money", (*plan.tables["money"], line))
    costs = (UnitCost(pod="community_contact", cost=60.0, **SOURCE), UnitCost(pod=VISIT, cost=120.0, **SOURCE))
    plan = with_rows(plan, "unit_costs", costs).changed(
        assumptions=(
            *plan.assumptions,
            assumption("growth.community_contact", {"kind": "fixed", "value": 0.0}, "demand_growth"),
        )
    )
    with_, without = (
        run(plan.changed(initiatives=i), ONE)["cost_line"].of("NEW/pay")[0] for i in ((planned("s", shift),), ())
    )
    assert with_[-1] / without[-1] == pytest.approx(1 + 0.2 * 120.0 / 60.0, rel=0.01)


def building(**fields: Any) -> dict[str, Any]:
    return {
        "need": 12e6,
        "organisation": "HOS",
        "secured": 1.0,
        "overrun": 1.0,
        "build_months": 3,
        "life_years": 1,
    } | fields


def test_an_asset_is_paid_off_by_the_end_of_its_life() -> None:
    """Its depreciation sums to its value over its life, and nothing is charged on what is worth nothing."""
    o = run(hillford(initiatives=(planned("it", capital=building()),)), ONE)
    cost, charge = o["initiative_cost"].of("it")[0], o["financing"].of("HOS")[0]
    assert cost.sum() == pytest.approx(12e6, rel=0.01)
    assert not cost[15:].any()
    assert not charge[15:].any()
    assert charge.sum() == pytest.approx(0.035 * 12e6 / 2, rel=0.05)


def test_depreciation_is_in_the_prices_of_its_year() -> None:
    """Assets are held at what they would cost now: depreciation rises with general prices as the building did."""
    rises = assumption("prices.general", {"kind": "fixed", "value": 0.1}, "prices")
    long = building(life_years=40)
    o, flat = (
        run(hillford(*p, initiatives=(planned("it", capital=long),)), ONE)["initiative_cost"].of("it")[0]
        for p in ((rises,), ())
    )
    np.testing.assert_allclose(o[3:12], flat[3:12], rtol=1e-12)
    np.testing.assert_allclose(o[12:], 1.1 * flat[12:], rtol=1e-12)


def test_an_organisation_has_money_only_while_it_is_there() -> None:
    """When one organisation takes over from another, lines and contracts follow the dates of both."""
    plan = hillford()
    ccg, hos = plan.tables["organisations"]
    plan = with_rows(plan, "organisations", (
        ccg, hos.model_copy(update={"valid_to": "2017-03"}), hos.model_copy(update={"id": "NEW", "valid_from": "2017-04"}),
    ))  # fmt: skip
    moved = [r.model_copy(update={"organisation": "NEW"}) for r in plan.tables["money"] if r.organisation == "HOS"]  # type: ignore[attr-defined]
    plan = with_rows(plan, "money", (*plan.tables["money"], *moved)).changed(
        contracts=(block("A"), block("B", payee="NEW"))
    )
    o = run(plan, ONE)
    assert (o["cost_line"].of("HOS/pay")[0] > 0).tolist() == months(0, 12)
    assert (o["cost_line"].of("NEW/pay")[0] > 0).tolist() == months(12)
    assert paying(plan, "A", "B") == [months(0, 12), months(12)]


def test_each_commissioner_pays_for_its_own_people() -> None:
    """Two commissioners with a tariff each pay together for every resident once, by their areas."""
    plan = hillford()
    dale = [
        r.model_copy(update={"area": "dale", "name": "Dale", "people": r.people / 2})
        for r in plan.tables["areas"]
        if isinstance(r, AreaPeople)
    ]
    plan = with_rows(plan, "areas", (*plan.tables["areas"], *dale))
    other = plan.tables["organisations"][0].model_copy(update={"id": "CCG2"})
    plan = with_rows(plan, "organisations", (*plan.tables["organisations"], other))
    fields = {"kind": "tariff", "about": "x", "payee": "HOS", "prices": {EMERGENCY: 1000.0}} | SOURCE
    plan = plan.changed(contracts=(
        Contract.parse(fields | {"id": "one", "payer": "CCG", "areas": ["hill"]}), Contract.parse(fields | {"id": "two", "payer": "CCG2", "areas": ["dale"]}),
        Contract.parse(fields | {"id": "whole", "payer": "CCG2"}),
    ))  # fmt: skip
    o: Outcomes = run(plan, ONE)
    one, two, whole = (o["contract_payment"].of(k)[0] for k in ("one", "two", "whole"))
    np.testing.assert_allclose(one + two, whole, rtol=1e-12)
    np.testing.assert_allclose(one, 2 * two, rtol=1e-9)


def test_a_cap_follows_the_seasons_of_its_pod() -> None:
    """Whoever does what was agreed meets no cap, however the year is divided over its months."""
    plan = hillford()
    busy = [Season(pod=EMERGENCY, month=m, index=1.5 if m in (12, 1, 2) else 5 / 6, **SOURCE) for m in range(1, 13)]
    plan = with_rows(plan, "seasons", busy)
    fields = {
        "kind": "piecewise",
        "id": "p",
        "about": "x",
        "payer": "CCG",
        "payee": "HOS",
        "pod": EMERGENCY,
        "price": 1000.0,
        "baseline": 20000.0,
    } | SOURCE
    capped = Contract.parse(fields | {"cap": 20.2e6, "floor": 19.8e6})
    paid = run(plan.changed(contracts=(capped,)), ONE)["contract_payment"].by_year("p")[0, 0]
    assert paid == pytest.approx(20e6, rel=1e-3)


def test_efficiency_and_cost_improvement_raise_no_cost_and_take_no_income() -> None:
    """Background efficiency is taken from costs alone, and a saving rests on a cost line alone."""
    plan = hillford(assumption("efficiency.background", {"kind": "fixed", "value": 0.05}, "efficiency"))
    rows = [r.model_copy(update={"efficiency": True}) for r in plan.tables["money"]]
    effect = {
        "kind": "spend",
        "organisation": "CCG",
        "saving": {"line": "allocation", "amount": 1e6, "maturity": "identified"},
    }
    o = run(with_rows(plan, "money", rows).changed(initiatives=(planned("s", effect),)), ONE)
    assert o["income"].by_year("CCG")[0].tolist() == pytest.approx([60e6, 60e6])
    assert not o["cip_saving"].values.any()


@pytest.mark.parametrize(
    "key",
    [
        "prices.pay",
        "efficiency.background",
        "growth.emergency_admission",
        "departure.sd",
        "care.supply",
        "capital.charge",
    ],
)
def test_each_may_draw_its_own(key: str) -> None:
    """An assumption drawn by organisation, pod, site or initiative serves wherever the model asks for it."""
    per = {
        "prices": "organisation",
        "efficiency": "organisation",
        "growth": "pod",
        "departure": "pod",
        "care": "site",
        "capital": "initiative",
    }
    own = assumption(key, {"kind": "normal", "mean": 0.02, "sd": 0.001}, "other", per=per[key.partition(".")[0]])
    plan = hillford(initiatives=(planned("it", capital=building()),))
    plan = with_rows(plan, "money", [r.model_copy(update={"efficiency": True}) for r in plan.tables["money"]])
    one = plan.changed(assumptions=tuple(own if a.id == key else a for a in plan.assumptions))
    found, before = (run(p, Futures(count=2)) for p in (one, plan))
    assert any((found[n].values != before[n].values).any() for n in before.series)
