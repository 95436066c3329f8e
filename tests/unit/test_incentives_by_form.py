"""Going along under several forms of payment: found and quantified side by side, on a plan worked by hand and on Dorset."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from fixtures import clinic, hillford
from fixtures.clinic import CLINIC, LOST, SPARED
from fixtures.runs import runs_of
from fixtures.stressed import dorset, row_of
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.futures.sample import Futures
from placeplan.incentives.parts import parts_of
from placeplan.incentives.terms import Terms
from placeplan.model.outcomes import Outcomes
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.laid import laid
from placeplan.plan.payment_forms import PaymentForm
from placeplan.plan.schema import Plan
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.stress.incentives.by_form import Asked, InForm, by_itself, under_each
from placeplan.stress.incentives.offer import leanings_with
from placeplan.stress.incentives.replies import with_replies
from placeplan.stress.incentives.worlds import PLANNED, World, Worlds, where_gone
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.scene import Scene
from placeplan.stress.tests.incentives_by_form import IncentivesByForm

COUNT = 4
PLANS_OWN = "the plan’s own contracts"
MORE = 0.02
"""Share more of those who are paid for that a hospital takes once it has left."""
BY_TARIFF = MORE * 60e6 * 0.5
"""£ a year that this brings it under the tariff: half of what they pay, as the other half is spent."""
BY_BLEND = MORE * (0.55 * 40e6 + 20e6 - 30e6)
"""The same where an admission more pays 55 % of its price, and costs half of it."""
EASY = (hillford.money(-9e6), hillford.beds())


def blend(**fields: Any) -> PaymentForm:
    said = {
        "id": "blended",
        "name": "Blended payment",
        "about": "Part of the price, and a share of the gain",
        "source": "made up",
    }
    return PaymentForm.model_validate({"contracts": clinic.blended(), "removes": ["care"], **said, **fields})


def in_forms(
    plan: Plan, *forms: PaymentForm, count: int = COUNT, cap: float = 0.05, work: float = 0.0
) -> tuple[InForm, ...]:
    """What is found under each form, the plan's own contracts first."""
    asked = Asked(0.8, cap, count, work, 0)
    return tuple(under_each(runs_of(plan, Futures(seed=1, count=count)), forms, asked))


@cache
def twin() -> tuple[InForm, ...]:
    return in_forms(clinic.place(promises=EASY), blend())


def found(plan: Plan, *forms: PaymentForm, **asked: Any) -> StressFinding:
    return IncentivesByForm(forms, **asked).find(Scene(runs_of(plan, Futures(seed=1, count=COUNT))))


def test_one_must_lose_under_tariff_and_all_gain_under_blended_payment_with_a_gain_share() -> None:
    """Worked by hand: what each has more by going along than by leaving, and what it takes to keep all."""
    tariff, blended = twin()
    blended_gain = -0.55 * 4e6 + 1.2e6 + 3e5 + SPARED
    lost = LOST - SPARED + BY_TARIFF
    assert [of.t.leaners for of in twin()] == [("HOS",), ()]
    assert tariff.t.by_staying["HOS"].mean == pytest.approx(-lost, rel=1e-3)
    assert tariff.t.by_staying["CCG"].mean == pytest.approx(LOST - CLINIC, rel=1e-3)
    assert blended.t.by_staying["HOS"].mean == pytest.approx(blended_gain - BY_BLEND, rel=1e-3)
    assert blended.t.by_staying["CCG"].mean == pytest.approx(0.55 * 4e6 - 1.2e6 - 3e5 - CLINIC, rel=1e-3)
    assert [of.cost for of in twin()] == pytest.approx([lost, 0.0], rel=1e-3)
    assert isinstance(tariff.t.offer.terms, Terms)
    assert tariff.t.offer.terms.moved == pytest.approx(tariff.cost)


def test_what_a_form_itself_brings_one_it_takes_from_the_others() -> None:
    """All go along, and only the contracts differ: so what changes hands sums to nought."""
    changes = {o: by_itself(*twin(), o).mean for o in ("CCG", "HOS")}
    assert changes["HOS"] == pytest.approx(LOST - 0.55 * 4e6 + 1.2e6 + 3e5, rel=1e-3)
    assert changes["CCG"] == pytest.approx(-changes["HOS"], rel=1e-9)


def test_it_is_told_side_by_side_the_sentence_first() -> None:
    told = found(clinic.place(promises=EASY), blend(), cap=0.05)
    assert (told.result, told.figure, told.futures) == ("pass", 0.0, COUNT)
    assert told.sentence == (
        f"1 of 2 loses by going along under {PLANS_OWN}, none under blended payment. To keep each in 80 of 100 futures"
        f" takes £2m a year under {PLANS_OWN}, nothing under blended payment; the others could give it. From {PLANS_OWN} to blended payment,"
        " Hillford Hospital no longer loses by going along."
    )
    own, other = (row_of(told, f"Hillford Hospital, {name}") for name in (PLANS_OWN, "blended payment"))
    assert (own.result, other.result) == ("fail", "pass")
    assert own.shown.startswith(
        "−£2m a year by going along (give or take £0). Would rather leave. Surplus a year: −£1.4m with the plan"
    )
    assert "+£2.1m a year by the form itself" in other.shown
    assert "takes 2% more of the patients that it is paid for by the contact" in own.shown
    assert row_of(told, f"Terms: Hillford Hospital, {PLANS_OWN}").shown == "needs £2m a year"
    assert row_of(told, "Where it ends, blended payment").shown.startswith("If each looks after itself")


