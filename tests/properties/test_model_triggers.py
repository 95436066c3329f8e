"""Triggers: a start may be what happens in the run – management actions and plan B are initiatives with one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fixtures.hillford import PAY, assumption, hillford, initiative, normal, prevents, saves
from fixtures.places import run, with_rows
from placeplan.core.errors import PlanError
from placeplan.core.tables import CapitalRow
from placeplan.futures.sample import Futures
from placeplan.model.draws import WhatIf
from placeplan.model.outcomes import Outcomes
from placeplan.model.uptake import NEVER
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

MANY = Futures(count=60, held=frozenset({"chance"}))
"""Many worlds, whose growth and pay differ; chance is held, and days are then quick to run."""
GROWTH = normal("growth.emergency_admission", 0.0, 0.04)
SOURCE: dict[str, Any] = {"source": "made up"}
FULL = {"outcome": "occupancy", "entity": "HOS/general", "above": 0.9, "owner": "HOS", "lead_months": 3}


def acts(key: str, *effects: dict[str, Any], trigger: dict[str, Any], **fields: Any) -> Initiative:
    return initiative(key, *effects, **({"start": None, "trigger": trigger} | fields))


def busy(*initiatives: Initiative) -> Plan:
    return hillford(GROWTH, PAY, initiatives=initiatives, open_beds=312.0)


def start(o: Outcomes, key: str) -> np.ndarray[Any, Any]:
    """First month of an initiative, ``[future]``; `NEVER` where it does not begin in the run."""
    begun = o["started"].of(key)
    return np.where(begun.any(axis=1), begun.argmax(axis=1), NEVER)


def first(beyond: np.ndarray[Any, Any], in_a_row: int = 1) -> np.ndarray[Any, Any]:
    """Month at whose end something has been true so many months in a row, ``[future]``."""
    found = np.full(len(beyond), NEVER)
    for f, row in enumerate(beyond):
        runs = 0
        for month, true in enumerate(row):
            runs = runs + 1 if true else 0
            if runs == in_a_row:
                found[f] = month
                break
    return found


def within(months: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(months < 24, months, NEVER)


@pytest.fixture(scope="module")
def idle() -> Outcomes:
    """The place with an action that does nothing, so that what it watches is not moved by it."""
    return run(busy(acts("more", trigger=FULL)), MANY)


@pytest.mark.parametrize("lead", [1, 3, 7])
def test_it_begins_just_its_lead_after_the_first_breach_and_only_where_there_is_one(idle: Outcomes, lead: int) -> None:
    """“evaluated in each future on last month's state”: the lead time counts from the month beyond the bound."""
    o = run(busy(acts("more", trigger=FULL | {"lead_months": lead})), MANY)
    breach = first(idle["occupancy"].of("HOS/general") > 0.9)
    assert 0 < (breach >= NEVER).sum() < MANY.count, "it has to fire in some futures alone"
    np.testing.assert_array_equal(start(o, "more"), within(breach + lead))


def test_months_in_a_row(idle: Outcomes) -> None:
    o = run(busy(acts("more", trigger=FULL | {"months": 3, "above": 0.87})), MANY)
    breach = first(idle["occupancy"].of("HOS/general") > 0.87, 3)
    assert (breach > first(idle["occupancy"].of("HOS/general") > 0.87)).any()
    np.testing.assert_array_equal(start(o, "more"), within(breach + 3))


def test_a_figure_of_twelve_months_and_a_first_month(idle: Outcomes) -> None:
    """`over: year` sums or averages as a year is; `not_before` is the first month that counts."""
    watch = {
        "outcome": "position",
        "entity": "HOS",
        "below": -5e5,
        "owner": "HOS",
        "over": "year",
        "not_before": "2017-06",
    }
    o = run(busy(acts("more", trigger=watch)), MANY)
    money = idle["position"].of("HOS")
    low = np.zeros(money.shape, dtype=bool)
    for month in range(14, 24):
        low[:, month] = money[:, month - 11 : month + 1].sum(axis=1) < -5e5
    assert 0 < low.any(axis=1).sum() < MANY.count
    np.testing.assert_array_equal(start(o, "more"), within(first(low) + 1))


