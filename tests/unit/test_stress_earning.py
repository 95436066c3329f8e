"""Whoever a contract pays more when an outcome gets worse is told, whichever side of it they stand on, with the line that pays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.rules import ADMISSIONS, BLOCK, MORE, ONE_IN_100, PRICE, contract, lines, place, told
from placeplan.contracts.base import Contract
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Futures
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.wording import wording
from placeplan.stress.results.tests import StressRow


def with_host(plan: Plan) -> Plan:
    """The same with a community provider, to hold a pool."""
    host = Organisation(id="CHS", name="Hillford Community", type="community", source="made up")
    return plan.changed(tables={**plan.tables, "organisations": (*plan.tables["organisations"], host)})


def pool(contributors: dict[str, float], *purposes: dict[str, Any], **fields: Any) -> Contract:
    return contract("pooled", payee="CHS", contributors=contributors, purposes=purposes, **fields)


FEW = {"outcome": "activity", "entity": "system/emergency_admission", "at_most": ADMISSIONS * 1.005}
EACH = {"to": "HOS", "about": "Emergencies", "pod": "emergency_admission", "price": PRICE}
NAMES = ("Hillford Commissioner", "Hillford Hospital", "Hillford Community")


def earners(rows: dict[str, StressRow]) -> set[str]:
    """Who is told as paid more for more emergencies under the planted rule."""
    return {name for name in NAMES if f"{name}, rule: more emergency admissions" in rows}


@pytest.mark.shows(40)
def test_a_pool_that_pays_by_the_emergency_is_told_of_whom_it_pays() -> None:
    """Planted: another holds the pool, and the hospital gets £2,500 from it for each emergency. Who pays in and who holds it gain nothing."""
    found = told(with_host(place(BLOCK, pool({"CCG": 55e6, "CHS": 5e6}, EACH))))
    rows = {r.what: r for r in found.rows}
    assert earners(rows) == {"Hillford Hospital"}
    row = rows[MORE.format("rule")]
    assert row.figure == pytest.approx(ONE_IN_100, rel=0.01)
    assert "by the line “£2,500 for each of: Emergency admissions, for: Emergencies”" in row.shown
    assert "under rule (“£2,500 for each of: Emergency admissions, for: Emergencies”)" in found.sentence


def test_a_host_that_its_own_pool_pays_by_the_emergency_gains_what_others_pay_in() -> None:
    """Of what the host is paid more, a tenth is its own money, that does not come back."""
    rule = contract("pooled", contributors={"CCG": 54e6, "HOS": 6e6}, purposes=[EACH])
    rows = lines(place(BLOCK, rule))
    assert earners(rows) == {"Hillford Hospital"}
    assert rows[MORE.format("rule")].figure == pytest.approx(0.9 * ONE_IN_100, rel=0.01)


def test_own_money_from_a_pool_is_nobodys_gain() -> None:
    """Clean: a purpose that is not met leaves money to those who paid it in, the host among them; and who alone pays in pays itself."""
    few = {"to": "HOS", "about": "Few", "amount": 1e6, "condition": FEW}
    assert not earners(lines(with_host(place(BLOCK, pool({"CCG": 55e6, "CHS": 5e6}, few)))))
    assert not earners(lines(with_host(place(BLOCK, pool({"HOS": 60e6}, EACH, payer="HOS")))))


@pytest.mark.shows(40)
def test_a_payer_that_is_paid_for_a_loss_is_told() -> None:
    """Planted: the hospital pays nine tenths of a loss, so the commissioner is paid for each emergency more."""
    share = {"pod": "emergency_admission", "value": PRICE, "share_gain": 0.5, "share_loss": 0.9}
    rows = lines(place(BLOCK, contract("gain_share", baseline=ADMISSIONS * 0.99, **share)))
    assert earners(rows) == {"Hillford Commissioner"}
    row = rows["Hillford Commissioner, rule: more emergency admissions"]
    assert row.figure == pytest.approx(0.9 * ONE_IN_100, rel=0.01)
    assert "by the line “Emergency admissions: 90% of £2,500 for each one above 19,800”" in row.shown


def test_a_payer_counts_with_what_it_is_paid_and_not_with_what_it_saves() -> None:
    """From half of one in a hundred on the payer is paid; while it only pays less of a gain, nobody is."""
    share = {"pod": "emergency_admission", "value": PRICE, "share_gain": 0.5, "share_loss": 0.9}
    half, none = (
        lines(place(BLOCK, contract("gain_share", baseline=ADMISSIONS * by, **share))) for by in (1.005, 1.05)
    )
    row = half["Hillford Commissioner, rule: more emergency admissions"]
    assert row.figure == pytest.approx(0.9 * 0.5 * ONE_IN_100, rel=0.02)
    assert not earners(none)


def test_lines_that_pay_more_or_less_are_named_with_the_money_of_each() -> None:
    """Of two prices that of what comes more often; of two rewards that for many, less the one for few that is lost; a share with what it is of."""
    prices = contract("tariff", prices={"emergency_admission": PRICE, "outpatient_first": 100.0})
    first = lines(place(prices))[MORE.format("rule")]
    assert first.shown.endswith("£0.5m by the line “Emergency admissions: £2,500 each”")
    many = {"outcome": FEW["outcome"], "entity": FEW["entity"], "at_least": FEW["at_most"]}
    rewards = [
        {"about": about, "pays": "outcome", "amount": sum_, "condition": c}
        for about, sum_, c in (("Few", 4e5, FEW), ("Many", 1e6, many))
    ]
    always = FEW | {"at_most": 2 * ADMISSIONS}
    part = contract(
        "quality",
        "part",
        share_of="rule",
        rewards=[{"about": "Part", "pays": "outcome", "share": 0.02, "condition": always}],
    )
    rows = lines(place(prices, contract("quality", "reward", rewards=rewards), part))
    assert "by the line “Many: £1m a year" in rows[MORE.format("reward")].shown
    assert "and £0.4m less by “Few: £400,000 a year" in rows[MORE.format("reward")].shown
    assert rows[MORE.format("reward")].figure == pytest.approx(6e5)
    assert "by the line “Part: 2% of what is paid under" in rows[MORE.format("part")].shown
    assert rows[MORE.format("part")].figure == pytest.approx(0.02 * ONE_IN_100, rel=0.01)


@pytest.mark.parametrize("kind", sorted(Contract.kinds()))
def test_each_line_of_a_contract_is_paid_to_one_of_its_parties(kind: str) -> None:
    """Every kind's example: whom a line pays is a party, and it says on what it hangs."""
    c = Contract.parse(Contract.kinds()[kind].example)
    parties = {c.payer, c.payee, *(o for o, _ in c.parties())}
    said = list(c.lines(wording(place())))
    assert {line.to for line in said} <= parties
    assert all(line.words for line in said)
    assert bool(said) == (kind != "block")


