"""Per component, feedbacks off, on the same futures; and the base year of a whole system (model.md § 12)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures.places import CENTRAL, run, with_rows
from fixtures.whole import whole
from placeplan.core.tables import Activity, BedStock, ContactCapacity, MoneyLine, Package
from placeplan.futures.sample import Futures
from placeplan.model.outcomes import Outcomes
from placeplan.model.variants import do_minimum
from placeplan.plan.schema import Plan

FUTURES = Futures(seed=1, count=2)
OFF = (
    "staff",
    "labour",
    "contacts",
    "spills",
    "packages",
    "pathways",
    "councils",
    "lists",
    "balances",
    "capital",
    "control_totals",
)


def alone(plan: Plan, *kept: str) -> Plan:
    """The plan with these of its parts alone, and without initiatives: what one part does, no other answers."""
    about = plan.about.model_copy(
        update={"levels": dict.fromkeys({"staff", "contacts", "packages", "lists"} - set(kept), "off")}
    )
    tables = plan.tables | {name: () for name in OFF if name not in kept}
    return do_minimum(plan).changed(tables=tables, about=about)


def changed(plan: Plan, table: str, kind: type, **factors: float) -> Plan:
    """The plan with some columns of a table multiplied."""

    def scaled(row: Any) -> Any:
        values = {c: getattr(row, c) * f for c, f in factors.items() if getattr(row, c) is not None}
        return row.model_copy(update=values) if isinstance(row, kind) else row

    return with_rows(plan, table, [scaled(r) for r in plan.tables[table]])


@cache
def packages_only() -> Plan:
    """The place with its packages and ways out of hospital, and no other answer to them."""
    return alone(whole(1, 12), "packages", "pathways")


def test_more_packages_never_more_delayed_beds() -> None:
    """More packages never leave more people in beds who could leave, nor fewer packages fewer: on the same futures."""
    plan = packages_only()
    fewer, more = (
        run(changed(plan, "packages", Package, capacity=f), FUTURES)["delayed_beds"].of("system") for f in (0.93, 1.1)
    )
    assert (more.sum(axis=1) <= fewer.sum(axis=1)).all()
    assert (more[:, 6:] < fewer[:, 6:]).any()


def test_more_capacity_never_longer_lists() -> None:
    """More clinics never make a list longer, at any month's end: on the same futures."""
    plan = alone(whole(1, 12), "lists", "contacts")
    few = changed(plan, "contacts", ContactCapacity, used=1.0)
    many = changed(plan, "contacts", ContactCapacity, used=0.8)
    one, two = (run(p, FUTURES)["list"].of("system") for p in (few, many))
    assert (two <= one + 1e-9).all()
    assert (two < one).any()


def test_more_slots_never_longer_lists() -> None:
    """More theatre slots and beds never make more people wait for an admission: on the same futures, by the end."""
    plan = alone(whole(1, 12), "lists")
    few = changed(plan, "beds", BedStock, slots=0.7)
    one, two = (run(p, FUTURES)["list"].of("system") for p in (few, plan))
    assert (two[:, -1] < one[:, -1]).all()


def test_longer_stays_never_lower_occupancy() -> None:
    """Longer stays (as many beds, more of them occupied in the base year) never lower occupancy, in any future."""
    plan = alone(whole(1, 12))
    longer = changed(plan, "beds", BedStock, occupied=1.05)
    one, two = (run(p, FUTURES)["occupancy"].of("system") for p in (plan, longer))
    assert (two.mean(axis=1) > one.mean(axis=1)).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_base_year_of_a_whole_system_is_reproduced(seed: int) -> None:
    """In the central world activity lies within 3 in a hundred of the tables, beds within their tolerance, lines within 3."""
    plan = do_minimum(whole(seed, 12))
    o: Outcomes = run(plan, Futures(count=1, held=CENTRAL))
    base: dict[str, float] = {}
    for r in plan.tables["activity"]:
        assert isinstance(r, Activity)
        if r.site != "outside":
            base[f"{r.site}/{r.pod}"] = base.get(f"{r.site}/{r.pod}", 0.0) + r.activity
    for entity, number in base.items():
        assert o["activity"].by_year(entity)[0, 0] == pytest.approx(number, rel=0.03), entity
    for b in plan.tables["beds"]:
        assert isinstance(b, BedStock)
        if b.occupied is not None and b.occupied > 10:
            assert o["occupied"].by_year(f"{b.site}/{b.pool}")[0, 0] == pytest.approx(b.occupied, rel=0.05), b
    for line in plan.tables["money"]:
        assert isinstance(line, MoneyLine)
        found = o["cost_line"].by_year(f"{line.organisation}/{line.line}")[0, 0]
        assert found == pytest.approx(line.amount, rel=0.03), line
    assert np.isfinite(o["position"].values).all()