def test_where_the_others_could_not_give_it_that_is_said() -> None:
    told = found(
        clinic.place(promises=EASY),
        blend(name="Same again", contracts=(clinic.tariff().model_copy(update={"id": "again"}),)),
    )
    assert told.result == "fail"  # at most 2.5 % of what the hospital turns over: £1.5m
    assert "1 of 2 loses by going along under the plan’s own contracts, 1 under same again." in told.sentence
    assert (
        "£2m a year under the plan’s own contracts, £2m under same again; the others could not give it."
        in told.sentence
    )
    assert row_of(told, "Hillford Hospital, same again").shown.count("£0 a year by the form itself") == 1
    assert "needs £2m a year, and £1.5m is the most that it may be paid" in row_of(told, "Same again").shown


def test_a_plan_without_forms_is_not_asked_and_one_with_its_own_is() -> None:
    plan = clinic.place(promises=EASY)
    assert found(plan).sentence == "The plan has no other form of payment (payment_forms/*.yaml)."
    own = plan.changed(payment_forms=(blend(),))
    assert found(own, cap=0.05).sentence == found(plan, blend(), cap=0.05).sentence
    alone = clinic.place(hillford.initiative("save", hillford.saves(1e6)))
    assert found(alone, blend()).result == "not asked"


FIFTH = """\
id: fifth
name: A fifth of the price
about: A fifth of the price for each emergency more or fewer
rules:
  - {contract: emergency_ACU1, fields: {rate_above: 0.2, rate_below: 0.2}}
source: made up
"""


def test_the_verb_takes_forms_by_id_or_file_and_tells_what_is_wrong_with_them(tmp_path: Path) -> None:
    write_plan(make(areas=1, organisations=3, initiatives=4), tmp_path / "sea")
    form = tmp_path / "fifth.yaml"
    form.write_text(FIFTH, encoding="utf-8")
    ran = CliRunner().invoke(app, ["terms", str(tmp_path / "sea"), "--form", str(form), "--futures", "20", "--json"])
    assert ran.exit_code == 0, ran.output
    (told,) = json.loads(ran.stdout)["tests"]
    assert told["test"] == "incentives_by_form"
    assert {r["what"] for r in told["rows"]} >= {"The plan’s own contracts", "A fifth of the price"}
    assert " lose" in told["sentence"]
    form.write_text(FIFTH.replace("_ACU1", "_ACU9").replace("rate_below", "rate_beneath"), encoding="utf-8")
    wrong = CliRunner().invoke(app, ["terms", str(tmp_path / "sea"), "--form", str(form), "--form", "sixth"])
    assert isinstance(wrong.exception, PlanError)
    assert {p.code for p in wrong.exception.problems if p.severity == "error"} == {"unknown-contract", "unknown-form"}


def ways(plan: Plan, leaves: str, off: frozenset[str], count: int = COUNT) -> tuple[tuple[str, ...], Any, Any, Any]:
    """Organisations, and what each has as planned, where one leaves, and where some initiatives are switched off; ``[organisation]``."""
    parts = parts_of(plan)
    worlds = Worlds(runs_of(plan, Futures(seed=1, count=count)), with_replies(plan, parts.players), parts)
    had = worlds.run([PLANNED, where_gone(parts, frozenset({leaves}), {}), World(off)], count)
    return (worlds.organisations, *had.money.mean(axis=2))


def test_two_ways_of_leaving_pay_third_parties_differently_under_each_form() -> None:
    """The commissioner leaves, and the hospital's own saving goes on; switching off all that the commissioner owns stops it too.

    Under a tariff the clinic that does not come then spares the hospital a loss, under blended payment it costs it a gain.
    """
    saves = hillford.initiative("save", hillford.saves(2e6), owner="CCG", start="2017-04")
    plan = clinic.place(clinic.clinic(), saves, promises=EASY)
    now = 1.035**-1.5
    switched_off = []
    for of in (plan, laid(plan, blend())):
        there, planned, gone, switched = ways(of, "CCG", frozenset({"clinic", "save"}))
        hospital = there.index("HOS")
        assert gone[hospital] - switched[hospital] == pytest.approx(1e6 * now, rel=1e-3)  # half of it is delivered
        switched_off.append((switched[hospital] - planned[hospital]) / now)
    assert switched_off == pytest.approx([LOST - SPARED, 0.55 * 4e6 - 1.2e6 - 3e5 - SPARED], rel=1e-3)


@cache
def in_dorset() -> tuple[InForm, ...]:
    return in_forms(dorset(), *_dorsets(), count=32, cap=0.025)


