"""Effects of an initiative that are not done in some futures: each is as if it were not written, and the rest goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fixtures import clinic, hillford
from fixtures.places import baseline_of, run
from fixtures.staff import group, staffed_place
from fixtures.whole import whole, whole_run
from placeplan.futures.sample import Futures, draw
from placeplan.model.draws import Draws, WhatIf, effect
from placeplan.model.outcomes import Outcomes
from placeplan.model.recording import record
from placeplan.model.recordings import stoppable
from placeplan.model.simulate import entities
from placeplan.plan.initiatives import Initiative
from placeplan.plan.schema import Plan

FEW = Futures(seed=1, count=4)
MONTHS = 12


def places(plan: Plan) -> list[tuple[Initiative, int]]:
    return [(i, n) for i in plan.initiatives for n in range(len(i.effects))]


def only(plan: Plan, futures: Futures, done: dict[str, Any]) -> Outcomes:
    every = np.ones(futures.count)
    return run(plan, futures, what_if=WhatIf(done={name: every * share for name, share in done.items()}))


def without_effect(plan: Plan, initiative: str, place: int) -> Plan:
    def cut(i: Initiative) -> Initiative:
        kept = tuple(e for n, e in enumerate(i.effects) if n != place)
        return i.model_copy(update={"effects": kept}) if i.id == initiative else i

    return plan.changed(initiatives=tuple(map(cut, plan.initiatives)))


def kinds() -> dict[str, tuple[Initiative, int]]:
    """One effect of each kind that the made-up place has; of staff those that change rates, as own posts hold back the rest."""
    found: dict[str, tuple[Initiative, int]] = {}
    for i, n in places(whole(1, MONTHS)):
        e = i.effects[n]
        posts = e.name == "employ" and getattr(e, "posts", 0.0)
        if not posts and e.name not in found:
            found[e.name] = (i, n)
    return found


def test_an_effect_that_is_not_done_is_as_if_it_were_not_written() -> None:
    """Of each kind one, each undone in a lane of its own: positions and care are those of the plan without it.

    What is done in full changes no bit.
    """
    plan, found = whole(1, MONTHS), kinds()
    assert set(found) >= {"prevent", "shift", "shorten", "relocate", "resize", "spend", "recontract"}
    lanes = Futures(seed=1, ids=(0,) * (len(found) + 1), count=len(found) + 1)
    done = {effect(i.id, n): 1.0 - (np.arange(len(lanes.numbers())) == k) for k, (i, n) in enumerate(found.values())}
    undone = run(plan, lanes, what_if=WhatIf(done=done))
    moved: set[str] = set()
    for k, (kind, (i, n)) in enumerate(found.items()):
        bare = run(without_effect(plan, i.id, n), replace(lanes, ids=(0,), count=1))
        for name in ("position", "activity", "occupancy"):
            np.testing.assert_allclose(undone[name].values[k], bare[name].values[0], rtol=1e-9, atol=1e-3, err_msg=kind)
        changed = [n for n, s in undone.series.items() if not np.array_equal(s.values[k], s.values[-1])]
        moved |= {kind} if changed else set()
    assert moved >= {"prevent", "shorten", "spend", "resize"}, moved  # others do not begin in time in this future
    own = [n for n, o in enumerate(undone["position"].entities) if o != "system"]
    together = undone["position"].values[:, :, own].sum(axis=2)  # what one pays another receives, whoever does what
    np.testing.assert_allclose(undone["position"].of("system"), together, rtol=1e-9, atol=1e-3)
    planned = whole_run(1, MONTHS)
    assert [n for n, s in undone.series.items() if s.values[-1].tobytes() != planned[n].values[0].tobytes()] == []


def test_posts_that_nobody_funds_hold_the_initiative_back() -> None:
    """Its posts are needed and not there: it reaches nobody, and opens no bed, though others pay their part."""
    team = hillford.initiative(
        "team", {"kind": "employ", "organisation": "ACU1", "group": "porters", "posts": 10.0},
        {"kind": "spend", "organisation": "ACU1", "recurrent": 1e5}, owner="ACU1", start="2016-06", delay=0.0,
    )  # fmt: skip
    plan = staffed_place(group("ACU1"), initiatives=(team,))
    one = Futures(count=1)
    whole_, bare = run(plan, one), only(plan, one, {effect("team", 0): 0.0})
    assert whole_["uptake"].of("team")[0, -1] > 0.5
    assert (bare["uptake"].of("team")[0, 3:] == 0.0).all()
    assert bare["uptake"].of("team")[0, 1] == 0.0
    assert bare["initiative_cost"].of("team")[0, -1] == pytest.approx(1e5 / 12, rel=0.05)
    half = only(plan, one, {effect("team", 0): 0.5})
    assert (
        whole_["uptake"].of("team")[0, -1] / 2 < half["uptake"].of("team")[0, -1] <= 0.5
    )  # fewer posts, sooner filled


def test_a_cut_of_posts_that_is_not_made_leaves_them() -> None:
    cut = hillford.initiative(
        "cut", {"kind": "employ", "organisation": "ACU1", "group": "porters", "posts": -20.0}, owner="ACU1", delay=0.0
    )
    plan = staffed_place(group("ACU1"), initiatives=(cut,))
    bare = staffed_place(group("ACU1"))
    one = Futures(count=1)
    found, none = only(plan, one, {effect("cut", 0): 0.0}), run(bare, one)
    assert (found["vacancies"].values == none["vacancies"].values).all()
    assert not (run(plan, one)["vacancies"].values == none["vacancies"].values).all()


def test_a_contract_that_is_not_accepted_leaves_the_old_one() -> None:
    block = clinic.contract("block", "lump", amount=5e7, starts="by_initiative")
    switch = hillford.initiative("switch", {"kind": "recontract", "old": "care", "new": "lump"}, owner="CCG")
    plan = clinic.place(switch, contracts=(clinic.tariff(), block))
    one = Futures(count=1)
    found, bare = only(plan, one, {effect("switch", 0): 0.0}), run(plan.changed(initiatives=()), one)
    assert (found["position"].values == bare["position"].values).all()
    assert run(plan, one)["contract_payment"].by_year("lump")[0, -1] == pytest.approx(5e7)


@pytest.mark.parametrize(
    "plan", [clinic.place(), pytest.param(whole(1, 12), marks=pytest.mark.large)], ids=["small", "whole"]
)
def test_all_of_it_is_replayed_bit_for_bit_and_each_future_has_its_own(plan: Plan) -> None:
    """One recording does for futures in which different effects are done."""
    shares = np.array([1.0, 0.0, 0.0, 1.0])
    what_if = WhatIf(done={effect(i.id, n): np.roll(shares, n) for i, n in places(plan)})
    stepped = run(plan, FEW, what_if=what_if)
    drawn = draw(plan.assumptions, plan.correlations, (), FEW, entities(plan, baseline_of(plan)))
    draws = stoppable(plan, Draws(FEW, drawn, what_if))
    found = record(plan, baseline_of(plan), draws).series(draws)
    assert [n for n, s in stepped.series.items() if found[n].values.tobytes() != s.values.tobytes()] == []
