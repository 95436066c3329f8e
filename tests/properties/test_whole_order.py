"""A whole system is the same however it is listed, divided or batched (model.md § 12)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from fixtures.bits import rows, same, shuffled
from fixtures.places import CENTRAL, initiative, run
from fixtures.whole import COUNT, SEEDS, whole, whole_run
from placeplan.core.forms import MAIN
from placeplan.core.tables import Activity, AreaPeople, Flow, Projection, Travel
from placeplan.futures.sample import Futures
from placeplan.model.draws import WhatIf
from placeplan.model.outcomes import Outcomes, join
from placeplan.model.variants import do_minimum, in_form, strict
from placeplan.plan.schema import Plan

LONG = pytest.param(1, 24, marks=pytest.mark.large)
places = pytest.mark.parametrize(("seed", "months"), [(2, 12), LONG])


@cache
def minimum(seed: int, months: int) -> Outcomes:
    """Do minimum in two futures."""
    return run(do_minimum(whole(seed, months)).changed(correlations=()), Futures(seed=seed, count=2))


@pytest.mark.parametrize("seed", [SEEDS[0], pytest.param(SEEDS[1], marks=pytest.mark.large)])
def test_order_of_elements_changes_no_bit(seed: int) -> None:
    """Order of elements changes no bit: initiatives, contracts, rows of every table, assumptions."""
    other = shuffled(whole(seed), seed)
    assert other.tables != whole(seed).tables
    assert other.digest == whole(seed).digest
    assert run(other, Futures(seed=seed, count=COUNT)).digest == whole_run(seed).digest


@pytest.mark.large  # its small twin: test_model_futures
def test_same_bits_in_one_process_or_two_in_one_batch_or_many() -> None:
    """Same seed, same bits, on 1 or many processes, in one batch or many."""
    plan, all_ = whole(1, 12), whole_run(1, 12)
    assert run(plan, Futures(seed=1, count=COUNT), threads=2).digest == all_.digest
    parts = [run(plan, Futures(seed=1, count=1)), run(plan, Futures(seed=1, count=COUNT - 1, first=1))]
    assert join(parts).digest == all_.digest


@pytest.mark.large
def test_future_17_can_be_replayed_alone() -> None:
    """Future 17 alone has the bits of row 17 of eighteen futures, with every feedback on."""
    plan = whole(2)
    batch = rows(run(plan, Futures(seed=2, count=18)), slice(17, 18))
    assert same(run(plan, Futures(seed=2, ids=(17,))), batch)


def test_the_main_form_is_the_default() -> None:
    """A plan that names no form is run by the main form, bit for bit."""
    futures = Futures(seed=1, count=COUNT)
    assert same(run(in_form(whole(1), MAIN), futures, until=4), run(whole(1), futures, until=4))


OF_INITIATIVES = ("effect.", "initiative.", "start.", "cip.", "staff.redundancy_cost")
"""Assumptions that only initiatives read."""


@places
def test_a_plan_without_initiatives_is_do_minimum(seed: int, months: int) -> None:
    """A plan with no initiatives equals do minimum: nothing that only they use changes a bit."""
    plan = whole(seed, months)
    bare = do_minimum(plan).changed(
        correlations=(), assumptions=tuple(a for a in plan.assumptions if not a.id.startswith(OF_INITIATIVES))
    )
    assert len(bare.assumptions) < len(plan.assumptions)
    assert same(run(bare, Futures(seed=seed, count=2)), minimum(seed, months))


@places
def test_initiatives_that_never_begin_are_do_minimum(seed: int, months: int) -> None:
    """With every initiative off, all that do minimum has comes out the same (people add up in another order)."""
    plan, futures = whole(seed, months), Futures(seed=seed, count=2, held=frozenset({"chance"}))
    off = {i.id: np.ones(2, bool) for i in plan.initiatives}
    stopped, wanted = run(plan, futures, what_if=WhatIf(off)), run(do_minimum(plan), futures)
    for name, series in wanted.series.items():
        for entity in series.entities:
            # a segment's mean way to a site is by its areas' contacts of the base year: which people share one matters there
            rtol = 1e-3 if name == "travel_minutes" else 1e-6
            np.testing.assert_allclose(
                stopped[name].of(entity), series.of(entity), rtol=rtol, atol=1e-3, equal_nan=True,
                err_msg=f"{name} of {entity}",
            )  # fmt: skip


def test_do_minimum_is_paid_for_taking_nothing_up() -> None:
    """A reward for what an initiative takes up stops once it is known that nobody has begun it."""
    paid = minimum(2, 12)["contract_payment"].of("quality_ACU1/adoption")
    assert (paid[:, 0] > 0).all()
    assert not paid[:, 1:].any()


def test_plan_b_of_an_aspiration_never_begins_in_the_strict_run() -> None:
    """What watches an initiative that the strict run leaves out sees that it has not begun."""
    plan = whole(1, 12)
    dream = initiative("dream", status="aspiration")
    watch = {"outcome": "started", "entity": "dream", "above": 0.5, "lead_months": 1, "owner": "ACU1"}
    after = initiative("after", {"kind": "spend", "organisation": "ACU1", "once": 1.0}, start=None, trigger=watch)
    plan = plan.changed(initiatives=(dream, after))
    assert run(plan, Futures(count=1))["started"].of("after").any()
    assert not run(strict(plan), Futures(count=1))["started"].of("after").any()


@cache
def halved(seed: int, months: int) -> Plan:
    """The place with its first area in two identical halves."""
    plan = whole(seed, months)
    area = min(r.area for r in plan.tables["areas"] if isinstance(r, AreaPeople))

    def halves(row: Any) -> list[Any]:
        if getattr(row, "area", "") != area:
            return [row]
        names = (f"{area}a", f"{area}b")
        share: dict[str, Any] = {}
        for field in HALVED.get(type(row), ()):
            value = getattr(row, field)
            share[field] = None if value is None else value / 2
        return [row.model_copy(update={"area": name} | share) for name in names]

    tables = {name: tuple(half for r in rows_ for half in halves(r)) for name, rows_ in plan.tables.items()}
    initiatives = tuple(
        i.model_copy(update={"effects": tuple(_in_both(e, area) for e in i.effects)}) for i in plan.initiatives
    )
    return plan.changed(tables=tables, initiatives=initiatives)


HALVED: dict[type, tuple[str, ...]] = {
    AreaPeople: ("people",), Projection: ("people", "low", "high"), Flow: ("share",), Activity: ("activity",), Travel: (),
}  # fmt: skip
"""Columns that a half of an area has half of."""


def _in_both(effect: Any, area: str) -> Any:
    """The effect in both halves, where it was in the area."""
    scope = getattr(effect, "scope", None)
    if scope is None or area not in scope.areas:
        return effect
    areas = tuple(sorted({*scope.areas} - {area} | {f"{area}a", f"{area}b"}))
    return effect.model_copy(update={"scope": scope.model_copy(update={"areas": areas})})


@places
def test_splitting_an_area_in_two_identical_halves_changes_nothing_in_expectation(seed: int, months: int) -> None:
    """Splitting an area in two identical halves changes nothing in expectation: everything at its median, no chance."""
    futures = Futures(count=1, held=CENTRAL)
    one, two = run(whole(seed, months), futures), run(halved(seed, months), futures)
    assert halved(seed, months).tables["areas"] != whole(seed, months).tables["areas"]
    for name, series in one.series.items():
        for entity in set(series.entities) & set(two[name].entities):
            a, b = series.of(entity), two[name].of(entity)
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-3, equal_nan=True, err_msg=f"{name} of {entity}")
