"""The contract laboratory: who is paid what, who bears which risk, what one contact more brings; sums by hand, and term sheets."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures import clinic, hillford
from fixtures.paid import CONTACTS, EACH, INCOME, POD, PRICE, block, form, piecewise, place, tariff
from fixtures.runs import runs_of
from placeplan.contracts.base import Contract
from placeplan.futures.sample import Futures
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.laid import laid
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.stress.laboratory.drivers import groups
from placeplan.stress.laboratory.found import look
from placeplan.stress.laboratory.wording import wording
from placeplan.stress.laboratory.worlds import run
from placeplan.stress.results.contracts import Has, InForm, Laboratory, Passes, TermSheet
from placeplan.stress.scene import Scene
from placeplan.stress.tests.contracts import Contracts

COUNT = 20
PRICED = (
    hillford.SMALL_GROWTH,
    hillford.normal("prices.allocation", 0.02, 0.01),
    hillford.normal("prices.pay", 0.02, 0.01),
)
"""What moves: how many come, what is paid for the same care, and what it costs."""


def found(plan: Plan, *forms: PaymentForm, count: int = COUNT, **asked: Any) -> Laboratory:
    return look(runs_of(plan, Futures(seed=1, count=count)), forms, **asked)


@cache
def three() -> Laboratory:
    """A tariff, a block in its place, and half of the price for each admission more or fewer."""
    return found(place(), form("block", block()), form("half", piecewise(0.5)))


def has(of: InForm, organisation: str) -> Has:
    return next(h for h in of.has if h.organisation == organisation)


def width(of: InForm, organisation: str, risk: str = "volume") -> float:
    return next(m.high - m.low for m in has(of, organisation).risks if m.risk == risk)


def sheet(of: InForm, contract: str = "care") -> TermSheet:
    return next(s for s in of.sheets if s.contract == contract)


def passed(of: InForm, risk: str = "volume", contract: str = "care") -> Passes:
    return next(p for p in sheet(of, contract).passes if p.risk == risk)


@pytest.mark.shows(14)
def test_under_a_block_volume_risk_is_wholly_the_providers_and_under_a_tariff_it_is_the_payers_outlay_that_varies() -> (
    None
):
    """An admission is paid £3,000 and costs £1,500: the hospital gains by each under the tariff, and bears its cost under the block."""
    by_tariff, by_block, by_half = three().forms
    moved = width(by_tariff, "CCG")
    assert moved > 0
    assert width(by_block, "CCG") == pytest.approx(0.0, abs=1.0)
    assert width(by_half, "CCG") == pytest.approx(0.5 * moved, rel=1e-6)
    for of, paid in ((by_tariff, PRICE), (by_block, 0.0), (by_half, 0.5 * PRICE)):
        assert width(of, "HOS") == pytest.approx(moved / PRICE * abs(paid - EACH), abs=0.01 * moved)
    assert [passed(of).held for of in (by_tariff, by_block, by_half)] == ["who pays", "who is paid", "both"]


def test_what_of_each_pound_that_care_costs_more_a_contract_brings() -> None:
    """The slope of what is paid against what has to be met: price by cost of one admission, times the rate."""
    by_tariff, by_block, by_half = three().forms
    for of, rate in ((by_tariff, 1.0), (by_block, 0.0), (by_half, 0.5)):
        assert passed(of).passed == pytest.approx(rate * PRICE / EACH, rel=0.01, abs=1e-9)
        assert passed(of).together == pytest.approx(passed(of).passed)
        assert passed(of).follows == pytest.approx(rate, rel=2e-2, abs=1e-9)


def test_one_contact_more_is_paid_its_price_under_a_tariff_nothing_under_a_block_and_costs_the_same_under_both() -> (
    None
):
    for of, rate in zip(three().forms, (1.0, 0.0, 0.5), strict=True):
        (more,) = of.earned
        assert (more.organisation, more.pod, more.given) == ("HOS", POD, True)
        assert more.pays.mean == pytest.approx(rate * PRICE, rel=1e-6, abs=1e-6)
        assert more.costs.mean == pytest.approx(EACH, rel=0.01)
        assert more.leaves.mean == pytest.approx(rate * PRICE - EACH, abs=0.01 * PRICE)


def test_what_a_form_changes_for_one_it_changes_for_the_other_the_other_way_in_every_future() -> None:
    plan = place()
    usual, other = (
        run(runs_of(p, Futures(seed=1, count=COUNT)), p, (), "") for p in (plan, laid(plan, form("block", block())))
    )
    hospital, commissioner = (other.all.position[o] - usual.all.position[o] for o in ("HOS", "CCG"))
    assert hospital == pytest.approx(-commissioner, abs=1e-3)
    assert hospital == pytest.approx(INCOME - usual.all.received["care", "HOS"], abs=1e-3)


def test_shares_of_variance_add_up_where_groups_neither_work_on_each_other_nor_move_together() -> None:
    """Under a block with a fixed price, how many come and what pay costs are the whole of it, but for chance of so few futures."""
    (of,) = found(place(*PRICED[::2], contracts=(block(),)), count=200).forms
    shares = {m.risk: m.share for m in has(of, "HOS").risks}
    assert shares["price"] == pytest.approx(0.0, abs=1e-12)
    assert min(shares["volume"], shares["cost"]) > 0.01
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.1)


def test_a_price_moves_who_pays_and_who_is_paid_alike_and_a_cost_only_who_gives_care() -> None:
    plan = place(*PRICED, contracts=(block(uplift="prices.allocation"),))
    (of,) = found(plan).forms
    price = passed(of, "price")
    assert (price.held, passed(of, "cost").held) == ("both", "who is paid")
    assert width(of, "HOS", "price") == pytest.approx(price.high - price.low, rel=1e-6)
    assert width(of, "CCG", "cost") == pytest.approx(0.0, abs=1.0)
    assert width(of, "HOS", "cost") > 1e5


def test_a_contract_that_follows_pay_passes_cost_on() -> None:
    """Its uplift is what half of cost – all of it here – rises by: of each £1 that pay costs more, £1 of £60m is paid."""
    (of,) = found(place(*PRICED, contracts=(block(uplift="prices.pay"),))).forms
    assert passed(of, "cost").passed == pytest.approx(INCOME / 60e6, rel=0.02)
    assert passed(of, "cost").held == "who pays"


def test_an_assumption_is_of_one_group_and_what_care_costs_goes_before_what_a_contract_follows() -> None:
    of = groups(place(*PRICED, contracts=(block(uplift="prices.pay"),)))
    assert (of["prices.pay"], of["prices.allocation"], of["people.sigma_total"]) == ("cost", "price", "demand_growth")
    assert set(of) == {a.id for a in place().assumptions}


def blended() -> PaymentForm:
    """What brings all more than doing nothing where the hospital must lose under a tariff (`fixtures.clinic`)."""
    own = clinic.contract(
        "piecewise", "care", pod=POD, price=2000.0, baseline=20000.0, rate_below=0.55, rate_above=0.55
    )
    visits = clinic.contract("tariff", "visits", prices={"outpatient_first": 400.0})
    share = clinic.contract("gain_share", "gain", pod=POD, baseline=20000.0, value=1000.0, share_gain=0.15, floor=0.0)
    signed = {"organisation": "HOS", "position": "signed", "date": "2016-10-03", "by": "Board", "source": "made up"}
    return form("blended", own, visits, share, sign_offs=(signed,))


@pytest.mark.shows(59)
def test_one_hospital_must_lose_under_tariff_and_all_gain_under_blended_with_a_gain_share() -> None:
    """2,000 admissions become 3,000 visits: −£4m + £1.2m + £1.4m spared by tariff; −£2.2m + £1.2m + £0.3m + £1.4m blended."""
    plan = clinic.place(promises=(hillford.money(-9e6), hillford.beds()))
    lab = found(plan, blended())
    usual, other = lab.forms
    assert has(usual, "HOS").along.mean == pytest.approx(-clinic.LOST + clinic.SPARED, rel=1e-3)
    assert has(usual, "CCG").along.mean == pytest.approx(clinic.LOST - clinic.CLINIC, rel=1e-3)
    assert has(other, "HOS").along.mean == pytest.approx(-2.2e6 + 1.2e6 + 0.3e6 + 1.4e6, rel=1e-3)
    assert has(other, "CCG").along.mean == pytest.approx(2.2e6 - 1.2e6 - 0.3e6 - clinic.CLINIC, rel=1e-3)
    assert lab.sentence == (
        "As it is paid, the plan costs Hillford Hospital £1.4m a year. Under Blended nobody loses by it; it leaves Hillford Hospital"
        " £2.1m a year better off, and Hillford Commissioner £2.1m a year worse off, than the plan’s own contracts."
    )
    assert lab.then == "Before Blended is agreed: ask Hillford Commissioner, which it leaves £2.1m a year worse off."
    payer, payee = sheet(other).sides
    assert (payee.said, payee.result) == ("signed on 2016-10-03 (Board)", "pass")
    assert (payer.said, payer.result) == ("has not signed", "amber")
    assert payee.shown.endswith("£0.7m a year better off by the plan than if nothing is done")
    assert [s.result for s in sheet(usual).sides] == ["pass", "amber"]


CONDITION = {"outcome": "position", "entity": "HOS", "over": "year", "at_least": -9e9}
KINDS: dict[str, tuple[dict[str, Any], ...]] = {
    "tariff": ({"kind": "tariff", "prices": {POD: PRICE}},),
    "marginal": ({"kind": "piecewise", "pod": POD, "price": PRICE, "baseline": CONTACTS, "rate_above": 0.7},),
    "capped": ({"kind": "piecewise", "pod": POD, "price": PRICE, "baseline": CONTACTS, "floor": 59e6, "cap": 61e6},),
    "plan": ({"kind": "tariff", "prices": {POD: PRICE}, "activity_plan": [{"pod": POD, "contacts": 0.9 * CONTACTS}]},),
    "block": ({"kind": "block", "amount": INCOME, "covers": [POD]},),
    "capitation": ({"kind": "capitation", "per_head": 400.0, "covers": [POD], "corridor": {"measure": "activity", "band": 0.05, "prices": {POD: PRICE}}},),
    "conditional": ({"kind": "conditional_funding", "amount": INCOME, "condition": CONDITION},),
    "gain": ({"kind": "block", "amount": INCOME, "covers": [POD]}, {"kind": "gain_share", "id": "gain", "pod": POD, "baseline": CONTACTS, "value": 1000.0, "share_loss": 0.5}),
    "pooled": ({"kind": "pooled", "contributors": {"CCG": 61e6, "HOS": 1e6}, "purposes": [{"to": "HOS", "about": "Care", "pod": POD, "price": PRICE}]},),
    "quality": ({"kind": "tariff", "prices": {POD: PRICE}}, {"kind": "quality", "id": "reward", "share_of": "care", "rewards": [
        {"about": "Money kept", "pays": "outcome", "share": 0.02, "condition": CONDITION}]}),
}  # fmt: skip
"""The one contract of a place in every form that the field knows."""


def in_kind(kind: str) -> tuple[Contract, ...]:
    host = {"payer": "CCG", "payee": "HOS"}
    return tuple(
        clinic.contract(f.pop("kind"), f.pop("id", "care"), **host, **f) for f in (dict(f) for f in KINDS[kind])
    )


@pytest.mark.parametrize("kind", KINDS)
def test_one_contract_is_changed_into_every_kind_and_payments_sum_to_zero_in_every_month_and_future(kind: str) -> None:
    plan = laid(place(), form(kind, *in_kind(kind)))
    out = simulate(
        plan,
        baseline_of(plan),
        Futures(count=6),
        keep=frozenset({"contract_income", "contract_spend", "contract_payment"}),
    )
    net = sum(out["contract_income"].of(o) - out["contract_spend"].of(o) for o in ("CCG", "HOS"))
    assert np.abs(net).max() < 1e-3
    assert float(out["contract_income"].of("HOS").sum()) > 1e6


def test_every_kind_is_measured_beside_the_others_and_says_its_terms_in_words() -> None:
    lab = found(place(), *(form(kind, *in_kind(kind)) for kind in KINDS))
    assert [f.id for f in lab.forms] == ["", *KINDS]
    for of in lab.forms[1:]:
        own = sheet(of)
        assert own.terms
        assert own.kind
        assert "_" not in "".join(own.terms)
        spared = 0.0
        if of.id == "plan":  # who is turned away costs nothing, half of what the commissioner need not pay
            change = has(of, "CCG").change
            assert change is not None
            assert change.mean == pytest.approx(0.1 * INCOME, rel=0.01)
            spared = change.mean * EACH / PRICE
        together = sum(h.change.mean for h in of.has if h.change)
        assert together == pytest.approx(spared, abs=1e-4 * INCOME if spared else 1.0)
    held = {of.id: passed(of).held for of in lab.forms[1:]}
    assert held["block"] == held["capitation"] == held["conditional"] == held["gain"] == "who is paid"
    assert held["tariff"] == held["quality"] == "who pays"


def test_an_activity_plan_limits_care_itself_and_the_rest_is_not_paid_for() -> None:
    _, of = found(place(), form("plan", *in_kind("plan"))).forms
    assert sheet(of).mean == pytest.approx(0.9 * INCOME, rel=1e-6)
    assert any("at most 18,000 a year" in t.lower() for t in sheet(of).terms)
    assert not of.earned[0].given


def test_a_form_that_begins_later_pays_the_old_way_until_then() -> None:
    _, of = found(place(), form("block", block(amount=50e6), local_start="2017-04")).forms
    later, (start, _) = sheet(of, "care.block"), sheet(of, "care.block").by_year
    assert (later.changed, later.dates) == (True, "from 2017-04; settled month by month")
    assert start == ("2016/17", 0.0)
    assert later.mean == pytest.approx(50e6)


def test_promises_and_duties_that_a_form_keeps_less_surely_are_told() -> None:
    plan = place(promises=(hillford.money(-1e6),))
    usual, poor = found(plan, form("poor", block(amount=INCOME - 4e6))).forms
    assert (has(usual, "HOS").duties, has(poor, "HOS").duties) == (1.0, 0.0)
    assert [(p.promise, p.share, p.high < 0) for p in poor.promises] == [("money", 0.0, True)]


def test_who_refused_stands_first_whatever_it_gains() -> None:
    no = {"organisation": "HOS", "position": "objects", "date": "2016-11", "source": "made up"}
    yes = {"organisation": "HOS", "position": "signed", "date": "2016-10", "source": "made up"}
    lab = found(place(), form("rich", block(amount=INCOME + 2e6), sign_offs=(no, yes)))
    _, payee = sheet(lab.forms[1]).sides
    assert (payee.said, payee.result) == ("refused on 2016-11", "fail")
    assert lab.then == "Before Rich is agreed: talk first with Hillford Hospital, which refused on 2016-11."


def test_a_contract_that_an_initiative_begins_has_the_sign_offs_of_that_initiative() -> None:
    begins = {"kind": "recontract", "old": "care", "new": "later"}
    signed = {
        "organisation": "CCG",
        "position": "signed",
        "date": "2016-09",
        "by": "Governing body",
        "source": "made up",
    }
    change = hillford.initiative(
        "change", begins, owner="HOS", status="aspiration", start="2017-04", sign_offs=(signed,)
    )
    later = clinic.contract("block", "later", amount=50e6, starts="by_initiative")
    plan = place(contracts=(tariff(), later), initiatives=(change,))
    told = Contracts().find(Scene(runs_of(plan, Futures(seed=1, count=COUNT))))
    assert told.laboratory is not None
    payer, payee = sheet(told.laboratory.forms[0], "later").sides
    assert payer.said == "signed “Change” on 2016-09 (Governing body)"
    assert (payee.said, payee.result) == ("has not signed “Change”", "fail")
    assert (told.result, told.figure) == ("fail", 1.0)
    assert told.sentence.endswith(
        "Talk first with Hillford Hospital, which loses £10m a year by the plan and has not signed “Change”."
    )


def test_the_register_says_who_carries_most_and_how_to_go_on() -> None:
    lab = found(place())
    assert lab.sentence.startswith(
        "1 contract pays £60m a year. Hillford Commissioner carries most of the risk that more or fewer need care"
    )
    assert lab.then.startswith("To see what another form of payment would change, write it in a file")
    few = found(clinic.place(contracts=blended().contracts), only=("gain",))
    assert (few.sentence[:16], [s.contract for s in few.forms[0].sheets]) == ("3 contracts pay ", ["gain"])
    with_one = place().changed(payment_forms=(form("block", block()),))
    assert found(with_one).then.endswith("placeplan contracts PLAN --form block")


def test_a_plan_without_contracts_cannot_be_asked() -> None:
    plan = place().changed(contracts=())
    assert Contracts().ask(plan) == "The plan has no contracts, so nobody is paid by a rule."


@pytest.mark.parametrize("kind", Contract.kinds())
def test_the_example_of_every_kind_says_its_terms_in_words(kind: str) -> None:
    """No id, field name or bare share stands in a term sheet where the plan knows a name for it."""
    words = wording(place())
    said = list(Contract.parse(Contract.of(kind).example).says(words))
    assert said
    assert all("{" not in t and "None" not in t for t in said)
    assert Contract.of(kind).plainly


def test_a_kind_that_says_nothing_of_its_own_is_told_by_its_fields() -> None:
    assert list(Contract.says(block(), wording(place()))) == ["amount: 60000000.0", "covers: ('emergency_admission',)"]
