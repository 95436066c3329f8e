"""Cost that nobody foresaw, and the income that comes with it: steps that stay, each acute provider's own."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.bits import same
from fixtures.places import WORLD, baseline_of, fixed, place, run
from placeplan.core.tables import Organisation
from placeplan.futures.sample import Futures
from placeplan.model.draws import Draws
from placeplan.model.outcomes import Outcomes
from placeplan.model.unforeseen import Unforeseen
from placeplan.model.variants import do_minimum
from placeplan.plan.schema import Plan

MONEY = frozenset({
    "income", "operating_cost", "position", "unforeseen_cost", "unforeseen_income", "contract_income", "contract_spend",
    "programme_cost", "financing", "reserves_used", "spend_share", "activity", "occupied",
})  # fmt: skip
HELD = WORLD - {"efficiency"} | {"chance"}
"""Nothing drawn but what is saved and what nobody foresaw."""


def acute(plan: Plan) -> list[str]:
    return sorted(o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type == "acute")


def test_cost_departs_by_steps_that_stay_and_income_follows() -> None:
    """Variance of cost ``n sd²`` after n years, of what is not paid for ``sd² Σ (1 − share)^2k``; each provider's is its own."""
    plan, lanes, share = place(1, months=60, organisations=10), 20_000, 0.64
    providers = acute(plan)
    assert len(providers) > 1
    sds = {org: 0.02 + 0.01 * n for n, org in enumerate(providers)}
    values = {f"departure.cost@{org}": sd for org, sd in sds.items()} | {"departure.income": share}
    draws = Draws(Futures(seed=4, count=lanes), {n: np.full(lanes, v) for n, v in values.items()})
    found = Unforeseen(baseline_of(plan), draws, providers)
    for org, sd in sds.items():
        cost, unpaid = found.cost[org], found.cost[org] - found.income[org]
        for n in range(5):
            for v, exact in (
                (cost[n], n * sd**2),
                (unpaid[n], sd**2 * sum((1 - share) ** (2 * k) for k in range(1, n + 1))),
            ):
                assert abs(v.var() - exact) <= 4.2 * exact * np.sqrt(2 / lanes)
    independent = np.corrcoef([found.cost[org][4] for org in providers]) - np.eye(len(providers))
    assert np.abs(independent).max() < 4.8 / np.sqrt(lanes)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return do_minimum(place(1, months=36))


@pytest.fixture(scope="module")
def futures() -> Futures:
    return Futures(seed=3, count=5, held=HELD)


@pytest.fixture(scope="module")
def departed(plan: Plan, futures: Futures) -> Outcomes:
    return run(plan, futures, keep=MONEY)


@pytest.fixture(scope="module")
def foreseen(plan: Plan, futures: Futures) -> Outcomes:
    return run(fixed(plan, departure_cost=0.0), futures, keep=MONEY)


def test_what_departs_is_cost_and_income_of_acute_providers_and_nobody_elses(
    plan: Plan, futures: Futures, departed: Outcomes, foreseen: Outcomes
) -> None:
    """Cost × (exp(c) − 1) more is spent and cost × (exp(y) − 1) comes; care, beds and contracts are the same bits."""
    own = Unforeseen(baseline_of(plan), Draws(futures, dict(departed.draws)), acute(plan))
    year = np.arange(36) // 12
    for org in (o.id for o in plan.tables["organisations"] if isinstance(o, Organisation) and o.type != "outside"):
        cost, income = (foreseen[name].of(org) for name in ("operating_cost", "income"))
        c, y = (of[org][year].T if org in of else np.zeros((5, 36)) for of in (own.cost, own.income))
        more, paid = cost * np.expm1(c), cost * np.expm1(y)
        for name, expected in (
            ("unforeseen_cost", more), ("unforeseen_income", paid), ("operating_cost", cost + more), ("income", income + paid),
            ("position", foreseen["position"].of(org) - more + paid),
        ):  # fmt: skip
            np.testing.assert_allclose(departed[name].of(org), expected, rtol=1e-9, atol=1e-3)
    assert all(own.cost[org][1:].all() and not own.cost[org][0].any() for org in acute(plan))
    for name in ("activity", "occupied", "contract_income", "contract_spend"):
        np.testing.assert_array_equal(departed[name].values, foreseen[name].values)


def test_what_nobody_foresaw_is_spent_in_its_setting(plan: Plan, departed: Outcomes, foreseen: Outcomes) -> None:
    """Where cost departs upwards, hospitals' share of all spending is larger, and smaller where it departs downwards."""
    more = sum(departed["unforeseen_cost"].of(org)[:, 12:] for org in acute(plan))
    before, after = (o["spend_share"].of("acute")[:, 12:] for o in (foreseen, departed))
    np.testing.assert_array_equal(np.sign(after - before), np.sign(more))


def test_zero_and_no_such_assumption_are_the_same_bits(plan: Plan, foreseen: Outcomes, futures: Futures) -> None:
    without = plan.changed(assumptions=tuple(a for a in plan.assumptions if a.id != "departure.cost"))
    assert same(foreseen, run(without, futures, keep=MONEY))


def test_nothing_departs_where_efficiency_is_held(plan: Plan) -> None:
    o = run(
        plan,
        Futures(seed=3, count=2, held=WORLD | {"chance"}),
        keep=frozenset({"unforeseen_cost", "unforeseen_income"}),
    )
    assert not o["unforeseen_cost"].values.any()
    assert not o["unforeseen_income"].values.any()
