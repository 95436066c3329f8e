"""Nobody is lost in a whole system, and no pound: every part and every feedback on (model.md § 12)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures.whole import TRIED, whole, whole_run
from placeplan.core.tables import ContactCapacity, Organisation, Package, StaffGroup, WaitingList
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws
from placeplan.model.flow import Flow
from placeplan.model.outcomes import Outcomes
from placeplan.model.run import Run
from placeplan.model.simulate import baseline_of, entities
from placeplan.model.variants import do_minimum
from placeplan.plan.schema import Plan

BLANK = {"capital_limit", "capital_room"}
"""Outcomes that are blank where nothing is stated."""
seeds = pytest.mark.parametrize("seed", TRIED)


def change(o: Outcomes, name: str, entity: str) -> np.ndarray:
    """What an outcome of a month's end is more than a month before, from the second month on, ``[future, month]``."""
    return np.diff(o[name].of(entity), axis=1)


def later(o: Outcomes, name: str, entity: str) -> np.ndarray:
    """An outcome from the second month on, ``[future, month]``."""
    return o[name].of(entity)[:, 1:]


@seeds
def test_every_outcome_is_a_number_everywhere(seed: int) -> None:
    """No outcome of any entity is lost to infinity or to nothing divided by nothing."""
    outcomes = whole_run(seed)
    lost = [n for n, s in outcomes.series.items() if n not in BLANK and not np.isfinite(s.values).all()]
    assert lost == []


@seeds
def test_nobody_is_lost_in_beds(seed: int) -> None:
    """Nobody is lost: arrivals = discharges + deaths + in beds + waiting, with those who go on in another pool."""
    o = whole_run(seed)
    for pool in o["in_beds"].entities:
        came = later(o, "arrivals", pool) + later(o, "elective_admissions", pool) + later(o, "transfers", pool)
        left = later(o, "discharges", pool) + later(o, "deaths", pool)
        held = change(o, "in_beds", pool) + change(o, "waiting_at_end", pool)
        assert (came - left == held).all(), pool
    assert not o["transfers"].of("system").any(), "who leaves one pool for another comes to it"
    assert all(o[n].values.any() for n in ("transfers", "boarders", "deaths", "elective_admissions", "waiting_at_end"))


@seeds
def test_nobody_is_lost_on_lists(seed: int) -> None:
    """Clock starts = stops + removals + listed, from what the table lists."""
    o, plan = whole_run(seed), whole(seed)
    begun = {r.id: r.listed for r in plan.tables["lists"] if isinstance(r, WaitingList)}
    for entity in o["list"].entities:
        moved = o["clock_starts"].of(entity) - o["clock_stops"].of(entity) - o["list_removals"].of(entity)
        np.testing.assert_allclose(change(o, "list", entity), moved[:, 1:], rtol=0, atol=1e-6, err_msg=entity)
        if entity in begun:
            first = o["list"].of(entity)[:, 0] - moved[:, 0]
            np.testing.assert_allclose(first, begun[entity], rtol=1e-9, err_msg=entity)


@seeds
def test_nobody_is_lost_at_a_door(seed: int) -> None:
    """Asked + waiting before = given + lost + waiting after, from the backlog of the table."""
    o, plan = whole_run(seed), whole(seed)
    rows = [r for r in plan.tables["contacts"] if isinstance(r, ContactCapacity) and r.unmet != "list"]
    for door in rows:
        entity = f"{door.site}/{door.pod}"
        backlog = np.hstack([np.full((o.count, 1), door.backlog), o["backlog"].of(entity)])
        had = o["asked"].of(entity) + backlog[:, :-1]
        went = o["activity"].of(entity) + o["lost"].of(entity) + backlog[:, 1:]
        np.testing.assert_allclose(had, went, rtol=1e-9, err_msg=entity)
    assert {r.unmet for r in rows} == {"waits", "lost", "spills"}
    assert all(o[n].values.any() for n in ("backlog", "lost"))


@seeds
def test_no_package_is_lost(seed: int) -> None:
    """Packages in use = those before + starts − ends, from those in use in the table."""
    o, plan = whole_run(seed), whole(seed)
    for row in plan.tables["packages"]:
        assert isinstance(row, Package)
        use = np.hstack([np.full((o.count, 1), row.in_use), o["packages_in_use"].of(row.id)])
        moved = o["package_starts"].of(row.id) - o["package_ends"].of(row.id)
        np.testing.assert_allclose(np.diff(use, axis=1), moved, rtol=0, atol=1e-6, err_msg=row.id)
    assert o["package_starts"].values.any()


