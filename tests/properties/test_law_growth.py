"""Compound growth and products of factors, to 1e-12: what the model makes month by month is the closed formula, five years on.

Growth of need is continuous, ``(1 + G)^(m / 12)`` with ``1 + G = exp(g)``; prices and volumes step once a year, ``(1 + r)^y``;
effects on the same people leave ``Π (1 − uptake × share)``. All powers here are products of equal factors.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.hillford import assumption
from fixtures.one_hospital import Floats, Hospital, baseline_of, plan_of
from fixtures.places import CENTRAL, fixed, initiative
from placeplan.contracts.base import Contract
from placeplan.core.tables import MoneyLine
from placeplan.futures.sample import Futures
from placeplan.model.money import price_index
from placeplan.model.simulate import simulate
from placeplan.plan.schema import Plan

ONE = Futures(count=1, held=CENTRAL)
MONTHS = 60
POD = "emergency_admission"
EXACT = {"rtol": 1e-12}
STILL = Hospital(daily=11.0, nights=4.5, months=MONTHS)


def times(factor: float, number: int) -> float:
    """A factor by itself so many times, by repeated multiplication alone."""
    found = 1.0
    for _ in range(number):
        found *= factor
    return found


def found_of(plan: Plan, outcome: str, entity: str) -> Floats:
    """One outcome at the model's expectation, ``[month]``."""
    values: Floats = simulate(plan, baseline_of(plan), ONE, keep=frozenset({outcome}))[outcome].of(entity)[0]
    return values


@pytest.mark.parametrize("growth", [-0.03, 0.0175, 0.06])
def test_need_grows_by_the_same_factor_every_month(growth: float) -> None:
    """Demand a day in month m is that of month 0 times ``exp(g / 12)`` multiplied m times; sixty months."""
    demand = found_of(fixed(plan_of(STILL), growth_emergency_admission=growth), "demand", POD)
    daily, month = demand / STILL.days, math.exp(growth / 12)
    np.testing.assert_allclose(daily, [daily[0] * times(month, m) for m in range(MONTHS)], **EXACT)
    np.testing.assert_allclose(daily[12:], daily[:-12] * (1.0 + math.expm1(growth)), **EXACT)
    np.testing.assert_allclose(daily[0], 11.0 * math.exp(-growth * 5.5 / 12), **EXACT)


@settings(max_examples=50)
@given(st.floats(-0.2, 0.3), st.integers(0, 40))
def test_prices_are_powers(rate: float, years: int) -> None:
    """``(1 + r)^y`` by repeated multiplication against the power of the library."""
    assert price_index(rate, years) == pytest.approx((1.0 + rate) ** years, rel=1e-12)


def test_cost_and_payments_grow_by_their_volume_price_and_efficiency() -> None:
    """A line of cost is amount × ``(1 + v)^y (1 + p)^y``, one that is made more efficient ``(1 − e)^y`` of it, a block ``(1 + u)^y``."""
    line: dict[str, Any] = {"organisation": "HOS", "direction": "cost", "amount": 36.5e6, "inflator": "prices.general",
                            "growth": "volume", "source": "made up"}  # fmt: skip
    money = (MoneyLine(line="drugs", **line), MoneyLine(line="cleaning", efficiency=True, **line))
    own = fixed(plan_of(STILL, money=money), prices_general=0.031, prices_allocation=0.02, efficiency_background=0.011)
    plan = own.changed(
        assumptions=(*own.assumptions, assumption("volume", {"kind": "fixed", "value": 0.045}, "other")),
        contracts=(Contract.parse(own.contracts[0].model_dump() | {"amount": 73e6}),),
    )
    year = [m // 12 for m in range(MONTHS)]
    share = np.array(STILL.days) / np.array([sum(STILL.days[12 * y : 12 * y + 12]) for y in year])
    grown = np.array([36.5e6 * times(1.045, y) * times(1.031, y) for y in year]) * share
    np.testing.assert_allclose(found_of(plan, "cost_line", "HOS/drugs"), grown, **EXACT)
    less = np.array([times(1 - 0.011, y) for y in year])
    np.testing.assert_allclose(found_of(plan, "cost_line", "HOS/cleaning"), grown * less, **EXACT)
    paid = np.array([73e6 * times(1.02, y) for y in year]) * share
    np.testing.assert_allclose(found_of(plan, "contract_payment", "care"), paid, **EXACT)


def test_effects_on_the_same_people_are_a_product_of_factors() -> None:
    """Five effects that come and go at their own pace, on need that grows: demand × ``Π (1 − peak × ramp × share)``."""
    effects = [(0.04, 0.9, "2016-07", 6, None), (0.11, 0.6, "2017-01", 24, None), (-0.03, 1.0, "2017-10", 0, None),
               (0.2, 0.35, "2018-02", 18, "2020-03"), (0.07, 0.8, "2016-04", 40, None)]  # fmt: skip
    scope = {"pods": [POD]}
    plan = fixed(plan_of(STILL), growth_emergency_admission=0.02).changed(
        initiatives=tuple(
            initiative(
                f"i{n}",
                {"kind": "prevent", "scope": scope, "share": share},
                owner="HOS",
                start=start,
                peak=peak,
                ramp_months=ramp,
                end=end,
            )
            for n, (share, peak, start, ramp, end) in enumerate(effects)
        )
    )
    demand, activity = (found_of(plan, *what) for what in (("demand", POD), ("activity", f"HOS/{POD}")))
    for m in range(MONTHS):
        left = 1.0
        for share, peak, start, ramp, end in effects:
            begun = m - _number(start)
            over = end is not None and m > _number(end)
            come = 0.0 if begun < 0 or over else min(1.0, (begun + 1) / max(ramp, 1))
            left *= 1.0 - peak * come * share
        assert activity[m] == pytest.approx(demand[m] * left, rel=1e-12), m
    assert activity[-1] < 0.9 * demand[-1]


def _number(month: str) -> int:
    return (int(month[:4]) - 2016) * 12 + int(month[5:]) - 4
