"""Whoever a contract pays more when an outcome gets worse is told, whichever side of it they stand on, with the line that pays."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.rules import ADMISSIONS, BLOCK, MORE, ONE_IN_100, PRICE, contract, lines, place, told
from placeplan.contracts.base import Contract
from placeplan.core.tables import Organisation
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


def test_only_the_lines_that_pay_more_are_named() -> None:
    """Of two prices that of what comes more often; of two rewards that for many, less the one for few that is lost; a share with what it is of."""
    prices = contract("tariff", prices={"emergency_admission": PRICE, "outpatient_first": 100.0})
    first = lines(place(prices))[MORE.format("rule")]
    assert first.shown.endswith("by the line “Emergency admissions: £2,500 each”")
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
    assert "Few" not in rows[MORE.format("reward")].shown
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
