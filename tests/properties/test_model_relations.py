"""What is assumed of relationships: nothing at weight 0, what was said of it at weight 1, and in all runs alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixtures import hillford
from placeplan.futures.sample import Futures
from placeplan.model.draws import WhatIf
from placeplan.model.outcomes import Outcomes
from placeplan.model.recordings import Recordings
from placeplan.model.simulate import baseline_of, simulate
from placeplan.plan.authority import Relationship
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan
from placeplan.stress.runs.held import kept_together

MANY = 4000
BOTH = ({"organisation": "CCG", "role": "follow"},)


def related(**fields: Any) -> Relationship:
    base = {"id": "old_dispute", "between": ("HOS", "CCG"), "about": "They went to court", "source": "made up"}
    return Relationship.model_validate(base | fields)


def plan(*relationships: Relationship, initiatives: tuple[Initiative, ...] = (), **more: Any) -> Plan:
    both = hillford.initiative("both", hillford.prevents(0.1), partners=BOTH, start="2016-10")
    alone = hillford.initiative("alone", hillford.prevents(0.1), start="2016-10")
    made = hillford.hillford(*more.pop("planted", ()), initiatives=initiatives or (both, alone))
    return made.changed(relationships=relationships, **more)


def run(of: Plan, count: int = 20, **how: Any) -> Outcomes:
    baseline = baseline_of(of)
    return simulate(of, baseline, Futures(seed=3, count=count), **how)


def first(outcomes: Outcomes, initiative: str) -> np.ndarray:
    """First month with uptake, ``[future]``."""
    there = outcomes["uptake"].of(initiative) > 0
    return np.where(there.any(axis=1), there.argmax(axis=1), 999)


@pytest.mark.shows(9)
def test_at_weight_nought_nothing_is_different() -> None:
    """To the last bit, whatever is assumed to follow at full weight; and weight 0 is what stands there if nothing is said."""
    usual = run(plan())
    for r in (related(delay=12, leaves=1.0), related(weight=0, delay=12, leaves=1.0)):
        same = run(plan(r))
        assert all(np.array_equal(usual[n].values, same[n].values, equal_nan=True) for n in usual.series)


@pytest.mark.shows(9)
def test_a_delay_moves_what_two_do_together_and_nothing_else() -> None:
    """Six months at full weight, three at half; what one does alone begins as planned, and so does what others do."""
    for weight, months in ((1.0, 6), (0.5, 3)):
        found = run(plan(related(weight=weight, delay=6)))
        assert set(first(found, "both")) == {6 + months}
        assert set(first(found, "alone")) == {6}
    other = related(weight=1.0, delay=6, between=("CCG", "X"))
    assert set(first(run(plan(other)), "both")) == {6}


def test_who_steps_aside_does_nothing_together() -> None:
    aside = hillford.initiative(
        "both", hillford.prevents(0.1), partners=({"organisation": "CCG", "role": "step_aside"},), start="2016-10"
    )
    found = run(plan(related(weight=1.0, delay=6), initiatives=(aside,)))
    assert set(first(found, "both")) == {6}


def test_several_relationships_add_their_months() -> None:
    found = run(plan(related(weight=1.0, delay=2), related(id="again", weight=1.0, delay=3)))
    assert set(first(found, "both")) == {11}


@pytest.mark.shows(9)
def test_partners_leave_as_often_as_assumed_in_any_month_alike() -> None:
    """A probability of 0.4 within the run: so many futures, within three standard errors, and their months are even."""
    found = run(plan(related(weight=1.0, leaves=0.4)), MANY, keep=frozenset({"uptake"}))
    last = (found["uptake"].of("both") > 0)[:, -1]
    gone = 1 - last.mean()
    assert abs(gone - 0.4) < 3 * np.sqrt(0.4 * 0.6 / MANY)
    ends = np.where(found["uptake"].of("both") > 0, np.arange(24), -1).max(axis=1)[~last]
    begun = ends[ends >= 0]
    early, late = (begun < 15).sum(), (begun >= 15).sum()  # last months 6 to 14, and 15 to 22
    share = late / (early + late)
    assert abs(share - 8 / 17) < 3 * np.sqrt(0.25 / len(begun))
    assert (found["uptake"].of("alone") > 0)[:, -1].all()


def test_at_half_weight_half_as_many_leave_and_they_are_among_the_same() -> None:
    """The same futures: whoever leaves at half weight leaves at full weight too, in the same month."""
    half, whole = (
        run(plan(related(weight=w, leaves=0.8)), 400, keep=frozenset({"uptake"}))["uptake"].of("both")
        for w in (0.5, 1.0)
    )
    assert (whole <= half).all()
    ends = half[:, -1] == 0
    assert np.array_equal(half[ends], whole[ends])
    assert (whole[:, -1] == 0).sum() > ends.sum() > 0


def test_an_assumption_stands_behind_it_and_is_drawn() -> None:
    """A weight that is an assumption is drawn like any other, and each future is as late as its own."""
    a = hillford.assumption("history.weight", {"kind": "fixed", "value": 1.0}, "delay")
    fixed = run(plan(related(weight="history.weight", delay=4), assumptions=(*plan().assumptions, a)))
    assert set(first(fixed, "both")) == {10}
    spread = a.model_copy(
        update={
            "distribution": hillford.assumption("x", {"kind": "uniform", "low": 0, "high": 1}, "delay").distribution
        }
    )
    drawn = run(plan(related(weight="history.weight", delay=4), assumptions=(*plan().assumptions, spread)), 200)
    expected = 6 + np.floor(drawn.draws["history.weight"] * 4 + 0.5)
    assert np.array_equal(first(drawn, "both"), expected)


def test_a_recording_gives_the_same_bits() -> None:
    of = plan(related(weight=0.7, delay=5, leaves=0.5))
    stepped, replayed = run(of, 100), run(of, 100, recordings=Recordings(many=1))
    assert all(np.array_equal(stepped[n].values, replayed[n].values, equal_nan=True) for n in stepped.series)


def test_what_requires_it_comes_to_nothing_where_a_partner_leaves_first() -> None:
    """An initiative that waits for one that ended before it was full never begins."""
    both = hillford.initiative("both", hillford.prevents(0.1), partners=BOTH, start="2016-10", ramp_months=6)
    after = hillford.initiative("after", hillford.prevents(0.1), requires=("both",))
    found = run(plan(related(weight=1.0, leaves=1.0), initiatives=(both, after)), 400)
    ends = np.where(found["uptake"].of("both") > 0, np.arange(24), -1).max(axis=1)
    assert (first(found, "after")[ends < 11] == 999).all()
    assert (first(found, "after")[ends >= 11] == 12).all()


def test_where_delay_is_held_nobody_leaves_unless_that_is_likelier_than_not() -> None:
    """Among worlds in which some of what moves them is held, as the search for a cause runs them."""
    of = plan(
        related(weight=1.0, leaves=0.4), related(id="sure", weight=1.0, leaves=0.6), related(id="none", leaves=0.9)
    )
    found = kept_together(of, [frozenset({"delay"}), frozenset()], {}, 2)
    assert {name: v.tolist() for name, v in found.items()} == {"together old_dispute": [0.0, 0.0, 1.0, 1.0]}
    baseline = baseline_of(of)
    one = of.changed(relationships=of.relationships[:1])
    held = WhatIf(dated=kept_together(one, [frozenset()], {}, 200))
    lasts = simulate(one, baseline, Futures(seed=3, count=200), what_if=held, keep=frozenset({"uptake"}))
    assert (lasts["uptake"].of("both") > 0)[:, -1].all()
