"""How many orders are drawn is said to ``test`` as to ``terms``: what nobody takes is told, and so is what would take hours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fixtures import clinic, hillford
from placeplan.cli import app
from placeplan.core.errors import PlanError
from placeplan.plan.synthetic import make
from placeplan.plan.write import write_plan
from placeplan.stress.base import chosen
from placeplan.stress.incentives.drawn import MOST, refuse_many_orders
from placeplan.stress.tests.incentives import Incentives
from placeplan.stress.tests.incentives_by_form import IncentivesByForm


def ask(*given: str) -> PlanError:
    ran = CliRunner().invoke(app, list(given))
    assert isinstance(ran.exception, PlanError), ran.output
    return ran.exception


def test_the_verb_test_draws_as_many_orders_as_are_asked_for(tmp_path: Path) -> None:
    folder = str(write_small(tmp_path))
    ran = CliRunner().invoke(
        app, ["test", folder, "--only", "incentives", "--orders", "2", "--futures", "20", "--json"]
    )
    assert ran.exit_code == 0, ran.output
    (told,) = json.loads(ran.stdout)["tests"]
    assert "fair shares come from 2 drawn orders in each of 20 futures" in told["behind"]
    usual = CliRunner().invoke(app, ["terms", folder, "--orders", "2", "--futures", "20", "--json"])
    assert json.loads(usual.stdout)["tests"] == [told]


def write_small(tmp_path: Path) -> Path:
    write_plan(make(areas=1, organisations=5, initiatives=6), tmp_path / "sea")
    return tmp_path / "sea"


def test_whoever_takes_orders_is_told_and_the_others_are_made_as_ever() -> None:
    own, forms, gap = chosen("incentives,incentives_by_form,gap", given={"orders": 7})
    assert isinstance(own, Incentives)
    assert isinstance(forms, IncentivesByForm)
    assert (own.orders, forms.asked.orders) == (7, 7)
    assert type(gap) is type(chosen("gap")[0])


def test_orders_that_no_test_takes_are_told_and_not_dropped(tmp_path: Path) -> None:
    folder = str(write_small(tmp_path))
    for asked in (("--only", "gap"), ("--also", "reverse"), ()):
        (p,) = ask("test", folder, *asked, "--orders", "20").problems
        assert (p.code, p.file) == ("unused-option", "--orders")
        assert "--also incentives" in p.mend


def test_all_that_is_wrong_with_what_is_asked_is_told_together(tmp_path: Path) -> None:
    """In ``terms`` and in ``test``, with what is wrong with the rest."""
    folder = str(write_small(tmp_path))
    told = ask("terms", folder, "--form", "none", "--orders", "1000000000").problems
    assert {(p.code, p.file) for p in told} >= {("too-many-orders", "--orders"), ("unknown-form", "--form")}
    told = ask("test", folder, "--also", "incentives", "--engine", "moon", "--orders", "1001").problems
    assert ("too-many-orders", "--orders") in {(p.code, p.file) for p in told}
    assert len(told) == 2
    assert "1,001 orders in each future are more than the 1,000 that can be run." in {p.what for p in told}


@pytest.mark.parametrize("orders", [0, 1, MOST])
def test_as_many_as_can_be_run_are_not_refused(orders: int) -> None:
    refuse_many_orders(orders)


def test_of_few_organisations_with_many_orders_all_sets_are_run() -> None:
    """As many runs are foreseen as there are sets; of many organisations none, where nobody says how to sample."""
    plan = clinic.place(clinic.clinic(), hillford.initiative("save", hillford.saves(1e6)))
    usual = Incentives().foreseen(plan, 10)
    assert Incentives(orders=MOST).foreseen(plan, 10) == usual