def test_once_fired_it_stays() -> None:
    """What puts the outcome right again does not end the action: opened beds stay open."""
    opens = {"kind": "resize", "site": "HOS", "pool": "general", "beds": 60.0}
    o = run(busy(acts("more", opens, trigger=FULL | {"lead_months": 1})), MANY)
    begun = o["started"].of("more")
    assert (np.diff(begun, axis=1) >= 0).all()
    fired = begun.any(axis=1)
    after = np.where(begun > 0, o["occupancy"].of("HOS/general"), 0.0)
    assert (after[fired].max(axis=1) < 0.9).any(), "the action has to help"


def test_nothing_changes_before_it_begins(idle: Outcomes) -> None:
    """Futures in which it does not begin are, to the bit, those of a plan without it; the others until it does."""
    o = run(busy(acts("more", prevents(0.3), saves(4e6), trigger=FULL)), MANY)
    without = run(busy(), MANY)
    begun = start(o, "more")
    for name in ("activity", "occupancy", "position"):
        for entity in without[name].entities:
            one, other = o[name].of(entity), without[name].of(entity)
            before = np.arange(24)[None, :] < begun[:, None]
            np.testing.assert_array_equal(one[before], other[before])
            if name == "position" and entity == "HOS":
                assert (one[~before] != other[~before]).any()


def test_what_requires_it_waits_for_it(idle: Outcomes) -> None:
    o = run(
        busy(acts("more", trigger=FULL, ramp_months=2), initiative("after", requires=("more",), start="2016-04")), MANY
    )
    np.testing.assert_array_equal(start(o, "after"), within(start(o, "more") + 2))
    assert (start(o, "after") < NEVER).any()


def test_building_comes_first_and_queues_for_its_money(idle: Outcomes) -> None:
    """What is decided in a month cannot have been built before it; nor is there money that others have taken."""
    capital = {"need": 1e6, "organisation": "HOS", "build_months": 6}
    o = run(busy(acts("more", trigger=FULL, capital=capital)), MANY)
    fired = first(idle["occupancy"].of("HOS/general") > 0.9)
    np.testing.assert_array_equal(start(o, "more"), within(fired + 7))
    early = (fired < 17)[:, None]
    spent = o["capital_spend"].of("HOS")
    np.testing.assert_allclose(spent.sum(axis=1)[early[:, 0]], 1e6)
    limits = [CapitalRow(organisation="HOS", year="2016/17", kind="limit", amount=0.0, **SOURCE)]
    late = run(with_rows(busy(acts("more", trigger=FULL, capital=capital)), "capital", limits), MANY)
    np.testing.assert_array_equal(
        start(late, "more"), within(np.where(fired < NEVER, np.maximum(fired + 7, 18), NEVER))
    )


def test_its_lead_replaces_the_usual_delay_and_a_stated_one_is_added(idle: Outcomes) -> None:
    late = assumption("initiative.delay", {"kind": "fixed", "value": 5.0}, "delay")
    o = run(hillford(GROWTH, PAY, late, initiatives=(acts("more", trigger=FULL),), open_beds=312.0), MANY)
    np.testing.assert_array_equal(start(o, "more"), start(idle, "more"))
    stated = run(busy(acts("more", trigger=FULL, delay=2.0)), MANY)
    np.testing.assert_array_equal(start(stated, "more"), within(start(idle, "more") + 2))


def test_it_watches_what_is_not_kept_and_takes_the_same_course_in_any_batch(idle: Outcomes) -> None:
    """A run that writes down positions alone fires as any other; and so do the same futures in another order."""
    plan = busy(acts("more", prevents(0.2), trigger=FULL))
    whole, kept = run(plan, MANY), run(plan, MANY, keep=frozenset({"position", "started"}))
    assert set(kept.series) == {"position", "started"}
    for name in kept.series:
        np.testing.assert_array_equal(kept[name].values, whole[name].values)
    part = run(plan, replace(MANY, count=20, first=17))
    np.testing.assert_array_equal(part["position"].values, whole["position"].values[17:37])


def test_left_out_it_never_fires() -> None:
    plan = busy(acts("more", trigger=FULL | {"above": 0.1}))
    o = run(plan, MANY, what_if=WhatIf({"more": np.arange(MANY.count) % 2 == 0}))
    np.testing.assert_array_equal(start(o, "more") < NEVER, np.arange(MANY.count) % 2 == 1)


def test_a_trigger_on_nothing_is_told() -> None:
    with pytest.raises(PlanError, match="The model has no occupancy of “HOS/surgical”"):
        run(busy(acts("more", trigger=FULL | {"entity": "HOS/surgical"})), Futures(count=2))
