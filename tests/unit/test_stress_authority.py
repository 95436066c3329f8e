"""Whether they can decide it: who pays or loses, who agreed, and which rules apply; small plans read by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fixtures import hillford
from fixtures.runs import runs_of
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.plan.initiatives import Initiative, SignOff
from placeplan.plan.library import library
from placeplan.plan.schema import Plan
from placeplan.stress.base import chosen
from placeplan.stress.findings import StressFinding
from placeplan.stress.scene import Scene
from placeplan.stress.touched import kinds_of, positions, rules_for, touched

PAYS = {"kind": "spend", "organisation": "CCG", "once": 2e5}
SAVES = hillford.saves(1e6)
WARD = {"kind": "resize", "site": "HOS", "pool": "general", "beds": -20}
CAPITAL = {"need": 1e6, "organisation": "HOS", "build_months": 6, "secured": 1.0, "overrun": 1.0}


def says(organisation: str, position: str = "signed", date: str | None = "2016-10") -> dict[str, Any]:
    return {"organisation": organisation, "position": position, "date": date, "source": "made up"}


def plan(*initiatives: Initiative) -> Plan:
    return hillford.hillford(initiatives=initiatives)


def told(*initiatives: Initiative) -> StressFinding:
    (test,) = chosen("authority")
    return test.find(Scene(runs_of(plan(*initiatives), Futures(seed=1, count=2))))


def test_who_pays_or_loses_is_read_off_the_effects() -> None:
    """One pays, one has to save and loses beds, one bears a building; who gains is not among them."""
    i = hillford.initiative("a", PAYS, SAVES, WARD, capital=CAPITAL)
    assert touched(plan(i), i) == {"CCG": ("pays",), "HOS": ("has to save", "loses beds", "bears the building")}
    gains = hillford.initiative("b", {**WARD, "beds": 20}, hillford.prevents(0.1))
    assert touched(plan(gains), gains) == {}


def test_both_sides_of_a_contract_and_of_a_merger_are_touched() -> None:
    of = plan(hillford.initiative("a", {"kind": "recontract", "old": "care", "new": "care"}))
    assert touched(of, of.initiatives[0]) == {"CCG": ("pays in another way",), "HOS": ("is paid in another way",)}
    merger = hillford.initiative(
        "m", SAVES, theme="organisation", partners=({"organisation": "CCG", "role": "follow"},)
    )
    assert touched(plan(merger), merger)["CCG"] == ("becomes part of one",)


def test_the_last_thing_that_was_said_counts() -> None:
    """An entry without a date comes before all that have one; nothing is taken back."""
    i = hillford.initiative(
        "a",
        SAVES,
        sign_offs=(
            says("CCG", "signed", "2017-01"),
            says("CCG", "objects", "2016-10-03"),
            says("CCG", "not_asked", None),
        ),
    )
    assert positions(i) == {"CCG": "signed"}
    with pytest.raises(ValidationError):
        SignOff.model_validate(says("CCG", date="2016-13"))


def test_a_plan_to_which_all_agreed_and_that_counts_its_cost_passes() -> None:
    """The owner is committed, the payer signed, money is set aside, and a one-off cost is counted."""
    found = told(hillford.initiative("a", PAYS, SAVES, budget=2e5, sign_offs=(says("CCG"),)))
    assert (found.result, found.figure) == ("pass", 1.0)
    assert found.sentence == "2 of 2 agreements of those who pay or lose are on record."


@pytest.mark.shows(24, 37)
def test_each_thing_that_is_missing_is_told() -> None:
    """No agreement of the payer, no budget, no cost of change: each by itself is looked at closer."""
    whole: dict[str, Any] = {"budget": 2e5, "sign_offs": (says("CCG"),)}
    cases = {
        "missing: Hillford Commissioner (pays)": hillford.initiative("a", PAYS, SAVES, budget=2e5),
        "no budget found": hillford.initiative("a", PAYS, SAVES, sign_offs=(says("CCG"),)),
        "no cost of change counted": hillford.initiative(
            "a", {"kind": "spend", "organisation": "CCG", "recurrent": 2e5}, **whole
        ),
    }
    for words, i in cases.items():
        found = told(i)
        assert found.result == "amber", words
        assert words in found.rows[0].shown


def test_whoever_objects_makes_it_fail() -> None:
    found = told(hillford.initiative("a", PAYS, SAVES, budget=2e5, sign_offs=(says("CCG", "objects"),)))
    assert found.result == "fail"
    assert found.sentence.startswith("Hillford Commissioner objects to A. 1 of 2 agreements")


def test_too_few_agreements_fail() -> None:
    """An aspiration whose owner and payer have both said nothing: none of two."""
    found = told(hillford.initiative("a", PAYS, SAVES, budget=2e5, status="aspiration"))
    assert (found.result, found.figure) == ("fail", 0.0)


@pytest.mark.shows(60)
def test_rules_apply_by_what_is_touched_and_when() -> None:
    """The bed test holds for beds that go, from April 2017 on; scrutiny for closures; equality for everything."""
    rules = [r.value for r in library().rules]
    known = {r.id for r in rules}
    assert len(known) == len(rules)
    assert all(r.valid_to is None or r.valid_from < r.valid_to for r in rules)
    early, late = (hillford.initiative("a", WARD, start=start) for start in ("2016-10", "2017-10"))
    of = plan(early)
    assert {r.id for r in rules_for(of, late, rules)} - {r.id for r in rules_for(of, early, rules)} == {"bed_test"}
    assert {"scrutiny", "involve_ccg", "equality"} <= {r.id for r in rules_for(of, early, rules)}
    assert not {"involve_icb", "triple_aim", "provider_selection"} & {r.id for r in rules_for(of, late, rules)}
    save = hillford.initiative("b", SAVES)
    assert {r.id for r in rules_for(of, save, rules)} == {"equality", "inequality"}


def test_what_a_change_is_follows_from_what_it_does() -> None:
    kinds = kinds_of(plan(), hillford.initiative("a", WARD, capital=CAPITAL, theme="records"))
    assert kinds == {"any", "closes", "fewer_beds", "builds", "records"}
    assert {"merger", "moves_staff"} <= kinds_of(plan(), hillford.initiative("m", theme="organisation"))
    assert "contract" in kinds_of(
        plan(), hillford.initiative("c", {"kind": "recontract", "old": "care", "new": "care"})
    )


def test_sign_offs_change_no_digest_of_plans_without() -> None:
    bare, signed = (plan(hillford.initiative("a", SAVES, **more)) for more in ({}, {"sign_offs": (says("CCG"),)}))
    assert bare.digest == plan(hillford.initiative("a", SAVES, sign_offs=())).digest != signed.digest


def test_dorset_has_two_councils_against_it_and_one_budget() -> None:
    """What is public: who objected to the network, the agreement of the five, and one initiative of all with money set aside."""
    dorset = read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")
    (test,) = chosen("authority")
    found = test.find(Scene(runs_of(dorset, Futures(seed=1, count=2))))
    assert found.result == "fail"
    assert found.sentence.startswith("Borough of Poole and Dorset County Council object to One acute network.")
    (network,) = [r for r in found.rows if r.what == "One acute network"]
    (budget,) = [r for r in found.rows if r.what == "One budget for the system"]
    assert "no budget found" in network.shown
    assert budget.figure == 1.0
    (bed_test,) = [r for r in found.rows if r.what == "Rule: The bed test"]
    assert bed_test.shown.startswith("One acute network, Fewer acute beds and One maternity")