ALWAYS = {"outcome": "occupancy", "entity": "HOS", "at_most": 9.0, "over": "month"}
LINED: dict[str, Contract] = {
    "tariff": contract("tariff", prices={"emergency_admission": PRICE, "outpatient_first": 100.0}),
    "piecewise": contract("piecewise", pod="emergency_admission", price=PRICE, baseline=19e3, rate_above=0.7, cap=49e6),
    "gain_share": contract("gain_share", pod="emergency_admission", baseline=19.9e3, value=PRICE, share_gain=0.5, share_loss=0.5),
    "conditional_funding": contract("conditional_funding", amount=4e6, taper=0.25, condition=ALWAYS),
    "quality": contract("quality", rewards=[{"about": a, "pays": "outcome", "amount": x, "condition": ALWAYS} for a, x in (("One", 4e5), ("Two", 1e6))]),
    "pooled": contract("pooled", contributors={"CCG": 60e6}, purposes=[EACH, {"to": "HOS", "about": "Care", "amount": 1e6}]),
    "capitation": contract("capitation", per_head=600.0, corridor={"measure": "activity", "band": 0.02, "prices": {"emergency_admission": PRICE}}),
}  # fmt: skip
"""One contract of each kind that has lines."""


@pytest.mark.parametrize("kind", LINED)
def test_what_the_lines_of_a_contract_pay_is_what_it_pays_in_every_month_and_future(kind: str) -> None:
    """To the payee, less what the payee pays; a sum a head stands beside its corridor, and of a pool it is what is spent."""
    rule = LINED[kind]
    plan = place(rule)
    keep = frozenset({"contract_payment", "contract_line"})
    out = simulate(plan, baseline_of(plan), Futures(seed=1, count=4), keep=keep)
    paid = out["contract_payment"]
    said = list(rule.lines(wording(plan)))
    of_lines = sum(
        (1 if line.to == "HOS" else -1) * out["contract_line"].of(f"rule/{n}") for n, line in enumerate(said)
    )
    whole = paid.of({"pooled": "rule/out/HOS", "capitation": "rule/corridor"}.get(kind, "rule"))
    assert len([e for e in out["contract_line"].entities if e.startswith("rule/")]) == len(said)
    assert of_lines == pytest.approx(whole, rel=1e-9, abs=1e-3)
    assert np.abs(whole).max() > 1e3


def test_money_by_line_is_written_down_where_it_is_asked_for() -> None:
    plan = place(LINED["tariff"])
    few = simulate(plan, baseline_of(plan), Futures(count=1), keep=frozenset({"contract_payment"}))
    assert "contract_line" not in few.series
