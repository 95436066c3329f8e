"""The base year comes out as it was put in: activity, beds, money."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.places import CENTRAL, WORLD, place, run, with_rows
from placeplan.core.tables import OUTSIDE, Activity, BedStock, MoneyLine
from placeplan.futures.sample import Futures
from placeplan.model.variants import do_minimum
from placeplan.plan.schema import Plan

SEEDS = (1, 2)
CLOSE = 1e-3
"""Growth within the year and the seasons are not quite at right angles; the model's promise is a thousandth."""


def ample(plan: Plan, times: float) -> Plan:
    """The plan with many times the beds; who lay in them stays as published."""
    rows = plan.tables["beds"]
    return with_rows(plan, "beds", [b.model_copy(update={"available": b.available * times}) for b in rows])  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", SEEDS)
def test_base_year_reproduces_activity(seed: int) -> None:
    """In the central world each pod at each site has the activity of the table."""
    plan = place(seed)
    o = run(do_minimum(plan), Futures(count=1, held=CENTRAL))
    published: dict[str, float] = {}
    for r in plan.tables["activity"]:
        assert isinstance(r, Activity)
        published[f"{r.site}/{r.pod}"] = published.get(f"{r.site}/{r.pod}", 0.0) + r.activity
    for entity, number in published.items():
        site, _, pod = entity.partition("/")
        found = o["left_footprint"].by_year(pod) if site == OUTSIDE else o["activity"].by_year(entity)
        assert found[0, 0] == pytest.approx(number, rel=CLOSE), entity


@pytest.mark.parametrize("seed", SEEDS)
def test_base_year_reproduces_money(seed: int) -> None:
    """In the central world every line has its amount, and every contract pays its prices for the published activity."""
    plan = do_minimum(place(seed))
    o = run(plan, Futures(count=1, held=CENTRAL))
    for line in plan.tables["money"]:
        assert isinstance(line, MoneyLine)
        rel = 1e-12 if line.driver == "none" else CLOSE
        assert o["cost_line"].by_year(f"{line.organisation}/{line.line}")[0, 0] == pytest.approx(line.amount, rel=rel)
    for contract in plan.contracts:
        paid = o["contract_payment"].by_year(contract.id)[0, 0]
        if contract.name == "block":
            assert paid == pytest.approx(contract.amount if contract.starts is None else 0.0, rel=1e-12)  # type: ignore[attr-defined]
        elif contract.payer != "NAT" and contract.name == "piecewise":
            assert paid == pytest.approx(contract.baseline * contract.price, rel=CLOSE)  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", SEEDS)
def test_base_year_balances(seed: int) -> None:
    """Every organisation of the made-up place ends the base year within about one in a hundred of its income."""
    o = run(do_minimum(place(seed)), Futures(count=1, held=CENTRAL))
    for org in o["position"].entities:
        income = o["income"].by_year(org)[0, 0] + o["contract_income"].by_year(org)[0, 0]
        assert abs(o["position"].by_year(org)[0, 0]) < 0.02 * income, org


LONG = {"community": 42, "mental_health": 72}
"""Nights of the longer half of stays, where they are more than about ten."""


def left_over(b: BedStock) -> float:
    """Beds by which a year's mean may lie off: beds follow need by the length of a stay, and need moves in the year.

    A twelfth (seasons and growth from April to March) of the beds for as many nights as long stays have, over 365.
    """
    assert b.occupied is not None
    return b.occupied / 12 * LONG.get(b.pool, 12) / 365


@pytest.mark.parametrize("seed", SEEDS)
def test_base_year_reproduces_occupied_beds_in_the_central_world(seed: int) -> None:
    """With chance at its expectation and beds enough, each pool has the published patients."""
    plan = ample(do_minimum(place(seed)), 3)
    o = run(plan, Futures(count=1, held=CENTRAL))
    for b in plan.tables["beds"]:
        assert isinstance(b, BedStock)
        assert b.occupied is not None
        found = o["occupied"].by_year(f"{b.site}/{b.pool}")[0, 0]
        assert found == pytest.approx(b.occupied, abs=left_over(b)), b.pool


def test_base_year_reproduces_occupied_beds_by_chance() -> None:
    """With chance, beds enough and the world at its median, the mean over futures lies within Monte Carlo error."""
    plan, count = ample(do_minimum(place(1)), 3), 60
    o = run(plan, Futures(seed=5, count=count, held=WORLD))
    for b in plan.tables["beds"]:
        assert isinstance(b, BedStock)
        assert b.occupied is not None
        found = o["occupied"].by_year(f"{b.site}/{b.pool}")[:, 0]
        error = found.std(ddof=1) / np.sqrt(count)
        assert abs(found.mean() - b.occupied) < 4 * error + left_over(b), b.pool


@pytest.mark.parametrize("seed", SEEDS)
def test_made_up_hospitals_are_as_full_as_real_ones(seed: int) -> None:
    """In the base year 85 to 95 in a hundred beds of each acute organisation are occupied."""
    o = run(do_minimum(place(seed)), Futures(count=4))
    for org in ("ACU1", "system"):
        assert 0.85 < o["occupancy"].by_year(org)[:, 0].mean() < 0.95