def _dorsets() -> tuple[PaymentForm, ...]:
    forms = {f.id: f for f in dorset().payment_forms}
    return forms["payment_2016"], forms["aligned"]


@pytest.mark.large
def test_dorset_under_the_payment_of_2016_and_under_aligned_payment() -> None:
    """Poole loses what an emergency pays under the one and not under the other; the community trust loses under either."""
    by_form = {of.id: of.t for of in in_dorset()}
    by_contact, aligned = by_form["payment_2016"], by_form["aligned"]
    assert all(len(t.found.players) == 9 for t in by_form.values())
    assert "RD3" in by_contact.leaners
    assert by_contact.by_staying["RD3"].loss
    assert "RD3" not in aligned.leaners
    assert not aligned.by_staying["RD3"].loss
    for t in (by_contact, aligned):
        assert t.by_staying["RDY"].mean == pytest.approx(-4.7e6, abs=4e5)
    costs = {of.id: of.cost for of in in_dorset()}
    assert costs["aligned"] < costs["payment_2016"] < costs[""]


@pytest.mark.large
def test_what_dorsets_organisations_would_need_is_enough_when_each_is_asked_again() -> None:
    """Whoever loses by going along, paid what it needs, leaves no more; paid a tenth less, in fewer futures than asked for."""
    for of in in_dorset():
        offer, found = of.t.offer, of.t.found
        pay = np.where(np.isfinite(offer.least), np.maximum(offer.least, 0.0), 0.0)
        asked_again = leanings_with(found, pay)
        can = np.isfinite(offer.least)
        assert (asked_again[can] >= 0).all(), of.name
        kept = (offer.needs <= pay[:, None] + 1.0).mean(axis=1)
        assert (kept[can] >= offer.sure - 1e-9).all(), of.name
        losing = can & (offer.least > 1e5)
        short = (offer.needs[losing] <= 0.9 * pay[losing, None]).mean(axis=1) < offer.sure
        assert (short | (leanings_with(found, 0.9 * pay)[losing] < 0)).all(), of.name


@pytest.mark.large
def test_dorsets_payments_sum_to_nought_in_every_month_and_future_under_each_form() -> None:
    """What one is paid another pays: a form moves positions of the place's own only by what it moves between them and the nation's fund."""
    plans = {of.id: of.t.plan for of in in_dorset()}
    keep = frozenset({"position", "contract_payment"})
    ran: dict[str, Outcomes] = {}
    for name, plan in plans.items():
        ran[name] = simulate(plan, baseline_of(plan), Futures(seed=1, count=16), keep=keep)
    fund = [c.id for c in plans[""].contracts if c.payer == "X24"]
    members = in_dorset()[0].t.found.pairs.organisations

    def without_fund(outcomes: Outcomes) -> Any:
        own = sum(outcomes["position"].of(o) for o in members)
        return own - sum(outcomes["contract_payment"].of(c) for c in fund)

    own = without_fund(ran[""])
    for name in ("payment_2016", "aligned"):
        moved = ran[name]["position"].of("RD3") - ran[""]["position"].of("RD3")
        assert np.abs(moved).max() > 1e4
        assert np.abs(without_fund(ran[name]) - own).max() < 1.0, name


@pytest.mark.large
def test_two_ways_of_leaving_pay_dorsets_third_parties_differently_under_each_form() -> None:
    """Poole refuses its part, or all that Poole owns is switched off: others are paid differently, and by how much hangs on the form."""
    third: dict[str, Any] = {}
    for of in in_dorset():
        own = frozenset(i.id for i in dorset().initiatives if i.owner == "11J")
        there, _, gone, switched = ways(of.t.plan, "11J", own, 64)
        at = [n for n, o in enumerate(there) if o != "11J"]
        third[of.id] = (gone - switched)[at]
        assert np.abs(third[of.id]).max() > 1e5, of.name
    assert np.abs(third["payment_2016"] - third["aligned"]).max() > 1e4


@pytest.mark.large
def test_the_figures_that_the_guide_tells_of_dorset_are_those_found() -> None:
    """The same 256 futures, with as few of every set as there may be: what is told of each that leaves hangs on no set."""
    by_form = {of.id: of for of in in_forms(dorset(), *_dorsets(), count=256, cap=0.025)}
    own, by_contact, aligned = (by_form[n].t.by_staying for n in ("", "payment_2016", "aligned"))
    told = {
        "RD3": (-2.2, -1.0, 0.4), "RBD": (-2.0, -0.1, 0.1), "RDZ": (-1.5, -0.2, -0.4), "RDY": (-5.0, -5.0, -5.0), "11J": (4.2, -0.1, -0.1),
    }  # fmt: skip
    for o, each in told.items():
        assert [form[o].mean / 1e6 for form in (own, by_contact, aligned)] == pytest.approx(each, abs=0.06), o
    assert [len(of.t.leaners) for of in by_form.values()] == [2, 6, 4]
    assert [of.cost / 1e6 for of in by_form.values()] == pytest.approx([39, 11, 7.7], abs=0.6)