@seeds
def test_no_member_of_staff_is_lost(seed: int) -> None:
    """In post = those before + hired − left − redundant, of every group of every employer."""
    o, plan = whole_run(seed), whole(seed)
    for row in plan.tables["staff"]:
        assert isinstance(row, StaffGroup)
        entity = f"{row.organisation}/{row.group}"
        flows = o["staff_hired"].of(entity) - o["staff_left"].of(entity) - o["redundancies"].of(entity)
        np.testing.assert_allclose(change(o, "staff_in_post", entity), flows[:, :-1], rtol=0, atol=1e-8, err_msg=entity)
        np.testing.assert_allclose(o["staff_in_post"].of(entity)[:, 0], row.in_post, rtol=1e-12)


@seeds
def test_nobody_is_lost_in_a_labour_market(seed: int) -> None:
    """In post or looking for a post = those before + entrants − those who left the market, employers together."""
    o, plan = whole_run(seed), whole(seed)
    rows = [r for r in plan.tables["staff"] if isinstance(r, StaffGroup) and not r.unpaid]
    for market in o["labour_market"].entities:
        own = [f"{r.organisation}/{r.group}" for r in rows if r.hired_from == market]
        people = o["labour_market"].of(market) + sum(o["staff_in_post"].of(e) for e in own)
        moved = o["labour_entrants"].of(market) - o["labour_left"].of(market)
        np.testing.assert_allclose(np.diff(people, axis=1), moved[:, :-1], rtol=0, atol=1e-8, err_msg=market)
    assert {"nurses", "care"} <= set(o["labour_market"].entities)


@seeds
def test_payments_inside_the_footprint_sum_to_zero(seed: int) -> None:
    """Payments inside the footprint sum to zero in every month and future, under contracts of all eight forms."""
    o, plan = whole_run(seed), whole(seed)
    inside = {x.id for x in plan.tables["organisations"] if isinstance(x, Organisation) and x.type != "outside"}
    received, spent = o["contract_income"], o["contract_spend"]
    net = sum(received.of(e) - spent.of(e) for e in sorted(inside))
    beyond = sum(o["contract_payment"].of(c.id) for c in plan.contracts if c.payer not in inside)
    assert (np.abs(net - beyond) <= 1e-12 * received.of("system")).all()
    assert len({c.name for c in plan.contracts}) == 8
    assert all(o["contract_payment"].of(c.id).any() for c in plan.contracts if c.name != "gain_share")


@seeds
def test_the_systems_position_is_the_sum_of_its_organisations(seed: int) -> None:
    """The system's position is the sum of its organisations', and each the sum of its parts and what reserves gave."""
    o = whole_run(seed)
    signs = {"income": 1, "contract_income": 1, "contract_spend": -1, "operating_cost": -1, "programme_cost": -1, "financing": -1}  # fmt: skip
    orgs = [e for e in o["position"].entities if e != "system"]
    for name in (*signs, "position", "capital_spend", "depreciation"):
        total = sum(o[name].of(e) for e in orgs)
        np.testing.assert_allclose(o[name].of("system"), total, rtol=1e-12, atol=1e-5, err_msg=name)
    for org in orgs:
        parts = sum(sign * o[name].of(org) for name, sign in signs.items())
        if org in o["reserves_used"].entities:
            parts = parts + o["reserves_used"].of(org)
        np.testing.assert_allclose(o["position"].of(org), parts, rtol=0, atol=1e-5, err_msg=org)


@seeds
def test_attribution_sums_to_the_change_of_demand(seed: int) -> None:
    """Attribution sums to the change: what initiatives prevent less what they add is do minimum's care less the plan's.

    Care asked for after effects, before anything runs out.
    """
    plan = whole(seed, 12)
    (with_, o), (without, _) = demanded(plan), demanded(do_minimum(plan))
    prevented, added, moved = (o[f"contacts_{n}"].values for n in ("prevented", "added", "moved"))
    assert all(part.any() for part in (prevented, added, moved))
    np.testing.assert_allclose((prevented - added).sum(axis=2), without - with_, rtol=1e-9, atol=1e-6)


def demanded(plan: Plan) -> tuple[np.ndarray, Outcomes]:
    """Contacts asked for after effects, everywhere, ``[future, month]``, as the run itself sees them; and the outcomes."""
    baseline, futures = baseline_of(plan), Futures(count=2)
    values = draw(plan.assumptions, plan.correlations, (), futures, entities(plan, baseline))
    run = Run(plan, baseline, Draws(futures, values))
    months: list[np.ndarray] = []
    flow = run._care

    def seen(number: int, uptake: dict[str, Any]) -> Flow:
        care = flow(number, uptake)
        months.append(sum(care.activity.values(), np.zeros(2)))
        return care

    run._care = seen  # type: ignore[method-assign]
    for number in range(len(baseline.months)):
        run.month(number)
    return np.array(months).T, run.outcomes()
