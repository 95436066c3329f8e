"""Payoffs of every set stand in the findings, under each form of payment; with orders, fair shares are told under each form."""

from __future__ import annotations

import pytest

from fixtures import clinic, hillford
from fixtures.clinic import CLINIC, LOST, SPARED
from fixtures.runs import runs_of
from placeplan.futures.sample import Futures
from placeplan.plan.payment_forms import PaymentForm
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.scene import Scene
from placeplan.stress.tests.incentives import Incentives
from placeplan.stress.tests.incentives_by_form import IncentivesByForm

COUNT = 6
EASY = (hillford.money(-9e6), hillford.beds())
SOURCE = {"about": "Part of the price", "source": "made up"}
BLEND = PaymentForm.model_validate(
    {"id": "blended", "name": "Blended payment", "contracts": clinic.blended(), "removes": ["care"], **SOURCE}
)
REPLY = 0.02 * 60e6 * 0.5
"""£ a year that the hospital has by 2 % more patients once it has left."""


def of(*planted: object) -> StressFinding:
    plan = clinic.place(promises=EASY, planted=planted)
    return Incentives().find(Scene(runs_of(plan, Futures(seed=1, count=COUNT))))


def test_every_set_is_there_with_what_each_has_worked_by_hand() -> None:
    (found,) = of().payoffs
    assert (found.players, found.futures, found.form) == (("CCG", "HOS"), COUNT, "")
    assert [s.carry for s in found.sets] == [(), ("CCG",), ("HOS",), ("CCG", "HOS")]
    everybody, gone = found.sets[-1], found.sets[1]
    assert everybody.change == everybody.change_half == (0.0, 0.0)
    assert -gone.change[1] == pytest.approx(LOST - SPARED + REPLY, rel=1e-3)
    assert gone.surplus[1] - everybody.surplus[1] == pytest.approx(LOST - SPARED + REPLY, rel=1e-3)
    assert found.sets[2].change[0] == pytest.approx(LOST - CLINIC, rel=1e-3)
    assert all(s.kept == (1.0, 1.0) for s in found.sets)


def test_intervals_are_of_differences_in_the_same_futures() -> None:
    """Pay makes each payoff uncertain by far more than what going along changes."""
    (found,) = of(hillford.PAY).payoffs
    gone = found.sets[1]
    assert 0 < gone.change_half[1] < 0.2 * gone.half[1]


def test_under_each_form_the_sets_stand_beside_each_other_and_survive_json() -> None:
    plan = clinic.place(promises=EASY)
    told = IncentivesByForm((BLEND,)).find(Scene(runs_of(plan, Futures(seed=1, count=COUNT))))
    assert [p.form for p in told.payoffs] == ["", "blended"]
    assert told.payoffs[0] == of().payoffs[0]
    assert told.payoffs[1].sets[1].change[1] > 0  # the hospital has less where the commissioner carries alone
    assert StressFinding.model_validate_json(told.model_dump_json()) == told


def test_with_orders_fair_shares_are_told_under_each_form() -> None:
    """Of the sets only some are run, so no payoffs by set; shares change by the form, and are said to be of money alone."""
    more = hillford.initiative("save", hillford.saves(1e6), owner="CCG")
    three = tuple(
        hillford.initiative(f"own{o}", {"kind": "spend", "organisation": o, "recurrent": 1e5}, owner=o)
        for o in ("CCG", "HOS")
    )
    plan = clinic.place(clinic.clinic(), more, *three, promises=EASY)
    scene = Scene(runs_of(plan, Futures(seed=1, count=COUNT)))
    every, drawn = (IncentivesByForm((BLEND,), orders=n).find(scene) for n in (0, 1))
    for told in (every, drawn):
        fair = {r.what: r.shown for r in told.rows if r.what.startswith("Fair: Hillford Hospital")}
        assert set(fair) == {
            "Fair: Hillford Hospital, the plan’s own contracts",
            "Fair: Hillford Hospital, blended payment",
        }
        assert len(set(fair.values())) == 2
        assert "are of money alone" in told.behind
    assert every.payoffs != ()
    assert ("drawn order in each of" in drawn.behind) == (drawn.payoffs == ())
